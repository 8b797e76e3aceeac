"""The drummer: plays a groove on a kit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.signal import oaconvolve

from fanlink.remix.layers.drum_voices import MAKERS, dusted
from fanlink.remix.layers.grooves import FILLS, GROOVES, STROKES
from fanlink.remix.layers.kits import KITS, STAND_INS, TIME_VOICES, Kit
from fanlink.remix.layers.song import Samples, Song, mix_into, pan_gains
from fanlink.remix.layers.synthesis import edges, passed, source, stereo

VARIANTS = 3
"""How many takes there are of each stroke, so that no two in a row are the same."""

_SOFT = 0.5
_EARLIEST_S = 0.0012


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """One stroke: where in the remix, how hard (0 to 1), and whether the groove or a fill has it."""

    beat: float
    voice: str
    strength: float


def hits(pattern: str, song: Song, start_beat: float, beats: float, feel: str, fill: bool = False, crash: bool = False) -> list[Hit]:
    """The strokes that begin in the span, swung; `fill` ends it with a fill, `crash` begins it with a cymbal."""
    end_beat = start_beat + beats
    first_bar, last_bar = song.bar(start_beat), song.bar(end_beat - 1e-6)
    played = [hit for bar in range(first_bar, last_bar + 1) for hit in _bar(pattern, song, bar, feel)]
    if fill:
        played = _with_fill(played, pattern, song, end_beat)
    played = [hit for hit in played if start_beat - 1e-6 <= hit.beat < end_beat - 1e-6]
    if crash:
        played = [hit for hit in played if hit.beat > start_beat + 1e-6 or hit.voice not in ("hat", "open", "ride")]
        played.append(Hit(start_beat, "crash", 0.85))
    return sorted(Hit(song.swung(hit.beat), hit.voice, hit.strength) for hit in played)


def _bar(pattern: str, song: Song, bar: int, feel: str) -> list[Hit]:
    """The strokes of one bar of the remix, not yet swung."""
    found = []
    for voice, rows in GROOVES[pattern].rows.items():
        bars = rows.split()
        if voice in TIME_VOICES or feel == "straight":
            found += _row(pattern, voice, bars[bar % len(bars)], song, bar, bar * song.beats_per_bar, 1.0)
        elif feel == "half-time":
            # One bar of the groove fills two of the song: kick and snare come half as often, the time goes on.
            row = bars[bar // 2 % len(bars)]
            slow = _row(pattern, voice, row, song, bar // 2, bar // 2 * 2 * song.beats_per_bar, 2.0)
            found += [hit for hit in slow if song.bar(hit.beat) == bar]
        else:
            for half in (0, 1):
                row = bars[(2 * bar + half) % len(bars)]
                quick = _row(pattern, voice, row, song, 2 * bar + half, (bar + half / 2.0) * song.beats_per_bar, 0.5)
                # What would fall between the sixteenths is left out; twice as fast is busy enough.
                found += [hit for hit in quick if hit.strength > 0.5 and _on_grid(hit.beat)]
    return found


def _on_grid(beat: float) -> bool:
    """Whether a beat is on a sixteenth or on a triplet."""
    return any(abs(beat * steps - round(beat * steps)) < 1e-3 for steps in (4, 3))


def _row(pattern: str, voice: str, row: str, song: Song, bar: int, origin: float, stretch: float) -> list[Hit]:
    """The strokes of one bar of one row, stretched from `origin`."""
    steps_per_beat = GROOVES[pattern].steps_per_beat
    found = []
    for step in range(song.beats_per_bar * steps_per_beat):
        letter = row[step % len(row)]
        if letter == "." or (letter == "r" and song.chance(bar, step, ord(voice[0]), ord(voice[1])) < 0.5):
            continue
        found += _strokes(letter, voice, origin + step * stretch / steps_per_beat, stretch / steps_per_beat)
    return found


def _strokes(letter: str, voice: str, beat: float, step_beats: float) -> list[Hit]:
    count = {"D": 2, "T": 3}.get(letter, 1)
    strength = STROKES[letter]
    return [Hit(beat + index * step_beats / count, voice, strength * (1.0 - 0.12 * (index % 2))) for index in range(count)]


def _with_fill(played: list[Hit], pattern: str, song: Song, end_beat: float) -> list[Hit]:
    """The last beats replaced by a fill of the groove's family, chosen by the seed and the place."""
    fills = FILLS[GROOVES[pattern].fill]
    fill = fills[int(song.chance(song.bar(end_beat - 1e-6), 0x66) * len(fills))]
    steps = min(max(len(row) for row in fill.values()), 4 * song.beats_per_bar)
    begin = end_beat - steps / 4.0
    kept = [hit for hit in played if hit.beat < begin - 1e-6]
    for voice, row in fill.items():
        for step, letter in enumerate(row[-steps:]):
            if letter != ".":
                kept += _strokes(letter, voice, begin + step / 4.0, 0.25)
    return kept


