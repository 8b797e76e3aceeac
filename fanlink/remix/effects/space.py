"""How wide the sound is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fanlink.remix.effects.filters import Chain, biquad
from fanlink.remix.effects.processor import Context, Samples, to_samples, to_signal


class Width:
    """Scales what differs between the channels: 0 is mono, 1 as it was, 2 twice as wide; the bass stays in the middle.

    Past 1 a little of the middle, a few milliseconds late, joins the side (Lauridsen 1954), so a mono sound opens too;
    summed to mono it vanishes again.
    """

    LATE_S = 0.0085

    def __init__(self, settings: Mapping[str, float], context: Context) -> None:
        width = settings["width"]
        self._width = width
        self._opened = 0.35 * max(0.0, width - 1.0)
        self._late = int(self.LATE_S * context.rate_hz)
        self._past = np.zeros((1, self._late))
        self._above_bass = Chain(biquad("highpass", 160.0, 0.707, context.rate_hz), channels=1)
        self._level = 1.0 / np.sqrt(1.0 + 0.15 * max(0.0, width - 1.0))

    @property
    def tail_frames(self) -> int:
        return self._late if self._opened else 0

    def process(self, block: Samples, start_frame: int) -> Samples:
        signal = to_signal(block)
        middle, side = 0.5 * (signal[:1] + signal[1:]), 0.5 * (signal[:1] - signal[1:])
        if self._width <= 1.0:
            wide = self._width * side
        else:
            known = np.concatenate([self._past, middle], axis=1)
            late = known[:, : middle.shape[1]]
            self._past = known[:, middle.shape[1] :].copy()
            wide = side + self._above_bass((self._width - 1.0) * side + self._opened * late)
        return to_samples(self._level * np.concatenate([middle + wide, middle - wide]))
