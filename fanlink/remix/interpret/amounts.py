"""Amounts in words: "90 bpm", "two semitones up", "twice as long", "2 minutes", "in D minor"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fanlink.remix.interpret.tokens import Token

ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
NUMBERS: dict[str, float] = {word: float(number) for number, word in enumerate(ONES.split())}
NUMBERS |= {word: 10.0 * number for number, word in enumerate(TENS.split(), 2)}
NUMBERS |= {"a": 1.0, "an": 1.0, "half": 0.5, "couple": 2.0, "hundred": 100.0}

# Unit words to what they measure and by how much one counts.
UNITS: dict[str, tuple[str, float]] = {
    "bpm": ("bpm", 1), "beats per minute": ("bpm", 1), "beats a minute": ("bpm", 1), "beats every minute": ("bpm", 1),
    "%": ("percent", 1), "percent": ("percent", 1), "per cent": ("percent", 1),
    "semitone": ("semitones", 1), "semitones": ("semitones", 1), "semi tone": ("semitones", 1), "semi tones": ("semitones", 1),
    "half step": ("semitones", 1), "half steps": ("semitones", 1), "half tone": ("semitones", 1), "half tones": ("semitones", 1),
    "st": ("semitones", 1), "semis": ("semitones", 1), "semi": ("semitones", 1),
    "whole tone": ("semitones", 2), "whole tones": ("semitones", 2), "whole step": ("semitones", 2), "whole steps": ("semitones", 2),
    "tone": ("semitones", 2), "tones": ("semitones", 2), "step": ("semitones", 2), "steps": ("semitones", 2),
    "octave": ("semitones", 12), "octaves": ("semitones", 12),
    "minor third": ("semitones", 3), "major third": ("semitones", 4), "perfect fourth": ("semitones", 5),
    "perfect fifth": ("semitones", 7), "fifth": ("semitones", 7), "minor second": ("semitones", 1), "major second": ("semitones", 2),
    "minute": ("seconds", 60), "minutes": ("seconds", 60), "min": ("seconds", 60), "mins": ("seconds", 60),
    "second": ("seconds", 1), "seconds": ("seconds", 1), "sec": ("seconds", 1), "secs": ("seconds", 1),
    "db": ("decibels", 1), "decibel": ("decibels", 1), "decibels": ("decibels", 1),
    "bar": ("bars", 1), "bars": ("bars", 1), "measure": ("bars", 1), "measures": ("bars", 1),
    "times as long": ("times", 1), "times longer": ("times", 1), "x longer": ("times", 1), "x as long": ("times", 1),
    "times the length": ("times", 1), "x the length": ("times", 1), "x length": ("times", 1),
    "times as fast": ("pace", 1), "times faster": ("pace", 1), "x faster": ("pace", 1), "x speed": ("pace", 1),
    "x as fast": ("pace", 1), "x slower": ("pace", -1), "times slower": ("pace", -1), "times as slow": ("pace", -1),
}
FIXED: dict[str, tuple[str, float]] = {
    "twice as long": ("times", 2), "double length": ("times", 2), "double the length": ("times", 2), "twice the length": ("times", 2),
    "half as long": ("times", 0.5), "half the length": ("times", 0.5), "half length": ("times", 0.5), "half its length": ("times", 0.5),
    "double as long": ("times", 2), "halve the length": ("times", 0.5), "triple the length": ("times", 3), "triple length": ("times", 3),
    "twice as fast": ("pace", 2), "double speed": ("pace", 2), "double the speed": ("pace", 2), "double the tempo": ("pace", 2),
    "twice the speed": ("pace", 2), "half speed": ("pace", 0.5), "half the speed": ("pace", 0.5), "half the tempo": ("pace", 0.5),
    "half as fast": ("pace", 0.5), "twice as slow": ("pace", 0.5), "half tempo": ("pace", 0.5), "double tempo": ("pace", 2),
    "shorten it by half": ("times", 0.5), "cut in half": ("times", 0.5), "cut it in half": ("times", 0.5), "shortened by half": ("times", 0.5),
    "half a minute": ("seconds", 30), "half a step": ("semitones", 1), "half a tone": ("semitones", 1), "a fourth up": ("semitones", 5),
    "by a tenth": ("percent", 10), "by a fifth": ("percent", 20), "by a quarter": ("percent", 25), "by a third": ("percent", 33),
    "to a third": ("times", 0.33), "to a quarter": ("times", 0.25), "to half its length": ("times", 0.5), "to half the length": ("times", 0.5),
    "to a third of its length": ("times", 0.33), "a third of the length": ("times", 0.33), "a quarter of the length": ("times", 0.25), "quarter of the length": ("times", 0.25),
    "a fourth": ("semitones", 5), "up a fourth": ("semitones", 5), "down a fourth": ("semitones", -5), "a fourth down": ("semitones", -5), "a fourth lower": ("semitones", -5),
    "a fourth higher": ("semitones", 5), "it a fourth": ("semitones", 5), "up a third": ("semitones", 4), "down a third": ("semitones", -4),
    "a whole octave": ("semitones", 12), "one whole octave": ("semitones", 12), "a full octave": ("semitones", 12),
    "a minute and a half": ("seconds", 90), "a tone and a half": ("semitones", 3),
}
ONLY_WITH_A_NUMBER = ("st", "x longer", "x faster", "step", "steps", "tone", "tones", "bar", "measure", "second", "semi")
NOTE = re.compile(r"([a-g])(#|b|flat|sharp)?(m|min|minor|maj|major)?")


@dataclass(frozen=True, slots=True)
class Amount:
    """`kind` is bpm, percent, semitones, seconds, bars, times, pace, decibels or key; `text` holds a named key."""

    kind: str
    value: float
    tokens: int
    text: str = ""


def amount_at(row: list[Token], at: int, words: str) -> Amount | None:
    """The longest amount that begins at this token, or None."""
    for size in (5, 4, 3, 2):
        fixed = FIXED.get(" ".join(token.text for token in row[at : at + size]))
        if fixed and len(row) >= at + size:
            return Amount(*fixed, size)
    return key_at(row, at, words) or measured_at(row, at)


def measured_at(row: list[Token], at: int) -> Amount | None:
    sign = -1.0 if row[at].text in ("-", "−", "minus") else 1.0
    signed = row[at].text in ("+", "-", "−", "minus", "plus")
    number, used = number_at(row, at + signed)
    if not used:
        return None
    if ":" in row[at + signed].text:
        return Amount("seconds", number, used + signed)
    used += signed
    if sign > 0 and row[at + used : at + used + 1] and row[at + used].text == "of":  # "a couple of semitones"
        used += row[at + used - 1].text == "couple"
    word = row[at + signed].text
    for size in (3, 2, 1):
        unit = " ".join(token.text for token in row[at + used : at + used + size])
        if unit in UNITS and len(row) >= at + used + size:
            if word in ("a", "an", "half") and unit in ONLY_WITH_A_NUMBER and unit not in ("tone", "step"):
                return None
            if number > 1 and unit in ("tone", "step"):  # "a two-step beat"
                return None
            if unit in ("step", "tone") and number > 1:  # "two-step" is a beat
                return None
            kind, by = UNITS[unit]
            value = sign * number * by if by > 0 else sign / max(number, 0.1)
            return more_seconds(row, at, Amount(kind, value, used + size)) if kind == "seconds" else Amount(kind, value, used + size)
    return None


def more_seconds(row: list[Token], at: int, first: Amount) -> Amount:
    """"two minutes (and) thirty (seconds)": adds what follows whole minutes."""
    after = at + first.tokens
    joined = after < len(row) and row[after].text == "and"
    number, used = number_at(row, after + joined)
    unit = row[after + joined + used].text if after + joined + used < len(row) else ""
    if used and first.value >= 60 and number < 60 and unit in ("seconds", "sec", "secs"):
        return Amount("seconds", first.value + number, first.tokens + joined + used + 1)
    if used and first.value >= 60 and 10 <= number < 60 and not joined and unit not in UNITS:  # "a minute thirty"
        return Amount("seconds", first.value + number, first.tokens + used)
    return first


def number_at(row: list[Token], at: int) -> tuple[float, int]:
    """A number in digits or words, and how many tokens it takes (0: there is none)."""
    texts = [token.text for token in row[at : at + 5]]
    if not texts:
        return 0.0, 0
    if row[at].kind == "number":
        if ":" in texts[0]:
            minutes, _, seconds = texts[0].partition(":")
            return float(minutes) * 60 + float(seconds), 1
        value, used = float(texts[0].replace(",", ".")), 1
    elif texts[0] in NUMBERS:
        value, used = NUMBERS[texts[0]], 1
        if value >= 20 and value < 100 and len(texts) > 1 and 1 <= NUMBERS.get(texts[1], 0) < 10 and texts[1] not in ("a", "an"):
            value, used = value + NUMBERS[texts[1]], 2
        elif len(texts) > 1 and texts[1] in ("hundred", "couple"):
            value, used = value * NUMBERS[texts[1]], 2
            rest, more = number_at(row, at + 2 + (texts[2:3] == ["and"])) if texts[1] == "hundred" else (0.0, 0)
            if more and rest < 100 and texts[2 + (texts[2:3] == ["and"])] not in ("a", "an"):
                value, used = value + rest, used + more + (texts[2] == "and")
    else:
        return 0.0, 0
    if texts[used : used + 3] == ["and", "a", "half"]:
        value, used = value + 0.5, used + 3
    return value, used


def key_at(row: list[Token], at: int, words: str) -> Amount | None:
    """A named key: "D minor", "F# minor", "B flat major", "Am", and a bare note after "key of" or "to"."""
    token = row[at]
    before = row[at - 1].text if at else ""
    found = NOTE.fullmatch(token.text) if token.kind == "word" else None
    if found is None:
        return None
    note, mark, mode = found.groups()
    used, texts = 1, [following.text for following in row[at + 1 : at + 4]]
    if not mark and texts[:1] in (["flat"], ["sharp"]):
        mark, used, texts = texts[0], 2, texts[1:]
    if not mode and texts[:1] == ["m"] and row[at + used].start == row[at + used - 1].end:
        mode, used = "m", used + 1
    if not mode and texts[:1] and texts[0] in ("minor", "major", "min", "maj"):
        if texts[1:2] and texts[1] in ("third", "second", "sixth", "seventh"):
            return None
        mode, used = texts[0], used + 1
    written = words[token.start : token.end]
    wanted = before in ("in", "to", "of", "key", "into")
    if not (mode and (wanted or written[:1].isupper() or mark)) and not (before in ("of", "to", "in") and written[:1].isupper() and (mark or len(written) == 1)):
        return None
    sign = {"flat": "b", "b": "b", "sharp": "#", "#": "#"}.get(mark or "", "")
    ending = {"m": " minor", "min": " minor", "minor": " minor", "maj": " major", "major": " major"}.get(mode or "", "")
    return Amount("key", 0.0, used, f"{note.upper()}{sign}{ending}")
