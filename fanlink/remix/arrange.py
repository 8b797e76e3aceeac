"""The arrangement: which beats of a stem sound when, and how loud, with a crossfade at every seam.

A seam's fade lies in the 10 ms before the beat, so that what begins on the beat begins whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from fanlink.core import vocabulary
from fanlink.core.recipes import Edit, Recipe
from fanlink.remix.grid import Grid

FADE_S = 0.010
NEVER = 1 << 60
TIME_EDITS = ("stutter", "repeat", "reverse")
LEVEL_EDITS = ("gate", "mute", "fade_in", "fade_out")
FADE_EDITS = ("fade_in", "fade_out")


class Readable(Protocol):
    """Sound that can be read anywhere; silence outside of it."""

    def read(self, start: int, frames: int) -> np.ndarray:
        """Samples [start, start + frames) as float32 (frames, 2)."""
        ...


@dataclass(frozen=True, slots=True)
class Piece:
    """So many beats of the source, from its beat `source` on, at beat `start` of the remix."""

    start: float
    beats: float
    source: float
    reverse: bool = False

    @property
    def end(self) -> float:
        return self.start + self.beats


@dataclass(frozen=True, slots=True)
class PlacedEdit:
    """An edit, and the beat of the remix at which it starts."""

    start: float
    edit: Edit

    @property
    def end(self) -> float:
        return self.start + self.edit.beats

    def setting(self, name: str) -> float:
        """A setting, or the vocabulary's default."""
        return self.edit.settings.get(name, vocabulary.EDITS[self.edit.name][name][2])


def section_starts(recipe: Recipe, beats_per_bar: int) -> list[int]:
    """The beat at which each section starts, and last the beat at which the remix ends."""
    starts = [0]
    for section in recipe.sections:
        starts.append(starts[-1] + section.bars * beats_per_bar)
    return starts


def edits_of(recipe: Recipe, beats_per_bar: int) -> list[PlacedEdit]:
    """All edits of the recipe in order, each at its beat of the remix."""
    starts = section_starts(recipe, beats_per_bar)
    return [
        PlacedEdit(start + edit.start_beat, edit)
        for start, section in zip(starts, recipe.sections, strict=False)
        for edit in section.edits
    ]


def pieces_of(recipe: Recipe, beats_per_bar: int) -> list[Piece]:
    """The bars of the track in the order of the recipe's sections and their loops."""
    pieces: list[Piece] = []
    for start, section in zip(section_starts(recipe, beats_per_bar), recipe.sections, strict=False):
        source = (section.source_bar - 1) * beats_per_bar
        total, loop = section.bars * beats_per_bar, (section.loop_bars or section.bars) * beats_per_bar
        for offset in range(0, total, loop):
            pieces.append(Piece(start + offset, min(loop, total - offset), source))
    return pieces


def edited(pieces: Sequence[Piece], edits: Sequence[PlacedEdit]) -> list[Piece]:
    """The pieces after the edits that move time: stutter, repeat and reverse."""
    result = list(pieces)
    for placed in edits:
        if placed.edit.name in TIME_EDITS:
            result = _edited(result, placed)
    return result


def _edited(pieces: list[Piece], placed: PlacedEdit) -> list[Piece]:
    start, end = placed.start, placed.end
    before, after = cut(pieces, 0.0, start), cut(pieces, end, float("inf"))
    if placed.edit.name == "reverse":
        inside = [
            replace(piece, start=start + end - piece.end, reverse=not piece.reverse)
            for piece in reversed(cut(pieces, start, end))
        ]
        return [*before, *inside, *after]
    note = min(placed.setting("note_beats"), placed.edit.beats)
    phrase = cut(pieces, start, start + note)
    inside = []
    count = int(np.ceil(placed.edit.beats / note - 1e-9))
    for index in range(count):
        shift = index * note
        moved = [replace(piece, start=piece.start + shift) for piece in phrase]
        inside.extend(cut(moved, start + shift, min(start + shift + note, end)))
    return [*before, *inside, *after]


def cut(pieces: Sequence[Piece], start: float, end: float) -> list[Piece]:
    """The pieces between two beats, the outer ones trimmed."""
    result = []
    for piece in pieces:
        first, last = max(piece.start, start), min(piece.end, end)
        if last - first <= 1e-9:
            continue
        skipped = piece.end - last if piece.reverse else first - piece.start
        result.append(Piece(first, last - first, piece.source + skipped, piece.reverse))
    return result


@dataclass(frozen=True, slots=True)
class Span:
    """A piece in frames: [start, end) of the remix plays the source from frame `source`.

    `fade` leads into it; `out` leads out of it where no other follows.
    """

    start: int
    end: int
    source: int
    reverse: bool
    fade: int
    out: int = 0


class Arranged:
    """A source as the arrangement plays it; readable anywhere, and each read is independent of the others."""

    def __init__(self, source: Readable, spans: Sequence[Span]) -> None:
        self._source, self._spans = source, spans

    def read(self, start: int, frames: int) -> np.ndarray:
        """Samples [start, start + frames) as float32 (frames, 2)."""
        out = np.zeros((frames, 2), np.float32)
        for index, span in enumerate(self._spans):
            following = self._spans[index + 1].fade if index + 1 < len(self._spans) else span.out
            first, last = max(start, span.start - span.fade), min(start + frames, span.end)
            if first < last:
                sound = self._of(span, first, last)
                _fade(sound, first, span, following)
                out[first - start : last - start] += sound
        return out

    def _of(self, span: Span, first: int, last: int) -> np.ndarray:
        if not span.reverse:
            return self._source.read(span.source + first - span.start, last - first)
        # Frame `t` of the remix plays frame `source + end - 1 - t` of the source.
        sound = self._source.read(span.source + span.end - last, last - first)
        return np.ascontiguousarray(sound[::-1])


