"""What can be asked about money beside the documents: balances, statements as files, the lines of a pot, what waits."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select, tuple_

from fanlink.core.amounts import plain
from fanlink.core.errors import BadInput, Refused
from fanlink.core.parties import Party
from fanlink.core.statements import together
from fanlink.royalties.dsr import Sender
from fanlink.royalties.statements_csv import statement_csv
from fanlink.royalties.statements_dsr import statement_dsr
from fanlink.royalties.statements_pdf import statement_pdf
from fanlink.server import books, sheets, statements, tables
from fanlink.server.nouns import Takings
from fanlink.server.runs import PERIOD
from fanlink.server.store import Store

FORMATS = {"pdf": "application/pdf", "csv": "text/csv", "dsr": "text/tab-separated-values", "json": "application/json"}
MOST_SOURCES_IN_A_FILE = 100_000
LINE, DOCUMENT = tables.report_lines, tables.documents


def day_of(text: str) -> date:
    """A day as `YYYY-MM-DD`; `BadInput` for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError as error:
        raise BadInput("is not a date such as 2026-01-31", where=text, column="at") from error


def balance(store: Store, party: str, at: date) -> dict[str, Any]:
    """What a party is owed at the end of a day, by currency: on its account, held back, and on its way."""
    store.need(Party, party)
    found = books.owed(store, party, at)
    return {
        "party": party, "at": at.isoformat(),
        "balances": {
            kind: {currency: plain(pico) for currency, pico in sorted(found.get(kind, {}).items()) if pico}
            for kind in ("party", "held", "sent")
        },
    }  # fmt: skip


def statement(store: Store, party: str, period: str, kind: str, now_ms: int) -> bytes:
    """A party's statement of a month as a file; refused as `not_found` or `period_unknown`, `BadInput` where a form cannot hold it."""
    owner = store.need(Party, party)
    if not PERIOD.fullmatch(period):
        raise Refused("period_unknown", period=period)
    state, by_currency = statements.of_party(store, party, period, MOST_SOURCES_IN_A_FILE)
    made = together(party, period, by_currency.values())
    if kind == "json":
        data = {"state": state, "name": owner.name} | made.as_data()
        return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()
    if kind == "csv":
        return statement_csv(made, state).encode()
    if kind == "pdf":
        return statement_pdf(made, owner.name, state)
    made_at = datetime.fromtimestamp(now_ms // 1000, UTC)
    sender = Sender(f"{period}-{party}-{state}-{now_ms}", made_at, "FanLink", "FanLink", party, owner.name)
    return statement_dsr(made, sender).encode()


def documents(store: Store, scopes: tuple[str, ...], kind: str) -> list[dict[str, Any]]:
    """The documents of a kind that some scopes hold, each once, by id."""
    chosen = select(DOCUMENT.c.id, DOCUMENT.c.data).where(
        DOCUMENT.c.scope.in_(scopes), DOCUMENT.c.kind == kind, DOCUMENT.c.deleted == 0
    )
    return [json.loads(data) for _, data in sorted({row.id: row.data for row in store.rows(chosen)}.items())]


def document(store: Store, scope: str, kind: str, name: str) -> dict[str, Any] | None:
    """One document that a scope holds."""
    chosen = select(DOCUMENT.c.data).where(
        DOCUMENT.c.scope == scope, DOCUMENT.c.kind == kind, DOCUMENT.c.id == name, DOCUMENT.c.deleted == 0
    )
    rows = store.rows(chosen)
    return json.loads(rows[0].data) if rows else None


def sheet(store: Store, remix: str) -> dict[str, Any]:
    """The newest sheet of a remix; refused as `sheet_missing`."""
    found = sheets.of_remix(store, remix)
    if not found:
        raise Refused("not_found", noun="sheet", id=remix)
    return found[-1].as_data()


def pot_parties(store: Store, pot: str) -> frozenset[str]:
    """Who may open a pot's lines besides finance; refused as `not_found`."""
    found = sheets.get(store, store.need(Takings, pot).sheet)
    assert found is not None, "a pot has its sheet"
    return found.parties()


def pot_lines(store: Store, pot: str, after: str, limit: int) -> dict[str, Any]:
    """The report lines that a pot is the sum of, page by page; `next` is where to go on."""
    takings = store.need(Takings, pot)
    keys = (LINE.c.service, LINE.c.report_id, LINE.c.line_id)
    chosen = select(LINE.c.body, *keys).where(
        LINE.c.remix == takings.remix, LINE.c.sheet == takings.sheet, LINE.c.currency == takings.currency, LINE.c.hold.is_(None)
    )
    if after:
        chosen = chosen.where(tuple_(*keys) > tuple_(*_key(after)))
    rows = store.rows(chosen.order_by(*keys).limit(limit + 1))
    more = len(rows) > limit
    last = rows[limit - 1] if more else None
    return {
        "lines": [json.loads(row.body) for row in rows[:limit]],
        "next": json.dumps([last.service, last.report_id, last.line_id]) if last else None,
    }


def _key(text: str) -> list[str]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not (isinstance(found, list) and len(found) == 3 and all(isinstance(one, str) and "\0" not in one for one in found)):
        raise BadInput("is not a place that an earlier page gave as next", where="after")
    return found
