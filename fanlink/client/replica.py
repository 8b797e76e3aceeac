"""The replica: what this account may see, kept on this computer, with one cursor for each scope.

Reads never need the server. What is broken is set aside and read anew, a scope at a time where that is possible.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from fanlink import wire
from fanlink.client import snapshots
from fanlink.client.api import Change
from fanlink.client.local import Closed, Connect, Damaged, set_aside
from fanlink.client.local import connect as plain_connect
from fanlink.client.search import query_of
from fanlink.client.shelf import Found, Shelf
from fanlink.core.documents import KINDS, Document
from fanlink.core.errors import BadInput

T = TypeVar("T")

COMMON = "common.db"
OWN_SHELF_FROM_ROWS = 10_000
MOST_VALUES = 8_192
MOST_LISTS = 64


class Replica:
    """Documents by scope, kind and id, on one common shelf and one more for each very large scope."""

    def __init__(self, folder: Path, now_ms: Callable[[], int], connect: Connect = plain_connect) -> None:
        self._folder, self._now_ms, self._connect = folder, now_ms, connect
        self._lock = threading.RLock()
        self._values: dict[tuple[str, bytes], Document | None] = {}
        self._lists: dict[tuple[Any, ...], tuple[int, tuple[str, ...]]] = {}
        self.revision = 0
        self.set_aside: list[Path] = []
        self.suspects: set[str] = set()
        self.unreadable: set[tuple[str, str]] = set()
        folder.mkdir(parents=True, exist_ok=True)
        self._common = self._opened(folder / COMMON)
        self._own: dict[str, Shelf] = {}
        self._find_own_shelves()

    def close(self) -> None:
        """Lets go of every file."""
        for shelf in self._shelves():
            shelf.close()

    # What sync writes -------------------------------------------------------------------------------------------

    def cursors(self) -> dict[str, int]:
        """How far each scope has been read."""
        read = self._try(self._common, Shelf.cursors)
        for shelf in list(self._own.values()):
            read |= self._try(shelf, Shelf.cursors)
        return read

    def cursor(self, scope: str) -> int | None:
        """How far one scope has been read; None when it is not here."""
        return self._on(scope, Shelf.cursor, scope)

    def agreements(self) -> dict[str, tuple[int, str | None]]:
        """Of each scope the cursor at which its digest last agreed with the server's, -1 when it never did, and that digest."""
        read = self._try(self._common, Shelf.agreed)
        for shelf in list(self._own.values()):
            read |= self._try(shelf, Shelf.agreed)
        return read

    def agreed_at(self, scope: str) -> int:
        """The cursor at which the digest of this scope last agreed with the server's."""
        return self.agreements().get(scope, (-1, None))[0]

    def agree(self, scope: str, cursor: int, digest: str) -> None:
        """Notes that this digest agreed at this cursor."""
        self._on(scope, Shelf.agree, scope, cursor, digest)
        self.suspects.discard(scope)

    def apply(self, scope: str, changes: Sequence[Change], cursor: int, *, index: bool = True) -> set[str]:
        """Puts changes and cursor in place in one transaction; returns the kinds that changed."""
        return self._moved(self._on(scope, Shelf.apply, scope, changes, cursor, index=index))

    def load_snapshot(self, scope: str, path: Path) -> tuple[int, set[str]]:
        """Replaces a scope by an unpacked snapshot, at once; returns its cursor and the kinds that changed."""
        about = snapshots.about(path, scope, self._connect)
        if about.rows < OWN_SHELF_FROM_ROWS:
            kinds = self._on_common(Shelf.copy_in, scope, about.head, snapshots.rows(path, self._connect))
            self._remove_own(scope)
        else:
            before = self.kinds(scope)
            self._put_own(scope, path, about.head)
            self._on_common(Shelf.drop, scope)
            kinds = before | self.kinds(scope)
        return about.head, self._moved(kinds)

    def drop(self, scope: str) -> set[str]:
        """Removes a scope that this account may no longer see; returns the kinds that were in it."""
        kinds = self.kinds(scope) if scope in self._own else set()
        self._remove_own(scope)
        return self._moved(kinds | self._on_common(Shelf.drop, scope))

    def digest(self, scope: str, *, read_again: bool = False) -> str:
        """What the server's digest of this scope must equal."""
        return self._on(scope, Shelf.digest, scope, read_again=read_again)

    def index_titles(self) -> int:
        """Indexes what long pulls and snapshots left for later; returns how many rows."""
        done = sum(self._try(shelf, Shelf.index_titles) for shelf in self._shelves())
        if done:
            self.revision += 1
        return done

    def check(self) -> list[Path]:
        """Reads every page of every file; what is broken is set aside and will be read anew. Returns where it went."""
        before = len(self.set_aside)
        for shelf in self._shelves():
            self._try(shelf, Shelf.check)
        return self.set_aside[before:]

    # What pages read --------------------------------------------------------------------------------------------

    def get(self, kind: str, id_: str, scope: str | None = None) -> Document | None:
        """One document; of several scopes' forms the newest, and then the one that tells most."""
        found = self.several(kind, [id_], scope)
        return found.get(id_)

    def several(self, kind: str, ids: Sequence[str], scope: str | None = None) -> dict[str, Document]:
        """Documents by id, of those that are here and sound."""
        best: dict[str, Found] = {}
        for found in self._gathered(scope, Shelf.find, kind, ids, scope):
            if found.id not in best or _tells_more(found, best[found.id]):
                best[found.id] = found
        values = {id_: self._value(found) for id_, found in best.items()}
        return {id_: value for id_, value in values.items() if value is not None}

    def stored(self, kind: str, id_: str) -> dict[str, Any] | None:
        """The JSON of one document as it arrived."""
        found = [one for one in self._gathered(None, Shelf.find, kind, [id_], None) if one.sound]
        return json.loads(max(found, key=_telling).data) if found else None

    def ids(self, kind: str, scope: str | None = None, search: str | None = None) -> tuple[str, ...]:
        """Ids of a kind, what moved last first; with `search` only those that have its words."""
        key = (kind, scope, search)
        revision = self.revision
        kept = self._lists.get(key)
        if kept is None or kept[0] != revision:
            query = query_of(search) if search else None
            moved: dict[str, int] = {}
            if not (search and not query):
                for id_, seq in self._gathered(scope, Shelf.ids, kind, scope, query):
                    moved[id_] = max(seq, moved.get(id_, 0))
            if len(self._lists) >= MOST_LISTS:
                self._lists.clear()
            kept = self._lists[key] = (revision, tuple(sorted(moved, key=lambda id_: (-moved[id_], id_))))
        return kept[1]

    def kinds(self, scope: str) -> set[str]:
        """The kinds of documents that a scope holds here."""
        return self._on(scope, Shelf.kinds, scope)

    def count(self) -> int:
        """How many documents are here."""
        return sum(self._try(shelf, Shelf.count) for shelf in self._shelves())

    # Inside -----------------------------------------------------------------------------------------------------

    def _value(self, found: Found) -> Document | None:
        key = (found.kind, found.hash)
        if key not in self._values:
            if len(self._values) >= MOST_VALUES:
                self._values.clear()
            if not found.sound:
                # A bit flipped on the disk: better nothing than something wrong, until this scope is read anew.
                self.suspects.add(found.scope)
                return None
            try:
                self._values[key] = wire.from_bytes(KINDS[found.kind], found.data, where=found.id)
            except (KeyError, BadInput):
                # A newer server says more than this version can read.
                self.unreadable.add((found.kind, found.id))
                self._values[key] = None
        return self._values[key]

    def _shelves(self) -> list[Shelf]:
        return [self._common, *self._own.values()]

    def _gathered(self, scope: str | None, read: Callable[..., list[T]], *values: Any) -> list[T]:
        shelves = self._shelves() if scope is None else [self._own.get(scope, self._common)]
        return [found for shelf in shelves for found in self._try(shelf, read, *values)]

    def _on(self, scope: str, act: Callable[..., T], *values: Any, **named: Any) -> T:
        return self._try(self._own.get(scope, self._common), act, *values, **named)

    def _on_common(self, act: Callable[..., T], *values: Any) -> T:
        return self._try(self._common, act, *values)

    def _try(self, shelf: Shelf, act: Callable[..., T], *values: Any, **named: Any) -> T:
        """Does something on a shelf; a broken one is set aside, and it is done on the empty one that takes its place."""
        try:
            return act(shelf, *values, **named)
        except Damaged:
            return act(self._replace_broken(shelf), *values, **named)
        except Closed:
            return act(self._common, *values, **named)

    def _replace_broken(self, shelf: Shelf) -> Shelf:
        with self._lock:
            if shelf in self._shelves():
                shelf.close()
                self.set_aside.append(set_aside(shelf.path, self._now_ms()))
                self._own = {scope: own for scope, own in self._own.items() if own is not shelf}
                if shelf is self._common:
                    self._common = Shelf(shelf.path, self._connect)
                self.revision += 1
            return self._common

    def _opened(self, path: Path) -> Shelf:
        try:
            return Shelf(path, self._connect)
        except Damaged:
            self.set_aside.append(set_aside(path, self._now_ms()))
            return Shelf(path, self._connect)

    def _find_own_shelves(self) -> None:
        for path in sorted(self._folder.glob("own-*.db")):
            shelf = self._opened(path)
            scopes = list(shelf.cursors())
            if not scopes:
                shelf.close()
                _remove(path)
                continue
            if scopes[0] in self._own:
                self._remove_own(scopes[0])
            self._own[scopes[0]] = shelf
            if scopes[0] in self._common.cursors():
                self._common.drop(scopes[0])

    def _put_own(self, scope: str, path: Path, head: int) -> None:
        adopted = Shelf(path, self._connect)
        adopted.adopt(scope, head)
        adopted.close()
        made = [int(old.name.split("-")[1]) for old in self._folder.glob("own-*.db*")]
        name = f"own-{max(made, default=0) + 1:08d}-{hashlib.sha256(scope.encode()).hexdigest()[:16]}.db"
        os.replace(path, self._folder / name)
        with self._lock:
            self._remove_own(scope)
            self._own[scope] = Shelf(self._folder / name, self._connect)

    def _remove_own(self, scope: str) -> None:
        with self._lock:
            shelf = self._own.pop(scope, None)
            if shelf is not None:
                shelf.close()
                _remove(shelf.path)

    def _moved(self, kinds: set[str]) -> set[str]:
        if kinds:
            self.revision += 1
        return kinds


def _telling(found: Found) -> tuple[int, int, str]:
    rank = {"public": 0, "artist": 1}.get(found.scope.partition(":")[0], 2)
    return found.version, rank, found.scope


def _tells_more(one: Found, other: Found) -> bool:
    return _telling(one) > _telling(other)


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
