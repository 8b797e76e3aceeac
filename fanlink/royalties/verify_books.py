"""A server's books computed again from its report lines, by code that shares nothing with the run but the definitions.

Amounts are fractions of the currency's unit, matching is the definition word by word, the chain is hashed anew. Lines and
postings are streamed; what is held is a sum for each pot and account. What differs is named.
"""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from fanlink.royalties import verify_kept as kept
from fanlink.royalties.verify import Books, Difference, split
from fanlink.royalties.verify_payouts import Paid, Payouts, owners_of
from fanlink.royalties.verify_rows import (
    Acts,
    Kept,
    compare_acts,
    hash_of,
    head_said,
    held_line_said,
    line_said,
    text_of,
)

MOST_TOLD = 1_000
PICO, MICRO = 10**12, 10**6
Pot = tuple[str, str, str]
Told = Callable[[int], None]
OURS = ("report:", "match:", "unmatch:", "hold:", "run:")


class Source(Paid, kept.Copies, Acts, Protocol):
    """A server's rows as plain mappings, each kind in the order of its key; `postings` by transaction number and place."""

    def sheets(self) -> Iterable[Mapping[str, Any]]: ...
    def published(self) -> Iterable[str]: ...
    def groups(self) -> Iterable[Mapping[str, Any]]: ...
    def holds(self) -> Iterable[Mapping[str, Any]]: ...
    def runs(self) -> Iterable[Mapping[str, Any]]: ...
    def lines(self) -> Iterable[Mapping[str, Any]]: ...
    def postings(self) -> Iterable[Mapping[str, Any]]: ...
    def days(self) -> Iterable[Mapping[str, Any]]: ...
    def statements(self) -> Iterable[Mapping[str, Any]]: ...


