"""Who gets which exact share: templates that a prompt pins, and the split sheet of one remix.

A share tree has pools (platform, recording, composition, remixer) and parties below them. A node's `part` is an exact
fraction of the node above it, so a tree nests into another without recomputing anything: a remix of a remix holds its
parent's tree under the leaf `ancestor`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Protocol

from fanlink.core.amounts import fraction_of, fraction_text, pico_of, plain
from fanlink.core.digests import digest
from fanlink.core.errors import Reason, Refused
from fanlink.core.pots import Recoupment, Terms

REMIXER = "remixer"
ANCESTOR = "ancestor"
LAST_GENERATION = 4
MOST_LEAVES = 1024


@dataclass(frozen=True, slots=True)
class Node:
    """A pool with nodes below it, or a leaf that names a party. `part` is of the node above, from 0 to 1."""

    name: str
    part: Fraction
    below: tuple[Node, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.part, Fraction):
            raise TypeError("a part is an exact Fraction")
        if not self.name or not isinstance(self.name, str):
            raise Refused("share_without_name")
        if not 0 <= self.part <= 1:
            raise Refused("share_out_of_range", name=self.name, part=fraction_text(self.part))
        if self.below:
            _check_level(self.below, self.name)

    def leaves(self) -> Iterator[Leaf]:
        """Each leaf with its exact share of the whole, of which this node is the top, and the pools above it."""
        return _leaves((self,), None)

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data, nodes in name order: equal trees have equal data."""
        data: dict[str, Any] = {"name": self.name, "part": fraction_text(self.part)}
        if self.below:
            data["below"] = _level_data(self.below)
        return data


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf of a tree: the party, its exact share of the whole, and the pools it stands under."""

    party: str
    share: Fraction
    path: tuple[str, ...]


class Above(Protocol):
    """What a remix of a remix takes of the sheet that stands above it."""

    @property
    def id(self) -> str: ...
    @property
    def nodes(self) -> tuple[Node, ...]: ...
    @property
    def generation(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Template:
    """The split that a prompt version pins: named parties, one leaf `remixer`, perhaps one leaf `ancestor`.

    Refused: `shares_not_whole`, `share_named_twice`, `template_needs_one_remixer`, `template_has_two_ancestors`,
    `recouping_party_not_on_sheet`.
    """

    nodes: tuple[Node, ...]
    recoupment: Recoupment | None = None

    def __post_init__(self) -> None:
        _check_level(self.nodes, "")
        names = [leaf.party for leaf in self.leaves()]
        reasons = []
        if names.count(REMIXER) != 1:
            reasons.append(Reason("template_needs_one_remixer", {"found": names.count(REMIXER)}))
        if names.count(ANCESTOR) > 1:
            reasons.append(Reason("template_has_two_ancestors", {"found": names.count(ANCESTOR)}))
        reasons += _recoupment_reasons(self.recoupment, names)
        if reasons:
            raise Refused(reasons)

    @property
    def id(self) -> str:
        return digest(self.as_data())

    @property
    def takes_remixes_of_remixes(self) -> bool:
        return any(leaf.party == ANCESTOR for leaf in self.leaves())

    def leaves(self) -> tuple[Leaf, ...]:
        return tuple(_leaves(self.nodes, None))

    def parties(self) -> frozenset[str]:
        """Everyone who must sign the template: its named parties."""
        return frozenset(leaf.party for leaf in self.leaves()) - {REMIXER, ANCESTOR}

    def as_data(self) -> dict[str, Any]:
        return {"shares": _level_data(self.nodes), "recoup": _recoupment_data(self.recoupment)}

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> Template:
        """The template that `as_data` wrote; `Refused` where the shares are not a whole tree."""
        return Template(nodes_from(data["shares"]), _recoupment_from(data.get("recoup")))

    def bind(self, remix_id: str, fan: str, effective_from: date, parent: Above | None = None) -> SplitSheet:
        """The remix's own sheet: the fan takes the leaf `remixer`, the parent's tree takes the leaf `ancestor`.

        Without a parent the leaf `ancestor` is the fan's too: the named parties get exactly what they signed either
        way. Refused: `template_without_ancestor` (nobody may be left unpaid), `generation_too_deep`.
        """
        if parent is not None and not self.takes_remixes_of_remixes:
            raise Refused("template_without_ancestor", template=self.id)
        if fan in (REMIXER, ANCESTOR):
            raise Refused("party_name_reserved", party=fan)
        alone = (Node(fan, Fraction(1)),)
        bound = {REMIXER: alone, ANCESTOR: parent.nodes if parent else alone}
        return SplitSheet(
            remix_id=remix_id,
            effective_from=effective_from,
            nodes=tuple(_bind(node, bound) for node in self.nodes),
            recoupment=self.recoupment,
            template=self.id,
            parent=parent.id if parent else None,
            generation=parent.generation + 1 if parent else 1,
        )


@dataclass(frozen=True, slots=True)
class SplitSheet:
    """One version of the shares of one remix, in force from a UTC day on. Its `id` names the version of a pot.

    Refused: `shares_not_whole`, `share_named_twice`, `share_left_open` (an unbound leaf), `generation_too_deep`,
    `recouping_party_not_on_sheet`.
    """

    remix_id: str
    effective_from: date
    nodes: tuple[Node, ...]
    recoupment: Recoupment | None = None
    template: str | None = None
    parent: str | None = None
    generation: int = 1

    def __post_init__(self) -> None:
        _check_level(self.nodes, "")
        names = [leaf.party for leaf in self.leaves()]
        reasons = [Reason("share_left_open", {"leaf": open_}) for open_ in (REMIXER, ANCESTOR) if open_ in names]
        if self.generation > LAST_GENERATION:
            reasons.append(Reason("generation_too_deep", {"generation": self.generation, "last": LAST_GENERATION}))
        reasons += _recoupment_reasons(self.recoupment, names)
        if reasons:
            raise Refused(reasons)

    @property
    def id(self) -> str:
        return digest(self.as_data())

    def leaves(self, party: str | None = None) -> tuple[Leaf, ...]:
        """Each leaf, or each one of a party, with its exact share of the whole and the pools above it."""
        return tuple(_leaves(self.nodes, party))

    def parties(self) -> frozenset[str]:
        """Everyone paid by this sheet; all of them sign it."""
        return frozenset(leaf.party for leaf in self.leaves())

    def flatten(self) -> dict[str, Fraction]:
        """Each party's whole share, its leaves added; the values sum to exactly 1. Parties in name order."""
        shares: dict[str, Fraction] = {}
        for leaf in self.leaves():
            shares[leaf.party] = shares.get(leaf.party, Fraction(0)) + leaf.share
        return dict(sorted(shares.items()))

    def terms(self) -> Terms:
        """What the formula in `core/pots.py` needs of this sheet."""
        return Terms(self.id, self.effective_from, self.flatten(), self.recoupment)

    def as_data(self) -> dict[str, Any]:
        return {
            "remix": self.remix_id,
            "effective_from": self.effective_from.isoformat(),
            "shares": _level_data(self.nodes),
            "recoup": _recoupment_data(self.recoupment),
            "template": self.template,
            "parent": self.parent,
            "generation": self.generation,
        }

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> SplitSheet:
        """The sheet that `as_data` wrote; `Refused` where the shares are not a whole tree."""
        return SplitSheet(
            remix_id=data["remix"],
            effective_from=date.fromisoformat(data["effective_from"]),
            nodes=nodes_from(data["shares"]),
            recoupment=_recoupment_from(data.get("recoup")),
            template=data.get("template"),
            parent=data.get("parent"),
            generation=data.get("generation", 1),
        )


