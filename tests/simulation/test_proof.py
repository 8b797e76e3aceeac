"""What `make proof` runs of the simulator: scaled to what two quiet cores do in some minutes, and told, never silently.

The promise names 1,000,000 steps over 2,000 seeds, and 200,000 steps in which withdrawals cross every other act. Here are
24 seeds, 16 in which withdrawals do, and 10 in which money leaves, of 400 steps: 20,000 steps, two hundredths of what is promised,
each run twice. (FANLINK_PROOF_SEEDS, FANLINK_PROOF_CONSENT_SEEDS, FANLINK_PROOF_MONEY_SEEDS and FANLINK_PROOF_STEPS say otherwise.)
The whole promise is `fanlink simulate --seeds 2000 --steps 500` and `fanlink simulate --seeds 400 --steps 500 --profile consent`,
a matter of hours.
"""

import os
import sys

import pytest

from fanlink.simulation.faults import RATES
from fanlink.simulation.run import Theatre
from fanlink.simulation.simulator import Plan

SEEDS = int(os.environ.get("FANLINK_PROOF_SEEDS", "24"))
CONSENT_SEEDS = int(os.environ.get("FANLINK_PROOF_CONSENT_SEEDS", "16"))
MONEY_SEEDS = int(os.environ.get("FANLINK_PROOF_MONEY_SEEDS", "10"))
STEPS = int(os.environ.get("FANLINK_PROOF_STEPS", "400"))
GROUPS = 4


def run(first, seeds, group, profile, record_property):
    theatre, steps, faults = Theatre(), 0, 0
    try:
        for seed in range(first + group, first + seeds, GROUPS):
            plan = Plan(seed, STEPS, 6 + seed % 7, tuple(RATES), profile)
            result = theatre.twice(plan)
            assert [] == result.violations, plan.command
            steps, faults = steps + result.steps, faults + result.faults.total()
    finally:
        theatre.close()
    sys.stderr.write(f"\n{steps} steps and {faults} faults, profile {profile}, every seed twice with one digest\n")
    record_property("steps", steps)
    record_property("faults", faults)


@pytest.mark.proof
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("group", range(GROUPS))
def test_nothing_acknowledged_is_lost_or_done_twice_whatever_fails(group, record_property):
    run(10_000, SEEDS, group, "all", record_property)


@pytest.mark.proof
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("group", range(GROUPS))
def test_withdrawn_consent_always_wins_whatever_it_crosses(group, record_property):
    run(20_000, CONSENT_SEEDS, group, "consent", record_property)


@pytest.mark.proof
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("group", range(GROUPS))
def test_money_leaves_once_and_only_as_it_must_whatever_fails(group, record_property):
    run(30_000, MONEY_SEEDS, group, "money", record_property)
