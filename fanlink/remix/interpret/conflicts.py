"""Wishes that cannot both be granted: the later one counts, and the earlier is told so."""

from __future__ import annotations

from collections.abc import Sequence

from fanlink.remix.interpret.decisions import Decision, Read

OPPOSED = (
    {"slower", "faster"}, {"up", "down"}, {"longer", "shorter"}, {"louder", "quieter"}, {"more", "less"}, {"more", "none"}, {"less", "none"}, {"closer", "further"},
    {"brighter", "darker"}, {"wetter", "drier"}, {"warmer", "colder"}, {"wider", "narrower"}, {"dirtier", "cleaner"}, {"half-time", "double-time"},
    {"half-time", "straight"}, {"double-time", "straight"}, {"swing", "straight"},
)  # fmt: skip
AMOUNTS = ("bpm", "by", "shift", "to", "s", "bars", "times")
SOUNDING = ("keep", "untouched", "only", "confined", "louder", "quieter")
ONE_FOR_ALL = {"tempo": "the whole remix has one tempo (half-time and double-time can be asked for in a section)", "key": "the whole remix has one key"}


def settled(reads: Sequence[Read], words: str) -> tuple[list[Read], list[tuple[Read, str]]]:
    """The reads that count, and those that do not with the reason why."""
    kept, aside = [], []
    for at, read in enumerate(reads):
        later = next((other for other in reads[at + 1 :] if other.decision.action != "not" and clash(read.decision, other.decision)), None)
        finer = next((other for other in reads[:at] if read.decision.action == "not" and clash(other.decision, read.decision)), None)
        if finer:  # "house, not deep house"
            aside.append((read, f"you also said “{' '.join(words[finer.start : finer.end].split())}”"))
        elif read.decision.place and read.decision.family in ONE_FOR_ALL:
            aside.append((read, ONE_FOR_ALL[read.decision.family]))
        elif later:
            aside.append((read, f"later you said “{' '.join(words[later.start : later.end].split())}”"))
        else:
            kept.append(read)
    return kept, aside


def clash(one: Decision, two: Decision) -> bool:
    """Whether no remix can be both."""
    if one.family in ("tempo", "key", "length") and one.subject == two.subject:
        amounts = one.action in AMOUNTS and two.action in AMOUNTS and (one.action, one.value) != (two.action, two.value)
        return amounts or ("keep" in (one.action, two.action)) != (one.action == two.action == "keep") or {one.action, two.action} in OPPOSED
    if one.family in ("style", "mood"):
        return two.family == one.family and (one.action == "not" and one.value == two.action or two.action == "not" and two.value == one.action)
    if one.subject.startswith("edit") and two.subject.startswith("edit"):
        return same_place(one, two) and {(one.subject, one.action), (two.subject, two.action)} in (none_of(one), none_of(two))
    if one.subject != two.subject or one.target != two.target:
        return False
    if one.family == "part":
        rests = (one.action == "none", two.action == "none")
        sounds = (one.action in SOUNDING, two.action in SOUNDING)
        confined = "confined" in (one.action, two.action) and not (one.place if rests[0] else two.place)
        opposed = {one.action, two.action} in OPPOSED
        return (confined or same_place(one, two)) and (any(rests) and any(sounds) or opposed)
    if one.family == "layer":
        return same_place(one, two) and {one.action, two.action} == {"add", "none"} and (one.value == two.value or "" in (one.value, two.value))
    if one.family == "section":
        return "none" in (one.action, two.action) and one.action != two.action or {one.action, two.action} in OPPOSED
    return same_place(one, two) and {one.action, two.action} in OPPOSED


def same_place(one: Decision, two: Decision) -> bool:
    return one.place == two.place and one.target == two.target


def none_of(edit: Decision) -> set[tuple[str, str]]:
    """An edit and that it should not be: `edit.stutter` beside `edit.stutter.none`."""
    return {("edit", edit.action), (f"edit.{edit.action}", "none")}
