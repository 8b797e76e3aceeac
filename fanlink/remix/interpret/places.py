"""Where in a form a place is: `last-chorus`, `until-drop`, `before-second-verse`."""

from __future__ import annotations

from dataclasses import replace

from fanlink.remix.interpret.forms import STAND_INS, Slot, source_of
from fanlink.remix.interpret.song import Source

ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
RELATIONS = ("until", "before", "after", "from")
MISSING = {"drop": "chorus", "chorus": "drop", "bridge": "break", "break": "bridge", "pre-chorus": "build", "build": "pre-chorus"}


def taken_apart(place: str) -> tuple[str, str, str]:
    """A place as (relation, ordinal, section), the first two possibly empty."""
    relation, _, rest = place.partition("-")
    if relation not in RELATIONS:
        relation, rest = "", place
    ordinal, _, section = rest.partition("-")
    return (relation, ordinal, section) if ordinal in ORDINALS else (relation, "", rest)


def found(slots: list[Slot], place: str) -> list[int]:
    """The parts of the form that a place names, by number; none when the form has no such part."""
    relation, ordinal, section = taken_apart(place)
    at = named(slots, section)
    if not at:
        return []
    if ordinal:
        number = ORDINALS[ordinal]
        groups = runs(at) if section in ("verse", "chorus", "drop") else [[one] for one in at]
        at = groups[min(number, len(groups) - 1)] if number >= 0 else groups[-1][-1:] if len(groups) > 1 else groups[-1]
    if relation == "until":
        return list(range(at[0]))
    if relation == "before":
        return sorted({one - 1 for one in at if one > 0 and one - 1 not in at})
    if relation == "after":
        return sorted({one + 1 for one in at if one + 1 < len(slots) and one + 1 not in at})
    if relation == "from":
        return list(range(at[0], len(slots)))
    return at


def named(slots: list[Slot], section: str) -> list[int]:
    if section == "intro":
        return [at for at, slot in enumerate(slots) if slot.name == "intro"] or [0]
    if section == "outro":
        return [at for at, slot in enumerate(slots) if slot.name == "outro"] or [len(slots) - 1]
    if section == "middle":
        return [len(slots) // 2]
    by_name = [at for at, slot in enumerate(slots) if slot.name == section]
    if section in ("chorus", "verse"):
        by_name = [at for at, slot in enumerate(slots) if slot.name == section or slot.source.kind == section and slot.name in ("drop", "chorus", "verse")]
    return by_name or [at for at, slot in enumerate(slots) if slot.name == MISSING.get(section)] or [
        at for at, slot in enumerate(slots) if slot.source.kind == section
    ]


def runs(at: list[int]) -> list[list[int]]:
    """Parts side by side are one: a chorus that comes twice in a row is the last chorus with both its halves."""
    groups: list[list[int]] = []
    for one in at:
        if groups and groups[-1][-1] == one - 1:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def with_named(slots: list[Slot], places: list[str], song: tuple[Source, ...]) -> list[Slot]:
    """The form with a part for each section that the words name and the form has not."""
    for place in places:
        _, _, section = taken_apart(place)
        if section in ("middle", "intro", "outro") or named(slots, section):
            continue
        slots = inserted(slots, section, song)
    return slots


def inserted(slots: list[Slot], section: str, song: tuple[Source, ...]) -> list[Slot]:
    """The form with one more part of this name where such a part usually stands."""
    source = source_of("chorus-last" if section in ("drop", "build") else section, song)
    hooks = [at for at, slot in enumerate(slots) if slot.source.kind in ("chorus", "drop") and slot.energy >= 2]
    before_last = hooks[-1] if hooks else max(0, len(slots) - 1)
    new = {
        "intro": (0, Slot("intro", source_of("intro", song), 4, 1, frozenset({"nobeat"}))),
        "outro": (len(slots), Slot("outro", source_of("outro", song), 8, 1, frozenset({"nobeat", "fadeout"}))),
        "drop": (before_last + 1, Slot("drop", source, min(16, max(8, source.bars)), 4, frozenset({"impact"}))),
        "build": (before_last, Slot("build", source, 4, 2, frozenset({"rise", "gap"}))),
        "break": (before_last, Slot("break", source, 8, 0, frozenset({"nobeat", "voice"}))),
    }.get(section, (before_last, Slot(section, source_of(section, song), source_of(section, song).bars, 2)))
    at, slot = new
    if section == "drop" and before_last > 0 and slots[before_last - 1].name != "build":
        build = Slot("build", slots[before_last].source, 4, 2, frozenset({"rise", "gap"}))
        return [*slots[:before_last], build, replace(slot, source=slots[before_last].source), *slots[before_last:]]
    return [*slots[:at], slot, *slots[at:]]


def stand_in(section: str) -> str:
    """What a track without this section has instead."""
    return STAND_INS.get(section, ("verse",))[-1]
