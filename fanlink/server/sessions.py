"""Who a token belongs to, remembered for a moment so that not every read asks the database again.

In one process a commit that touches people or tokens is seen at once; other processes' commits within a second.
Commands never use what is remembered: the door reads who asks inside its transaction.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from fanlink.core.people import Actor
from fanlink.server import accounts
from fanlink.server.database import Database
from fanlink.server.store import Store

REMEMBERED_MS = 1_000
MOST_REMEMBERED = 50_000


class Sessions:
    """Tokens to accounts, and accounts to who they are now."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database, self._clock = database, clock
        self._known: dict[str, tuple[int, Actor]] = {}

    def remembered(self, token: str) -> Actor | None:
        """Who this is, if that was asked a moment ago."""
        known = self._known.get(token)
        return known[1] if known and self._clock() - known[0] < REMEMBERED_MS else None

    def who(self, connection: Connection, token: str) -> Actor | None:
        """Who this is; None for a token that is unknown, ended or run out."""
        now_ms = self._clock()
        account = accounts.holder(connection, token, now_ms)
        actor = Store(connection, self._database.is_sqlite).actor(account) if account else None
        if actor is not None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[token] = (now_ms, actor)
        return actor

    def forget(self) -> None:
        """Asks again from here on."""
        self._known.clear()
