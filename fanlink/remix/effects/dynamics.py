"""What moves the level: the compressor, and the ducking under the kick drum."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from math import exp

import numpy as np

from fanlink.remix.effects.processor import Context, Samples

SEGMENT_FRAMES = 32
"""The compressor looks at its input in steps this long, 0.7 ms at 44.1 kHz."""

_KNEE_DB = 6.0
_SILENCE = 1e-9


class Compressor:
    """A feed-forward compressor on the louder channel, soft knee of 6 dB, smoothed in decibels.

    The gain computer and the smoothing are those of Giannoulis, Massberg and Reiss 2012, "Digital Dynamic Range
    Compressor Design". The gain follows one to two segments behind the sound, which leaves attacks their edge.
    """

    def __init__(self, settings: Mapping[str, float], context: Context) -> None:
        self._threshold_db, self._ratio = settings["threshold_db"], settings["ratio"]
        segment_ms = 1_000.0 * SEGMENT_FRAMES / context.rate_hz
        self._attack = exp(-segment_ms / settings["attack_ms"])
        self._release = exp(-segment_ms / settings["release_ms"])
        self._makeup_db = settings["makeup_db"]
        self._reduction_db = 0.0
        self._knots = [self._gain(), self._gain()]
        self._unfinished = np.zeros(0, dtype=np.float32)

    @property
    def tail_frames(self) -> int:
        return 0

    def process(self, block: Samples, start_frame: int) -> Samples:
        if len(block) == 0:
            return block
        before = len(self._unfinished)
        heard = np.concatenate([self._unfinished, np.max(np.abs(block), axis=1)])
        whole = len(heard) // SEGMENT_FRAMES
        peaks = heard[: whole * SEGMENT_FRAMES].reshape(whole, SEGMENT_FRAMES).max(axis=1) if whole else heard[:0]
        self._unfinished = heard[whole * SEGMENT_FRAMES :]
        knots = [*self._knots, *self._gains(peaks)]
        self._knots = knots[-2:]
        # Within segment k the gain goes from the knot before it to its own.
        frames = np.arange(before, before + len(block)) / SEGMENT_FRAMES
        gains = np.interp(frames, np.arange(len(knots)), knots).astype(np.float32)
        return block * gains[:, None]

    def _gains(self, peaks: np.ndarray) -> list[float]:
        """One gain for each segment that is complete."""
        over_db = 20.0 * np.log10(peaks.astype(np.float64) + _SILENCE) - self._threshold_db
        inside = np.clip((over_db + _KNEE_DB / 2.0) ** 2 / (2.0 * _KNEE_DB), 0.0, None)
        wanted = np.where(over_db <= -_KNEE_DB / 2.0, 0.0, np.where(over_db >= _KNEE_DB / 2.0, over_db, inside))
        wanted *= 1.0 - 1.0 / self._ratio
        gains = []
        for reduction_db in wanted.tolist():
            pace = self._attack if reduction_db > self._reduction_db else self._release
            self._reduction_db = reduction_db + pace * (self._reduction_db - reduction_db)
            gains.append(self._gain())
        return gains

    def _gain(self) -> float:
        return 10.0 ** ((self._makeup_db - self._reduction_db) / 20.0)


class Sidechain:
    """Ducks by `depth_db` at every kick, or on every beat when no kicks are known, and swells back."""

    ATTACK_S = 0.004

    def __init__(self, settings: Mapping[str, float], context: Context) -> None:
        self._depth_db = settings["depth_db"]
        self._beat_frames = context.frames(1.0)
        self._attack = self.ATTACK_S * context.rate_hz
        self._release = context.frames(settings["release_beats"])
        self._kicks = [beat * self._beat_frames for beat in sorted(context.kicks_beats)]

    @property
    def tail_frames(self) -> int:
        return 0

    def process(self, block: Samples, start_frame: int) -> Samples:
        duck = np.zeros(len(block))
        reach = self._attack + self._release
        for kick in self._kicks_within(start_frame - reach, start_frame + len(block)):
            first = max(0, int(np.ceil(kick)) - start_frame)
            last = min(len(block), int(np.ceil(kick + reach)) - start_frame)
            if first < last:
                since = np.arange(start_frame + first, start_frame + last) - kick
                duck[first:last] = np.maximum(duck[first:last], self._curve(since))
        return block * np.exp(duck * (-self._depth_db * np.log(10.0) / 20.0)).astype(np.float32)[:, None]

    def _kicks_within(self, first: float, end: float) -> list[float]:
        if self._kicks:
            return self._kicks[bisect_left(self._kicks, first) : bisect_left(self._kicks, end)]
        beats = range(max(0, int(np.ceil(first / self._beat_frames))), int(np.ceil(end / self._beat_frames)))
        return [beat * self._beat_frames for beat in beats]

    def _curve(self, since: np.ndarray) -> np.ndarray:
        """From 0 to 1 over the attack, back to 0 over the release; quick at first, then easing in."""
        down = 0.5 - 0.5 * np.cos(np.pi * np.minimum(since / self._attack, 1.0))
        way = np.clip((since - self._attack) / self._release, 0.0, 1.0)
        return np.where(since < self._attack, down, 0.5 + 0.5 * np.cos(np.pi * way**0.75))
