"""The auditor's money, by its own arithmetic in exact fractions: lines, pots, what runs post, statements, and what each account holds.

The definitions are those of the design's chapter "Money": a party with share s of a pot with total G has earned
sign(G)·floor(|G|·s·10^6) millionths, the rest is the pot's reserve, and a posting is the difference of two such entitlements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from fanlink.simulation.plain import No, Thing, short_digest
from fanlink.simulation.plain_remixes import Works

Pot = tuple[str, str, int]  # remix, currency, and which version of its sheet, from 0
PERIOD = re.compile(r"(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])")
RESERVE = "reserve"


class Money(Works):
    """What services report, and who is owed what."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, list[Thing] | Thing | None] = {}
        self.reports: dict[str, Thing] = {}
        self.lines: dict[tuple[str, str, str], Thing] = {}
        self.pots: dict[Pot, Thing] = {}
        self.posted: dict[Pot, dict[str, dict[str, Fraction]]] = {}
        self.closed: set[str] = set()
        self.statements: dict[tuple[str, str, str], tuple[str, Fraction]] = {}
        self.unmatched: dict[tuple[str, str], Thing] = {}
        self.runs: dict[str, Thing] = {}
        self.owed: dict[tuple[str, str], Thing] = {}
        self.holds: dict[str, Thing] = {}

    def stored(self, digest: str, lines: list[Thing] | Thing | None) -> None:
        """A file arrived at the server: a report's lines, what a bank's answer says, or None for what is neither."""
        self.files[digest] = lines

    # Reports ----------------------------------------------------------------------------------------------------

    def _import_report(self, person: str, command: Thing) -> None:
        self._role(person, "finance")
        self._new(command, self.reports)
        lines = self.files.get(command["data"]["asset"])
        if not isinstance(lines, list):
            raise No
        new: dict[tuple[str, str, str], Thing] = {}
        suspects = bought_in(lines)
        for line in lines:
            key = (line["service"], line["report_id"], line["line_id"])
            known = self.lines.get(key) or new.get(key)
            if known is not None and known["says"] != line["says"]:
                raise No
            if known is None:
                bought = key in suspects
                new[key] = line | {"matched": self._matches(line), "sheet": self._sheet_of(line), "hold": self.hold_of(command["target"], line) if bought else None}
        totals: dict[str, Fraction] = {}
        for line in new.values():
            totals[line["currency"]] = totals.get(line["currency"], Fraction(0)) + line["revenue"]
        self.reports[command["target"]] = {
            "lines": len(lines), "unmatched": sum(not one["matched"] and not one["hold"] for one in new.values()), "totals": totals,
            "by": person, "known": len(lines) - len(new), "held": sum(bool(one["hold"]) for one in new.values()),
        }
        self.lines |= new
        free = [line for line in new.values() if not line["hold"]]
        self._take_in([line for line in free if line["matched"]])
        self._wait([line for line in free if not line["matched"]])
        self._hold([line for line in new.values() if line["hold"]], suspects)

    def _matches(self, line: Thing) -> bool:
        remix = self.remixes.get(line["remix"])
        return remix is not None and remix["ever"] and line["ends"] >= remix["sheet_day"]

    def _sheet_of(self, line: Thing) -> int:
        """Which version of its remix's sheet is in force on a line's last day, as far as was signed by now."""
        if not self._matches(line):
            return 0
        return sum(day <= line["ends"] for day, _ in self.sheets_of(line["remix"])) - 1

    def _take_over(self, remix: str) -> None:
        """A version that was signed after a report came takes over the lines of its days; what is held goes there when it is released."""
        late = [line for line in self.lines.values() if line["remix"] == remix and line["matched"] and line["sheet"] != self._sheet_of(line)]
        free = [line for line in late if not line["hold"]]
        moved = self._add(free, -1)
        for line in late:
            line["sheet"] = self._sheet_of(line)
        self._count(moved | self._add(free))

    def _take_in(self, lines: list[Thing]) -> None:
        self._count(self._add(lines))

    def _add(self, lines: list[Thing], sign: int = 1) -> set[Pot]:
        moved = set()
        for line in lines:
            name = (line["remix"], line["currency"], line["sheet"])
            pot = self.pots.setdefault(name, {"gross": Fraction(0), "lines": 0, "version": 0})
            pot["gross"] += sign * line["revenue"]
            pot["lines"] += sign
            moved.add(name)
        return moved

    def _count(self, moved: set[Pot]) -> None:
        for name in moved:
            self.pots[name]["version"] += 1

    def _wait(self, lines: list[Thing], sign: int = 1) -> None:
        """Lines that find no remix wait in the group of what their service calls it, or (sign -1) leave it."""
        groups: dict[tuple[str, str], list[Thing]] = {}
        for line in lines:
            groups.setdefault((line["service"], line["remix"]), []).append(line)
        for name, some in sorted(groups.items()):
            group = self.unmatched.setdefault(name, {"lines": 0, "totals": {}, "version": 0})
            for line in some:
                group["totals"][line["currency"]] = group["totals"].get(line["currency"], Fraction(0)) + sign * line["revenue"]
            remix = self.remixes.get(name[1])
            why = "remix_unknown" if remix is None else "no_sheet_in_force" if remix["ever"] else "remix_never_published"
            group.update(lines=group["lines"] + sign * len(some), version=group["version"] + 1, why=why)
            if not group["lines"]:
                group["totals"] = {}

    def _is_public(self, remix: str) -> None:
        for (_, named), group in self.unmatched.items():
            if named == remix:
                group["why"] = "no_sheet_in_force"

    def _hold(self, lines: list[Thing], suspects: dict[tuple[str, str, str], int]) -> None:
        for line in lines:
            one = self.holds.setdefault(line["hold"], {
                "remix": line["remix"], "service": line["service"], "currency": line["currency"], "revenue": Fraction(0), "lines": 0,
                "units": 0, "plays": 0, "state": "held", "returned": False, "appeal": "", "appealed_by": "", "letter": "",
                "decided_by": "", "version": 1,
            })  # fmt: skip
            one["revenue"] += line["revenue"]
            one["lines"] += 1
            one["units"] += line["units"]
            one["plays"] = max(one["plays"], suspects[line["service"], line["report_id"], line["line_id"]])

    @staticmethod
    def hold_of(report: str, line: Thing) -> str:
        """The id of the hold that keeps a line."""
        return f"hold-{short_digest([report, line['service'], line['remix'], line['currency']])[:32]}"

    def _settle(self, only: tuple[str, str] | None = None) -> None:
        """Groups whose remix is there by now give their lines to its pots."""
        found: dict[tuple[str, str], list[Thing]] = {}
        for line in self.lines.values():
            if only is not None and (line["service"], line["remix"]) != only:
                continue
            if not line["matched"] and not line["hold"] and self._matches(line):
                found.setdefault((line["service"], line["remix"]), []).append(line)
        for lines in found.values():
            for line in lines:
                line.update(matched=True, sheet=self._sheet_of(line))
            self._take_in(lines)
            self._wait(lines, -1)

    # Runs -------------------------------------------------------------------------------------------------------

    def _run_royalties(self, person: str, command: Thing) -> None:
        self._role(person, "finance")
        self._run(command["target"], closes=False)

    def _issue_statements(self, person: str, command: Thing) -> None:
        """Books are closed in order: an earlier month is closed with a later one, and its statements are issued with it."""
        self._role(person, "finance")
        period = command["target"]
        if period <= max(self.closed, default=""):
            raise No
        self._run(period, closes=True)
        self.closed.add(period)
        months = {month for periods in self.posted.values() for month in periods} | self.converted_months()
        for earlier in sorted(month for month in months if month < period):
            self._tell(earlier, "issued")

    def _run(self, period: str, *, closes: bool) -> None:
        if not PERIOD.fullmatch(period):
            raise No
        last = max(self.closed, default="")
        into = period if period > last else month_after(last)
        self._settle()
        moved: set[tuple[str, str]] = set()
        groups = sorted({(remix, currency) for remix, currency, _ in self.pots})
        posted = sum(self._post(group, period, into, moved) for group in groups)
        for place in moved:
            self.owed[place]["version"] += 1
        self._tell(into, "issued" if closes else "calculated")
        self.runs[period] = {"into": into, "closes": closes, "pots": len(groups), "posted": posted}

    def _post(self, group: tuple[str, str], period: str, into: str, moved: set[tuple[str, str]]) -> int:
        """What a remix's pots have earned by the period's end, less all that was posted by then; later months anew. How many postings."""
        pots, made = sorted(pot for pot in self.pots if pot[:2] == group), 0
        months = {month for pot in pots for month in self.posted.setdefault(pot, {})}
        until = max([period, *(one for one in months if one <= into)])
        for target in sorted({into, *(one for one in months if one > into)}):
            made += sum(self._post_pot(pot, until if target == into else target, target, moved) for pot in pots)
        return made

    def _post_pot(self, pot: Pot, until: str, target: str, moved: set[tuple[str, str]]) -> bool:
        periods, differs = self.posted[pot], False
        for who, amount in self.earned(pot, until).items():
            difference = amount - sum((by.get(who, Fraction(0)) for one, by in periods.items() if one <= target), Fraction(0))
            if difference:
                at = periods.setdefault(target, {})
                at[who] = at.get(who, Fraction(0)) + difference
                differs = True
                if who != RESERVE:
                    self._owe((who, pot[1]), difference)
                    moved.add((who, pot[1]))
        return differs

    def _owe(self, place: tuple[str, str], amount: Fraction) -> None:
        one = self.owed.setdefault(place, {"amount": Fraction(0), "since_ms": None, "version": 0})
        one["amount"] += amount
        if one["amount"] <= 0:
            one["since_ms"] = None
        elif one["since_ms"] is None:
            one["since_ms"] = self.now_ms

    def _tell(self, period: str, state: str, only: str | None = None) -> None:
        """The statements of a month, of all parties or of one: what was posted to it; one that was told and is nothing now says so."""
        sums: dict[tuple[str, str, str], Fraction] = {}
        for (_, currency, _), periods in sorted(self.posted.items()):
            for party, amount in periods.get(period, {}).items():
                key = (party, period, currency)
                if party != RESERVE and (amount or key in self.statements):
                    sums[key] = sums.get(key, Fraction(0)) + amount
        for place in self.converted(period):
            sums.setdefault((place[0], period, place[1]), Fraction(0))
        for key, amount in sums.items():
            if only in (None, key[0]) and self.statements.get(key, ("", 0))[0] != "issued":
                self.statements[key] = (state, amount)

    def converted(self, month: str) -> set[tuple[str, str]]:
        """Which balances, (party, currency), conversions moved in a month."""
        return set()

    def converted_months(self) -> set[str]:
        """The months into which a conversion was posted."""
        return set()

    def sheets_of(self, remix: str) -> list[tuple[str, dict[str, Fraction]]]:
        """Every version of a remix's sheet: from which day, and each party's whole share.

        The first has what the template names, and a tenth for the fan.
        """
        about = self.remixes[remix]
        shares = dict(self.tracks[about["track"]]["shares"])
        fan = self.people[about["fan"]]["party"]
        shares[fan] = shares.get(fan, Fraction(0)) + Fraction(1, 10)
        return [(about["sheet_day"], shares), *about["later"]]

    def shares(self, pot: Pot) -> dict[str, Fraction]:
        """Each party's whole share of a pot."""
        return self.sheets_of(pot[0])[pot[2]][1]

    def earned(self, pot: Pot, until: str | None = None) -> dict[str, Fraction]:
        """What each party, and the reserve, has of a pot by the end of a period."""
        gross = sum((line["revenue"] for line in self._lines_of(pot, until)), Fraction(0))
        sign = -1 if gross < 0 else 1
        earned = {
            party: Fraction(sign * ((abs(gross) * share * 10**6).__floor__()), 10**6)
            for party, share in sorted(self.shares(pot).items())
        }
        return earned | {RESERVE: gross - sum(earned.values())}

    def _lines_of(self, pot: Pot, until: str | None) -> Iterator[Thing]:
        for line in self.lines.values():
            if line["matched"] and not line["hold"] and (line["remix"], line["currency"], line["sheet"]) == pot and (until is None or line["ends"][:7] <= until):
                yield line

    # The books --------------------------------------------------------------------------------------------------

    def returned(self, hold: str) -> bool:
        """Whether the service does not owe what is held any more."""
        return bool(self.holds[hold]["returned"])

    def balances(self) -> dict[tuple[str, str, str], Fraction]:
        """What every account must hold: (kind, owner, currency) to an amount; a debit is above zero. Pots go by their remix."""
        sums: dict[tuple[str, str, str], Fraction] = {}

        def add(kind: str, owner: str, currency: str, amount: Fraction) -> None:
            sums[kind, owner, currency] = sums.get((kind, owner, currency), Fraction(0)) + amount

        for (service, _, _), line in self.lines.items():
            if line["hold"]:
                if not self.returned(line["hold"]):
                    add("service", service, line["currency"], line["revenue"])
                    add("held_lines", service, line["currency"], -line["revenue"])
                continue
            add("service", service, line["currency"], line["revenue"])
            kind, owner = ("pot", line["remix"]) if line["matched"] else ("unmatched", service)
            add(kind, owner, line["currency"], -line["revenue"])
        for (remix, currency, _), periods in self.posted.items():
            for posted in periods.values():
                for who, amount in posted.items():
                    add("pot", remix, currency, amount)
                    add(*((RESERVE, remix) if who == RESERVE else ("party", who)), currency, -amount)
        return {place: amount for place, amount in sums.items() if amount}


