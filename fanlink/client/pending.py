"""The pending picture: documents as they will be once the outbox has been answered.

It is computed from the replica and the outbox whenever either moved, and never stored: when a command is refused,
what it did on the screen is gone by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from fanlink.client.effects import Asking, Key, effect, touched
from fanlink.client.entries import Entry
from fanlink.client.outbox import Outbox
from fanlink.client.replica import Replica
from fanlink.client.search import PLACES, matches
from fanlink.core.documents import AccountDocument, Document
from fanlink.core.errors import Refused


class Pending:
    """Reads of documents with everything that waits already done to them."""

    def __init__(self, replica: Replica, outbox: Outbox, account: Callable[[], str | None]) -> None:
        self._replica, self._outbox, self._account = replica, outbox, account
        self._lock = threading.RLock()
        self._at: tuple[int, int, str | None] | None = None
        self._picture: dict[Key, Document] = {}
        self._new: dict[Key, str] = {}

    def get(self, kind: str, id_: str, scope: str | None = None) -> Document | None:
        """One document as it will be."""
        return self.several(kind, [id_], scope).get(id_)

    def several(self, kind: str, ids: Sequence[str], scope: str | None = None) -> dict[str, Document]:
        """Documents by id as they will be."""
        picture, new = self._pictured()
        found = self._replica.several(kind, ids, scope)
        for id_ in ids:
            key = (kind, id_)
            if key in picture and (id_ in found or (key in new and scope in (None, new[key]))):
                found[id_] = picture[key]
        return found

    def ids(self, kind: str, scope: str | None = None, search: str | None = None) -> tuple[str, ...]:
        """Ids of a kind: first what is only here yet, newest first, then what moved last."""
        picture, new = self._pictured()
        here = self._replica.ids(kind, scope, search)
        known = set(here)
        added = [
            id_ for (one, id_), home in reversed(new.items())
            if one == kind and id_ not in known and scope in (None, home)
            and (not search or matches(search, _text(picture[one, id_])))
        ]
        return (*added, *here) if added else here

    def waits(self, kind: str, id_: str) -> bool:
        """True while something that was done to this document has not been answered and seen."""
        return (kind, id_) in self._pictured()[0]

    def kinds_touched(self, entry: Entry) -> frozenset[str]:
        """The kinds of documents that look different because of this command."""
        return frozenset(kind for kind, _ in touched(self._asking(entry, self._replica_read)))

    def _pictured(self) -> tuple[dict[Key, Document], dict[Key, str]]:
        account = self._account()
        with self._lock:
            at = (self._outbox.revision, self._replica.revision, account)
            if at != self._at:
                self._picture, self._new = self._paint(account)
                self._at = at
            return self._picture, self._new

    def _paint(self, account: str | None) -> tuple[dict[Key, Document], dict[Key, str]]:
        picture: dict[Key, Document] = {}
        new: dict[Key, str] = {}

        def read(kind: str, id_: str) -> Document | None:
            key = (kind, id_)
            return picture[key] if key in picture else self._replica_read(kind, id_)

        for entry in self._outbox.live(account):
            asking = self._asking(entry, read)
            for key in touched(asking):
                was = read(*key)
                try:
                    will_be = effect(key[0], was, asking)
                except Refused:
                    continue
                if will_be is None:
                    continue
                if was is None:
                    new[key] = _home(key[0], will_be, asking)
                picture[key] = will_be
        return picture, new

    def _replica_read(self, kind: str, id_: str) -> Document | None:
        return self._replica.get(kind, id_)

    def _asking(self, entry: Entry, read: Callable[[str, str], Document | None]) -> Asking:
        account = read("account", self._account() or "")
        return Asking(entry, account if isinstance(account, AccountDocument) else None, read)


def _home(kind: str, document: Document, asking: Asking) -> str:
    """The scope in which a new document will arrive."""
    if kind == "artist":
        return "public"
    artist = getattr(document, "artist", None)
    inner = getattr(document, "prompt", None) or getattr(document, "challenge", None)
    artist = artist or getattr(inner, "artist", None)
    return f"team:{artist}" if artist else f"person:{asking.me}"


def _text(document: Document) -> str:
    parts = []
    for place in PLACES:
        value: object = document
        for name in place.split("."):
            value = getattr(value, name, None)
        if isinstance(value, str):
            parts.append(value)
    return " ".join(parts)
