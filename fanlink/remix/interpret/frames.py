"""One segment of the words while it is being read."""

from __future__ import annotations

from dataclasses import dataclass, field

from fanlink.remix.interpret.decisions import Decision, Read
from fanlink.remix.interpret.items import Item
from fanlink.remix.interpret.segments import PARTS, Place, Segment

TARGETED = frozenset(("effect", "sound", "edit"))
HEADED = TARGETED | PARTS | {"style", "mood", "layer", "pattern", "feel", "tempo", "key", "length", "energy", "original", "size", "amount", "loud", "groove"}


@dataclass(slots=True)
class Heard:
    """The decisions of one segment, the places left for them, and what a list may take over from it."""

    reads: list[Read] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    predicate: str = ""
    targets: tuple[str, ...] = ()
    unused: list[tuple[int, int]] = field(default_factory=list)
    understood: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class Frame:
    """One segment being read."""

    segment: Segment
    parts: frozenset[str]
    given: str
    heard: Heard
    targets: tuple[str, ...] = ()
    used: set[int] = field(default_factory=set)

    @property
    def items(self) -> list[Item]:
        return self.segment.items

    def has(self, kind: str, *values: str) -> bool:
        return any(item.kind == kind and (not values or item.value in values) for item in self.items)

    def add(self, decision: Decision, *items: Item, place: Place | None = None) -> None:
        """A decision with the span of the items that made it."""
        starts = [item.start for item in items] + ([place.start] if place else [])
        ends = [item.end for item in items] + ([place.end] if place else [])
        if starts:
            self.heard.reads.append(Read(min(starts), max(ends), decision))

    def modifiers(self, head: Item) -> list[Item]:
        """What stands right before a head and belongs to it."""
        at, found = self.items.index(head), []
        for item in reversed(self.items[:at]):
            if item.kind in ("degree", "neg", "more", "add", "filler", "size", "only", "keep", "loud") and item.kind != "unknown":
                found.append(item)
            elif item.kind not in ("filler", "unknown", "change", "first", "relation"):
                break
        return [item for item in found if item.kind != "filler"]

    def degree(self, head: Item) -> str:
        """The degree before the head, else the one after it when no other head follows."""
        before = next((item.value for item in self.modifiers(head) if item.kind == "degree"), "")
        if before:
            return before
        at = self.items.index(head)
        after = self.items[at + 1 :]
        own = PARTS | {"loud", "size", "up"} if head.kind in PARTS else PARTS
        if any(item.kind in HEADED and item.kind not in own for item in after):
            return ""
        return next((item.value for item in after if item.kind == "degree"), "")


def negation(frame: Frame, head: Item) -> bool:
    """Whether a "no" governs this head: it stands before it with no other head between that would take it."""
    at = frame.items.index(head)
    negated, free = False, True
    for item in frame.items[:at]:
        if item.kind == "neg":
            negated, free = not (negated and item.value == "butnot"), True
        elif item.kind in HEADED and item.kind not in PARTS:
            free = False
    return negated and free


def bare_place(frame: Frame) -> Place | None:
    """The section that the segment names without a preposition, now used up: "a cappella intro"."""
    for place in frame.heard.places:
        if place.bare:
            frame.heard.places.remove(place)
            return place
    return None
