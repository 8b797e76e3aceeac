"""Notes, and how a list of them becomes sound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fanlink.remix.layers.song import Samples, Song, mix_into, pan_gains


@dataclass(frozen=True, slots=True)
class Tone:
    """One note: its beat in the remix before swing, its length in beats, its MIDI pitch, how hard (0 to 1), its place."""

    beat: float
    beats: float
    pitch: float
    strength: float
    pan: float = 0.0


def fold(pitch_class: int, lowest: int) -> int:
    """The pitch of a class in the octave that begins at `lowest`."""
    return lowest + (pitch_class - lowest) % 12


def perform(song: Song, played: list[Tone], start_beat: float, beats: float, sound: Callable[[Tone, int], Samples]) -> Samples:
    """Every note's sound at its swung place; `sound` gets the note and its frame in the remix. The tail is included."""
    start = song.frame(start_beat)
    placed = []
    for tone in played:
        frame = song.frame(song.swung(tone.beat))
        left, right = pan_gains(tone.pan)
        placed.append((frame - start, sound(tone, frame), (left * tone.strength, right * tone.strength)))
    length = song.frame(start_beat + beats) - start
    out = np.zeros((max([length, *(at + len(heard) for at, heard, _ in placed)]), 2), dtype=np.float32)
    for at, heard, gains in placed:
        mix_into(out, heard, at, gains)
    return out
