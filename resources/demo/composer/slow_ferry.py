"""Slow Ferry, by The Harbour: warm folk in G major. The score and the room it is played in."""

from functools import partial

import numpy as np

from composer import drums, instruments
from composer.arranging import bass_pitch, second_voice, sustained, voiced, within
from composer.filters import air_lifted, high_passed, levelled, low_passed, peaked, warmed
from composer.notes import Note, melody, midi_pitch, progression
from composer.playing import Hit, Piece, drummed, groove, played, without
from composer.song import Clock, Section, Song, Stem
from composer.space import panned, reverberated
from composer.voice import Singer, sung

CLOCK = Clock(tempo_bpm=84.0, first_beat_ms=250, bar_count=28, tail_ms=1800)
SCALE = (7, 9, 11, 0, 2, 4, 6)

_CHORUS = "C | G/B | Em7 | D"
CHORDS = progression(
    "G | Cadd9 | G | D/F# | Em7 | Cadd9 | G/B | C | Am7 | Dsus4 D"
    f" | {_CHORUS} | G | D/F# | Em7 | Cadd9 | Am7 | Cm6 D | {_CHORUS} | C D | G | Cadd9 | G"
)
SECTIONS = (
    Section("intro", 1),
    Section("verse", 3),
    Section("chorus", 11),
    Section("verse", 15),
    Section("bridge", 19),
    Section("chorus", 21),
    Section("outro", 27),
)
_CHORUS_BARS = (*range(11, 15), *range(21, 27))

_HARBOUR = Singer(mouth_scale=1.0, vibrato_hz=5.1, vibrato_cents=20, tilt=0.45, breath=0.018)
_FRIEND = Singer(mouth_scale=1.1, vibrato_hz=5.4, vibrato_cents=18, tilt=0.6, breath=0.014)

_VERSE_LINE = """
    D4/1 B3/.5 D4/.5 E4/1 D4/.5 B3/.5            | A3/2 -/1 A3/.5 B3/.5
    B3/1 D4/.5 E4/.5 G4/1 E4/.5 D4/.5            | E4/.5 D4/2 -/1.5
"""
_VERSE_ANSWER = """
    D4/1 B3/.5 D4/.5 G4/1 F#4/.5 E4/.5           | E4/2.5 -/.5 E4/.5 D4/.5
    C4/1 D4/.5 E4/.5 E4/1 D4/.5 C4/.5            | D4/2 -/.5 D4/.5 E4/.5 F#4/.5
"""
_VERSE_WORDS = "la do dei la lo a jo na na lo ne la lei a jo ou"
_HOOK = "G4/1.5 E4/.5 G4/1 A4/.5 G4/.5 | G4/.5 D4/2 -/.5 D4/.5 E4/.5 | G4/1.5 E4/.5 G4/1 A4/.5 B4/.5"
_HOOK_END = "| A4/2 F#4/1 -/1"
_HOOK_TAG = "| A4/2 -/.5 F#4/.5 A4/.5 F#4/.5 | G4/1 E4/.5 G4/.5 A4/1 F#4/1 | G4/3 -/1"
# As near to "slow ferry" as this mouth comes.
_HOOK_WORDS = "lou we li na na na ou la a lou we li na ha ja a la la lou we li ha a jou"


def _hooks() -> tuple[Note, ...]:
    return (
        *melody(_HOOK + _HOOK_END, 11, _HOOK_WORDS, 0.84),
        *melody(_HOOK + _HOOK_TAG, 21, _HOOK_WORDS, 0.9),
    )


def _lead() -> tuple[Note, ...]:
    return (
        *melody(_VERSE_LINE, 3, _VERSE_WORDS, 0.74),
        *melody(_VERSE_ANSWER, 7, _VERSE_WORDS, 0.78),
        *_hooks(),
        *melody(_VERSE_LINE, 15, _VERSE_WORDS, 0.76),
        *melody("C4/1 E4/1 G4/1 E4/1 | D#4/1 G4/1 F#4/1.5 -/.5", 19, "wou o ha ou ja ou a", 0.7),
        *melody("E4/1 D4/3 | B3/3 -/1", 27, "lou we li", 0.58),
    )


