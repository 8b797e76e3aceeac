"""Forms: how a remix is laid out over the track's sections, before anybody asked for anything.

A form is a row of parts `NAME SOURCE BARS ENERGY MARKS`. A source is `verse-2` (the second verse, or the nearest there is),
`chorus-last` or `bridge`; `SONG` stands for all sections between intro and outro. Bars 0 is the whole source. Energy runs
from 0 (bare) to 4 (all). Marks: nobeat, beat (only the rhythm), voice (only voice and harmony), inst (no voice), nobass, nopad,
dull (a low pass over the part), sweep (it opens), rise, gap, impact, stutter, chops, echoes, half, double, fadein, fadeout.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from fanlink.remix.interpret.song import Source

PHRASE_BARS = 4
SONG = ("verse", "chorus", "drop")
SONG_ENERGY = {"intro": 1, "verse": 2, "pre-chorus": 2, "chorus": 4, "bridge": 1, "break": 1, "build": 2, "drop": 4, "outro": 1}
STAND_INS = {
    "intro": ("intro", "verse", "chorus"), "verse": ("verse", "bridge", "chorus", "intro"), "pre-chorus": ("pre-chorus", "build", "verse"),
    "chorus": ("chorus", "drop", "verse"), "bridge": ("bridge", "break", "verse"), "break": ("break", "bridge", "verse"),
    "build": ("build", "pre-chorus", "verse"), "drop": ("drop", "chorus", "verse"), "outro": ("outro", "intro", "chorus", "verse"),
}


@dataclass(frozen=True, slots=True)
class Slot:
    """One part of the form over one source of the track. `fixed` means that somebody asked for its bars."""

    name: str
    source: Source
    bars: int
    energy: int
    marks: frozenset[str] = frozenset()
    fixed: bool = False

    @property
    def kinds(self) -> tuple[str, str]:
        """What people may call it: its name in the remix, and what it is in the song."""
        return self.name, self.source.kind


def laid_out(form: str, song: tuple[Source, ...]) -> list[Slot]:
    """The form over the track's own sections."""
    slots: list[Slot] = []
    for part in form.split(";"):
        words = part.split()
        if words == ["SONG"]:
            middle = [source for source in song if source.kind not in ("intro", "outro")] or list(song)
            hooks = [at for at, source in enumerate(middle) if source.kind in ("chorus", "drop")]
            slots += [song_slot(source, hooks[-1] - at if hooks else -1) for at, source in enumerate(middle)]
            continue
        name, wanted, bars, energy = words[:4]
        source = source_of(wanted, song)
        length = int(bars) or phrased(source.bars)
        slots.append(Slot(name, source, length, int(energy), frozenset(words[4].split(",")) if words[4:] else frozenset()))
    return slots


