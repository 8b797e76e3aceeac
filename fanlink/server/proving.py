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
    tables.runs, tables.sheets, tables.statements, tables.unmatched, tables.holds, tables.bank_answers, tables.party_holds,
    tables.templates, tables.sheet_proposals,
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

    def groups(self) -> Iterator[Mapping[str, Any]]:
        """The groups of lines that name one remix which was not known, with the remix that a person said."""
        return self._bodies(tables.unmatched)

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
        chosen = select(head, side.c.place, side.c.account, side.c.currency.label("side_currency"), side.c.amount_pico).join(
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

    def proposals(self) -> Iterator[tuple[str, str, int]]:
        """Every proposal of payouts that was accepted: its id, who made it, and when."""
        return self._acts("propose_payouts")

    def _acts(self, kind: str, outcome: str = "accepted") -> Iterator[tuple[str, str, int]]:
        log = tables.audit
        chosen = select(log.c.target, log.c.actor, log.c.at_ms).where(log.c.kind == kind, log.c.outcome == outcome)
        for row in self._read(chosen.order_by(log.c.number)):
            yield row["target"], row["actor"], row["at_ms"]

    def details(self) -> Iterator[tuple[str, str]]:
        """Every bank account that was ever set: its id and its party."""
        for row in self._read(select(tables.bank_details.c.id, tables.bank_details.c.party)):
            yield row["id"], row["party"]

    def closings(self) -> Iterator[tuple[str, int, int | None]]:
        """The months that are closed, when that was, and when it was first asked for."""
        asked: dict[str, int] = {}
        for period, _, at_ms in self._acts("issue_statements"):
            asked.setdefault(period, at_ms)
        for row in self._read(select(tables.periods)):
            yield row["period"], row["closed_ms"], asked.get(row["period"])

    def handovers(self) -> Iterator[tuple[Mapping[str, Any], int | None, tuple[int, str] | None]]:
        """What a provider was handed, and what the audit log says of it: when it began, when it ended and with which answer."""
        log = tables.audit
        begun = {payout: at_ms for payout, _, at_ms in self._acts("hand_over_payout", "done")}
        chosen = select(log.c.target, log.c.at_ms, log.c.facts).where(log.c.kind == "payout_handed_over")
        done = {row["target"]: (row["at_ms"], json.loads(row["facts"])) for row in self._read(chosen)}
        for row in self._read(select(tables.payout_handovers)):
            at = done.get(row["payout"])
            yield row, begun.get(row["payout"]), at and (at[0], at[1]["reference"] or at[1]["refused"])

    def cancelled(self) -> Iterator[tuple[Mapping[str, Any], list[tuple[str, int]]]]:
        """The imports that were cancelled, each with who said so and when."""
        said: dict[str, list[tuple[str, int]]] = {}
        for report, actor, at_ms in self._acts("cancel_report"):
            said.setdefault(report, []).append((actor, at_ms))
        for row in self._read(select(tables.cancelled_reports)):
            yield row, said.get(row["id"], [])

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
