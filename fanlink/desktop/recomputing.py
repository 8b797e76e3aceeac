"""Money computed again on this computer, from documents alone, by the one formula in core."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from fanlink.core.account_months import Converted
from fanlink.core.conversions import Conversion
from fanlink.core.documents import PotDocument
from fanlink.core.earnings import recompute
from fanlink.core.money_documents import ConversionDocument, StatementDocument
from fanlink.core.statements import Elsewhere, Statement, elsewhere
from fanlink.desktop import formats

PICO_PER_MICRO = 10**6


@dataclass(frozen=True, slots=True)
class PotLine:
    """One pot as one party sees it: from the gross to the whole millionths, each step exact."""

    document: PotDocument
    share: Fraction
    gross_pico: int
    recouped_pico: int
    earned_micro: int
    rounding_pico: Fraction
    adds_up: bool

    @property
    def split_pico(self) -> int:
        """What is shared after recoupment."""
        return self.gross_pico - self.recouped_pico


@dataclass(frozen=True, slots=True)
class Checked:
    """A statement with what computing it again found; `faults` is empty when it is equal."""

    document: StatementDocument
    statement: Statement | None
    faults: tuple[str, ...]
    elsewhere: Elsewhere | None = None

    @property
    def equal(self) -> bool:
        return not self.faults

    @property
    def is_first_of_several(self) -> bool:
        """True for the page that says what the others add up to."""
        return self.statement is not None and self.document.page == 1 and bool(self.statement.pages or self.statement.elsewhere_micro)


def pot_line(document: PotDocument, party: str) -> PotLine:
    """A pot for one party."""
    pot = recompute(document)
    share = sum((leaf.share for leaf in document.shares if leaf.party == party), Fraction(0))
    own = pot.recouped_pico if document.recoup and document.recoup.get("party") == party else 0
    exact = share * (pot.gross_pico - pot.recouped_pico) + own
    earned = pot.earned_micro.get(party, 0)
    whole = sum(pot.earned_micro.values()) * PICO_PER_MICRO + pot.reserve_pico == pot.gross_pico
    return PotLine(document, share, pot.gross_pico, pot.recouped_pico, earned, exact - earned * PICO_PER_MICRO, whole)


def check(document: StatementDocument, conversions: Iterable[ConversionDocument] = ()) -> Checked:
    """Computes every line of a statement, its conversions and its balances again and compares them with what the server wrote.

    `conversions` are the documents that are here: a conversion that is told otherwise there is a fault.
    """
    try:
        statement = Statement.from_data(dict(document.statement))
    except (KeyError, TypeError, ValueError) as error:
        return Checked(document, None, (f"cannot be read: {error}",))
    faults = [name for names in statement.faults().values() for name in names]
    if statement.totals_micro().get(document.currency, 0) != document.earned_micro:
        faults.append("total")
    faults += statement.account_faults()
    here = {each.id: each.conversion for each in conversions}
    faults += ["conversion told otherwise" for each in statement.conversions if each.id in here and not _same(each, here[each.id])]
    return Checked(document, statement, tuple(faults))


def across(first: Checked, others: Iterable[Checked]) -> Checked:
    """The first page, with what it says of the others computed again from those that are here.

    A page that does not follow from its own facts, or pages that come to something else, are faults of the whole.
    """
    if first.statement is None:
        return first
    document = first.document
    place = (document.party, document.period, document.currency)
    mine = [one for one in others if (one.document.party, one.document.period, one.document.currency) == place and one.document.page > 1]
    found = elsewhere(first.statement, {
        one.document.page: one.statement.totals_micro().get(document.currency, 0) for one in mine if one.statement is not None
    })  # fmt: skip
    faults = [*first.faults, *(f"page {one.document.page}" for one in sorted(mine, key=lambda one: one.document.page) if not one.equal)]
    if found is not None and not found.right:
        faults.append("sum of the other pages")
    return replace(first, faults=tuple(faults), elsewhere=found)


def pages_together(checked: Sequence[Checked]) -> list[Checked]:
    """Statements and pages of statements; those that say what others add up to are compared with these."""
    return [across(one, checked) if one.is_first_of_several else one for one in checked]


def said_across(checked: Checked) -> str:
    """What was computed across the pages of a statement, and what could not be; nothing for a statement of one page."""
    if not checked.is_first_of_several or checked.statement is None:
        return ""
    said, currency = checked.statement.elsewhere_micro, checked.document.currency
    amount, found = formats.exact_micro(said, currency), checked.elsewhere
    if found is None:
        return f"The other pages of this statement say {amount}. They are being added up."
    if found.complete and found.right:
        return f"Recomputed across all {checked.statement.pages or 'its'} pages: the others add up to {amount}, as this page says."
    if found.complete:
        return f"This page says that the others add up to {amount}, but they come to {formats.exact_micro(found.found_micro, currency)}."
    if found.unknown:
        lacking = "other pages"
    elif len(found.missing) == 1:
        lacking = f"page {found.missing[0]}"
    else:
        lacking = f"pages {formats.names([str(number) for number in found.missing], 6)}"
    part = formats.exact_micro(said - found.found_micro, currency)
    return f"Not recomputed: {part} of the balance, which stand on {lacking} and are not on this computer yet. All that is here is."


def _same(told: Converted, wish: Conversion) -> bool:
    return (told.from_currency, told.from_micro, told.to_currency, told.to_micro, told.rate, told.source, told.rate_day) == (
        wish.from_currency, wish.from_micro, wish.to_currency, wish.to_micro, wish.rate, wish.source, wish.day
    )  # fmt: skip


def balances(lines: Iterable[PotLine]) -> dict[str, int]:
    """Earned in all, in millionths by currency."""
    totals: dict[str, int] = {}
    for line in lines:
        totals[line.document.currency] = totals.get(line.document.currency, 0) + line.earned_micro
    return dict(sorted(totals.items(), key=lambda item: -abs(item[1])))


def stated(checked: Iterable[Checked]) -> dict[str, int]:
    """What statements have told so far, in millionths by currency."""
    totals: dict[str, int] = {}
    for each in checked:
        if each.document.state != "issued":
            continue
        totals[each.document.currency] = totals.get(each.document.currency, 0) + each.document.earned_micro
    return totals
