"""The track as an arranger sees it: its sections with their bars, and which part each stem plays."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fanlink.core.tracks import TrackFacts
from fanlink.remix.interpret.lexicon import entries
from fanlink.remix.interpret.tokens import tokens

BLOCK_BARS = 8
BLOCK_NAMES = ("verse", "verse", "chorus", "verse", "chorus", "bridge")
VOICE = re.compile(r"vo(c|x|ice)|sing|rap|acap|lyric|choir")


@dataclass(frozen=True, slots=True)
class Source:
    """A section of the track: its kind (verse, chorus ...), the bar it starts at and how many bars it has."""

    kind: str
    bar: int
    bars: int


def sources(facts: TrackFacts) -> tuple[Source, ...]:
    """The track's sections in order, or blocks of eight bars where it declares none."""
    last = facts.bars
    starts = sorted({max(1, min(section.start_bar, last)): section.name for section in facts.music.sections}.items())
    if not starts:
        return blocks(last)
    if starts[0][0] > 1:
        starts.insert(0, (1, "intro"))
    ends = [bar for bar, _ in starts[1:]] + [last + 1]
    return tuple(Source(kind_of(name), bar, end - bar) for (bar, name), end in zip(starts, ends, strict=True))


def blocks(bars: int) -> tuple[Source, ...]:
    starts = list(range(1, bars + 1, BLOCK_BARS))
    if len(starts) > 1 and bars + 1 - starts[-1] < BLOCK_BARS // 2:
        starts.pop()
    ends = [*starts[1:], bars + 1]
    names = [BLOCK_NAMES[at % len(BLOCK_NAMES)] for at in range(len(starts))]
    if len(starts) >= 4:
        names = ["intro", *names[: len(starts) - 2], "outro"]
    return tuple(Source(name, bar, end - bar) for name, bar, end in zip(names, starts, ends, strict=True))


def kind_of(name: str) -> str:
    """What the lexicon calls a section that an artist named; an unknown name is a verse."""
    row = [token.text for token in tokens(name)]
    for size in (3, 2, 1):
        for at in range(len(row) - size + 1):
            phrase = " ".join(row[at : at + size])
            entry = entries().get(phrase) or entries().get(phrase.replace(" ", ""))
            if entry and entry[0] == "section" and entry[1] != "middle":
                return entry[1]
    return "verse"


def part_of(stem: str) -> str:
    """Which part a stem plays, by its name: `lead_vox` is vocals, `Kick` is drums, what is not known is other."""
    row = [token.text for token in tokens(stem.replace("_", " "))]
    for size in (3, 2, 1):
        for at in range(len(row) - size + 1):
            entry = entries().get(" ".join(row[at : at + size]))
            if entry and entry[0] in ("part", "inst"):
                return entry[1]
            if entry and entry[0] == "layer":
                kind, _, sound = entry[1].partition("=")
                return {"drums": "drums", "bass": "bass"}.get(kind, "strings" if sound == "strings" else "synth")
    if "back" in row or "bv" in row or "bgv" in row:
        return "backing-vocals"
    plain = " ".join(row)
    if VOICE.search(plain):
        return "backing-vocals" if "back" in plain or "harm" in plain else "vocals"
    return next((part for part in ("drums", "bass", "guitar", "piano", "synth", "strings", "brass") if part.rstrip("s") in plain), "other")
