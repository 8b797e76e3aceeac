"""The promises that can be proved from a seed: each proof takes the next seed and says how much it proved.

A proof is a function of a seed and an empty folder; it gives how many cases it went through, or raises `AssertionError`. `ci`
is how many cases `make proof` goes through, `soak` how many the recorded runs are to come to in the end.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fanlink.simulation.faults import RATES
from fanlink.simulation.run import Plan, Theatre
from tests.faults import decisions, kills, power_loss, same_ids, stores, system_calls, tampering
from tests.remix.engine.test_hostile_audio_proof import examine_damaged
from tests.royalties.test_money_properties import check_against_the_definition, check_that_any_batching_posts_the_same

Proof = Callable[[int, Path], int]
MONEY_CASES = 1000
AUDIO_FILES = 400
STEPS = 500


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised, in what it is counted, and how it is proved. `missing` says why it cannot be proved here."""

    name: str
    says: str
    unit: str
    prove: Proof
    ci: int
    soak: int
    missing: Callable[[], str] = str


def _money(seed: int, _folder: Path) -> int:
    for case in range(MONEY_CASES):
        check_against_the_definition(random.Random(f"{seed}-{case}"))
        check_that_any_batching_posts_the_same(random.Random(f"{seed}-{case}"))
    return MONEY_CASES


def _simulation(seed: int, _folder: Path) -> int:
    theatre, plan = Theatre(), Plan(seed, STEPS, 6, tuple(RATES))
    try:
        result = theatre.twice(plan)
    finally:
        theatre.close()
    assert not result.violations, f"{plan.command}: {result.violations[:3]}"
    return result.steps


def _audio(seed: int, folder: Path) -> int:
    examine_damaged(folder, random.Random(seed), AUDIO_FILES)
    return AUDIO_FILES


PROMISES = {
    promise.name: promise
    for promise in (
        Promise("money", "money is conserved per pot, in any order, with refunds", "cases", _money, 0, 50_000_000),
        Promise("simulation", "nothing acknowledged is lost or done twice, copies agree", "steps", _simulation, 0, 200_000_000),
        Promise("kill", "... under kill -9 of real processes", "kills", kills.prove, 200, 50_000),
        Promise("system-calls", "... killed at each system call of a critical transaction", "kills", system_calls.prove, 0, 50_000,
                system_calls.missing),
        Promise("power-loss", "... under power loss", "images", power_loss.prove, 5_000, 5_000_000),
        Promise("same-ids", "a command id is valid for ever", "races", same_ids.prove, 2_000, 1_000_000),
        Promise("decisions", "no step skipped, no stale decision, nobody decides their own case", "races", decisions.prove,
                2_000, 500_000),
        Promise("logs", "the audit log shows tampering", "logs", tampering.prove, 1_000, 10_000_000),
        Promise("going-back", "a client notices a server that went back to a backup", "backups", tampering.prove_going_back,
                50, 100_000),
        Promise("stores", "a broken, old or newer local store is set aside; the outbox survives", "stores", stores.prove,
                2_000, 1_000_000),
        Promise("hostile-audio", "hostile audio neither kills nor stalls nor escapes", "files", _audio, 0, 50_000_000),
    )
}  # fmt: skip
