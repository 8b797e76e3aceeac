"""Documents that an earlier version wrote and this one writes otherwise: told anew once, some at a time, after the server started.

A migration notes what (kind of document, id); each step writes some of it through the one door and forgets them in the same
transaction, so that a process that dies leaves the rest for the next. What turns out to be the same keeps its number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from fanlink.core.prompts import Prompt
from fanlink.core.remixes import Remix
from fanlink.server import tables
from fanlink.server.database import Database
from fanlink.server.deciding import Deciding

TABLE = tables.to_tell_again
SHOWN_BY = {"prompt": Prompt, "published": Remix}
AT_ONCE = 40
Act = Callable[[Callable[[Deciding], Any]], Any]


def step(database: Database, act: Act) -> bool:
    """Tells some of it anew; whether there was any."""
    with database.reading() as connection:
        if not connection.execute(select(func.count()).select_from(TABLE)).scalar():
            return False
    return act(_tell) > 0


def _tell(asked: Deciding) -> int:
    rows = asked.store.rows(select(TABLE.c.kind, TABLE.c.id).order_by(TABLE.c.kind, TABLE.c.id).limit(AT_ONCE))
    for row in rows:
        asked.store.touch(SHOWN_BY[row.kind], row.id)
        asked.store.drop(TABLE, kind=row.kind, id=row.id)
    return len(rows)
