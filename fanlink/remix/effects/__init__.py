"""The effects a recipe may use, by the names and settings of `core.vocabulary`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fanlink.core.errors import BadInput
from fanlink.core.recipes import Effect
from fanlink.core.vocabulary import EFFECTS
from fanlink.remix.effects import colour, dynamics, echo, filters, motion, reverb, space
from fanlink.remix.effects.processor import Context, Processor, Samples

__all__ = ["Context", "Processor", "Samples", "build"]

Settings = Mapping[str, float]

_MAKERS: dict[str, Callable[[Settings, Context, float | None], Processor]] = {
    "lowpass": lambda s, context, beats: filters.Sweep("lowpass", s, context, beats),
    "highpass": lambda s, context, beats: filters.Sweep("highpass", s, context, beats),
    "tilt": lambda s, context, beats: filters.Tilt(s, context),
    "echo": lambda s, context, beats: echo.Echo(s, context),
    "reverb": lambda s, context, beats: reverb.Reverb(s, context),
    "compressor": lambda s, context, beats: dynamics.Compressor(s, context),
    "sidechain": lambda s, context, beats: dynamics.Sidechain(s, context),
    "saturation": lambda s, context, beats: colour.Saturation(s, context),
    "bitcrush": lambda s, context, beats: colour.Bitcrush(s, context),
    "tape": lambda s, context, beats: colour.Tape(s, context),
    "width": lambda s, context, beats: space.Width(s, context),
    "chorus": lambda s, context, beats: motion.Chorus(s, context),
    "phaser": lambda s, context, beats: motion.Phaser(s, context),
    "tremolo": lambda s, context, beats: motion.Tremolo(s, context),
    "autopan": lambda s, context, beats: motion.Autopan(s, context),
}


def build(effect: Effect, context: Context, beats: float | None = None) -> Processor:
    """The processor of one effect; `beats` is how long a sweep to `to_hz` takes, 16 unless said.

    A sweep starts with the first block that is processed. Every other motion follows the frames of the remix.
    Raises `BadInput` for a name, a setting or a value that is not in the vocabulary.
    """
    settings = _settings(effect)
    return _MAKERS[effect.name](settings, context, beats)


def _settings(effect: Effect) -> dict[str, float]:
    """All settings of the effect, defaults filled in."""
    if effect.name not in EFFECTS:
        raise BadInput(f"There is no effect called “{effect.name}”.", where=effect.name)
    ranges = EFFECTS[effect.name]
    for name, value in effect.settings.items():
        if name not in ranges:
            raise BadInput(f"The effect “{effect.name}” has no setting “{name}”.", where=f"{effect.name}.{name}")
        lowest, highest, _ = ranges[name]
        if not lowest <= value <= highest:
            raise BadInput(f"{value} is outside {lowest} to {highest}.", where=f"{effect.name}.{name}")
    return {name: float(effect.settings.get(name, default)) for name, (_, _, default) in ranges.items()}
