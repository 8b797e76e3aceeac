"""Neon Tide, by Luma Reyes: synth-pop in A minor. The score and the desk it is played on."""

from functools import partial

import numpy as np

from composer import drums, instruments
from composer.arranging import arpeggiated, bass_pitch, second_voice, stabbed, sustained, voiced, within
from composer.filters import air_lifted, high_passed, levelled, low_passed, peaked, warmed
from composer.notes import Note, melody, progression
from composer.playing import Hit, Piece, drummed, ducked, groove, louder, played, without
from composer.song import Clock, Section, Song, Stem
from composer.space import chorused, echoed, narrowed, panned, reverberated
from composer.voice import Singer, sung

CLOCK = Clock(tempo_bpm=112.0, first_beat_ms=250, bar_count=36, tail_ms=1600)
SCALE = (9, 11, 0, 2, 4, 5, 7)

_VERSE = "Am | Fmaj7 | C | G/B"
_CHORUS = "Fmaj7 | G | Am | C/E | Fmaj7 | G | E/G# | Am"
CHORDS = progression(
    f"{_VERSE} | {_VERSE} | Am | Fmaj7 | C | G | {_CHORUS} | Am | Fmaj7 | C | G | Dm7 | E7sus4 E7 | {_CHORUS}"
    " | Fmaj7 | Amadd9"
)
SECTIONS = (
    Section("intro", 1),
    Section("verse", 5),
    Section("chorus", 13),
    Section("verse", 21),
    Section("break", 25),
    Section("chorus", 27),
    Section("outro", 35),
)
_CHORUS_BARS = (*range(13, 21), *range(27, 35))

_LUMA = Singer(mouth_scale=1.15, vibrato_hz=5.6, vibrato_cents=28, tilt=0.35, breath=0.018)
_CHOIR = Singer(mouth_scale=1.1, vibrato_hz=5.1, vibrato_cents=18, tilt=0.8, breath=0.02)

_VERSE_LINE = """
    -/.5 E4/.5 E4/.5 D4/.5 E4/.5 G4/1 E4/.5      | D4/.5 C4/1 A3/1.5 -/1
    -/.5 E4/.5 E4/.5 D4/.5 E4/.5 G4/1 A4/.5      | G4/.5 E4/.5 D4/2 -/1
"""
_VERSE_ANSWER = """
    -/.5 E4/.5 E4/.5 D4/.5 E4/.5 A4/1 G4/.5      | E4/.5 C4/1 A3/1.5 -/1
    -/.5 G4/.5 G4/.5 A4/.5 G4/.5 E4/1 D4/.5      | D4/1.5 -/.5 D4/.5 E4/.5 G4/.5 B4/.5
"""
_VERSE_WORDS = "na na ne no ha e jou la na a la ne no ha e na lou a"
_HOOK = """
    C5/1.5 B4/.5 A4/1 G4/.5 A4/.5                | B4/1.5 A4/.5 G4/1 -/.5 G4/.5
    E5/1.5 D5/.5 C5/1 B4/.5 C5/.5                | G4/2.5 -/.5 G4/.5 A4/.5
    C5/1.5 B4/.5 A4/1 G4/.5 A4/.5                | B4/1.5 C5/.5 D5/1.5 -/.5
    E5/1.5 D5/.5 B4/1 G#4/.5 B4/.5               | A4/2.5 -/1.5
"""
# As near to "neon tide" as a voice without hard consonants comes.
_HOOK_WORDS = "ni o dai ja a wei a ou na ha a la a ou lou na na ni o dai ja a wei a ja ha a la o a dai"


def _lead() -> tuple[Note, ...]:
    return (
        *melody("-/8 | -/1 E4/1 G4/1.5 E4/.5 | D4/2.5 -/1.5", 1, "hou ou wou u", 0.6),
        *melody(_VERSE_LINE, 5, _VERSE_WORDS, 0.74),
        *melody(_VERSE_ANSWER, 9, _VERSE_WORDS, 0.78),
        *_hooks(),
        *melody(_VERSE_ANSWER.replace("D4/.5 E4/.5 G4/.5 B4/.5", "-/2"), 21, _VERSE_WORDS, 0.78),
        *melody("-/1 A4/1 F4/1 D4/1 | E4/2 G#4/1 B4/1", 25, "hou ou wou u ha a o", 0.7),
        *melody("C5/1.5 B4/.5 A4/1 G4/.5 A4/.5 | E4/3 -/1", 35, "ni o dai ja a dai", 0.6),
    )


def _hooks() -> tuple[Note, ...]:
    return (*melody(_HOOK, 13, _HOOK_WORDS, 0.86), *melody(_HOOK, 27, _HOOK_WORDS, 0.92))


