"""What is played: notes, chords and the short text they are written in."""

import re
from dataclasses import dataclass

BEATS_PER_BAR = 4

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_QUALITIES = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "m6": (0, 3, 7, 9),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "add9": (0, 4, 7, 14),
    "madd9": (0, 3, 7, 14),
    "sus4": (0, 5, 7),
    "7sus4": (0, 5, 7, 10),
}


@dataclass(frozen=True, slots=True)
class Note:
    """One note: beats count from 0 at bar 1, `pitch` is a MIDI number, `velocity` runs from 0 to 1."""

    start_beat: float
    length_beats: float
    pitch: float
    velocity: float = 0.8
    word: str = ""

    def __post_init__(self) -> None:
        assert self.length_beats > 0, self
        assert 0 < self.velocity <= 1, self

    @property
    def end_beat(self) -> float:
        return self.start_beat + self.length_beats


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord over `length_beats`: its tones as pitch classes, root first, and the pitch class in the bass."""

    start_beat: float
    length_beats: float
    name: str
    tones: tuple[int, ...]
    bass: int


def pitch_class(name: str) -> int:
    """Return 0 (C) to 11 (B) for a name such as `F#`."""
    return (_STEPS[name[0]] + name.count("#") - name[1:].count("b")) % 12


def midi_pitch(name: str) -> int:
    """Return the MIDI number of a name such as `A4` (69)."""
    letters, octave = re.fullmatch(r"([A-G][#b]?)(-?\d)", name).groups()
    return pitch_class(letters) + 12 * (int(octave) + 1)


def frequency_hz(pitch: float) -> float:
    """Return the equal-tempered frequency of a MIDI pitch, A4 = 440 Hz."""
    return 440.0 * 2.0 ** ((pitch - 69) / 12)


def melody(text: str, first_bar: int, words: str = "", velocity: float = 0.8) -> tuple[Note, ...]:
    """Read `E4/.5 -/1 D4/2`: pitch / length in beats, `-` rests and `|` only guides the eye.

    Words are sung one a note, in turn; when they run out they begin again.
    """
    vocabulary = words.split() or [""]
    notes: list[Note] = []
    beat = float((first_bar - 1) * BEATS_PER_BAR)
    for token in text.replace("|", " ").split():
        name, length = token.split("/")
        if name != "-":
            accent = 0.04 if beat % 2 == 0 else 0.0
            word = vocabulary[len(notes) % len(vocabulary)]
            notes.append(Note(beat, float(length), midi_pitch(name), min(1.0, velocity + accent), word))
        beat += float(length)
    return tuple(notes)


def progression(text: str, first_bar: int = 1) -> tuple[Chord, ...]:
    """Read `Am | F | C D | G/B`: bars between `|`, the chords of one bar sharing it equally."""
    chords: list[Chord] = []
    for bar, names in enumerate(text.split("|")):
        share = BEATS_PER_BAR / len(names.split())
        for place, name in enumerate(names.split()):
            start = (first_bar - 1 + bar) * BEATS_PER_BAR + place * share
            chords.append(_chord(name, start, share))
    return tuple(chords)


def _chord(name: str, start_beat: float, length_beats: float) -> Chord:
    symbol, _, bass = name.partition("/")
    root, quality = re.fullmatch(r"([A-G][#b]?)(.*)", symbol).groups()
    tones = tuple((pitch_class(root) + step) % 12 for step in _QUALITIES[quality])
    return Chord(start_beat, length_beats, name, tones, pitch_class(bass) if bass else tones[0])


def chord_at(chords: tuple[Chord, ...], beat: float) -> Chord:
    """Return the chord that sounds at a beat; the last one rings on."""
    return [chord for chord in chords if chord.start_beat <= beat + 1e-6][-1]
