"""What a segment says of sections, amounts, tempo, key, length and size."""

from __future__ import annotations

from fanlink.remix.interpret.decisions import Decision
from fanlink.remix.interpret.frames import HEADED, Frame, negation
from fanlink.remix.interpret.segments import PARTS, Place

MOVES = ("bring it down", "drop down", "pull back")
RELATED = ("until-", "before-", "after-", "from-")
SECTION_ACTIONS = ("longer", "shorter", "none", "repeat", "add", "only")
ADDABLE = ("intro", "bridge", "break", "build", "drop", "outro")


def hear_sections(frame: Frame) -> None:
    """Sections that something is done to; every other place is left for the rest of the segment."""
    for place in moved_sections(frame):
        multiplied = frame.has("amount", "times") and not place.name.startswith(RELATED)
        meant = place.bare or frame.has("first") or frame.has("last") or multiplied
        action = section_action(frame, place) if meant else ""
        if not action:
            frame.heard.places.append(place)
            continue
        name = place.name
        verbs = [item for item in frame.items if item.kind in ("neg", "add", "only", "repeat", "first", "last", "length", "change") or item.value == "times"]
        frame.add(Decision(f"section.{name}", action), *verbs, place=place)
        frame.used |= {id(item) for item in verbs}
        frame.heard.predicate = action


def moved_sections(frame: Frame) -> list[Place]:
    """The places of the segment; of "put the chorus at the beginning" the chorus, as what comes first."""
    places = frame.segment.places
    edges = [place for place in places if not place.bare and place.name in ("intro", "outro")]
    moved = [place for place in places if place.bare and place.name not in ("intro", "outro")]
    said = [item for item in frame.items if item.kind in HEADED]
    verb = any(item.text in ("put", "move", "bring", "place", "have") for item in frame.items)
    if len(places) == 2 and edges and moved and verb and not said:
        span = Place(moved[0].name, min(place.start for place in places), max(place.end for place in places), moved[0].at)
        frame.add(Decision(f"section.{moved[0].name}", "first" if edges[0].name == "intro" else "last"), place=span)
        return []
    return places


def section_action(frame: Frame, place: Place) -> str:
    if frame.given in SECTION_ACTIONS and not frame.segment.heads:
        return frame.given
    times = next((item.amount for item in frame.segment.of("amount") if item.amount and item.value == "times"), None)
    if times:
        return "longer" if times.value > 1 else "shorter"
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
    if frame.has("size") or frame.has("loud") or frame.has("tempo") or frame.has("groove") or frame.has("amount"):
        return ""
    if frame.has("neg"):
        return "none"
    if frame.has("only"):
        return "only"
    if place.name in ("intro", "outro") and not frame.has("add"):
        frame.heard.unused.append((place.start, place.end)) if not frame.segment.heads and not frame.segment.of("up", "more") else None
        return ""
    if place.name in ADDABLE:
        return "add"
    if frame.has("more", "more") or frame.has("add"):
        return "repeat"
    frame.heard.unused.append((place.start, place.end)) if not frame.segment.heads else None
    return ""


def hear_amounts(frame: Frame) -> None:
    """Numbers with a unit, and a named key."""
    for item in frame.segment.of("amount"):
        amount = item.amount
        assert amount is not None
        if id(item) in frame.used:
            continue
        at = frame.items.index(item)
        if amount.kind == "seconds" and at and frame.items[at - 1].kind == "relation" and frame.items[at - 1].value != "in":
            frame.heard.unused.append((item.start, item.end))
            continue
        ways = frame.segment.of("tempo", "key", "up", "length") + [one for one in frame.segment.of("energy") if one.text in MOVES]
        down = any(way.value in ("slower", "down", "shorter", "less") for way in ways)
        sign = -1 if down and amount.value > 0 else 1
        taken = any(one.text in ("off", "shave", "knock", "lose", "minus", "trim", "subtract") for one in frame.items)
        sign = -1 if taken and amount.kind in ("bpm", "percent", "semitones") and amount.value > 0 else sign
        value = amount.value * sign
        made = None
        if amount.kind == "bpm":
            aimed = at > 0 and frame.items[at - 1].text in ("to", "at", "around", "about", "near")
            moved = frame.has("tempo") or frame.has("up") or frame.has("key") or taken or at > 0 and frame.items[at - 1].text in ("add", "plus", "another", "by", "knock", "shave")
            relative = not aimed and moved and amount.value <= 30 or amount.value < 0 or frame.has("more", "less")
            made = Decision("tempo", "by", f"{-abs(value) if frame.has('more', 'less') else value:+g}bpm") if relative else Decision("tempo", "bpm", f"{amount.value:g}")
        elif amount.kind == "percent" and (frame.has("tempo") or frame.has("noun", "tempo") or amount.value < 0 or taken):
            made = Decision("tempo", "by", f"{value:+g}%")
        elif amount.kind == "pace":
            made = Decision("tempo", "by", f"{(amount.value - 1) * 100:+.4g}%")
        elif amount.kind == "decibels" and frame.segment.of(*PARTS):
            frame.used.add(id(item))
            continue
        elif amount.kind == "semitones":
            made = Decision("key", "shift", f"{value:+g}")
        elif amount.kind == "seconds" and not any(one.text == "than" for one in frame.items) and (moved := [way for way in ways if way.kind == "length" and way.text in ("longer", "shorter")]):
            made = Decision("length", moved[0].value)  # "30 seconds shorter"
        elif amount.kind == "seconds":
            made = Decision("length", "s", f"{abs(amount.value):g}")
        elif amount.kind == "bars" and not frame.segment.bare:
            made = Decision("length", "bars", f"{amount.value:g}")
        elif amount.kind == "times":
            made = Decision("length", "times", f"{abs(amount.value):g}")
        elif amount.kind == "key":
            made = Decision("key", "to", amount.text)
        if made is None:
            frame.heard.unused.append((item.start, item.end))
            continue
        near = [way for way in ways if made.family in ("tempo", "key") or way.kind == "length"]
        frame.used |= {id(one) for one in frame.segment.of("loud") if made.family in ("tempo", "key") and not frame.segment.of(*PARTS)}
        frame.segment.items[:] = [one for one in frame.items if not (one in near and one.kind == "energy")]
        frame.add(made, item, *near)
        frame.used |= {id(way) for way in near} | {id(item)}


