"""The people of the demo as real accounts: each with a token, and a session as their desktop would have."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from fanlink.client.api import Api
from fanlink.client.entries import EntryState, envelope
from fanlink.client.session import Session
from fanlink.core.commands import Command, Data
from fanlink.core.errors import FanLinkError, Refused
from fanlink.demo.world import World

BATCH = 200


class DemoFailed(FanLinkError):
    """The story could not go on; says where and why."""


@dataclass
class Cast:
    """Everyone by name, on one server. Close it to close every session that was opened."""

    url: str
    home: Path
    world: World
    tokens: dict[str, str]
    ids: dict[str, str]
    parties: dict[str, str]
    sessions: dict[str, Session] = field(default_factory=dict)

    def session(self, name: str) -> Session:
        """This person's own session, with an outbox and replica of its own; opened once.

        Its token stays in memory: the demo makes a new one each time it runs.
        """
        if name not in self.sessions:
            self.sessions[name] = Session.open(self.session_home(name), environment={"FANLINK_TOKEN_STORE": "memory"})
            self.sessions[name].use_token(self.url, self.tokens[name])
        return self.sessions[name]

    def session_home(self, name: str) -> Path:
        """Where this person's desktop keeps its files."""
        return self.home / "people" / slug(name)

    def ask(self, name: str, acts: Iterable[tuple[str, str, Data] | tuple[str, str, Data, int]]) -> None:
        """Sends commands in order as this person; a number at the end is the version that was seen.

        Their ids follow from the words given, so that a second run of the demo asks the same again and changes nothing.
        Raises `DemoFailed` with the reasons when one is not accepted.
        """
        commands = [Command(command_id(words), target, data, *seen) for words, target, data, *seen in acts]
        api = Api(self.url, self.tokens[name])
        try:
            for start in range(0, len(commands), BATCH):
                batch = commands[start : start + BATCH]
                for command, answer in zip(batch, api.push([envelope(one) for one in batch]), strict=True):
                    if answer.outcome is not EntryState.ACCEPTED:
                        why = str(Refused(answer.reasons)) if answer.reasons else answer.outcome.value
                        facts = [dict(reason.facts) for reason in answer.reasons]
                        raise DemoFailed(f"{name} asked {command.kind} of {command.target}: {why} {facts}")
        finally:
            api.close()

    def close(self) -> None:
        """Closes every session that is open."""
        while self.sessions:
            self.sessions.popitem()[1].close()


def command_id(words: str) -> str:
    """The id of a command of the demo: the same words, the same id."""
    return "demo-" + hashlib.sha256(words.encode()).hexdigest()[:32]


def slug(name: str) -> str:
    """A name as a folder: letters and digits, the rest dashes."""
    return "-".join("".join(sign if sign.isalnum() else " " for sign in name.lower()).split())
