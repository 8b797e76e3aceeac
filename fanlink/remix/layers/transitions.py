"""The sounds that lead into a section and out of one: the riser, and the drop's impact with its falling tail."""

from __future__ import annotations

import numpy as np

from fanlink.remix.layers.notes import fold
from fanlink.remix.layers.song import Samples, Song
from fanlink.remix.layers.synthesis import (
    Mono,
    decay,
    edges,
    hertz,
    oscillator,
    passed,
    seconds,
    sine,
    source,
    stereo,
    to_peak,
)

_BANDS = 24


def transition(name: str, song: Song, beats: float, level_db: float) -> Samples:
    """The sound of the edit `riser` or `drop` over so many beats, its peak at `level_db`.

    A riser is exactly as long as its beats and ends at its loudest, on the downbeat that follows. A drop begins with its
    impact and has a tail of up to two seconds past its beats.
    """
    assert name in ("riser", "drop"), name
    assert beats > 0.0
    made = _riser(song, song.frame(beats)) if name == "riser" else _drop(song, song.frame(beats))
    return to_peak(made, 10.0 ** (level_db / 20.0))


def _gliding_noise(frames: int, rate_hz: int, centre_hz: np.ndarray, width_octaves: float, *name: str | int) -> Samples:
    """Noise through a band that glides: bands of a third of an octave, faded as the centre passes over them.

    `centre_hz` is given at 128 points over the whole length.
    """
    noise = source(*name).standard_normal((frames, 2)).astype(np.float32)
    edges_hz = 110.0 * 2.0 ** (np.arange(_BANDS + 1) * 7.2 / _BANDS)
    out = np.zeros((frames, 2), dtype=np.float32)
    points = np.linspace(0, frames, len(centre_hz))
    for low_hz, high_hz in zip(edges_hz[:-1], edges_hz[1:], strict=True):
        if high_hz > 0.43 * rate_hz:
            break
        away = np.log2(np.sqrt(low_hz * high_hz) / centre_hz) / width_octaves
        gain = np.interp(np.arange(frames), points, np.exp(-(away**2))).astype(np.float32)
        # Bands widen as they rise; the root keeps what each adds alike.
        out += passed(noise, rate_hz, low_hz, high_hz, 1) * (gain * np.float32((110.0 / low_hz) ** 0.35))[:, None]
    return out


def _riser(song: Song, frames: int) -> Samples:
    """Noise that opens, the key's tonic and fifth that climb an octave into it, and a pulse that quickens."""
    rate_hz = song.rate_hz
    way = np.linspace(0.0, 1.0, 128)
    air = _gliding_noise(frames, rate_hz, 240.0 * 2.0 ** (5.2 * way**1.1), 0.85, "riser", song.seed & 0xFFFF)
    air /= np.sqrt(np.mean(air**2)) + 1e-9
    t = np.arange(frames) / max(1, frames)
    tonic = fold(song.sounding_key.tonic, 52)
    tones = np.zeros(frames, dtype=np.float32)
    for interval, level, cents in ((0, 1.0, -6.0), (0, 1.0, 6.0), (7, 0.7, 0.0), (12, 0.5, 3.0)):
        # From an octave below to the pitch itself: the phase is the integral of f0 * 2^(t - 1).
        top_hz = hertz(tonic + interval) * 2.0 ** (cents / 1200.0)
        turns = top_hz * (frames / rate_hz) * 2.0 ** (t - 1.0) / np.log(2.0)
        tones += np.float32(level) * sum(np.float32(1.0 / n) * sine(n * turns) for n in range(1, 7))
    tones /= np.sqrt(np.mean(tones**2)) + 1e-9
    beats = t * frames * song.tempo_bpm / 60.0 / rate_hz
    left_over = (frames * song.tempo_bpm / 60.0 / rate_hz) - beats
    pulse = 0.5 + 0.5 * np.cos(2.0 * np.pi * 2.0 * left_over)
    depth = 0.55 * t
    swell = (10.0 ** ((t - 1.0) * 30.0 / 20.0)) * (1.0 - depth * (1.0 - pulse))
    made = (air + 0.38 * tones[:, None]) * swell.astype(np.float32)[:, None]
    return edges(made.astype(np.float32), rate_hz, 0.02, 0.006)


def _drop(song: Song, frames: int) -> Samples:
    """An impact, deep and bright at once, and under it noise that closes as it falls."""
    rate_hz = song.rate_hz
    total = frames + int(2.0 * rate_hz)
    deep = np.zeros(total, dtype=np.float32)
    boom = _boom(song, min(total, int(2.4 * rate_hz)))
    deep[: len(boom)] = boom
    crash = source("impact", song.seed & 0xFFFF).standard_normal((total, 2)).astype(np.float32)
    crash = passed(crash, rate_hz, 500.0, 9_000.0, 1) * (decay(total, rate_hz, 1.6) ** 0.5 * decay(total, rate_hz, 3.2))[:, None]
    length_s = max(0.5, frames / rate_hz)
    way = np.linspace(0.0, total / max(1, frames), 128)
    fall = _gliding_noise(total, rate_hz, 7_000.0 * 2.0 ** (-5.2 * np.minimum(1.2, way) ** 0.8), 0.9, "fall", song.seed & 0xFFFF)
    fall = fall / np.sqrt(np.mean(fall**2)) * decay(total, rate_hz, 1.6 * length_s)[:, None]
    made = stereo(deep) + np.float32(0.16) * crash + np.float32(0.12) * fall
    return edges(made, rate_hz, 0.0008, 0.3)


def _boom(song: Song, frames: int) -> Mono:
    """A falling sine that lands on the key's tonic, with a slap in front."""
    rate_hz = song.rate_hz
    root_hz = hertz(fold(song.sounding_key.tonic, 24))
    t = seconds(frames, rate_hz)
    fall_s = 0.045
    tone = sine(root_hz * t + 4.0 * root_hz * fall_s * (1.0 - np.exp(-t / fall_s))) * decay(frames, rate_hz, 2.0)
    slap = passed(source("slap").standard_normal(frames).astype(np.float32), rate_hz, 150.0, 2_500.0) * decay(frames, rate_hz, 0.12)
    warm = oscillator("triangle", root_hz * 2.0, frames, rate_hz) * decay(frames, rate_hz, 0.7)
    return edges(np.tanh(1.6 * tone + 0.25 * warm + 0.5 * slap).astype(np.float32), rate_hz, 0.0006, 0.2)
