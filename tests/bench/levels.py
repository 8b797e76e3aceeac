"""Measures how loud every sound is over eight bars, and prints the table for `layers/levels.py`."""

from __future__ import annotations

import numpy as np
import pyebur128

from fanlink.core.recipes import Layer
from fanlink.core.vocabulary import SOUNDS
from fanlink.remix import layers
from fanlink.remix.layers.levels import TRIM_DB

PATTERNS = {
    "drums": ("rock", "boom-bap", "four-on-the-floor"),
    "bass": ("root", "syncopated"),
    "pad": ("sustain", "charleston"),
    "arp": ("up-down", "broken"),
    "texture": ("constant",),
}
TARGET_LUFS = -20.0


def loudness_lufs(sound: np.ndarray, rate_hz: int) -> float:
    state = pyebur128.R128State(2, rate_hz, pyebur128.MeasurementMode.MODE_I)
    state.add_frames(np.ascontiguousarray(sound, dtype=np.float32).ravel(), len(sound))
    return float(pyebur128.get_loudness_global(state))


def main() -> None:
    song = layers.Song(44_100, 100.0, 4, "A minor", 0, 0.0, 1)
    for kind, sounds in SOUNDS.items():
        row = {}
        for sound in sounds:
            measured = [
                loudness_lufs(layers.render(Layer("x", kind, sound, pattern), song, 0.0, 32.0)[: song.frame(32.0)], 44_100) for pattern in PATTERNS[kind]
            ]
            row[sound] = round(TRIM_DB[kind].get(sound, 0.0) + TARGET_LUFS - float(np.mean(measured)), 1)
        print(f'    "{kind}": {row},'.replace("'", '"'))


if __name__ == "__main__":
    main()
