"""What one segment of the words says."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from fanlink.remix.interpret.decisions import Decision, Read
from fanlink.remix.interpret.segments import PARTS, Place, Segment
from fanlink.remix.interpret.tagging import Item

TARGETED = frozenset(("effect", "sound", "edit"))
OWN_LAYER = {"drums": ("drums", ""), "bass": ("bass", ""), "guitar": ("arp", "guitar"), "piano": ("pad", "piano"), "strings": ("pad", "strings"), "synth": ("arp", "square")}
ADDABLE = ("intro", "bridge", "break", "build", "drop", "outro")
VERB_NOTS = frozenset("not dont doesnt shouldnt never wont cant isnt".split()) | {"do not", "does not", "should not"}
MELODIES = frozenset("instruments melody melodies".split())
BENEATH = frozenset("under underneath beneath behind below over around".split())
SLOWLY = frozenset("slow slowly quick quickly fast".split())


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
        if any(item.kind in HEADED and item.kind not in PARTS for item in after):
            return ""
        return next((item.value for item in after if item.kind == "degree"), "")


HEADED = TARGETED | PARTS | {"style", "mood", "layer", "pattern", "feel", "tempo", "key", "length", "energy", "original", "size", "amount", "loud", "groove"}


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
    frame.heard.reads.sort(key=lambda read: read.start)
    return frame.heard


def settle_fades(frame: Frame) -> None:
    """A fade out at the end and a fade in at the start are where fades are: no place of their own."""
    usual = {"fade-out": "outro", "fade-in": "intro"}
    fades = [read.decision.action for read in frame.heard.reads if read.decision.family == "edit"]
    if fades and len(fades) == len(frame.heard.reads):
        frame.heard.places = [place for place in frame.heard.places if any(place.name != usual.get(fade) for fade in fades)]


def negation(frame: Frame, head: Item) -> bool:
    """Whether a "no" governs this head: it stands before it with no other head between that would take it."""
    at = frame.items.index(head)
    negated, free = False, True
    for item in frame.items[:at]:
        if item.kind == "neg":
            negated, free = True, True
        elif item.kind in HEADED and item.kind not in PARTS:
            free = False
    return negated and free


def borrow_grooves(frame: Frame) -> None:
    """A style or a feel right before the drums is only about the beat: "trap drums", "half time drums"."""
    items = frame.items
    for at in range(len(items) - 1):
        one, two = items[at], items[at + 1]
        if one.kind in ("style", "feel") and two.kind == "inst" and two.value == "drums" and not frame.has("loud"):
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


def hear_amounts(frame: Frame) -> None:
    """Numbers with a unit, and a named key."""
    for item in frame.segment.of("amount"):
        amount = item.amount
        assert amount is not None
        at = frame.items.index(item)
        if amount.kind == "seconds" and at and frame.items[at - 1].kind == "relation" and frame.items[at - 1].value != "in":
            frame.heard.unused.append((item.start, item.end))
            continue
        ways = frame.segment.of("tempo", "key", "up", "length")
        down = any(way.value in ("slower", "down", "shorter") for way in ways)
        sign = -1 if down and amount.value > 0 else 1
        value = amount.value * sign
        made = None
        if amount.kind == "bpm":
            relative = frame.has("tempo") and amount.value <= 30 or amount.value < 0 or frame.has("more", "less")
            made = Decision("tempo", "by", f"{-abs(value) if frame.has('more', 'less') else value:+g}bpm") if relative else Decision("tempo", "bpm", f"{amount.value:g}")
        elif amount.kind == "percent" and (frame.has("tempo") or frame.has("noun", "tempo") or amount.value < 0):
            made = Decision("tempo", "by", f"{value:+g}%")
        elif amount.kind == "pace":
            made = Decision("tempo", "by", f"{(amount.value - 1) * 100:+.4g}%")
        elif amount.kind == "semitones":
            made = Decision("key", "shift", f"{value:+g}")
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
        frame.add(made, item, *near)
        frame.used |= {id(way) for way in near} | {id(item)}


def hear_bare_number(frame: Frame) -> None:
    """A number without a unit is a tempo where tempo is spoken of: "bring the tempo down to 80"."""
    about = [item for item in frame.items if item.kind == "tempo" or item.kind == "noun" and item.value == "tempo"]
    for item in frame.segment.of("unknown"):
        at = frame.items.index(item)
        before = frame.items[at - 1].text if at else ""
        if item.text.isdigit() and 40 <= int(item.text) <= 240 and (about or before in ("at", "around", "at around")):
            frame.add(Decision("tempo", "bpm", f"{int(item.text)}"), item, *about)
            frame.used |= {id(other) for other in about} | {id(item)}
            frame.heard.understood.append((item.start, item.end))


def hear_parts(frame: Frame) -> None:
    """Stems and instruments: kept, left out, louder, alone, or what an effect is for."""
    items = [item for item in frame.segment.of(*PARTS) if not in_passing(frame, item)]
    for item in frame.segment.of("vocalsonly", "novocals"):
        action = "only" if item.kind == "vocalsonly" else "none"
        place = bare_place(frame)
        frame.add(Decision("part.vocals", action, place=place.name if place else ""), item, place=place)
    predicate = frame.given or part_predicate(frame, items)
    frame.heard.predicate = frame.heard.predicate or (predicate if items else "")
    frame.heard.targets = tuple(item.value for item in items)
    for item in items:
        hear_part(frame, item, items, predicate)


def in_passing(frame: Frame, item: Item) -> bool:
    """Whether a part only says where something else is heard: "a beat under the vocals"."""
    at = frame.items.index(item)
    before = [other for other in frame.items[:at] if other.kind != "filler"]
    return len(before) > 1 and before[-1].text in BENEATH and any(other.kind in HEADED for other in before[:-1])


def part_predicate(frame: Frame, items: list[Item]) -> str:
    """What the segment says of its parts."""
    if not items:
        return ""
    nots = frame.segment.of("neg")
    about = [*frame.segment.of(*TARGETED), *[item for item in frame.segment.of("noun") if item.value == "effects"]] + [item for item in frame.segment.of("mood") if item.text in ("hard", "harder", "heavier")]
    said = frame.segment.of("loud")
    changed = frame.has("change") and nots
    if changed or frame.has("keep", "untouched") and not about and not nots:
        return "untouched"
    if frame.has("neg", "butnot"):
        return "only" if frame.has("neg", "no", "remove") or frame.items[0].value == "butnot" and frame.items[0].text.startswith("everything") else "keep"
    if nots and not (nots[0].text in VERB_NOTS and (said or about)) and not (about and negation(frame, about[0])):
        removing = any(item.value == "remove" for item in nots)
        return "keep" if removing and any(item.value == "no" for item in nots) else "none"
    brought = any(item.text in ("bring in", "introduce") for item in frame.items) and items[0].value in frame.parts
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
    mores = [item for item in frame.segment.of("more") if not about]
    for item in [*said, *sizes, *mores, *ups]:
        up = item.value in ("more", "much", "up")
        frame.used.add(id(item))
        return "louder" if up != bool(nots and nots[0].text in VERB_NOTS) else "quieter"
    return ""


def only_or_confined(frame: Frame, items: list[Item]) -> str:
    """"drums only in the chorus" is another thing than "only drums in the chorus"."""
    only = frame.segment.of("only")
    after = only and only[0].start > items[-1].start and len(items) == 1 and not only[0].text.startswith("solo")
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


def bare_place(frame: Frame) -> Place | None:
    """The section that the segment names without a preposition, now used up: "a cappella intro"."""
    for place in frame.heard.places:
        if place.bare:
            frame.heard.places.remove(place)
            return place
    return None


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
        moves = [item for item in frame.segment.of("tempo", "key", "length", "amount", "up")]
        ups = [item for item in moves if item.kind == "up"]
        if frame.segment.of("amount") and ups:
            continue
        if ups and noun.value in ("tempo", "key"):
            names = {"tempo": {"up": "faster", "down": "slower"}, "key": {"up": "up", "down": "down"}}[noun.value]
            frame.add(Decision(noun.value, names[ups[0].value], degree=frame.degree(noun)), noun, *ups)
        elif not moves and (negated_change or not frame.has("change")):
            marks = [mark for mark in frame.items if mark.kind in ("neg", "keep", "change")]
            frame.add(Decision(noun.value, "keep"), noun, *marks)
        elif not moves:
            frame.heard.unused.append((noun.start, noun.end))


def hear_sizes(frame: Frame) -> None:
    """Big, huge, loud, quiet: of a place or of the whole."""
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
        elif not frame.segment.of("layer"):
            frame.add(Decision("energy", "less" if less != negation(frame, item) else "more", degree=degree), item)
