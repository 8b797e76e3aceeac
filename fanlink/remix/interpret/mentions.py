"""What a segment says of stems and instruments: kept, left out, louder, alone, or what an effect is for."""

from __future__ import annotations

from fanlink.remix.interpret.decisions import Decision
from fanlink.remix.interpret.frames import HEADED, TARGETED, Frame, bare_place, negation
from fanlink.remix.interpret.items import Item
from fanlink.remix.interpret.segments import PARTS

OWN_LAYER = {"drums": ("drums", ""), "bass": ("bass", ""), "guitar": ("arp", "guitar"), "piano": ("pad", "piano"), "strings": ("pad", "strings"), "synth": ("arp", "square")}
VERB_NOTS = frozenset("not dont doesnt shouldnt never wont cant isnt".split()) | {"do not", "does not", "should not"}
ALL_BUT = ("everything but", "everything except", "everything apart from", "all but", "all except")
OVER = frozenset(f"{verb}{ending}" for verb in ("drown", "cover", "eat") for ending in (" out", "s out", " up", "s up"))
OVER |= frozenset("overpowers overpower overpowering masks masking overshadows overshadow buries burying".split()) | {"drowning out", "covering up"}
OVER_BY = frozenset(f"{verb} by" for verb in ("drowned out", "overpowered", "overshadowed", "covered up", "masked", "buried", "swallowed")) | {"lost behind", "hidden behind"}
CALM_ADDS = ("with", "has", "have", "having", "using", "want some", "i want", "i need")
BENEATH = frozenset("under underneath beneath behind below over around".split()) | {"on top of"}


def hear_parts(frame: Frame) -> None:
    """Stems and instruments: kept, left out, louder, alone, or what an effect is for."""
    items = [item for item in frame.segment.of(*PARTS) if not in_passing(frame, item)]
    for item in frame.segment.of("vocalsonly", "novocals"):
        action = "only" if item.kind == "vocalsonly" else "none"
        place = bare_place(frame)
        frame.add(Decision("part.vocals", action, place=place.name if place else ""), item, place=place)
    excepted = next((item for item in frame.items if item.kind == "neg" and item.value == "butnot"), None)
    if excepted:  # "all instruments out except the guitar"
        items = [item for item in items if item.value != "other" or frame.items.index(item) > frame.items.index(excepted)]
    loud = frame.segment.of("loud")
    bare = [place for place in frame.heard.places if place.bare or place.name]
    if excepted and items and bare and frame.has("neg", "no", "remove") and frame.items.index(items[-1]) < frame.items.index(excepted):
        for item in items:  # "no drums apart from the chorus"
            frame.add(Decision(f"part.{item.value}", "confined", place=bare[0].name), item, excepted, place=bare[0])
        frame.heard.places.clear()
        return
    if excepted and excepted.text in ALL_BUT and loud and items:
        frame.used |= {id(item) for item in loud}
        frame.add(Decision("part.other", "louder" if loud[0].value == "more" else "quieter"), excepted, *items, *loud)
        return
    predicate = frame.given or part_predicate(frame, items)
    frame.heard.predicate = frame.heard.predicate or (predicate if items else "")
    frame.heard.targets = tuple(item.value for item in items)
    for item in items:
        hear_part(frame, item, items, predicate)


def in_passing(frame: Frame, item: Item) -> bool:
    """Whether a part only says where something else is heard, or what it is measured by: "a beat under the vocals", "louder than the bass"."""
    at = frame.items.index(item)
    before = [other for other in frame.items[:at] if other.kind != "filler"]
    new = item.value not in frame.parts and frame.items[at - 1].text in ("a", "an", "some") if at else False
    beneath = len(before) > 1 and before[-1].text in BENEATH and any(other.kind in HEADED for other in before[:-1]) and not new
    louder = any(other.text in OVER for other in frame.items[:at]) or any(other.text in OVER_BY for other in frame.items[at:])
    if louder and sum(other.kind in PARTS for other in frame.items) > 1:  # "the guitar drowns out the singing"
        return True
    than = any(other.text == "than" for other in frame.items[:at]) and any(other.kind in PARTS for other in before)
    return beneath or than


