"""What a single row says that no sum would miss: the columns of a report line, of a transaction, of a hold and of a group that waits.

Written from the definitions alone, as all of `verify`; each function gives (what, found, expected), right or not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

PICO = 10**12
Row = Mapping[str, Any]
Said = Iterator[tuple[str, object, object]]
Count = tuple[int, Fraction]


class Noted(Protocol):
    """Who hears of what is not as it must be."""

    def differs(self, what: str, where: tuple[str, ...], found: object, expected: object) -> None: ...


class Acts(Protocol):
    """Rows beside which the audit log says who did what, and when."""

    def closings(self) -> Iterable[tuple[str, int, int | None]]: ...
    def handovers(self) -> Iterable[tuple[Row, int | None, tuple[int, str] | None]]: ...
    def cancelled(self) -> Iterable[tuple[Row, Sequence[tuple[str, int]]]]: ...
    def proposals(self) -> Iterable[tuple[str, str, int]]: ...
    def details(self) -> Iterable[tuple[str, str]]: ...


@dataclass(slots=True)
class Kept:
    """How many lines stand outside of the pots, and what they come to: by hold, and by (service, name) and currency."""

    held: dict[str, Count] = field(default_factory=dict)
    waiting: dict[tuple[str, str], dict[str, Count]] = field(default_factory=dict)

    def hold(self, name: str, amount: Fraction) -> None:
        """One more line of a hold."""
        count, total = self.held.get(name, (0, Fraction(0)))
        self.held[name] = count + 1, total + amount

    def wait(self, service: str, reported: str, currency: str, amount: Fraction) -> None:
        """One more line of a group that waits for its remix."""
        group = self.waiting.setdefault((service, reported), {})
        count, total = group.get(currency, (0, Fraction(0)))
        group[currency] = count + 1, total + amount

    def compare(self, noted: Noted, holds: Iterable[Row], groups: Iterable[Row]) -> None:
        """Holds and groups against their lines."""
        groups_there = set()
        for hold in holds:
            lines = (0, Fraction(0)) if hold["state"] == "released" else (hold["lines"], Fraction(hold["revenue_pico"], PICO))
            noted.differs("lines of a hold", (hold["id"],), self.held.get(hold["id"], (0, Fraction(0))), lines)
            named = hash_of([hold["record"], hold["service"], hold["remix"], hold["currency"]])[:32]
            noted.differs("hold id", (hold["id"],), hold["id"], f"hold-{named}")
        for group in groups:
            place = group["service"], group["reported"]
            groups_there.add(place)
            found = self.waiting.get(place, {})
            noted.differs("lines of a group", place, sum(count for count, _ in found.values()), group["lines"])
            totals = {currency: Fraction(int(pico), PICO) for currency, pico in group["totals_pico"].items() if int(pico)}
            noted.differs("totals of a group", place, {name: amount for name, (_, amount) in found.items() if amount}, totals)
            noted.differs("group id", place, group["id"], f"unmatched-{hash_of(list(place))[:32]}")
        for place in sorted(set(self.waiting) - groups_there):
            noted.differs("lines of a group", place, sum(count for count, _ in self.waiting[place].values()), None)


def line_said(row: Row, body: Row) -> Said:
    """A line's columns against its body, and both against its digest."""
    for name in ("service", "report_id", "line_id", "revenue", "currency", "period_end"):
        yield f"line {name}", row[name], body[name]
    yield "line reported", row["reported"], body["remix_id"]
    yield "line content", row["content"], _content(body)


def held_line_said(row: Row, hold: Row | None, should: str | None) -> Said:
    """A line that a hold keeps belongs to it by service, report and currency; where it names a sheet, it is the one in force."""
    if hold is None:
        yield "line hold", row["hold"], None
        return
    yield "line hold", (row["service"], row["record"], row["currency"]), (hold["service"], hold["record"], hold["currency"])
    yield "line remix", row["remix"] in (hold["remix"], row["reported"]), True
    yield "line sheet", row["sheet"] in (None, should), True


def head_said(rows: Sequence[Row]) -> Said:
    """A transaction's columns that the chain does not cover: what a run says of its pot and period, and the places of its sides."""
    first = rows[0]
    pot = first["remix"], first["sheet"], first["pot_currency"]
    if first["key"].startswith("run:"):
        yield "transaction pot", first["key"].rpartition(":")[0], f"run:{pot[0]}/{pot[1]}:{pot[2]}"
        yield "transaction period", first["period"], first["day"][:7]
    else:
        yield "transaction pot", pot, (None, None, None)
        yield "transaction period", first["period"], None
    yield "transaction places", [row["place"] for row in rows], list(range(len(rows)))


def compare_acts(noted: Noted, acts: Acts, payouts: Iterable[Row], runs: Iterable[Row]) -> None:
    """Who proposed a payout and to which account it goes, when a month was closed, what a provider was handed, which import was
    cancelled: as the audit log has it."""
    details = dict(acts.details())
    by: dict[tuple[str, int], list[str]] = {}
    for name, actor, at_ms in acts.proposals():
        by.setdefault((actor, at_ms), []).append(name)
    for payout in payouts:
        where, names = (payout["id"],), by.get((payout["proposed_by"], payout["proposed_ms"]), ())
        is_there = any(payout["id"] == f"payout-{hash_of([name, payout['party'], payout['currency']])[:24]}" for name in names)
        noted.differs("payout proposed", where, is_there, True)
        noted.differs("payout bank details", where, details.get(payout["bank_details"]), payout["party"])
    ended = {run["period"]: run["ended_ms"] for run in runs if run["closes"] and run["ended_ms"] is not None}
    for period, closed_ms, asked_ms in acts.closings():
        right = (asked_ms is None or asked_ms <= closed_ms) and closed_ms <= ended.get(period, closed_ms)
        noted.differs("time of closing", (period,), right, True)
    for row, begun_ms, done in acts.handovers():
        found, where = (row["done_ms"], row["reference"]), (row["payout"],)
        noted.differs("handing over begun", where, row["begun_ms"], begun_ms)
        noted.differs("handing over done", where, found, done or (None, None))
    for row, said in acts.cancelled():
        noted.differs("cancelled import", (row["id"],), (row["account"], row["at_ms"]) in said, True)


def text_of(value: object) -> str:
    """An exact decimal in plain notation; anything else as it prints."""
    if not isinstance(value, Fraction):
        return str(value)
    scaled = value * PICO
    if scaled.denominator != 1:
        return str(value)
    whole, part = divmod(abs(int(scaled)), PICO)
    text = f"{whole}.{part:012d}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 else text


def hash_of(value: object) -> str:
    """SHA-256 of canonical JSON."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _content(body: Row) -> str:
    """The digest of what a line says, its revenue without trailing zeros."""
    revenue = Decimal(body["revenue"])
    plain = f"{revenue:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    plain = ("-" if plain.startswith("-") else "") + plain.lstrip("-").lstrip("0")
    plain = plain.replace("-.", "-0.") if plain.startswith("-.") else f"0{plain}" if plain.startswith(".") else plain
    return hash_of(dict(body) | {"revenue": "0" if plain in ("", "-") else plain})