def vocals(clock: Clock) -> np.ndarray:
    """Luma's lead; in the chorus she doubles herself and adds a voice below, at last a small choir."""
    lead = sung(_LUMA, _lead(), clock, seed=101)
    sound = panned(lead, 0.0)
    for seed, place in ((102, -0.5), (103, 0.5)):
        sound += 0.22 * panned(sung(_LUMA, _hooks(), clock, seed), place)
    below = second_voice(_hooks(), CHORDS, SCALE, 0.85)
    for seed, place in ((104, -0.4), (105, 0.4)):
        sound += 0.26 * panned(sung(_LUMA, below, clock, seed), place)
    choir = [(chord, voicing[1:]) for chord, voicing in within(voiced(CHORDS, 62, 79), 27, 36)]
    for voice in range(3):
        line = [Note(chord.start_beat, chord.length_beats, voicing[voice], 0.6, "u") for chord, voicing in choir]
        sound += 0.11 * panned(sung(_CHOIR, line, clock, 106 + voice), (-0.6, 0.0, 0.6)[voice])
    sound = levelled(high_passed(sound, 130), -24, 2.2)
    sound = air_lifted(peaked(peaked(sound, 300, -2.0), 3000, 4.0, 0.7), 5500, 4.0)
    sound = echoed(sound, clock.samples(0.75), 0.5, 0.15, 2800)
    return reverberated(sound, 1.4, 0.26, 11, 28, 4400)


def _hits() -> list[Hit]:
    hits = groove("hat", "..o...o...o...o.", range(3, 5)) + groove("kick", "X.......X.......", range(3, 5))
    verse = (*range(5, 13), *range(21, 25))
    hits += groove("kick", "X.....o.X.......", verse) + groove("snare", "....X.......X...", (*verse, *_CHORUS_BARS))
    hits += groove("hat", "x.o.x.o.x.o.x.o-", range(5, 9)) + groove(
        "hat", "x-o-x-o-x-o-x-oo", (*range(9, 13), *range(21, 25))
    )
    hits += groove("kick", "X...X...X...X...", (*_CHORUS_BARS, 35)) + groove("clap", "....X.......X...", _CHORUS_BARS)
    hits += groove("hat", "x-.-x-.-x-.-x-.-", _CHORUS_BARS) + groove("open", "..x...x...x...x.", (*_CHORUS_BARS, 35))
    hits += groove("snare", "....x.......x...", (35,))
    hits += groove("kick", "X...............", (25, 36)) + groove("snare", "........o.o.x.xx", (26,))
    hits += [
        Hit((bar - 1) * 4, "crash", strength) for bar, strength in ((5, 0.6), (13, 1), (21, 0.7), (27, 1), (36, 0.8))
    ]
    # A fill leads into every new section: toms down the kit, from the last two beats of the bar before.
    for bar, steps in (
        (4, "............o.xx"),
        (12, "........x.xxx.X."),
        (24, "........x.x.x.xX"),
        (34, "........xx.xx.X."),
    ):
        start = (bar - 1) * 4
        hits = without(hits, ("snare", "clap", "open", "hat"), start + 2.5, start + 4)
        for turn, hit in enumerate(groove("tom", steps.ljust(16, "."), (bar,))):
            hits.append(
                Hit(hit.beat, ("high tom", "high tom", "mid tom", "mid tom", "low tom", "low tom")[turn], hit.velocity)
            )
    hits += groove("mid tom", "............x...", (26,)) + groove("low tom", "..............xX", (26,))
    return hits


_KIT = {
    "kick": Piece(drums.kick, 1.0),
    "snare": Piece(partial(drums.snare, plate_ms=210.0), 0.72),
    "clap": Piece(drums.clap, 0.36),
    "hat": Piece(drums.hat, 0.25),
    "open": Piece(partial(drums.hat, decay_ms=105.0), 0.23),
    "crash": Piece(drums.crash, 0.36),
    "high tom": Piece(partial(drums.tom, tone_hz=176.0), 0.62, -0.4),
    "mid tom": Piece(partial(drums.tom, tone_hz=131.0), 0.66, 0.0),
    "low tom": Piece(partial(drums.tom, tone_hz=98.0), 0.72, 0.4),
}


def drum_kit(clock: Clock) -> np.ndarray:
    sound = drummed(_hits(), _KIT, clock, seed=201)
    sound = warmed(sound, 0.9)
    return reverberated(sound, 0.7, 0.09, 12, 6, 4000, width=0.0)


