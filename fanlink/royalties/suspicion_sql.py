"""The rules of `suspicion.py` asked of a spooled report, for any size: groups are found by the database, plays streamed.

The two are written apart and must agree; a property test holds them together.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from fanlink.royalties.suspicion import Limits

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOLD = "INSERT OR IGNORE INTO suspects VALUES (?, ?, ?)"


def microseconds(at: datetime) -> int:
    """A time as whole microseconds since 1970 UTC."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def mark(base: sqlite3.Connection, limits: Limits) -> None:
    """Writes the table `suspects` from the table `lines`."""
    base.execute("CREATE INDEX lines_plays ON lines (remix_id, listener_hash, at_us)")
    base.execute("CREATE INDEX lines_payers ON lines (payer_hash, remix_id)")
    base.execute("BEGIN")
    base.executemany(_HOLD, _bursts(base, limits))
    _few_payers(base, limits)
    _thin_spread(base, limits)
    base.execute("COMMIT")


def _bursts(base: sqlite3.Connection, limits: Limits) -> Iterator[tuple[int, str, str]]:
    groups = base.execute(
        "SELECT remix_id, listener_hash FROM lines WHERE at_us IS NOT NULL AND listener_hash IS NOT NULL "
        "GROUP BY remix_id, listener_hash HAVING COUNT(*) >= ?", (limits.burst_plays,),
    ).fetchall()  # fmt: skip
    rule, minutes = f"burst/{limits.version}", limits.burst // timedelta(minutes=1)
    for group in groups:
        plays = base.execute(
            "SELECT n, at_us FROM lines WHERE remix_id = ? AND listener_hash = ? AND at_us IS NOT NULL ORDER BY at_us, n", group
        ).fetchall()
        for number, count in crowded(plays, limits.burst // timedelta(microseconds=1), limits.burst_plays):
            yield number, rule, f"{count} plays in {minutes} minutes"


def crowded(plays: Iterable[tuple[int, int]], window_us: int, least: int) -> Iterator[tuple[int, int]]:
    """The plays (number, time) that lie in a window with at least so many, each with the size of the last such window."""
    near: deque[tuple[int, int, int]] = deque()  # place in the order, number, time
    full_from = full_to = full_size = -1

    def said(place: int, number: int) -> Iterator[tuple[int, int]]:
        if full_from <= place <= full_to:
            yield number, full_size

    for place, (number, at_us) in enumerate(plays):
        while near and at_us - near[0][2] > window_us:
            gone = near.popleft()
            yield from said(gone[0], gone[1])
        near.append((place, number, at_us))
        if len(near) >= least:
            full_from, full_to, full_size = near[0][0], place, len(near)
    for place, number, _ in near:
        yield from said(place, number)


def _few_payers(base: sqlite3.Connection, limits: Limits) -> None:
    groups = base.execute(
        "SELECT remix_id, COUNT(*), COUNT(DISTINCT payer_hash) FROM lines WHERE payer_hash IS NOT NULL GROUP BY remix_id "
        "HAVING COUNT(*) >= ? AND COUNT(DISTINCT payer_hash) <= ?", (limits.few_payers_plays, limits.few_payers),
    ).fetchall()  # fmt: skip
    for remix, plays, payers in groups:
        base.execute(
            "INSERT INTO suspects SELECT n, ?, ? FROM lines WHERE remix_id = ? AND payer_hash IS NOT NULL",
            (f"few_payers/{limits.version}", f"{plays} plays paid by {payers}", remix),
        )


def _thin_spread(base: sqlite3.Connection, limits: Limits) -> None:
    groups = base.execute(
        "SELECT payer_hash, COUNT(*), COUNT(DISTINCT remix_id) FROM lines WHERE payer_hash IS NOT NULL GROUP BY payer_hash "
        "HAVING COUNT(DISTINCT remix_id) >= ? AND COUNT(*) <= COUNT(DISTINCT remix_id) * ?",
        (limits.thin_remixes, limits.thin_plays_each),
    ).fetchall()
    for payer, plays, remixes in groups:
        base.execute(
            "INSERT INTO suspects SELECT n, ?, ? FROM lines WHERE payer_hash = ?",
            (f"thin_spread/{limits.version}", f"{plays} plays over {remixes} remixes by one payer", payer),
        )
