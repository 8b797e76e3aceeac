"""The server's rows for `royalties/verify_books.py`, which computes the books again and knows no database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Select, Table, select

from fanlink.server import tables

ROWS = 5_000
HALVES = (
    tables.payouts, tables.payout_batches, tables.balances, tables.bank_details, tables.conversions, tables.pots, tables.reports,
    tables.runs, tables.sheets, tables.statements,
)  # fmt: skip


class Rows:
    """One consistent read of everything that the books rest on, streamed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def sheets(self) -> Iterator[Mapping[str, Any]]:
        """Every version of every sheet."""
        table = tables.sheets
        return self._read(select(table.c.id, table.c.remix, table.c.body).order_by(table.c.remix, table.c.id))

    def published(self) -> Iterator[str]:
        """The remixes that were ever public."""
        table = tables.remixes
        for row in self._read(select(table.c.id).where(table.c.published_ms.is_not(None))):
            yield row["id"]

    def matched(self) -> Iterator[Mapping[str, Any]]:
        """Which remix a person said that a service means."""
        for row in self._read(select(tables.unmatched.c.body)):
            body = json.loads(row["body"])
            if body.get("remix"):
                yield body

    def holds(self) -> Iterator[Mapping[str, Any]]:
        """The holds, with whether their revenue went back to the service."""
        for row in self._read(select(tables.holds.c.body)):
            yield json.loads(row["body"])

    def runs(self) -> Iterator[Mapping[str, Any]]:
        """The runs and how far they are."""
        for row in self._read(select(tables.runs.c.body)):
            yield json.loads(row["body"])

    def lines(self) -> Iterator[Mapping[str, Any]]:
        """Every report line."""
        table = tables.report_lines
        return self._read(select(table).order_by(table.c.service, table.c.report_id, table.c.line_id))

    def postings(self) -> Iterator[Mapping[str, Any]]:
        """Every posting with its transaction."""
        head, side = tables.transactions, tables.postings
        chosen = select(head, side.c.account, side.c.currency.label("side_currency"), side.c.amount_pico).join(
            side, side.c.transaction_number == head.c.number, isouter=True
        ).order_by(head.c.number, side.c.place)  # fmt: skip
        for row in self._read(chosen):
            currency = row["currency"]
            yield {**row, "currency": row["side_currency"], "pot_currency": currency}

    def days(self) -> Iterator[Mapping[str, Any]]:
        """The sums by pot and day."""
        return self._read(select(tables.pot_days))

    def statements(self) -> Iterator[Mapping[str, Any]]:
        """The statements as they were kept."""
        for row in self._read(select(tables.statements.c.body)):
            yield json.loads(row["body"])

    def halves(self) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
        """Rows of money: their columns, and their bodies."""
        for table in HALVES:
            for row in self._read(select(table)):
                yield table.name, row, json.loads(row["body"])

    def shown(self) -> Iterator[tuple[str, str, str, str, Mapping[str, Any] | None]]:
        """What readers are shown of money: kind, scope, text and digest, and the body that it was made from, if that is there."""
        shown = tables.documents
        for kind, table in (("payout", tables.payouts), ("balance", tables.balances), ("statement", tables.statements), ("pot", tables.pots)):
            chosen = select(shown.c.scope, shown.c.data, shown.c.digest, table.c.body).join(table, table.c.id == shown.c.id, isouter=True)
            for row in self._read(chosen.where(shown.c.kind == kind, shown.c.deleted == 0)):
                yield kind, row["scope"], row["data"], row["digest"], json.loads(row["body"] or "null")

    def approvals(self) -> Iterator[tuple[str, str]]:
        """Who approved which payout, as the audit log has it."""
        log = tables.audit
        chosen = select(log.c.target, log.c.actor).where(log.c.kind == "approve_payout", log.c.outcome == "accepted")
        for row in self._read(chosen):
            yield row["target"], row["actor"]

    def pots(self) -> Iterator[Mapping[str, Any]]:
        """The pots as they are kept."""
        return self._bodies(tables.pots)

    def closed(self) -> Iterator[str]:
        """The months that are closed."""
        for row in self._read(select(tables.periods.c.period)):
            yield row["period"]

    def reports(self) -> Iterator[Mapping[str, Any]]:
        """The reports and how many lines each has."""
        return self._bodies(tables.reports)

    def payouts(self) -> Iterator[Mapping[str, Any]]:
        """Every payout."""
        return self._bodies(tables.payouts)

    def balances(self) -> Iterator[Mapping[str, Any]]:
        """What each party has, as it is kept."""
        return self._bodies(tables.balances)

    def conversions(self) -> Iterator[Mapping[str, Any]]:
        """Every wish for another currency."""
        return self._bodies(tables.conversions)

    def remixes(self) -> Iterator[Mapping[str, Any]]:
        """Every remix that was ever public, with the track and the prompt version that it was made under."""
        for body in self._bodies(tables.remixes, tables.remixes.c.published_ms.is_not(None)):
            yield {name: body[name] for name in ("id", "track", "prompt", "prompt_version")}

    def prompt_versions(self) -> Iterator[tuple[str, str]]:
        """Every published version: the prompt, and its digest."""
        for body in self._bodies(tables.prompts):
            for version in body["versions"]:
                yield body["id"], version["digest"]

    def owners(self) -> Iterator[tuple[str, str]]:
        """Who has a stake in each track, or features in it."""
        for body in self._bodies(tables.tracks):
            for party in (*(stake["party"] for stake in body["stakes"]), *body["featured"]):
                yield body["id"], party

    def consents(self) -> Iterator[Mapping[str, Any]]:
        """What each party answered for each track and use."""
        return self._bodies(tables.consents)

    def _bodies(self, table: Table, *where: Any) -> Iterator[Mapping[str, Any]]:
        for row in self._read(select(table.c.body).where(*where)):
            yield json.loads(row["body"])

    def _read(self, chosen: Select) -> Iterator[Mapping[str, Any]]:
        for row in self._connection.execute(chosen, execution_options={"yield_per": ROWS}):
            yield row._mapping
