"""From chords to parts: voicings that move little, arpeggios, bass roots and a second voice."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import product

from composer.notes import Chord, Note, chord_at

Voicing = tuple[int, ...]


def voiced(chords: Sequence[Chord], low: int, high: int, voices: int = 4) -> list[tuple[Chord, Voicing]]:
    """Give each chord the voicing within [low, high] that is nearest to the one before."""
    led: list[tuple[Chord, Voicing]] = []
    previous: Voicing | None = None
    for chord in chords:
        choices = _voicings(chord, low, high, voices)
        centre = (low + high) / 2
        if previous is None:
            best = min(choices, key=lambda voicing: (abs(sum(voicing) / voices - centre), voicing))
        else:
            best = min(choices, key=lambda voicing: (_movement(previous, voicing), voicing))
        led.append((chord, best))
        previous = best
    return led


def _movement(previous: Voicing, voicing: Voicing) -> int:
    """Count semitones moved; a rubbing semitone inside the chord costs as much as an octave."""
    rubs = sum(after - before == 1 for before, after in zip(voicing, voicing[1:], strict=False))
    return sum(abs(before - after) for before, after in zip(previous, voicing, strict=False)) + 12 * rubs


def _voicings(chord: Chord, low: int, high: int, voices: int) -> list[Voicing]:
    """List close and half-open voicings that hold every tone (the root may be left to the bass in a 4-note chord)."""
    places = [[pitch for pitch in range(low, high + 1) if pitch % 12 == tone] for tone in chord.tones]
    found = set()
    needed = set(chord.tones) if voices >= len(chord.tones) else set(chord.tones[1:])
    for chosen in product(*([pitch for place in places for pitch in place] for _ in range(voices))):
        gaps = [after - before for before, after in zip(chosen, chosen[1:], strict=False)]
        if all(1 <= gap <= 9 for gap in gaps) and {pitch % 12 for pitch in chosen} >= needed:
            found.add(chosen)
    assert found, chord
    return sorted(found)


def sustained(voicings: Iterable[tuple[Chord, Voicing]], velocity: float) -> list[Note]:
    """Hold each chord for its whole length."""
    return [
        Note(chord.start_beat, chord.length_beats, pitch, velocity) for chord, voicing in voicings for pitch in voicing
    ]


def arpeggiated(
    voicings: Iterable[tuple[Chord, Voicing]],
    order: Sequence[int],
    step_beats: float,
    length_beats: float,
    velocity: float,
) -> list[Note]:
    """Walk through each voicing in `order`; index 4 and up is an octave higher, -1 rests. Accents fall on beats."""
    notes = []
    for chord, voicing in voicings:
        for step in range(round(chord.length_beats / step_beats)):
            beat = chord.start_beat + step * step_beats
            index = order[round(beat / step_beats) % len(order)]
            if index >= 0:
                pitch = voicing[index % len(voicing)] + 12 * (index // len(voicing))
                accent = 1.0 if beat % 1 == 0 else 0.82 if beat % 0.5 == 0 else 0.7
                notes.append(Note(beat, length_beats, pitch, velocity * accent))
    return notes


def stabbed(
    voicings: Iterable[tuple[Chord, Voicing]], rhythm: Sequence[tuple[float, float]], velocity: float
) -> list[Note]:
    """Play whole chords on the (beat in bar, length) pairs of `rhythm`."""
    return [
        Note(chord.start_beat + beat, length, pitch, velocity)
        for chord, voicing in voicings
        for beat, length in rhythm
        if beat < chord.length_beats
        for pitch in voicing
    ]


def bass_pitch(pitch_class: int, lowest: int = 28) -> int:
    """Return the pitch of that class in the octave that begins at `lowest` (28 is a bass's low E)."""
    return lowest + (pitch_class - lowest) % 12


def second_voice(notes: Iterable[Note], chords: tuple[Chord, ...], scale: Sequence[int], velocity: float) -> list[Note]:
    """Return a voice below: a chord tone a third or fourth down where there is one, else a third of the scale."""
    below = []
    for note in notes:
        tones = chord_at(chords, note.start_beat).tones
        lower = [note.pitch - step for step in (3, 4, 5) if (note.pitch - step) % 12 in tones]
        if not lower:
            lower = [note.pitch - step for step in (3, 4) if (note.pitch - step) % 12 in scale]
        below.append(replace(note, pitch=(lower or [note.pitch - 12])[0], velocity=velocity * note.velocity))
    return below


def within(items: Iterable, first_bar: int, last_bar: int) -> list:
    """Keep chords, notes or voicings that start in bars `first_bar` to `last_bar`, both included."""
    first_beat, end_beat = (first_bar - 1) * 4, last_bar * 4
    kept = []
    for item in items:
        start_beat = item[0].start_beat if isinstance(item, tuple) else item.start_beat
        if first_beat <= start_beat < end_beat:
            kept.append(item)
    return kept
