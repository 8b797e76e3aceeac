"""What one segment of the words says."""

from __future__ import annotations

from dataclasses import replace

from fanlink.remix.interpret.decisions import Decision
from fanlink.remix.interpret.frames import ADDABLE, MELODIES, SLOWLY, TARGETED, Frame, Heard, negation
from fanlink.remix.interpret.measures import hear_amounts, hear_bare_number, hear_measures, hear_sizes
from fanlink.remix.interpret.parts import hear_parts
from fanlink.remix.interpret.segments import PARTS, Place, Segment
from fanlink.remix.interpret.tagging import Item


def heard(segment: Segment, parts: frozenset[str], given: str = "", targets: tuple[str, ...] = ()) -> Heard:
    """The decisions of a segment. `given` is the predicate of the list it stands in, `targets` what a "with" hangs on."""
    frame = Frame(segment, parts, given, Heard(), targets)
    borrow_grooves(frame)
    hear_sections(frame)
    hear_amounts(frame)
    hear_bare_number(frame)
    hear_parts(frame)
    hear_qualities(frame)
    hear_measures(frame)
    hear_sizes(frame)
    settle_fades(frame)
    if frame.heard.reads:
        named = {(place.start, place.end) for place in frame.segment.places}
        frame.heard.unused = [span for span in frame.heard.unused if span not in named]
    frame.heard.reads.sort(key=lambda read: read.start)
    return frame.heard


def settle_fades(frame: Frame) -> None:
    """A fade out at the end and a fade in at the start are where fades are: no place of their own."""
    usual = {"fade-out": "outro", "fade-in": "intro"}
    fades = [read.decision.action for read in frame.heard.reads if read.decision.family == "edit"]
    if fades and len(fades) == len(frame.heard.reads):
        frame.heard.places = [place for place in frame.heard.places if any(place.name != usual.get(fade) for fade in fades)]


def borrow_grooves(frame: Frame) -> None:
    """A style or a feel right before the drums is only about the beat: "trap drums", "half time drums"."""
    items = frame.items
    for at in range(len(items) - 1):
        one, two = items[at], items[at + 1]
        beat = two.kind == "inst" and two.value == "drums" or two.text in ("groove", "rhythm", "grooves", "rhythms") and one.kind == "style"
        if one.kind in ("style", "feel", "pattern") and beat and not frame.has("loud"):
            kind = "groove" if one.kind == "style" else one.kind
            joined = Item(kind, one.value, one.start, two.end, one.text)
            frame.segment.items[at : at + 2] = [joined]
            negated = negation(frame, joined)
            if kind == "groove":
                frame.add(Decision("groove", one.value), joined) if not negated else frame.add(Decision("part.drums", "none"), joined)
            return


def hear_sections(frame: Frame) -> None:
    """Sections that something is done to; every other place is left for the rest of the segment."""
    for place in frame.segment.places:
        action = section_action(frame, place) if place.bare or frame.has("first") or frame.has("last") else ""
        if not action:
            frame.heard.places.append(place)
            continue
        name = place.name
        verbs = [item for item in frame.items if item.kind in ("neg", "add", "only", "repeat", "first", "last", "length", "change")]
        frame.add(Decision(f"section.{name}", action), *verbs, place=place)
        frame.used |= {id(item) for item in verbs}
        frame.heard.predicate = action


def section_action(frame: Frame, place: Place) -> str:
    if frame.segment.of(*PARTS, "layer", "effect", "sound", "mood", "edit", "style", "feel", "energy", "vocalsonly", "novocals"):
        return ""
    for kind, action in (("first", "first"), ("last", "last"), ("repeat", "repeat")):
        if frame.has(kind):
            return action
    if frame.has("length"):
        return frame.segment.of("length")[0].value
    if place.name in ADDABLE and frame.segment.where and frame.has("size"):
        frame.used |= {id(item) for item in frame.segment.of("size")}
        return "add"
    if frame.has("size") or frame.has("loud") or frame.has("tempo") or frame.has("groove"):
        return ""
    if frame.has("neg"):
        return "none"
    if frame.has("only"):
        return "only"
    if place.name in ("intro", "outro") and not frame.has("add"):
        return ""
    if place.name in ADDABLE:
        return "add"
    if frame.has("more", "more") or frame.has("add"):
        return "repeat"
    frame.heard.unused.append((place.start, place.end)) if not frame.segment.heads else None
    return ""


