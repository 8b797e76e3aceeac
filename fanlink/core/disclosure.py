"""What must be said of how a remix was made: derived from its recipe, never asked of the fan.

The words are those of DDEX ERN 4.3.2 (`ContainsAI`, `AiContribution`) and of the IPTC digital source types.
What the engine and the generators did is derived. What a fan recorded is declared by the fan, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from fanlink.core.recipes import Layer, Recipe

BY_PEOPLE = ("rules", "person")


class Amount(StrEnum):
    """How much of something artificial intelligence made."""

    NONE = "None"
    PARTLY = "Partly"
    ALL = "All"


class SourceType(StrEnum):
    """IPTC digital source types that a remix can have."""

    PROCESSED = "algorithmicallyEnhanced"
    HUMAN_EDITS = "humanEdits"
    COMPOSITE = "compositeWithTrainedAlgorithmicMedia"
    GENERATED = "trainedAlgorithmicMedia"

    @property
    def uri(self) -> str:
        return f"http://cv.iptc.org/newscodes/digitalsourcetype/{self.value}"


@dataclass(frozen=True, slots=True)
class Contributor:
    """A party by name, or a special contributor such as GenerativeAI, with its role and how much of it was AI."""

    name: str
    role: str
    ai: Amount
    special: str | None = None
    model: str = ""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """`declared` says what the own recordings are: it rests on the fan's word and a person's review."""

    contains_ai: Amount
    contributors: tuple[Contributor, ...]
    source_type: SourceType
    declared: tuple[str, ...] = ()


def disclose(recipe: Recipe, fan: str, artist: str) -> Disclosure:
    """What the recipe says of itself.

    Rules or a person wrote it: the remixer's part is None. A language model wrote it: Partly, in the role Remixer. A
    generated layer is All of its role, by a GenerativeAI contributor, and Partly where the model followed a stem that
    people played. The recording is All only when nobody else contributed.
    """
    used = {name for section in recipe.sections for name in section.layers}
    layers = [layer for layer in recipe.layers if layer.id in used]
    generated = [layer for layer in layers if layer.kind == "generated"]
    remixer = Contributor(fan, "Remixer", Amount.NONE if recipe.written_by in BY_PEOPLE else Amount.PARTLY)
    contributors = [remixer]
    if recipe.stems:
        contributors.insert(0, Contributor(artist, "MainArtist", Amount.NONE))
    contributors += [_generator(layer) for layer in generated]
    own = tuple(layer.provenance.get("what", "").strip() or layer.id for layer in layers if layer.kind == "own")
    return Disclosure(
        contains_ai(contributors), tuple(contributors), _source_type(recipe, bool(generated), bool(own)), own
    )


def undeclared(recipe: Recipe) -> tuple[str, ...]:
    """The own recordings of which nobody says what they are, by layer id."""
    return tuple(
        layer.id for layer in recipe.layers if layer.kind == "own" and not layer.provenance.get("what", "").strip()
    )


def contains_ai(contributors: Iterable[Contributor]) -> Amount:
    """`ContainsAI` of a recording: All with none but GenerativeAI contributors, None when nobody used any."""
    contributors = tuple(contributors)
    if contributors and all(who.special == "GenerativeAI" for who in contributors):
        return Amount.ALL
    return Amount.PARTLY if any(who.ai is not Amount.NONE for who in contributors) else Amount.NONE


def _generator(layer: Layer) -> Contributor:
    made_by = layer.provenance.get("model", "")
    amount = Amount.PARTLY if layer.provenance.get("reference") else Amount.ALL
    return Contributor(made_by or "unnamed model", layer.sound or "Musician", amount, "GenerativeAI", made_by)


def _source_type(recipe: Recipe, generated: bool, own: bool) -> SourceType:
    if generated:
        return SourceType.COMPOSITE if recipe.stems or own else SourceType.GENERATED
    return SourceType.HUMAN_EDITS if own else SourceType.PROCESSED
