"""What `make proof` runs of the promises about faults, and what `make test` runs of them: a little of each, so that they stay true.

The counts for `make proof` are in `tests/soak/promises.py`; FANLINK_PROOF_PART=0.1 runs a tenth of each and says so.
"""

from __future__ import annotations

import os

import pytest

from tests.faults import power_loss, system_calls
from tests.faults.transactions import TRANSACTIONS
from tests.soak.promises import PROMISES

PART = float(os.environ.get("FANLINK_PROOF_PART", "1"))
COUNTED = [name for name, promise in PROMISES.items() if promise.ci]
QUICK = ("power-loss", "same-ids", "logs")


@pytest.mark.parametrize("name", QUICK)
def test_the_first_seed_holds(name, folder):
    assert PROMISES[name].prove(1, folder)


@pytest.mark.proof
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("name", COUNTED)
def test_it_holds_for_as_many_as_promised(name, folder, record_property):
    promise, seed, proved = PROMISES[name], 0, 0
    while proved < promise.ci * PART:
        seed += 1
        place = folder / str(seed)
        place.mkdir()
        proved += promise.prove(seed, place)
    record_property(promise.unit, proved)


@pytest.mark.proof
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", TRANSACTIONS)
def test_a_kill_at_any_system_call_leaves_before_or_after(name, folder, record_property):
    if system_calls.missing():
        pytest.skip(system_calls.missing())
    record_property("kills", system_calls.prove_one(name, folder))


# Controls: what must fail, so that the proof of what must not is worth something. -----------------------------------


@pytest.mark.parametrize(("lying", "pragmas"), [(False, {"synchronous": "NORMAL"}), (True, {})])
def test_a_disk_or_a_database_that_does_not_sync_loses_what_was_acknowledged(lying, pragmas, folder):
    for history in power_loss.histories(1, folder):
        lost = []
        images = power_loss.run(history, 1, folder / "image", lying=lying, found=lost.append, **pragmas)
        gone = [what for what in lost if "acknowledged rows are gone" in what]
        assert len(gone) > images // 10, f"{history.name}: {len(gone)} of {images}"
