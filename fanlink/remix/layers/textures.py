"""The textures: sounds of a place or a medium under the music.

Each is a loop of about 24 seconds that goes round without a seam, read at the frame of the remix: one bar ends where the
next begins, to the sample. Noise is shaped as a spectrum, slow motion is a sum of waves that fit the loop.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy.signal import butter, sosfilt

from fanlink.remix.layers.song import Samples, Song, mix_into, pan_gains
from fanlink.remix.layers.synthesis import Mono, decay, edges, shaped_noise, sine, source, stereo, to_peak

Chance = np.random.Generator


def render(sound: str, song: Song, start_beat: float, beats: float) -> Samples:
    """The texture over the span; it has no tail, for it goes on in the next."""
    table = loop(sound, song.rate_hz, song.seed & 0xFFFF)
    return np.take(table, np.arange(song.frame(start_beat), song.frame(start_beat + beats)), axis=0, mode="wrap")


@lru_cache(maxsize=4)
def loop(sound: str, rate_hz: int, seed: int) -> Samples:
    """One round of a texture, (frames, 2)."""
    frames = 1 << (20 if rate_hz <= 50_000 else 21)
    made = MAKERS[sound](frames, rate_hz, source("texture", sound, seed))
    made -= made.mean(axis=0, keepdims=True)
    return np.ascontiguousarray(made, dtype=np.float32)


def _both(frames: int, rate_hz: int, chance: Chance, shape: Callable[[np.ndarray], np.ndarray]) -> Samples:
    """Noise of its own in each ear."""
    return stereo(shaped_noise(frames, rate_hz, chance, shape), shaped_noise(frames, rate_hz, chance, shape))


def _slow(frames: int, rate_hz: int, chance: Chance, period_s: float, count: int = 6) -> Mono:
    """A restless line about 0, RMS 1, that moves at about this period and fits the loop."""
    turns = max(1, round(frames / rate_hz / period_s))
    points = np.zeros(2_048)
    at = np.arange(2_048) / 2_048.0
    for number in range(1, count + 1):
        points += np.sin(2.0 * np.pi * (at * max(1, round(turns * (0.4 + 1.6 * chance.random()))) + chance.random())) / number**0.5
    return _fine(points / np.sqrt(np.mean(points**2)), frames)


def _fine(points: np.ndarray, frames: int) -> Mono:
    """A slow line given by some points of the loop, a power of two, drawn straight between them for every frame."""
    each = frames // len(points)
    rise = np.diff(points, append=points[0]).astype(np.float32)[:, None] * (np.arange(each, dtype=np.float32) / each)
    return (points.astype(np.float32)[:, None] + rise).ravel()


def _scatter(out: Samples, sounds: list[Mono], chance: Chance, count: int, loudness: Callable[[int], np.ndarray]) -> None:
    """Lets so many sounds fall anywhere in the loop and anywhere between the ears; what overhangs comes round."""
    frames = len(out)
    spots, pans, gains = chance.integers(0, frames, count), chance.uniform(-0.9, 0.9, count), loudness(count)
    for spot, pan, gain, which in zip(spots.tolist(), pans.tolist(), gains.tolist(), chance.integers(0, len(sounds), count).tolist(), strict=True):
        left, right = pan_gains(pan)
        sound = sounds[which][:, None]
        mix_into(out, sound, spot, (left * gain, right * gain))
        if spot + len(sound) > frames:
            mix_into(out, sound, spot - frames, (left * gain, right * gain))


def _vinyl(frames: int, rate_hz: int, chance: Chance) -> Samples:
    """A record: hiss of the groove, rumble of the motor, fine crackle, and now and then a pop, once a turn a tick."""
    hiss = _both(frames, rate_hz, chance, lambda f: (f / 1_000.0) ** 0.2 / (1.0 + (f / 7_000.0) ** 4) * (f > 300.0)) * 0.022
    rumble = stereo(shaped_noise(frames, rate_hz, chance, lambda f: np.exp(-(((f - 42.0) / 22.0) ** 2)))) * np.float32(0.006)
    out = hiss + rumble
    clicks = [_crack(rate_hz, chance, length_ms) for length_ms in chance.uniform(0.15, 0.9, 24)]
    _scatter(out, clicks, chance, int(38 * frames / rate_hz), lambda n: 0.045 * chance.pareto(1.9, n).clip(0.05, 3.5))
    pops = [_crack(rate_hz, chance, length_ms) for length_ms in chance.uniform(1.5, 4.0, 8)]
    _scatter(out, pops, chance, int(0.7 * frames / rate_hz), lambda n: chance.uniform(0.08, 0.2, n))
    turns = round(frames / rate_hz / 1.8)
    for turn in range(turns):
        mix_into(out, pops[0][:, None], int((turn + 0.13) * frames / turns), 0.07 * chance.uniform(0.6, 1.2))
    return out


def _crack(rate_hz: int, chance: Chance, length_ms: float) -> Mono:
    """One grain of dust under the needle: an impulse through the cartridge's resonance."""
    frames = int(rate_hz * 0.012)
    grain = np.zeros(frames)
    count = max(2, int(length_ms * rate_hz / 1_000.0))
    grain[:count] = chance.standard_normal(count) * np.hanning(count + 2)[1:-1]
    low, high = chance.uniform(500.0, 1_500.0), min(chance.uniform(3_500.0, 9_000.0), 0.42 * rate_hz)
    return to_peak(edges(sosfilt(butter(1, [low, high], "bandpass", fs=rate_hz, output="sos"), grain).astype(np.float32), rate_hz, 0.0001, 0.002))


