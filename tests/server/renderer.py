"""A small real renderer: mixes the stems as they are and writes FLAC. It can be sent to a child process."""

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile


@dataclass(frozen=True)
class Rendered:
    flac: Path
    mp3: Path | None
    pcm_digest: str
    loudness_lufs: float
    true_peak_db: float
    fingerprint: str


def render(recipe, stems, facts, out_dir, progress):
    sounds = [soundfile.read(path, dtype="float32", always_2d=True)[0] for _, path in sorted(stems.items())]
    rate = max(stem.rate_hz for stem in facts.stems.values())
    mixed = np.zeros((max(len(sound) for sound in sounds), 1), dtype="float32")
    for sound in sounds:
        mixed[: len(sound)] += sound[:, :1] * (0.1 + (recipe.seed % 10) / 100)
    flac = out_dir / "remix.flac"
    soundfile.write(flac, mixed, rate, subtype="PCM_24")
    progress(1.0)
    peak = float(np.abs(mixed).max())
    return Rendered(flac, None, hashlib.sha256(mixed.tobytes()).hexdigest(), -14.0, 20 * float(np.log10(peak)), "")


def broken(recipe, stems, facts, out_dir, progress):
    raise ValueError("this recipe cannot be rendered")


def dying(recipe, stems, facts, out_dir, progress):
    import os

    os._exit(9)


def endless(recipe, stems, facts, out_dir, progress):
    while True:
        time.sleep(0.01)
