"""Words to decisions, by the lexicon and a small grammar of how people talk about music."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from itertools import pairwise

from fanlink.remix.interpret.corrections import corrected, turned
from fanlink.remix.interpret.decisions import Decision, Read, Reading
from fanlink.remix.interpret.frames import Heard
from fanlink.remix.interpret.items import Item
from fanlink.remix.interpret.measures import SECTION_ACTIONS
from fanlink.remix.interpret.phrases import heard
from fanlink.remix.interpret.segments import PARTS, Segment, segments
from fanlink.remix.interpret.spans import apart
from fanlink.remix.interpret.tagging import tag

VERBS = ("neg", "add", "only", "repeat", "first", "last", "length", "change", "size", "loud", "more", "tempo", "up")
NOT_MUCH = ("not too much", "not much", "not so much", "not a lot of", "not that much", "not too", "not so", "not very")
INSTEAD = ("instead of", "rather than", "in place of")
RETURNS = ("back", "come", "comes", "return", "returns", "bring")
NOUNS, ADJECTIVES = ("part", "layer"), ("sound", "mood", "tempo", "energy", "effect", "edit", "feel", "key")


def read(words: str, parts: Collection[str] = ()) -> Reading:
    """The decisions in the words, and the content words that none was made of. `parts` are those the track has a stem for."""
    items = tag(words)
    items = [turned(items, at) for at in range(len(items))]
    told = [Told(row) for row in segments(items)]
    for at, one in enumerate(told):
        carry(told, at)
        one.heard = heard(one.segment, frozenset(parts), one.predicate, one.targets)
    for at in range(len(told)):
        borrow(told, at, frozenset(parts))
    leave_headings(told)
    name_louder(told, items)
    drop_contrasts(told)
    lean_places(told)
    share_places(told)
    reads = corrected([made for one in told for made in one.reads()], items)
    unknown = [(item.start, item.end) for item in items if item.kind == "unknown"]
    unused = [span for one in told for span in one.heard.unused]
    understood = {span for one in told for span in one.heard.understood}
    ignored = tuple(sorted({*unknown, *unused} - understood))
    return Reading(tuple(dict.fromkeys(apart(reads, ignored, words))), ignored)


@dataclass(slots=True)
class Told:
    """A segment on its way to decisions: what it takes over from its neighbours, and what was heard in it."""

    segment: Segment
    predicate: str = ""
    targets: tuple[str, ...] = ()
    heard: Heard = field(default_factory=Heard)
    places: tuple[tuple[str, int, int], ...] = ()

    def reads(self) -> list[Read]:
        """The decisions, each at every place that was named."""
        found = []
        for read in self.heard.reads:
            if read.decision.place or not self.places or read.decision.family in ("length", "original", "style", "section") and read.decision.action != "add":
                found.append(read)
                continue
            for name, start, end in self.places:
                near = start <= read.end + 60 and end >= read.start - 60
                span = (min(start, read.start), max(end, read.end)) if near else (read.start, read.end)
                found.append(Read(*span, placed(read.decision, name)))
        return found


def placed(decision: Decision, place: str) -> Decision:
    return Decision(decision.subject, decision.action, decision.value, decision.target, decision.degree, place)


def carry(told: list[Told], at: int) -> None:
    """What a segment takes over from the one before: the predicate of a list, the targets of a "with", a place said first."""
    one = told[at]
    before = next((old for old in reversed(told[:at]) if any(item.kind != "filler" for item in old.segment.items) or old.segment.places), None)
    if before is None:
        return
    joined = one.segment.joined_by
    if joined in ("with", "soft") and not one.segment.of(*PARTS) and one.segment.of("effect", "edit", "sound"):
        shares = joined == "with" or before.heard.targets and one.segment.of("effect", "edit", "sound") and before.heard.predicate == "target" and not one.segment.of("more", "add")
        one.targets = before.heard.targets if shares and before.heard.predicate != "none" else ()
    take_up(one, before)
    if joined == "soft" and before.segment.of(*PARTS) and only_says_untouched(one.segment):
        one.segment.items[:0] = taken_over(before.segment.of(*PARTS), one)  # "the vocals dry and untouched"
        return
    if joined == "soft" and before.heard.predicate in SECTION_ACTIONS and one.segment.bare and all(item.kind == "filler" for item in one.segment.items):
        one.predicate = before.heard.predicate  # "longer intro and outro"
        return
    if only_here(one, before) or only_how_much(one, before):
        return
    kinds = [item.kind for item in one.segment.items if item.kind != "filler"]
    if kinds[:2] == ["neg", "relation"] and set(kinds[2:]) <= PARTS and kinds[2:] and before.segment.of("effect", "edit"):
        one.segment.items[1:1] = taken_over(before.segment.of("effect", "edit"), one)  # "echo on the voice, not on the guitar"
        return
    if kinds[:2] == ["only", "relation"] and set(kinds[2:]) <= PARTS and kinds[2:] and before.segment.of("effect", "edit", "sound"):
        one.segment.items = taken_over(before.segment.of("effect", "edit", "sound", "more", "degree"), one) + one.segment.of(*PARTS)
        before.heard.reads = []  # "more reverb but only on the vocals"
        return
    if joined == "soft" and {"effect"} <= {item.kind for item in one.segment.items} <= {"effect", "edit", "filler"} and before.segment.of("effect", "edit"):
        one.segment.items[:0] = taken_over(before.segment.of("neg", "more")[:1], one)  # "no reverb or delay"
        return
    bare = bare_parts(one.segment)
    negated = any(item.kind == "neg" for item in one.segment.items)
    if negated and one.segment.places and not one.segment.heads and (one.segment.where or joined == "neg"):
        if joined == "neg" and before.heard.predicate == "bare":
            before.heard.reads = []  # "drums everywhere except in the intro"
        one.segment.items += taken_over(before.segment.of(*PARTS, "layer", "effect", "edit"), one)
        return
    said = [item for item in one.segment.items if item.kind not in ("filler", "relation")]
    if joined in ("soft", "stop") and said and said[0].kind == "more" and {item.kind for item in said[1:]} <= PARTS and (len(said) > 1 or said[0].text in ("more", "less")):
        again = before.segment.of("effect")[-1:] or (before.segment.of(*PARTS) if len(said) == 1 else [])
        one.segment.items[1:1] = taken_over(again, one)  # "less reverb on the voice, more on the guitar"
        return
    listed = joined == "soft" or joined == "stop" and (before.heard.predicate != "none" or next_is_listed(told, at))
    if bare and listed and before.heard.predicate in ("keep", "untouched", "none", "louder", "quieter", "only", "add"):
        one.predicate = before.heard.predicate
        if before.segment.bare and (not before.heard.places or before.heard.predicate == "only") and not one.segment.places:
            one.segment.places = list(before.segment.bare)  # "the second verse just voice and piano"
    if bare and joined == "soft" and before.heard.predicate == "target":
        one.predicate = "target"
        one.segment.items = taken_over([item for item in before.segment.items if item.kind not in PARTS], one) + one.segment.items


def take_up(one: Told, before: Told) -> None:
    """What "them" and "on it" stand for: the parts of the segment before."""
    if one.segment.of(*PARTS):
        return
    words = [word for item in one.segment.items for word in item.text.split()]
    them = "them" in words or "they" in words
    back = any(item.kind == "keep" and ({"it", "them"} & set(item.text.split()) or item.text.split()[0] in RETURNS) for item in one.segment.items)
    on_it = any(two in (["on", "it"], ["to", "it"], ["on", "her"], ["on", "him"]) for two in ([one, two] for one, two in pairwise(words)))
    if them or on_it and one.segment.of("effect", "edit", "sound"):
        one.targets = before.heard.targets
    it = any(two in (["keep", "it"], ["remove", "it"], ["mute", "it"], ["kill", "it"], ["lose", "it"]) for two in ([one, two] for one, two in pairwise(words)))
    back = back or it and len(before.heard.targets) == 1 and not one.segment.heads
    gone = [item for item in one.segment.of("neg") if {"it", "them"} & set(item.text.split())]
    if gone and before.heard.targets and not one.segment.heads:  # "the guitar in the verses is annoying, take it out"
        back = True
        if before.heard.predicate == "bare":
            one.segment.places = one.segment.places or before.segment.places
            before.heard.reads = []
    clean = any("it" in item.text.split() for item in one.segment.of("sound")) and len(before.heard.targets) == 1
    one.targets = before.heard.targets if clean else one.targets
    entering = any(place.entering for place in one.segment.places)
    moved = them and (entering or one.segment.of("loud", "size", "neg", "only", "up")) and not one.segment.of("effect", "edit", "sound", "length", "tempo")
    if (back or moved) and before.heard.targets:
        one.targets = ()
        one.segment.items += taken_over(before.segment.of(*PARTS), one)


def taken_over(items: list[Item], one: Told) -> list[Item]:
    """Items of the segment before as if they were said again here: their characters are those of this segment."""
    said = [item for item in one.segment.items if item.kind != "filler"] or one.segment.items
    return [replace(item, start=said[0].start, end=said[-1].end) for item in items]


def only_here(one: Told, before: Told) -> bool:
    """"No drums, only in the chorus", "the vocals but quieter": what is only said of the parts before."""
    said = [item for item in one.segment.items if item.kind != "filler"]
    if not said or not before.heard.targets or one.segment.heads and {item.kind for item in said} - {"loud", "degree"}:
        return False
    if all(item.kind in ("only", "keep", "loud") and item.text in ("only", "just", "yes") for item in said) and one.segment.where:
        before.heard.reads = []
        one.predicate = "confined"
        one.segment.items += taken_over(before.segment.of(*PARTS), one)
        return True
    if any(item.kind not in ("loud", "degree", "up") for item in said):
        return False
    compared = before.heard.predicate in ("louder", "quieter") and one.segment.where  # "louder in the chorus, quieter in the verse"
    if compared or one.segment.joined_by == "hard" and before.heard.predicate in ("keep", "add", "bare", "untouched"):
        one.segment.items += taken_over(before.segment.of(*PARTS), one)
        return True
    return False


def only_how_much(one: Told, before: Told) -> bool:
    """"Louder, but not too much", "brighter, just a bit": the degree of what was said before."""
    said = [item for item in one.segment.items if item.kind != "filler"]
    little = [item for item in said if item.text in NOT_MUCH]
    if not said or one.segment.places or not before.heard.reads or any(item.kind != "degree" and item not in little for item in said):
        return False
    degree = "bit" if little else said[0].value
    last = before.heard.reads[-1]
    if last.decision.family in ("part", "sound", "effect", "energy", "tempo", "key", "length") and last.decision.action not in ("none", "only", "keep", "untouched", "not", "confined", "bpm", "by", "shift", "to"):
        before.heard.reads[-1] = replace(last, decision=replace(last.decision, degree=degree))
    one.segment.items = []
    return True


def name_louder(told: list[Told], items: list[Item]) -> None:
    """"Louder ... I mean the vocals": what was left open is said after."""
    for before, one in pairwise(told):
        said = before.segment.items and one.segment.items
        meant = said and any(item.kind == "swerve" and before.segment.items[-1].end <= item.start < one.segment.items[0].start for item in items)
        energies = [read for read in before.heard.reads if read.decision.family == "energy" and not read.decision.place]
        if meant and bare_parts(one.segment) and energies and not before.segment.of("energy"):
            action = "louder" if energies[-1].decision.action == "more" else "quieter"
            before.heard.reads = [read for read in before.heard.reads if read not in energies]
            one.heard.reads = [replace(read, decision=replace(read.decision, action=action, degree=energies[-1].decision.degree)) for read in one.heard.reads]


def drop_contrasts(told: list[Told]) -> None:
    """"Not the drums, the bass louder": what is only named beside what is meant."""
    for at, one in enumerate(told):
        said = [item for item in one.segment.items if item.kind != "filler"]
        contrast = len(said) > 1 and said[0].text == "not" and all(item.kind in PARTS for item in said[1:]) and not one.segment.places
        beside = [other for other in told[max(0, at - 1) : at + 2] if other is not one]
        if contrast and any(read.decision.action in ("louder", "quieter") for other in beside for read in other.heard.reads):
            one.heard.reads = []


def only_says_untouched(segment: Segment) -> bool:
    """Whether the segment is a bare "untouched", about what was named before."""
    said = [item for item in segment.items if item.kind not in ("filler", "degree")]
    return bool(said) and all(item.kind == "keep" and item.value == "untouched" for item in said) and not segment.places


def bare_parts(segment: Segment) -> bool:
    """Whether the segment only names parts."""
    return bool(segment.heads) and all(item.kind in (*PARTS, "filler", "unknown") for item in segment.items)


def next_is_listed(told: list[Told], at: int) -> bool:
    after = told[at + 1] if at + 1 < len(told) else None
    return bool(after and after.segment.joined_by == "soft" and bare_parts(after.segment))


def borrow(told: list[Told], at: int, parts: frozenset[str]) -> None:
    """A list that says at its end what is meant: "vocals and piano only", "guitar and drums louder"."""
    one, after = told[at], told[at + 1] if at + 1 < len(told) else None
    adjectives = one.segment.heads and all(item.kind in ("sound", "effect", "degree", "filler") for item in one.segment.items)
    if after and after.segment.joined_by == "soft" and adjectives and after.heard.predicate == "target" and after.segment.items[0].kind == one.segment.heads[-1].kind:
        one.heard = heard(one.segment, parts, "", after.heard.targets)
    if after and after.segment.joined_by == "soft" and bare_parts(one.segment) and one.heard.predicate == "bare":
        out = after.heard.predicate == "none" and after.segment.of("neg")[-1:] and after.segment.of("neg")[-1].start > after.segment.heads[-1].start
        if out or after.heard.predicate in ("louder", "quieter", "only", "confined", "untouched"):
            said = "only" if after.heard.predicate == "confined" else after.heard.predicate
            one.heard = heard(one.segment, parts, said, ())
            if said == "only":
                after.heard = heard(after.segment, parts, "only", ())


def leave_headings(told: list[Told]) -> None:
    """"New key, D minor" only says what the amount is about; "keep the tempo" asks for something."""
    for one, after in pairwise(told):
        nouns = {item.value for item in one.segment.of("noun")}
        if nouns and not one.segment.of("keep", "neg"):
            moved = nouns & {read.decision.family for read in after.heard.reads}
            one.heard.reads = [read for read in one.heard.reads if not (read.decision.family in moved and read.decision.action == "keep")]


def lean_places(told: list[Told]) -> None:
    """A section that is only named leans on its neighbour: "the bridge without drums", "rain only in the intro and the outro"."""
    for before, one in pairwise(told):
        lone = before.segment.bare and not before.segment.heads and not any(item.kind in VERBS for item in before.segment.items)
        if lone and one.segment.joined_by == "neg" and not one.segment.places:
            before.heard.reads, before.heard.places, one.heard.places = [], [], before.segment.bare
        ends = one.segment.bare and not one.segment.heads and not any(item.kind in VERBS for item in one.segment.items)
        if ends and one.segment.joined_by == "soft" and before.segment.where and before.heard.reads and before.heard.places:
            one.heard.reads, one.heard.unused = [], []
            before.heard.places = [*before.heard.places, *one.segment.bare]


def share_places(told: list[Told]) -> None:
    """A place holds for its segment, for a list that ends with it, and, said first, for what follows in the clause."""
    for at, one in enumerate(told):
        one.places = one.places or tuple((place.name, place.start, place.end) for place in one.heard.places)
        if one.places and not one.heard.reads:
            follows = at + 1 < len(told) and not told[at + 1].heard.places and is_topic(one, told[at + 1])
            one.heard.unused = [] if follows else one.heard.unused
            for other in clause(told, at + 1) if follows else [told[at - 1]] if at and not told[at - 1].places else []:
                other.places = other.places or one.places
    holding = False
    for before, one in zip(told, told[1:], strict=False):
        listed = holding and one.segment.joined_by in ("soft", "neg", "with") and not one.places
        if listed:
            one.places = before.places  # "a dreamy intro with pads and no beat"
        said_of_it = any(item.text == "it" for item in one.segment.items) and {read.decision.family for read in one.heard.reads} == {"energy"}
        if said_of_it and before.segment.bare and {read.decision.family for read in before.heard.reads} == {"energy"}:
            one.places = one.places or before.places  # "the chorus is boring, make it bigger"
        if one.segment.items[:1] and one.segment.items[0].text in INSTEAD:  # "organ instead of guitar in the bridge"
            before.places = before.places or one.places
        if one.segment.items[-1:] and one.segment.items[-1].text == "also":  # "organ in the last chorus, choir too"
            one.places = one.places or before.places
        held = one.segment.joined_by == "with" and before.heard.predicate in ("", "longer", "shorter") and not one.places and all(read.decision.family not in ("groove", "style") for read in one.heard.reads)
        last = before.segment.bare and before.segment.bare[-1].at >= len([item for item in before.segment.items if item.kind != "filler"])
        named = last or before.segment.bare and all(read.decision.family == "energy" for read in before.heard.reads)
        holding = listed or bool(held and named)
        if held and named and not listed:
            one.places = tuple((place.name, place.start, place.end) for place in before.segment.bare[-1:])
    for at in range(len(told) - 1, 0, -1):
        one, before = told[at], told[at - 1]
        if one.segment.joined_by == "soft" and one.places and not before.places and same_kind(before, one):
            before.places = one.places


def is_topic(one: Told, after: Told) -> bool:
    """Whether a segment that only names a section says what the next is about: "the chorus is boring, make it bigger"."""
    local = all(read.decision.family in ("energy", "part", "sound", "effect", "edit", "layer") for read in after.heard.reads)
    return after.segment.joined_by != "stop" or local and not one.segment.of("keep")


def clause(told: list[Told], at: int) -> list[Told]:
    """The segments from here that hang together by "and" and "with"."""
    found = [told[at]]
    for one in told[at + 1 :]:
        if one.segment.joined_by not in ("soft", "with") or one.heard.places:
            break
        found.append(one)
    return found


def same_kind(one: Told, two: Told) -> bool:
    def kinds(told: Told) -> set[str]:
        families = {read.decision.family for read in told.heard.reads}
        return {"noun" if family in NOUNS else "adjective" if family in ADJECTIVES else family for family in families}

    return bool(kinds(one)) and bool(kinds(one) & kinds(two))
