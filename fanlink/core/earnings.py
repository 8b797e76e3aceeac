"""Everyone's share computed again from a pot's document: offline, by the one formula, without asking the server."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from fanlink.core.amounts import pico_of_any_size
from fanlink.core.documents import PotDocument
from fanlink.core.pots import Pot, Recoupment, Terms, pot_of


def recompute(document: PotDocument) -> Pot:
    """The pot that the document's gross, shares and recoupment lead to; a party's leaves are added first."""
    shares: dict[str, Fraction] = {}
    for leaf in document.shares:
        shares[leaf.party] = shares.get(leaf.party, Fraction(0)) + leaf.share
    claim = document.recoup and Recoupment(
        document.recoup["party"], pico_of_any_size(document.recoup["amount"]), document.recoup["currency"]
    )
    terms = Terms(document.sheet, date.min, shares, claim or None)
    gross, before = pico_of_any_size(document.gross), pico_of_any_size(document.recouped_before)
    return pot_of(terms, document.currency, gross, before)
