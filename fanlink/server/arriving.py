"""What new report lines come to: onto which pots, which groups of unmatched lines, which holds, and the books' postings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest
from typing import Any

from fanlink.core.amounts import plain
from fanlink.core.ledger import Account, Kind, Transaction, pot_owner, revenue_arrives
from fanlink.royalties.spooled import Spooled
from fanlink.server import holds
from fanlink.server.matching import Matcher
from fanlink.server.store import Store

ROW = (
    "service", "report_id", "line_id", "record", "remix", "reported", "sheet", "hold", "currency", "period_end", "revenue",
    "content", "body",
)  # fmt: skip
Day = tuple[str, str, str, str]
MOST_TOLD = 200


@dataclass(slots=True)
class Sum:
    """Lines, units and exact revenue added up."""

    pico: int = 0
    lines: int = 0
    units: int = 0

    def add(self, other: Sum) -> None:
        self.pico += other.pico
        self.lines += other.lines
        self.units += other.units


@dataclass(slots=True)
class Place:
    """Where the lines of one remix, service, currency and day go: to a sheet, or to none, and what they come to."""

    remix: str
    sheet: str | None
    account: Account
    sum: Sum = field(default_factory=Sum)


@dataclass(slots=True)
class Arriving:
    """The sums of one report's new lines. It holds as much as there are pots and days, not lines."""

    record: str
    held: dict[tuple[str, str, str], holds.Held] = field(default_factory=dict)
    _places: dict[tuple[str, str, str, str], Place] = field(default_factory=dict)
    _matcher: Matcher | None = None

    def place(
        self, store: Store, new: Sequence[Spooled], suspects: Mapping[int, list[tuple[str, str]]], bodies: Sequence[str] = ()
    ) -> list[tuple[Any, ...]]:
        """Adds lines and gives the rows of those whose `bodies` are given, as `ROW` names them."""
        matcher = self._matcher = self._matcher or Matcher(store)
        matcher.know({(line.service, line.remix_id) for line in new})
        record, places, rows = self.record, self._places, []
        for line, body in zip_longest(new, bodies):
            key = (line.service, line.remix_id, line.currency, line.period_end)
            found = places.get(key)
            if found is None:
                found = places[key] = _place(matcher, key)
            hold = None
            if line.number in suspects:
                hold = self._hold(line, found.remix, suspects[line.number])
            else:
                one = found.sum
                one.pico += int(line.pico)
                one.lines += 1
                one.units += line.units
            if body is not None:
                rows.append((
                    line.service, line.report_id, line.line_id, record, found.remix, line.remix_id, found.sheet, hold,
                    line.currency, line.period_end, line.revenue, line.content, body,
                ))  # fmt: skip
        return rows

    def _hold(self, line: Spooled, remix: str, why: Sequence[tuple[str, str]]) -> str:
        self.held.setdefault((line.service, remix, line.currency), holds.Held()).add(int(line.pico), line.units, why)
        return holds.hold_id(self.record, line.service, remix, line.currency)

    @property
    def days(self) -> dict[Day, Sum]:
        """What the lines of each pot and day come to, those without a sheet left out."""
        found: dict[Day, Sum] = {}
        for (_, _, currency, day), place in self._places.items():
            if place.sheet is not None and place.sum.lines:
                found.setdefault((place.remix, place.sheet, currency, day), Sum()).add(place.sum)
        return found

    @property
    def unmatched(self) -> dict[tuple[str, str], dict[str, Sum]]:
        """What the lines without a sheet come to, by service and the name that it uses."""
        found: dict[tuple[str, str], dict[str, Sum]] = {}
        for (service, reported, currency, _), place in self._places.items():
            if place.sheet is None and place.sum.lines:
                found.setdefault((service, reported), {}).setdefault(currency, Sum()).add(place.sum)
        return found

    def _onto(self) -> dict[tuple[str, str], dict[Account, int]]:
        """What each account gets, by service and currency."""
        onto: dict[tuple[str, str], dict[Account, int]] = {}
        amounts = [(service, currency, place.account, place.sum.pico) for (service, _, currency, _), place in self._places.items()]
        amounts += [(service, currency, Account(Kind.HELD_LINES, service), held.pico) for (service, _, currency), held in self.held.items()]
        for service, currency, account, pico in amounts:
            of = onto.setdefault((service, currency), {})
            of[account] = of.get(account, 0) + pico
        return onto

    @property
    def unmatched_lines(self) -> int:
        """How many lines found no remix, or no sheet in force."""
        return sum(one.lines for group in self.unmatched.values() for one in group.values())

    @property
    def held_lines(self) -> int:
        """How many lines a rule named."""
        return sum(held.lines for held in self.held.values())

    def totals(self) -> dict[str, str]:
        """The revenue of the new lines per currency, exact."""
        sums: dict[str, int] = {}
        for (_, currency), onto in self._onto().items():
            sums[currency] = sums.get(currency, 0) + sum(onto.values())
        return {currency: plain(pico) for currency, pico in sorted(sums.items())}

    def pots(self) -> dict[tuple[str, str, str], int]:
        """What each pot (remix, sheet, currency) gains, in pico."""
        gains: dict[tuple[str, str, str], int] = {}
        for (remix, sheet, currency, _), one in self.days.items():
            gains[remix, sheet, currency] = gains.get((remix, sheet, currency), 0) + one.pico
        return gains

    def pots_told(self) -> list[dict[str, str]]:
        """The pots that change most, as plain data."""
        gains = sorted(self.pots().items(), key=lambda item: (-abs(item[1]), item[0]))
        return [
            {"remix": remix, "sheet": sheet, "currency": currency, "gains": plain(pico)}
            for (remix, sheet, currency), pico in gains[:MOST_TOLD]
        ]

    def transactions(self, report: str, day: date, suffix: str = "") -> list[Transaction]:
        """One transaction for each service and currency: the service owes; pots, unmatched and held lines have.

        `suffix` ends their keys where these are not all lines of the report.
        """
        made = [
            revenue_arrives(f"report:{report}:{service}:{currency}{suffix}", day, f"report {report}", service, currency, accounts)
            for (service, currency), accounts in sorted(self._onto().items())
        ]
        return [one for one in made if one is not None]


def _place(matcher: Matcher, key: tuple[str, str, str, str]) -> Place:
    service, reported, _, day = key
    remix, sheet = matcher.of(service, reported, day)
    return Place(remix, sheet, Account(Kind.UNMATCHED, service) if sheet is None else Account(Kind.POT, pot_owner(remix, sheet)))
