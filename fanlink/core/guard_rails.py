"""Guard rails: the limits that an artist sets on what may be made of a track."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Use(StrEnum):
    """What may be done with a track. The default of each is no."""

    REMIX = "remix"
    MASHUP = "mashup"
    VOICE_CHANGE = "voice_change"
    GENERATED_LAYERS = "generated_layers"
    OWN_RECORDINGS = "own_recordings"
    COMMERCIAL_RELEASE = "commercial_release"
    OUTSIDE_MODEL = "outside_model"
    MODEL_TRAINING = "model_training"


@dataclass(frozen=True, slots=True)
class GuardRails:
    """A limit that is None is not set: the engine's own means are then unrestricted.

    Ranges are inclusive. Own recordings, generated layers and voice change need their `Use` in `uses_allowed`.
    An untouched stem sounds as it is, at the remix's tempo, key shift 0 and one constant level.
    """

    tempo_bpm: tuple[float, float] | None = None
    key_shift_semitones: tuple[int, int] | None = None
    length_s: tuple[float, float] | None = None
    stems_allowed: tuple[str, ...] | None = None
    stems_required: tuple[str, ...] = ()
    stems_untouched: tuple[str, ...] = ()
    layers_allowed: tuple[str, ...] | None = None
    effects_not_allowed: tuple[str, ...] = ()
    words_not_allowed: tuple[str, ...] = ()
    uses_allowed: tuple[Use, ...] = ()
