"""Exact numbers and how they are written.

Money is whole numbers: an amount is so many millionths of a millionth (`pico`) of a currency's unit.
Reports carry at most twelve decimal places, so a sum of reported revenue is always a whole number of pico. Integers
have no precision to run out of and no context to forget; `Decimal` rounds silently at 28 digits. Shares are
fractions, written `3/20` on the wire and in files, never `0.15`.
"""

from __future__ import annotations

import re
from fractions import Fraction

PICO = 10**12
MICRO = 10**6
PICO_PER_MICRO = PICO // MICRO
INT64_MAX = 2**63 - 1

AMOUNT = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,12})?")
CURRENCY = re.compile(r"[A-Z]{3}")
_FRACTION = re.compile(r"([0-9]{1,1000})(?:/([0-9]{1,1000}))?")

# ISO 4217: the currencies whose smaller unit is not a hundredth.
_EXPONENTS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(["CLF", "UYW"], 4),
}


def pico_of(text: str) -> int:
    """The amount a report writes, in pico; raises `ValueError` for anything but `-?\\d{1,18}(\\.\\d{1,12})?`."""
    if not isinstance(text, str) or not AMOUNT.fullmatch(text):
        raise ValueError("an amount is digits with at most 12 decimal places, such as 12.5 or -0.003")
    whole, _, part = text.partition(".")
    pico = int(whole.removeprefix("-")) * PICO + int(part.ljust(12, "0") or "0")
    return -pico if whole.startswith("-") else pico


def pico_of_any_size(text: str) -> int:
    """A sum in plain notation, in pico: it may have more digits than one report line, and is exact all the same."""
    pico = Fraction(text) * PICO
    if pico.denominator != 1:
        raise ValueError("a sum of reported revenue has at most twelve places")
    return int(pico)


def plain(pico: int) -> str:
    """The amount in plain notation without trailing zeros: `-3`, `0`, `12.5`."""
    whole, part = divmod(abs(pico), PICO)
    text = f"{whole}.{part:012d}".rstrip("0").rstrip(".") if part else str(whole)
    return f"-{text}" if pico < 0 else text


def plain_micro(micro: int) -> str:
    """Millionths in plain notation."""
    return plain(micro * PICO_PER_MICRO)


def minor_exponent(currency: str) -> int:
    """How many decimal places the currency's smallest payable unit has (ISO 4217)."""
    return _EXPONENTS.get(currency, 2)


def whole_minor_units(micro: int, currency: str) -> tuple[int, int]:
    """Split a positive balance into (payable minor units, millionths that stay on the account)."""
    assert micro >= 0, "a negative balance is carried, not paid"
    unit_micro = 10 ** (6 - minor_exponent(currency))
    return micro // unit_micro, micro % unit_micro


def fraction_of(text: str) -> Fraction:
    """The exact value of `numerator/denominator` (or a whole number); `ValueError` for anything else."""
    match = _FRACTION.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError('a share is written "numerator/denominator", such as "3/20"')
    numerator, denominator = int(match[1]), int(match[2] or "1")
    if denominator == 0:
        raise ValueError("the denominator of a share is zero")
    return Fraction(numerator, denominator)


def fraction_text(value: Fraction) -> str:
    """`numerator/denominator` in lowest terms; whole numbers too (`1/1`), so that it reads one way only."""
    return f"{value.numerator}/{value.denominator}"
