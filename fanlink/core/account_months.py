"""A party's account in one currency over a month: what was there, what moved it, what is there now; conversions line by line.

The balance is what the house owes, paid out or held back (the accounts `party` and `held` together). Amounts are whole
millionths with the sign they have for the party, so that opening and every movement add up to closing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from fanlink.core.amounts import fraction_of, fraction_text, plain_micro
from fanlink.core.conversions import rate_of

MOVEMENTS = ("earned", "converted", "paid_out", "came_back", "other")
PLACES = 18


@dataclass(frozen=True, slots=True)
class Converted:
    """One conversion as a statement tells it: posted on a day, at a rate that its source named for `rate_day`.

    `rate` is the exact fraction in text, units of the new currency for one of the old.
    """

    id: str
    posted_on: date
    from_currency: str
    from_micro: int
    to_currency: str
    to_micro: int
    rate: str
    source: str
    rate_day: date | None = None

    def faults(self) -> tuple[str, ...]:
        """`rate` or `converted`, where the amounts do not follow: to = floor(from x rate), in whole millionths."""
        rate = rate_of(self.rate)
        if rate is None or self.from_micro <= 0 or self.from_currency == self.to_currency:
            return ("rate",)
        return () if self.from_micro * rate.numerator // rate.denominator == self.to_micro else ("converted",)

    def moved_micro(self, currency: str) -> int:
        """What it does to the balance in a currency."""
        return (self.to_micro if currency == self.to_currency else 0) - (self.from_micro if currency == self.from_currency else 0)

    def as_data(self) -> dict[str, Any]:
        return {
            "id": self.id, "posted_on": self.posted_on.isoformat(), "from_currency": self.from_currency,
            "from": plain_micro(self.from_micro), "from_micro": self.from_micro, "to_currency": self.to_currency,
            "to": plain_micro(self.to_micro), "to_micro": self.to_micro, "rate": self.rate, "source": self.source,
            "rate_day": self.rate_day.isoformat() if self.rate_day else None,
        }  # fmt: skip

    @staticmethod
    def from_data(data: dict[str, Any]) -> Converted:
        """What `as_data` wrote."""
        return Converted(
            data["id"], date.fromisoformat(data["posted_on"]), data["from_currency"], data["from_micro"], data["to_currency"],
            data["to_micro"], data["rate"], data["source"], date.fromisoformat(data["rate_day"]) if data["rate_day"] else None,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class AccountMonth:
    """Opening + earned + converted + paid_out + came_back + other = closing, in one currency."""

    currency: str
    opening_micro: int = 0
    earned_micro: int = 0
    converted_micro: int = 0
    paid_out_micro: int = 0
    came_back_micro: int = 0
    other_micro: int = 0
    closing_micro: int = 0

    def faults(self, earned_micro: int, conversions: Iterable[Converted]) -> tuple[str, ...]:
        """`balance`, `earned` or `conversions`, where this does not follow from the statement's lines."""
        moved = sum(getattr(self, f"{name}_micro") for name in MOVEMENTS)
        checks = {
            "balance": self.opening_micro + moved == self.closing_micro,
            "earned": self.earned_micro == earned_micro,
            "conversions": self.converted_micro == sum(each.moved_micro(self.currency) for each in conversions),
        }
        return tuple(name for name, holds in checks.items() if not holds)

    def steps(self) -> tuple[tuple[str, int], ...]:
        """Opening, every movement that there is, and closing, as (name, millionths)."""
        moved = ((name, getattr(self, f"{name}_micro")) for name in MOVEMENTS)
        return (("opening", self.opening_micro), *(each for each in moved if each[1]), ("closing", self.closing_micro))

    def as_data(self) -> dict[str, Any]:
        names = ("opening", *MOVEMENTS, "closing")
        return {"currency": self.currency, **{f"{name}_micro": getattr(self, f"{name}_micro") for name in names}}

    @staticmethod
    def from_data(data: dict[str, Any]) -> AccountMonth:
        """What `as_data` wrote."""
        return AccountMonth(**data)


def rate_text(rate: str) -> str:
    """A rate as people write it: a decimal where it ends within eighteen places, else the fraction."""
    exact = fraction_of(rate) if "/" in rate else Fraction(rate)
    scaled = exact * 10**PLACES
    if scaled.denominator != 1:
        return fraction_text(exact)
    whole, part = divmod(scaled.numerator, 10**PLACES)
    return f"{whole}.{part:0{PLACES}d}".rstrip("0").rstrip(".")
