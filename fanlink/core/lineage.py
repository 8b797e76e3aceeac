"""A remix of a remix: what is public of the sheet that would stand above it, and the sheet that would come to be.

A fan signs by submitting, so whoever may remix a published remix sees who is paid by it. What is recouped from the remix above
is not among it: it never reaches below (`shares.Template.bind` takes the tree alone).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fanlink.core.digests import digest
from fanlink.core.errors import Refused
from fanlink.core.shares import LAST_GENERATION, Node, SplitSheet, Template, nodes_from
from fanlink.core.sheets import Standing, standing


@dataclass(frozen=True, slots=True)
class SheetAbove:
    """One signed version of a published remix's sheet, as anyone sees it who could remix that remix.

    `shares` is the tree as `SplitSheet.as_data` writes it, `names` are the parties' names by id, `titles` the titles of the
    remix itself and of those above it, the nearest first.
    """

    id: str
    effective_from: date
    generation: int
    shares: tuple[Mapping[str, Any], ...]
    names: Mapping[str, str] = field(default_factory=dict)
    titles: tuple[str, ...] = ()

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The tree as a value; `Refused` where it is not whole."""
        return nodes_from(self.shares)


def titles_from(sheet: str | None, titles: Mapping[str, str], parents: Mapping[str, str]) -> tuple[str, ...]:
    """The titles of the remixes from that sheet on upwards, the nearest first; ends where one is not known."""
    found = []
    while sheet in titles and len(found) < LAST_GENERATION:
        found.append(titles[sheet])
        sheet = parents.get(sheet)
    return tuple(found)


def above_of(sheets: Iterable[SplitSheet], today: date, names: Mapping[str, str], titles: Mapping[str, Sequence[str]]) -> tuple[SheetAbove, ...]:
    """What is public of a remix's versions: the one in force today and those to come. `titles` are by the version's id."""
    known = sorted(sheets, key=lambda sheet: sheet.effective_from)
    where = standing(known, today)
    return tuple(
        SheetAbove(
            sheet.id, sheet.effective_from, sheet.generation, tuple(sheet.as_data()["shares"]),
            {party: names.get(party, party) for party in sorted(sheet.parties())}, tuple(titles.get(sheet.id, ())),
        )
        for sheet in known if where[sheet.id] is not Standing.SUPERSEDED
    )  # fmt: skip


def in_force(above: Iterable[SheetAbove], today: date) -> SheetAbove | None:
    """The version that a remix accepted today would stand under."""
    begun = [each for each in above if each.effective_from <= today]
    return max(begun, key=lambda each: each.effective_from, default=None)


def next_after(above: Iterable[SheetAbove], today: date) -> SheetAbove | None:
    """The first version that is signed and not in force yet."""
    coming = [each for each in above if each.effective_from > today]
    return min(coming, key=lambda each: each.effective_from, default=None)


def why_not(template: Mapping[str, Any], above: Iterable[SheetAbove], today: date) -> Refused | None:
    """Why a remix of that remix cannot be made under this template; nothing where it can.

    Codes: `template_without_ancestor`, `sheet_not_here`, `generation_too_deep`.
    """
    if not template:
        return Refused("sheet_not_here")
    if not Template.from_data(template).takes_remixes_of_remixes:
        return Refused("template_without_ancestor", template=digest(template))
    parent = in_force(above, today)
    if parent is None:
        return Refused("sheet_not_here")
    if parent.generation >= LAST_GENERATION:
        return Refused("generation_too_deep", generation=parent.generation + 1, last=LAST_GENERATION)
    return None


def would_be(template: Mapping[str, Any], remix: str, fan_party: str, today: date, above: SheetAbove | None = None) -> SplitSheet:
    """The sheet that submitting makes, if it is accepted on that UTC day: the same value, with the same id, as the server binds.

    `template` is `Template.as_data`. Refused as `Template.bind` refuses.
    """
    return Template.from_data(template).bind(remix, fan_party, today, above)


def agreed(sheet: SplitSheet) -> str:
    """What a fan agrees to, as a digest: who gets what, and what is recouped first; whatever its day and its remix's id."""
    data = sheet.as_data()
    return digest({"shares": data["shares"], "recoup": data["recoup"]})
