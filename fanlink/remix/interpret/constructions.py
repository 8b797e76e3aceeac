"""Constructions: ways of saying something that take several words: "strip it back to", "except in the intro", "too loud"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fanlink.remix.interpret.items import BREAKS, PARTS, Item, be, follows, is_number, kind_at, near, text_at

EDGES = {"first": "intro", "last": "outro"}
COUNTED = ("verse", "chorus", "drop", "bridge", "break", "pre-chorus", "build")
COUNTS = {"one": "first", "two": "second", "three": "third", "four": "fourth", "1": "first", "2": "second", "3": "third", "4": "fourth"}
COMPLAINTS = {
    "weak": ("sound", "punchier"), "limp": ("sound", "punchier"), "soft": ("sound", "punchier"), "muddy": ("sound", "cleaner"), "messy": ("sound", "cleaner"), "noisy": ("sound", "cleaner"),
    "dull": ("sound", "brighter"), "harsh": ("sound", "darker"), "shrill": ("sound", "darker"), "tinny": ("sound", "warmer"), "thin": ("sound", "warmer"), "cheap": ("sound", "warmer"), "sterile": ("sound", "warmer"),
    "boring": ("energy", "more"), "flat": ("energy", "more"), "lifeless": ("energy", "more"), "bland": ("energy", "more"), "tame": ("energy", "more"), "sleepy": ("energy", "more"), "dead": ("energy", "more"),
    "lost": ("energy", "more"), "empty": ("mood", "lush"), "bare": ("mood", "lush"), "hidden": ("energy", "more"), "buried": ("energy", "more"),
}  # fmt: skip
STATES = frozenset("is are its sound sounds feel feels seems gets too".split())
MAKING = frozenset("make should could let want must if".split())
POURS = frozenset("soak drown drench bathe dip smother submerge wash douse bury swamp flood cover".split())
MADE_THINGS = frozenset("version edit mix song track remix one cut take snippet clip".split())
WHOLE = ("everything", "it all", "all of it")
STRIPS = frozenset("strip strips stripped stripping take bring pare reduce thin boil cut".split())


def edge(items: list[Item], at: int) -> Item:
    """"The first 8 bars" are the intro and "the last 4 bars" the outro, whatever their number."""
    item = items[at]
    before = next((old for old in reversed(items[:at]) if old.kind != "filler"), None)
    if item.amount and item.amount.kind == "bars" and before and before.kind == "ordinal" and before.value in EDGES:
        return be(replace(item, amount=None), "section", EDGES[before.value])
    return item


def said_no(items: list[Item], at: int) -> Item:
    """"Add strings, no, add a choir": a "no" of its own takes back what was said."""
    item = items[at]
    if item.text not in ("no", "nope", "nah") or not at:
        return item
    alone = kind_at(items, at - 1) in (*BREAKS, "soft") and kind_at(items, at + 1) == "stop"
    number = is_number(items[at + 1]) and any(is_number(other) for other in items[:at]) if at + 1 < len(items) else False
    return be(item, "swerve", "other") if alone or number else item


def not_enough(items: list[Item], at: int) -> Item:
    """"Not loud enough" asks for louder."""
    item = items[at]
    if item.kind == "neg" and item.value == "no" and any(other.text == "enough" for other in near(items, at)):
        return be(item, "filler")
    if item.kind == "neg" and item.value == "no" and any(other.text in ("too", "not too") for other in list(near(items, at))[:5]):  # "don't make it too dark"
        return be(item, "filler")
    return item


def also(items: list[Item], at: int) -> Item:
    """"The delay too", "don't make it too dark"."""
    item = items[at]
    if item.text != "too":
        return item
    if at + 1 == len(items) or items[at + 1].kind in BREAKS:
        return replace(item, kind="filler", text="also")
    if any(other.kind == "neg" and other.value == "no" for other in items[max(0, at - 5) : at]):
        return replace(item, kind="degree", value="bit", text="not too")
    return item


def of_a_stranger(items: list[Item], at: int) -> Item:
    """"My range is small": what is said of a thing that is none of the song's is no wish."""
    item = items[at]
    if item.kind not in ("size", "loud", "sound", "length", "tempo") or len(item.text.split()) > 1:
        return item
    row = [other for other in items[max(0, at - 4) : at] if other.kind != "degree"]
    said = len(row) > 1 and row[-1].text in ("is", "are", "was", "were") and row[-2].kind == "unknown"
    return be(item, "unknown") if said else item


def ended(items: list[Item], at: int) -> Item:
    """"The end of a movie" is no place of the song, and "up to eleven" no section."""
    item = items[at]
    if item.kind == "section" and item.value in ("intro", "outro", "middle", "break") and text_at(items, at + 1) == "of":
        row = items[at + 2 : at + 5]
        if row and row[0].text in ("a", "an", "my", "your", "our", "day", "summer", "night", "time", "winter", "world") and not any(other.text in MADE_THINGS or other.kind == "section" for other in row):
            return be(item, "filler")
    return item


