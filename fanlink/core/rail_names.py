"""Names in guard rails that mean nothing: a stem that the track does not have, an effect or layer that FanLink does not know.

Such a name limits nothing, and whoever wrote it believes that it does. The artist is told while the prompt is written,
and a check says it as a warning.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from fanlink.core import vocabulary
from fanlink.core.guard_rails import GuardRails

SAME_EFFECTS = {
    "delay": ("echo",),
    "distortion": ("saturation", "bitcrush"),
    "filter": ("lowpass", "highpass"),
    "ducking": ("sidechain",),
    "fade": ("fade_in", "fade_out"),
    "chop": ("stutter", "gate"),
}
EFFECTS = (*vocabulary.EFFECTS, *vocabulary.EDITS, *SAME_EFFECTS)
LAYERS = (*vocabulary.LAYER_KINDS, *dict.fromkeys(sound for sounds in vocabulary.SOUNDS.values() for sound in sounds))


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name that a guard rail should not have; `nearest` is what was perhaps meant, or empty."""

    rail: str
    name: str
    nearest: str
    known: tuple[str, ...]

    @property
    def fix(self) -> str:
        """What to do about it."""
        what = "the track has no such stem" if self.rail.startswith("stems") else "FanLink knows no such name"
        instead = f"Did you mean “{self.nearest}”?" if self.nearest else f"Use one of {', '.join(self.known)}."
        return f"“{self.name}” in {self.rail} limits nothing: {what}. {instead}"


def effect_names(name: str) -> tuple[str, ...]:
    """The engine's names for what an artist calls an effect."""
    plain = name.strip().casefold().replace("-", "_").replace(" ", "_")
    return (plain, *SAME_EFFECTS.get(plain, ()))


def unknown(rails: GuardRails, stems: Collection[str]) -> list[UnknownName]:
    """All names that mean nothing over a track with these stems."""
    found = []
    for rail in ("stems_allowed", "stems_required", "stems_untouched"):
        found += _unknown(rail, getattr(rails, rail) or (), tuple(stems), tuple(stems))
    layers = [name.casefold() for name in rails.layers_allowed or ()]
    found += _unknown("layers_allowed", layers, LAYERS, vocabulary.LAYER_KINDS)
    effects = [name for name in rails.effects_not_allowed if effect_names(name)[0] not in EFFECTS]
    found += _unknown("effects_not_allowed", effects, EFFECTS, tuple(vocabulary.EFFECTS))
    return found


def _unknown(rail: str, names: Collection[str], known: tuple[str, ...], said: tuple[str, ...]) -> Iterator[UnknownName]:
    for name in names:
        if name not in known:
            near = get_close_matches(name.strip().casefold(), known, 1)
            yield UnknownName(rail, name, near[0] if near else "", said)
