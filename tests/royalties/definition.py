"""A second implementation of the money, written from the design's chapter alone; imports nothing of FanLink."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

REVENUE = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,12})?")


def exact(text: str) -> Fraction:
    assert REVENUE.fullmatch(text)
    return Fraction(Decimal(text))


def floor_micro(value: Fraction) -> int:
    """sign(E) * floor(|E| * 10^6)."""
    size = abs(value) * 1_000_000
    whole = size.numerator // size.denominator
    return whole if value > 0 else -whole


def sheet_for(sheets: list[dict], period_end: str) -> dict | None:
    best = None
    for sheet in sheets:
        if sheet["effective_from"] <= period_end and (best is None or sheet["effective_from"] > best["effective_from"]):
            best = sheet
    return best


def compute(lines: list[dict], sheets: dict[str, list[dict]]) -> tuple[dict, dict, list[dict]]:
    """({(remix, sheet, currency, party): micro}, {(remix, sheet, currency): (gross, reserve)}, unmatched lines)."""
    gross: dict[tuple[str, str, str], Fraction] = {}
    unmatched = []
    for line in lines:
        sheet = sheet_for(sheets.get(line["remix_id"], []), line["period_end"])
        if sheet is None:
            unmatched.append(line)
            continue
        pot = (line["remix_id"], sheet["version"], line["currency"])
        gross[pot] = gross.get(pot, Fraction(0)) + exact(line["revenue"])
    entitlements, pots = {}, {}
    for remix_id, versions in sheets.items():
        earlier: dict[tuple[str, str], Fraction] = {}
        for sheet in sorted(versions, key=lambda one: one["effective_from"]):
            for (remix, version, currency), total in gross.items():
                if (remix, version) != (remix_id, sheet["version"]):
                    continue
                recouped = recouping = Fraction(0)
                claim = sheet.get("recoup")
                if claim and claim["currency"] == currency:
                    key = (claim["party"], currency)
                    open_ = max(Fraction(Decimal(claim["amount"])) - earlier.get(key, 0), Fraction(0))
                    recouped = min(max(total, Fraction(0)), open_)
                    earlier[key] = earlier.get(key, Fraction(0)) + recouped
                paid = 0
                for party, share in sheet["shares"].items():
                    recouping = recouped if claim and party == claim["party"] else 0
                    micro = floor_micro(Fraction(share) * (total - recouped) + recouping)
                    entitlements[remix, version, currency, party] = micro
                    paid += micro
                pots[remix, version, currency] = (total, total - Fraction(paid, 1_000_000))
    return entitlements, pots, unmatched
