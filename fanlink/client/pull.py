"""Pulling: each scope's feed is read from its cursor on, and its digest compared with the server's.

A scope that does not agree is read anew by itself. One that is no longer this account's is removed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from fanlink.client import snapshots
from fanlink.client.ahead import read_ahead
from fanlink.client.api import Api, Busy, Page, TooOld
from fanlink.client.local import Damaged
from fanlink.client.replica import Replica
from fanlink.core.errors import Refused

SNAPSHOT_FROM_ROWS = 5_000
PAGES_AT_ONCE, PAGES_AHEAD = 4, 6

Changed = Callable[[set[str]], None]


@dataclass(slots=True)
class Pulled:
    """What one round brought: rows and pages by scope, what was read anew or removed, what the server forgot.

    `damaged` are those of the healed in which the server says what it said before: the fault was here.
    """

    rows: dict[str, int] = field(default_factory=dict)
    healed: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    snapshots: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    rolled_back: list[str] = field(default_factory=list)
    disagrees: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)

    @property
    def server_differs(self) -> bool:
        """Whether the server says something else than it said before, as one that was restored from a backup does."""
        return bool(self.rolled_back or set(self.healed) - set(self.damaged))

    def add(self, later: Pulled) -> None:
        """Counts what a second look in the same round brought."""
        self.kinds |= later.kinds
        for scope, rows in later.rows.items():
            self.rows[scope] = self.rows.get(scope, 0) + rows
        for name in ("healed", "damaged", "snapshots", "dropped", "rolled_back", "disagrees"):
            getattr(self, name).extend(getattr(later, name))


class Puller:
    """Brings the replica up to the server's heads."""

    def __init__(
        self, api: Api, replica: Replica, folder: Path, changed: Changed = lambda kinds: None, *, pages_ahead: int = 0,
    ) -> None:
        self._api, self._replica, self._folder, self._changed = api, replica, folder, changed
        self._pages_ahead = pages_ahead
        self._given_up: dict[str, int] = {}
        self._checked_anew: set[str] = set()
        self._looked_at: dict[str, int] = {}
        self._looks, self._distrusts = 0, False

    def distrust(self) -> None:
        """The server went back in time: what it is told again may bring a scope to the number it had, over other documents."""
        self._distrusts = True

    def pull(self) -> Pulled:
        """One round over all scopes; raises what `Api` raises, and keeps what had arrived by then."""
        pulled = Pulled()
        heads = self._api.scopes()
        cursors, agreements = self._replica.cursors(), self._replica.agreements()
        for scope in sorted(set(cursors) - set(heads)):
            self._tell(pulled, self._replica.drop(scope))
            pulled.dropped.append(scope)
        quiet = []
        for scope, head in heads.items():
            if self._needs(scope, head, cursors.get(scope), *agreements.get(scope, (-1, None))):
                self._pull_scope(scope, head, cursors.get(scope), pulled)
            elif self._given_up.get(scope) != head:
                quiet.append(scope)
        self._look_at_quiet(quiet, heads, pulled)
        self._replica.index_titles()
        return pulled

    def _needs(self, scope: str, head: int, cursor: int | None, agreed_at: int, digest: str | None) -> bool:
        """False when the cursor is at the head and the digests have agreed there, or never will.

        After a start nobody asks for a scope that did not move: what is here is hashed anew and compared with the digest on
        which both agreed.
        """
        if cursor != head or scope in self._replica.suspects:
            return True
        if agreed_at != cursor:
            return self._given_up.get(scope) != head
        if scope not in self._checked_anew:
            if self._replica.digest(scope, read_again=True) != digest:
                self._replica.suspects.add(scope)
                return True
            self._checked_anew.add(scope)
        return False

    def _look_at_quiet(self, quiet: list[str], heads: Mapping[str, int], pulled: Pulled) -> None:
        """Compares the digest of a scope that did not move too, in turn; of all when the server seems to have gone back.

        A server restored from an old backup may by now have the same head again, over other documents.
        """
        self._distrusts |= pulled.server_differs
        in_turn = sorted(quiet, key=lambda scope: (self._looked_at.get(scope, 0), scope))
        for scope in in_turn if self._distrusts else in_turn[:1]:
            self._pull_scope(scope, heads[scope], heads[scope], pulled)
            self._looks += 1
            self._looked_at[scope] = self._looks
        self._distrusts = False

    def _pull_scope(self, scope: str, head: int, cursor: int | None, pulled: Pulled) -> None:
        try:
            if cursor is not None and cursor > head:
                pulled.rolled_back.append(scope)
                self._heal(scope, pulled)
            elif cursor is None and head >= SNAPSHOT_FROM_ROWS and not self._snapshot(scope, pulled):
                cursor = None
            self._read_on(scope, pulled)
        except Refused:
            # It stopped being ours between two requests; the next round's list of scopes says so.
            return

    def _read_on(self, scope: str, pulled: Pulled) -> None:
        try:
            digest = self._pages(scope, pulled)
        except TooOld:
            self._heal(scope, pulled)
            digest = self._pages(scope, pulled)
        if digest is None or self._agrees(scope, digest):
            return
        if self._replica.agreements().get(scope) == (self._replica.cursor(scope), digest):
            pulled.damaged.append(scope)
        self._heal(scope, pulled)
        digest = self._pages(scope, pulled)
        if digest is not None and not self._agrees(scope, digest) and self._replica.check():
            # The file itself was broken where rows do not show it; what is read into a new one may agree.
            digest = self._pages(scope, pulled)
        if digest is not None and not self._agrees(scope, digest):
            pulled.disagrees.append(scope)
            self._given_up[scope] = self._replica.cursor(scope) or 0
            self._replica.suspects.discard(scope)

    def _pages(self, scope: str, pulled: Pulled) -> str | None:
        """Reads to the end of the feed; gives the server's digest of the whole scope."""
        cursor = self._replica.cursor(scope)
        pages = self._api.pages(scope, cursor or 0)
        first = next(pages)
        if not first.more:
            return self._put(scope, cursor, [first], pulled, index=True)
        with read_ahead(pages, self._pages_ahead) if self._pages_ahead else nullcontext(pages) as coming:
            return self._put_long(scope, cursor, first, coming, pulled)

    def _put_long(self, scope: str, cursor: int | None, first: Page, coming: Iterable[Page], pulled: Pulled) -> str | None:
        """Several pages are put in place together, so a long pull writes less; its titles are indexed later."""
        waiting: list[Page] = []
        for page in chain([first], coming):
            waiting.append(page)
            if len(waiting) == PAGES_AT_ONCE and page.more:
                self._put(scope, cursor, waiting, pulled, index=False)
                cursor, waiting = page.next, []
        return self._put(scope, cursor, waiting, pulled, index=False)

    def _put(self, scope: str, cursor: int | None, pages: list[Page], pulled: Pulled, *, index: bool) -> str | None:
        changes, last = [change for page in pages for change in page.changes], pages[-1]
        if changes or cursor != last.next:
            self._tell(pulled, self._replica.apply(scope, changes, last.next, index=index))
        pulled.rows[scope] = pulled.rows.get(scope, 0) + len(changes)
        return last.digest

    def _agrees(self, scope: str, digest: str) -> bool:
        # Once after each start the documents are hashed anew, so that what flipped on the disk is found.
        again = scope not in self._checked_anew or scope in self._replica.suspects
        agrees = self._replica.digest(scope, read_again=again) == digest
        self._checked_anew.add(scope)
        if agrees:
            self._replica.agree(scope, self._replica.cursor(scope) or 0, digest)
        else:
            self._replica.suspects.add(scope)  # until it was healed, which may not come about in this round
        return agrees

    def _heal(self, scope: str, pulled: Pulled) -> None:
        pulled.healed.append(scope)
        if not self._snapshot(scope, pulled):
            self._tell(pulled, self._replica.drop(scope))

    def _snapshot(self, scope: str, pulled: Pulled) -> bool:
        """Loads a scope whole; False when the server has no snapshot of it, and it must be read from the start."""
        path = self._folder / "arriving.snapshot"
        try:
            with self._api.snapshot(scope) as packed:
                snapshots.unpack(packed, path)
            _, kinds = self._replica.load_snapshot(scope, path)
        except Refused:
            return False
        except Damaged as error:
            raise Busy(f"the snapshot of {scope} did not arrive whole: {error}") from error
        finally:
            path.unlink(missing_ok=True)
        pulled.snapshots.append(scope)
        self._tell(pulled, kinds)
        return True

    def _tell(self, pulled: Pulled, kinds: set[str]) -> None:
        if kinds:
            pulled.kinds |= kinds
            self._changed(kinds)
