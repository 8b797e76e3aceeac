"""The outbox's second copy: one line for each thing asked, so that a broken database loses nothing that was not sent.

The database is the truth while it is sound. Each line carries the number of the transaction it belongs to, and the
database keeps the last one; so a database that silently lost its end, as after a bad sector, is recognised.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fanlink.core.digests import canonical

REWRITE_FROM_BYTES = 4 * 2**20


@dataclass(slots=True)
class Told:
    """What the sound lines of a journal say: what was asked and not taken back or put away, facts, files to send.

    What was accepted is among it: a server that goes back in time may need to be asked again.
    """

    number: int = 0
    asked: dict[str, dict[str, Any]] = field(default_factory=dict)
    facts: dict[str, str | None] = field(default_factory=dict)
    uploads: dict[str, list[Any]] = field(default_factory=dict)


class Journal:
    """A file that only grows, but for being written anew from time to time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._behind = False
        self._bytes = 0

    def add(self, number: int, *says: dict[str, Any], lasting: bool = True) -> None:
        """Adds lines; with `lasting` they are on the disk when this returns.

        The database has them already, so a disk that will not take the second copy does not undo what was asked: the
        journal is behind then, and written anew when it can be.
        """
        lines = b"".join(_line(number, one) for one in says)
        try:
            with self.path.open("ab") as file:
                file.write(lines)
                if lasting:
                    file.flush()
                    os.fsync(file.fileno())
        except OSError:
            self._behind = True
        self._bytes += len(lines)

    @property
    def wants_rewriting(self) -> bool:
        """True when it is behind, or long."""
        return self._behind or self._bytes > REWRITE_FROM_BYTES

    def rewrite(self, number: int, says: Iterable[dict[str, Any]]) -> None:
        """Writes it anew with only what still matters; the old one stands until the new one is whole."""
        made = self.path.with_name(self.path.name + ".new")
        try:
            with made.open("wb") as file:
                file.write(b"".join(_line(number, one) for one in ({}, *says)))
                file.flush()
                os.fsync(file.fileno())
            os.replace(made, self.path)
        except OSError:
            self._behind = True
        else:
            self._behind, self._bytes = False, 0

    def read(self) -> Told:
        """What the lines say that are whole; a torn or flipped one is passed over."""
        told = Told()
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return told
        for line in lines:
            sealed, _, body = line.partition(b" ")
            if _seal(body) != sealed:
                continue
            number, said = json.loads(body)
            told.number = max(told.number, number)
            if "do" in said:
                told.asked[said["do"]["id"]] = said
            if "gone" in said:
                told.asked.pop(said["gone"], None)
            for id_ in said.get("yes", ()):
                if id_ in told.asked:  # what was blocked once, and then went, is blocked no more
                    told.asked[id_] = {name: one for name, one in told.asked[id_].items() if name != "blocked"} | {"accepted": [said["at"], number]}
            if "upload" in said:
                told.uploads[said["upload"][0]] = said["upload"][1:]
            told.facts |= said.get("set", {})
        return told


def _line(number: int, says: dict[str, Any]) -> bytes:
    body = canonical([number, says])
    return _seal(body) + b" " + body + b"\n"


def _seal(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest()[:16].encode()