@dataclass(slots=True)
class Proof:
    """What was looked at and what differs. `waiting` pots have revenue that came after the last run."""

    lines: int = 0
    transactions: int = 0
    pots: int = 0
    waiting: int = 0
    payouts: int = 0
    differences: list[Difference] = field(default_factory=list)
    more: int = 0

    def differs(self, what: str, where: tuple[str, ...], found: object, expected: object) -> None:
        """Notes one figure that is not what it should be."""
        if found == expected:
            return
        if len(self.differences) < MOST_TOLD:
            said = [None if one is None else text_of(one) for one in (found, expected)]
            self.differences.append(Difference(what, where, *said))
        else:
            self.more += 1

    def said(self, where: tuple[str, ...], facts: Iterable[tuple[str, object, object]]) -> None:
        """Notes those of some facts that are not as they should be."""
        for what, found, expected in facts:
            self.differs(what, where, found, expected)

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data."""
        found = [
            {"what": one.what, "where": list(one.where), "found": one.found, "expected": one.expected}
            for one in self.differences
        ]
        return {
            "lines": self.lines, "transactions": self.transactions, "pots": self.pots, "waiting": self.waiting,
            "payouts": self.payouts, "differences": found, "more": self.more,
        }  # fmt: skip


@dataclass(slots=True)
class _Posted:
    """What the ledger says: balances of accounts by our own transactions, splits by pot, period and party."""

    balances: dict[tuple[str, str], Fraction] = field(default_factory=dict)
    earned: dict[Pot, dict[str, dict[str, Fraction]]] = field(default_factory=dict)
    reserve: dict[Pot, Fraction] = field(default_factory=dict)
    arrived: dict[tuple[str, str], int] = field(default_factory=dict)
    periods: dict[tuple[str, str], set[str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Lines:
    """What the report lines say: gross by pot and day, what each account should hold, how many there are, and in which reports."""

    days: dict[Pot, dict[str, Fraction]] = field(default_factory=dict)
    balances: dict[tuple[str, str], Fraction] = field(default_factory=dict)
    records: dict[str, int] = field(default_factory=dict)
    counts: dict[tuple[str, str, str, str], int] = field(default_factory=dict)
    kept: Kept = field(default_factory=Kept)

    def add(self, account: str, currency: str, amount: Fraction) -> None:
        self.balances[account, currency] = self.balances.get((account, currency), Fraction(0)) + amount


def prove(source: Source, told: Told | None = None) -> Proof:
    """Computes everything again; `told` hears how many lines and transactions were read.

    A row that is not of the kind it should be ends the proof, as a difference.
    """
    proof = Proof()
    try:
        _prove(proof, source, told)
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
        proof.differs("a row that can be read", (), f"{type(error).__name__}: {error}", "what comes after it is not proved")
    return proof


def _prove(proof: Proof, source: Source, told: Told | None) -> None:
    sheets: dict[str, list[dict[str, Any]]] = {}
    for row in source.sheets():
        sheets.setdefault(row["remix"], []).append(_sheet(proof, row))
    lines = _read_lines(proof, source, sheets, told)
    payouts = Payouts()
    posted = _read_postings(proof, source, payouts, told)
    _compare_accounts(proof, lines, posted)
    _compare_days(proof, source, lines)
    runs = list(source.runs())
    _compare_splits(proof, runs, sheets, lines, posted)
    issued = _compare_statements(proof, source, posted)
    proof.payouts = payouts.compare(proof, source, sheets, lines.days)
    kept.compare_copies(proof, source)
    kept.compare_approvals(proof, source, source.payouts())
    kept.compare_pots(proof, source, lines.days)
    kept.compare_reports(proof, source, lines.records)
    kept.compare_closed(proof, source, runs, issued)
    lines.kept.compare(proof, source.holds(), source.groups())
    compare_acts(proof, source, source.payouts(), runs)


# Lines --------------------------------------------------------------------------------------------------------------


def _read_lines(proof: Proof, source: Source, sheets: Mapping[str, list[dict[str, Any]]], told: Told | None) -> _Lines:
    published = frozenset(source.published())
    by_hand = {(one["service"], one["reported"]): one["remix"] for one in source.groups() if one["remix"]}
    holds = {one["id"]: one for one in source.holds()}
    found = _Lines()
    for row in source.lines():
        proof.lines += 1
        if told and proof.lines % 20_000 == 0:
            told(proof.lines)
        where = row["service"], row["report_id"], row["line_id"]
        found.records[row["record"]] = found.records.get(row["record"], 0) + 1
        body = json.loads(row["body"])
        proof.said(where, line_said(row, body))
        amount, hold = Fraction(Decimal(row["revenue"])), holds.get(row["hold"])
        found.add(f"service:{row['service']}", row["currency"], Fraction(0) if hold is not None and hold["returned"] else amount)
        remix = by_hand.get((row["service"], row["reported"])) or row["reported"]
        should = _sheet_for(sheets, remix if remix in published else "", row["period_end"])
        if row["hold"] is not None:
            proof.said(where, held_line_said(row, hold, should))
            found.kept.hold(row["hold"], amount)
            if hold is not None and not hold["returned"]:
                found.add(f"held_lines:{row['service']}", row["currency"], -amount)
        elif row["sheet"] is None:
            proof.differs("line remix", where, row["remix"] in (remix, row["reported"]), True)
            found.kept.wait(row["service"], row["reported"], row["currency"], amount)
            found.add(f"unmatched:{row['service']}", row["currency"], -amount)
        else:
            proof.differs("line sheet", where, (row["remix"], row["sheet"]), (remix, should))
            days = found.days.setdefault((row["remix"], row["sheet"], row["currency"]), {})
            days[row["period_end"]] = days.get(row["period_end"], Fraction(0)) + amount
            place = row["remix"], row["sheet"], row["currency"], row["period_end"]
            found.counts[place] = found.counts.get(place, 0) + 1
    return found


def _sheet_for(sheets: Mapping[str, list[dict[str, Any]]], remix: str, day: str) -> str | None:
    """The version with the greatest effective date up to the day."""
    started = [one for one in sheets.get(remix, ()) if one["effective_from"] <= day]
    return max(started, key=lambda one: one["effective_from"])["version"] if started else None


def _sheet(proof: Proof, row: Mapping[str, Any]) -> dict[str, Any]:
    """A stored sheet as flat shares; its id must be the digest of its content."""
    body = json.loads(row["body"])
    proof.differs("sheet digest", (row["remix"],), row["id"], hash_of(body))
    shares: dict[str, Fraction] = {}

    def down(nodes: list[Mapping[str, Any]], part: Fraction) -> None:
        for node in nodes:
            share = part * Fraction(node["part"])
            if node.get("below"):
                down(node["below"], share)
            else:
                shares[node["name"]] = shares.get(node["name"], Fraction(0)) + share

    down(body["shares"], Fraction(1))
    proof.differs("sheet shares", (row["remix"], row["id"]), sum(shares.values(), Fraction(0)), Fraction(1))
    return {"version": row["id"], "effective_from": body["effective_from"], "shares": shares, "recoup": body.get("recoup"), "owners": owners_of(body["shares"])}


# The ledger ---------------------------------------------------------------------------------------------------------


def _read_postings(proof: Proof, source: Source, payouts: Payouts, told: Told | None) -> _Posted:
    found, before = _Posted(), ""
    rows: list[Mapping[str, Any]] = []
    for row in source.postings():
        if rows and row["number"] != rows[0]["number"]:
            before = _transaction(proof, found, rows, before)
            payouts.take(rows)
            rows = []
            if told and proof.transactions % 20_000 == 0:
                told(proof.lines + proof.transactions)
        rows.append(row)
    if rows:
        _transaction(proof, found, rows, before)
        payouts.take(rows)
    return found


def _transaction(proof: Proof, found: _Posted, rows: list[Mapping[str, Any]], before: str) -> str:
    proof.transactions += 1
    first = rows[0]
    where = (str(first["number"]), first["key"])
    proof.differs("transaction number", where, first["number"], proof.transactions)
    proof.said(where, head_said(rows))
    if first["account"] is None:
        proof.differs("transaction postings", where, 0, "two or more")
        return first["link"]
    totals: dict[str, int] = {}
    for row in rows:
        totals[row["currency"]] = totals.get(row["currency"], 0) + int(row["amount_pico"])
    for currency, total in totals.items():
        proof.differs("transaction balance", (*where, currency), Fraction(total, PICO), Fraction(0))
    said = {
        "key": first["key"], "day": first["day"], "about": first["about"], "reverses": first["reverses"],
        "postings": [[row["account"], row["currency"], text_of(Fraction(int(row["amount_pico"]), PICO))] for row in rows],
    }  # fmt: skip
    proof.differs("transaction chain", where, first["link"], hash_of({"before": before, "transaction": said}))
    if first["key"].startswith(OURS):
        for row in rows:
            _take(found, first, row)
    return first["link"]


def _take(found: _Posted, head: Mapping[str, Any], row: Mapping[str, Any]) -> None:
    kind, _, owner = row["account"].partition(":")
    amount = Fraction(int(row["amount_pico"]), PICO)
    place = row["account"], row["currency"]
    found.balances[place] = found.balances.get(place, Fraction(0)) + amount
    if head["period"] is None:
        if kind == "pot":
            remix = owner.rpartition("/")[0]
            found.arrived[remix, row["currency"]] = head["number"]
        return
    pot = (head["remix"], head["sheet"], head["pot_currency"])
    found.periods.setdefault((head["remix"], head["pot_currency"]), set()).add(head["period"])
    if kind in ("party", "held"):
        earned = found.earned.setdefault(pot, {}).setdefault(head["period"], {})
        earned[owner] = earned.get(owner, Fraction(0)) - amount
    elif kind == "reserve":
        found.reserve[pot] = found.reserve.get(pot, Fraction(0)) - amount


# Comparing ----------------------------------------------------------------------------------------------------------


def _compare_accounts(proof: Proof, lines: _Lines, posted: _Posted) -> None:
    """Services, unmatched and held lines: balance against lines; pots: what is left of the gross and what was split."""
    kinds = ("service:", "unmatched:", "held_lines:")
    there = {place for place in posted.balances if place[0].startswith(kinds)}
    for place in sorted({*lines.balances, *there}):
        expected = lines.balances.get(place, Fraction(0))
        proof.differs("account", place, posted.balances.get(place, Fraction(0)), expected)
    pots = {*lines.days, *posted.earned, *posted.reserve}
    pots |= {(*place[0][4:].rpartition("/")[::2], place[1]) for place in posted.balances if place[0].startswith("pot:")}
    for remix, sheet, currency in sorted(pots):
        proof.pots += 1
        pot = remix, sheet, currency
        gross = sum(lines.days.get(pot, {}).values(), Fraction(0))
        left = -posted.balances.get((f"pot:{remix}/{sheet}", currency), Fraction(0))
        proof.differs("pot conserved", pot, left + _split_so_far(posted, pot), gross)


def _split_so_far(posted: _Posted, pot: Pot) -> Fraction:
    periods = posted.earned.get(pot, {}).values()
    earned = sum((amount for parties in periods for amount in parties.values()), Fraction(0))
    return earned + posted.reserve.get(pot, Fraction(0))


def _compare_days(proof: Proof, source: Source, lines: _Lines) -> None:
    """The sums by day that runs read must be those of the lines."""
    seen: set[tuple[str, str, str, str]] = set()
    for row in source.days():
        pot, day = (row["remix"], row["sheet"], row["currency"]), row["period_end"]
        seen.add((*pot, day))
        expected = lines.days.get(pot, {}).get(day, Fraction(0))
        proof.differs("day of a pot", (*pot, day), Fraction(int(row["gross_pico"]), PICO), expected)
        proof.differs("lines of a day", (*pot, day), row["lines"], lines.counts.get((*pot, day), 0))
    for pot, days in lines.days.items():
        for day, gross in days.items():
            if (*pot, day) not in seen:
                proof.differs("day of a pot", (*pot, day), None, gross)


def _compare_splits(
    proof: Proof, runs: list[Mapping[str, Any]], sheets: Mapping[str, list[dict[str, Any]]], lines: _Lines, posted: _Posted
) -> None:
    """Every party's entitlement over the lines up to the last period that was run, against what was posted."""
    done = [run for run in runs if run["state"] == "done"]
    under_way = len(done) < len(runs)
    ledger = max((run["ledger"] for run in done), default=0)
    last_run = max((run["period"] for run in done), default="")
    groups = sorted({(remix, currency) for remix, _, currency in {*lines.days, *posted.earned}})
    by_group: dict[tuple[str, str], list[Pot]] = {}
    for pot in {*lines.days, *posted.earned, *posted.reserve}:
        by_group.setdefault((pot[0], pot[2]), []).append(pot)
    for group in groups:
        cuts = sorted({last_run, *posted.periods.get(group, ())} - {""}, reverse=True)
        tries = [_wrong(cut, group, by_group[group], sheets, lines, posted) for cut in cuts if cut >= last_run] or [[]]
        wrong = min(tries, key=len)
        if wrong and (posted.arrived.get(group, 0) > ledger or under_way) or not cuts and any(lines.days.get(pot) for pot in by_group[group]):
            proof.waiting += 1
        else:
            for what, where, found, expected in wrong:
                proof.differs(what, where, found, expected)


