"""Items to segments: the stretches of the words that each say one thing, with the places they speak of."""

from __future__ import annotations

from dataclasses import dataclass, field

from fanlink.remix.interpret.items import Item

HEADS = frozenset(
    "style mood sound effect edit part inst layer pattern feel tempo key length energy original size vocalsonly novocals amount".split()
)
QUALITIES = frozenset("mood sound effect edit size loud energy style tempo feel length key".split())
PARTS = frozenset(("part", "inst"))
LATE = ("only after", "not before", "not until")
COMPARED = frozenset("more less fewer louder quieter softer loud quiet extra".split())
SWAPS = frozenset("replace replacing swap exchange trade".split()) | {"swap out"}


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a segment names: `last-chorus`, `until-drop`; `bare` when no preposition stands before it."""

    name: str
    start: int
    end: int
    at: int
    bare: bool = False
    entering: bool = False


@dataclass(slots=True)
class Segment:
    """Items without places, the places, and how it hangs on the segment before: stop, hard, soft, with, neg.

    `fresh` is the first of a new sentence: no list goes on there.
    """

    items: list[Item]
    joined_by: str
    places: list[Place] = field(default_factory=list)
    fresh: bool = False

    def of(self, *kinds: str) -> list[Item]:
        return [item for item in self.items if item.kind in kinds]

    @property
    def heads(self) -> list[Item]:
        return [item for item in self.items if item.kind in HEADS]

    @property
    def bare(self) -> list[Place]:
        return [place for place in self.places if place.bare]

    @property
    def where(self) -> list[Place]:
        return [place for place in self.places if not place.bare]


def segments(items: list[Item]) -> list[Segment]:
    """The segments in order. A comma, "but", "and" or "with" begins a new one, and so does a "no" after something said."""
    found: list[Segment] = []
    current: list[Item] = []
    joined_by, fresh = "", False
    for at, item in enumerate(items):
        if item.kind in ("stop", "hard", "soft", "swerve"):
            close(found, current, joined_by, fresh)
            fresh = (fresh and not current) or item.kind == "stop" and item.text != ","
            kind = "stop" if item.kind == "swerve" else item.kind
            current, joined_by = [], kind if current or not found else stronger(joined_by, kind)
            continue
        begins = begins_new(item, current, items[at - 1] if at else None)
        if begins:
            close(found, current, joined_by, fresh)
            fresh = False
            current, joined_by = [], begins
        current.append(item)
    close(found, current, joined_by, fresh)
    return found


def stronger(one: str, two: str) -> str:
    return two if "soft" not in (one, two) else "soft"


def close(found: list[Segment], items: list[Item], joined_by: str, fresh: bool) -> None:
    if items:
        found.append(located(Segment(items, joined_by if found else "", fresh=fresh)))


def begins_new(item: Item, current: list[Item], before: Item | None) -> str:
    """Why this item begins a segment, or nothing."""
    said = [old for old in current if old.kind in HEADS or old.kind == "section"]
    if not said:
        return ""
    whole = any(old.kind not in PARTS for old in said) or any(old.kind in ("neg", "keep", "loud", "only", "more") for old in current)
    if item.kind == "add" and item.text in ("with", "plus", "featuring some", "some", "using") and whole:
        return "with"
    if item.kind == "relation" and item.text in ("for", "by", "in") and current[0].text in SWAPS and item.text == "for":
        return "with"
    if item.kind == "add" and item.text in ("with",) and current[0].text in SWAPS:
        return "with"
    if item.kind == "neg" and item.value != "butnot" and not (item.value == "remove" and before and (before.kind in PARTS or item.text in ("gone", "out"))) and (before is None or before.kind != "neg"):
        return "neg"
    measured = {"more": ("more",), "loud": ("loud",)}.get(item.kind, ())
    if measured and before and before.kind in PARTS and current[0].kind in measured and item.text in COMPARED:  # "more drums less bass"
        return "stop"
    if item.kind in ("keep", "add") and item.text in ("keep", "leave", "add", "put", "keep in") and whole:
        return "stop"
    return ""


def located(segment: Segment) -> Segment:
    """The segment with its places taken out of its items."""
    kept: list[Item] = []
    items, at = segment.items, 0
    while at < len(items):
        place, used = place_at(items, at, len(kept))
        if place:
            segment.places.append(place)
            at += used
        else:
            kept.append(items[at])
            at += 1
    segment.items = kept
    return segment


def place_at(items: list[Item], at: int, kept: int) -> tuple[Place | None, int]:
    """A place that begins at this item: a relation, an ordinal, a section; the last is what makes it one."""
    first = items[at]
    used = 1 if first.kind == "relation" else 0
    relation = first.value if used else ""
    relation_text = first.text
    while used and at + used < len(items) and items[at + used].kind == "relation":  # "until after the bridge", "just before"
        relation = items[at + used].value if relation == "in" else relation
        used += 1
    ordinal = ""
    while at + used < len(items) and items[at + used].kind in ("filler", "ordinal") and (used or items[at + used].kind == "ordinal"):
        if items[at + used].kind == "ordinal" and items[at + used].value != "every":
            ordinal = items[at + used].value
        used += 1
    if at + used >= len(items) or items[at + used].kind != "section":
        return None, 0
    section = items[at + used]
    name = f"{ordinal}-{section.value}" if ordinal and "-" not in section.value.removeprefix("pre-") and section.value not in ("intro", "outro", "middle") else section.value
    before = {"until": "until-", "entering": "until-", "before": "before-", "after": "after-", "from": "from-"}.get(relation, "")
    if relation == "from" and relation_text in ("of", "from the") and section.value in ("intro", "outro"):
        before = ""
    start = first.start if first.kind != "relation" or relation else section.start
    if relation_text in ("towards the", "towards") and section.value in ("intro", "outro"):
        before = ""
    taken = any(item.kind == "neg" and item.value == "remove" for item in items[:at])
    if relation == "from" and taken and not (at + used + 1 < len(items) and items[at + used + 1].text in ("on", "onwards", "onward", "forward")):
        before = ""  # "remove the drums from the bridge"
    entering = relation == "entering" or any(item.text in LATE for item in items[at : at + used])
    return Place(before + name, start, section.end, kept, not relation, entering), used + 1
