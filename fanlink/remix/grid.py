"""The beat grid: where beats are, in frames of the remix and in frames of a stretched stem."""

from __future__ import annotations

from dataclasses import dataclass

from fanlink.core.recipes import Recipe
from fanlink.core.tracks import Music


@dataclass(frozen=True, slots=True)
class Grid:
    """Turns beats into frames. The remix begins at its first beat; a stem has its first beat somewhere inside."""

    rate_hz: int
    tempo_bpm: float
    source_tempo_bpm: float
    first_beat_ms: float
    beats_per_bar: int

    @classmethod
    def of(cls, recipe: Recipe, music: Music, rate_hz: int) -> Grid:
        """The grid of a remix of this music."""
        return cls(rate_hz, recipe.tempo_bpm, music.tempo_bpm, music.first_beat_ms, music.beats_per_bar)

    @property
    def factor(self) -> float:
        """How much faster the remix is than the track."""
        return self.tempo_bpm / self.source_tempo_bpm

    def frame(self, beat: float) -> int:
        """The frame of the remix at which a beat falls; beats count from 0."""
        return round(beat * 60.0 * self.rate_hz / self.tempo_bpm)

    def source_frame(self, beat: float) -> int:
        """The frame of a stretched stem at which a beat of the track falls; beats count from 0."""
        seconds = (self.first_beat_ms / 1000.0 + beat * 60.0 / self.source_tempo_bpm) / self.factor
        return round(seconds * self.rate_hz)