def yes_and_no(items: list[Item], at: int) -> Item:
    """"Voice yes, everything else no"."""
    item = items[at]
    if kind_at(items, at - 1) in PARTS and kind_at(items, at + 1) in ("", *BREAKS, "soft"):
        if item.text in ("yes", "yeah", "yep"):
            return be(item, "keep", "keep")
        if item.text in ("no", "nope", "nah", "out") and item.kind in ("neg", "filler"):
            return be(item, "neg", "remove")
    return item


def too_with_one_o(items: list[Item], at: int) -> Item:
    """"Drums to loud"."""
    item = items[at]
    before, after = items[at - 1] if at else None, items[at + 1] if at + 1 < len(items) else None
    if item.text != "to" or before is None or after is None or not (before.kind in PARTS or before.text in ("is", "are", "its", "way", "far", "bit")):
        return item
    plain = after.text in ("loud", "quiet", "slow", "fast", "long", "short", "dark", "bright", "soft", "high", "low", "much", "happy", "sad", "busy", "dry", "wet", "hard")
    if plain and after.text == "much":
        return replace(item, kind="more", value="less", text="too much")
    return replace(item, kind="degree", value="much", text="too") if plain else item


def poured_over(items: list[Item], at: int) -> Item:
    """"Drown the voice in reverb": a lot of it."""
    item = items[at]
    if item.text in POURS and any(other.kind == "relation" and other.text == "in" and items[at + 2 + place : at + 3 + place] and items[at + 2 + place].kind in ("effect", "filler", "degree", "layer")
                                  for place, other in enumerate(items[at + 1 : at + 6])) and any(other.kind == "effect" for other in near(items, at)):  # fmt: skip
        return be(item, "degree", "much")
    return item


def lists_of_ordinals(items: list[Item], at: int) -> Item:
    """"The first and the last chorus" are two choruses."""
    item = items[at]
    if item.kind != "ordinal" or item.value == "every":
        return item
    row = [other for other in items[at + 1 : at + 6] if other.kind != "filler"]
    kinds = [other.kind for other in row[:3]]
    if kinds == ["soft", "ordinal", "section"] and row[2].value not in ("intro", "outro", "middle"):
        return be(item, "section", f"{item.value}-{row[2].value}")
    return item


def stripped(items: list[Item], at: int) -> Item:
    """"Strip everything back to just the vocal", "take the verse down to voice and bass": only that."""
    item = items[at]
    if item.kind == "mood" and item.text.startswith("strip") and text_at(items, at + 1) in ("to", "to just"):
        return be(item, "only", "only")
    if item.text in STRIPS:
        row = list(near(items, at))
        down = down_to(row)
        measured = any(other.kind == "amount" or other.text in ("key", "pitch", "tempo") for other in row)
        if down is None or measured or any(other.kind in PARTS and other.value != "other" for other in row[:down]):
            return item
        return be(item, "only", "only")
    if item.text in (*WHOLE, "down", "back") or item.kind in ("up", "only"):
        begun = any(other.kind == "only" and other.text.split()[0] in STRIPS for other in near(items, at, -1))
        return be(item, "filler") if begun else item
    return item


def down_to(row: list[Item]) -> int | None:
    """Where a "down to" or "back to" stands, close by."""
    for at in range(min(4, len(row) - 1)):
        if row[at].text in ("down", "back") and row[at + 1].text in ("to", "just") or row[at].text in ("down to", "back to", "down to just"):
            return at
    return None


def as_a_whole(items: list[Item], at: int) -> Item:
    """"Everything bigger" is about the whole; "everything else" is what is left."""
    item = items[at]
    if item.kind == "part" and item.text in WHOLE:
        said = [*near(items, at), *near(items, at, -1)]
        if any(other.kind in ("loud", "size", "energy") for other in said) and not any(other.kind in ("neg", "only", "keep") for other in said):
            return be(item, "filler")
    return item


def excepted(items: list[Item], at: int) -> Item:
    """"Everywhere except in the intro": not there. "Except the drums" is for the parts."""
    item = items[at]
    if item.kind == "neg" and item.value == "butnot":
        after = follows(items, at)
        if any(other.kind == "neg" for other in near(items, at, -1)) and any(other.kind in PARTS for other in near(items, at, -1)):
            return item  # "no drums apart from the chorus"
        if after and after.kind in ("relation", "ordinal", "section") and any(other.kind == "section" for other in near(items, at)):
            return be(item, "neg", "no")
    return item


