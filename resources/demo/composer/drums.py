"""Single drum hits from sines, struck partials and noise. Each returns mono samples at full strength about 1."""

import numpy as np

from composer.envelopes import faded, samples_of, seconds, struck
from composer.filters import band_passed, high_passed, warmed
from composer.oscillators import damped_partials, gliding_sine


def kick(rng: np.random.Generator, depth_hz: float = 47.0, length_ms: float = 420.0, click: float = 0.35) -> np.ndarray:
    """A skin whose pitch falls within a few milliseconds, and the knock of the beater."""
    count = samples_of(length_ms)
    time_s = seconds(count)
    tone_hz = depth_hz + 55 * np.exp(-time_s / 0.035) + 190 * np.exp(-time_s / 0.007)
    body = gliding_sine(tone_hz) * struck(count, 0.6, length_ms * 0.36)
    knock = band_passed(rng.standard_normal(count), 1500, 5500) * struck(count, 0.3, 5.0)
    thud = gliding_sine(np.full(count, 3.1 * depth_hz)) * struck(count, 0.5, 28.0)
    return faded(warmed(1.25 * body + 0.25 * thud, 1.3) + click * knock, 0, 15)


def snare(rng: np.random.Generator, tone_hz: float = 188.0, wires: float = 1.0, plate_ms: float = 0.0) -> np.ndarray:
    """Two modes of a head, the rattle of the wires and, if wished, a gated room of `plate_ms`."""
    count = samples_of(max(320.0, plate_ms + 60))
    time_s = seconds(count)
    bend = 1 + 0.35 * np.exp(-time_s / 0.012)
    head = gliding_sine(tone_hz * bend) * struck(count, 0.5, 75.0)
    head += 0.55 * gliding_sine(1.72 * tone_hz * bend) * struck(count, 0.5, 42.0)
    noise = rng.standard_normal(count)
    rattle = band_passed(noise, 1100, 8500, 1) * (0.75 * struck(count, 0.5, 95.0) + 0.6 * struck(count, 0.3, 18.0))
    hit = 0.6 * head + 0.62 * wires * rattle
    if plate_ms:
        gate = np.clip((plate_ms / 1000 - time_s) / 0.05, 0, 1) * np.minimum(1, time_s / 0.008)
        hit += 0.16 * band_passed(rng.standard_normal(count), 350, 5000, 1) * gate * np.exp(-time_s / 0.25)
    return faded(warmed(hit, 1.2), 0, 20)


def clap(rng: np.random.Generator) -> np.ndarray:
    """Several hands, nearly together."""
    count = samples_of(260.0)
    hit = np.zeros(count)
    for late_ms, strength in ((0.0, 0.8), (9.0, 0.65), (19.0, 0.9)):
        start = samples_of(late_ms) if late_ms else 0
        hit[start:] += strength * rng.standard_normal(count - start) * struck(count - start, 0.4, 7.0)
    hit += 0.45 * rng.standard_normal(count) * struck(count, 12.0, 70.0)
    return faded(band_passed(hit, 900, 5200), 0, 20) * 0.8


def hat(rng: np.random.Generator, decay_ms: float = 38.0) -> np.ndarray:
    """A cloud of inharmonic metal partials and a little air; a longer decay opens it."""
    count = samples_of(min(520.0, decay_ms * 5.5))
    partials_hz = rng.uniform(5200, 12500, 48)
    decays_s = decay_ms / 1000 * rng.uniform(0.5, 1.2, 48) * (8000 / partials_hz) ** 0.5
    metal = damped_partials(partials_hz, decays_s, rng.uniform(0.3, 1, 48) / 7, rng.uniform(0, 6.28, 48), count)
    air = band_passed(rng.standard_normal(count), 6500, 12000) * struck(count, 0.4, decay_ms * 0.7)
    return faded(high_passed(metal + 0.55 * air, 5000), 0.4, 10) * 0.6


def crash(rng: np.random.Generator, decay_ms: float = 750.0) -> np.ndarray:
    count = samples_of(decay_ms * 3.4)
    partials_hz = rng.uniform(700, 10500, 120)
    decays_s = decay_ms / 1000 * (3000 / partials_hz) ** 0.35 * rng.uniform(0.4, 1.0, 120)
    metal = damped_partials(partials_hz, decays_s, rng.uniform(0.3, 1, 120) / 9, rng.uniform(0, 6.28, 120), count)
    wash = band_passed(rng.standard_normal(count), 2500, 9500) * struck(count, 1.0, decay_ms * 0.55)
    return faded(high_passed(metal + 0.28 * wash, 500), 0.5, 300) * 0.6


def tom(rng: np.random.Generator, tone_hz: float) -> np.ndarray:
    count = samples_of(480.0)
    time_s = seconds(count)
    bend = 1 + 0.5 * np.exp(-time_s / 0.03)
    skin = gliding_sine(tone_hz * bend) * struck(count, 0.7, 130.0)
    skin += 0.3 * gliding_sine(1.59 * tone_hz * bend) * struck(count, 0.7, 55.0)
    stick = band_passed(rng.standard_normal(count), 800, 5000, 1) * struck(count, 0.4, 11.0)
    return faded(warmed(skin + 0.28 * stick, 1.1), 0, 20) * 0.85


def brush(rng: np.random.Generator) -> np.ndarray:
    """A soft tap with wire brushes: more whisper than crack."""
    count = samples_of(300.0)
    head = gliding_sine(205 * (1 + 0.2 * np.exp(-seconds(count) / 0.01))) * struck(count, 1.5, 55.0)
    wires = band_passed(rng.standard_normal(count), 900, 6500, 1)
    return faded(0.4 * head + wires * (0.35 * struck(count, 2.5, 80.0) + 0.35 * struck(count, 0.8, 14.0)), 0, 20)


def rim(rng: np.random.Generator) -> np.ndarray:
    """Wood on wood."""
    count = samples_of(110.0)
    partials_hz = np.array([435.0, 1180.0, 1720.0, 2630.0]) * rng.uniform(0.995, 1.005)
    knock = damped_partials(
        partials_hz, np.array([0.018, 0.013, 0.011, 0.007]), np.array([0.7, 0.5, 0.6, 0.25]), np.zeros(4), count
    )
    return faded(knock + 0.12 * high_passed(rng.standard_normal(count), 2000) * struck(count, 0.3, 3.0), 0.2, 10)


def shaker(rng: np.random.Generator) -> np.ndarray:
    count = samples_of(120.0)
    return faded(band_passed(rng.standard_normal(count), 4500, 9500) * struck(count, 5.0, 24.0), 0, 10) * 0.7


def tambourine(rng: np.random.Generator) -> np.ndarray:
    count = samples_of(240.0)
    partials_hz = np.concatenate([centre + rng.uniform(-90, 90, 6) for centre in (5200, 6900, 8300, 9700)])
    jingles = damped_partials(
        partials_hz, rng.uniform(0.03, 0.07, 24), rng.uniform(0.4, 1, 24) / 5, rng.uniform(0, 6.28, 24), count
    )
    return faded(
        jingles + 0.25 * band_passed(rng.standard_normal(count), 5000, 10000) * struck(count, 1.0, 25.0), 0.4, 20
    )
