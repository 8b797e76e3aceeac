"""A verdict says in words what it could not see, and never only "match"."""

import numpy as np
import pytest

from fanlink.remix import lattice, verdicts

ALIKE = {"envelope": 1.0, "spectrum_db": 0.0}


def verdict(**found):
    return verdicts.verdict(verdicts.Found(**{"comparable": True, "match": True, "largest": -40.0, "ranges": [], "likeness": ALIKE, **found}), 44_100, "", lossy=True)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"sensitivity_db": -51.0}, "match"),
        ({"sensitivity_db": -21.0}, "match, but a sound 21 dB below the mix or less could hide in it"),
        ({"sensitivity_db": -51.0, "match": False, "ranges": [(0, 44_100)]}, "no match"),
        ({"sensitivity_db": 0.0, "match": False, "comparable": False, "hidden": True}, "cannot be compared"),
    ],
)
def test_a_match_that_could_hide_a_sound_is_not_called_a_match_only(found, said):
    assert said == verdicts.in_short(verdict(**found))


def test_where_noise_hides_everything_a_lossless_file_is_asked_for():
    assert "lossless" in verdict(sensitivity_db=0.0, match=False, comparable=False, hidden=True).sentence


def by_shine(values):
    """The four numbers that a decoder reads of four values of shine's: sizes back to front, signs in the order of the values that have one."""
    sizes = lattice.SHINE.rounded(values)
    signs = iter(np.sign(values[sizes > 0]))
    return np.array([next(signs) if size else 0.0 for size in sizes[::-1]])


def test_fours_that_shine_writes_back_to_front_are_read_as_it_meant_them():
    values = np.random.default_rng(3).uniform(-1.4, 1.4, 576)
    fours, first = np.array([[92]]), 92
    held = np.concatenate([np.ones(first), *(by_shine(values[at : at + 4]) for at in range(first, 576, 4))])
    meant = np.copysign(lattice.SHINE.rounded(values), values)
    meant[:first] = 1.0
    assert np.array_equal(meant, lattice.SHINE.numbers(held[None, None], fours)[0, 0])


def test_shine_rounds_to_whole_steps_before_it_looks_up_a_number():
    assert [0, 1, 1, 2, 2, 3, 6] == lattice.SHINE.rounded(np.array([0.4, 0.6, 1.4, 1.6, 3.4, 3.6, 12.4])).tolist()
