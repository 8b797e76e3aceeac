"""Names the industry gives to recordings, works and people, with their check digits.

ISRC (ISO 3901) has none; ISWC (ISO 15707), IPI name numbers (CISAC) and ISNI (ISO 27729, check by ISO 7064 11-2) do.
Each `parse_*` takes the usual ways of writing and gives the bare form, or refuses with the name of what is wrong.
"""

from __future__ import annotations

import re

from fanlink.core.errors import Refused

_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")
_ISWC = re.compile(r"T[0-9]{10}")
_IPI = re.compile(r"[0-9]{11}")
_ISNI = re.compile(r"[0-9]{15}[0-9X]")


def parse_isrc(text: str) -> str:
    """`country-registrant-year-number` or bare, as 12 characters; refused as `isrc_malformed`."""
    bare = text.strip().upper().replace("-", "")
    if not _ISRC.fullmatch(bare):
        raise Refused("isrc_malformed", isrc=text)
    return bare


def show_isrc(bare: str) -> str:
    return f"{bare[:2]}-{bare[2:5]}-{bare[5:7]}-{bare[7:]}"


def parse_iswc(text: str) -> str:
    """`T-034.524.680-1` or bare, as T and ten digits; refused as `iswc_malformed` or `iswc_check_digit`."""
    bare = re.sub(r"[-. ]", "", text.strip().upper())
    if not _ISWC.fullmatch(bare):
        raise Refused("iswc_malformed", iswc=text)
    total = 1 + sum(place * int(digit) for place, digit in enumerate(bare[1:10], start=1))
    if (10 - total % 10) % 10 != int(bare[10]):
        raise Refused("iswc_check_digit", iswc=text)
    return bare


def show_iswc(bare: str) -> str:
    return f"T-{bare[1:4]}.{bare[4:7]}.{bare[7:10]}-{bare[10]}"


def parse_ipi(text: str) -> str:
    """An IPI name number, with leading zeros as eleven digits; refused as `ipi_malformed` or `ipi_check_digits`."""
    bare = re.sub(r"[-. ]", "", text.strip()).rjust(11, "0")
    if not _IPI.fullmatch(bare):
        raise Refused("ipi_malformed", ipi=text)
    total = sum(int(digit) * (10 - place) for place, digit in enumerate(bare[:9])) % 101
    if (101 - total) % 101 % 100 != int(bare[9:]):
        raise Refused("ipi_check_digits", ipi=text)
    return bare


def parse_isni(text: str) -> str:
    """`0000 0000 8126 6409` or bare, as 16 characters; refused as `isni_malformed` or `isni_check_digit`."""
    bare = text.strip().upper().removeprefix("ISNI").replace(":", "").replace(" ", "")
    if not _ISNI.fullmatch(bare):
        raise Refused("isni_malformed", isni=text)
    total = 0
    for digit in bare[:15]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    if "0123456789X"[check] != bare[15]:
        raise Refused("isni_check_digit", isni=text)
    return bare


def show_isni(bare: str) -> str:
    return " ".join(bare[start : start + 4] for start in range(0, 16, 4))
