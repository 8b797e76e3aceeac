"""A few checkpoints tell a log that is as it was from one that went back, went on otherwise, or was changed."""

from dataclasses import replace

import pytest

from fanlink.core import audit
from fanlink.core.checkpoints import Checkpoint, How, after_change, compared, kept_with

NOW = 9_000_000


def log(count, what="accepted", start=()):
    lines = list(start)
    while len(lines) < count:
        number, before = len(lines) + 1, lines[-1].hash if lines else audit.FIRST
        lines.append(audit.chained(number, 1000 + number, "mara", f"cmd-{number}", "submit_remix", "r1", what, {}, before))
    return lines


def seen(lines, *numbers):
    return tuple(Checkpoint(number, lines[number - 1].hash, number * 10) for number in numbers)


def told(lines):
    return {line.number: line.hash for line in lines}


def test_a_log_that_only_grew_is_as_it_was():
    assert compared(seen(log(40), 3, 17, 40), told(log(900)), 900, NOW) is None
    assert compared((), told(log(5)), 5, NOW) is None


def test_a_log_that_ends_earlier_was_restored_from_a_backup_made_between_two_checkpoints():
    kept = seen(log(40), 3, 17, 40)
    found = compared(kept, told(log(30)), 30, NOW)
    assert (How.RESTORED, kept[2], kept[1], NOW) == (found.how, found.differs, found.agrees, found.found_ms)
    everything_gone = compared(kept, {}, 0, NOW)
    assert (How.RESTORED, kept[0], None) == (everything_gone.how, everything_gone.differs, everything_gone.agrees)


def test_a_log_that_went_back_and_on_again_has_other_lines_from_there():
    kept, other = seen(log(40), 3, 17, 40), log(60, "refused", log(10))
    found = compared(kept, told(other), 60, NOW)
    assert (How.REWRITTEN, kept[1], kept[0]) == (found.how, found.differs, found.agrees)


def test_other_lines_before_one_that_is_the_same_were_changed_by_somebody():
    kept, lines = seen(log(40), 3, 17, 40), log(60)
    lines[16] = replace(lines[16], hash="f" * 64)
    found = compared(kept, told(lines), 60, NOW)
    assert (How.ALTERED, kept[1], kept[0]) == (found.how, found.differs, found.agrees)


@pytest.mark.parametrize("place", [1, 2, 3, 16, 17, 30, 39, 40])
def test_whoever_changes_a_line_and_chains_the_rest_anew_is_found_out_by_one_checkpoint_behind_it(place):
    lines = log(40)
    changed = log(place, "refused", lines[:place - 1])
    changed = log(40, start=changed)
    assert audit.broken_at(changed) is None
    assert compared(seen(lines, 40), told(changed), 40, NOW) is not None


def test_after_a_change_what_still_holds_is_kept():
    kept, other = seen(log(40), 3, 17, 40), log(60, "refused", log(20))
    assert kept[:2] == after_change(kept, told(other))


def test_few_checkpoints_are_kept_however_long_the_log_and_the_first_stays():
    kept = ()
    for number in range(1, 5000):
        kept = kept_with(kept, Checkpoint(number, f"{number:064x}", number))
        assert (1, number) == (kept[0].number, kept[-1].number)
        assert len(kept) <= number.bit_length() + 2
    back = [4999 - one.number for one in kept]
    gaps = [older - newer for older, newer in zip(back, back[1:], strict=False)]
    assert all(gap <= max(2, 0.8 * older) for gap, older in zip(gaps, back, strict=False)), back
    far = kept_with(kept, Checkpoint(10**12, "f" * 64, 5000))
    assert 2 <= len(far) <= len(kept) + 1


def test_the_same_line_seen_again_is_kept_once():
    kept = kept_with(seen(log(5), 2, 5), Checkpoint(5, log(5)[-1].hash, 99))
    assert [2, 5] == [one.number for one in kept]
