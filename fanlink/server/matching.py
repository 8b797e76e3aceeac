"""Which remix and which sheet version a report line counts for, asked for many lines at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from sqlalchemy import select

from fanlink.core.digests import digest
from fanlink.server import tables
from fanlink.server.nouns import Unmatched
from fanlink.server.store import Store, chunks

MOST_KEPT = 200_000


def group_id(service: str, reported: str) -> str:
    """The id of the group of lines in which a service names a remix like this."""
    return f"unmatched-{digest([service, reported])[:32]}"


class Matcher:
    """Sheets by remix, read for as many remixes as are asked about together."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._sheets: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._by_hand: dict[tuple[str, str], str | None] = {}

    def know(self, reported: Iterable[tuple[str, str]]) -> None:
        """Reads what is needed for lines that name (service, remix)."""
        if len(self._sheets) + len(self._by_hand) > MOST_KEPT:
            self._sheets.clear()
            self._by_hand.clear()
        new = sorted({pair for pair in reported if pair not in self._by_hand})
        for some in chunks(new, 250):
            ids = {group_id(*pair): pair for pair in some}
            self._by_hand |= dict.fromkeys(some)
            for group in self._store.find(Unmatched, id=tuple(sorted(ids))):
                self._by_hand[ids[group.id]] = group.remix
        self._know_sheets({self._by_hand[pair] or pair[1] for pair in new})

    def _know_sheets(self, remixes: Iterable[str]) -> None:
        table, sheets = tables.remixes, tables.sheets
        for some in chunks(sorted({remix for remix in remixes if remix not in self._sheets})):
            self._sheets |= dict.fromkeys(some, ((), ()))
            published = select(table.c.id).where(table.c.id.in_(some), table.c.published_ms.is_not(None))
            chosen = select(sheets.c.remix, sheets.c.effective_from, sheets.c.id).where(sheets.c.remix.in_(published))
            for row in self._store.rows(chosen.order_by(sheets.c.remix, sheets.c.effective_from, sheets.c.id)):
                days, names = self._sheets[row.remix]
                self._sheets[row.remix] = (*days, row.effective_from), (*names, row.id)

    def of(self, service: str, reported: str, period_end: str) -> tuple[str, str | None]:
        """(remix, sheet in force then); no sheet for what was never published here, or not yet under any."""
        remix = self._by_hand[service, reported] or reported
        return remix, self.sheet(remix, period_end)

    def sheet(self, remix: str, day: str) -> str | None:
        """The sheet version of a remix that is in force on a day."""
        if remix not in self._sheets:
            self._know_sheets([remix])
        days, names = self._sheets[remix]
        place = bisect_right(days, day)
        return names[place - 1] if place else None
