"""What is kept beside the ledger, by other code than keeps it: each figure must follow from the ledger, the report lines, or the
same row's other half.

A row stands twice in a table, as columns to look it up by and as its whole body; what readers are shown is kept with its digest.
So a change made behind the books' back shows, whichever copy it was made in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from fanlink.core.amounts import minor_exponent
from fanlink.royalties.verify_rows import Noted, hash_of

PICO, MICRO = 10**12, 10**6
Row = Mapping[str, Any]
APPROVALS = {"approved": True, "sent": True, "settled": True, "due": False}
DERIVED: dict[str, Callable[[Row], Row]] = {
    "unmatched": lambda body: {"waiting": body["lines"]},
    "party_holds": lambda body: {"is_held": int(body["released_ms"] is None)},
    "templates": lambda body: {"digest": hash_of(body["tree"])},
    "payout_batches": lambda body: {"message": hash_of(sorted(body["payouts"]))[:35]},
}
SHOWN = {
    "payout": ("party", "currency", "minor_units", "state", "proposed_ms", "sent_ms", "done_ms", "batch"),
    "balance": ("party", "currency", "owed_micro", "held_micro", "sent_micro"),
    "statement": ("party", "period", "currency", "page", "state", "earned_micro"),
    "pot": ("remix", "sheet", "currency", "lines"),
}
Pot = tuple[str, str, str]


class Copies(Protocol):
    """Rows that say something twice."""

    def halves(self) -> Iterable[tuple[str, Row, Row]]: ...
    def shown(self) -> Iterable[tuple[str, str, str, str, Row | None]]: ...
    def approvals(self) -> Iterable[tuple[str, str]]: ...
    def pots(self) -> Iterable[Row]: ...
    def closed(self) -> Iterable[str]: ...
    def reports(self) -> Iterable[Row]: ...


def compare_copies(noted: Noted, copies: Copies) -> None:
    """Columns against bodies; what readers are shown against its digest and against the body that it was made from."""
    for table, columns, body in copies.halves():
        where, others = (str(columns.get("id", "")),), body | DERIVED.get(table, dict)(body)
        for name in sorted(set(columns) & set(others) - {"body"}):
            noted.differs(f"{table} {name}", where, columns[name], others[name])
        if "body_digest" in columns:
            digest = hashlib.sha256(columns["body"].encode()).hexdigest()
            noted.differs(f"{table} body", where, digest, columns["body_digest"])
    for kind, scope, data, digest, body in copies.shown():
        said = json.loads(data)
        where = scope, str(said["id"])
        noted.differs(f"shown {kind} digest", where, hashlib.sha256(data.encode()).hexdigest(), digest)
        if body is None:
            noted.differs(f"shown {kind}", where, said["id"], None)
        for name in SHOWN[kind] if body is not None else ():
            noted.differs(f"shown {kind} {name}", where, said.get(name), body.get(name))


def compare_approvals(noted: Noted, copies: Copies, payouts: Iterable[Row]) -> None:
    """Each approval of a payout is in the audit log; two make it approved, and only two."""
    logged: dict[str, set[str]] = {}
    for payout, actor in copies.approvals():
        logged.setdefault(payout, set()).add(actor)
    for payout in payouts:
        approved, where = set(payout["approved_by"]), (payout["id"],)
        noted.differs("payout approved by", where, sorted(approved), sorted(logged.get(payout["id"], ())))
        if payout["state"] in APPROVALS:
            noted.differs("payout approvals", where, len(approved) >= 2, APPROVALS[payout["state"]])


def compare_pots(noted: Noted, copies: Copies, days: Mapping[Pot, Mapping[str, Fraction]]) -> None:
    """What a pot's document shows is what its report lines come to."""
    kept = {(row["remix"], row["sheet"], row["currency"]): Fraction(row["gross_pico"], PICO) for row in copies.pots()}
    for pot in sorted({*kept, *days}):
        noted.differs("gross of a pot", pot, kept.get(pot), sum(days.get(pot, {}).values(), Fraction(0)))


def compare_reports(noted: Noted, copies: Copies, lines: Mapping[str, int]) -> None:
    """A report that was taken whole has all the lines that were new in it."""
    known = set()
    for row in copies.reports():
        known.add(row["id"])
        if row.get("state", "taken") == "taken":
            noted.differs("lines of a report", (row["id"],), lines.get(row["id"], 0), row["lines"] - row.get("known", 0))
    for name in sorted(set(lines) - known):
        noted.differs("lines of a report", (name,), lines[name], None)


def compare_closed(noted: Noted, copies: Copies, runs: Iterable[Row], issued: Iterable[str]) -> None:
    """Months are closed by runs and stay closed; what was issued for a month was issued when it, or a later one, closed."""
    runs, closed = list(runs), set(copies.closed())
    closing = {run["period"] for run in runs if run["closes"] and (run["state"] == "done" or run["phase"] == "state")}
    for period in sorted(closed - {run["period"] for run in runs}):
        noted.differs("closed month", (period,), "closed", "never run")
    for period in sorted((closing | set(issued)) - closed):
        noted.differs("closed month", (period,), period <= max(closed, default=""), True)


def statement_faults(statement: Row) -> Iterator[tuple[str, object, object]]:
    """(what, found, expected) wherever one figure of a statement does not follow from its others."""
    lines = statement["lines"]
    totals: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        totals[line["currency"]] = totals.get(line["currency"], 0) + line["amount_micro"]
        for what, found, expected in _line_faults(line):
            yield f"line {number} {what}", found, expected
    for currency in sorted({*totals, *statement["totals_micro"]}):
        yield f"total {currency}", statement["totals_micro"].get(currency, 0), totals.get(currency, 0)
    for account in statement.get("accounts", ()):
        moved = sum(account[f"{word}_micro"] for word in ("opening", "earned", "converted", "paid_out", "came_back", "other"))
        yield f"closing {account['currency']}", account["closing_micro"], moved
        earned = totals.get(account["currency"], 0) + statement.get("elsewhere_micro", 0)
        yield f"earned {account['currency']}", account["earned_micro"], earned


def _line_faults(line: Row) -> Iterator[tuple[str, object, object]]:
    gross, recouped, own, before = (_exact(line.get(name, "0")) for name in ("gross", "recouped", "recouped_own", "gross_before"))
    exact = Fraction(line["share"]) * (gross - recouped) + own
    micro = int(exact * MICRO)
    yield "share", Fraction(line["share"]), sum((Fraction(pool["share"]) for pool in line["pools"]), Fraction(0))
    yield "earned", line["earned_micro"], micro
    yield "earned", _exact(line["earned"]), Fraction(micro, MICRO)
    yield "rounding", Fraction(line["rounding_pico"]), (exact - Fraction(micro, MICRO)) * PICO
    yield "amount", line["amount_micro"], line["earned_micro"] - line["posted_before_micro"]
    yield "amount", _exact(line["amount"]), Fraction(line["amount_micro"], MICRO)
    if "late" in line:  # an earlier version kept statements without
        own_month = sum((_exact(part["revenue"]) for part in line["parts"]), Fraction(0))
        yield "parts", own_month + _exact(line["late"]), gross - before
    if line["sources"]:
        yield "sources", sum((_exact(source["revenue"]) for source in line["sources"]), Fraction(0)), gross


def beyond_owed(payout: Row, highest_micro: int) -> bool:
    """Whether a payout is more than its party was ever owed."""
    return payout["minor_units"] * 10 ** (6 - minor_exponent(payout["currency"])) > highest_micro


def _exact(text: str) -> Fraction:
    return Fraction(Decimal(text))
