"""Remixes that are nearly the same: by their recipes, and by what they sound like once both recipes are undone.

A fingerprint is text: eight hexadecimal digits for each half beat of the song's own time, in the song's own key (made
by `remix.fingerprints`). So another tempo or key hides nothing, and fingerprints compare on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from fanlink.core.recipes import Effect, Recipe

# Measured on 36 pairs that differ by trifles and 56 pairs of different remixes of one song: see the decision note 0011.
NEAR = 0.9
NEAR_HEARD = 0.55
WEIGHTS = {"track": 1.0, "pace": 2.0, "stems": 3.0, "layers": 3.0, "sections": 5.0, "master": 0.5}
DIGITS = 8
WORDS_PER_BEAT = 2
# A remix that begins with some bars more or less is still the same; so many are tried.
MOST_BARS_MOVED = 16
LEAST_BARS = 3


@dataclass(frozen=True, slots=True)
class Near:
    """Another remix that this one is like, from 0 to 1: by recipe, and by sound where both were heard."""

    name: str
    likeness: float
    heard: float = 0.0


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
    tempo = max(0.0, 1.0 - abs(math.log2(first.tempo_bpm / second.tempo_bpm)) / 0.25)
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


def heard_likeness(first: str, second: str, beats_per_bar: int = 4) -> float:
    """How alike two fingerprints are, 0 for strangers to 1: the share of equal bits where whole bars agree best."""
    bar = beats_per_bar * WORDS_PER_BEAT * DIGITS
    best = 0.0
    for moved in range(-MOST_BARS_MOVED, MOST_BARS_MOVED + 1):
        a, b = first[max(0, moved) * bar :], second[max(0, -moved) * bar :]
        digits = min(len(a), len(b))
        # Most of the longer one must take part: a verse that two remixes share makes them no duplicates.
        if digits < LEAST_BARS * bar or digits < 0.75 * max(len(first), len(second)):
            continue
        different = (int(a[:digits], 16) ^ int(b[:digits], 16)).bit_count() / (4 * digits)
        best = max(best, 1.0 - 2.0 * different)
    return best
