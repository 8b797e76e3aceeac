"""Keys and chords by name, and chords heard in sound."""

from __future__ import annotations

import numpy as np
import pytest

from fanlink.core.errors import BadInput
from fanlink.remix.layers.chroma import bar_chroma
from fanlink.remix.layers.harmony import (
    Key,
    candidates,
    diatonic_sevenths,
    diatonic_triads,
    enriched,
    estimate_chords,
    parse_chord,
    parse_key,
    progression,
)

RATE = 44_100


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("A minor", Key(9, True)), ("F# major", Key(6, False)), ("Bb minor", Key(10, True)), ("C", Key(0, False)), ("Ebm", Key(3, True)),
        ("c# min", Key(1, True)), ("G♭ maj", Key(6, False)), ("B", Key(11, False)), ("Cb major", Key(11, False)),
    ],
)
def test_a_key_is_read_however_it_is_written(text: str, key: Key) -> None:
    assert parse_key(text) == key


@pytest.mark.parametrize("text", ["", "H minor", "A dorian", "minor", "12"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        parse_key(text)


def test_the_chords_of_a_key_are_those_of_the_textbooks() -> None:
    assert diatonic_triads(parse_key("C major")) == ("C", "Dm", "Em", "F", "G", "Am", "Bdim")
    assert diatonic_triads(parse_key("A minor")) == ("Am", "Bdim", "C", "Dm", "Em", "F", "G")
    assert diatonic_sevenths(parse_key("Bb major")) == ("Bbmaj7", "Cm7", "Dm7", "Ebmaj7", "F7", "Gm7", "Am7b5")
    assert parse_key("Eb minor").name == "Eb minor"


def test_chord_names_give_their_tones() -> None:
    assert parse_chord("F#m7").pitch_classes == (6, 9, 1, 4)
    assert parse_chord("Bbmaj7").pitch_classes == (10, 2, 5, 9)
    assert parse_chord("C/E").bass == 4
    assert parse_chord("G7").moved(2) == parse_chord("A7")
    with pytest.raises(BadInput):
        parse_chord("Hm")


def test_a_triad_takes_the_seventh_of_its_key() -> None:
    key = parse_key("C major")
    assert enriched(parse_chord("G"), key) == parse_chord("G7")
    assert enriched(parse_chord("F"), key) == parse_chord("Fmaj7")
    assert enriched(parse_chord("Bb"), key) == parse_chord("Bb")


def test_every_progression_is_four_bars_of_chords_of_the_key() -> None:
    for name in ("D major", "F# minor"):
        key = parse_key(name)
        assert all(set(progression(key, seed)) <= set(diatonic_triads(key)) for seed in range(16))
        assert len({progression(key, seed) for seed in range(16)}) == 8


def played(chords: list[str], bar_s: float = 2.0) -> np.ndarray:
    """Chords in three octaves with overtones, a bass below and a little noise."""
    sound = []
    for name in chords:
        t = np.arange(int(bar_s * RATE)) / RATE
        chord = parse_chord(name)
        bar = np.zeros(len(t))
        for tone in (chord.root + 36, *(48 + p for p in chord.pitch_classes), *(60 + p for p in chord.pitch_classes)):
            f = 440 * 2 ** ((tone - 69) / 12)
            bar += sum(np.sin(2 * np.pi * f * n * t + tone) / n**1.5 for n in range(1, 7))
        sound.append(bar)
    out = np.concatenate(sound) * 0.05
    return out + 0.01 * np.random.default_rng(1).standard_normal(len(out))


@pytest.mark.parametrize(
    ("key", "chords"),
    [("A minor", ["Am", "F", "C", "G", "Am", "Dm", "E", "Am"]), ("Bb major", ["Bb", "Gm", "Eb", "F", "Cm", "F", "Bb", "Dm"])],
)
def test_the_chords_of_a_recording_are_heard_bar_by_bar(key: str, chords: list[str]) -> None:
    sound = played(chords)
    grid = [round(bar * 2.0 * RATE) for bar in range(len(chords) + 1)]
    chroma = bar_chroma(np.stack([sound, sound], axis=1), RATE, grid)
    assert chroma.shape == (len(chords), 12)
    assert estimate_chords(chroma, parse_key(key)) == tuple(chords)


def test_a_silent_bar_has_no_chord() -> None:
    sound = played(["C", "G"])
    sound = np.concatenate([sound, np.zeros(2 * RATE)])
    chroma = bar_chroma(sound, RATE, [0, 2 * RATE, 4 * RATE, 6 * RATE])
    assert estimate_chords(chroma, parse_key("C major")) == ("C", "G", None)
    assert estimate_chords(np.zeros((0, 12)), parse_key("C major")) == ()


def test_the_candidates_of_a_minor_key_have_its_major_fifth() -> None:
    assert "E" in candidates(parse_key("A minor"))
    assert not any(name.endswith("dim") for name in candidates(parse_key("C major")))