def vocals(clock: Clock) -> np.ndarray:
    """The singer, and in the chorus a friend below and the singer's own double."""
    sound = panned(sung(_HARBOUR, _lead(), clock, seed=111), 0.0)
    below = second_voice(_hooks(), CHORDS, SCALE, 0.8)
    sound += 0.34 * panned(sung(_FRIEND, below, clock, 112), 0.45)
    sound += 0.2 * panned(sung(_HARBOUR, _hooks(), clock, 113), -0.5)
    high = [
        Note(chord.start_beat, chord.length_beats, voicing[-1], 0.55, "u")
        for chord, voicing in within(voiced(CHORDS, 60, 76, 3), 19, 26)
    ]
    for seed, place in ((114, -0.6), (115, 0.6)):
        sound += 0.1 * panned(sung(_FRIEND, high, clock, seed), place)
    sound = levelled(high_passed(sound, 95), -24, 2.0)
    sound = air_lifted(peaked(peaked(sound, 260, -2.0), 2800, 4.0, 0.7), 5000, 4.0)
    return reverberated(sound, 1.3, 0.25, 21, 22, 4000)


# Where a hand holds each chord: six strings from the low E, `x` not played.
_SHAPES = {
    "G": "G2 B2 D3 G3 B3 G4",
    "D/F#": "F#2 A2 D3 A3 D4 F#4",
    "Em7": "E2 B2 E3 G3 D4 G4",
    "Cadd9": "C3 E3 G3 D4 G4",
    "C": "C3 E3 G3 C4 E4 G4",
    "G/B": "B2 D3 G3 D4 G4",
    "Am7": "A2 E3 G3 C4 E4",
    "Dsus4": "D3 A3 D4 G4",
    "D": "D3 A3 D4 F#4",
    "Cm6": "C3 Eb3 A3 C4 Eb4",
}
# The right hand: (eighth of the bar, string, strength); thumb on the beat, fingers between. -1 is the top string.
_PICKING = ((0, 0, 0.8), (0, -1, 0.5), (1, -3, 0.45), (2, 1, 0.62), (3, -2, 0.52))
_PICKING_ON = ((4, 0, 0.72), (5, -3, 0.46), (6, 1, 0.6), (6.5, -1, 0.4), (7, -2, 0.5))
# The strum: (eighth, strength, upwards).
_STRUM = ((0, 0.82, False), (2, 0.66, False), (3, 0.45, True), (5, 0.5, True), (6, 0.68, False), (7, 0.46, True))


def _shape(name: str) -> list[int]:
    return [midi_pitch(string) for string in _SHAPES[name].split()]


def _picked(first_bar: int, last_bar: int, strength: float) -> list[Note]:
    notes = []
    for chord in within(CHORDS, first_bar, last_bar):
        shape = _shape(chord.name)
        for eighth, string, velocity in (*_PICKING, *_PICKING_ON):
            if eighth / 2 < chord.length_beats:
                ring = min(2.2, chord.length_beats - eighth / 2 + 0.15)
                notes.append(Note(chord.start_beat + eighth / 2, ring, shape[string], velocity * strength))
    return notes


def _strummed(first_bar: int, last_bar: int, strength: float) -> list[Note]:
    """Return strummed chords: the strings follow each other within 6 ms, centred on the grid."""
    notes = []
    for chord in within(CHORDS, first_bar, last_bar):
        shape = _shape(chord.name)
        strokes = [stroke for stroke in _STRUM if stroke[0] / 2 < chord.length_beats]
        ends = [stroke[0] / 2 for stroke in strokes[1:]] + [chord.length_beats]
        for (eighth, velocity, upwards), end in zip(strokes, ends, strict=False):
            strings = shape[:0:-1][:4] if upwards else shape
            for place, pitch in enumerate(strings):
                late_beats = (place / (len(strings) - 1) - 0.5) * 0.006 * CLOCK.tempo_bpm / 60
                beat = max(0.0, chord.start_beat + eighth / 2 + late_beats)
                notes.append(Note(beat, end - eighth / 2 + 0.1, pitch, velocity * strength * 0.8))
    return notes