def too(items: list[Item], at: int) -> Item:
    """"Too happy" asks for less of it; "not too happy" for a little."""
    item = items[at]
    after = items[at + 1] if at + 1 < len(items) else None
    if item.text != "too" or after is None or kind_at(items, at - 1) == "neg":
        return item
    if after.kind in ("mood", "style", "edit"):
        return be(item, "neg", "no")
    return be(item, "more", "less") if after.kind == "effect" else item


def played_instead(items: list[Item], at: int) -> Item:
    """"Play piano instead of guitar" adds a piano."""
    item = items[at]
    if item.text in ("play", "use", "have") and item.kind in ("filler", "add") and any(other.text in ("instead of", "rather than", "in place of") for other in near(items, at)):
        return be(item, "add", "add")
    return item


def compared(items: list[Item], at: int) -> Item:
    """"Bigger than the first": what something is measured by is no wish."""
    item = items[at]
    if item.kind in ("section", "ordinal", "relation") and any(other.text == "than" for other in list(near(items, at, -1))[:3]):
        return be(item, "filler")
    return item


def stopped(items: list[Item], at: int) -> Item:
    """"The beat should stop before the last chorus"."""
    item = items[at]
    still = item.text in ("stop", "stops", "stopped", "pause", "pauses", "rests", "cuts", "disappear", "disappears", "vanish", "vanishes")
    if still and item.kind in ("unknown", "filler") and any(other.kind in PARTS for other in list(near(items, at, -1))[:4]):
        return be(item, "neg", "remove")
    return item


def numbered(items: list[Item], at: int) -> Item:
    """"Verse two" is the second verse."""
    item = items[at]
    if item.kind == "section" and item.value in COUNTED and text_at(items, at + 1) in COUNTS and kind_at(items, at - 1) != "ordinal" and kind_at(items, at + 1) in ("unknown", "filler"):
        return replace(item, value=f"{COUNTS[text_at(items, at + 1)]}-{item.value}", end=items[at + 1].end)
    if item.text in COUNTS and item.kind in ("unknown", "filler") and kind_at(items, at - 1) == "section" and items[at - 1].end == item.end:
        return be(item, "filler")
    return item


def wrong(items: list[Item], at: int) -> Item:
    """"The drums sound weak", "it is a bit flat": what is said to be wrong asks for its opposite."""
    item = items[at]
    if item.text not in COMPLAINTS:
        return item
    before = [other.text for other in items[max(0, at - 4) : at]]
    if not STATES & set(" ".join(before).split()) or MAKING & set(before) or any(other.kind == "neg" for other in items[max(0, at - 4) : at]):
        return item
    kind, value = COMPLAINTS[item.text]
    heard = any(other.kind in PARTS for other in near(items, at, -1))
    return replace(item, kind="loud", value="more", text="louder") if kind == "energy" and heard else replace(item, kind=kind, value=value, text=value)


def asked_why(items: list[Item], at: int) -> Item:
    """"Why is it so slow?" complains of it."""
    item = items[at]
    if item.text in ("so", "that", "this", "such", "always", "way") and any(other.text in ("why", "how come") for other in near(items, at, -1)):
        return replace(item, kind="degree", value="", text="too")
    return item


def doubled(items: list[Item], at: int) -> Item:
    """"Double the reverb", "half the echo", "twice the drums"."""
    item = items[at]
    after = next((other for other in items[at + 1 : at + 4] if other.kind != "filler"), None)
    if after and after.kind == "section" and item.text in ("double", "doubled", "triple"):
        return be(item, "repeat", "repeat")
    if after is None or after.kind not in ("effect", *PARTS):
        return item
    if item.text in ("double the", "twice the", "double", "twice", "doubled", "triple", "triple the"):
        return be(item, "degree", "much") if after.kind == "effect" else be(item, "loud", "more")
    if item.kind == "neg" and item.text in ("cut", "drop", "take") and any(other.text in ("by half", "in half") for other in near(items, at)):
        return be(item, "more", "less")
    if item.text in ("half", "halve") and item.kind in ("filler", "unknown") and (text_at(items, at + 1) in ("the", "as") or item.text == "halve"):
        return be(item, "more", "less")
    return item


def first_of_all(items: list[Item], at: int) -> Item:
    """"The hook comes in first", "chorus first"."""
    item = items[at]
    ends = at + 1 == len(items) or items[at + 1].kind in BREAKS
    if item.kind == "ordinal" and item.value in ("first", "last") and ends and any(other.kind == "section" for other in near(items, at, -1)):
        return be(item, item.value, item.value)
    return item


RULES: tuple[Callable[[list[Item], int], Item], ...] = (
    edge, ended, played_instead, compared, stopped, numbered, lists_of_ordinals, first_of_all, asked_why, wrong, doubled, yes_and_no, also, said_no, too_with_one_o, poured_over, not_enough, of_a_stranger, stripped, as_a_whole, excepted, too,
)  # fmt: skip
