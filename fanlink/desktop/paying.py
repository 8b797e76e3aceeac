"""Payouts and balances as people read them. Amounts come exact and are cut only to be shown."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from fanlink.core.amounts import minor_exponent
from fanlink.core.money_documents import BalanceDocument, PayoutDocument
from fanlink.desktop import formats, words_staff


def amount(payout: PayoutDocument) -> str:
    """What a payout pays: € 12.34."""
    return minor(payout.minor_units, payout.currency)


def minor(units: int, currency: str) -> str:
    """Whole minor units of a currency as money, with as many places as the currency has."""
    exponent = minor_exponent(currency)
    return f"{formats.SIGNS.get(currency, currency)} {Decimal(units).scaleb(-exponent):,.{exponent}f}"


def state(payout: PayoutDocument) -> tuple[str, str]:
    """The chip of a payout: one approval is told apart from none."""
    if payout.state == "due" and payout.approvals:
        return "Approved by one", "warn"
    return words_staff.PAYOUT_STATES[payout.state]


def waits(balance: BalanceDocument, now_ms: int) -> tuple[str, ...]:
    """Why a balance is not due, the clock's reasons among them; nothing when it is due."""
    codes = list(balance.waits_for)
    if balance.bank and now_ms < balance.payable_from_ms:
        codes.append("bank_details_too_new")
    return tuple(words_staff.WAITS.get(code, formats.human(code)) for code in codes)


def sums(balances: Iterable[BalanceDocument], field: str) -> str:
    """One field of many balances, added up by currency."""
    found: dict[str, int] = {}
    for each in balances:
        found[each.currency] = found.get(each.currency, 0) + getattr(each, field)
    return formats.names([formats.money_micro(micro, currency) for currency, micro in sorted(found.items()) if micro], 6)


def chain_rows(trace: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What a payout is made of, as lines: what, how much, where it comes from."""
    rows: list[tuple[str, str, str]] = []
    for part in trace["made_of"]:
        rows += _part(part, "")
    return rows


def _part(part: dict[str, Any], indent: str) -> list[tuple[str, str, str]]:
    money = formats.exact(part["amount"], part["currency"])
    if "converted_from" in part:
        inner = [row for each in part["converted_from"] for row in _part(each, indent + "      ")]
        return [(f"{indent}Converted", money, "from what was earned in another currency"), *inner]
    if "pot" not in part:
        return [(f"{indent}Transaction {part['transaction']}", money, "no earning")]
    remix, pot = part["remix"], part["pot"]
    agreed = sum(one["state"] == "granted" for one in remix.get("consents", ()))
    number = remix.get("prompt", {}).get("number") or "—"
    rows = [
        (f"{indent}{remix.get('title') or remix['id']}", money, f"{part['share']} of {formats.exact(pot['gross'], part['currency'])}"),
        (f"{indent}      Prompt {remix.get('prompt', {}).get('id', '—')}", f"version {number}", f"{agreed} of {len(remix.get('consents', ()))} agree to remixes today"),
    ]
    shown = pot["report_lines"][:8]
    rows += [
        (f"{indent}      {line['service']}, {line['report']}", formats.exact(line["revenue"], part["currency"]), f"line {line['line']}, to {line['period_end']}")
        for line in shown
    ]
    if pot["lines"] > len(shown):
        rows.append((f"{indent}      and {pot['lines'] - len(shown):,} more report lines", "", ""))
    return rows
