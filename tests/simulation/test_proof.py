"""What `make proof` runs of the simulator: scaled to thirty minutes on two cores, and told, never silently.

The promise names 1,000,000 steps over 2,000 seeds; that is `fanlink simulate --seeds 2000 --steps 500`, a matter of hours.
"""

import os

import pytest

from fanlink.simulation.faults import RATES
from fanlink.simulation.run import Plan, Theatre

SEEDS = int(os.environ.get("FANLINK_PROOF_SEEDS", "40"))
STEPS = int(os.environ.get("FANLINK_PROOF_STEPS", "300"))
GROUPS = 4


@pytest.mark.proof
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("group", range(GROUPS))
def test_nothing_acknowledged_is_lost_or_done_twice_whatever_fails(group, record_property):
    theatre = Theatre()
    try:
        for seed in range(10_000 + group, 10_000 + SEEDS, GROUPS):
            result = theatre.twice(Plan(seed, STEPS, 6, tuple(RATES)))
            assert [] == result.violations, f"fanlink simulate --seed {seed} --steps {STEPS} --clients 6"
    finally:
        theatre.close()
    record_property("seeds", SEEDS)
    record_property("steps", SEEDS * STEPS)
