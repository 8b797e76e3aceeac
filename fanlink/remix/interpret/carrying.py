"""What a segment takes over from the one before: the rest of a list, "them" and "it", "only in the chorus", "not too much"."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

from fanlink.remix.interpret.decisions import Decision, Read
from fanlink.remix.interpret.frames import Heard
from fanlink.remix.interpret.items import Item
from fanlink.remix.interpret.measures import SECTION_ACTIONS
from fanlink.remix.interpret.segments import PARTS, Segment

NOT_MUCH = ("not too much", "not much", "not so much", "not a lot of", "not that much", "not too", "not so", "not very")
EXCEPT = ("except", "except for", "apart from", "other than", "excluding", "only not")
RETURNS = ("back", "come", "comes", "return", "returns", "bring")


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
    if any(item.text in EXCEPT for item in one.segment.items) and before.heard.predicate == "none" and one.segment.places and not one.segment.heads:
        before.heard.reads, one.predicate = [], "confined"  # "no drums (except the last chorus)"
        one.segment.items = before.segment.of(*PARTS)
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
    listed = joined == "soft" or joined == "stop" and not one.segment.fresh and (before.heard.predicate != "none" or next_is_listed(told, at))
    if bare and listed and before.heard.predicate in ("keep", "untouched", "none", "louder", "quieter", "only", "add"):
        one.predicate = before.heard.predicate
        if before.segment.bare and (not before.heard.places or before.heard.predicate == "only") and not one.segment.places:
            one.segment.places = list(before.segment.bare)  # "the second verse just voice and piano"
    if bare and joined == "soft" and before.heard.predicate == "target":
        one.predicate = "target"
        one.segment.items = taken_over([item for item in before.segment.items if item.kind not in PARTS], one) + one.segment.items


def taken_over(items: list[Item], one: Told) -> list[Item]:
    """Items of the segment before as if they were said again here: their characters are those of this segment."""
    said = [item for item in one.segment.items if item.kind != "filler"] or one.segment.items
    spans = said or one.segment.places
    return [replace(item, start=spans[0].start, end=spans[-1].end) for item in items] if spans else items


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
    if back and before.heard.predicate == "bare" and one.segment.of("keep") and not one.segment.heads:
        before.heard.reads = []  # "the guitar is fine, leave it"
    clean = any("it" in item.text.split() for item in one.segment.of("sound")) and len(before.heard.targets) == 1
    one.targets = before.heard.targets if clean else one.targets
    entering = any(place.entering for place in one.segment.places)
    moved = them and (entering or one.segment.of("loud", "size", "neg", "only", "up")) and not one.segment.of("effect", "edit", "sound", "length", "tempo")
    if (back or moved) and before.heard.targets:
        one.targets = ()
        one.segment.items += taken_over(before.segment.of(*PARTS), one)


def only_here(one: Told, before: Told) -> bool:
    """"No drums, only in the chorus", "the vocals but quieter": what is only said of the parts before."""
    said = [item for item in one.segment.items if item.kind != "filler"]
    if not said or not before.heard.targets or one.segment.heads and {item.kind for item in said} - {"loud", "degree"}:
        return False
    if all(item.kind in ("only", "keep", "loud") and item.text in ("only", "just", "yes") for item in said) and one.segment.where:
        before.heard.reads = []
        one.predicate = "confined"
        one.segment.items += before.segment.of(*PARTS)
        return True
    if any(item.kind not in ("loud", "degree", "up") for item in said):
        return False
    compared = before.heard.predicate in ("louder", "quieter") and one.segment.where  # "louder in the chorus, quieter in the verse"
    adjectives = [item for item in before.segment.items if item.kind in ("sound", "effect", "loud")]
    subject = one.segment.joined_by == "soft" and adjectives and before.heard.predicate in ("target", "louder", "quieter") and before.segment.of(*PARTS)[0].start < adjectives[0].start
    if compared or subject or one.segment.joined_by == "hard" and before.heard.predicate in ("keep", "add", "bare", "untouched"):
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
