"""The guard rails as the composer asks them: what may be used, and what had to give way."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from fanlink.core import vocabulary
from fanlink.core.errors import Refused
from fanlink.core.faults import KEY_SHIFT, LONGEST_S
from fanlink.core.guard_rails import GuardRails
from fanlink.core.rail_names import effect_names
from fanlink.core.tracks import TrackFacts

STRETCH = (0.55, 1.9)
EDGE = 1e-9


@dataclass(slots=True)
class Limits:
    """What the guard rails and the engine leave. `denied` collects names that were asked for and may not be."""

    rails: GuardRails
    facts: TrackFacts
    denied: dict[str, str] = field(default_factory=dict)

    @property
    def stems(self) -> tuple[str, ...]:
        """The stems that may sound, in the track's order."""
        allowed = self.rails.stems_allowed
        names = self.facts.stems if allowed is None else {*allowed, *self.rails.stems_required}
        return tuple(name for name in self.facts.stems if name in names)

    def untouched(self, stem: str) -> bool:
        return stem in self.rails.stems_untouched

    def effect(self, name: str) -> bool:
        """Whether the artist allows an effect or edit; both what it is called and what the engine calls it count."""
        return name not in {same for banned in self.rails.effects_not_allowed for same in effect_names(banned)}

    def sounds(self, kind: str, sound: str) -> str | None:
        """The sound that a layer of this kind may have: the wanted one, another that is allowed, or None."""
        allowed = self.rails.layers_allowed
        names = None if allowed is None else {name.casefold() for name in allowed}
        if names is None or kind in names or sound in names:
            return sound
        return next((other for other in vocabulary.SOUNDS[kind] if other in names), None)

    def tempo_range(self) -> tuple[float, float]:
        """The tempos that may be and can be played; `Refused` where there is none."""
        low, high = (factor * self.facts.music.tempo_bpm for factor in STRETCH)
        asked = self.rails.tempo_bpm
        if asked:
            low, high = max(low, asked[0]), min(high, asked[1])
            if low > high:
                raise Refused("tempo_out_of_reach", lowest=asked[0], highest=asked[1], tempo_bpm=self.facts.music.tempo_bpm)
        return low, high

    def key_range(self) -> tuple[int, int]:
        """The key shifts that may be; `Refused` where there is none."""
        low, high = self.rails.key_shift_semitones or KEY_SHIFT
        low, high = max(low, KEY_SHIFT[0]), min(high, KEY_SHIFT[1])
        if low > high:
            raise Refused("key_out_of_reach", lowest=low, highest=high)
        return low, high

    def bars_range(self, tempo_bpm: float) -> tuple[int, int]:
        """How many whole bars fit the length range at a tempo; the first is above the second where none do."""
        bar_s = self.facts.music.beats_per_bar * 60.0 / tempo_bpm
        low, high = self.rails.length_s or (0.0, float(LONGEST_S))
        high = min(high, LONGEST_S)
        return max(1, math.ceil(low / bar_s - EDGE)), math.floor(high / bar_s + EDGE)

    def tempo_for_length(self, tempo_bpm: float) -> float:
        """The nearest tempo at which whole bars fit the length range; `Refused` where there is none."""
        low_bars, high_bars = self.bars_range(tempo_bpm)
        if low_bars <= high_bars:
            return tempo_bpm
        low, high = self.tempo_range()
        short_s, long_s = self.rails.length_s or (0.0, float(LONGEST_S))
        long_s = min(long_s, LONGEST_S)
        best: float | None = None
        beats = self.facts.music.beats_per_bar
        for bars in range(max(1, low_bars - 2), low_bars + 3):
            least, most = bars * beats * 60 / max(long_s, EDGE), bars * beats * 60 / max(short_s, EDGE)
            near = min(max(tempo_bpm, least, low), most, high)
            if least <= near <= most and low <= near <= high and (best is None or abs(near - tempo_bpm) < abs(best - tempo_bpm)):
                best = near
        if best is None:
            raise Refused("length_out_of_reach", lowest=short_s, highest=long_s)
        return best
