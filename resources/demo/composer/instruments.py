"""Pitched instruments. Each plays one note: (pitch, held samples, velocity, rng) -> mono or stereo samples."""

import numpy as np

from composer.envelopes import faded, held, samples_of, seconds, struck
from composer.filters import band_passed, peaked
from composer.notes import frequency_hz
from composer.oscillators import damped_partials, gliding_sine, swept_tone
from composer.space import panned

_HIGHEST_PARTIAL_HZ = 11_000.0


def analogue_pad(
    pitch: float, hold: int, velocity: float, rng: np.random.Generator, brightness: float = 1.0
) -> np.ndarray:
    """Six detuned saws across the stereo field, opening slowly behind a soft filter. Stereo."""
    envelope = held(hold, 90.0, 900.0, 0.85, 420.0)
    time_s = seconds(len(envelope))
    opening = 1 - 0.45 * np.exp(-time_s / 0.5) + 0.1 * np.sin(2 * np.pi * 0.23 * time_s + rng.uniform(0, 6))
    cutoff_hz = brightness * (500 + 900 * velocity) * opening * (pitch / 60)
    sound = np.zeros((len(envelope), 2))
    for cents, place in ((-11, -0.9), (-6.5, 0.7), (-2, -0.35), (2.5, 0.35), (6, -0.7), (10.5, 0.9)):
        tone_hz = frequency_hz(pitch + (cents + rng.uniform(-0.6, 0.6)) / 100)
        sound += panned(swept_tone(tone_hz, cutoff_hz, "saw", 0.75, rng.uniform()), place)
    return sound * (envelope * velocity / 6)[:, None]


def pluck(pitch: float, hold: int, velocity: float, rng: np.random.Generator, brightness: float = 1.0) -> np.ndarray:
    """A short synthesiser note: two pulses whose filter closes as they fade. Mono."""
    envelope = held(hold, 2.0, 260.0, 0.25, 160.0)
    time_s = seconds(len(envelope))
    cutoff_hz = 380 + brightness * (900 + 3600 * velocity) * np.exp(-time_s / 0.11)
    sound = swept_tone(frequency_hz(pitch - 0.045), cutoff_hz, "pulse", 1.3, rng.uniform())
    sound += swept_tone(frequency_hz(pitch + 0.045), cutoff_hz, "saw", 1.1, rng.uniform())
    sound += 0.5 * swept_tone(frequency_hz(pitch - 12), cutoff_hz * 0.6, "triangle", 0.7, rng.uniform())
    return sound * envelope * velocity * 0.4


def bell_keys(pitch: float, hold: int, velocity: float, rng: np.random.Generator) -> np.ndarray:
    """An electric piano: one sine bends another, with a glassy stroke at the start (two-operator FM). Mono."""
    envelope = held(hold, 2.5, 900.0, 0.35, 260.0)
    time_s = seconds(len(envelope))
    turn = 2 * np.pi * frequency_hz(pitch) * time_s
    bend = (0.35 + 1.5 * velocity) * np.exp(-time_s / 0.45) * min(1.0, 60 / pitch)
    body = np.sin(turn + bend * np.sin(turn * 1.0007))
    glass = 0.22 * velocity * np.sin(turn * 7.01 + 0.4 * np.sin(turn)) * np.exp(-time_s / 0.07)
    warmth = 0.2 * np.sin(turn * 0.5) * np.exp(-time_s / 0.3)
    return (body + glass + warmth) * envelope * velocity * 0.5


def synth_bass(
    pitch: float, hold: int, velocity: float, rng: np.random.Generator, brightness: float = 1.0
) -> np.ndarray:
    """A saw with a quick filter over a steady sine an octave's weight below. Mono."""
    envelope = held(hold, 3.0, 300.0, 0.75, 45.0)
    time_s = seconds(len(envelope))
    cutoff_hz = 170 + brightness * (350 + 1000 * velocity) * np.exp(-time_s / 0.14)
    growl = swept_tone(frequency_hz(pitch), cutoff_hz, "saw", 1.15, 0.0)
    growl += 0.6 * swept_tone(frequency_hz(pitch + 0.05), cutoff_hz, "square", 0.9, 0.25)
    weight = gliding_sine(np.full(len(envelope), frequency_hz(pitch)))
    return (0.42 * growl + 0.6 * weight) * envelope * velocity * 0.7


