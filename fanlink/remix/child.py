"""The limited child: the only place where audio that somebody sent is decoded, and where stems are stretched.

Run as `python -m fanlink.remix.child MEMORY_MB CPU_S`. It reads one job per line of JSON from standard input and
answers each with one line of JSON. A codec that crashes, fills the memory or runs for ever takes only this process
with it, and the codec's own chatter goes nowhere.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

LARGEST_FILE_BYTES = 4 << 30


def limit(memory_mb: int) -> None:
    """No more memory, files or core dumps than the work needs; where the system has no such limits, the parent watches."""
    try:
        import resource
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, memory_mb << 20),
        (resource.RLIMIT_FSIZE, LARGEST_FILE_BYTES),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def limit_cpu(seconds: int) -> None:
    """Let this job use so many more seconds of processor; after that the system ends the process."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def probe(job: dict[str, Any]) -> dict[str, Any]:
    """Reads a file's header; with `whole`, also every sample, which are then dropped."""
    from fanlink.remix import files

    path = Path(job["path"])
    header = files.read_header(path)
    frames = header.frames
    if job.get("whole"):
        frames = sum(len(block) for block in files.read_blocks(path))
    return {"container": header.container, "rate_hz": header.rate_hz, "channels": header.channels, "frames": frames}


def prepare(job: dict[str, Any]) -> dict[str, Any]:
    """Decodes a file to the wanted rate, stretches and shifts it, and leaves it as a `.npy` under `out`."""
    from fanlink.remix import files, stretching

    path, out = Path(job["path"]), Path(job["out"])
    header = files.read_header(path)
    rate_hz = job.get("rate_hz") or header.rate_hz
    factor, semitones = job.get("factor", 1.0), job.get("semitones", 0)
    if job.get("digest") and files.digest_of_file(path) != job["digest"]:
        raise files.BadInput("is not the file that it was", where=path.name)
    excerpt = tuple(job["excerpt"]) if job.get("excerpt") else None
    if factor == 1.0 and semitones == 0:
        frames = stretching.copy(path, header, rate_hz, out, excerpt)
    else:
        frames = stretching.stretch(path, header, rate_hz, factor, semitones, out, excerpt)
    return {"rate_hz": rate_hz, "channels": header.channels, "frames": frames}


def record(job: dict[str, Any]) -> dict[str, Any]:
    """Writes what a file holds as 24-bit FLAC with nothing beside the sound, and tells the digest of its samples."""
    from contextlib import closing

    from fanlink.remix import files

    path = Path(job["path"])
    header = files.read_header(path)
    with closing(files.Writer(Path(job["out"]), header.rate_hz, *files.FORMATS[".flac"], channels=header.channels)) as writer:
        for block in files.read_blocks(path):
            writer.write(block)
    return {"pcm_digest": writer.digest, "rate_hz": header.rate_hz, "channels": header.channels, "frames": writer.frames}


JOBS = {"probe": probe, "prepare": prepare, "record": record}


def answer(line: str, cpu_s: int) -> dict[str, Any]:
    """The answer to one job; whatever is wrong with the file is an answer too."""
    from fanlink.core.errors import BadInput

    job = json.loads(line)
    limit_cpu(job.get("cpu_s", cpu_s))
    try:
        return {"ok": JOBS[job["job"]](job)}
    except BadInput as error:
        return {"bad": error.sentence, "where": error.where}
    except MemoryError:
        return {"bad": "needs more memory than it may have", "where": Path(job["path"]).name}
    except OSError as error:
        return {"unavailable": f"{error.strerror or error}"}


def main() -> None:
    """Answers jobs until standard input ends."""
    replies = os.fdopen(os.dup(1), "w")
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    memory_mb, cpu_s = (int(word) for word in sys.argv[1:3])
    limit(memory_mb)
    for line in sys.stdin:
        replies.write(json.dumps(answer(line, cpu_s)) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