def succeed(sheets: Iterable[SplitSheet], new: SplitSheet, today: date) -> SplitSheet:
    """`new` as the next version after `sheets`; refused as `sheet_not_forward` or `sheet_of_another_remix`.

    Versions are append-only and never backwards: a later version starts after the last one, and not before today.
    """
    for sheet in sheets:
        if sheet.remix_id != new.remix_id:
            raise Refused("sheet_of_another_remix", remix=new.remix_id, other=sheet.remix_id)
        if new.effective_from <= sheet.effective_from or new.effective_from < today:
            raise Refused(
                "sheet_not_forward", effective_from=new.effective_from.isoformat(),
                last=sheet.effective_from.isoformat(), today=today.isoformat(),
            )  # fmt: skip
    return new


def pool(name: str, part: Fraction | str, parties: Mapping[str, Fraction | str]) -> Node:
    """A pool with its parties, each with its part of the pool."""
    return Node(name, _exact(part), tuple(Node(party, _exact(share)) for party, share in sorted(parties.items())))


def half_and_half(recording: Mapping[str, Fraction | str]) -> Template:
    """Ready template: half to the recording's owners, half to the remixer."""
    return Template((pool("recording", "1/2", recording), Node(REMIXER, Fraction(1, 2))))


def fifty_forty_ten(recording: Mapping[str, Fraction | str], composition: Mapping[str, Fraction | str]) -> Template:
    """Ready template: 50 recording, 40 composition, 10 remixer."""
    return Template(
        (pool("recording", "1/2", recording), pool("composition", "2/5", composition), Node(REMIXER, Fraction(1, 10)))
    )


