"""The arpeggio: the song's chords, one tone after the other."""

from __future__ import annotations

from fanlink.remix.layers.notes import Tone, fold, perform
from fanlink.remix.layers.song import Samples, Song
from fanlink.remix.layers.struck import plucked

LOWEST = {"guitar": 52, "pluck": 60, "square": 60, "saw": 60, "marimba": 60, "kalimba": 64, "bell": 67}
"""Where each instrument's chords begin; MIDI pitches."""

Step = tuple[float, int, float]
"""Sixteenths from the bar's start, which tone (0 is the lowest, 3 an octave above it in a triad), strength."""


def euclid(strokes: int, steps: int) -> tuple[bool, ...]:
    """So many strokes spread as evenly as they go (Bjorklund 2003; Toussaint 2005)."""
    return tuple((step * strokes) % steps < strokes for step in range(steps))


def _steps(pattern: str, song: Song, bar: int) -> list[Step]:
    """One bar of four beats."""
    accents = [1.0 if step % 4 == 0 else 0.72 + 0.1 * (step % 2 == 0) for step in range(16)]
    match pattern:
        case "up":
            return [(step, step % 6, accents[step]) for step in range(16)]
        case "down":
            return [(step, 5 - step % 6, accents[step]) for step in range(16)]
        case "up-down":
            return [(step, (0, 1, 2, 3, 4, 3, 2, 1)[step % 8], accents[step]) for step in range(16)]
        case "broken":
            return [(2.0 * index, tone, 0.95 if index % 4 == 0 else 0.75) for index, tone in enumerate((0, 2, 3, 4, 3, 2, 1, 2))]
        case "euclid":
            strokes = (7, 9, 5)[int(song.chance(0x65) * 3)]
            struck = [step for step, hit in enumerate(euclid(strokes, 16)) if hit]
            return [(step, (0, 2, 1, 3, 2, 4)[index % 6], accents[step]) for index, step in enumerate(struck)]
        case "sparse":
            spots = [step for step in (0, 3, 6, 10, 12, 14) if song.chance(bar % 4, step, 0x73) < (0.85 if step == 0 else 0.42)]
            return [(step, int(song.chance(bar % 4, step, 0x74) * 5), 0.7 + 0.3 * song.chance(bar % 4, step, 0x75)) for step in spots]
        case "ostinato":
            return [(step, tone, strength) for step, tone, strength in ((0, 0, 1.0), (3, 2, 0.8), (6, 3, 0.85), (8, 0, 0.9), (11, 2, 0.8), (14, 4 if bar % 2 else 1, 0.85))]
        case _:
            return [(2.0 * index, (0, 3)[index % 2], 1.0 if index % 2 == 0 else 0.8) for index in range(8)]


def tones(sound: str, pattern: str, song: Song, start_beat: float, beats: float, feel: str) -> list[Tone]:
    """The notes that begin in the span. Half-time takes every step twice as long, double-time an octave on top."""
    found = []
    for bar in range(song.bar(start_beat), song.bar(start_beat + beats - 1e-6) + 1):
        ladder = _ladder(sound, song, bar)
        for beat, length, tone, strength in _bar(pattern, song, bar, feel):
            lift = 12 if feel == "double-time" and round(beat * 4) % 4 == 2 else 0
            pan = 0.55 * (song.chance(round(beat * 8) % 64, 0x70) - 0.5)
            found.append(Tone(beat, length, ladder[tone] + lift, strength, pan))
    return [tone for tone in found if start_beat - 1e-6 <= tone.beat < start_beat + beats - 1e-6]


def _bar(pattern: str, song: Song, bar: int, feel: str) -> list[tuple[float, float, int, float]]:
    """The notes of a bar as (beat, beats long, tone, strength), each held until the next or the end of the bar."""
    length = song.beats_per_bar
    stretch, origin, turn = (2.0, bar // 2 * 2 * length, bar // 2) if feel == "half-time" else (1.0, bar * length, bar)
    steps = _steps(pattern, song, turn)
    spread = [(origin + (4 * again + step / 4.0) * stretch, tone, strength) for again in range(-(-length // 4)) for step, tone, strength in steps if 4 * again + step / 4.0 < length]
    inside = [entry for entry in spread if song.bar(entry[0]) == bar]
    ends = [*(beat for beat, _, _ in inside[1:]), float((bar + 1) * length)]
    return [(beat, min(1.0, end - beat), tone, strength) for (beat, tone, strength), end in zip(inside, ends, strict=False)]


def _ladder(sound: str, song: Song, bar: int) -> list[int]:
    """The chord's tones from the instrument's lowest up, three octaves of them."""
    chord = song.chord(bar)
    first = sorted({fold(tone, LOWEST[sound]) for tone in chord.pitch_classes})
    return [pitch + 12 * octave for octave in range(3) for pitch in first]


def render(sound: str, song: Song, played: list[Tone], start_beat: float, beats: float) -> Samples:
    """The notes as sound."""
    return perform(
        song, played, start_beat, beats, lambda tone, _: plucked(sound, int(tone.pitch), round(song.seconds(tone.beats), 4), tone.strength > 0.9, song.rate_hz)
    )
