"""What a segment says of styles, moods, sounds, effects, edits and layers."""

from __future__ import annotations

from dataclasses import replace

from fanlink.remix.interpret.constructions import POURS
from fanlink.remix.interpret.corrections import OPPOSITES
from fanlink.remix.interpret.decisions import Decision
from fanlink.remix.interpret.frames import TARGETED, Frame, negation
from fanlink.remix.interpret.items import Item
from fanlink.remix.interpret.segments import PARTS

MELODIES = frozenset("instruments melody melodies".split())
BEATS = frozenset("groove grooves rhythm rhythms".split())
SLOWLY = frozenset("slow slowly quick quickly fast".split())


def borrow_grooves(frame: Frame) -> None:
    """A style or a feel right before the drums is only about the beat: "trap drums", "half time drums"."""
    items = frame.items
    for at in range(len(items) - 1):
        one, two = items[at], items[at + 1]
        if one.kind == "inst" and one.value == "drums" and two.text in ("to", "into") and at + 2 < len(items) and items[at + 2].kind == "style":
            joined = Item("groove", items[at + 2].value, one.start, items[at + 2].end, items[at + 2].text)  # "change the beat to trap"
            frame.segment.items[at : at + 3] = [joined]
            frame.add(Decision("groove", joined.value), joined)
            return
        if two.text in ("ish", "style", "type", "styled") and at + 2 < len(items):  # "lo-fi-ish drums"
            two = items[at + 2]
        beat = two.kind == "inst" and two.value == "drums" or two.text in BEATS and one.kind == "style"
        if one.kind in ("style", "feel", "pattern") and beat and not frame.has("loud"):
            kind = "groove" if one.kind == "style" else one.kind
            joined = Item(kind, one.value, one.start, two.end, one.text)
            frame.segment.items[at : items.index(two) + 1] = [joined]
            negated = negation(frame, joined)
            if kind == "groove":
                frame.add(Decision("groove", one.value), joined) if not negated else frame.add(Decision("part.drums", "none"), joined)
            return


def hear_qualities(frame: Frame) -> None:
    """Styles, moods, sounds, effects, edits, layers, feels."""
    parts = [item.value for item in frame.segment.of(*PARTS)]
    aimed = tuple(part for part in parts if part != "other") or ("other",) * any(item.text in MELODIES for item in frame.segment.of("part")) or frame.targets
    for item in frame.items:
        negated = negation(frame, item)
        marks = [mark for mark in frame.modifiers(item) if mark.kind in ("degree", "neg", "more", "add")]
        less = any(mark.kind == "more" and mark.value == "less" for mark in marks)
        degree = frame.degree(item) or ("much" if item.kind == "effect" and any(other.text in POURS for other in frame.segment.of("degree")) else "")
        if item.kind in TARGETED:
            hear_targeted(frame, item, aimed, negated, less, degree, marks)
        elif item.text in ("hard", "harder", "heavier") and parts:
            for part in parts:
                frame.add(Decision("sound", "punchier", target=part), item, *frame.segment.of(*PARTS))
        elif item.kind == "mood" and item.value == "calm" and frame.heard.places:
            frame.add(Decision("energy", "more" if negated or less else "less", degree=degree), item, *marks)
        elif item.kind in ("style", "mood"):
            made = Decision(item.kind, "not", item.value) if negated or less else Decision(item.kind, item.value, degree=degree if item.kind == "mood" else "")
            frame.add(made, item, *marks)
        elif item.kind == "feel":
            other = "swing" if item.value == "straight" else "straight"
            frame.add(Decision("feel", other if less else "straight" if negated else item.value), item, *marks)
        elif item.kind == "pattern" and negated:
            frame.heard.unused.append((item.start, item.end))
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
        made = Decision("sound", "not", item.value) if negated else Decision("sound", OPPOSITES[item.value] if less and item.value in OPPOSITES else item.value, degree=degree)
        made = Decision("sound", "not", item.value) if less and item.value not in OPPOSITES else made
    elif item.kind == "edit":
        made = Decision(f"edit.{item.value}", "none") if negated else Decision("edit", item.value)
    else:
        action = "none" if negated else "less" if less else "more"
        made = Decision(f"effect.{item.value}", action, degree="" if negated else degree)
    excepted = next((other for other in frame.segment.of("neg") if other.value == "butnot"), None)
    if excepted and item.kind == "effect" and frame.items.index(excepted) > frame.items.index(item):  # "reverb everywhere except the bass"
        frame.add(replace(made, target=""), item, *marks)
        made, marks = Decision(f"effect.{item.value}", "none"), [excepted, *frame.segment.of(*PARTS)]
    for target in (() if item.value == "riser" else aimed) or ("",):
        frame.add(replace(made, target=target), item, *marks, *sizes)


def hear_layer(frame: Frame, item: Item, negated: bool, marks: list[Item]) -> None:
    kind, _, sound = item.value.partition("=")
    if negated and kind in ("drums", "bass"):
        made = Decision(f"part.{kind}", "none")
    elif negated:
        made = Decision(f"layer.{kind}", "none", sound if kind == "texture" else "")
    else:
        frame.heard.predicate = "only" if frame.has("only") else frame.heard.predicate
        begun = "intro" if frame.has("first") and not frame.segment.places else ""
        entering = next((place.name for place in frame.segment.places if place.entering), begun)
        made = Decision(f"layer.{kind}", "add", sound, place=entering.replace("until-", "from-", 1))
    frame.add(made, item, *marks)


def settle_fades(frame: Frame) -> None:
    """A fade out at the end and a fade in at the start are where fades are: no place of their own."""
    usual = {"fade-out": "outro", "fade-in": "intro"}
    fades = [read.decision.action for read in frame.heard.reads if read.decision.family == "edit"]
    if fades and len(fades) == len(frame.heard.reads):
        frame.heard.places = [place for place in frame.heard.places if any(place.name != usual.get(fade) for fade in fades)]
