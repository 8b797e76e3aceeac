"""What new report lines come to: onto which pots, which groups of unmatched lines, which holds, and the books' postings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fanlink.core.amounts import plain
from fanlink.core.ledger import Account, Kind, Transaction, pot_owner, revenue_arrives
from fanlink.core.reports import ReportLine
from fanlink.server import holds
from fanlink.server.matching import Matcher
from fanlink.server.store import Store, as_text

Day = tuple[str, str, str, str]
MOST_TOLD = 200


@dataclass(slots=True)
class Sum:
    """Lines, units and exact revenue added up."""

    pico: int = 0
    lines: int = 0
    units: int = 0

    def add(self, line: ReportLine, pico: int) -> None:
        self.pico += pico
        self.lines += 1
        self.units += line.units


@dataclass(slots=True)
class Arriving:
    """The sums of one report's new lines. It holds as much as there are pots and days, not lines."""

    record: str
    days: dict[Day, Sum] = field(default_factory=dict)
    unmatched: dict[tuple[str, str], dict[str, Sum]] = field(default_factory=dict)
    held: dict[tuple[str, str, str], holds.Held] = field(default_factory=dict)
    _onto: dict[tuple[str, str], dict[Account, int]] = field(default_factory=dict)
    _totals: dict[str, int] = field(default_factory=dict)
    _matcher: Matcher | None = None

    def place(
        self, store: Store, new: Sequence[tuple[int, ReportLine, str]], suspects: Mapping[int, list[tuple[str, str]]]
    ) -> list[dict[str, Any]]:
        """Adds lines and gives their rows."""
        if self._matcher is None:
            self._matcher = Matcher(store)
        self._matcher.know((line.service, line.remix_id) for _, line, _ in new)
        rows = []
        for number, line, content in new:
            remix, sheet = self._matcher.of(line.service, line.remix_id, line.period_end)
            hold = self._add(line, remix, sheet, suspects.get(number, ()))
            rows.append(row_of(self.record, line, content, remix, sheet, hold))
        return rows

    def _add(self, line: ReportLine, remix: str, sheet: str | None, why: Sequence[tuple[str, str]]) -> str | None:
        pico = line.revenue_pico
        self._totals[line.currency] = self._totals.get(line.currency, 0) + pico
        onto = self._onto.setdefault((line.service, line.currency), {})
        hold = None
        if why:
            held = self.held.setdefault((line.service, remix, line.currency), holds.Held())
            held.add(line, pico, why)
            hold, account = holds.hold_id(self.record, line.service, remix, line.currency), Account(Kind.HELD_LINES, line.service)
        elif sheet is None:
            waiting = self.unmatched.setdefault((line.service, line.remix_id), {})
            waiting.setdefault(line.currency, Sum()).add(line, pico)
            account = Account(Kind.UNMATCHED, line.service)
        else:
            day = (remix, sheet, line.currency, line.period_end.isoformat())
            self.days.setdefault(day, Sum()).add(line, pico)
            account = Account(Kind.POT, pot_owner(remix, sheet))
        onto[account] = onto.get(account, 0) + pico
        return hold

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
        return {currency: plain(pico) for currency, pico in sorted(self._totals.items())}

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
            for (service, currency), accounts in sorted(self._onto.items())
        ]
        return [one for one in made if one is not None]


def row_of(record: str, line: ReportLine, content: str, remix: str, sheet: str | None, hold: str | None) -> dict[str, Any]:
    """The row of a line that was matched, or not."""
    return {
        "service": line.service, "report_id": line.report_id, "line_id": line.line_id, "record": record,
        "remix": remix, "reported": line.remix_id, "sheet": sheet, "hold": hold, "currency": line.currency,
        "period_end": line.period_end.isoformat(), "revenue": line.revenue, "content": content,
        "body": as_text(line.as_data()),
    }  # fmt: skip