def phrased(bars: int) -> int:
    """A section's bars as whole phrases of four, where it is long enough to have one."""
    return bars if bars < 4 else 4 * ((bars + 2) // 4)


def song_slot(source: Source, to_last_hook: int) -> Slot:
    """A section as the song has it; what leads into the last chorus rises, and that chorus lands."""
    marks = frozenset({0: {"impact"}, 1: {"rise"}}.get(to_last_hook, ()))
    return Slot(source.kind, source, source.bars, SONG_ENERGY[source.kind], marks)


def source_of(wanted: str, song: tuple[Source, ...]) -> Source:
    """The section that a form asks for, or the nearest that the track has."""
    kind, _, number = wanted.rpartition("-") if wanted[-1].isdigit() or wanted.endswith("-last") else (wanted, "", "1")
    for stand_in in (*STAND_INS.get(kind, ()), kind):
        found = [source for source in song if source.kind == stand_in]
        if found:
            return found[-1] if number == "last" else found[min(int(number), len(found)) - 1]
    return song[len(song) // 2]


def varied(slots: list[Slot], take: int, random: Random) -> list[Slot]:
    """Another way to tell it for a second and a third take: begin with the hook, or hold back and break down."""
    if take == 0 or len(slots) < 3:
        return slots
    hooks = [slot for slot in slots if slot.source.kind in ("chorus", "drop")]
    if take == 1 and hooks:
        opening = replace(hooks[0], name="intro", bars=min(8, hooks[0].bars), energy=1, marks=frozenset({"nobeat", "rise", "gap"}))
        return [opening, *[slot for slot in slots if slot.name != "intro"]]
    middle = [at for at, slot in enumerate(slots) if 0 < at < len(slots) - 1]
    at = random.choice(middle[len(middle) // 3 :] or middle)
    pause = replace(slots[at], name="break", bars=min(8, slots[at].bars), energy=0, marks=frozenset({"nobeat", "voice"}))
    held = [replace(slot, energy=max(1, slot.energy - 1)) if place < at and slot.energy < 4 else slot for place, slot in enumerate(slots)]
    return [*held[:at], pause, replace(pause, name="build", bars=4, energy=2, marks=frozenset({"rise", "sweep"})), *held[at:]]


def fitted(slots: list[Slot], bars: int) -> list[Slot]:
    """The form at exactly so many bars: long parts give first, down to a phrase of four, then parts go; the middle grows."""
    slots = list(slots)
    while len(slots) > max(1, bars):
        slots.pop(weakest(slots))
    while (over := total(slots) - bars) > 0:
        at = max(range(len(slots)), key=lambda place: gives(slots, place))
        if not gives(slots, at)[2] and len(slots) > 5 and total(slots) - slots[weakest(slots)].bars >= bars:
            slots.pop(weakest(slots))
            continue
        slots[at] = replace(slots[at], bars=shorter(slots[at].bars, over))
    while (missing := bars - total(slots)) > 0:
        slots = grown(slots, missing)
    return slots


def gives(slots: list[Slot], at: int) -> tuple[bool, bool, bool, int, int]:
    """How readily a part becomes shorter: more than a phrase before less, the quiet before the hooks, the long before the short."""
    slot = slots[at]
    return (slot.bars > 1, not slot.fixed, slot.bars > PHRASE_BARS and (slot.energy < 3 or slot.bars > 8), slot.bars, -slot.energy)


def total(slots: list[Slot]) -> int:
    return sum(slot.bars for slot in slots)


def shorter(bars: int, over: int) -> int:
    """The next shorter musical length, or just what is over when that is less."""
    lower = max((length for length in (1, 2, 4, 8, 12, 16, 24, 32) if length < bars), default=1)
    return max(bars - over, lower)


def weakest(slots: list[Slot]) -> int:
    """Which part a form can do without: a repeat before what is only there once, what tells the song and the edges last."""
    names = [slot.name for slot in slots]

    def worth(at: int) -> tuple[bool, bool, bool, bool, int]:
        edge = at in (0, len(slots) - 1)
        return (slots[at].fixed, edge, names.count(names[at]) == 1 and names[at] in SONG, names[at] in SONG, slots[at].energy)

    return min(range(len(slots)), key=worth)


def grown(slots: list[Slot], missing: int) -> list[Slot]:
    """The form, up to `missing` bars longer: a short part doubles, else a verse and a chorus come again."""
    for length in (4, 8, 16):
        short = [at for at, slot in enumerate(slots) if slot.bars <= length and slot.energy >= 2 and not slot.fixed]
        if short and missing <= length:
            at = short[0]
            return [*slots[:at], replace(slots[at], bars=slots[at].bars + missing), *slots[at + 1 :]]
    body = [slot for slot in slots if slot.energy >= 2] or slots
    again = [body[0], max(body, key=lambda slot: slot.energy)] if len(body) > 1 else body
    more: list[Slot] = []
    for slot in again:
        bars = min(slot.bars, missing - total(more))
        if bars > 0:
            more.append(replace(slot, bars=bars, fixed=False, marks=slot.marks - {"fadein", "fadeout"}))
    at = max(1, len(slots) - 2) if len(slots) > 2 else 0
    return [*slots[:at], *more, *slots[at:]]
