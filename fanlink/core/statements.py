"""What a party earned in a period, as a value that opens down to the report line.

Each line is one pot: gross, less what is recouped first, times the party's share by pool, less the rounding, less what
earlier runs posted. `StatementLine.faults` computes every one of these again from the line's own facts and the formula
in `core/pots.py`, which is how a desktop checks a statement offline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fanlink.core.account_months import AccountMonth, Converted
from fanlink.core.amounts import PICO_PER_MICRO, fraction_of, fraction_text, plain, plain_micro
from fanlink.core.pots import Pot, entitlement_micro
from fanlink.core.reports import ReportLine
from fanlink.core.shares import Leaf, SplitSheet


@dataclass(frozen=True, slots=True)
class Part:
    """What one service reported for one territory with a `period_end` in the statement's month."""

    service: str
    territory: str
    lines: int
    units: int
    revenue_pico: int


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One pot of a statement, as one party sees it.

    `gross_pico` is the whole pot up to the period's end; `recouped_pico` what leaves it before the split, and
    `recouped_own_pico` the part of that which is this party's own. `amount_micro` is what this period posts.
    `sources` are the report lines of the pot, `gross_pico` their exact sum. `gross_before_pico` was split by earlier
    periods; `parts` are the month's own lines by service and territory, and `late_pico` is the rest: earlier months that
    were reported, released or corrected only now. `reported_as` are other names under which a service reported the remix,
    which a person matched to it.
    """

    remix_id: str
    sheet: str
    currency: str
    gross_pico: int
    recouped_pico: int
    recouped_own_pico: int
    pools: tuple[Leaf, ...]
    earned_micro: int
    posted_before_micro: int
    sources: tuple[ReportLine, ...] = ()
    gross_before_pico: int = 0
    parts: tuple[Part, ...] = ()
    reported_as: tuple[str, ...] = ()

    @property
    def late_pico(self) -> int:
        """The gross that is new in this period and belongs to earlier months."""
        return self.gross_pico - self.gross_before_pico - sum(part.revenue_pico for part in self.parts)

    @property
    def share(self) -> Fraction:
        """The party's whole share: its leaves added."""
        return sum((leaf.share for leaf in self.pools), Fraction(0))

    @property
    def exact_pico(self) -> Fraction:
        """The entitlement before it is floored to whole millionths."""
        return self.share * (self.gross_pico - self.recouped_pico) + self.recouped_own_pico

    @property
    def rounding_pico(self) -> Fraction:
        """What the floor leaves in the pot's reserve, with the sign of the gross."""
        return self.exact_pico - self.earned_micro * PICO_PER_MICRO

    @property
    def amount_micro(self) -> int:
        return self.earned_micro - self.posted_before_micro

    def faults(self) -> tuple[str, ...]:
        """What in this line does not follow from its facts, by name; none when it is right."""
        share = self.share
        earned = entitlement_micro(
            share.numerator, share.denominator, self.gross_pico - self.recouped_pico, self.recouped_own_pico
        )
        checks = {
            "earned": earned == self.earned_micro,
            "sources": not self.sources or sum(line.revenue_pico for line in self.sources) == self.gross_pico,
            "sources_of_another_pot": all(
                line.remix_id in (self.remix_id, *self.reported_as) and line.currency == self.currency for line in self.sources
            ),
            "recouped": 0 <= self.recouped_own_pico <= self.recouped_pico <= max(self.gross_pico, 0),
        }
        return tuple(name for name, holds in checks.items() if not holds)

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data with every step as exact text: gross, pools, share, rounding, report lines."""
        return {
            "remix": self.remix_id,
            "sheet": self.sheet,
            "currency": self.currency,
            "gross": plain(self.gross_pico),
            "recouped": plain(self.recouped_pico),
            "recouped_own": plain(self.recouped_own_pico),
            "pools": [{"path": list(leaf.path), "share": fraction_text(leaf.share)} for leaf in self.pools],
            "share": fraction_text(self.share),
            "rounding_pico": fraction_text(self.rounding_pico),
            "earned": plain_micro(self.earned_micro),
            "earned_micro": self.earned_micro,
            "posted_before_micro": self.posted_before_micro,
            "amount": plain_micro(self.amount_micro),
            "amount_micro": self.amount_micro,
            "reported_as": list(self.reported_as),
            "gross_before": plain(self.gross_before_pico),
            "late": plain(self.late_pico),
            "parts": [
                {
                    "service": part.service, "territory": part.territory, "lines": part.lines, "units": part.units,
                    "revenue": plain(part.revenue_pico),
                }
                for part in self.parts
            ],
            "sources": [line.as_data() for line in self.sources],
        }  # fmt: skip

    def parts_of(self, period: str) -> tuple[Part, ...]:
        """The parts that the sources themselves lead to, for a month."""
        return parts_of(self.sources, period)


@dataclass(frozen=True, slots=True)
class Statement:
    """What one party earned in one period (`YYYY-MM`), one line per pot, currencies side by side.

    `accounts` tell how the balance moved in the period, one for each currency, and `conversions` are those of the period.
    Of a statement in pages the first has them, with `elsewhere_micro`: what the lines of the other pages add up to; and says
    how many `pages` there are, 0 where it is one, or where an earlier version wrote it and said nothing.
    """

    party: str
    period: str
    lines: tuple[StatementLine, ...]
    accounts: tuple[AccountMonth, ...] = ()
    conversions: tuple[Converted, ...] = ()
    elsewhere_micro: int = 0
    pages: int = 0

    def totals_micro(self) -> dict[str, int]:
        """What the period posts to the party, per currency."""
        totals: dict[str, int] = {}
        for line in self.lines:
            totals[line.currency] = totals.get(line.currency, 0) + line.amount_micro
        return dict(sorted(totals.items()))

    def faults(self) -> dict[int, tuple[str, ...]]:
        """Line number (from 0) to what does not follow; empty when the statement recomputes."""
        found = {}
        for number, line in enumerate(self.lines):
            faults = line.faults()
            if line.parts and line.sources and line.parts != line.parts_of(self.period):
                faults = (*faults, "parts")
            if faults:
                found[number] = faults
        return found

    def account_faults(self) -> tuple[str, ...]:
        """What does not follow in the account: opening, movements, conversions, closing; none when all of it does."""
        totals = self.totals_micro()
        wrong = {fault for each in self.conversions for fault in each.faults()}
        for each in self.accounts:
            wrong.update(each.faults(totals.get(each.currency, 0) + self.elsewhere_micro, self.conversions))
        if any(each.posted_on.isoformat()[:7] != self.period for each in self.conversions):
            wrong.add("conversions")
        return tuple(sorted(wrong))

    def as_data(self) -> dict[str, Any]:
        return {
            "party": self.party,
            "period": self.period,
            "totals_micro": self.totals_micro(),
            "accounts": [each.as_data() for each in self.accounts],
            "conversions": [each.as_data() for each in self.conversions],
            "elsewhere_micro": self.elsewhere_micro,
            "lines": [line.as_data() for line in self.lines],
        } | ({"pages": self.pages} if self.pages else {})

    @staticmethod
    def from_data(data: dict[str, Any]) -> Statement:
        """The statement that `as_data` wrote. Figures that do not follow from it are found by `faults`."""
        return Statement(
            data["party"], data["period"], tuple(_line_from(data["party"], one) for one in data["lines"]),
            tuple(AccountMonth.from_data(one) for one in data.get("accounts", ())),
            tuple(Converted.from_data(one) for one in data.get("conversions", ())), data.get("elsewhere_micro", 0),
            data.get("pages", 0),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What the other pages of a statement add up to, beside what the first says that they do.

    `missing` are pages that are not here. Of an old statement nobody says how many there are: then it is whole as soon as the
    sum agrees, and `unknown` tells that more may be missing where it does not.
    """

    said_micro: int
    found_micro: int
    missing: tuple[int, ...]
    unknown: bool

    @property
    def complete(self) -> bool:
        """True when every page is here, and so the sum was computed again."""
        return not self.missing and not self.unknown

    @property
    def right(self) -> bool:
        """False when all pages are here and come to something else."""
        return not self.complete or self.found_micro == self.said_micro


