"""Whose bank account it is: an IBAN that checks, a name, a BIC; and from when a changed one is paid to."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from fanlink.core.errors import Reason, Refused

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
LONGEST_NAME = 70  # what a payment file has room for
DAY_MS = 86_400_000

# Countries of the euro payments area with the length of their IBANs (ISO 13616 registry; EPC list of scheme countries).
SEPA_LENGTHS = {
    "AD": 24, "AL": 28, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24,
    "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24,
    "RS": 22, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "VA": 22,
}  # fmt: skip


_BANKS_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")
_OTHER_LETTERS = str.maketrans({
    "ß": "ss", "Æ": "AE", "æ": "ae", "Ø": "O", "ø": "o", "Œ": "OE", "œ": "oe", "Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "Ł": "L",
    "ł": "l", "Þ": "Th", "þ": "th", "ı": "i", "Ħ": "H", "ħ": "h", "&": "+", "_": "-", "’": "'", "‘": "'", "`": "'", "“": "'",
    "”": "'", "–": "-", "—": "-",
})  # fmt: skip


def bank_text(text: str) -> str:
    """The text in the signs that every bank takes (EPC217-08, SWIFT's character set X): accents go, what has no such sign is a full stop.

    Neither begins with a slash nor has two in a row, which banks take for codes of their own.
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_OTHER_LETTERS))
    plain = "".join(letter if letter in _BANKS_LETTERS else "." for letter in decomposed if not unicodedata.combining(letter))
    return re.sub("/{2,}", "/", plain).lstrip("/ ").rstrip() or "."


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Whose account it is; refused as `iban_wrong` (ISO 13616, mod 97, length of its country), `bic_wrong`,
    `account_without_name` (also for one that cannot be printed), `account_name_too_long`."""

    name: str
    iban: str
    bic: str | None = None

    def __post_init__(self) -> None:
        reasons = []
        if not self.name.strip() or not self.name.isprintable():
            reasons.append(Reason("account_without_name"))
        if len(self.name) > LONGEST_NAME:
            reasons.append(Reason("account_name_too_long", {"characters": len(self.name), "most": LONGEST_NAME}))
        if not _IBAN.fullmatch(self.iban) or _iban_remainder(self.iban) != 1 or not _fits_country(self.iban):
            reasons.append(Reason("iban_wrong", {"name": self.name}))
        if self.bic is not None and not _BIC.fullmatch(self.bic):
            reasons.append(Reason("bic_wrong", {"name": self.name}))
        if reasons:
            raise Refused(reasons)

    @property
    def masked(self) -> str:
        """Enough of the IBAN to tell two apart, not enough to use it: `DE89 … 3000`."""
        return masked(self.iban)


@dataclass(frozen=True, slots=True)
class BankDetails:
    """A party's account from a moment on. Never changed: another one follows it, with the next `number` from 1.

    Payouts go to it from `payable_from_ms`, milliseconds since 1970 UTC.
    """

    id: str
    party: str
    number: int
    account: BankAccount
    set_by: str
    set_ms: int
    payable_from_ms: int
    version: int = 1


def masked(iban: str) -> str:
    """The two ends of an IBAN: `DE89 … 3000`."""
    return f"{iban[:4]} … {iban[-4:]}"


def account_of(name: str, iban: str, bic: str | None) -> BankAccount:
    """The account that a person typed: spaces and small letters are theirs to use. Refused as `BankAccount` says."""
    typed = "".join((bic or "").split()).upper()
    return BankAccount(" ".join(name.split()), "".join(iban.split()).upper(), typed or None)


def next_details(
    id: str, party: str, account: BankAccount, before: BankDetails | None, by: str, now_ms: int, delay_days: int
) -> BankDetails:
    """The details that follow `before`. Only a change waits: who has never been paid has nothing to be led astray from.

    Refused: `nothing_changed`.
    """
    if before is not None and before.account == account:
        raise Refused("nothing_changed")
    wait_ms = delay_days * DAY_MS if before is not None else 0
    return BankDetails(id, party, before.number + 1 if before else 1, account, by, now_ms, now_ms + wait_ms)


def _fits_country(iban: str) -> bool:
    return len(iban) == SEPA_LENGTHS.get(iban[:2], len(iban))


def _iban_remainder(iban: str) -> int:
    return int("".join(str(int(letter, 36)) for letter in iban[4:] + iban[:4])) % 97
