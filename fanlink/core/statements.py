"""What a party earned in a period, as a value that opens down to the report line.

Each line is one pot: gross, less what is recouped first, times the party's share by pool, less the rounding, less what
earlier runs posted. `StatementLine.faults` computes every one of these again from the line's own facts and the formula
in `core/pots.py`, which is how a desktop checks a statement offline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fanlink.core.amounts import PICO_PER_MICRO, fraction_of, fraction_text, plain, plain_micro
from fanlink.core.pots import Pot, entitlement_micro
from fanlink.core.reports import ReportLine
from fanlink.core.shares import Leaf, SplitSheet


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One pot of a statement, as one party sees it.

    `gross_pico` is the whole pot up to the period's end; `recouped_pico` what leaves it before the split, and
    `recouped_own_pico` the part of that which is this party's own. `amount_micro` is what this period posts.
    `sources` are the report lines of the pot, `gross_pico` their exact sum.
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
                (line.remix_id, line.currency) == (self.remix_id, self.currency) for line in self.sources
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
            "sources": [line.as_data() for line in self.sources],
        }


@dataclass(frozen=True, slots=True)
class Statement:
    """What one party earned in one period (`YYYY-MM`), one line per pot, currencies side by side."""

    party: str
    period: str
    lines: tuple[StatementLine, ...]

    def totals_micro(self) -> dict[str, int]:
        """What the period posts to the party, per currency."""
        totals: dict[str, int] = {}
        for line in self.lines:
            totals[line.currency] = totals.get(line.currency, 0) + line.amount_micro
        return dict(sorted(totals.items()))

    def faults(self) -> dict[int, tuple[str, ...]]:
        """Line number (from 0) to what does not follow; empty when the statement recomputes."""
        return {number: faults for number, line in enumerate(self.lines) if (faults := line.faults())}

    def as_data(self) -> dict[str, Any]:
        return {
            "party": self.party,
            "period": self.period,
            "totals_micro": self.totals_micro(),
            "lines": [line.as_data() for line in self.lines],
        }

    @staticmethod
    def from_data(data: dict[str, Any]) -> Statement:
        """The statement that `as_data` wrote. Figures that do not follow from it are found by `faults`."""
        return Statement(data["party"], data["period"], tuple(_line_from(data["party"], one) for one in data["lines"]))


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One row of a statement seen by remix, service or territory: exact shares of the reported revenue."""

    name: str
    currency: str
    units: int
    gross_pico: int
    share_pico: Fraction


def line_of(
    party: str, sheet: SplitSheet, pot: Pot, posted_before_micro: int, sources: Iterable[ReportLine] = ()
) -> StatementLine:
    """The statement line of `party` for a pot that the formula computed under `sheet`."""
    own = sheet.recoupment is not None and sheet.recoupment.party == party
    return StatementLine(
        remix_id=sheet.remix_id,
        sheet=pot.version,
        currency=pot.currency,
        gross_pico=pot.gross_pico,
        recouped_pico=pot.recouped_pico,
        recouped_own_pico=pot.recouped_pico if own else 0,
        pools=tuple(leaf for leaf in sheet.leaves() if leaf.party == party),
        earned_micro=pot.earned_micro[party],
        posted_before_micro=posted_before_micro,
        sources=tuple(sources),
    )


def breakdown(statement: Statement, by: Callable[[ReportLine], str]) -> tuple[Breakdown, ...]:
    """The statement's report lines grouped, such as by `lambda line: line.service`; before recoupment and rounding."""
    rows: dict[tuple[str, str], tuple[int, int, Fraction]] = {}
    for line in statement.lines:
        for source in line.sources:
            place = by(source), source.currency
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
    )


def _pico_of_any_size(text: str) -> int:
    """A sum may have more digits than one report line; the text is exact all the same."""
    pico = Fraction(text) * 10**12
    assert pico.denominator == 1, "a sum of reported revenue has at most twelve places"
    return int(pico)
