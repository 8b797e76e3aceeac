"""Small songs made for tests: every onset and pitch of theirs is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from fanlink.core.recipes import Recipe, Section, StemUse
from fanlink.remix.tracks import Track

RATE_HZ = 44_100
TEMPO_BPM = 120.0
FIRST_BEAT_MS = 250.0
BARS = 8
BEAT_S = 60.0 / TEMPO_BPM
LENGTH_S = FIRST_BEAT_MS / 1000.0 + BARS * 4 * BEAT_S + 0.3


def beats_s(bars: int = BARS) -> np.ndarray:
    return FIRST_BEAT_MS / 1000.0 + np.arange(bars * 4) * BEAT_S


def drums(rate_hz: int = RATE_HZ) -> np.ndarray:
    """A hit on every beat, the first of a bar lower and louder; mono."""
    out = np.zeros(int(LENGTH_S * rate_hz))
    time = np.arange(int(0.2 * rate_hz)) / rate_hz
    noise = np.random.default_rng(5).standard_normal(len(time))
    for index, second in enumerate(beats_s()):
        at = int(round(second * rate_hz))
        hit = noise * np.exp(-time * 60.0) * 0.3
        if index % 4 == 0:
            hit = hit + np.sin(2 * np.pi * 65.0 * time) * np.exp(-time * 18.0) * 0.6
        out[at : at + len(hit)] += hit[: len(out) - at]
    return out


def tone(hertz: float = 220.0, rate_hz: int = RATE_HZ, length_s: float = LENGTH_S) -> np.ndarray:
    """A steady note with soft ends; mono."""
    time = np.arange(int(length_s * rate_hz)) / rate_hz
    fade = np.minimum(1.0, np.minimum(time, time[-1] - time) / 0.05)
    return 0.25 * np.sin(2 * np.pi * hertz * time) * fade


def melody(rate_hz: int = RATE_HZ) -> np.ndarray:
    """One note of A minor per beat with four harmonics, like a voice; stereo."""
    out = np.zeros(int(LENGTH_S * rate_hz))
    time = np.arange(int(BEAT_S * 0.95 * rate_hz)) / rate_hz
    shape = np.minimum(1.0, time / 0.02) * np.minimum(1.0, (time[-1] - time) / 0.05)
    for index, second in enumerate(beats_s()):
        hertz = 220.0 * 2.0 ** ((0, 3, 7, 12, 7, 3, 2, 0)[index % 8] / 12.0)
        at = int(round(second * rate_hz))
        out[at : at + len(time)] += 0.2 * shape * sum(np.sin(2 * np.pi * hertz * h * time) / h for h in range(1, 5))
    return np.stack([out, 0.8 * out], axis=1)


def write_track(folder: Path, stems: dict[str, tuple[np.ndarray, int]], *, more: str = "") -> Path:
    """A track folder with these stems (samples, rate), 24-bit WAV."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ['title = "Test"', 'artist = "Nobody"', f"tempo_bpm = {TEMPO_BPM}", f"first_beat_ms = {FIRST_BEAT_MS}", 'key = "A minor"', more, "[stems]"]
    for name, (samples, rate_hz) in stems.items():
        soundfile.write(folder / f"{name}.wav", samples, rate_hz, subtype="PCM_24")
        lines.append(f'{name} = "{name}.wav"')
    (folder / "track.toml").write_text("\n".join(lines) + "\n")
    return folder


def whole_song(folder: Path) -> Path:
    """Three stems: drums, bass and vocals."""
    stems = {"drums": (drums(), RATE_HZ), "bass": (tone(110.0), RATE_HZ), "vocals": (melody(), RATE_HZ)}
    return write_track(folder, stems)


def recipe(track: Track, **changes: object) -> Recipe:
    """All stems as they are, all bars; with changes."""
    plain = {
        "engine": "fanlink-1",
        "seed": 1,
        "track": track.facts.digest,
        "words": "",
        "slots": {},
        "style": "",
        "tempo_bpm": track.facts.music.tempo_bpm,
        "key_shift_semitones": 0,
        "swing": 0.0,
        "stems": {name: StemUse() for name in track.facts.stems},
        "layers": (),
        "sections": (Section("verse", 1, track.facts.bars),),
    }
    return Recipe(**{**plain, **changes})


def read(path: Path) -> tuple[np.ndarray, int]:
    samples, rate_hz = soundfile.read(path, dtype="float64", always_2d=True)
    return samples, rate_hz


def onsets_s(samples: np.ndarray, rate_hz: int, near_s: np.ndarray, within_s: float = 0.06) -> np.ndarray:
    """Where sound begins near each expected second: the first sample over 30 % of the largest around."""
    level = np.convolve(np.abs(samples), np.ones(32) / 32, mode="same")
    found = []
    for second in near_s:
        first = max(0, int((second - within_s) * rate_hz))
        part = level[first : int((second + within_s) * rate_hz)]
        found.append((first + int(np.argmax(part > 0.3 * part.max()))) / rate_hz)
    return np.array(found)