def render(kit_name: str, song: Song, played: list[Hit], later: list[Hit], start_beat: float, beats: float) -> Samples:
    """The strokes as sound; `later` are those after the span, which may close an open hi-hat in it."""
    kit = KITS[kit_name]
    start = song.frame(start_beat)
    closing = sorted(song.frame(hit.beat) for hit in [*played, *later] if hit.voice in ("hat", "pedal"))
    placed = []
    for hit in played:
        frame = song.frame(hit.beat)
        step = round(hit.beat * 24)
        variant = int(song.chance(step, 1) * VARIANTS) if kit.steady < 1.0 else 0
        sound = stroke(kit_name, hit.voice, variant, hit.strength < _SOFT, song.rate_hz)
        if hit.voice == "open":
            sound = _closed(sound, next((close - frame for close in closing if close > frame), len(sound)), song.rate_hz)
        human = (1.0 - kit.steady) * (song.chance(step, 2, ord(hit.voice[0])) - 0.5)
        late = int(max(0.0, human) * 2.0 * _EARLIEST_S * song.rate_hz) if hit.voice != "kick" else 0
        gain = hit.strength**1.4 * 10.0 ** (human * 2.4 / 20.0)
        placed.append((frame - start + late, sound, gain))
    length = song.frame(start_beat + beats) - start
    out = np.zeros((max([length, *(at + len(sound) for at, sound, _ in placed)]), 2), dtype=np.float32)
    for at, sound, gain in placed:
        mix_into(out, sound, at, gain)
    return out


def _closed(sound: Samples, frames: int, rate_hz: int) -> Samples:
    """An open hi-hat that the foot closes."""
    frames = min(len(sound), frames + int(0.012 * rate_hz))
    return edges(sound[:frames], rate_hz, 0.0, 0.012) if frames < len(sound) else sound


@lru_cache(maxsize=160)
def stroke(kit_name: str, voice: str, variant: int, soft: bool, rate_hz: int) -> Samples:
    """One take of one voice of a kit, in its room."""
    kit = KITS[kit_name]
    name = next(option for option in (voice, *STAND_INS.get(voice, ()), "rim") if option in kit.drums)
    drum = kit.drums[name]
    mono = MAKERS[drum.maker](rate_hz, source("drum", kit_name, name, variant), **drum.settings)
    if kit.dusty:
        mono = dusted(mono, rate_hz)
    # A falling sine pushes the cone one way first; nothing below hearing is kept of that.
    mono = edges(passed(mono, rate_hz, 22.0), rate_hz, 0.0, 0.01)
    if soft:
        mono = passed(mono, rate_hz, None, 1_400.0 if name in ("kick", "low", "mid", "high") else 7_500.0, 1)
    mono = mono * np.float32(10.0 ** (drum.level_db / 20.0))
    left, right = pan_gains(drum.pan)
    dry = stereo(mono * np.float32(left), mono * np.float32(right))
    return _in_room(dry, mono, kit, rate_hz) if kit.room_mix else dry


def _in_room(dry: Samples, mono: Samples, kit: Kit, rate_hz: int) -> Samples:
    wall = _wall(rate_hz, kit.room_s)
    wet = np.stack([oaconvolve(mono, wall[side]) for side in (0, 1)], axis=1).astype(np.float32)
    wet *= np.float32(kit.room_mix)
    wet[: len(dry)] += dry
    return edges(wet, rate_hz, 0.0, 0.05)


@lru_cache(maxsize=8)
def _wall(rate_hz: int, room_s: float) -> Samples:
    """A small room's answer, (2, frames), energy 1: bright first, then darker."""
    frames = int(rate_hz * room_s * 1.1)
    t = np.arange(frames) / rate_hz
    noise = source("room", int(room_s * 1_000)).standard_normal((2, frames))
    bright = passed(noise.T.astype(np.float32), rate_hz, 200.0, 7_000.0).T * np.exp(-6.9 * t / (room_s * 0.5))
    dark = passed(noise.T.astype(np.float32), rate_hz, 150.0, 2_500.0).T * np.exp(-6.9 * t / room_s)
    answer = (bright + dark) * np.minimum(1.0, t / 0.006)
    return (answer / np.sqrt(np.sum(answer**2, axis=1, keepdims=True))).astype(np.float32)
