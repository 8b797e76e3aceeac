"""Words to decisions, by the lexicon and a small grammar of how people talk about music."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import pairwise

from fanlink.remix.interpret.carrying import Told, bare_parts, carry
from fanlink.remix.interpret.corrections import corrected, turned
from fanlink.remix.interpret.decisions import Reading
from fanlink.remix.interpret.items import Item
from fanlink.remix.interpret.phrases import heard
from fanlink.remix.interpret.segments import PARTS, segments
from fanlink.remix.interpret.spans import apart
from fanlink.remix.interpret.tagging import tag

VERBS = ("neg", "add", "only", "repeat", "first", "last", "length", "change", "size", "loud", "more", "tempo", "up")
INSTEAD = ("instead of", "rather than", "in place of")
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
