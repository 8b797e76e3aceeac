"""How fast effects and layers are, against the time they play: `make bench-sounds`.

Every effect should be 100 times faster than it plays (the reverb 60), for stereo at 44.1 kHz on one core.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from fanlink.core.recipes import Effect, Layer
from fanlink.core.vocabulary import EFFECTS, PATTERNS, SOUNDS
from fanlink.remix import effects, layers

RATE_HZ = 44_100
SECONDS = 20
BLOCK_FRAMES = 16_384
VARIANTS = {"lowpass": {"to_hz": 8_000}, "highpass": {"to_hz": 4_000}, "reverb": {"decay_s": 8}}


def effect_speed(effect: Effect) -> float:
    """How many seconds of sound a second makes, the second time (rooms are kept)."""
    sound = (np.random.default_rng(1).standard_normal((SECONDS * RATE_HZ, 2)) * 0.1).astype(np.float32)
    context = effects.Context(RATE_HZ, 120.0, 4, 7)
    best = 1e9
    for _ in range(2):
        processor = effects.build(effect, context, 1_000.0)
        start = time.perf_counter()
        for frame in range(0, len(sound), BLOCK_FRAMES):
            processor.process(sound[frame : frame + BLOCK_FRAMES], frame)
        best = min(best, time.perf_counter() - start)
    return SECONDS / best


def layer_speed(layer: Layer) -> tuple[float, float]:
    """Milliseconds to the first bar with nothing kept, and seconds of sound a second makes over 64 bars."""
    song = layers.Song(RATE_HZ, 100.0, 4, "A minor", 0, 0.2, 3)
    start = time.perf_counter()
    layers.render(layer, song, 0.0, 4.0)
    first_s = time.perf_counter() - start
    for bar in range(4, 68, 4):
        layers.render(layer, song, bar * 4.0, 16.0)
    return first_s * 1_000.0, 64 * 2.4 / (time.perf_counter() - start)


def main() -> int:
    slow = []
    print(f"{'effect':<24}{'times real time':>16}")
    for name in EFFECTS:
        for settings in ({}, VARIANTS[name]) if name in VARIANTS else ({},):
            speed = effect_speed(Effect(name, settings))
            print(f"{name + (' ' + str(settings) if settings else ''):<24}{speed:>16.0f}")
            if speed < (60 if name == "reverb" else 100):
                slow.append(name)
    print(f"\n{'layer':<24}{'first bar, ms':>16}{'times real time':>18}")
    for kind, sounds in SOUNDS.items():
        for index, sound in enumerate(sounds):
            pattern = PATTERNS[kind][index % len(PATTERNS[kind])]
            first_ms, speed = layer_speed(Layer("x", kind, sound, pattern))
            print(f"{kind + ' ' + sound + ', ' + pattern:<32}{first_ms:>8.0f}{speed:>18.0f}")
    if slow:
        print(f"\nslower than promised: {', '.join(slow)}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
