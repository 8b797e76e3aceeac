"""Which earnings a payout is made of: what came first is paid first, to the millionth.

A party's accounts are read in the order of the books. A credit joins the end of the line, a debit takes from its front;
what is taken back of a pot (a refund) takes from that pot's own credits first, the newest of them, for those are what
it corrects. A payout that failed puts back what it took. Money that was converted carries the slices it was made of.
A debit that finds the line empty is a negative balance: the next credits pay it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Slice:
    """So many millionths of one posting. `pot` is (remix, sheet version), or None where the credit is no earning.

    `origin` are the slices, in another currency, that a conversion made this one of.
    """

    transaction: int
    currency: str
    micro: int
    pot: tuple[str, str] | None = None
    origin: tuple[Slice, ...] = ()


@dataclass(frozen=True, slots=True)
class Movement:
    """One transaction as one party sees it: what it adds (above zero) or takes, by currency."""

    number: int
    key: str
    micro: dict[str, int]
    pot: tuple[str, str] | None = None
    reverses: str | None = None


@dataclass(slots=True)
class Traced:
    """What each transaction that took something took, by its key; and what is left in each currency's line."""

    taken: dict[str, tuple[Slice, ...]] = field(default_factory=dict)
    left: dict[str, list[Slice]] = field(default_factory=dict)
    short: dict[str, int] = field(default_factory=dict)


def trace(movements: Iterable[Movement]) -> Traced:
    """The slices of every debit of one party, in the order of the books."""
    found = Traced()
    for moved in movements:
        took: list[Slice] = []
        for currency, micro in sorted(moved.micro.items()):
            if micro < 0:
                took += _take(found, moved, currency, -micro)
        if took:
            found.taken[moved.key] = tuple(took)
        for currency, micro in sorted(moved.micro.items()):
            if micro > 0:
                _give(found, moved, currency, micro, tuple(took))
    return found


def _take(found: Traced, moved: Movement, currency: str, micro: int) -> list[Slice]:
    line = found.left.setdefault(currency, [])
    took: list[Slice] = []
    if moved.pot is not None:
        own = [place for place, each in enumerate(line) if each.pot == moved.pot]
        micro = _drain(line, reversed(own), micro, took)
    rest = _drain(line, range(len(line)), micro, took)
    line[:] = [each for each in line if each.micro]
    found.short[currency] = found.short.get(currency, 0) + rest
    return took


def _drain(line: list[Slice], places: Iterable[int], micro: int, took: list[Slice]) -> int:
    """Takes up to `micro` from the places of the line, and gives what could not be taken."""
    for place in places:
        if not micro:
            break
        part = min(line[place].micro, micro)
        if part:
            took.append(replace(line[place], micro=part))
            line[place] = replace(line[place], micro=line[place].micro - part)
            micro -= part
    return micro


def _give(found: Traced, moved: Movement, currency: str, micro: int, origin: tuple[Slice, ...]) -> None:
    line = found.left.setdefault(currency, [])
    if moved.reverses is not None and moved.reverses in found.taken:
        back = [each for each in found.taken[moved.reverses] if each.currency == currency]
        if sum(each.micro for each in back) == micro:
            line[:0] = back
            return
    owed = min(found.short.get(currency, 0), micro)
    if owed:
        found.short[currency] -= owed
        micro -= owed
    if micro:
        line.append(Slice(moved.number, currency, micro, moved.pot, origin))


def earnings(slices: Iterable[Slice]) -> Iterable[Slice]:
    """The slices with every conversion followed back to what was earned."""
    for each in slices:
        if each.origin:
            yield from earnings(each.origin)
        else:
            yield each
