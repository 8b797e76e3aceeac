"""What a person must find on their own computer, whatever happened to it: looked at after each start and each sync.

The auditor knows what was asked here, what was taken back and what went over the line; the computer has to say the same.
"""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING, Any

from fanlink import wire
from fanlink.client.entries import Entry, EntryState
from fanlink.client.session import Session
from fanlink.client.shelf import Shelf
from fanlink.core.documents import Document
from fanlink.simulation.auditor import Auditor
from fanlink.simulation.clock import World
from fanlink.simulation.plain import DAY_MS
from fanlink.simulation.views import READ, Views, id_of

if TYPE_CHECKING:
    from fanlink.simulation.people import Person

UNDO_MS = 10_000
# What was accepted is history for sixty days by the computer's own clock, which may be wrong by three in either direction.
HISTORY_MS = (60 - 6) * DAY_MS
LOOK_EVERY = 2
# These look different for commands about something else: follows of an artist, answers to a consent.
AROUND = ("account", "track")

HERE = "SELECT id, state, target, after, replaces, data, made_ms, not_before_ms, dealt_with FROM commands ORDER BY number"


class Screen:
    """One computer as its person sees it. `left` are the ids of the commands that were handed to its line."""

    def __init__(self, name: str, person: str, auditor: Auditor, left: Set[str], world: World) -> None:
        self._name, self._person, self._auditor, self._left, self._world = name, person, auditor, left, world
        self._asked_ms: dict[str, int] = {}
        self._taken_back: set[str] = set()
        self._unsure: set[str] = set()
        self._renamed: dict[str, str] = {}
        self._syncs = 0
        self._said: dict[int, tuple[Document, str, Any]] = {}
        self.lost_its_outbox = False

    # What the person did ----------------------------------------------------------------------------------------

    def asked(self, command: str) -> None:
        """The client said that this is stored."""
        self._asked_ms[command] = self._world.now_ms
        self._auditor.asked(self._person, command)

    def took_back(self, command: str) -> None:
        """The client said that this is taken back."""
        self._taken_back.add(command)
        self._auditor.took_back(self._person, command)

    def unsure(self, command: str) -> None:
        """The client ended while this was taken back: whether it was, is seen when the person looks again."""
        self._unsure.add(command)

    def tried_to_undo(self, was: Entry | None, gone: bool) -> None:
        """What waits can be taken back exactly when it never went over the line.

        An outbox that was made anew from its journal does not know what it sent, and has to take it for sent.
        """
        if was is None or was.state is not EntryState.WAITING:
            return
        if gone and was.id in self._left:
            self._violated(f"took back {was.id}, which had gone over the line")
        if not gone and was.id not in self._left and not self.lost_its_outbox:
            self._violated(f"did not take back {was.id}, which never went over the line")

    def insists(self, command: str) -> None:
        """The person chose theirs in a conflict, and this asks for it."""
        self._auditor.insisted.add((self._person, command))

    # What the person sees ---------------------------------------------------------------------------------------

    def look(self, session: Session, who: Person) -> None:
        """After a start: everything that was asked is here."""
        rows = session._store.rows(HERE)
        here = {row[0]: row[-1] for row in rows}
        for command in sorted(self._unsure):
            if command not in here:
                self.took_back(command)
            if not here.get(command):
                who.put_away.discard(command)
        self._unsure.clear()
        self._is_kept(who, rows)

    def look_after_sync(self, session: Session, who: Person, began_ms: int) -> None:
        """After the server was reached, in a round that began at this time of the computer's own clock: what was due has gone, and the documents are as the model has them."""
        rows = session._store.rows(HERE)
        self._is_kept(who, rows)
        self._is_gone(session, rows, began_ms)
        self._syncs += 1
        if self._syncs % LOOK_EVERY == 0:
            self.look_at_documents(session, Views(self._auditor.model))

    def _is_kept(self, who: Person, rows: list[Any]) -> None:
        """What was asked is shown until it was taken back or put away.

        For as long as there is history, that is of what was accepted. What the client itself asked for anew under another name,
        once its ground was mended, is shown under that name: where a broken outbox forgot the old one, and when that is history.
        """
        here = {row[0] for row in rows}
        self._renamed |= {row[4]: row[0] for row in rows if row[4]}
        gone = who.put_away | self._taken_back
        for command in sorted(who.asked - gone - here):
            old = self._world.now_ms - self._asked_ms[command] > HISTORY_MS
            name = self._stands_for(command)
            if old and (name or (self._person, command) in self._auditor.told_yes):
                continue
            if not (self.lost_its_outbox and name and (name in here or name in gone)):
                self._violated(f"no longer shows {command}")

    def _stands_for(self, command: str) -> str | None:
        """The last name under which a command was asked for anew; None where that never was."""
        name = self._renamed.get(command)
        while name in self._renamed:
            name = self._renamed[name]
        return name

    def _is_gone(self, session: Session, rows: list[Any], began_ms: int) -> None:
        """Nothing waits after a sync but for what it rests on, for a file, for what was asked of the same thing before, or for its undo."""
        held, busy = session._uploads.held(), set()
        for command, state, target, after, replaces, data, made_ms, not_before_ms, _ in rows:
            if state != EntryState.WAITING:
                continue
            may_be_undone = not_before_ms > 0 and 0 <= began_ms - made_ms < UNDO_MS
            rests = after != "[]" or replaces is not None
            if not (may_be_undone or rests or target in busy or any(digest in data for digest in held)):
                self._violated(f"reached the server and kept {command}, which nothing keeps")
            busy.add(target)

    def look_at_documents(self, session: Session, views: Views) -> None:
        """Every document that nothing waits for says what the model says: what was refused has left no picture behind."""
        moving = {target for (target,) in session._store.rows(
            "SELECT target FROM commands WHERE state IN ('waiting', 'sending') OR state = 'accepted' AND NOT settled"
        )}  # fmt: skip
        only_here = {kind for kind, _ in session._pending._pictured()[1]}
        for scope in sorted(self._auditor.model.scopes_of(self._person)):
            must, seen = views.wanted.get(scope, {}), set()
            may = views.allowed.get(scope, {}) | must
            # Of the other kinds there is nothing to ask for.
            kinds = {*session._replica._gathered(scope, _kinds_in, scope), *only_here, *(kind for kind, _ in must)}
            for kind in [one for one in READ if one in kinds]:
                ids = session.ids(kind, scope)
                here = session._pending.several(kind, ids, scope) if ids else {}
                for id_ in ids:
                    document = here.get(id_)
                    name, says = self._reading(kind, id_, document) if document is not None else (id_, None)
                    seen.add((kind, name))
                    if id_ in moving or (moving and kind in AROUND):
                        continue
                    if (kind, name) not in may:
                        self._violated(f"shows {kind} {name} of {scope}, where it may not be")
                    elif says != may[kind, name][1]:
                        self._violated(f"shows {kind} {name} of {scope} as {says}, must be {may[kind, name][1]}")
            missing = sorted((kind, name) for kind, name in set(must) - seen if name not in moving)
            for kind, name in missing:
                self._violated(f"does not show {kind} {name} of {scope}")

    def _reading(self, kind: str, id_: str, document: Document) -> tuple[str, Any]:
        """What a document is called and says; each is read once for as long as it is the same one."""
        known = self._said.get(id(document))
        if known is None or known[0] is not document:
            data = wire.to_json(document)
            known = self._said[id(document)] = (document, id_of(kind, id_, data), READ[kind](data))
        return known[1], known[2]

    def _violated(self, what: str) -> None:
        self._auditor.violated(f"{self._name} {what}")


def _kinds_in(shelf: Shelf, scope: str) -> list[str]:
    """The kinds of documents that a scope has on a shelf, in one question."""
    asked = "SELECT DISTINCT kind FROM documents WHERE scope = ?"
    return [kind for number in shelf._some(scope) for (kind,) in shelf._store.rows(asked, number)]