def _fade(sound: np.ndarray, first: int, span: Span, following: int) -> None:
    """Fade in before the span's start and out before its end, at constant power."""
    last = first + len(sound)
    if span.fade and first < span.start:
        place = np.arange(first, min(span.start, last)) - (span.start - span.fade)
        sound[: len(place)] *= np.sin((place + 0.5) * (np.pi / 2 / span.fade)).astype(np.float32)[:, None]
    leaves = span.end - following
    if following and last > leaves:
        place = np.arange(max(first, leaves), last) - leaves
        sound[-len(place) :] *= np.cos((place + 0.5) * (np.pi / 2 / following)).astype(np.float32)[:, None]


def spans_of(pieces: Sequence[Piece], grid: Grid, *, of_stem: bool) -> list[Span]:
    """Pieces in frames, those that simply go on joined; a stem counts from its own first beat, a layer from 0."""
    place = grid.source_frame if of_stem else grid.frame
    spans: list[Span] = []
    for piece in pieces:
        start, end, source = grid.frame(piece.start), grid.frame(piece.end), place(piece.source)
        if spans and not piece.reverse and not spans[-1].reverse:
            before = spans[-1]
            if abs(before.source + start - before.start - source) <= 2:
                spans[-1] = replace(before, end=end)
                continue
        fade = round(FADE_S * grid.rate_hz)
        if spans:
            fade = min(fade, (end - start) // 2, (spans[-1].end - spans[-1].start) // 2)
        spans.append(Span(start, end, source, piece.reverse, fade if spans else 0))
    if spans:
        # Where the remix ends in the middle of a sound, it ends without a click.
        ending = min(round(FADE_S * grid.rate_hz), (spans[-1].end - spans[-1].start) // 2)
        spans[-1] = replace(spans[-1], out=ending)
    return spans


class Level:
    """A gain over time: straight lines between points of (frame, gain)."""

    def __init__(self, points: Sequence[tuple[int, float]]) -> None:
        self._frames = np.array([frame for frame, _ in points], np.float64)
        self._gains = np.array([gain for _, gain in points], np.float64)
        self.constant = bool(np.all(self._gains == 1.0))

    def at(self, start: int, frames: int) -> np.ndarray | None:
        """The gains of [start, start + frames) as float32 (frames, 1); None where all are 1."""
        if self.constant:
            return None
        left, right = np.searchsorted(self._frames, (start, start + frames))
        near = self._gains[max(left - 1, 0) : right + 1]
        if np.all(near == 1.0):
            return None
        gains = np.interp(np.arange(start, start + frames), self._frames, self._gains)
        return gains.astype(np.float32)[:, None]


def steps(changes: Sequence[tuple[int, float]], fade: int, first: float = 1.0) -> Level:
    """A level that steps to each (frame, gain); each step is a fade that ends at its frame."""
    points: list[tuple[int, float]] = [(-1, first)]
    for frame, gain in changes:
        last_frame, last_gain = points[-1]
        if frame <= 0:
            points = [(-1, gain)]
        elif gain != last_gain:
            points += [(max(frame - fade, last_frame), last_gain), (frame, gain)]
    return Level(points)


def level_of(placed: PlacedEdit, grid: Grid, total_beats: float) -> Level:
    """How an edit that moves the level does it: gate, mute and fades.

    What is faded or muted at the very end of the remix stays silent, tails included.
    """
    start, end = grid.frame(placed.start), grid.frame(placed.end)
    fade = round(FADE_S * grid.rate_hz)
    if placed.edit.name == "mute":
        return steps([(start, 0.0), (end if placed.end < total_beats else NEVER, 1.0)], fade)
    if placed.edit.name == "gate":
        note = placed.setting("note_beats")
        changes = []
        for index in range(int(np.ceil(placed.edit.beats / note - 1e-9))):
            begin = placed.start + index * note
            changes += [(grid.frame(begin), 1.0), (grid.frame(min(begin + note / 2, placed.end)), 0.0)]
        return steps([*changes, (end, 1.0)], min(fade, grid.frame(note / 8)))
    return _fade_of(placed.edit.name, start, end, fade, last=placed.end >= total_beats)


def _fade_of(name: str, start: int, end: int, fade: int, last: bool) -> Level:
    """A fade by the square of the time: even to the ear."""
    ramp = np.linspace(0.0, 1.0, 33)
    frames = start + np.round(ramp * (end - start)).astype(int)
    if name == "fade_in":
        points = [(max(start - fade, -1), 1.0), (start, 0.0)] if start > 0 else [(-1, 0.0)]
        return Level([*points, *zip(frames.tolist(), (ramp**2).tolist(), strict=True)])
    points = [point for point in zip(frames.tolist(), ((1.0 - ramp) ** 2).tolist(), strict=True) if point[0] < end - fade]
    return Level([*points, (end, 0.0)] if last else [*points, (end - fade, 0.0), (end, 1.0)])
