"""A client as a process: asks, syncs, and writes down what it was told. Ended by a kill, or by a file named `rest` in its home.

Each line of the log is written with one system call after the fact: `asked ID` when `do` has returned, `answered ID OUTCOME` when
the outbox has the answer. Once `rest` is there it asks nothing more and ends as soon as nothing waits.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

from fanlink.client.secrets import Secrets
from fanlink.client.session import Session
from fanlink.core.commands import AskApproval, WritePrompt
from fanlink.core.errors import FanLinkError
from fanlink.core.guard_rails import GuardRails
from fanlink.core.prompts import PromptText, Slot

PAUSE_S = 0.02


class Driver:
    """One run of the process."""

    def __init__(self, home: Path, url: str, token: str, log: Path) -> None:
        self._home, self._chance = home, random.Random()
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._session = Session.open(home, secrets=Secrets(lambda: None), live=False)
        self._session.use_token(url, token)
        self._answered: set[str] = set()

    def run(self) -> None:
        """Asks and syncs until told to rest, then syncs until nothing waits."""
        while True:
            rest = (self._home / "rest").exists()
            if not rest:
                for _ in range(self._chance.randrange(4)):
                    self._ask()
            try:
                self._session.sync_once()
            except FanLinkError:
                time.sleep(PAUSE_S)
            else:
                if rest and not self._session.state.waiting:
                    self._session.close()
                    return
            self._tell()

    def _ask(self) -> None:
        """A new prompt, and the question for approval that rests on it."""
        target = self._session.new_id("prompt")
        text = PromptText(f"Slow it down {target[-6:]}", "Make it {mood}", {"mood": Slot(("calm",))}, GuardRails(), "split-one")
        first = self._session.do(WritePrompt("artist-ana", "track-one", text), target)
        self._say(f"asked {first}")
        self._say(f"asked {self._session.do(AskApproval(), target, after=(first,))}")

    def _tell(self) -> None:
        for entry in self._session.outbox.entries(60):
            if entry.answered_ms is not None and entry.id not in self._answered:
                self._answered.add(entry.id)
                self._say(f"answered {entry.id} {entry.state}")

    def _say(self, line: str) -> None:
        os.write(self._log, f"{line}\n".encode())


def run(home: str, url: str, token: str, log: str) -> None:
    """The process."""
    Driver(Path(home), url, token, Path(log)).run()
