"""The books of the demo: what the server posted, beside what finance's desktop computes from its own file."""

from __future__ import annotations

from typing import Any

from fanlink.client.api import Api
from fanlink.core.amounts import PICO_PER_MICRO, pico_of_any_size, plain
from fanlink.core.documents import PotDocument
from fanlink.core.earnings import recompute
from fanlink.demo.cast import Cast

NAMES = ("remix", "sheet", "currency", "gross", "reserve", "earned_micro")


def computed(documents: list[PotDocument]) -> list[dict[str, Any]]:
    """Every pot computed anew from its document, in a fixed order."""
    return in_order(
        {
            "remix": document.remix,
            "sheet": document.sheet,
            "currency": document.currency,
            "gross": plain(pot.gross_pico),
            "reserve": plain(pot.reserve_pico),
            "earned_micro": dict(sorted(pot.earned_micro.items())),
        }
        for document in documents
        for pot in (recompute(document),)
    )


def posted(cast: Cast) -> list[dict[str, Any]]:
    """Every pot as the server's ledger has it: what was posted to each party and to the reserve, not the formula."""
    api = Api(cast.url, cast.tokens[cast.world.first("finance")])
    try:
        pots = api.read("/v1/pots")["pots"]
    finally:
        api.close()
    return in_order({name: pot[name] for name in NAMES} for pot in pots)


def in_order(pots: Any) -> list[dict[str, Any]]:
    """By remix, sheet and currency."""
    return sorted(pots, key=lambda pot: (pot["remix"], pot["sheet"], pot["currency"]))


def conserved(pot: dict[str, Any]) -> bool:
    """What everyone earned and the reserve are together the gross, exactly."""
    earned = sum(pot["earned_micro"].values()) * PICO_PER_MICRO
    return earned + pico_of_any_size(pot["reserve"]) == pico_of_any_size(pot["gross"])