def elsewhere(first: Statement, others: Mapping[int, int]) -> Elsewhere | None:
    """Computes `elsewhere_micro` again from the other pages, by number what the lines of each come to; None for a statement of one page."""
    if not first.pages and not first.elsewhere_micro and not others:
        return None
    missing = tuple(number for number in range(2, first.pages + 1) if number not in others)
    found = sum(micro for number, micro in others.items() if not first.pages or number <= first.pages)
    return Elsewhere(first.elsewhere_micro, found, missing, not first.pages and found != first.elsewhere_micro)


def together(party: str, period: str, statements: Iterable[Statement]) -> Statement:
    """The statements of several currencies as one; a conversion stands once."""
    some = tuple(statements)
    conversions = {each.id: each for one in some for each in one.conversions}
    return Statement(
        party, period, tuple(line for one in some for line in one.lines), tuple(each for one in some for each in one.accounts),
        tuple(sorted(conversions.values(), key=lambda each: (each.posted_on, each.id))),
    )  # fmt: skip


def parts_of(lines: Iterable[ReportLine], period: str) -> tuple[Part, ...]:
    """Report lines of a month (`YYYY-MM`, by `period_end`) added up by service and territory, in that order."""
    sums: dict[tuple[str, str], list[int]] = {}
    for line in lines:
        if line.period_end.isoformat()[:7] == period:
            one = sums.setdefault((line.service, line.territory), [0, 0, 0])
            for place, amount in enumerate((1, line.units, line.revenue_pico)):
                one[place] += amount
    return tuple(Part(service, territory, *one) for (service, territory), one in sorted(sums.items()))


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One row of a statement seen by remix, service or territory: exact shares of the reported revenue."""

    name: str
    currency: str
    units: int
    gross_pico: int
    share_pico: Fraction


def line_of(
    party: str, sheet: SplitSheet, pot: Pot, posted_before_micro: int, sources: Iterable[ReportLine] = (),
    gross_before_pico: int = 0, parts: Iterable[Part] = (),
) -> StatementLine:  # fmt: skip
    """The statement line of `party` for a pot that the formula computed under `sheet`."""
    own = sheet.recoupment is not None and sheet.recoupment.party == party
    return StatementLine(
        remix_id=sheet.remix_id,
        sheet=pot.version,
        currency=pot.currency,
        gross_pico=pot.gross_pico,
        recouped_pico=pot.recouped_pico,
        recouped_own_pico=pot.recouped_pico if own else 0,
        pools=sheet.leaves(party),
        earned_micro=pot.earned_micro[party],
        posted_before_micro=posted_before_micro,
        sources=tuple(sources),
        gross_before_pico=gross_before_pico,
        parts=tuple(parts),
    )


def breakdown(statement: Statement, by: Callable[[Part | ReportLine], str]) -> tuple[Breakdown, ...]:
    """What was reported for the month, grouped, such as by `lambda part: part.service`; before recoupment and rounding.

    A statement line without parts (of an earlier version of FanLink) is grouped by all of its report lines.
    """
    rows: dict[tuple[str, str], tuple[int, int, Fraction]] = {}
    for line in statement.lines:
        for source in line.parts or line.sources:
            place = by(source), line.currency
            units, gross, share = rows.get(place, (0, 0, Fraction(0)))
            pico = source.revenue_pico
            rows[place] = units + source.units, gross + pico, share + line.share * pico
    return tuple(Breakdown(*place, *sums) for place, sums in sorted(rows.items()))


def _line_from(party: str, data: dict[str, Any]) -> StatementLine:
    from_text = _pico_of_any_size
    return StatementLine(
        remix_id=data["remix"],
        sheet=data["sheet"],
        currency=data["currency"],
        gross_pico=from_text(data["gross"]),
        recouped_pico=from_text(data["recouped"]),
        recouped_own_pico=from_text(data["recouped_own"]),
        pools=tuple(Leaf(party, fraction_of(pool["share"]), tuple(pool["path"])) for pool in data["pools"]),
        earned_micro=data["earned_micro"],
        posted_before_micro=data["posted_before_micro"],
        sources=tuple(ReportLine.from_data(line) for line in data["sources"]),
        gross_before_pico=from_text(data.get("gross_before", "0")),
        parts=tuple(
            Part(part["service"], part["territory"], part["lines"], part["units"], from_text(part["revenue"]))
            for part in data.get("parts", ())
        ),
        reported_as=tuple(data.get("reported_as", ())),
    )


def _pico_of_any_size(text: str) -> int:
    """A sum may have more digits than one report line; the text is exact all the same."""
    pico = Fraction(text) * 10**12
    assert pico.denominator == 1, "a sum of reported revenue has at most twelve places"
    return int(pico)
