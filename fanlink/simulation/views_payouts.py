"""Which documents of balances, payouts and bank details each scope must hold, and what each must say."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from fanlink.simulation.model import Model
from fanlink.simulation.plain import Thing

Show = Callable[..., None]


def show_payouts(model: Model, show: Show) -> None:
    """Everything about the money that leaves."""
    for place, one in model.owed.items():
        party, currency = place
        newest = model.newest_details(party)
        has = (
            one["amount"], Fraction(0), model.on_its_way(place), one["since_ms"], model.waits_for(place),
            _masked(newest), newest["from_ms"] if newest else 0,
        )
        show("balance", f"{party} {currency}", one["version"], has, f"party:{party}", "finance")
    for party in model.bank:
        newest = model.newest_details(party)
        assert newest is not None, "whoever has details has a newest"
        account = newest["name"], _masked(newest), newest["bic"] is not None
        says = (party, account, newest["number"], model.people[newest["by"]]["name"], newest["set_ms"], newest["from_ms"])
        show("bank_details", newest["id"], 1, says, f"party:{party}")
    for id_, one in model.payouts.items():
        details = next(each for each in model.bank[one["party"]] if each["id"] == one["details"])
        says = (
            one["party"], one["currency"], one["minor"], one["state"], len(one["approved"]), _masked(details), one["proposed_ms"],
            one["sent_ms"], one["done_ms"], one["reason"], one["batch"],
        )
        who = (model.people[one["by"]]["name"], [model.people[by]["name"] for by in one["approved"]], one["approved"])
        show("payout", id_, one["version"], (says, ("", [], [])), f"party:{one['party']}")
        show("payout", id_, one["version"], (says, who), "finance")
    for id_, one in model.batches.items():
        says = (
            one["currency"], one["payouts"], one["minor"], one["way"], one["bank_day"], model.people[one["by"]]["name"], one["sent_ms"],
            one["handed_ms"],
        )
        show("payout_batch", id_, one["version"], says, "finance")


    for id_, one in model.conversions.items():
        says = (
            one["party"], one["from"], one["to"], one["most"], one["state"], one["by"], one["rate"], one["source"], one["day"],
            one["taken"], one["given"],
        )
        show("conversion", id_, one["version"], says, f"party:{one['party']}", "finance")


def _masked(details: Thing | None) -> str:
    """Enough of an IBAN to tell two apart."""
    return f"{details['iban'][:4]} … {details['iban'][-4:]}" if details else ""


def _balance(data: Thing) -> Any:
    owed, held, sent = (Fraction(data[name], 10**6) for name in ("owed_micro", "held_micro", "sent_micro"))
    return owed, held, sent, data["since_ms"], data["waits_for"], data["bank"], data["payable_from_ms"]


def _payout(data: Thing) -> Any:
    named = (
        "party", "currency", "minor_units", "state", "approvals", "account", "proposed_ms", "sent_ms", "done_ms", "reason", "batch",
    )  # fmt: skip
    return tuple(data[name] for name in named), (data["proposed_by"], data["approved_by"], data["approver_ids"])


def _batch(data: Thing) -> Any:
    return tuple(data[name] for name in ("currency", "payouts", "minor_units", "way", "bank_day", "sent_by", "sent_ms", "handed_ms"))


def _bank_details(data: Thing) -> Any:
    shown = data["account"]
    # A number that is whole is one that should have been kept to its two ends.
    account = shown["name"], shown["iban"] or shown["masked"], shown["has_bic"]
    return data["party"], account, data["number"], data["set_by"], data["set_ms"], data["payable_from_ms"]


def _conversion(data: Thing) -> Any:
    one = data["conversion"]
    most, taken, given = (one[name] and Fraction(one[name], 10**6) for name in ("most_micro", "from_micro", "to_micro"))
    rate = Fraction(one["rate"]) if one["rate"] else None
    return (one["party"], one["from_currency"], one["to_currency"], most, one["state"], one["asked_by"], rate, one["source"], one["day"],
            taken, given)  # fmt: skip


PAYOUTS = {"balance": _balance, "payout": _payout, "conversion": _conversion, "payout_batch": _batch, "bank_details": _bank_details}