def _rain(frames: int, rate_hz: int, chance: Chance) -> Samples:
    """Rain on a street behind the window: the far wash, a roof that drums, and single drops close by."""
    wash = _both(frames, rate_hz, chance, lambda f: (f > 150.0) / (1.0 + (f / 2_600.0) ** 1.6) * (1.0 + 0.6 * np.exp(-(((f - 5_200.0) / 2_600.0) ** 2))))
    out = wash * (0.05 * (1.0 + 0.16 * _slow(frames, rate_hz, chance, 5.0)))[:, None]
    out += _both(frames, rate_hz, chance, lambda f: np.exp(-(((f - 380.0) / 260.0) ** 2))) * np.float32(0.018)
    drops = [_drop(rate_hz, chance) for _ in range(48)]
    _scatter(out, drops, chance, int(150 * frames / rate_hz), lambda n: 0.02 * chance.pareto(2.2, n).clip(0.1, 7.0))
    ticks = [_crack(rate_hz, chance, 0.4) for _ in range(16)]
    _scatter(out, ticks, chance, int(260 * frames / rate_hz), lambda n: 0.012 * chance.pareto(2.5, n).clip(0.1, 5.0))
    return out


def _drop(rate_hz: int, chance: Chance) -> Mono:
    """A drop into water: the bubble it makes rings, rising a little (van den Doel 2005, "Physically Based Models for
    Liquid Sounds")."""
    frames = int(rate_hz * 0.06)
    pitch_hz = 2.0 ** chance.uniform(9.6, 12.1)
    t = np.arange(frames) / rate_hz
    rising = pitch_hz * (t + chance.uniform(0.5, 4.0) * t * t)
    return edges(sine(rising) * decay(frames, rate_hz, chance.uniform(0.012, 0.05)), rate_hz, 0.0004, 0.01)


def _tape_hiss(frames: int, rate_hz: int, chance: Chance) -> Samples:
    """A cassette with nothing on it: hiss that breathes a little, a trace of hum."""
    hiss = _both(frames, rate_hz, chance, lambda f: np.minimum(1.0, (f / 3_000.0) ** 0.7) / (1.0 + (f / 11_500.0) ** 8) * (f > 60.0))
    out = hiss * (0.08 * (1.0 + 0.05 * _slow(frames, rate_hz, chance, 1.2)))[:, None]
    cycles = round(50.0 * frames / rate_hz)
    at = np.arange(frames) * (cycles / frames)
    return out + stereo(sum(level * sine(number * at) for number, level in ((1, 0.004), (2, 0.0025), (3, 0.0012))))


def _wind(frames: int, rate_hz: int, chance: Chance) -> Samples:
    """Wind: bands of noise that gusts open one after the other, and a whistle around a corner."""
    out = _both(frames, rate_hz, chance, lambda f: (f > 40.0) / (1.0 + (f / 220.0) ** 1.5)) * np.float32(0.03)
    gust = _slow(frames, rate_hz, chance, 6.0)
    for centre_hz, level, sharp in ((260.0, 0.05, 0.9), (520.0, 0.045, 0.7), (980.0, 0.025, 0.5), (1_750.0, 0.008, 0.2)):
        band = _both(frames, rate_hz, chance, lambda f, c=centre_hz, s=sharp: np.exp(-((np.log2(np.maximum(f, 1.0) / c) / s) ** 2)))
        for ear in (0, 1):
            own = 0.8 * gust + 0.5 * _slow(frames, rate_hz, chance, 3.0)
            out[:, ear] += band[:, ear] * np.float32(level) * np.exp(np.float32(0.75) * own - np.float32(0.3))
    return out


