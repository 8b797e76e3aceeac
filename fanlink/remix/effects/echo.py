"""The echo: repeats in note values, darker each time, thrown from side to side."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, log10

import numpy as np

from fanlink.remix.effects.filters import Chain, biquad
from fanlink.remix.effects.processor import Context, Samples, balance, to_samples, to_signal

LONGEST_TAIL_S = 15.0


class Echo:
    """A delay of a note's length with a filter in its feedback; `spread` crosses the channels (ping-pong at 1)."""

    def __init__(self, settings: Mapping[str, float], context: Context) -> None:
        self._delay = max(1, round(context.frames(settings["note_beats"])))
        self._feedback = settings["feedback"]
        self._spread = settings["spread"]
        self._dry, self._wet = balance(settings["mix"])
        cutoff_hz = 16_000.0 * (1_800.0 / 16_000.0) ** settings["damping"]
        self._tone = Chain(biquad("lowpass", cutoff_hz, 0.6, context.rate_hz), biquad("highpass", 120.0, 0.6, context.rate_hz))
        self._line = np.zeros((2, self._delay))
        self._place = 0
        self._longest_tail = int(LONGEST_TAIL_S * context.rate_hz)

    @property
    def tail_frames(self) -> int:
        repeats = 1 if self._feedback < 0.001 else 1 + ceil(-3.0 / log10(self._feedback))
        return min(self._longest_tail, max(self._delay, repeats * self._delay))

    def process(self, block: Samples, start_frame: int) -> Samples:
        signal = to_signal(block)
        wet = np.empty_like(signal)
        done = 0
        while done < len(block):
            count = min(len(block) - done, self._delay - self._place)
            now, slot = slice(done, done + count), slice(self._place, self._place + count)
            repeat = self._tone(self._line[:, slot])
            wet[:, now] = repeat
            self._line[:, slot] = self._thrown(signal[:, now]) + self._feedback * self._crossed(repeat)
            self._place = (self._place + count) % self._delay
            done += count
        return to_samples(self._dry * signal + self._wet * wet)

    def _thrown(self, signal: np.ndarray) -> np.ndarray:
        """What enters the line: with spread, the first repeat leans to the left."""
        middle = 0.5 * (signal[0] + signal[1])
        return np.stack([signal[0] + self._spread * (1.2 * middle - signal[0]), (1.0 - self._spread) * signal[1]])

    def _crossed(self, signal: np.ndarray) -> np.ndarray:
        """What comes round: with spread, each repeat changes sides."""
        return (1.0 - self._spread) * signal + self._spread * signal[::-1]
