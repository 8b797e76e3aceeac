"""What holds for every effect of the vocabulary."""

from __future__ import annotations

import numpy as np
import pytest

from fanlink.core.errors import BadInput
from fanlink.core.recipes import Effect
from fanlink.core.vocabulary import EFFECTS
from fanlink.remix import effects

RATE = 44_100
CONTEXT = effects.Context(RATE, 120.0, 4, 7, (0.0, 1.5, 2.0, 3.25))


def music(seconds: float, seed: int = 1) -> effects.Samples:
    """Noise with beats in it, stereo, about -17 dBFS."""
    frames = int(seconds * RATE)
    noise = np.random.default_rng(seed).standard_normal((frames, 2)) * 0.14
    pulse = np.exp(-(np.arange(frames) % (RATE // 2)) / 4_000.0)
    return (noise * pulse[:, None]).astype(np.float32)


def run(effect: Effect, sound: effects.Samples, sizes: list[int], beats: float | None = 3.0, start: int = 0) -> effects.Samples:
    """The sound through the effect in blocks of these sizes, round and round."""
    processor = effects.build(effect, CONTEXT, beats)
    out, place, turn = [], 0, 0
    while place < len(sound):
        block = sound[place : place + sizes[turn % len(sizes)]]
        out.append(processor.process(block, start + place))
        place, turn = place + len(block), turn + 1
    return np.concatenate(out)


CHAINS = [Effect(name) for name in EFFECTS] + [
    Effect("lowpass", {"cutoff_hz": 300, "to_hz": 9_000, "resonance": 0.9}),
    Effect("highpass", {"cutoff_hz": 4_000, "to_hz": 30}),
    Effect("reverb", {"decay_s": 4, "predelay_ms": 90, "mix": 1}),
    Effect("echo", {"note_beats": 0.125, "feedback": 0.85, "spread": 1}),
    Effect("tape", {"wow": 1, "warmth": 1}),
    Effect("width", {"width": 0.3}),
]


@pytest.mark.parametrize("effect", CHAINS, ids=lambda effect: f"{effect.name}-{len(effect.settings)}")
def test_blocks_of_any_size_give_the_same_bits(effect: Effect) -> None:
    sound = music(2.3)
    whole = run(effect, sound, [len(sound)])
    assert np.array_equal(whole, run(effect, sound, [1, 511, 37, 4_096, 1_024, 15_000]))
    assert whole.dtype == np.float32 and whole.shape == sound.shape


@pytest.mark.parametrize("name", EFFECTS)
def test_an_empty_block_changes_nothing(name: str) -> None:
    sound = music(0.2)
    processor = effects.build(Effect(name), CONTEXT)
    first = processor.process(sound[:3_000], 0)
    assert processor.process(sound[3_000:3_000], 3_000).shape == (0, 2)
    second = processor.process(sound[3_000:], 3_000)
    assert np.array_equal(run(Effect(name), sound, [3_000, 100_000], None), np.concatenate([first, second]))


@pytest.mark.parametrize("name", EFFECTS)
@pytest.mark.parametrize("end", [0, 1])
def test_every_effect_stays_in_bounds_at_both_ends_of_its_settings(name: str, end: int) -> None:
    settings = {setting: span[end] for setting, span in EFFECTS[name].items()}
    out = run(Effect(name, settings), music(1.5), [8_192])
    assert np.all(np.isfinite(out))
    assert np.max(np.abs(out)) < 8.0


@pytest.mark.parametrize("name", EFFECTS)
def test_silence_stays_silent(name: str) -> None:
    out = run(Effect(name), np.zeros((RATE, 2), np.float32), [4_096])
    assert np.max(np.abs(out)) < 1e-6


@pytest.mark.parametrize("effect", CHAINS, ids=lambda effect: f"{effect.name}-{len(effect.settings)}")
def test_the_tail_is_over_when_the_effect_says_so(effect: Effect) -> None:
    sound = music(0.7)
    tail = effects.build(effect, CONTEXT, 1.0).tail_frames
    out = run(effect, np.concatenate([sound, np.zeros((tail + RATE, 2), np.float32)]), [8_192], 1.0)
    after = out[len(sound) + tail :]
    assert np.sqrt(np.mean(after**2)) < 10 ** (-50 / 20) * np.sqrt(np.mean(sound**2))


def test_a_name_a_setting_or_a_value_outside_the_vocabulary_is_refused() -> None:
    for effect in (Effect("flanger"), Effect("lowpass", {"q": 1.0}), Effect("echo", {"feedback": 1.2}), Effect("tilt", {"tilt_db": float("nan")})):
        with pytest.raises(BadInput):
            effects.build(effect, CONTEXT)