def _room(frames: int, rate_hz: int, chance: Chance) -> Samples:
    """A quiet room: air, far traffic, wood and cloth that move once in a while."""
    air = _both(frames, rate_hz, chance, lambda f: (f > 25.0) / (1.0 + (f / 120.0) ** 1.1) / (1.0 + (f / 6_000.0) ** 2))
    out = air * (0.06 * (1.0 + 0.1 * _slow(frames, rate_hz, chance, 7.0)))[:, None]
    steps = []
    for _ in range(8):
        length = int(rate_hz * chance.uniform(0.05, 0.25))
        steps.append(edges(shaped_noise(length, rate_hz, chance, lambda f, c=chance.uniform(180.0, 1_400.0): np.exp(-((np.log2(np.maximum(f, 1.0) / c) / 0.7) ** 2))), rate_hz, 0.01, 0.04))
    _scatter(out, steps, chance, int(0.5 * frames / rate_hz), lambda n: chance.uniform(0.008, 0.03, n))
    return out


def _waves(frames: int, rate_hz: int, chance: Chance) -> Samples:
    """The sea: each wave gathers low, breaks bright, and runs back as a hiss over the stones."""
    out = _both(frames, rate_hz, chance, lambda f: (f > 30.0) / (1.0 + (f / 180.0) ** 1.2)) * np.float32(0.03)
    at = np.arange(4_096) / 4_096.0
    low = _both(frames, rate_hz, chance, lambda f: (f > 40.0) / (1.0 + (f / 420.0) ** 2))
    bright = _both(frames, rate_hz, chance, lambda f: (f > 200.0) / (1.0 + (f / 2_600.0) ** 1.3))
    foam = _both(frames, rate_hz, chance, lambda f: np.exp(-((np.log2(np.maximum(f, 1.0) / 5_000.0) / 0.9) ** 2)))
    for start, strength in ((0.05, 1.0), (0.37, 0.75), (0.70, 0.9)):
        way = (at - start) % 1.0 * (frames / rate_hz)
        swell = np.exp(-(((way - 3.0) / 1.4) ** 2)) * strength
        crash = (1.0 - np.exp(-np.maximum(0.0, way - 2.6) / 0.35)) * np.exp(-np.maximum(0.0, way - 2.6) / 1.5) * strength
        wash = (1.0 - np.exp(-np.maximum(0.0, way - 3.2) / 0.8)) * np.exp(-np.maximum(0.0, way - 3.2) / 2.6) * strength
        # A wave walks along the shore, from one ear to the other.
        lean = 0.3 * np.clip((way - 3.0) / 4.0, -1.0, 1.0)
        for ear, side in ((0, 1.0 - lean), (1, 1.0 + lean)):
            for noise, curve in ((low, 0.12 * swell), (bright, 0.13 * crash), (foam, 0.035 * wash)):
                out[:, ear] += noise[:, ear] * _fine(curve * side, frames)
    return out


def _night(frames: int, rate_hz: int, chance: Chance) -> Samples:
    """A summer night: crickets, each with a pitch, a pace and a place of its own, and air that hardly moves."""
    out = _both(frames, rate_hz, chance, lambda f: (f > 40.0) / (1.0 + (f / 300.0) ** 1.4)) * np.float32(0.02)
    out += _both(frames, rate_hz, chance, lambda f: np.exp(-(((f - 4_600.0) / 900.0) ** 2))) * np.float32(0.008)
    length_s = frames / rate_hz
    at = np.arange(frames) / frames
    coarse = np.arange(16_384) / 16_384.0
    for number in range(6):
        pitch = round(chance.uniform(3_900.0, 5_200.0) * length_s)
        pulses = round(chance.uniform(26.0, 38.0) * length_s)
        calls = round(chance.uniform(0.9, 2.4) * length_s)
        pulse = np.maximum(np.float32(0.0), sine(at * pulses))
        call = 1.0 / (1.0 + np.exp(-18.0 * (np.sin(2.0 * np.pi * (coarse * calls + chance.random())) - 0.1)))
        call *= 1.0 / (1.0 + np.exp(-3.0 * (np.sin(2.0 * np.pi * (coarse * chance.integers(2, 5) + chance.random())) + 0.5)))
        voice = sine(at * pitch) * pulse * _fine(call, frames)
        left, right = pan_gains(chance.uniform(-0.95, 0.95))
        out += stereo(voice * np.float32(left), voice * np.float32(right)) * np.float32(0.03 / (1.0 + 0.6 * number))
    return out


MAKERS: dict[str, Callable[[int, int, Chance], Samples]] = {
    "vinyl": _vinyl, "rain": _rain, "tape-hiss": _tape_hiss, "wind": _wind, "room": _room, "waves": _waves, "night": _night,
}
