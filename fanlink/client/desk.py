"""The outbox as a person meets it: what waits, what needs them, and what they can do about each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from fanlink.client import conflicts
from fanlink.client.clock import Clock, Ids
from fanlink.client.conflicts import Choice, Conflicting
from fanlink.client.entries import Entry, EntryState
from fanlink.client.outbox import Outbox
from fanlink.core.errors import Refused


class Desk:
    """Lists of commands for people, and their answers to them."""

    def __init__(
        self, outbox: Outbox, ids: Ids, clock: Clock, account: Callable[[], str | None], moved: Callable[[Entry], None]
    ) -> None:
        self._outbox, self._ids, self._clock, self._account, self._moved = outbox, ids, clock, account, moved

    def entries(self, most: int = 500) -> tuple[Entry, ...]:
        """The newest commands of this account, newest first."""
        return self._outbox.entries(self._account(), most)

    def entry(self, command_id: str) -> Entry | None:
        """One command with what became of it."""
        return self._outbox.entry(command_id)

    @property
    def conflicts(self) -> tuple[Conflicting, ...]:
        """What rests on something that has moved on: mine, theirs and the base, field by field."""
        return tuple(
            conflicts.compared(entry) for entry in self.entries() if entry.state is EntryState.CONFLICT and entry.needs_you
        )

    @property
    def opinions(self) -> tuple[Entry, ...]:
        """Decisions that came second; they changed nothing and are kept."""
        return self._outbox.opinions(self._account())

    def undo(self, command_id: str) -> bool:
        """Takes back what was never sent; False when it is too late."""
        return self._with(command_id, self._outbox.undo)

    def discard(self, command_id: str) -> bool:
        """Drops what was never sent, or puts away what was answered; False while an answer may still come."""
        return self._with(command_id, self._outbox.discard)

    def retry(self, command_id: str) -> str:
        """Asks again for what was refused or blocked; returns the id that now stands for it."""
        again = self._outbox.retry(command_id, self._ids.new("cmd"), self._clock.now_ms())
        self._tell(again)
        return again

    def resolve(self, command_id: str, choice: Choice | Mapping[str, Choice]) -> str | None:
        """Ends a conflict as the person chose: `mine`, `theirs`, or either of them for each field.

        Returns the id of the command that asks for what was chosen; None when that is how it already is.
        """
        entry = self._outbox.entry(command_id)
        if entry is None or entry.state is not EntryState.CONFLICT or entry.dealt_with:
            raise Refused("nothing_to_resolve", command=command_id)
        data = conflicts.chosen(entry, choice)
        if data is None:
            self._outbox.discard(command_id)
            self._moved(entry)
            return None
        again = replace(
            entry.command, id=self._ids.new("cmd"), data=data, base_version=conflicts.version_now(entry),
            replaces=command_id,
        )
        self._outbox.add(again, account=entry.account, made_ms=self._clock.now_ms(), base=entry.now)
        self._tell(again.id)
        return again.id

    def _with(self, command_id: str, act: Callable[[str], bool]) -> bool:
        entry = self._outbox.entry(command_id)
        done = entry is not None and act(command_id)
        if done and entry is not None:
            self._moved(entry)
        return done

    def _tell(self, command_id: str) -> None:
        entry = self._outbox.entry(command_id)
        if entry is not None:
            self._moved(entry)
