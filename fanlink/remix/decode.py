"""Untrusted audio: looked at and decoded only in a limited child process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fanlink.core.errors import BadInput
from fanlink.remix import workers

CPU_S = 60
WALL_S = 120.0


@dataclass(frozen=True, slots=True)
class Sound:
    """What a file holds."""

    container: str
    rate_hz: int
    channels: int
    frames: int

    @property
    def length_ms(self) -> int:
        return round(self.frames * 1000 / self.rate_hz)


def examine(
    paths: Sequence[Path], *, whole: bool = False, stop: workers.Stop = workers.never
) -> list[Sound | BadInput]:
    """What each file holds, or why it cannot be used; `whole` decodes every sample to know it."""
    jobs = [{"job": "probe", "path": str(path.absolute()), "whole": whole} for path in paths]
    found: list[Sound | BadInput] = [BadInput("was not examined")] * len(jobs)
    count = 1 if not whole else None
    for index, result in workers.run(
        jobs, stop=stop, count=count, memory_mb=workers.DECODE_MEMORY_MB, cpu_s=CPU_S, wall_s=WALL_S
    ):
        found[index] = result if isinstance(result, BadInput) else Sound(**result)
    return found


def decode(path: Path, out: Path, *, rate_hz: int | None = None, stop: workers.Stop = workers.never) -> Sound:
    """Decodes a file to float32 samples under `out` (see `samples`), resampled when a rate is given.

    `BadInput` when the file cannot be used; nothing is left under `out` then.
    """
    job = {"job": "prepare", "path": str(path.absolute()), "out": str(out.absolute()), "rate_hz": rate_hz}
    done = False
    try:
        for _, result in workers.run(
            [job], stop=stop, memory_mb=workers.DECODE_MEMORY_MB, cpu_s=CPU_S, wall_s=WALL_S
        ):
            if isinstance(result, BadInput):
                raise result
            done = True
            return Sound("", **result)
        raise AssertionError("a job without an answer")
    finally:
        if not done:
            out.unlink(missing_ok=True)
