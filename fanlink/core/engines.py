"""Engines by name, and how a recipe goes from one to the next.

A recipe names the engine it was made for, because another engine sounds different. A migration is a named function
that makes the recipe for the next engine out of one for the engine before, and says in a sentence what that changes;
several are taken one after the other. Nobody accepts for the fan: the migrated recipe is heard first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from fanlink.core.recipes import Recipe

CURRENT = "fanlink-1"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from an engine to the next; `change` says what a listener may notice."""

    before: str
    after: str
    change: str
    rule: Callable[[Recipe], Recipe]

    @property
    def name(self) -> str:
        """What the rule is called."""
        return self.rule.__name__


@dataclass(frozen=True, slots=True)
class Migrated:
    """A recipe for the current engine, and the steps that led to it, the first one first."""

    recipe: Recipe
    steps: tuple[Migration, ...]

    @property
    def changes(self) -> list[str]:
        """What a listener may notice."""
        return [step.change for step in self.steps]


def the_same_decisions(recipe: Recipe) -> Recipe:
    """From fanlink-0 to fanlink-1: every decision stays as it is."""
    return replace(recipe, engine="fanlink-1")


MIGRATIONS: dict[str, Migration] = {
    each.before: each
    for each in (
        Migration("fanlink-0", "fanlink-1", "Stems are stretched and shifted by a newer method; every decision stays.", the_same_decisions),
    )
}


def migrate(recipe: Recipe) -> Migrated | None:
    """The recipe for the current engine; None when no migration leads there."""
    steps: list[Migration] = []
    while recipe.engine != CURRENT:
        step = MIGRATIONS.get(recipe.engine)
        if step is None or step in steps:
            return None
        steps.append(step)
        recipe = step.rule(recipe)
        assert recipe.engine == step.after, step
    return Migrated(recipe, tuple(steps))
