"""What changes the colour: saturation, bit and rate reduction, tape."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fanlink.remix.effects.filters import Chain, biquad, peak, shelf
from fanlink.remix.effects.motion import GlidingDelay, slow_wave
from fanlink.remix.effects.oversampling import Oversampler
from fanlink.remix.effects.processor import Context, Samples, Signal, to_samples

# A saturated sound keeps its level where music sits most of the time.
_USUAL_PEAK = 0.3
_MOST_DRIVE_DB = 26.0


class Saturation:
    """A tube-like curve, four times oversampled: even and odd harmonics, and the level kept about as it was.

    It is 36 frames late, less than a millisecond, by the filters of the oversampling.
    """

    def __init__(self, settings: Mapping[str, float], context: Context) -> None:
        self._curve = SoftCurve(settings["drive"])
        self._oversampler = Oversampler()
        self._no_offset = Chain(*[biquad("highpass", 12.0, 0.707, context.rate_hz)])

    @property
    def tail_frames(self) -> int:
        return 64

    def process(self, block: Samples, start_frame: int) -> Samples:
        bent = self._oversampler(np.ascontiguousarray(block.T, dtype=np.float32), self._curve)
        return to_samples(self._no_offset(bent.astype(np.float64) + 1e-25))


class SoftCurve:
    """tanh with a lean to one side; `drive` 0 is hardly there, 1 pushes 26 dB into it."""

    def __init__(self, drive: float) -> None:
        gain = 10.0 ** (drive * _MOST_DRIVE_DB / 20.0)
        lean = 0.25 * drive
        rest = np.tanh(lean)
        sine = _USUAL_PEAK * np.sin(2.0 * np.pi * np.arange(64) / 64.0)
        usual = np.std(np.tanh(gain * sine + lean))
        self._gain, self._lean, self._rest = np.float32(gain), np.float32(lean), np.float32(rest)
        self._makeup = np.float32(np.std(sine) / usual)

    def __call__(self, signal: np.ndarray) -> np.ndarray:
        return (np.tanh(signal * self._gain + self._lean) - self._rest) * self._makeup


class Bitcrush:
    """Fewer bits and fewer samples, as early samplers had: each held until the next, nothing smoothed over."""

    def __init__(self, settings: Mapping[str, float], context: Context) -> None:
        self._steps = 2.0 ** (settings["bits"] - 1.0)
        self._ratio = min(1.0, settings["rate_hz"] / context.rate_hz)
        self._mix = np.float32(settings["mix"])
        self._held = np.zeros((1, 2), dtype=np.float32)

    @property
    def tail_frames(self) -> int:
        return 0

    def process(self, block: Samples, start_frame: int) -> Samples:
        if len(block) == 0:
            return block
        frames = np.arange(start_frame, start_frame + len(block))
        # The frame at which the sample that sounds now was taken.
        taken = np.ceil(np.floor(frames * self._ratio) / self._ratio).astype(np.int64)
        known = np.concatenate([self._held, block])
        held = known[np.maximum(np.minimum(taken, frames) - start_frame + 1, 0)]
        self._held = held[-1:]
        crushed = (np.round(held * self._steps) / self._steps).astype(np.float32)
        return block + self._mix * (crushed - block)


class Tape:
    """A worn machine: pitch that wavers slowly (wow) and quickly (flutter), a soft top, a full bottom.

    At `wow` 1 the pitch strays up to 25 cents; the sound is then at most 7 ms late, and 2 ms as set.
    """

    WOW_HZ, FLUTTER_HZ = 0.7, 7.3

    def __init__(self, settings: Mapping[str, float], context: Context) -> None:
        wow, warmth = settings["wow"], settings["warmth"]
        rate = context.rate_hz
        self._rate_hz = rate
        self._sway_s = wow * (2.0 ** (22.0 / 1200.0) - 1.0) / (2.0 * np.pi * self.WOW_HZ)
        self._shake_s = wow * (2.0 ** (5.0 / 1200.0) - 1.0) / (2.0 * np.pi * self.FLUTTER_HZ)
        self._phases = np.random.Generator(np.random.PCG64([context.seed & 0xFFFF_FFFF, 0x7461_7065])).random(4)
        self._middle = (self._sway_s + self._shake_s) * rate + 2.0
        self._delay = GlidingDelay(int(2.0 * self._middle) + 8)
        self._curve = SoftCurve(0.12 + 0.25 * warmth)
        self._oversampler = Oversampler()
        self._tone = Chain(
            biquad("highpass", 24.0, 0.707, rate),
            peak(85.0, 2.5 * warmth, 0.7, rate),
            shelf("high", 5_000.0, -7.0 * warmth, rate),
            biquad("lowpass", 19_000.0 * (9_500.0 / 19_000.0) ** warmth, 0.6, rate),
        )

    @property
    def tail_frames(self) -> int:
        return int(2.0 * self._middle) + 256

    def process(self, block: Samples, start_frame: int) -> Samples:
        if len(block) == 0:
            return block
        signal = np.ascontiguousarray(block.T, dtype=np.float32)
        wavering = self._delay(signal, self._delays(start_frame, len(block)))
        bent = self._oversampler(wavering, self._curve)
        return to_samples(self._tone(bent.astype(np.float64) + 1e-25))

    def _delays(self, start_frame: int, count: int) -> Signal:
        """The delay of each frame in frames; two slow and two quick waves that never meet again the same way."""
        waves = (
            (self.WOW_HZ, 0.7 * self._sway_s),
            (self.WOW_HZ * 1.618, 0.3 * self._sway_s),
            (self.FLUTTER_HZ, 0.6 * self._shake_s),
            (self.FLUTTER_HZ * 1.414, 0.4 * self._shake_s),
        )
        delays = np.full(count, self._middle)
        for (hertz, sway_s), phase in zip(waves, self._phases, strict=True):
            delays += sway_s * self._rate_hz * slow_wave(start_frame, count, hertz / self._rate_hz, phase)
        return delays