def hear_bare_number(frame: Frame) -> None:
    """A number without a unit is a tempo where tempo is spoken of: "bring the tempo down to 80"."""
    about = [item for item in frame.items if item.kind == "tempo" or item.kind == "noun" and item.value == "tempo"]
    for item in frame.segment.of("unknown"):
        at = frame.items.index(item)
        before = frame.items[at - 1].text if at else ""
        after_style = at > 0 and frame.items[at - 1].kind == "style" and int(item.text) >= 60 if item.text.isdigit() else False
        alone = all(other is item or other.kind == "filler" for other in frame.items) and not frame.segment.places
        if item.text.isdigit() and 40 <= int(item.text) <= 240 and (about or after_style or alone or before in ("at", "around", "at around", "to", "up to", "about")):
            moves = [*about, *frame.segment.of("up", "loud")]
            frame.add(Decision("tempo", "bpm", f"{int(item.text)}"), item, *moves)
            frame.used |= {id(other) for other in moves} | {id(item)}
            frame.heard.understood.append((item.start, item.end))


def hear_measures(frame: Frame) -> None:
    """Tempo, key and length without a number."""
    negated_change = frame.has("neg") and frame.has("change")
    for item in frame.segment.of("tempo", "key", "length"):
        if id(item) in frame.used or item.kind == "key" and (frame.segment.of("energy", "layer") or item.text in ("lower", "raise") and frame.segment.of(*PARTS)):
            continue
        subject = "tempo" if item.kind == "key" and frame.has("noun", "tempo") else item.kind
        action = item.value if subject == item.kind else {"up": "faster", "down": "slower"}[item.value]
        marks = [mark for mark in frame.modifiers(item) if mark.kind in ("degree", "neg")]
        if negation(frame, item):
            frame.add(Decision(subject, "keep"), item, *marks)
        else:
            frame.add(Decision(subject, action, degree=frame.degree(item)), item, *marks)
    for noun in frame.segment.of("noun"):
        if noun.value == "effects":
            if frame.has("neg") or frame.has("more", "less"):
                marks = [item for item in frame.items if item.kind in ("neg", "more")]
                for target in [item.value for item in frame.segment.of(*PARTS)] or [""]:
                    frame.add(Decision("sound", "drier", target=target), noun, *marks)
            continue
        if id(noun) in frame.used:
            continue
        moves = frame.segment.of("tempo", "key", "length", "amount", "up")
        ups = [item for item in moves if item.kind == "up"] or frame.segment.of("loud")
        if frame.segment.of("amount") and ups:
            continue
        if ups and noun.value in ("tempo", "key"):
            names = {"tempo": ("faster", "slower"), "key": ("up", "down")}[noun.value]
            frame.add(Decision(noun.value, names[ups[0].value in ("down", "less")], degree=frame.degree(noun)), noun, *ups)
            frame.used |= {id(item) for item in ups}
        elif not moves and (negated_change or not frame.has("change")):
            marks = [mark for mark in frame.items if mark.kind in ("neg", "keep", "change")]
            frame.add(Decision(noun.value, "keep"), noun, *marks)
        elif not moves:
            frame.heard.unused.append((noun.start, noun.end))


def hear_sizes(frame: Frame) -> None:
    """Big, huge, loud, quiet: of a place or of the whole."""
    for item in frame.segment.of("up"):
        if frame.heard.places and not frame.heard.reads and not frame.segment.heads:
            frame.add(Decision("energy", "more" if item.value == "up" else "less", degree=frame.degree(item)), item)
    for item in frame.segment.of("size", "loud", "more"):
        busy = id(item) in frame.used or frame.segment.of(*PARTS, "effect", "energy", "edit")
        if busy or item.kind == "more" and not (frame.heard.places and not frame.heard.reads):
            continue
        if frame.heard.predicate == "add" and not frame.heard.places:
            continue
        less = item.value == "less"
        degree = frame.degree(item) or ("much" if item.value == "much" else "")
        if item.text in ("heavy", "heavier") and not frame.heard.places and not frame.segment.of("layer"):
            frame.add(Decision("mood", "aggressive", degree=""), item)
        elif item.text == "soft" and not frame.heard.places and not frame.segment.of("layer"):
            frame.add(Decision("mood", "not", "calm") if negation(frame, item) else Decision("mood", "calm"), item)
        elif negation(frame, item) and item.text in ("louder", "bigger", "quieter", "softer", "smaller") and not frame.heard.places:
            continue  # "not louder, just punchier"
        elif not frame.segment.of("layer"):
            frame.add(Decision("energy", "less" if less != negation(frame, item) else "more", degree=degree), item)
