from __future__ import annotations

from contextlib import ExitStack

import pytest

from fanlink.simulation.hunt import planted
from fanlink.simulation.planted import BUGS
from fanlink.simulation.planted_money import MONEY
from fanlink.simulation.planted_rights import RIGHTS
from fanlink.simulation.planted_unseen import UNSEEN
from fanlink.simulation.planting import Planter


class Noting(Planter):
    """A planter that keeps what it put where."""

    def __init__(self, stack):
        super().__init__(stack)
        self.places = []

    def put(self, owner, name, other):
        self.places.append((owner, name, _there(owner, name), other))
        super().put(owner, name, other)


def _there(owner, name):
    return owner[name] if isinstance(owner, dict) else owner.__dict__[name]


def test_there_are_enough_of_them_and_none_has_a_name_twice():
    assert len(UNSEEN) >= 22
    assert not set(UNSEEN) & set(BUGS)


LATER = UNSEEN | MONEY | RIGHTS


@pytest.mark.parametrize("bug", LATER)
def test_a_bug_stands_in_the_place_of_real_code_and_is_taken_out_again(bug):
    with ExitStack() as stack:
        planter = Noting(stack)
        LATER[bug].plant(planter)
        assert planter.places
        for owner, name, was, other in planter.places:
            assert was != other
            assert _there(owner, name) is other
    for owner, name, was, _ in planter.places:
        assert _there(owner, name) is was


def test_a_bug_is_planted_by_its_name():
    from fanlink.core import cases

    with planted("lease-in-seconds"):
        assert 900 == cases.LEASE_MS
    assert 900_000 == cases.LEASE_MS