def _wrong(
    cut: str, group: tuple[str, str], pots: list[Pot], sheets: Mapping[str, list[dict[str, Any]]], lines: _Lines,
    posted: _Posted,
) -> list[tuple[str, tuple[str, ...], Fraction | None, Fraction]]:
    """What is not as the lines up to the end of a month (YYYY-MM) lead to."""
    remix, currency = group
    ends, books = f"{cut}-{monthrange(int(cut[:4]), int(cut[5:]))[1]:02d}", Books()
    for pot in pots:
        days = {day: gross for day, gross in lines.days.get(pot, {}).items() if day <= ends}
        if days:
            books.gross[pot] = sum(days.values(), Fraction(0))
    got_back: dict[tuple[str, str, str], Fraction] = {}
    for sheet in sorted(sheets.get(remix, ()), key=lambda one: one["effective_from"]):
        if (remix, sheet["version"], currency) in books.gross:
            split(books, (remix, sheet["version"], currency), sheet, got_back)
    wrong = []
    for pot in sorted(pots):
        earned: dict[str, Fraction] = {}
        for parties in posted.earned.get(pot, {}).values():
            for party, amount in parties.items():
                earned[party] = earned.get(party, Fraction(0)) + amount
        should = {place[3]: Fraction(micro, MICRO) for place, micro in books.earned_micro.items() if place[:3] == pot}
        for party in sorted({*earned, *should}):
            have, want = earned.get(party, Fraction(0)), should.get(party, Fraction(0))
            if have != want:
                wrong.append(("earned", (*pot, party), have, want))
        have, want = posted.reserve.get(pot, Fraction(0)), books.reserve.get(pot, Fraction(0))
        if have != want:
            wrong.append(("reserve", pot, have, want))
    return wrong