def string_partials(
    pitch: float,
    count: int,
    velocity: float,
    rng: np.random.Generator,
    pluck_point: float,
    ring_s: float,
    damping: float,
) -> np.ndarray:
    """Return a plucked string: partials of an ideal string, slightly stretched, the high ones dying first.

    `pluck_point` is the fraction of the string where it is plucked; `damping` grows with felt and flesh.
    """
    tone_hz = frequency_hz(pitch)
    number = np.arange(1, max(2, int(_HIGHEST_PARTIAL_HZ / tone_hz)))
    partials_hz = number * tone_hz * np.sqrt(1 + 6e-5 * number**2)
    softness = np.exp(-number * tone_hz / (2400 + 5200 * velocity))
    strengths = np.abs(np.sin(np.pi * number * pluck_point)) / number**1.05 * softness
    decays_s = ring_s * (110 / tone_hz) ** 0.35 / (1 + damping * (number - 1) ** 0.85)
    phases = rng.uniform(-0.4, 0.4, len(number))
    plane = damped_partials(partials_hz, decays_s, strengths, phases, count)
    return 0.65 * plane + 0.45 * damped_partials(partials_hz * 1.0006, decays_s * 0.45, strengths, phases + 0.7, count)


def steel_guitar(pitch: float, hold: int, velocity: float, rng: np.random.Generator) -> np.ndarray:
    """One string of an acoustic guitar: the string, its wooden body and the touch of the finger. Mono."""
    count = hold + samples_of(140.0)
    string = string_partials(pitch, count, velocity, rng, rng.uniform(0.15, 0.19), 2.6, 0.16)
    touch = band_passed(rng.standard_normal(count), 1200, 5000, 1) * struck(count, 0.6, 7.0) * 0.035 * velocity
    body = peaked(peaked(peaked(string + touch, 108, 4.0, 2.0), 215, 3.0, 2.0), 2600, 2.5, 0.9)
    return faded(body, 0.8, 130.0) * velocity * 0.8


def finger_bass(pitch: float, hold: int, velocity: float, rng: np.random.Generator) -> np.ndarray:
    """A round electric bass played with the fingers. Mono."""
    count = hold + samples_of(70.0)
    string = string_partials(pitch, count, velocity * 0.25, rng, 0.23, 2.2, 0.42)
    weight = gliding_sine(np.full(count, frequency_hz(pitch))) * struck(count, 5.0, 1300.0)
    return faded(string + 0.25 * weight, 1.5, 60.0) * velocity


def felt_piano(pitch: float, hold: int, velocity: float, rng: np.random.Generator) -> np.ndarray:
    """An upright with felt over its strings: three strings a note, a soft hammer. Stereo."""
    count = hold + samples_of(320.0)
    sound = np.zeros((count, 2))
    for cents, place in ((-0.9, -0.5), (0.2, 0.0), (1.1, 0.5)):
        string = string_partials(pitch + cents / 100, count, velocity * 0.45, rng, 0.12, 3.2, 0.3)
        sound += panned(string, place + (pitch - 66) / 60)
    hammer = band_passed(rng.standard_normal(count), 150, 900, 1) * struck(count, 1.0, 16.0) * 0.05
    return faded(sound / 3 + hammer[:, None] * velocity, 2.0, 280.0) * velocity


def harmonium(
    pitch: float, hold: int, velocity: float, rng: np.random.Generator, brightness: float = 1.0
) -> np.ndarray:
    """Slow reeds and strings together: breathing saws in a warm filter. Stereo."""
    envelope = held(hold, 260.0, 1500.0, 0.9, 650.0)
    time_s = seconds(len(envelope))
    breath = 1 + 0.12 * np.sin(2 * np.pi * 0.31 * time_s + rng.uniform(0, 6))
    cutoff_hz = brightness * (420 + 650 * velocity) * breath * (1 - 0.4 * np.exp(-time_s / 0.7)) * (pitch / 60)
    sound = np.zeros((len(envelope), 2))
    for cents, place in ((-7, -0.8), (-2, 0.4), (2.5, -0.4), (6.5, 0.8)):
        sway = 0.035 * np.sin(2 * np.pi * (4.6 + rng.uniform(-0.4, 0.4)) * time_s + rng.uniform(0, 6))
        tone_hz = frequency_hz(pitch + cents / 100 + sway * np.minimum(1, time_s))
        sound += panned(swept_tone(tone_hz, cutoff_hz, "saw", 0.7, rng.uniform()), place)
    return sound * (envelope * velocity / 4)[:, None]
