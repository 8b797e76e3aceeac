"""What falls due by the clock.

Consents that run out, mandates that begin or end, published remixes at the end of their wind-down, uploads whose time is
over, old tombstones.
"""

from __future__ import annotations

import threading

from sqlalchemy import select

from fanlink.core import consents as consent_rules
from fanlink.core import remixes
from fanlink.core.consents import Consent, ConsentState
from fanlink.core.errors import Unavailable
from fanlink.core.remixes import Remix, RemixState
from fanlink.server import balances, consents, feed, mandates, tables, uploads
from fanlink.server.deciding import Deciding
from fanlink.server.queue import close_cases
from fanlink.server.server import Server

MOST_AT_ONCE = 500
TOMBSTONES_MS = 90 * 86_400_000
LOOK_AGAIN_S = 5.0


def is_due(asked: Deciding) -> bool:
    """Whether anything has fallen due."""
    ended = select(tables.consents.c.id).where(
        tables.consents.c.state == str(ConsentState.GRANTED), tables.consents.c.until_ms <= asked.now_ms
    )
    wound = select(tables.remixes.c.id).where(
        tables.remixes.c.state == str(RemixState.PUBLISHED), tables.remixes.c.wind_down_ms <= asked.now_ms
    )
    old = select(tables.documents.c.id).where(
        tables.documents.c.deleted == 1, tables.documents.c.at_ms < asked.now_ms - TOMBSTONES_MS
    )
    turned = mandates.turning(asked.now_ms)
    waiting = (ended, wound, turned, old, uploads.has_expired(asked))
    return any(asked.store.rows(one.limit(1)) for one in waiting) or bool(balances.not_shown_yet(asked.store))


def settle(asked: Deciding) -> int:
    """Does what has fallen due, at most so much at once, and tells how much that was."""
    done = _ended_consents(asked) + _wound_down(asked) + mandates.turn(asked, MOST_AT_ONCE) + uploads.expire(asked)
    done += balances.show_first(asked)
    feed.forget_tombstones(asked.store.connection, asked.now_ms - TOMBSTONES_MS)
    return done


def _ended_consents(asked: Deciding) -> int:
    table = tables.consents
    chosen = select(table.c.id).where(table.c.state == str(ConsentState.GRANTED), table.c.until_ms <= asked.now_ms)
    rows = asked.store.rows(chosen.order_by(table.c.id).limit(MOST_AT_ONCE))
    for row in rows:
        consent = asked.store.need(Consent, row.id)
        ended = consent_rules.withdraw(consent, "system", asked.now_ms, "its time has run out")
        consents.withdraw_one(asked, ended)
        asked.note("consent_ended", consent.id)
    return len(rows)


def _wound_down(asked: Deciding) -> int:
    table = tables.remixes
    chosen = select(table.c.id).where(table.c.state == str(RemixState.PUBLISHED), table.c.wind_down_ms <= asked.now_ms)
    rows = asked.store.rows(chosen.order_by(table.c.id).limit(MOST_AT_ONCE))
    for row in rows:
        remix = asked.store.need(Remix, row.id)
        asked.store.save(remixes.move(remix, "take_down", "system", asked.now_ms, reasons=(consents.REASON,)))
        close_cases(asked, remix.id)
        asked.note("take_down_remix", remix.id, reason=consents.REASON)
    return len(rows)


class Due:
    """A thread that looks every few seconds."""

    def __init__(self, server: Server) -> None:
        self._server, self._stopped = server, threading.Event()
        self._thread = threading.Thread(target=self._run, name="fanlink-due", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends it."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(LOOK_AGAIN_S):
            try:
                if self._server.writer.act(is_due).result():
                    self._server.writer.act(settle).result()
            except Unavailable:
                continue
