"""What holds for every layer: it joins, repeats itself to the bit, is in tune, and is as loud as promised."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fanlink.core.errors import BadInput
from fanlink.core.recipes import Layer
from fanlink.core.vocabulary import ARP_SOUNDS, BASS_SOUNDS, PAD_SOUNDS, PATTERNS, SOUNDS, TEXTURES
from fanlink.remix import layers
from fanlink.remix.layers import arps, bass, pads, struck
from fanlink.remix.layers.synthesis import hertz, oscillator
from tests.bench.levels import loudness_lufs

RATE = 44_100
SONG = layers.Song(RATE, 97.0, 4, "A minor", 0, 0.25, 5, ("Am", "F", None, "G"))
EVERY_SOUND = [(kind, sound) for kind, sounds in SOUNDS.items() for sound in sounds]
EVERY_PATTERN = [(kind, SOUNDS[kind][index % len(SOUNDS[kind])], pattern) for kind in ("bass", "pad", "arp") for index, pattern in enumerate(PATTERNS[kind])]


def joined(layer: Layer, song: layers.Song, feel: str, bars: int, like: np.ndarray) -> np.ndarray:
    out = np.zeros_like(like)
    for bar in range(bars):
        part, at = layers.render(layer, song, bar * 4.0, 4.0, feel), song.frame(bar * 4.0)
        out[at : at + len(part)] += part[: len(out) - at]
    return out


@pytest.mark.parametrize(("kind", "sound", "pattern"), EVERY_PATTERN)
def test_bars_join_to_the_sample_and_the_same_call_gives_the_same_bits(kind: str, sound: str, pattern: str) -> None:
    layer = Layer("x", kind, sound, pattern)
    for feel in ("straight", "half-time", "double-time"):
        whole = layers.render(layer, SONG, 0.0, 8.0, feel)
        assert whole.dtype == np.float32 and whole.shape[1] == 2 and len(whole) >= SONG.frame(8.0)
        assert np.allclose(joined(layer, SONG, feel, 2, whole), whole, atol=2e-6)
        assert np.abs(whole).max() > 0.01
    again = layers.render(layer, SONG, 0.0, 8.0, feel)
    assert np.array_equal(whole, again)


@pytest.mark.parametrize(("kind", "sound"), EVERY_SOUND)
def test_every_sound_begins_and_ends_without_a_click_and_has_no_offset(kind: str, sound: str) -> None:
    made = layers.render(Layer("x", kind, sound, PATTERNS[kind][0]), SONG, 0.0, 8.0)
    assert np.all(np.isfinite(made))
    assert np.abs(made.mean(axis=0)).max() < 1e-3
    if kind != "texture":
        assert np.abs(made[0]).max() < 0.02 and np.abs(made[-1]).max() < 1e-3


@pytest.mark.parametrize(("kind", "sound"), EVERY_SOUND)
def test_every_sound_is_near_minus_twenty_lufs(kind: str, sound: str) -> None:
    song = layers.Song(RATE, 100.0, 4, "A minor", 0, 0.0, 1)
    usual = {"drums": "boom-bap", "bass": "root", "pad": "sustain", "arp": "up-down", "texture": "constant"}[kind]
    made = layers.render(Layer("x", kind, sound, usual), song, 0.0, 16.0)
    assert loudness_lufs(made[: song.frame(16.0)], RATE) == pytest.approx(-20.0, abs=3.0)
    assert np.abs(made).max() < 1.0


def cents_off(sound: np.ndarray, expected_hz: float) -> float:
    """How far the strongest line within a semitone of the expected frequency is off."""
    mono = sound.mean(axis=1).astype(np.float64)
    size = 1 << 19
    spectrum = np.abs(np.fft.rfft(mono * np.hanning(len(mono)), size))
    near = np.flatnonzero(np.abs(np.log2(np.maximum(np.fft.rfftfreq(size, 1 / RATE), 1) / expected_hz)) < 1 / 24)
    top = near[np.argmax(spectrum[near])]
    a, b, c = np.log(spectrum[top - 1 : top + 2])
    return float(1200 * np.log2((top + 0.5 * (a - c) / (a - 2 * b + c)) * RATE / size / expected_hz))


@pytest.mark.parametrize("sound", BASS_SOUNDS)
def test_the_bass_is_in_tune(sound: str) -> None:
    note = bass.note(sound, 33, 1.5, True, RATE)
    after_attack = note[RATE // 5 :]
    assert abs(cents_off(after_attack, hertz(33))) < 3


@pytest.mark.parametrize("sound", ARP_SOUNDS)
def test_the_arpeggio_is_in_tune(sound: str) -> None:
    assert abs(cents_off(struck.plucked(sound, 69, 1.0, True, RATE)[RATE // 50 :], 440.0)) < 3


@pytest.mark.parametrize("sound", PAD_SOUNDS)
def test_the_pad_is_in_tune(sound: str) -> None:
    if sound in pads.STRUCK:
        assert abs(cents_off(pads.STRUCK[sound](60, 1.5, True, RATE)[RATE // 10 :], hertz(60))) < 3
        return
    table = pads.spread_table(pads.SPREADS[sound], sound, 60, RATE)
    power = np.sum(np.abs(np.fft.rfft(table, axis=0)) ** 2, axis=1)
    frequencies = np.fft.rfftfreq(len(table), 1 / RATE)
    near = np.abs(1200 * np.log2(np.maximum(frequencies, 1) / hertz(60))) < 100
    centre = np.sum(power[near] * frequencies[near]) / np.sum(power[near])
    assert abs(1200 * np.log2(centre / hertz(60))) < 3


def test_oscillators_do_not_fold_back() -> None:
    for shape in ("saw", "square", "triangle"):
        for frequency in (61.7, 1_234.5, 4_001.0):
            wave = oscillator(shape, frequency, RATE, RATE).astype(np.float64)
            spectrum = np.abs(np.fft.rfft(wave * np.blackman(RATE)))
            lines = np.fft.rfftfreq(RATE, 1 / RATE) / frequency
            off = np.abs(lines - np.round(lines)) * frequency > 8
            assert 20 * np.log10(spectrum[off].max() / spectrum.max()) < -70


def test_a_key_shift_moves_every_note_by_so_many_semitones() -> None:
    moved = replace(SONG, key_shift_semitones=2)
    straight = bass.tones("root", SONG, 0, 16, "straight")
    shifted = bass.tones("root", moved, 0, 16, "straight")
    assert {(b.pitch - a.pitch) % 12 for a, b in zip(straight, shifted, strict=True)} == {2}


def test_every_note_belongs_to_the_chord_of_its_bar() -> None:
    tones = [*pads.tones("strings", "pulse", SONG, 0, 16, "straight"), *arps.tones("bell", "euclid", SONG, 0, 16, "straight")]
    for tone in tones:
        assert int(tone.pitch) % 12 in SONG.chord(SONG.bar(tone.beat)).pitch_classes


def test_an_unknown_chord_keeps_the_one_before() -> None:
    assert SONG.chord(2) == SONG.chord(1) and SONG.chord(4) == SONG.chord(0)
    free = replace(SONG, chords=())
    assert all(tone in free.sounding_key.scale for bar in range(4) for tone in free.chord(bar).pitch_classes[:1])


def test_no_note_of_the_bass_or_a_pad_is_held_into_the_next_chord() -> None:
    for feel in ("straight", "half-time", "double-time"):
        for pattern in PATTERNS["bass"]:
            for tone in bass.tones(pattern, SONG, 0, 16, feel):
                assert tone.beat + tone.beats <= (SONG.bar(tone.beat) + 1) * 4 + 1e-6


def test_a_held_tone_that_two_bars_share_goes_on_as_one() -> None:
    song = replace(SONG, chords=("Am",))
    sound = layers.render(Layer("x", "pad", "organ", "sustain"), song, 0.0, 8.0)
    at = song.frame(4.0)
    frame = 1_024
    power = [np.sqrt(np.mean(sound[at + k * frame : at + (k + 1) * frame] ** 2)) for k in range(-8, 20)]
    assert max(power) / min(power) < 1.6


@pytest.mark.parametrize("sound", TEXTURES)
def test_a_texture_goes_round_and_on_without_a_seam(sound: str) -> None:
    layer = Layer("x", "texture", sound, "constant")
    whole = layers.render(layer, SONG, 0.0, 60.0)
    pieces = np.concatenate([layers.render(layer, SONG, 4.0 * bar, 4.0) for bar in range(15)])
    assert np.array_equal(whole, pieces)
    seam = 1 << 20
    around = np.abs(np.diff(whole[seam - 2_000 : seam + 2_000], axis=0)).max(axis=1)
    assert around[1_998:2_002].max() <= 1.5 * np.sort(around)[-40]


def test_layers_sound_alike_at_another_rate_and_in_another_meter() -> None:
    song = layers.Song(48_000, 90.0, 3, "Eb major", -1, 0.5, 9)
    for kind, pattern in (("drums", "ballad"), ("bass", "walking"), ("pad", "stabs"), ("arp", "broken")):
        sound = layers.render(Layer("x", kind, "", pattern), song, 3.0, 6.0)
        assert len(sound) >= song.frame(9.0) - song.frame(3.0) and np.abs(sound).max() > 0.02


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 96_000])
def test_every_kind_plays_at_every_rate(rate_hz: int) -> None:
    song = layers.Song(rate_hz, 120.0, 4, "A minor", 0, 1.0, 1)
    for kind, sound, pattern in (("drums", "909", "disco"), ("bass", "acid", "rolling"), ("pad", "glass", "pulse"), ("arp", "saw", "up"), ("texture", "vinyl", "constant")):
        made = layers.render(Layer("x", kind, sound, pattern), song, 3.5, 2.25, "double-time", fill=True, crash=True)
        assert np.all(np.isfinite(made)) and np.abs(made).max() > 0.01
    assert len(layers.transition("riser", song, 2.0, -12.0)) == song.frame(2.0)


def test_what_the_vocabulary_does_not_know_is_refused() -> None:
    for layer, feel in ((Layer("x", "own"), "straight"), (Layer("x", "pad", "warm", "up"), "straight"), (Layer("x", "bass", "tuba"), "straight"), (Layer("x", "bass"), "triple")):
        with pytest.raises(BadInput):
            layers.render(layer, SONG, 0, 4, feel)