def guitar(clock: Clock) -> np.ndarray:
    """Fingers in the verses, a strum in the choruses; the second guitar answers from the other side."""
    picked = _picked(1, 10, 0.85) + _picked(15, 20, 0.9) + _picked(27, 27, 0.75)
    last = [Note(108 + 0.25 * place, 5.5 - 0.25 * place, pitch, 0.6) for place, pitch in enumerate(_shape("G"))]
    sound = _placed(played((*picked, *last), instruments.steel_guitar, clock, 411), -0.2)
    sound += 0.75 * _placed(
        played(_strummed(11, 14, 0.8) + _strummed(21, 26, 0.9), instruments.steel_guitar, clock, 412), -0.45
    )
    answer = _picked(11, 14, 0.6) + _picked(21, 26, 0.65)
    sound += 0.7 * _placed(played(answer, instruments.steel_guitar, clock, 413), 0.5)
    sound = peaked(high_passed(levelled(sound, -22, 2.0), 85), 190, -2.0, 1.0)
    return reverberated(air_lifted(sound, 4500, 3.0), 1.0, 0.15, 22, 12, 4000)


def _placed(sound: np.ndarray, position: float) -> np.ndarray:
    return panned(sound.mean(axis=1), position)


def _hits() -> list[Hit]:
    walking = (*range(7, 11), *range(15, 19))
    hits = groove("shaker", "..o...o...o...o.", range(3, 7)) + groove("rim", "....x.......x...", range(5, 7))
    hits += groove("kick", "X.......x.......", range(5, 7))
    hits += groove("kick", "X.....o.x.......", walking) + groove("rim", "....x.......x...", walking)
    hits += groove("shaker", "x.-.o.-.x.-.o.-.", walking)
    hits += groove("kick", "X.....x.X...o...", _CHORUS_BARS) + groove("brush", "....X.......X...", _CHORUS_BARS)
    hits += groove("brush", ".......-.-.....-", _CHORUS_BARS)
    hits += groove("shaker", "x-o-x-o-x-o-x-o-", _CHORUS_BARS) + groove("tambourine", "....x.......x...", range(21, 27))
    hits += groove("shaker", "..o...o...o...o.", (19, 20, 27)) + groove("kick", "X...............", (19, 20, 27, 28))
    hits += [Hit((bar - 1) * 4, "cymbal", strength) for bar, strength in ((11, 0.8), (21, 0.95), (27, 0.55))]
    for bar, steps in (
        (10, "............xoxX"),
        (14, "............o.xx"),
        (20, "........o.xxx.xX"),
        (26, "............x.xx"),
    ):
        start = (bar - 1) * 4
        hits = without(hits, ("brush", "rim"), start + 2.75, start + 4)
        for turn, hit in enumerate(groove("high tom", steps, (bar,))):
            hits.append(Hit(hit.beat, "high tom" if turn < 2 else "low tom", hit.velocity * 0.9))
    return hits


_KIT = {
    "kick": Piece(partial(drums.kick, depth_hz=52.0, length_ms=340.0, click=0.1), 0.95),
    "brush": Piece(drums.brush, 0.85),
    "rim": Piece(drums.rim, 0.42),
    "shaker": Piece(drums.shaker, 0.2),
    "tambourine": Piece(drums.tambourine, 0.26, -0.2),
    "cymbal": Piece(partial(drums.crash, decay_ms=900.0), 0.18),
    "high tom": Piece(partial(drums.tom, tone_hz=142.0), 0.5, -0.3),
    "low tom": Piece(partial(drums.tom, tone_hz=92.0), 0.6, 0.3),
}


def drum_kit(clock: Clock) -> np.ndarray:
    sound = warmed(drummed(_hits(), _KIT, clock, seed=211), 0.9)
    return reverberated(sound, 0.8, 0.12, 23, 8, 4000, width=0.0)