def bass(clock: Clock) -> np.ndarray:
    """Roots that push in the verse and leap octaves in the chorus, with a step towards each next chord."""
    notes = []
    for chord, following in zip(CHORDS, (*CHORDS[1:], CHORDS[-1]), strict=False):
        bar = int(chord.start_beat // 4) + 1
        root, goal = bass_pitch(chord.bass), bass_pitch(following.bass)
        notes += [
            Note(chord.start_beat + beat, length, pitch, velocity)
            for beat, length, pitch, velocity in _bass_bar(bar, root, goal)
            if beat < chord.length_beats
        ]
    sound = played(notes, instruments.synth_bass, clock, 301)
    sound = ducked(sound, [hit.beat for hit in _hits() if hit.piece == "kick"], clock, 0.45, 150)
    return warmed(low_passed(sound, 3200), 1.4)


def _bass_bar(bar: int, root: int, goal: int) -> list[tuple[float, float, int, float]]:
    if bar <= 2:
        return []
    if bar in (3, 4, 25, 26, 36):
        return [(0, 3.8 if bar != 26 else 1.9, root, 0.6)]
    step = goal - 2 if goal > root else goal + 2
    step = step if step % 12 in SCALE else goal + (1 if step > goal else -1)
    if bar in _CHORUS_BARS or bar == 35:
        octaves = [(beat / 2, 0.42, root + 12 * (beat % 2), 0.82 if beat % 2 else 0.72) for beat in range(7)]
        return [*octaves, (3.5, 0.42, step, 0.7)]
    return [
        (0, 1.3, root, 0.8),
        (1.5, 0.45, root, 0.6),
        (2, 0.9, root, 0.72),
        (3, 0.4, root + 12, 0.5),
        (3.5, 0.45, step, 0.6),
    ]


def keys(clock: Clock) -> np.ndarray:
    """The running figure, the stabs of the chorus, and the hook that opens and closes the song."""
    led = voiced(CHORDS, 57, 74)
    order = (0, 2, 1, 3, 2, 4, 3, 2, 0, 2, 1, 3, 5, 4, 3, 2)
    calm = [*within(led, 1, 12), *within(led, 21, 26), *within(led, 35, 35)]
    figure = arpeggiated(calm, order, 0.25, 0.22, 0.66)
    lively = within(led, 13, 20) + within(led, 27, 34)
    figure += arpeggiated(lively, order, 0.25, 0.22, 0.68)
    figure = [note for note in figure if not (5 <= note.start_beat // 4 + 1 <= 8 and note.start_beat % 0.5)]
    run = played(figure, partial(instruments.pluck, brightness=1.15), clock, 401, spread=0.5)
    run = echoed(run, clock.samples(0.75), 0.45, 0.28, 3200)
    stabs = stabbed(lively, ((0, 0.7), (1.5, 0.4), (2.5, 0.4), (3.5, 0.4)), 0.55)
    chords = chorused(played(stabs, instruments.bell_keys, clock, 402, spread=0.3))
    last = sustained(within(led, 36, 36), 0.5)
    chords += chorused(played(last, instruments.bell_keys, clock, 404, spread=0.3))
    hook = melody("C5/1.5 B4/.5 A4/1 G4/.5 A4/.5 | C5/1.5 B4/.5 A4/2 | E5/1.5 D5/.5 C5/1 G4/1 | D5/1.5 B4/.5 G4/2", 1)
    reply = louder((note for note in melody(_HOOK, 27) if note.length_beats > 1), 0.9)
    lead = echoed(played((*hook, *reply), instruments.bell_keys, clock, 403), clock.samples(0.75), 0.45, 0.3)
    sound = run + 0.5 * chords + 0.55 * lead
    sound = ducked(sound, [hit.beat for hit in _hits() if hit.piece == "kick"], clock, 0.25)
    return reverberated(high_passed(sound, 140), 1.3, 0.22, 13, 15, 4800)


def pads(clock: Clock) -> np.ndarray:
    """A warm bed that opens in the chorus and breathes with the kick."""
    led = voiced(CHORDS, 52, 69)
    calm = [*within(led, 1, 12), *within(led, 21, 26), *within(led, 35, 36)]
    wide = within(led, 13, 20) + within(led, 27, 34)
    sound = played(sustained(calm, 0.68), partial(instruments.analogue_pad, brightness=1.1), clock, 501)
    sound += played(sustained(wide, 0.72), partial(instruments.analogue_pad, brightness=2.1), clock, 502)
    top = [Note(chord.start_beat, chord.length_beats, voicing[-1] + 12, 0.4) for chord, voicing in wide]
    sound += 0.6 * played(top, partial(instruments.analogue_pad, brightness=1.8), clock, 503)
    sound = ducked(narrowed(sound, 0.65), [hit.beat for hit in _hits() if hit.piece == "kick"], clock, 0.5, 260)
    return reverberated(low_passed(high_passed(sound, 130), 7000), 1.8, 0.3, 14, 20, 4000)


def song() -> Song:
    return Song(
        slug="neon-tide",
        title="Neon Tide",
        artist="Luma Reyes",
        key="A minor",
        clock=CLOCK,
        sections=SECTIONS,
        stems={
            "vocals": Stem(vocals, -20.0),
            "drums": Stem(drum_kit, -21.5),
            "bass": Stem(bass, -24.0),
            "keys": Stem(keys, -26.0),
            "pads": Stem(pads, -27.5),
        },
        section_gain_db={"intro": 0.3, "verse": -0.6, "break": 1.2, "outro": 0.8},
    )