def part_predicate(frame: Frame, items: list[Item]) -> str:
    """What the segment says of its parts."""
    if not items:
        return ""
    nots = frame.segment.of("neg")
    about = [*frame.segment.of(*TARGETED), *[item for item in frame.segment.of("noun") if item.value == "effects"]] + [item for item in frame.segment.of("mood") if item.text in ("hard", "harder", "heavier")]
    said = sorted(frame.segment.of("loud"), key=lambda item: "back" not in item.text)  # "push the guitar back in the mix"
    changed = frame.has("change") and nots
    if changed or frame.has("keep", "untouched") and not about and not nots:
        return "untouched"
    if about and frame.has("neg", "butnot") and not frame.has("neg", "no", "remove"):
        return "target"
    if frame.has("neg", "butnot") and not about:
        return "only" if frame.has("neg", "no", "remove") else "none" if nots[0].text.endswith(ALL_BUT) else "keep"
    if nots and not (nots[0].text in VERB_NOTS and (said or about)) and not (about and negation(frame, about[0])):
        removing = any(item.value == "remove" for item in nots)
        return "keep" if removing and any(item.value == "no" for item in nots) else "none"
    brought = (any(item.text in ("bring in", "introduce") for item in frame.items) or {"bring", "in"} <= {item.text for item in frame.items}) and items[0].value in frame.parts
    if any(place.entering or brought and place.name.startswith("until") for place in frame.segment.places):
        return "none"
    if frame.has("only") or frame.has("first") and not about:
        return only_or_confined(frame, items)
    if about and frame.has("keep", "keep"):
        return "keep"
    if frame.has("amount", "semitones") or frame.has("noun", "key") or any(item.text not in ("lower", "raise") for item in frame.segment.of("key")):
        return "pitched"
    return loudness(frame, said, nots, about) or ("target" if about or frame.targets else plain_predicate(frame, items))


def loudness(frame: Frame, said: list[Item], nots: list[Item], about: list[Item]) -> str:
    sizes = [item for item in frame.segment.of("size") if not about]
    ups = [item for item in frame.segment.of("up", "key") if item.value in ("up", "down") and (item.kind == "up" or item.text in ("lower", "raise"))]
    mores = [item for item in frame.segment.of("more") if not about and next((other.kind for other in frame.items[frame.items.index(item) + 1 :] if other.kind != "filler"), "") not in ("mood", "style", "energy")]
    decibels = next((item.amount for item in frame.segment.of("amount") if item.amount and item.value == "decibels"), None)
    if decibels and not (said or sizes or mores or ups):
        return "louder" if decibels.value > 0 else "quieter"
    plenty = [item for item in frame.segment.of("degree") if item.value == "much" and item.text.endswith(" of") and not about]
    if plenty and not (said or sizes or mores or ups or frame.segment.of("add", "keep")):  # "lots of bass"
        return "louder"
    if sizes and frame.segment.of("add") and all(item.value not in frame.parts for item in frame.segment.of("inst")) and not frame.segment.of("part"):
        return ""  # "with big synths", where there are none yet
    for item in [*said, *sizes, *mores, *ups]:
        up = item.value in ("more", "much", "up")
        frame.used.add(id(item))
        return "louder" if up != bool(nots and nots[0].text in VERB_NOTS) else "quieter"
    return ""


def only_or_confined(frame: Frame, items: list[Item]) -> str:
    """"drums only in the chorus" is another thing than "only drums in the chorus"."""
    only = frame.segment.of("only")
    after = only and only[0].start > items[-1].start and len(items) == 1 and only[0].text != "alone" and not only[0].text.startswith("solo")
    if only and frame.items[max(0, frame.items.index(only[0]) - 1)].text == "the":  # "the guitar is the only instrument"
        return "only"
    close = [place for place in frame.segment.where if place.start > only[0].start or only[0].text == "only"]
    return "confined" if after and close else "only"


def plain_predicate(frame: Frame, items: list[Item]) -> str:
    if frame.has("keep"):
        return "keep"
    if frame.segment.of("feel") and all(item.value == "drums" for item in frame.segment.of("inst")):
        return "target"  # "the drums half time"
    named = [item for item in frame.items if item.text in ("a", "an", "some", "one", "with")]
    described = frame.segment.of("energy") or [item for item in frame.segment.of("mood") if not named]
    if described and not frame.has("add") and all(item.value in frame.parts for item in frame.segment.of("inst")):
        return "target"  # "make the beat simpler"
    if frame.segment.bare and not frame.segment.of("mood", "energy", "style"):
        return "only"
    added = [item for item in frame.segment.of("add") if item.text not in CALM_ADDS]
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
    if predicate == "confined" and item.kind == "inst" and item.value not in frame.parts and item.value in OWN_LAYER:
        kind, sound = OWN_LAYER[item.value]  # "strings in the chorus only", where there are none yet
        frame.add(Decision(f"layer.{kind}", "add", sound), item, *near)
        return
    place = bare_place(frame) if predicate in ("only", "none", "louder", "quieter", "keep") else None
    where = place.name if place else ""
    if predicate == "only" and not where and not frame.segment.where:
        where = "intro" if frame.has("first") else "outro" if frame.has("last") else ""
    if predicate in ("keep", "untouched", "none", "only", "confined", "louder", "quieter"):
        frame.add(Decision(f"part.{item.value}", predicate, degree=degree, place=where), item, *near, place=place)
    elif predicate in ("add", "bare"):
        layer = OWN_LAYER.get(item.value) if item.kind == "inst" else None
        present = item.value in frame.parts
        if item.value == "other" and predicate == "bare":
            return
        if layer and (predicate == "add" or not present):
            frame.add(Decision(f"layer.{layer[0]}", "add", layer[1], place=where), item, *near)
        else:
            frame.add(Decision(f"part.{item.value}", "keep", place=where), item, *near)
