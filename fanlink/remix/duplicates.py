"""Remixes that are nearly the same: by recipe, and by what they sound like where a fingerprint can be taken."""

from __future__ import annotations

import ctypes.util
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fanlink.core.recipes import Effect, Recipe
from fanlink.remix import compare

NEAR = 0.9
WEIGHTS = {"track": 1.0, "pace": 2.0, "stems": 3.0, "layers": 3.0, "sections": 5.0, "master": 0.5}


@dataclass(frozen=True, slots=True)
class Near:
    """Another remix that this one is like, from 0 to 1."""

    name: str
    likeness: float


def near(recipe: Recipe, others: Iterable[tuple[str, Recipe]], least: float = NEAR) -> list[Near]:
    """The remixes whose recipe is nearly this one, the nearest first; names are the caller's."""
    found = [Near(name, round(likeness(recipe, other), 4)) for name, other in others]
    return sorted((each for each in found if each.likeness >= least), key=lambda each: (-each.likeness, each.name))


def likeness(first: Recipe, second: Recipe) -> float:
    """How alike two recipes sound, from 0 to 1; words, slots and seeds are not heard and do not count."""
    if set(first.stems).isdisjoint(second.stems) and first.stems and second.stems:
        return 0.0
    parts = {
        "track": 1.0 if first.track == second.track else 0.0,
        "pace": _pace(first, second),
        "stems": _shared(_stems(first), _stems(second)),
        "layers": _shared(_layers(first), _layers(second)),
        "sections": _sections(first, second),
        "master": _shared(_chain(first.master.effects), _chain(second.master.effects)),
    }
    return sum(WEIGHTS[name] * part for name, part in parts.items()) / sum(WEIGHTS.values())


def _pace(first: Recipe, second: Recipe) -> float:
    """A tempo 3 % away, or a key a semitone away, is still the same to most."""
    tempo = max(0.0, 1.0 - abs(np.log2(first.tempo_bpm / second.tempo_bpm)) / 0.25)
    key = max(0.0, 1.0 - abs(first.key_shift_semitones - second.key_shift_semitones) / 4.0)
    swing = 1.0 - abs(first.swing - second.swing)
    return 0.5 * tempo + 0.4 * key + 0.1 * swing


def _chain(effects: Iterable[Effect]) -> dict[str, float]:
    return {effect.name: 1.0 for effect in effects}


def _stems(recipe: Recipe) -> dict[str, float]:
    features: dict[str, float] = {}
    for name, use in recipe.stems.items():
        features[name] = 4.0 if use.gain_db > -30 else 0.5
        features.update({f"{name} {effect}": 1.0 for effect in _chain(use.effects)})
    return features


def _layers(recipe: Recipe) -> dict[str, float]:
    features: dict[str, float] = {}
    for layer in recipe.layers:
        if layer.asset:
            features[layer.asset] = 6.0
        else:
            features |= {layer.kind: 2.0, f"{layer.kind} {layer.sound}": 1.0, f"{layer.kind} {layer.pattern}": 2.0}
    return features


def _shared(first: dict[str, float], second: dict[str, float]) -> float:
    """The share of weight that both have (weighted Jaccard); nothing and nothing are the same."""
    names = first.keys() | second.keys()
    whole = sum(max(first.get(name, 0.0), second.get(name, 0.0)) for name in names)
    both = sum(min(first.get(name, 0.0), second.get(name, 0.0)) for name in names)
    return both / whole if whole else 1.0


def _sections(first: Recipe, second: Recipe) -> float:
    """The share of bars, place by place, that play the same bar of the track with the same stems and layers."""
    one, two = _bars(first), _bars(second)
    longest = max(len(one), len(two))
    if not longest:
        return 1.0
    return sum(_bar_likeness(a, b) for a, b in zip(one, two, strict=False)) / longest


Bar = tuple[int, frozenset[str], frozenset[str]]


def _bars(recipe: Recipe) -> list[Bar]:
    kinds = {layer.id: layer.kind for layer in recipe.layers}
    bars: list[Bar] = []
    for section in recipe.sections:
        muted = {name for name, change in section.stems.items() if change.mute}
        sounding = frozenset(set(recipe.stems) - muted)
        played = frozenset(kinds.get(name, name) for name in section.layers)
        loop = section.loop_bars or section.bars
        bars += [(section.source_bar + bar % loop, sounding, played) for bar in range(section.bars)]
    return bars


def _bar_likeness(first: Bar, second: Bar) -> float:
    stems = _shared(dict.fromkeys(first[1], 1.0), dict.fromkeys(second[1], 1.0))
    layers = _shared(dict.fromkeys(first[2], 1.0), dict.fromkeys(second[2], 1.0))
    return 0.5 * (first[0] == second[0]) + 0.3 * stems + 0.2 * layers


def fingerprint(path: Path) -> np.ndarray | None:
    """The acoustic fingerprint of a recording, uint32 per eighth of a second; None where no fingerprinter is installed."""
    if not ctypes.util.find_library("chromaprint"):
        return None
    try:
        import acoustid
        import chromaprint
    except ImportError:
        return None
    _, encoded = acoustid.fingerprint_file(str(path), maxlength=900, force_fpcalc=False)
    values, _ = chromaprint.decode_fingerprint(encoded)
    return np.array(values, np.uint32)


def fingerprint_likeness(first: np.ndarray, second: np.ndarray, most_shift: int = 80) -> float:
    """The share of equal bits at the best shift, 0.5 for strangers brought to 0; both as from `fingerprint`."""
    best = 0.0
    for shift in range(-most_shift, most_shift + 1):
        a, b = first[max(0, shift) :], second[max(0, -shift) :]
        frames = min(len(a), len(b))
        if frames < 24:
            continue
        different = np.bitwise_count(a[:frames] ^ b[:frames]).mean() / 32.0
        best = max(best, 1.0 - 2.0 * float(different))
    return best


def sound_likeness(first: np.ndarray, second: np.ndarray, rate_hz: int) -> float:
    """How alike two recordings (frames, 2) are by envelope and spectrum, 0 to 1: what is left without a fingerprinter."""
    one, two = compare.same_length(first, second)
    measured = compare.likeness(one, two, rate_hz)
    return max(0.0, measured["envelope"]) * max(0.0, 1.0 - measured["spectrum_db"] / 12.0)
