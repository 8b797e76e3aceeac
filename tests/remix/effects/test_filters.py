"""Filters, tilt, width and what else has a spectrum to measure."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import oaconvolve

from fanlink.core.recipes import Effect
from fanlink.remix import effects
from fanlink.remix.effects import reverb

RATE = 44_100
CONTEXT = effects.Context(RATE, 120.0, 4, 7)


def tone(hertz: float, seconds: float, level: float = 0.5) -> effects.Samples:
    sine = level * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)
    return np.stack([sine, sine], axis=1).astype(np.float32)


def through(name: str, sound: effects.Samples, beats: float | None = None, **settings: float) -> effects.Samples:
    return effects.build(Effect(name, settings), CONTEXT, beats).process(sound, 0)


def level_db(sound: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.asarray(sound, np.float64) ** 2) + 1e-20))


def gain_db(name: str, hertz: float, **settings: float) -> float:
    sound = tone(hertz, 0.6)
    return level_db(through(name, sound, **settings)[RATE // 4 :]) - level_db(sound[RATE // 4 :])


def test_the_lowpass_falls_24_db_an_octave_above_its_cutoff() -> None:
    assert gain_db("lowpass", 200, cutoff_hz=1_000, resonance=0) == pytest.approx(0.0, abs=0.2)
    assert gain_db("lowpass", 1_000, cutoff_hz=1_000, resonance=0) == pytest.approx(-3.0, abs=0.2)
    assert gain_db("lowpass", 4_000, cutoff_hz=1_000, resonance=0) < -46


def test_the_highpass_falls_24_db_an_octave_below_its_cutoff() -> None:
    assert gain_db("highpass", 4_000, cutoff_hz=1_000, resonance=0) == pytest.approx(0.0, abs=0.2)
    assert gain_db("highpass", 250, cutoff_hz=1_000, resonance=0) < -46


def test_a_sweep_ends_where_it_was_sent_and_takes_the_span_it_was_given() -> None:
    sound = tone(3_000, 3.0)
    swept = through("lowpass", sound, beats=4.0, cutoff_hz=200, to_hz=18_000)
    assert level_db(swept[: RATE // 4]) < level_db(sound) - 40
    assert level_db(swept[-RATE // 2 :]) == pytest.approx(level_db(sound), abs=0.3)
    middle = int(np.argmax(np.abs(swept[:, 0]) > 0.35)) / RATE
    # 3 kHz is 60 % of the way from 200 Hz to 18 kHz, evenly in pitch, and four beats take two seconds.
    assert 1.0 < middle < 1.5


def test_a_resonant_sweep_does_not_step_audibly() -> None:
    swept = through("lowpass", tone(500, 2.0), beats=4.0, cutoff_hz=300, to_hz=3_000, resonance=1)[RATE // 10 :, 0].astype(np.float64)
    spectrum = np.abs(np.fft.rfft(swept * np.hanning(len(swept))))
    hertz = np.fft.rfftfreq(len(swept), 1 / RATE)
    assert 20 * np.log10(spectrum[hertz > 1_500].max() / spectrum.max()) < -60


def test_tilt_lifts_one_end_as_far_as_it_lowers_the_other() -> None:
    assert gain_db("tilt", 12_000, tilt_db=6) == pytest.approx(6, abs=0.8)
    assert gain_db("tilt", 50, tilt_db=6) == pytest.approx(-6, abs=0.8)


def test_width_zero_is_mono_and_a_widened_mono_sound_sums_back_to_itself() -> None:
    noise = np.random.default_rng(1).standard_normal((RATE, 2)).astype(np.float32) * 0.1
    narrow = through("width", noise, width=0)
    assert np.allclose(narrow[:, 0], narrow[:, 1], atol=1e-6)
    mono = np.repeat(noise[:, :1], 2, axis=1)
    wide = through("width", mono, width=2)
    assert np.corrcoef(wide.T)[0, 1] < 0.9
    together = wide.sum(axis=1)
    assert np.corrcoef(together, mono[:, 0])[0, 1] > 0.999


def test_the_fast_convolution_is_the_convolution() -> None:
    chance = np.random.default_rng(2)
    response = (chance.standard_normal((2, 40_000)) * np.exp(-np.arange(40_000) / 9_000)).astype(np.float32)
    response[:, : reverb.NEAR_FRAMES] = 0
    sound = chance.standard_normal((2, 60_000)).astype(np.float32)
    wet = np.zeros_like(sound)
    for spectra, size in ((reverb._partitions(response[:, : reverb.FAR_FRAMES], reverb.NEAR_FRAMES), reverb.NEAR_FRAMES), (reverb._partitions(response, reverb.FAR_FRAMES), reverb.FAR_FRAMES)):
        reverb.Partitioned(spectra, size).add_to(wet, sound)
    expected = np.stack([oaconvolve(sound[ear].astype(np.float64), response[ear])[:60_000] for ear in (0, 1)])
    assert level_db(wet - expected) < level_db(expected) - 100


def test_a_reverb_dies_in_the_time_it_was_given() -> None:
    click = np.zeros((3 * RATE, 2), np.float32)
    click[0] = 1.0
    wet = through("reverb", click, decay_s=2.0, damping=0.0, mix=1.0)
    early, late = level_db(wet[int(0.2 * RATE) : int(0.4 * RATE)]), level_db(wet[int(1.2 * RATE) : int(1.4 * RATE)])
    assert early - late == pytest.approx(30.0, abs=3.0)
    assert abs(level_db(wet[:, 0]) - level_db(wet[:, 1])) < 1.0
    assert abs(np.corrcoef(wet[RATE // 10 :].T)[0, 1]) < 0.25


def test_saturation_adds_harmonics_and_nothing_that_folds_back() -> None:
    bent = through("saturation", tone(5_000, 1.0, 0.7), drive=0.8)[RATE // 4 :, 0].astype(np.float64)
    spectrum = np.abs(np.fft.rfft(bent * np.blackman(len(bent))))
    hertz = np.fft.rfftfreq(len(bent), 1 / RATE)
    near = lambda f: np.abs(hertz - f) < 40  # noqa: E731
    harmonics = near(5_000) | near(10_000) | near(15_000) | near(20_000)
    assert 20 * np.log10(spectrum[near(15_000)].max() / spectrum.max()) > -30
    assert 20 * np.log10(spectrum[~harmonics & (hertz > 40)].max() / spectrum.max()) < -60


def test_saturation_keeps_the_level() -> None:
    for drive in (0.0, 0.3, 1.0):
        assert level_db(through("saturation", tone(220, 0.5, 0.25), drive=drive)) == pytest.approx(level_db(tone(220, 0.5, 0.25)), abs=2.5)


def test_tape_wavers_by_no_more_than_it_should() -> None:
    played = through("tape", tone(1_000, 4.0), wow=1.0, warmth=0.3)[RATE // 2 :, 0].astype(np.float64)
    crossings = np.flatnonzero((played[:-1] < 0) & (played[1:] >= 0))
    exact = crossings + played[crossings] / (played[crossings] - played[crossings + 1])
    cents = 1200 * np.log2(RATE / np.diff(exact[::20]) * 20 / 1_000)
    assert 8 < np.max(np.abs(cents)) < 30
