"""How single drums are made. Each maker takes a rate, a source of chance and its settings, and returns mono sound
whose attack is at frame 0 and whose peak is 1; `kits` says which settings make which kit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from fanlink.remix.layers.synthesis import Mono, decay, edges, oscillator, partials, passed, shaped_noise, sine, to_peak

Chance = np.random.Generator


def _frames(rate_hz: int, length_s: float) -> int:
    return max(64, int(rate_hz * length_s))


def _falling_sine(frames: int, rate_hz: int, from_hz: float, to_hz: float, fall_s: float) -> Mono:
    """A sine whose pitch falls exponentially towards `to_hz`; the phase is the integral in closed form."""
    t = np.arange(frames) / rate_hz
    return sine(to_hz * t + (from_hz - to_hz) * fall_s * (1.0 - np.exp(-t / fall_s)))


def _noise(frames: int, chance: Chance) -> Mono:
    return chance.standard_normal(frames).astype(np.float32) * np.float32(0.35)


def _burst(rate_hz: int, chance: Chance, frames: int, rt60_s: float, low_hz: float, high_hz: float) -> Mono:
    return passed(_noise(frames, chance), rate_hz, low_hz, high_hz) * decay(frames, rate_hz, rt60_s)


def kick(
    rate_hz: int, chance: Chance, *, pitch_hz: float = 50.0, punch_hz: float = 220.0, fall_s: float = 0.025, rt60_s: float = 0.5,
    click: float = 0.3, click_hz: float = 3_500.0, drive: float = 0.2, shell: float = 0.0, knock: float = 0.0,
) -> Mono:
    """A falling sine with a beater in front; `shell` rings as wood does, `knock` is the slap of the skin."""
    frames = _frames(rate_hz, rt60_s * 1.25)
    body = _falling_sine(frames, rate_hz, punch_hz, pitch_hz, fall_s) * decay(frames, rate_hz, rt60_s)
    # A second, quicker fall gives the first milliseconds their weight.
    body += 0.5 * _falling_sine(frames, rate_hz, punch_hz * 2.3, pitch_hz * 1.5, fall_s * 0.4) * decay(frames, rate_hz, 0.09)
    if shell:
        body += shell * partials(frames, rate_hz, [(pitch_hz * 1.59, 0.6, rt60_s * 0.6), (pitch_hz * 2.14, 0.4, rt60_s * 0.45), (pitch_hz * 3.6, 0.25, 0.12)], [0.25])
    if knock:
        body += knock * _burst(rate_hz, chance, frames, 0.045, 300.0, 1_800.0)
    body += click * 2.0 * _burst(rate_hz, chance, frames, 0.018, click_hz * 0.5, click_hz * 2.2)
    gain = 1.0 + 6.0 * drive
    return to_peak(edges(np.tanh(gain * body) / np.float32(np.tanh(gain)), rate_hz, 0.0004, 0.03))


def snare(
    rate_hz: int, chance: Chance, *, tone_hz: float = 190.0, tone: float = 0.6, tone_rt60_s: float = 0.18, wires: float = 0.7, wires_rt60_s: float = 0.28,
    low_hz: float = 900.0, high_hz: float = 11_000.0, crack: float = 0.5, drive: float = 0.2, room: float = 0.0, room_rt60_s: float = 0.5,
) -> Mono:
    """Two modes of the skin, the wires as noise that opens and closes, and a crack of the stick."""
    frames = _frames(rate_hz, max(wires_rt60_s, tone_rt60_s, room_rt60_s if room else 0.0) * 1.25)
    skin = _falling_sine(frames, rate_hz, tone_hz * 1.7, tone_hz, 0.008) * decay(frames, rate_hz, tone_rt60_s)
    skin += 0.6 * _falling_sine(frames, rate_hz, tone_hz * 2.4, tone_hz * 1.78, 0.006) * decay(frames, rate_hz, tone_rt60_s * 0.7)
    wire = _burst(rate_hz, chance, frames, wires_rt60_s, low_hz, high_hz)
    wire += 0.6 * _burst(rate_hz, chance, frames, wires_rt60_s * 0.35, low_hz * 2.0, high_hz * 1.4)
    sound = tone * skin + wires * 2.2 * wire + crack * 2.4 * _burst(rate_hz, chance, frames, 0.02, 1_500.0, 9_000.0)
    if room:
        t = np.arange(frames, dtype=np.float32) / rate_hz
        sound += room * 1.2 * _burst(rate_hz, chance, frames, room_rt60_s, 250.0, 5_500.0) * np.minimum(1.0, t / 0.012)
    gain = 1.0 + 5.0 * drive
    return to_peak(edges(np.tanh(gain * to_peak(sound)), rate_hz, 0.0003, 0.02))


def metal(
    rate_hz: int, chance: Chance, *, rt60_s: float = 0.12, low_hz: float = 6_500.0, high_hz: float = 15_000.0, ring: float = 0.5, ring_hz: float = 0.0,
    tick: float = 0.3, bloom_s: float = 0.0, lines: int = 60,
) -> Mono:
    """A cymbal: many close resonances over noise; `ring_hz` adds the ping of a ride's bell, `bloom_s` swells a crash."""
    frames = _frames(rate_hz, rt60_s * 1.2)
    high_hz = min(high_hz, 0.43 * rate_hz)
    low_hz = min(low_hz, 0.5 * high_hz)
    spots = np.sort(chance.uniform(low_hz, high_hz, lines))
    levels = chance.uniform(0.3, 1.0, lines)

    def plate(hertz: np.ndarray) -> np.ndarray:
        level = np.full(len(hertz), 0.22)
        for spot_hz, height in zip(spots, levels, strict=True):
            level += height * ring / (1.0 + ((hertz - spot_hz) / (14.0 + spot_hz * 0.004)) ** 2)
        body = 1.0 / (1.0 + (low_hz / np.maximum(hertz, 1.0)) ** 6)
        return level * body / (1.0 + (hertz / high_hz) ** 8)

    t = np.arange(frames, dtype=np.float32) / rate_hz
    sound = shaped_noise(frames, rate_hz, chance, plate) * (0.65 * decay(frames, rate_hz, rt60_s) + 0.35 * decay(frames, rate_hz, rt60_s * 0.35))
    if bloom_s:
        sound *= 0.45 + 0.55 * np.minimum(1.0, t / bloom_s)
    if ring_hz:
        pings = [(ring_hz * factor * chance.uniform(0.995, 1.005), 0.5 / (index + 1) ** 0.5, rt60_s * 0.3 / (1.0 + 0.3 * index)) for index, factor in enumerate((1.0, 1.48, 2.09, 2.56, 3.21))]
        sound += partials(frames, rate_hz, pings, list(chance.random(5)))
    sound += tick * 4.0 * _burst(rate_hz, chance, frames, 0.008, 3_000.0, 14_000.0)
    return to_peak(edges(sound, rate_hz, 0.0003, 0.2 * rt60_s))


