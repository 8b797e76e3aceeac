"""What a segment says of stems and instruments: kept, left out, louder, alone, or what an effect is for."""

from __future__ import annotations

from fanlink.remix.interpret.decisions import Decision
from fanlink.remix.interpret.frames import TARGETED, Frame, bare_place, negation
from fanlink.remix.interpret.segments import PARTS
from fanlink.remix.interpret.tagging import Item

OWN_LAYER = {"drums": ("drums", ""), "bass": ("bass", ""), "guitar": ("arp", "guitar"), "piano": ("pad", "rhodes"), "strings": ("pad", "strings"), "synth": ("arp", "square")}
VERB_NOTS = frozenset("not dont doesnt shouldnt never wont cant isnt".split()) | {"do not", "does not", "should not"}
BESIDE = ("under", "over", "beneath", "below", "around", "underneath", "on top of")


def hear_parts(frame: Frame) -> None:
    """Stems and instruments: kept, left out, louder, alone, or what an effect is for."""
    items = frame.segment.of(*PARTS)
    for item in frame.segment.of("vocalsonly", "novocals"):
        action = "only" if item.kind == "vocalsonly" else "none"
        place = bare_place(frame)
        frame.add(Decision("part.vocals", action, place=place.name if place else ""), item, place=place)
    predicate = frame.given or part_predicate(frame, items)
    frame.heard.predicate = frame.heard.predicate or (predicate if items else "")
    frame.heard.targets = tuple(item.value for item in items)
    for item in items:
        if not (predicate in ("add", "bare") and beside(frame, item)) and not compared(frame, item):
            hear_part(frame, item, items, predicate)


def beside(frame: Frame, item: Item) -> bool:
    """Whether a part only says where something else is heard: "a trap beat under the vocals"."""
    at = frame.items.index(item)
    before = next((old for old in reversed(frame.items[:at]) if old.kind != "filler"), None)
    told = any(old.kind in ("groove", "layer", "pattern", *PARTS) for old in frame.items[:at])
    return bool(told and before and before.kind == "relation" and before.text in BESIDE)


def compared(frame: Frame, item: Item) -> bool:
    """Whether a part is only what another is measured by: "the guitar louder than the vocals"."""
    before = [old.text for old in frame.items[: frame.items.index(item)] if old.kind == "filler"]
    return "than" in before and frame.segment.of(*PARTS)[0] is not item


def part_predicate(frame: Frame, items: list[Item]) -> str:
    """What the segment says of its parts."""
    if not items:
        return ""
    nots = frame.segment.of("neg")
    about = frame.segment.of(*TARGETED)
    said = frame.segment.of("loud")
    changed = frame.has("change") and nots and not about
    if changed or frame.has("keep", "untouched") and not about and not nots:
        return "untouched"
    if frame.has("neg", "butnot"):
        return "only" if frame.has("neg", "no", "remove") or frame.items[0].value == "butnot" and frame.items[0].text.startswith("everything") else "keep"
    if nots and not (nots[0].text in VERB_NOTS and (said or about)) and not (about and negation(frame, about[0])):
        removing = any(item.value == "remove" for item in nots)
        return "keep" if removing and any(item.value == "no" for item in nots) else "none"
    if any(place.entering for place in frame.segment.places):
        return "none"
    if frame.has("only") or frame.has("first") and not about:
        return only_or_confined(frame, items)
    return loudness(frame, said, nots, about) or ("target" if about or frame.targets else plain_predicate(frame, items))


def loudness(frame: Frame, said: list[Item], nots: list[Item], about: list[Item]) -> str:
    sizes = [item for item in frame.segment.of("size") if not about]
    ups = [item for item in frame.segment.of("up", "key") if item.value in ("up", "down")]
    mores = [item for item in frame.segment.of("more") if not about]
    decibels = next((item for item in frame.segment.of("amount") if item.value == "decibels" and item.amount), None)
    if decibels and decibels.amount and not (said or sizes or mores or ups):
        return "louder" if decibels.amount.value > 0 else "quieter"
    for item in [*said, *sizes, *mores, *ups]:
        up = item.value in ("more", "much", "up")
        frame.used.add(id(item))
        return "louder" if up != bool(nots and nots[0].text in VERB_NOTS) else "quieter"
    return ""


def only_or_confined(frame: Frame, items: list[Item]) -> str:
    """"drums only in the chorus" is another thing than "only drums in the chorus"."""
    only = frame.segment.of("only")
    after = only and only[0].start > items[-1].start and len(items) == 1
    return "confined" if after and any(place.start > only[0].start for place in frame.segment.where) else "only"


def plain_predicate(frame: Frame, items: list[Item]) -> str:
    if frame.has("keep"):
        return "keep"
    if frame.segment.bare and not frame.segment.of("mood", "energy", "style"):
        return "only"
    added = [item for item in frame.segment.of("add") if item.text not in ("with", "has", "have", "having", "using", "want some")]
    return "add" if added else "bare"


def hear_part(frame: Frame, item: Item, items: list[Item], predicate: str) -> None:
    marks = [mark for mark in frame.items if mark.kind in ("neg", "keep", "only", "loud", "more", "up", "add", "size", "change")]
    near = [mark for mark in marks if len(items) == 1 or mark in frame.modifiers(item)]
    degree = frame.degree(item) if predicate in ("louder", "quieter") else ""
    if predicate in ("louder", "quieter") and not degree and any(mark.kind == "size" and mark.value == "much" for mark in near):
        degree = "much"
    entering = next((place for place in frame.segment.places if place.entering), None)
    if entering and predicate == "none" and item.kind == "inst" and item.value not in frame.parts and item.value in OWN_LAYER:
        kind, sound = OWN_LAYER[item.value]
        frame.add(Decision(f"layer.{kind}", "add", sound, place=entering.name.replace("until-", "from-", 1)), item, *near, place=entering)
        return
    place = bare_place(frame) if predicate in ("only", "none", "louder", "quieter", "keep") else None
    where = place.name if place else ""
    if predicate == "only" and frame.has("first") and not where and not frame.segment.where:
        where = "intro"
    if predicate in ("keep", "untouched", "none", "only", "confined", "louder", "quieter"):
        frame.add(Decision(f"part.{item.value}", predicate, degree=degree, place=where), item, *near, place=place)
    elif predicate in ("add", "bare"):
        layer = OWN_LAYER.get(item.value) if item.kind == "inst" else None
        present = item.value in frame.parts
        if layer and (predicate == "add" or not present):
            frame.add(Decision(f"layer.{layer[0]}", "add", layer[1], place=where), item, *near)
        else:
            frame.add(Decision(f"part.{item.value}", "keep", place=where), item, *near)
