"""A split while it is being made: shares as people write them, and a tree that may not be whole yet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from fanlink.core.amounts import AMOUNT, fraction_text, pico_of
from fanlink.core.documents import TrackDocument
from fanlink.core.parties import Right
from fanlink.core.pots import Recoupment
from fanlink.core.shares import ANCESTOR, REMIXER, Node, Template

PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,12})?)\s*%?")
FRACTION = re.compile(r"([0-9]{1,9})\s*/\s*([0-9]{1,9})")
PLATFORM = "platform"
POOLS = (PLATFORM, "recording", "composition")
READY = (("half", "Half and half"), ("classic", "50 recording, 40 composition, 10 remixer"), ("label", "Label standard"))
LABEL_PARTS = {PLATFORM: "1/10", "recording": "9/20", "composition": "1/5", REMIXER: "3/20", ANCESTOR: "1/10"}


@dataclass(frozen=True, slots=True)
class Pool:
    """One pool under the pen: its part of the whole, and the parties below it.

    With nobody below, its name is a leaf: an open one, or a party that stands alone. `below` is a tree that is kept as it is: the
    split of the remix that this one rests on.
    """

    name: str
    part: Fraction
    parties: tuple[tuple[str, Fraction], ...] = ()
    below: tuple[Node, ...] = ()

    @property
    def inside(self) -> Fraction:
        """What its parties add up to; must be 1 where there are any."""
        return sum((part for _party, part in self.parties), Fraction(0))


def read_share(text: str) -> Fraction | None:
    """A share as people write it: 1/3, 40 %, 40; None when it is none of these."""
    text = text.strip()
    if found := FRACTION.fullmatch(text):
        return Fraction(int(found[1]), int(found[2])) if int(found[2]) else None
    if found := PERCENT.fullmatch(text):
        return Fraction(found[1]) / 100
    return None


def write_share(share: Fraction) -> str:
    """A share to be edited: in percent where that is exact, else as a fraction."""
    hundredths = share * 10_000
    if hundredths.denominator != 1:
        return fraction_text(share)
    text = f"{hundredths.numerator // 100}.{hundredths.numerator % 100:02d}"
    return f"{text.rstrip('0').rstrip('.')} %"


def total(pools: Iterable[Pool]) -> Fraction:
    """What the pools add up to."""
    return sum((pool.part for pool in pools), Fraction(0))


def nodes(pools: Iterable[Pool]) -> tuple[Node, ...]:
    """The tree, without the parts that are nothing; `Refused` where a pool is not whole."""
    return tuple(Node(pool.name, pool.part, pool.below or tuple(Node(party, part) for party, part in pool.parties)) for pool in pools if pool.part)


def build(pools: Iterable[Pool], recoupment: Recoupment | None = None) -> Template:
    """The template; `Refused` with all that is wrong while it is not whole."""
    return Template(nodes(pools), recoupment)


def pools_in(tree: Iterable[Node]) -> list[Pool]:
    """The pools of a tree; what is deeper than a pool with its parties is kept as it is."""
    return [
        Pool(node.name, node.part, below=node.below) if any(each.below for each in node.below)
        else Pool(node.name, node.part, tuple((each.name, each.part) for each in node.below))
        for node in tree
    ]  # fmt: skip


def flatten(template: Template) -> dict[str, Fraction]:
    """Each party's whole share, and that of the leaves that are still open."""
    flat: dict[str, Fraction] = {}
    for leaf in template.leaves():
        flat[leaf.party] = flat.get(leaf.party, Fraction(0)) + leaf.share
    return flat


def ready(key: str, track: TrackDocument, platform: str | None) -> list[Pool]:
    """A ready split for a track, its owners in their shares."""
    held = {right: tuple((each.party, each.share) for each in track.stakes if each.right is right) for right in Right}
    recording, composition = held[Right.RECORDING], held[Right.COMPOSITION]
    if key == "half":
        return [Pool("recording", Fraction(1, 2), recording), Pool(REMIXER, Fraction(1, 2))]
    if key == "classic":
        return [Pool("recording", Fraction(1, 2), recording), Pool("composition", Fraction(2, 5), composition), Pool(REMIXER, Fraction(1, 10))]
    below = {PLATFORM: ((platform, Fraction(1)),) if platform else (), "recording": recording, "composition": composition}
    made = [Pool(name, Fraction(part), below.get(name, ())) for name, part in LABEL_PARTS.items() if name != PLATFORM]
    if platform:
        return [Pool(PLATFORM, Fraction(LABEL_PARTS[PLATFORM]), below[PLATFORM]), *made]
    # without a platform its part stays open: the bar says that a tenth is missing
    return made


def recoupment(party: str, amount: str, currency: str) -> Recoupment | None:
    """Who gets what back first; None where no amount is given. `Refused` when it is not more than nothing."""
    if not party or not AMOUNT.fullmatch(amount):
        return None
    return Recoupment(party, pico_of(amount), currency)
