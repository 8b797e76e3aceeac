"""Runs: each seed twice with the same digest, and a failing one made as short as it can be."""

from __future__ import annotations

import gc
import tempfile
from dataclasses import replace
from pathlib import Path

from fanlink.simulation.machine import Engine
from fanlink.simulation.simulator import Plan, Result, run_once
from fanlink.simulation.stage import RESTLESS, Stage, build

FAST_DISK = Path("/dev/shm")


class Theatre:
    """A folder with the two stages that profiles begin on, each made once; every run gets a copy and leaves nothing behind."""

    def __init__(self) -> None:
        # The promises about power loss are proved elsewhere; here the disk only has to be quick.
        where = FAST_DISK if FAST_DISK.is_dir() else None
        self._folder = tempfile.TemporaryDirectory(prefix="fanlink-simulation-", dir=where)
        self._stages: dict[bool, Stage] = {}
        # Most of what a step leaves behind is gone by counting; looking for cycles so often took a tenth of the time.
        self._thresholds = gc.get_threshold()
        gc.set_threshold(50_000, 20, 100)
        self._database = Engine(Path(self._folder.name) / "run" / "server")

    def close(self) -> None:
        """Removes everything."""
        self._database.close()
        gc.set_threshold(*self._thresholds)
        self._folder.cleanup()

    def prepare(self) -> None:
        """Makes the stages, where they are not made yet: before a bug is planted, which could spoil them."""
        for restless in (False, True):
            if restless not in self._stages:
                folder = Path(self._folder.name) / f"stage-{restless}"
                self._stages[restless] = build(folder, restless=restless)

    def once(self, plan: Plan) -> Result:
        """One run."""
        self.prepare()
        return run_once(self._stages[plan.profile in RESTLESS], Path(self._folder.name) / "run", plan, self._database)

    def twice(self, plan: Plan) -> Result:
        """Runs it again when all held: a second digest that differs is a violation of its own."""
        first = self.once(plan)
        if first.violations:
            return first
        second = self.once(plan)
        if second.digest != first.digest:
            first.differs = True
            first.violations.append(f"the second run gave another digest: {first.digest[:16]} and {second.digest[:16]}")
        return replace(first, seconds=first.seconds + second.seconds)

    def shrunk(self, plan: Plan, failed: Result, tries: int = 24) -> Plan:
        """A shorter plan that fails too: no more steps than it took, and only the faults without which it does not."""
        best = replace(plan, steps=failed.steps)
        if tries and not self.once(best).violations:
            # The end itself is what failed, so the steps after it were needed.
            best = plan
        for kind in plan.faults:
            if tries <= 0:
                break
            tries -= 1
            fewer = replace(best, faults=tuple(one for one in best.faults if one != kind))
            if self.once(fewer).violations:
                best = fewer
        step = best.steps // 2
        while step >= 8 and tries > 0:
            tries -= 1
            shorter = replace(best, steps=best.steps - step)
            if shorter.steps > 0 and self.once(shorter).violations:
                best = shorter
            step //= 2
        return best
