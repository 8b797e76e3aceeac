"""The life of a hold."""

import pytest

from fanlink.core import holds
from fanlink.core.errors import Refused
from fanlink.core.holds import Hold, HoldOutcome, HoldState, Why

HELD = Hold("hold-1", "report-1", "Tide", "remix-1", "EUR", 40, 40, 4 * 10**11, (Why("burst/1", "40 plays", 40),), 1)


def codes(act):
    with pytest.raises(Refused) as refused:
        act()
    return [reason.code for reason in refused.value.reasons]


def test_a_hold_is_released_or_rejected_once():
    released = holds.decide(HELD, HoldOutcome.RELEASE, "", "fin", 5)
    assert (HoldState.RELEASED, False, 2) == (released.state, released.returned, released.version)
    rejected = holds.decide(HELD, HoldOutcome.REJECT, "bought", "fin", 5)
    assert (HoldState.REJECTED, True) == (rejected.state, rejected.returned)
    for each in (released, rejected):
        assert ["illegal_step"] == codes(lambda each=each: holds.decide(each, HoldOutcome.RELEASE, "", "flo", 6))


def test_one_appeal_also_after_a_rejection_and_decided_by_someone_else():
    rejected = holds.decide(HELD, HoldOutcome.REJECT, "bought", "fin", 5)
    appealed = holds.appeal(rejected, "a school class", "fay")
    assert ["own_decision"] == codes(lambda: holds.decide(appealed, HoldOutcome.REJECT, "no", "fin", 6))
    assert ["already_appealed"] == codes(lambda: holds.appeal(appealed, "again", "fay"))
    assert HoldState.RELEASED is holds.decide(appealed, HoldOutcome.RELEASE, "", "flo", 6).state


def test_a_no_needs_a_letter_and_an_appeal_words():
    assert ["letter_missing"] == codes(lambda: holds.decide(HELD, HoldOutcome.REJECT, " ", "fin", 5))
    assert ["appeal_empty"] == codes(lambda: holds.appeal(HELD, " ", "fay"))
    assert ["illegal_step"] == codes(lambda: holds.appeal(holds.decide(HELD, HoldOutcome.RELEASE, "", "fin", 5), "x", "fay"))
