"""A take: a recipe, and an account of how the words led to it."""

from __future__ import annotations

from dataclasses import dataclass

from fanlink.core.recipes import Recipe


@dataclass(frozen=True, slots=True)
class Took:
    """A decision that the characters [start, end) of the fan's words led to."""

    start: int
    end: int
    decision: str


@dataclass(frozen=True, slots=True)
class Take:
    """One answer to the fan's words. `why` says in plain language what was done and which words made it so.

    `ignored` are the spans that nothing was made of; `not_allowed` what was understood and could not be granted.
    """

    recipe: Recipe
    took: tuple[Took, ...]
    ignored: tuple[tuple[int, int], ...]
    why: tuple[str, ...]
    not_allowed: tuple[Took, ...]
