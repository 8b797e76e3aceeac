"""A model in a folder of this computer, run in a process of its own that can be ended at any moment."""

from __future__ import annotations

import importlib.util
import json
import os
import queue
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from fanlink.core.errors import BadInput, Stopped, Unavailable
from fanlink.remix import decode, workers
from fanlink.remix.generate import cards
from fanlink.remix.generate.child import OFFLINE
from fanlink.remix.generate.engine import Stop, Tell, Terms, Wish, check, words_for

POLL_S = 0.02
LONGEST_WAIT_S = 3_600.0
NEEDED = ("torch", "transformers")
REFERENCE_HZ = {"musicgen": None, "acestep": 48_000}
INSTALL = "generating on this computer needs the optional part “gen”: pip install \"fanlink[gen]\""
# What a child has no use for, and what it must not be able to tell anyone.
SECRETS = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "FANLINK_TOKEN_PASSPHRASE", "FANLINK_GENERATE_KEY", "FANLINK_WORDS_KEY")


def python() -> str:
    """The Python that runs models: this one, or another environment's that FANLINK_GENERATE_PYTHON names."""
    return os.environ.get("FANLINK_GENERATE_PYTHON") or sys.executable


def installed() -> bool:
    """Whether the libraries are there; of another environment that is only known once it is used."""
    return python() != sys.executable or all(importlib.util.find_spec(name) for name in NEEDED)


class LocalModel:
    """MusicGen or ACE-Step from a folder. `declared` is the licence a person says it has, where its card says none."""

    made_by = "local"

    def __init__(self, folder: Path, declared: str = "", longest_wait_s: float = LONGEST_WAIT_S) -> None:
        self._card = cards.read(folder, declared)
        self._longest_wait_s = longest_wait_s
        self.name = self._card.family
        self.longest_s = cards.LONGEST_S[self._card.family]

    @property
    def terms(self) -> Terms:
        return self._card.terms

    def generate(self, wish: Wish, folder: Path, tell: Tell, stop: Stop) -> Path:
        """See `Engine`. The same seed gives the same sound with the same libraries on the same kind of processor."""
        check(wish, self.longest_s)
        if not installed():
            raise Unavailable(INSTALL)
        job = {
            "family": self._card.family, "kind": self._card.kind, "folder": str(self._card.folder.resolve()),
            "words": words_for(wish), "plain_words": wish.words, "seconds": wish.seconds, "seed": wish.seed,
            "tempo_bpm": wish.tempo_bpm, "key": wish.key, "beats_per_bar": wish.beats_per_bar,
            "threads": workers.processors(), "out": str(folder / "made.wav"), "reference": self._reference(wish, folder, stop),
        }  # fmt: skip
        process = self._begin()
        try:
            self._meaning(self._follow(process, job, tell, stop))
        finally:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream:
                    with suppress(OSError):
                        stream.close()
        return folder / "made.wav"

    def _reference(self, wish: Wish, folder: Path, stop: Stop) -> str | None:
        """The stretch of a stem as numbers at the model's rate, decoded where all sound is decoded."""
        if wish.reference is None:
            return None
        rate_hz = REFERENCE_HZ[self._card.family] or cards.rate_of(self._card)
        decode.decode(wish.reference, folder / "reference.npy", rate_hz=rate_hz, stop=stop)
        return str(folder / "reference.npy")

    def _begin(self) -> subprocess.Popen[str]:
        environment = {name: value for name, value in os.environ.items() if name not in SECRETS} | OFFLINE
        try:
            return subprocess.Popen(
                [python(), "-m", "fanlink.remix.generate.child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, text=True, env=environment, cwd=Path(__file__).parents[3],
            )  # fmt: skip
        except OSError as error:
            raise Unavailable(f"the Python that runs models cannot be started ({error.strerror})") from error

    def _follow(self, process: subprocess.Popen[str], job: dict[str, Any], tell: Tell, stop: Stop) -> dict[str, Any]:
        """The child's last word; passes on what it tells on the way."""
        lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=_listen, args=(process, lines), daemon=True).start()
        assert process.stdin
        with suppress(OSError):
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()
        deadline, said = time.monotonic() + self._longest_wait_s, {}
        while True:
            if stop():
                raise Stopped
            if time.monotonic() > deadline:
                raise Unavailable(f"the model took longer than {self._longest_wait_s:g} seconds")
            try:
                line = lines.get(timeout=POLL_S)
            except queue.Empty:
                continue
            if line is None:
                return said
            said = json.loads(line)
            if "stage" in said:
                tell(said["stage"], said["share"])

    def _meaning(self, said: dict[str, Any]) -> None:
        if "made" in said:
            return
        if "missing" in said:
            raise Unavailable(f"{INSTALL} ({said['missing']} is not there)")
        if "unavailable" in said:
            raise Unavailable(said["unavailable"])
        if "bad" in said:
            raise BadInput(f"the model cannot be used: {said['bad']}", where=self.terms.model)
        raise Unavailable("the model's process ended before it was done; it may need more memory than there is")


def _listen(process: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    assert process.stdout
    with suppress(ValueError, OSError):
        for line in process.stdout:
            lines.put(line)
    lines.put(None)