def square_metal(rate_hz: int, chance: Chance, *, rt60_s: float = 0.08, low_hz: float = 7_000.0, tune: float = 1.0, noise: float = 0.0) -> Mono:
    """The hi-hat of the early drum machines: six squares that fit together badly, and only their tops."""
    frames = _frames(rate_hz, rt60_s * 1.2)
    sound = np.zeros(frames, dtype=np.float32)
    for tone_hz in (205.3, 304.4, 369.6, 522.7, 540.0, 800.0):
        sound += oscillator("square", tone_hz * 1.9 * tune, frames, rate_hz, chance.random())
    sound = to_peak(passed(sound, rate_hz, low_hz, None, 4))
    sound += noise * passed(_noise(frames, chance), rate_hz, low_hz, None, 4)
    return to_peak(edges(sound * decay(frames, rate_hz, rt60_s), rate_hz, 0.0003, 0.2 * rt60_s))


def clap(rate_hz: int, chance: Chance, *, centre_hz: float = 1_250.0, spread_ms: float = 10.5, rt60_s: float = 0.22, hands: int = 4, air: float = 0.5) -> Mono:
    """Several hands within a few hundredths of a second, then the room."""
    frames = _frames(rate_hz, rt60_s * 1.3 + 0.05)
    sound = np.zeros(frames, dtype=np.float32)
    for hand in range(hands):
        at = int(rate_hz * hand * spread_ms * chance.uniform(0.9, 1.1) / 1_000.0)
        last = hand == hands - 1
        burst = _burst(rate_hz, chance, frames - at, rt60_s if last else 0.028, centre_hz * 0.62, centre_hz * (1.8 + 2.5 * air))
        sound[at:] += burst * (1.0 if last else 0.8)
    return to_peak(edges(np.tanh(3.0 * to_peak(sound)), rate_hz, 0.0004, 0.03))


def modes(
    rate_hz: int, chance: Chance, *, pitch_hz: float = 400.0, ratios: tuple[float, ...] = (1.0, 2.3), levels: tuple[float, ...] = (1.0, 0.5), rt60_s: float = 0.12,
    click: float = 0.3, click_hz: float = 3_000.0, bend: float = 0.0, drive: float = 0.0,
) -> Mono:
    """Struck wood, skin or bell: a few modes and a click; `bend` lets the lowest start sharp, as toms and congas do."""
    frames = _frames(rate_hz, rt60_s * 1.2)
    pitch_hz *= chance.uniform(0.995, 1.005)
    sound = np.zeros(frames, dtype=np.float32)
    if bend:
        sound += levels[0] * _falling_sine(frames, rate_hz, pitch_hz * (1.0 + bend), pitch_hz, 0.035) * decay(frames, rate_hz, rt60_s)
    each = [(pitch_hz * ratio, level, rt60_s / (1.0 + 0.6 * index)) for index, (ratio, level) in enumerate(zip(ratios, levels, strict=True))]
    sound += partials(frames, rate_hz, each[1:] if bend else each, [0.0, 0.1])
    sound += click * 2.0 * _burst(rate_hz, chance, frames, 0.012, click_hz * 0.5, click_hz * 2.0)
    sound = to_peak(sound)
    if drive:
        sound = np.tanh((1.0 + 5.0 * drive) * sound)
    return to_peak(edges(sound, rate_hz, 0.0004, 0.2 * rt60_s))


