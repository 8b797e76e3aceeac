"""A track: a sound recording of a work, with its stems and what the artist declares about its music."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from fanlink.core import digests


@dataclass(frozen=True, slots=True)
class TrackSection:
    """A part of the song; `start_bar` counts from 1."""

    name: str
    start_bar: int


@dataclass(frozen=True, slots=True)
class Stem:
    """One separated part of a track. `asset` is the SHA-256 of its file."""

    name: str
    asset: str
    rate_hz: int
    channels: int
    frames: int

    @property
    def length_ms(self) -> int:
        return round(self.frames * 1000 / self.rate_hz)


@dataclass(frozen=True, slots=True)
class Music:
    """What the artist declares of the music. It is the truth; analysis only proposes."""

    tempo_bpm: float
    first_beat_ms: float
    key: str
    beats_per_bar: int = 4
    sections: tuple[TrackSection, ...] = ()


@dataclass(frozen=True, slots=True)
class TrackFacts:
    """All that the rules and the engine need to know of a track."""

    title: str
    artist: str
    music: Music
    stems: Mapping[str, Stem] = field(default_factory=dict)

    @property
    def length_ms(self) -> int:
        """The longest stem."""
        return max((stem.length_ms for stem in self.stems.values()), default=0)

    @property
    def bars(self) -> int:
        """Whole bars from the first beat to the end of the longest stem, at least one."""
        bar_ms = self.music.beats_per_bar * 60_000 / self.music.tempo_bpm
        return max(1, int((self.length_ms - self.music.first_beat_ms) / bar_ms + 0.02))

    @property
    def digest(self) -> str:
        """What a recipe pins: the stems' files and the declared music. A new title is still the same track."""
        assets = {name: stem.asset for name, stem in self.stems.items()}
        return digests.digest({"music": asdict(self.music), "stems": assets})
