"""The reverb: a room that is drawn from noise, and the fast convolution that puts a sound in it.

The late sound is noise whose bands die at their own pace (Moorer 1979, "About This Reverberation Business"); the
first reflections are single echoes. The convolution is partitioned in two sizes (Gardner 1995, "Efficient
Convolution without Input-Output Delay"); what is nearer than the smaller partition is those single echoes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from fanlink.remix.effects.processor import Context, Samples, balance

NEAR_FRAMES, FAR_FRAMES = 1_024, 16_384

Response = NDArray[np.float32]

# Upper edge of each band and its decay against `decay_s`: without damping, and with all of it.
_BANDS = ((120.0, 0.75, 0.75), (250.0, 1.0, 1.0), (800.0, 1.05, 1.0), (2_000.0, 1.0, 0.75), (4_500.0, 0.85, 0.45), (9_000.0, 0.62, 0.24), (1e9, 0.42, 0.12))
# The lowest octave is held back: a room that booms hides the bass line.
_BAND_GAINS = (0.25, 0.75, 1.0, 1.0, 0.9, 0.8, 0.6)
_ENERGY = 0.6


@dataclass(frozen=True, slots=True)
class Room:
    """A stereo room: `taps` are (frames, left gain, right gain), `response` (2, frames) is all that comes later."""

    taps: tuple[tuple[int, float, float], ...]
    near: NDArray[np.complex64]
    far: NDArray[np.complex64]
    frames: int


@lru_cache(maxsize=6)
def room(rate_hz: int, decay_s: float, damping: float, predelay_ms: float, seed: int) -> Room:
    """The room of these settings; the seed shapes its noise and places its first reflections."""
    source = np.random.Generator(np.random.PCG64([seed & 0xFFFF_FFFF, 0x726F_6F6D]))
    predelay = int(predelay_ms * rate_hz / 1_000.0)
    late = _late_sound(source, rate_hz, decay_s, damping)
    response = np.zeros((2, predelay + late.shape[1]), dtype=np.float32)
    response[:, predelay:] = late
    taps = _first_reflections(source, rate_hz, decay_s, predelay)
    for frame, left, right in taps:
        if NEAR_FRAMES <= frame < response.shape[1]:
            response[:, frame] += (left, right)
    response[:, :NEAR_FRAMES] = 0.0
    return Room(
        taps=tuple(tap for tap in taps if tap[0] < NEAR_FRAMES),
        near=_partitions(response[:, :FAR_FRAMES], NEAR_FRAMES),
        far=_partitions(response, FAR_FRAMES),
        frames=response.shape[1],
    )


def _late_sound(source: np.random.Generator, rate_hz: int, decay_s: float, damping: float) -> Response:
    """Noise (2, frames) that dies band by band, its whole energy `_ENERGY` in each channel."""
    frames = int(rate_hz * (decay_s * 1.1 + 0.05))
    size = fft.next_fast_len(frames, real=True)
    spectrum = fft.rfft(source.standard_normal((2, size)).astype(np.float32), axis=1)
    hertz = fft.rfftfreq(size, 1.0 / rate_hz)
    seconds = np.arange(frames, dtype=np.float32) / rate_hz
    sound = np.zeros((2, frames), dtype=np.float32)
    below = np.zeros_like(hertz)
    for (edge_hz, bright, dark), gain in zip(_BANDS, _BAND_GAINS, strict=True):
        upto = 1.0 / (1.0 + (hertz / edge_hz) ** 6) if edge_hz < 1e8 else np.ones_like(hertz)
        band = fft.irfft(spectrum * (upto - below).astype(np.float32), size, axis=1)[:, :frames]
        rt60_s = decay_s * (bright + (dark - bright) * damping)
        sound += band * (gain * np.exp(-6.9078 * seconds / rt60_s)).astype(np.float32)
        below = upto
    # The field grows dense over the first hundredths, as it does between walls, and ends without a step.
    sound *= np.minimum(1.0, seconds / min(0.03, decay_s / 8.0)) * np.minimum(1.0, (frames / rate_hz - seconds) / 0.03)
    energy = np.sqrt(np.sum(sound.astype(np.float64) ** 2, axis=1, keepdims=True))
    return (sound * (np.sqrt(_ENERGY) / energy)).astype(np.float32)


def _first_reflections(source: np.random.Generator, rate_hz: int, decay_s: float, predelay: int) -> tuple[tuple[int, float, float], ...]:
    """Eleven single echoes in the first 20 to 60 ms, wider apart and stronger in larger rooms."""
    span_s = 0.018 + 0.042 * min(1.0, decay_s / 3.0)
    taps = []
    for index in range(11):
        at_s = 0.003 + span_s * ((index + source.uniform(0.2, 0.8)) / 11.0) ** 1.3
        gain = 0.30 * np.exp(-1.6 * at_s / span_s) * (1.0 if source.random() < 0.5 else -1.0)
        side = source.uniform(0.15, 0.85)
        taps.append((predelay + max(1, int(at_s * rate_hz)), float(gain * np.sqrt(1.0 - side)), float(gain * np.sqrt(side))))
    return tuple(taps)


def _partitions(response: Response, size: int) -> NDArray[np.complex64]:
    """The spectra of the response from `size` frames on, in steps of `size`: (steps, 2, bins)."""
    steps = max(0, -(-response.shape[1] // size) - 1)
    padded = np.zeros((2, steps * size), dtype=np.float32)
    later = response[:, size : size + padded.shape[1]]
    padded[:, : later.shape[1]] = later
    blocks = padded.reshape(2, steps, size).transpose(1, 0, 2)
    return fft.rfft(blocks, 2 * size, axis=2).astype(np.complex64)


class Partitioned:
    """Convolution with what a response does later than one partition; its answer is ready when it is due.

    The sum of partition p is made when partition p - 1 is complete, always of the same numbers in the same order,
    so blocks of any size give the same bits.
    """

    def __init__(self, spectra: NDArray[np.complex64], size: int) -> None:
        self._size = size
        self._steps = len(spectra)
        # Twice in a row and backwards, so that any turn of the ring is one plain slice.
        self._spectra = np.concatenate([spectra[::-1], spectra[::-1]]) if self._steps else spectra
        self._ring = np.zeros_like(spectra)
        self._turn = 0
        self._heard = np.zeros((2, 2 * size), dtype=np.float32)
        self._answer = np.zeros((2, size), dtype=np.float32)
        self._place = 0

    def add_to(self, wet: Response, signal: Response) -> None:
        """Adds the answer to `signal`, both (2, frames), to `wet`."""
        done, frames = 0, signal.shape[1]
        while self._steps and done < frames:
            count = min(frames - done, self._size - self._place)
            wet[:, done : done + count] += self._answer[:, self._place : self._place + count]
            into = self._size + self._place
            self._heard[:, into : into + count] = signal[:, done : done + count]
            done += count
            self._place += count
            if self._place == self._size:
                self._complete()

    def _complete(self) -> None:
        self._place = 0
        self._ring[self._turn] = fft.rfft(self._heard, axis=1)
        self._heard[:, : self._size] = self._heard[:, self._size :]
        # ring[turn] is the newest partition and meets the first spectrum, the one before it the second, and so on.
        start = self._steps - 1 - self._turn
        total = np.einsum("kcb,kcb->cb", self._ring, self._spectra[start : start + self._steps])
        self._answer = fft.irfft(total, 2 * self._size, axis=1)[:, self._size :]
        self._turn = (self._turn + 1) % self._steps


class Reverb:
    """A room around the sound; `mix` at a half has dry and wet both full."""

    def __init__(self, settings: Mapping[str, float], context: Context) -> None:
        self._room = room(context.rate_hz, settings["decay_s"], settings["damping"], settings["predelay_ms"], context.seed)
        self._near = Partitioned(self._room.near, NEAR_FRAMES)
        self._far = Partitioned(self._room.far, FAR_FRAMES)
        self._past = np.zeros((2, NEAR_FRAMES), dtype=np.float32)
        dry, wet = balance(settings["mix"])
        self._dry, self._wet = np.float32(dry), np.float32(wet)

    @property
    def tail_frames(self) -> int:
        return self._room.frames

    def process(self, block: Samples, start_frame: int) -> Samples:
        signal = np.ascontiguousarray(block.T, dtype=np.float32)
        wet = np.zeros_like(signal)
        # A room hears both speakers with each ear.
        shared = np.float32(0.8) * signal + np.float32(0.3) * signal[::-1]
        self._near.add_to(wet, shared)
        self._far.add_to(wet, shared)
        with_past = np.concatenate([self._past, shared], axis=1)
        for frame, left, right in self._room.taps:
            heard = with_past[:, NEAR_FRAMES - frame : with_past.shape[1] - frame]
            wet[0] += np.float32(left) * heard[0]
            wet[1] += np.float32(right) * heard[1]
        self._past = with_past[:, with_past.shape[1] - NEAR_FRAMES :].copy()
        return np.ascontiguousarray((self._dry * signal + self._wet * wet).T)