def shake(rate_hz: int, chance: Chance, *, rise_s: float = 0.006, rt60_s: float = 0.11, low_hz: float = 4_500.0, high_hz: float = 12_000.0, grains: float = 0.5) -> Mono:
    """Shaker, cabasa, tambourine: many small collisions under one envelope."""
    frames = _frames(rate_hz, rt60_s * 1.2 + rise_s)
    rough = _noise(frames, chance)
    collisions = (chance.random(frames) < 900.0 / rate_hz) * chance.uniform(0.5, 3.0, frames)
    sound = passed((rough * (1.0 - grains) + grains * collisions.astype(np.float32)), rate_hz, low_hz, high_hz)
    t = np.arange(frames, dtype=np.float32) / rate_hz
    return to_peak(edges(sound * np.minimum(1.0, t / rise_s) * decay(frames, rate_hz, rt60_s), rate_hz, 0.0005, 0.03))


def brush(rate_hz: int, chance: Chance, *, rise_s: float = 0.03, length_s: float = 0.3, low_hz: float = 700.0, high_hz: float = 7_000.0, tap: float = 0.0) -> Mono:
    """Wire brushes on a skin: a stroke that swells and dies, or with `tap` a soft slap in front of it."""
    frames = _frames(rate_hz, length_s)
    t = np.arange(frames, dtype=np.float32) / frames
    rise = np.minimum(1.0, np.arange(frames, dtype=np.float32) / (rise_s * rate_hz))
    grain = 0.75 + 0.25 * passed(_noise(frames, chance), rate_hz, None, 60.0) * 20.0
    stroke = passed(_noise(frames, chance), rate_hz, low_hz, high_hz) * rise * (1.0 - t) ** 1.5 * grain
    stroke = to_peak(stroke, 0.5 if tap else 1.0)
    if tap:
        stroke += tap * to_peak(_burst(rate_hz, chance, frames, 0.09, 400.0, 6_000.0))
        stroke += 0.45 * tap * _falling_sine(frames, rate_hz, 260.0, 185.0, 0.01) * decay(frames, rate_hz, 0.14)
    return to_peak(edges(stroke, rate_hz, 0.001, 0.05))


def clang(rate_hz: int, chance: Chance, *, pitch_hz: float = 310.0, rt60_s: float = 0.4, drive: float = 0.7, noise: float = 0.5, high_hz: float = 8_000.0) -> Mono:
    """Struck iron: frequency-modulated modes, overdriven and filtered."""
    frames = _frames(rate_hz, rt60_s * 1.2)
    t = np.arange(frames) / rate_hz
    sound = np.zeros(frames, dtype=np.float32)
    for ratio, level in ((1.0, 1.0), (1.47, 0.7), (2.31, 0.5)):
        bend = sine(t * pitch_hz * ratio * 1.414) * decay(frames, rate_hz, rt60_s * 0.5)
        sound += level * sine(t * pitch_hz * ratio + 0.35 * bend)
    sound = sound * decay(frames, rate_hz, rt60_s) + noise * 2.5 * _burst(rate_hz, chance, frames, rt60_s * 0.5, 500.0, 7_000.0)
    shaped = np.tanh((1.0 + 8.0 * drive) * to_peak(sound))
    return to_peak(edges(passed(shaped, rate_hz, 90.0, high_hz), rate_hz, 0.0004, 0.05))


def boom(rate_hz: int, chance: Chance, *, pitch_hz: float = 48.0, punch_hz: float = 170.0, rt60_s: float = 1.1, drive: float = 0.3, click: float = 0.2) -> Mono:
    """The long kick of the 808: an almost pure tone, a little warm, that hums on."""
    frames = _frames(rate_hz, rt60_s * 1.2)
    tone = _falling_sine(frames, rate_hz, punch_hz, pitch_hz, 0.018) * decay(frames, rate_hz, rt60_s)
    tone = np.tanh((1.0 + 3.0 * drive) * tone)
    tone += click * 2.0 * _burst(rate_hz, chance, frames, 0.01, 1_000.0, 5_000.0)
    return to_peak(edges(tone, rate_hz, 0.0006, 0.08))


def dusted(sound: Mono, rate_hz: int, *, bits: int = 12, sample_hz: float = 26_040.0, top_hz: float = 9_000.0) -> Mono:
    """As an early sampler played it back: fewer samples, fewer bits, the top filtered away."""
    step = rate_hz / sample_hz
    taken = (np.floor(np.arange(len(sound)) / step) * step).astype(np.intp)
    rough = np.round(sound[taken] * 2.0 ** (bits - 1)) / np.float32(2.0 ** (bits - 1))
    return passed(rough.astype(np.float32), rate_hz, 25.0, top_hz, 2)


MAKERS: dict[str, Callable[..., Mono]] = {
    "kick": kick, "snare": snare, "metal": metal, "square_metal": square_metal, "clap": clap, "modes": modes, "shake": shake, "brush": brush, "clang": clang, "boom": boom,
}
