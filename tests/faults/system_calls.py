"""Killed at each system call: strace ends a critical transaction before each of its calls that touch the disk, one after the other.

What is on the disk afterwards must be the state before or the state after, and the state after wherever the process had said so.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.faults.power_loss import _state
from tests.faults.processes import FORKS
from tests.faults.transactions import TRANSACTIONS, copied, prepared

CALLS = ("write", "pwrite64", "fsync", "fdatasync", "rename", "renameat2", "unlink", "unlinkat", "ftruncate")
LONGEST_S = 60
PR_SET_PTRACER = 0x59616D61


@cache
def missing() -> str:
    """Why this cannot be proved here; empty when it can."""
    if shutil.which("strace") is None:
        return "strace is not installed: sh installers/linux/system-libraries.sh strace"
    tried = subprocess.run(["strace", "-f", "true"], capture_output=True, text=True)
    return "" if tried.returncode == 0 else f"strace may not trace here: {tried.stderr.strip()[-200:]}"


def prove(seed: int, folder: Path) -> int:
    """Every call of one transaction, which the seed chooses; gives the number of kills."""
    name = tuple(TRANSACTIONS)[seed % len(TRANSACTIONS)]
    return prove_one(name, folder)


def prove_one(name: str, folder: Path) -> int:
    """Every call of this transaction."""
    _, _, look, database = TRANSACTIONS[name]
    before = prepared(name, folder)
    whole = copied(before, folder / "whole")
    counts = _counted(name, whole, folder / "trace.txt")
    states = [_state(place / database) for place in (before, whole)] if database else []
    kills = 0
    for call in CALLS:
        for number in range(1, counts[call] + 1):
            place = copied(before, folder / "killed")
            assert _killed(name, place, call, number), f"{name}: {call} {number} was not reached"
            kills += 1
            about, told = f"{name}, killed at {call} {number}", (place / "told").exists() and bool((place / "told").read_bytes())
            if database:
                assert _state(place / database) in (states[1:] if told else states), about
            wrong = list(look(place, told))
            assert not wrong, f"{about}: {wrong}"
    return kills


def _counted(name: str, place: Path, trace: Path) -> Counter[str]:
    """How often the transaction makes each call when nobody stops it."""
    code = _run(name, place, ["-o", str(trace), "-e", f"trace={','.join(CALLS)}"])
    assert code == 0 and (place / "told").exists(), f"{name} alone ended with {code}"
    return Counter(re.findall(r"^(?:\d+ +)?(\w+)\(", trace.read_text(errors="replace"), re.MULTILINE))


def _killed(name: str, place: Path, call: str, number: int) -> bool:
    return _run(name, place, ["-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}"]) == -signal.SIGKILL


def _run(name: str, place: Path, options: list[str]) -> int | None:
    """The transaction under strace, from its first call on: it waits, stopped, until strace is there. Gives its exit code."""
    process = FORKS.Process(target=_stopped, args=(name, str(place)), daemon=True)
    process.start()
    try:
        pid = process.pid
        assert pid is not None
        _until(lambda: _state_of(pid) == "T")
        with subprocess.Popen(["strace", "-f", "-p", str(pid), *options], stderr=subprocess.PIPE, text=True) as tracer:
            assert tracer.stderr is not None
            said = tracer.stderr.readline()
            assert "attached" in said, said
            os.kill(pid, signal.SIGCONT)
            tracer.communicate(timeout=LONGEST_S)
        process.join(LONGEST_S)
        return process.exitcode
    finally:
        process.kill()
        process.join()
        process.close()


def _stopped(name: str, place: str) -> None:
    # Where only ancestors may trace, this process says that anyone of its user may.
    ctypes.CDLL(None).prctl(PR_SET_PTRACER, ctypes.c_ulong(-1))
    os.kill(os.getpid(), signal.SIGSTOP)
    TRANSACTIONS[name][1](Path(place))


def _state_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def _until(holds: Callable[[], bool]) -> None:
    gives_up_s = time.monotonic() + LONGEST_S
    while not holds():
        assert time.monotonic() < gives_up_s, "the process did not come so far"
        time.sleep(0.002)
