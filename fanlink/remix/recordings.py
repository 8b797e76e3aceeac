"""Recordings from outside: taken in by the limited child, named by what is heard, kept as our own encoding.

One rule on both sides: a **recipe** names a recording by the digest of its samples (`files.Writer`), whatever file they came
in; a **file** is named by the SHA-256 of its bytes. `take_in` is how either side comes from the second to the first.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fanlink.core.errors import BadInput
from fanlink.remix import decode, workers


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording as samples: `pcm_digest` is how recipes name it."""

    pcm_digest: str
    rate_hz: int
    channels: int
    frames: int

    @property
    def length_ms(self) -> int:
        return round(self.frames * 1000 / self.rate_hz)


def take_in(source: Path, out: Path, *, stop: workers.Stop = workers.never) -> Recording:
    """Writes what a sound file holds as 24-bit FLAC under `out`, without its tags and pictures.

    The samples, and so the digest, are those of the source; what is beyond full scale is clipped. Raises `BadInput` for
    what cannot be decoded within the limits, and leaves nothing under `out` then.
    """
    job = {"job": "record", "path": str(source.absolute()), "out": str(out.absolute())}
    done = False
    try:
        for _, result in workers.run(
            [job], stop=stop, memory_mb=workers.DECODE_MEMORY_MB, cpu_s=decode.CPU_S, wall_s=decode.WALL_S
        ):
            if isinstance(result, BadInput):
                raise result
            done = True
            return Recording(**result)
        raise AssertionError("a job without an answer")
    finally:
        if not done:
            out.unlink(missing_ok=True)


def keep(source: Path, folder: Path, *, stop: workers.Stop = workers.never) -> tuple[Recording, Path]:
    """Takes a recording into a folder under its PCM digest, where renders look for it; returns it and its file."""
    is_new = not folder.is_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".coming-", suffix=".flac", dir=folder)
    except OSError as error:
        raise BadInput(f"cannot be written to ({error.strerror})", where=str(folder)) from error
    os.close(handle)
    try:
        recording = take_in(source, Path(name), stop=stop)
    except BaseException:
        if is_new:
            with suppress(OSError):
                folder.rmdir()
        raise
    place = folder / f"{recording.pcm_digest}.flac"
    os.replace(name, place)
    place.chmod(0o644)
    return recording, place