def bought_in(lines: list[Thing]) -> dict[tuple[str, str, str], int]:
    """The lines, by their key, of one listener who plays one remix thirty times or more within ten minutes, and how often."""
    plays: dict[tuple[str, str], list[Thing]] = {}
    for line in lines:
        if line["listener"] and line["at"]:
            plays.setdefault((line["remix"], line["listener"]), []).append(line)
    found = {}
    for some in plays.values():
        times = sorted(datetime.fromisoformat(line["at"]) for line in some)
        # The reports here have plays that are all within ten minutes, or far from one another.
        if len(some) >= 30 and times[-1] - times[0] <= timedelta(minutes=10):
            found |= {(line["service"], line["report_id"], line["line_id"]): len(some) for line in some}
    return found


def month_after(period: str) -> str:
    """The month that follows."""
    year, month = int(period[:4]), int(period[5:])
    return f"{year + 1}-01" if month == 12 else f"{year}-{month + 1:02d}"


def line_of(cells: dict[str, str]) -> Thing:
    """A report's line as the model keeps it."""
    says: tuple[Any, ...] = tuple(sorted((cells | {"revenue": str(Fraction(cells["revenue"]))}).items()))
    return {
        "service": cells["service"], "report_id": cells["report_id"], "line_id": cells["line_id"], "remix": cells["remix_id"],
        "units": int(cells["units"]), "listener": cells.get("listener_hash", ""), "at": cells.get("play_at", ""),
        "ends": cells["period_end"], "currency": cells["currency"], "revenue": Fraction(cells["revenue"]), "says": says,
    }