def label_standard(
    platform: str, recording: Mapping[str, Fraction | str], composition: Mapping[str, Fraction | str],
    recoupment: Recoupment | None = None,
) -> Template:  # fmt: skip
    """Ready template: 10 platform, 45 recording, 20 composition, 15 remixer, 10 ancestor; the label may recoup first."""
    return Template(
        (
            pool("platform", "1/10", {platform: Fraction(1)}),
            pool("recording", "9/20", recording),
            pool("composition", "1/5", composition),
            Node(REMIXER, Fraction(3, 20)),
            Node(ANCESTOR, Fraction(1, 10)),
        ),
        recoupment,
    )


def _leaves(nodes: Iterable[Node], party: str | None, above: Fraction = Fraction(1), path: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """Each leaf below, or each one of a party. Of the others nothing is computed: there may be a thousand."""
    for node in nodes:
        if node.below:
            yield from _leaves(node.below, party, above * node.part, (*path, node.name))
        elif party is None or node.name == party:
            yield Leaf(node.name, above * node.part, path)


def _check_level(nodes: tuple[Node, ...], where: str) -> None:
    names = [node.name for node in nodes]
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    reasons = [Reason("share_named_twice", {"name": name, "under": where}) for name in twice]
    total = sum((node.part for node in nodes), Fraction(0))
    if total != 1:
        reasons.append(Reason("shares_not_whole", {"under": where, "sum": fraction_text(total)}))
    if len(nodes) > MOST_LEAVES:
        reasons.append(Reason("too_many_shares", {"under": where, "most": MOST_LEAVES}))
    if reasons:
        raise Refused(reasons)


def _bind(node: Node, bound: Mapping[str, tuple[Node, ...]]) -> Node:
    if not node.below:
        return Node(node.name, node.part, bound.get(node.name, ()))
    return Node(node.name, node.part, tuple(_bind(below, bound) for below in node.below))


def _exact(part: Fraction | str) -> Fraction:
    return fraction_of(part) if isinstance(part, str) else part


def _level_data(nodes: Iterable[Node]) -> list[dict[str, Any]]:
    return [node.as_data() for node in sorted(nodes, key=lambda node: node.name)]


def nodes_from(data: Iterable[Mapping[str, Any]]) -> tuple[Node, ...]:
    """The nodes that `as_data` wrote; `Refused` where a level is not whole."""
    return tuple(Node(item["name"], fraction_of(item["part"]), nodes_from(item.get("below", ()))) for item in data)


def _recoupment_data(recoupment: Recoupment | None) -> dict[str, str] | None:
    if recoupment is None:
        return None
    return {"party": recoupment.party, "amount": plain(recoupment.amount_pico), "currency": recoupment.currency}


def _recoupment_from(data: Mapping[str, str] | None) -> Recoupment | None:
    return Recoupment(data["party"], pico_of(data["amount"]), data["currency"]) if data else None


def _recoupment_reasons(recoupment: Recoupment | None, names: Iterable[str]) -> list[Reason]:
    if recoupment is None or recoupment.party in names:
        return []
    return [Reason("recouping_party_not_on_sheet", {"party": recoupment.party})]