def _compare_statements(proof: Proof, source: Source, posted: _Posted) -> set[str]:
    """What the pages of an issued statement tell is what was posted to the party in its period; gives the months issued."""
    sums: dict[tuple[str, str, str], Fraction] = {}
    for (_, _, currency), periods in posted.earned.items():
        for period, parties in periods.items():
            for party, amount in parties.items():
                place = party, period, currency
                sums[place] = sums.get(place, Fraction(0)) + amount
    told: dict[tuple[str, str, str], Fraction] = {}
    by_pot: dict[tuple[Pot, str, str], Fraction] = {}
    for row in source.statements():
        place = row["party"], row["period"], row["currency"]
        for what, found, expected in kept.statement_faults(row["statement"]):
            proof.differs(f"statement {what}", (*place, str(row.get("page", 1))), found, expected)
        earned = Fraction(row["earned_micro"], MICRO)
        inner = Fraction(sum(row["statement"]["totals_micro"].values()), MICRO)
        proof.differs("statement earned", (*place, str(row.get("page", 1))), earned, inner)
        if row["state"] == "issued":
            told[place] = told.get(place, Fraction(0)) + earned
            for line in row["statement"]["lines"]:
                pot = (line["remix"], line["sheet"], line["currency"]), row["period"], row["party"]
                by_pot[pot] = by_pot.get(pot, Fraction(0)) + Fraction(line["amount_micro"], MICRO)
    for place, earned in sorted(told.items()):
        proof.differs("statement", place, earned, sums.get(place, Fraction(0)))
    for (pot, period, party), amount in sorted(by_pot.items()):
        proof.differs("statement line", (*pot, period, party), amount, posted.earned.get(pot, {}).get(period, {}).get(party, Fraction(0)))
    return {period for _, period, _ in told}