def hear_qualities(frame: Frame) -> None:
    """Styles, moods, sounds, effects, edits, layers, feels."""
    parts = [item.value for item in frame.segment.of(*PARTS)]
    aimed = tuple(part for part in parts if part != "other") or ("other",) * any(item.text in MELODIES for item in frame.segment.of("part")) or frame.targets
    for item in frame.items:
        negated = negation(frame, item)
        marks = [mark for mark in frame.modifiers(item) if mark.kind in ("degree", "neg", "more", "add")]
        less = any(mark.kind == "more" and mark.value == "less" for mark in marks)
        degree = frame.degree(item)
        if item.kind in TARGETED:
            hear_targeted(frame, item, aimed, negated, less, degree, marks)
        elif item.text in ("hard", "harder", "heavier") and parts:
            for part in parts:
                frame.add(Decision("sound", "punchier", target=part), item, *frame.segment.of(*PARTS))
        elif item.kind in ("style", "mood"):
            made = Decision(item.kind, "not", item.value) if negated or less else Decision(item.kind, item.value, degree=degree if item.kind == "mood" else "")
            frame.add(made, item, *marks)
        elif item.kind == "feel":
            frame.add(Decision("feel", "straight" if negated else item.value), item, *marks)
        elif item.kind == "pattern":
            frame.add(Decision("layer.drums", "pattern", item.value), item, *marks)
        elif item.kind == "layer":
            hear_layer(frame, item, negated, marks)
        elif item.kind == "energy":
            frame.add(Decision("energy", "less" if (item.value == "less") != (negated or less) else "more", degree=degree), item, *marks)
        elif item.kind == "original":
            frame.add(Decision("original", {"closer": "further", "further": "closer"}[item.value] if negated else item.value), item, *marks)


def hear_targeted(frame: Frame, item: Item, aimed: tuple[str, ...], negated: bool, less: bool, degree: str, marks: list[Item]) -> None:
    sizes = [mark for mark in frame.modifiers(item) if mark.kind == "size"]
    degree = degree or ("much" if any(mark.value in ("more", "much") for mark in sizes) else "bit" if sizes else "")
    long = next((other for other in frame.segment.of("length") if other.start < item.start), None)
    if long and item.kind != "sound":
        frame.used.add(id(long))
        degree = degree or ("much" if long.value == "longer" else "bit")
    frame.used |= {id(mark) for mark in sizes}
    if item.kind == "edit":
        frame.used |= {id(other) for other in frame.segment.of("tempo") if other.text in SLOWLY}
    if item.kind == "sound":
        made = Decision("sound", "not", item.value) if negated or less else Decision("sound", item.value, degree=degree)
    elif item.kind == "edit":
        made = Decision(f"edit.{item.value}", "none") if negated else Decision("edit", item.value)
    else:
        action = "none" if negated else "less" if less else "more"
        made = Decision(f"effect.{item.value}", action, degree="" if negated else degree)
    for target in (() if item.value == "riser" else aimed) or ("",):
        frame.add(replace(made, target=target), item, *marks, *sizes)


def hear_layer(frame: Frame, item: Item, negated: bool, marks: list[Item]) -> None:
    kind, _, sound = item.value.partition("=")
    if negated and kind in ("drums", "bass"):
        made = Decision(f"part.{kind}", "none")
    elif negated:
        made = Decision(f"layer.{kind}", "none", sound if kind == "texture" else "")
    else:
        made = Decision(f"layer.{kind}", "add", sound)
    frame.add(made, item, *marks)
