"""A short song in four stems, made here so that waveforms and players have something real to work on."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import soundfile

RATE = 44_100
BPM = 118.0
BARS = 32
CHORDS = ((57, 60, 64), (53, 57, 60), (48, 52, 55), (55, 59, 62))
SECTIONS = (("intro", 1), ("verse", 5), ("chorus", 13), ("verse", 21), ("chorus", 25))
LEVELS = {"drums": (0.0, 0.7, 1.0, 0.75, 1.0), "bass": (0.2, 0.8, 1.0, 0.8, 1.0), "vocals": (0.0, 0.8, 1.0, 0.8, 1.0),
          "keys": (0.7, 0.6, 0.9, 0.6, 1.0)}  # fmt: skip


def write_stems(folder: Path, transpose: int = 0, bars: int = BARS) -> dict[str, tuple[Path, str, int]]:
    """Writes the stems; each with its path, its digest and its frames."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {}
    for name, sound in stems(transpose, bars).items():
        path = folder / f"{name}.flac"
        soundfile.write(path, sound, RATE, format="FLAC", subtype="PCM_16")
        made[name] = (path, hashlib.sha256(path.read_bytes()).hexdigest(), len(sound))
    return made


def stems(transpose: int = 0, bars: int = BARS) -> dict[str, np.ndarray]:
    """Drums, bass, vocals and keys as float arrays (frames, 2)."""
    beat = int(RATE * 60 / BPM)
    frames = beat * 4 * bars
    noise = np.random.default_rng(7 + transpose)
    sounds = {name: np.zeros(frames, np.float32) for name in LEVELS}
    for bar in range(bars):
        chord = CHORDS[bar % 4]
        at = bar * 4 * beat
        part = max(index for index, (_name, start) in enumerate(SECTIONS) if start <= bar + 1)
        gains = {name: levels[part] for name, levels in LEVELS.items()}
        for step in range(8):
            here = at + step * beat // 2
            _add(sounds["drums"], here, _drum(step, noise), gains["drums"])
            _add(sounds["bass"], here, _tone(chord[0] - 24 + transpose, beat // 2, 4.0), 0.5 * gains["bass"])
            if (step * 5 + bar) % 7 < 4:
                note = chord[(step + bar) % 3] + 12 + transpose
                _add(sounds["vocals"], here, _tone(note, int(beat * 0.8), 2.0, 5.5), 0.35 * gains["vocals"])
        for note in chord:
            _add(sounds["keys"], at, _tone(note + transpose, beat * 4, 1.0), 0.2 * gains["keys"])
    return {name: np.repeat((sound * 0.6)[:, None], 2, axis=1) for name, sound in sounds.items()}


def _tone(note: int, frames: int, decay: float, vibrato: float = 0.0) -> np.ndarray:
    time = np.arange(frames) / RATE
    pitch = 440 * 2 ** ((note - 69) / 12)
    phase = 2 * np.pi * pitch * time + (0.4 * np.sin(2 * np.pi * vibrato * time) if vibrato else 0)
    shape = np.minimum(time * 60, 1) * np.exp(-decay * time)
    return ((np.sin(phase) + 0.4 * np.sin(2 * phase) + 0.15 * np.sin(3 * phase)) * shape).astype(np.float32)


def _drum(step: int, noise: np.random.Generator) -> np.ndarray:
    time = np.arange(RATE // 6) / RATE
    if step % 4 == 0:
        return (np.sin(2 * np.pi * 55 * time * np.exp(-6 * time)) * np.exp(-18 * time)).astype(np.float32)
    if step % 4 == 2:
        return (noise.standard_normal(len(time)) * np.exp(-26 * time) * 0.6).astype(np.float32)
    return (noise.standard_normal(len(time)) * np.exp(-90 * time) * 0.3).astype(np.float32)


def _add(sound: np.ndarray, at: int, part: np.ndarray, gain: float) -> None:
    room = max(min(len(part), len(sound) - at), 0)
    sound[at : at + room] += part[:room] * gain
