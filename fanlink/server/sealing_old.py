"""Bank details that an earlier version kept in the open are sealed when a home is opened, before anybody is served.

A step of the migration cannot: it knows no key, and cannot tell the documents anew that showed the number whole.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from fanlink.core.bank_accounts import BankAccount, BankDetails
from fanlink.server import bank_keys, tables
from fanlink.server.deciding import Deciding
from fanlink.server.door import Door

log = logging.getLogger("fanlink.server")
TABLE = tables.bank_details
AT_ONCE = 200
IN_THE_OPEN = TABLE.c.body.contains('"iban"')


def seal_old(door: Door, now_ms: int) -> int:
    """Seals what is in the open and tells its documents anew; how many there were."""
    with door.database.reading() as connection:
        if connection.execute(select(TABLE.c.id).where(IN_THE_OPEN).limit(1)).first() is None:
            return 0
    sealed = 0
    while count := door.act(_seal_some, now_ms):
        sealed += count
    if door.database.is_sqlite:
        _rewrite(door)
    return sealed


def _rewrite(door: Door) -> None:
    """Writes the SQLite file anew, for what it held in the open is still in its free pages. A server starts without it too."""
    try:
        with door.database.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            connection.exec_driver_sql("BEGIN")
    except SQLAlchemyError as error:
        log.warning("bank details are sealed, but the file could not be written anew (%s): please run VACUUM on it once", error)


def _seal_some(asked: Deciding) -> int:
    rows = asked.store.rows(select(TABLE.c.body).where(IN_THE_OPEN).order_by(TABLE.c.id).limit(AT_ONCE))
    for row in rows:
        asked.store.save(bank_keys.seal(asked.store, _as_it_was(json.loads(row.body))))
    return len(rows)


def _as_it_was(body: dict[str, Any]) -> BankDetails:
    return BankDetails(**(body | {"account": BankAccount(**body["account"])}))
