"""A song as a value: when its bars fall, what its sections are, and who plays its stems."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from composer.notes import BEATS_PER_BAR

SAMPLE_RATE_HZ = 44_100


@dataclass(frozen=True, slots=True)
class Clock:
    """Turns beats into samples. A shorter `bar_count` renders an excerpt from the start."""

    tempo_bpm: float
    first_beat_ms: int
    bar_count: int
    tail_ms: int

    def sample_at(self, beat: float) -> int:
        return round((self.first_beat_ms / 1000 + beat * 60 / self.tempo_bpm) * SAMPLE_RATE_HZ)

    def samples(self, beats: float) -> int:
        return round(beats * 60 / self.tempo_bpm * SAMPLE_RATE_HZ)

    @property
    def beat_count(self) -> int:
        return self.bar_count * BEATS_PER_BAR

    @property
    def sample_count(self) -> int:
        return self.sample_at(self.beat_count) + round(self.tail_ms / 1000 * SAMPLE_RATE_HZ)


@dataclass(frozen=True, slots=True)
class Section:
    """A named stretch of the song; bars count from 1."""

    name: str
    start_bar: int


@dataclass(frozen=True, slots=True)
class Stem:
    """One separated part: who plays it, and how loud it stands in the mix before mastering."""

    play: Callable[[Clock], np.ndarray]
    loudness_lufs: float


@dataclass(frozen=True, slots=True)
class Song:
    """Everything a track folder is made from."""

    slug: str
    title: str
    artist: str
    key: str
    clock: Clock
    sections: tuple[Section, ...]
    stems: Mapping[str, Stem]
    section_gain_db: Mapping[str, float]
