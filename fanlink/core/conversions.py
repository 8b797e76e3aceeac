"""Another currency: only when the party asked for it, only by a posting that names its rate and where that came from.

Rounding: the party gets floor(amount · rate · 10^6) millionths of the new currency. What the floor leaves over, less
than a millionth, stays with the exchange account; nothing is ever rounded up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from fanlink.core.amounts import CURRENCY, MICRO, PICO_PER_MICRO, fraction_text, pico_of
from fanlink.core.errors import Reason, Refused
from fanlink.core.ledger import Account, Kind, Posting, Transaction

_RATE = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?|[0-9]{1,18}/[0-9]{1,18}")
LONGEST_SOURCE = 200


class ConversionState(StrEnum):
    ASKED = "asked"
    CONVERTED = "converted"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Conversion:
    """A party's wish, and what became of it. `most_micro` limits it; None means all that is owed on that day.

    `rate` is units of the new currency for one of the old, an exact fraction; amounts are whole millionths.
    """

    id: str
    party: str
    from_currency: str
    to_currency: str
    most_micro: int | None
    asked_by: str
    asked_ms: int
    state: ConversionState = ConversionState.ASKED
    rate: str = ""
    source: str = ""
    day: date | None = None
    from_micro: int = 0
    to_micro: int = 0
    converted_by: str | None = None
    version: int = 1


def ask(
    id: str, party: str, from_currency: str, to_currency: str, amount: str | None, by: str, now_ms: int
) -> Conversion:
    """The party's wish. Refused: `currency_unknown`, `same_currency`, `amount_not_positive`."""
    reasons = [
        Reason("currency_unknown", {"currency": one}) for one in (from_currency, to_currency) if not CURRENCY.fullmatch(one)
    ]
    if from_currency == to_currency:
        reasons.append(Reason("same_currency", {"currency": to_currency}))
    most_micro = _micro(amount) if amount is not None else None
    if most_micro is not None and most_micro <= 0:
        reasons.append(Reason("amount_not_positive", {"amount": amount}))
    if reasons:
        raise Refused(reasons)
    return Conversion(id, party, from_currency, to_currency, most_micro, by, now_ms)


def _micro(amount: str) -> int:
    """Whole millionths; nothing where it cannot be read."""
    try:
        return pico_of(amount) // PICO_PER_MICRO
    except ValueError:
        return 0


def withdraw(wish: Conversion) -> Conversion:
    """The party no longer wants it. Refused: `conversion_done`."""
    _need_asked(wish)
    return replace(wish, state=ConversionState.WITHDRAWN, version=wish.version + 1)


def convert(
    wish: Conversion, owed_micro: int, rate: str, source: str, day: date, by: str, by_parties: tuple[str, ...] = ()
) -> Conversion:
    """The wish fulfilled at a rate, from what is owed. Nobody sets the rate for their own money.

    Refused: `conversion_done`, `rate_wrong`, `source_missing`, `nothing_to_convert`, `converted_by_payee`.
    """
    _need_asked(wish)
    reasons = []
    exact = rate_of(rate)
    if exact is None:
        reasons.append(Reason("rate_wrong", {"rate": rate[:60]}))
    said = " ".join(source.split())
    if not said or len(said) > LONGEST_SOURCE or not said.isprintable():
        reasons.append(Reason("source_missing", {}))
    if wish.party in by_parties:
        reasons.append(Reason("converted_by_payee", {"by": by}))
    taken = min(owed_micro, wish.most_micro) if wish.most_micro is not None else owed_micro
    given = max(taken, 0) * exact.numerator // exact.denominator if exact else 0
    if exact and given <= 0:
        reasons.append(Reason("nothing_to_convert", {"party": wish.party, "currency": wish.from_currency}))
    if reasons:
        raise Refused(reasons)
    assert exact is not None
    return replace(
        wish, state=ConversionState.CONVERTED, rate=fraction_text(exact), source=said, day=day, from_micro=taken,
        to_micro=given, converted_by=by, version=wish.version + 1,
    )  # fmt: skip


def rate_of(text: str) -> Fraction | None:
    """An exact rate above nothing from `1.0825` or `433/400`; None for anything else."""
    if not _RATE.fullmatch(text):
        return None
    above, _, below = text.partition("/")
    if below and not int(below):
        return None
    rate = Fraction(int(above), int(below)) if below else Fraction(text)
    return rate if rate > 0 else None


def transaction(done: Conversion, posted_on: date) -> Transaction:
    """Two balanced halves, one in each currency, through the exchange account of the rate's source."""
    assert done.state is ConversionState.CONVERTED
    party, exchange = Account(Kind.PARTY, done.party), Account(Kind.EXCHANGE, done.source)
    taken, given = done.from_micro * PICO_PER_MICRO, done.to_micro * PICO_PER_MICRO
    about = f"conversion {done.id} at {done.rate} ({done.source}, {done.day})"
    return Transaction(f"conversion:{done.id}", posted_on, about, (
        Posting(party, done.from_currency, taken), Posting(exchange, done.from_currency, -taken),
        Posting(exchange, done.to_currency, given), Posting(party, done.to_currency, -given),
    ))  # fmt: skip


def rounded_off(done: Conversion) -> Fraction:
    """What the floor left over, in units of the new currency; less than a millionth."""
    exact = Fraction(done.rate) * done.from_micro
    return (exact - done.to_micro) / MICRO


def _need_asked(wish: Conversion) -> None:
    if wish.state is not ConversionState.ASKED:
        raise Refused("conversion_done", id=wish.id, state=str(wish.state))
