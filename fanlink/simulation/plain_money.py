"""The auditor's money, by its own arithmetic in exact fractions: lines, pots, what runs post, statements, and what each account holds.

The definitions are those of the design's chapter "Money": a party with share s of a pot with total G has earned
sign(G)·floor(|G|·s·10^6) millionths, the rest is the pot's reserve, and a posting is the difference of two such entitlements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from fanlink.simulation.plain import No, Thing
from fanlink.simulation.plain_remixes import Works

Pot = tuple[str, str]  # remix, currency: here every remix has one version of its sheet
PERIOD = re.compile(r"(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])")
RESERVE = "reserve"


class Money(Works):
    """What services report, and who is owed what."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, list[Thing] | None] = {}
        self.reports: dict[str, Thing] = {}
        self.lines: dict[tuple[str, str, str], Thing] = {}
        self.pots: dict[Pot, Thing] = {}
        self.posted: dict[Pot, dict[str, dict[str, Fraction]]] = {}
        self.closed: set[str] = set()
        self.statements: dict[tuple[str, str, str], Fraction] = {}

    def stored(self, digest: str, lines: list[Thing] | None) -> None:
        """A file arrived at the server; None says that it is no sound report."""
        self.files[digest] = lines

    # Reports ----------------------------------------------------------------------------------------------------

    def _import_report(self, person: str, command: Thing) -> None:
        self._role(person, "finance")
        self._new(command, self.reports)
        lines = self.files.get(command["data"]["asset"])
        if lines is None:
            raise No
        new: dict[tuple[str, str, str], Thing] = {}
        for line in lines:
            key = (line["service"], line["report_id"], line["line_id"])
            known = self.lines.get(key) or new.get(key)
            if known is not None and known["says"] != line["says"]:
                raise No
            if known is None:
                new[key] = line | {"matched": self._matches(line)}
        totals: dict[str, Fraction] = {}
        for line in new.values():
            totals[line["currency"]] = totals.get(line["currency"], Fraction(0)) + line["revenue"]
        self.reports[command["target"]] = {
            "lines": len(lines), "unmatched": sum(not one["matched"] for one in new.values()), "totals": totals, "by": person,
        }
        self.lines |= new
        self._take_in(list(new.values()))

    def _matches(self, line: Thing) -> bool:
        remix = self.remixes.get(line["remix"])
        return remix is not None and remix["ever"] and line["ends"] >= remix["sheet_day"]

    def _take_in(self, lines: list[Thing]) -> None:
        moved = {}
        for line in lines:
            if line["matched"]:
                pot = self.pots.setdefault((line["remix"], line["currency"]), {"gross": Fraction(0), "lines": 0, "version": 0})
                pot["gross"] += line["revenue"]
                pot["lines"] += 1
                moved[line["remix"], line["currency"]] = pot
        for pot in moved.values():
            pot["version"] += 1

    # Runs -------------------------------------------------------------------------------------------------------

    def _run_royalties(self, person: str, command: Thing) -> None:
        self._role(person, "finance")
        self._run(command["target"])

    def _issue_statements(self, person: str, command: Thing) -> None:
        self._role(person, "finance")
        period = command["target"]
        if period in self.closed:
            raise No
        self._run(period)
        for (_, currency), periods in sorted(self.posted.items()):
            for party, amount in periods.get(period, {}).items():
                if party != RESERVE and amount:
                    key = (party, period, currency)
                    self.statements[key] = self.statements.get(key, Fraction(0)) + amount
        self.closed.add(period)

    def _run(self, period: str) -> None:
        if not PERIOD.fullmatch(period):
            raise No
        found = [line for line in self.lines.values() if not line["matched"] and self._matches(line)]
        for line in found:
            line["matched"] = True
        self._take_in(found)
        into = self._post(period)
        for later in sorted({one for periods in self.posted.values() for one in periods if one > into}):
            self._post(later)

    def _post(self, period: str) -> str:
        """Into the period, or the next that is open: what is earned by its end, less all that was posted by then."""
        into = period
        while into in self.closed:
            into = _after(into)
        for pot in sorted(self.pots):
            periods = self.posted.setdefault(pot, {})
            until = max([period, *(one for one in periods if one <= into)])
            earned = self.earned(pot, until)
            for who, amount in earned.items():
                before = sum((periods[one].get(who, Fraction(0)) for one in periods if one <= into), Fraction(0))
                if amount != before:
                    at = periods.setdefault(into, {})
                    at[who] = at.get(who, Fraction(0)) + amount - before
        return into

    def shares(self, remix: str) -> dict[str, Fraction]:
        """Each party's whole share of a remix: what the template names, and a tenth for the fan."""
        about = self.remixes[remix]
        shares = dict(self.tracks[about["track"]]["shares"])
        fan = self.people[about["fan"]]["party"]
        shares[fan] = shares.get(fan, Fraction(0)) + Fraction(1, 10)
        return shares

    def earned(self, pot: Pot, until: str | None = None) -> dict[str, Fraction]:
        """What each party, and the reserve, has of a pot by the end of a period."""
        gross = sum((line["revenue"] for line in self._lines_of(pot, until)), Fraction(0))
        sign = -1 if gross < 0 else 1
        earned = {
            party: Fraction(sign * ((abs(gross) * share * 10**6).__floor__()), 10**6)
            for party, share in sorted(self.shares(pot[0]).items())
        }
        return earned | {RESERVE: gross - sum(earned.values())}

    def _lines_of(self, pot: Pot, until: str | None) -> Iterator[Thing]:
        for line in self.lines.values():
            if line["matched"] and (line["remix"], line["currency"]) == pot and (until is None or line["ends"][:7] <= until):
                yield line

    # The books --------------------------------------------------------------------------------------------------

    def balances(self) -> dict[tuple[str, str, str], Fraction]:
        """What every account must hold: (kind, owner, currency) to an amount; a debit is above zero. Pots go by their remix."""
        sums: dict[tuple[str, str, str], Fraction] = {}

        def add(kind: str, owner: str, currency: str, amount: Fraction) -> None:
            sums[kind, owner, currency] = sums.get((kind, owner, currency), Fraction(0)) + amount

        for (service, _, _), line in self.lines.items():
            add("service", service, line["currency"], line["revenue"])
            kind, owner = ("pot", line["remix"]) if line["matched"] else ("unmatched", service)
            add(kind, owner, line["currency"], -line["revenue"])
        for (remix, currency), periods in self.posted.items():
            for posted in periods.values():
                for who, amount in posted.items():
                    add("pot", remix, currency, amount)
                    add(*((RESERVE, remix) if who == RESERVE else ("party", who)), currency, -amount)
        return {place: amount for place, amount in sums.items() if amount}


def _after(period: str) -> str:
    year, month = int(period[:4]), int(period[5:])
    return f"{year + 1}-01" if month == 12 else f"{year}-{month + 1:02d}"


def line_of(cells: dict[str, str]) -> Thing:
    """A report's line as the model keeps it."""
    says: tuple[Any, ...] = tuple(sorted((cells | {"revenue": str(Fraction(cells["revenue"]))}).items()))
    return {
        "service": cells["service"], "report_id": cells["report_id"], "line_id": cells["line_id"], "remix": cells["remix_id"],
        "ends": cells["period_end"], "currency": cells["currency"], "revenue": Fraction(cells["revenue"]), "says": says,
    }
