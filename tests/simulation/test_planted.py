"""The simulator is sensitive: the bugs that are planted in it are caught, each within its budget of steps."""

from __future__ import annotations

import os
import sys

import pytest

from fanlink.simulation.hunt import BUDGET_STEPS, Hunt, bugs
from fanlink.simulation.run import Theatre

GROUPS = 3  # each runs anew, without a bug, the plans that caught one
BUDGET = int(os.environ.get("FANLINK_PROOF_BUG_STEPS", str(BUDGET_STEPS)))


def test_there_are_more_than_a_hundred_and_each_says_what_it_breaks():
    known = bugs()
    assert len(known) >= 104
    assert [] == [name for name, bug in known.items() if name != bug.name or not bug.breaks.strip()]


@pytest.mark.proof
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("group", range(GROUPS))
def test_the_planted_bugs_are_caught(group, record_property):
    theatre = Theatre()
    names = sorted(bugs())[group::GROUPS]
    try:
        hunt = Hunt(theatre)
        found = {name: hunt.hunt(name, BUDGET) for name in names}
    finally:
        theatre.close()
    missed = [name for name, catch in found.items() if catch is None]
    sys.stderr.write(f"\n{len(names) - len(missed)} of {len(names)} planted bugs caught (group {group + 1} of {GROUPS})\n")
    record_property("caught", len(names) - len(missed))
    record_property("planted", len(names))
    assert [] == missed
