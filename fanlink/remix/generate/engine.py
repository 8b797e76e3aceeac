"""What FanLink asks of an engine that generates audio, and what it must know of one before it asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fanlink.core.errors import BadInput
from fanlink.core.generated import LONGEST_WORDS

SECONDS = (1.0, 120.0)
REFERENCE_S = 10.0
SEEDS = 2**31

Tell = Callable[[str, float], None]
"""Told the stage in words and how much of it is done, from 0 to 1."""
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of an engine. `reference` is a FLAC file with the stretch of a stem that the model may follow."""

    words: str
    seconds: float
    tempo_bpm: float
    beats_per_bar: int
    key: str
    seed: int
    reference: Path | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """A model by its name, and under which licence its weights are.

    `licence_from` says who says so: the table, the model's card, the person who `declared` it, or nobody (`unknown`).
    """

    model: str
    licence: str
    licence_from: str
    base_model: str = ""


class Engine(Protocol):
    """Any engine. `made_by` is `local` or `service`; what a service is given leaves this computer."""

    made_by: str
    name: str
    longest_s: float

    @property
    def terms(self) -> Terms: ...

    def generate(self, wish: Wish, folder: Path, tell: Tell, stop: Stop) -> Path:
        """A sound file in `folder`, of whatever kind; it is decoded only in the limited child.

        Raises `Unavailable` where the engine is not there or does not answer, `BadInput` for a model or an answer that
        cannot be used, and `Stopped` within 100 ms of `stop`, leaving no process and no connection behind.
        """
        ...


def check(wish: Wish, longest_s: float) -> None:
    """`BadInput` for what no engine, or not this one, can be asked."""
    if not wish.words.strip():
        raise BadInput("say in words what the layer should sound like")
    if len(wish.words) > LONGEST_WORDS:
        raise BadInput(f"the words for a layer have {len(wish.words)} characters; {LONGEST_WORDS} is the most")
    low, high = SECONDS[0], min(SECONDS[1], longest_s)
    if not low <= wish.seconds <= high:
        raise BadInput(f"a layer can be {low:g} to {high:g} seconds long with this model, not {wish.seconds:g}")
    if not 0 <= wish.seed < SEEDS:
        raise BadInput(f"the seed must be a whole number from 0 to {SEEDS - 1}")


def words_for(wish: Wish) -> str:
    """The words with what the remix needs of them, for models that have no other way to be told."""
    return f"{wish.words.strip().rstrip('.,')}, {wish.tempo_bpm:g} bpm, in {wish.key}"
