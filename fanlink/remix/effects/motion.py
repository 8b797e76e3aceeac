"""What moves by itself: chorus, phaser, tremolo, autopan, and the gliding delay that tape and chorus share."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from fanlink.remix.effects.processor import Context, Samples, Signal, to_samples, to_signal

KNOT_FRAMES = 64
"""Slow waves are computed at knots this far apart and drawn straight in between."""


def slow_wave(start_frame: int, count: int, turns_per_frame: float, phase: float) -> Signal:
    """A sine at the frames from `start_frame` on; `phase` in turns. Knots are fixed to the remix, not to the block."""
    first = start_frame // KNOT_FRAMES
    knots = np.arange(first, (start_frame + count) // KNOT_FRAMES + 2)
    heights = np.sin(2.0 * np.pi * ((knots * (KNOT_FRAMES * turns_per_frame) + phase) % 1.0))
    frames = np.arange(start_frame, start_frame + count)
    return np.interp(frames, knots * KNOT_FRAMES, heights)


class GlidingDelay:
    """A delay line read anywhere between its frames, by the cubic of Catmull and Rom."""

    def __init__(self, most_frames: int, channels: int = 2) -> None:
        self._most = most_frames + 3
        self._past = np.zeros((channels, self._most), dtype=np.float32)

    def __call__(self, signal: NDArray[np.float32], *delays: Signal) -> NDArray[np.float32]:
        """The signal (channels, frames), each frame late by its delay in frames, at least 2; one delay for each
        channel, or one for all."""
        known = np.concatenate([self._past, signal], axis=1)
        out = np.empty_like(signal)
        for index, delay in enumerate(delays if len(delays) > 1 else delays * len(signal)):
            out[index] = self._read(known[index], delay)
        self._past = known[:, known.shape[1] - self._most :].copy()
        return out

    def _read(self, known: NDArray[np.float32], delay: Signal) -> NDArray[np.float32]:
        whole = np.ceil(delay)
        way = (whole - delay).astype(np.float32)
        at = (np.arange(self._most, self._most + len(delay)) - whole).astype(np.intp)
        p0, p1, p2, p3 = known[at - 1], known[at], known[at + 1], known[at + 2]
        half = np.float32(0.5)
        bend = p0 - p1 * np.float32(2.5) + p2 * np.float32(2.0) - p3 * half
        twist = (p3 - p0) * half + (p1 - p2) * np.float32(1.5)
        return p1 + way * ((p2 - p0) * half + way * (bend + way * twist))


class Chorus:
    """Three late copies in each channel whose delays sway, so that one voice sounds as several."""

    VOICES = ((11.0, 1.0, 0.0), (16.5, 0.83, 0.37), (22.5, 1.21, 0.71))

    def __init__(self, settings: Mapping[str, float], context: Context) -> None:
        depth = settings["depth"]
        self._rate_hz = context.rate_hz
        self._turns = settings["rate_hz"] / context.rate_hz
        # Deeper strays further in pitch, up to about 20 cents, whatever the pace.
        self._sway_ms = depth * min(5.0, 1_000.0 * 0.0116 / (2.0 * np.pi * settings["rate_hz"]))
        self._wet = np.float32(0.45 * np.sqrt(depth))
        self._dry = np.float32(1.0 / np.sqrt(1.0 + 3.0 * float(self._wet) ** 2))
        self._lines = [GlidingDelay(int(0.03 * context.rate_hz)) for _ in self.VOICES]

    @property
    def tail_frames(self) -> int:
        return int(0.03 * self._rate_hz)

    def process(self, block: Samples, start_frame: int) -> Samples:
        if len(block) == 0:
            return block
        signal = np.ascontiguousarray(block.T, dtype=np.float32)
        wet = np.zeros_like(signal)
        per_ms = self._rate_hz / 1_000.0
        for line, (base_ms, pace, phase) in zip(self._lines, self.VOICES, strict=True):
            left, right = (
                (base_ms + self._sway_ms * slow_wave(start_frame, len(block), self._turns * pace, phase + side)) * per_ms
                for side in (0.0, 0.25)
            )
            wet += line(signal, left, right)
        return np.ascontiguousarray((self._dry * (signal + self._wet * wet)).T)


class Phaser:
    """Six allpass stages that sweep together; the left ear hears all six against the dry sound, the right four."""

    SEGMENT_FRAMES = 128
    LOWEST_HZ, HIGHEST_HZ = 180.0, 3_200.0

    def __init__(self, settings: Mapping[str, float], context: Context) -> None:
        self._rate_hz = context.rate_hz
        self._turns = settings["rate_hz"] / context.rate_hz
        self._wet = 0.5 * settings["depth"]
        self._memory = [np.zeros((2, 2)) for _ in range(3)]

    @property
    def tail_frames(self) -> int:
        return int(0.05 * self._rate_hz)

    def process(self, block: Samples, start_frame: int) -> Samples:
        signal = to_signal(block)
        turned = np.empty_like(signal)
        place = 0
        while place < len(block):
            segment, inside = divmod(start_frame + place, self.SEGMENT_FRAMES)
            end = min(len(block), place + self.SEGMENT_FRAMES - inside)
            turned[:, place:end] = self._turn(signal[:, place:end], segment)
            place = end
        return to_samples((1.0 - self._wet) * signal + self._wet * turned)

    def _turn(self, piece: Signal, segment: int) -> Signal:
        """Two equal first-order allpass stages are one biquad."""
        swing = 0.5 - 0.5 * np.cos(2.0 * np.pi * ((segment * self.SEGMENT_FRAMES * self._turns) % 1.0))
        corner_hz = self.LOWEST_HZ * (self.HIGHEST_HZ / self.LOWEST_HZ) ** swing
        tangent = np.tan(np.pi * corner_hz / self._rate_hz)
        a = (tangent - 1.0) / (tangent + 1.0)
        b_taps, a_taps = np.array([a * a, 2.0 * a, 1.0]), np.array([1.0, 2.0 * a, a * a])
        stages = []
        for index in range(3):
            piece, self._memory[index] = lfilter(b_taps, a_taps, piece, axis=1, zi=self._memory[index])
            stages.append(piece)
        return np.stack([stages[2][0], stages[1][1]])


class Tremolo:
    """The level rises and falls in note values, loudest on the beat."""

    def __init__(self, settings: Mapping[str, float], context: Context) -> None:
        self._depth = settings["depth"]
        self._turns = 1.0 / context.frames(settings["note_beats"])

    @property
    def tail_frames(self) -> int:
        return 0

    def process(self, block: Samples, start_frame: int) -> Samples:
        wave = slow_wave(start_frame, len(block), self._turns, 0.25)
        return block * (1.0 - self._depth * (0.5 - 0.5 * wave)).astype(np.float32)[:, None]


class Autopan:
    """The sound walks from side to side in note values, as loud everywhere."""

    def __init__(self, settings: Mapping[str, float], context: Context) -> None:
        self._depth = settings["depth"]
        self._turns = 1.0 / context.frames(settings["note_beats"])

    @property
    def tail_frames(self) -> int:
        return 0

    def process(self, block: Samples, start_frame: int) -> Samples:
        place = 0.25 * np.pi * (1.0 + self._depth * slow_wave(start_frame, len(block), self._turns, 0.0))
        gains = np.stack([np.cos(place), np.sin(place)], axis=1) * np.sqrt(2.0)
        return block * gains.astype(np.float32)