def bass(clock: Clock) -> np.ndarray:
    """Roots and fifths, and a step that leads into each next chord."""
    notes = []
    for chord, following in zip(CHORDS, (*CHORDS[1:], CHORDS[-1]), strict=False):
        bar = int(chord.start_beat // 4) + 1
        root, goal = bass_pitch(chord.bass), bass_pitch(following.bass)
        fifth = next(pitch for pitch in range(root + 7, root + 2, -1) if pitch % 12 in chord.tones)
        step = next(pitch for pitch in (goal - 1, goal - 2, goal + 2) if pitch % 12 in SCALE and pitch >= 28)
        if bar < 5:
            bars = [(0, 3.9, root, 0.55)] if bar >= 3 else []
        elif bar in (19, 27, 28):
            bars = [(0, 3.9, root, 0.62)]
        elif chord.length_beats < 4:
            bars = [(0, 1.4, root, 0.75), (1.5, 0.45, step, 0.6)]
        elif bar in _CHORUS_BARS:
            bars = [(0, 1.4, root, 0.82), (1.5, 0.5, root, 0.62), (2, 1.4, fifth, 0.74), (3.5, 0.45, step, 0.64)]
        else:
            bars = [(0, 1.9, root, 0.74), (2, 1.4, fifth, 0.62), (3.5, 0.45, step, 0.52)]
        notes += [Note(chord.start_beat + beat, length, pitch, velocity) for beat, length, pitch, velocity in bars]
    return warmed(low_passed(played(notes, instruments.finger_bass, clock, 311), 2600), 1.3)


def keys(clock: Clock) -> np.ndarray:
    """A felted piano that answers the singer, over a harmonium that fills the choruses."""
    led = voiced(CHORDS, 55, 72)
    notes = sustained([*within(led, 7, 10), *within(led, 15, 20)], 0.42)
    notes += sustained([*within(led, 11, 14), *within(led, 21, 28)], 0.55)
    intro = "-/2 D5/.5 B4/.5 D5/1 | E5/.5 D5/1.5 -/2"
    answers = (
        (intro, 1), ("-/2 F#5/.5 D5/.5 A4/1", 4), ("-/2.5 G4/.5 D5/1", 6), ("-/2.5 D5/.5 E5/1", 8),
        ("-/2.5 G5/.5 D5/1", 12), ("-/3 D5/.5 A4/.5", 14), ("-/2 F#5/.5 D5/.5 A4/1", 16), ("-/2.5 G4/.5 D5/1", 18),
        ("-/2.5 G5/.5 D5/1", 22), ("-/2.5 D5/.5 F#5/1", 24), ("-/2 E5/.5 D5/.5 G5/1 | -/2 B5/2", 27),
    )  # fmt: skip
    for text, bar in answers:
        notes += melody(text, bar, velocity=0.6)
    piano = played(notes, instruments.felt_piano, clock, 421)
    bed = sustained([*within(led, 9, 14), *within(led, 19, 28)], 0.6)
    reeds = played(bed, partial(instruments.harmonium, brightness=1.1), clock, 422)
    reeds += played(sustained(within(led, 1, 4), 0.4), instruments.harmonium, clock, 423)
    sound = high_passed(0.9 * piano + 0.42 * reeds, 130)
    return reverberated(low_passed(sound, 9000), 1.6, 0.26, 24, 18, 4200)


def song() -> Song:
    return Song(
        slug="slow-ferry",
        title="Slow Ferry",
        artist="The Harbour",
        key="G major",
        clock=CLOCK,
        sections=SECTIONS,
        stems={
            "vocals": Stem(vocals, -19.5),
            "drums": Stem(drum_kit, -24.0),
            "bass": Stem(bass, -23.5),
            "guitar": Stem(guitar, -23.2),
            "keys": Stem(keys, -25.0),
        },
        section_gain_db={"intro": 1.5, "verse": -0.5, "bridge": -0.2, "outro": 1.0},
    )
