"""Second thoughts: "fast, no wait, slow" asks for slow, and "no vocals ... leave them in after all" keeps them."""

from __future__ import annotations

from dataclasses import replace

from fanlink.remix.interpret.decisions import Decision, Read
from fanlink.remix.interpret.items import Item

ONE_OF_A_KIND = ("tempo", "key", "length", "style", "feel", "original")
ALIKE = {"groove": "style", "pattern": "style"}
OPPOSITES = {
    "brighter": "darker", "darker": "brighter", "wetter": "drier", "drier": "wetter", "warmer": "colder", "colder": "warmer",
    "wider": "narrower", "narrower": "wider", "dirtier": "cleaner", "cleaner": "dirtier", "slower": "faster", "faster": "slower",
    "longer": "shorter", "shorter": "longer", "up": "down", "down": "up", "more": "less", "much": "less", "less": "more",
}  # fmt: skip
TURNED = ("sound", "tempo", "length", "key", "loud", "size", "energy")
COMPLAINT, REVERSED = "too", ("opposite of", "the opposite of")


def turned(items: list[Item], at: int) -> Item:
    """"Too loud" asks for quieter, and "the opposite of fast" for slow."""
    item = items[at]
    before = items[at - 1] if at else None
    if before is None or item.kind not in TURNED or item.value not in OPPOSITES:
        return item
    if before.text in REVERSED or before.text == COMPLAINT and not (at > 1 and items[at - 2].kind == "neg"):
        return Item(item.kind, OPPOSITES[item.value], item.start, item.end, item.text)
    return item


def corrected(reads: list[Read], items: list[Item]) -> list[Read]:
    """The reads without those that a later one takes back. A swerve is one of three words:

    `other` ("no wait", "or rather"): what was said last before it is replaced by anything of its kind that follows;
    `same` ("er", "actually"): only what is about the same thing is; `back` ("after all"): the last wish before it wins.
    """
    kept = forgotten(reads, items)
    for swerve in (item for item in items if item.kind == "swerve"):
        before = [read for read in kept if read.end <= swerve.start]
        after = [read for read in kept if read.start >= swerve.end]
        if swerve.value == "back":
            before, after = before[:-1], before[-1:]
        for new in after[:1] if swerve.value == "other" else after:
            for old in before:
                if same_topic(old.decision, new.decision) or swerve.value == "other" and old is before[-1] and alike(old.decision, new.decision):
                    kept = [read for read in kept if read is not old]
    return refined([read for read in kept if not contrasted(read, kept, items)])


def contrasted(read: Read, reads: list[Read], items: list[Item]) -> bool:
    """"Not slower, faster": a thing that is denied only to say the other."""
    if read.decision.action != "keep" or read.decision.family not in ("tempo", "key", "length"):
        return False
    denied = any(item.text in ("not", "dont like", "do not like", "hate", "dislike") and read.start <= item.start < read.end for item in items)
    return denied and any(other.start >= read.end and other.start - read.end < 24 and other.decision.family == read.decision.family for other in reads)


def forgotten(reads: list[Read], items: list[Item]) -> list[Read]:
    """The reads without what "forget the strings" takes back; where nothing was said of strings before, it leaves them out."""
    kept = list(reads)
    for item in items:
        if item.text.split()[:1] != ["forget"] or item.kind != "neg":
            continue
        gone = next((read for read in kept if read.start <= item.start < read.end and read.decision.action == "none"), None)
        asked = [read for read in kept if gone and read.end <= item.start and gone.decision.of in (read.decision.of, read.decision.value)]
        if asked:
            kept = [read for read in kept if read is not gone and read is not asked[-1]]
    return kept


def refined(reads: list[Read]) -> list[Read]:
    """Of the same wish in two degrees the later one: "slower, well, a bit slower". An amount says more than its direction."""
    kept = []
    for at, read in enumerate(reads):
        later = [other.decision for other in reads[at + 1 :]]
        bare = replace(read.decision, degree="")
        again = any(replace(other, degree="") == bare and other != read.decision and other.degree for other in later)
        shift = next((other.value for other in later if other.subject == "key" and other.action == "shift" and other.place == read.decision.place), "")
        amount = read.decision.subject == "key" and shift.startswith({"up": "+", "down": "-"}.get(read.decision.action, "?"))
        lasts = read.decision.family == "length" and read.decision.action in ("longer", "shorter") and any(other.family == "length" and other.value for other in later)
        if not again and not amount and not lasts:
            kept.append(read)
    return kept


def same_topic(one: Decision, two: Decision) -> bool:
    """Whether both cannot be meant at once: of tempo, key, length, style and feel there is one; else the same thing at the same place."""
    if one.family in ONE_OF_A_KIND and one.family == two.family:
        return one.place == two.place and "not" not in (one.action, two.action)
    if one.family == "layer" and one.action == "add" and two.family == "part" and two.action == "none":
        return two.of in (one.of, one.value) and two.place in ("", one.place)
    return one.subject == two.subject and one.target == two.target and one.place == two.place and one.subject not in ("edit", "sound", "mood")


def alike(one: Decision, two: Decision) -> bool:
    return ALIKE.get(one.family, one.family) == ALIKE.get(two.family, two.family)
