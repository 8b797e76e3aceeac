"""Wishes: everything that was read, from the fan's words, the slots and the prompt, in that order of weight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fanlink.remix.interpret.decisions import Decision, Read

WHOLE = ("tempo", "key", "length", "feel", "style", "original")


@dataclass(frozen=True, slots=True)
class Wish:
    """A decision and who made it: `fan`, `slot` or `prompt`. The span is in the fan's words and (0, 0) for the others."""

    decision: Decision
    by: str = "fan"
    start: int = 0
    end: int = 0

    @property
    def name(self) -> str:
        return self.decision.name


@dataclass(slots=True)
class Wishes:
    """The wishes of one remix, and which of them could not be granted, with the sentence that says why."""

    row: tuple[Wish, ...]

    def __iter__(self) -> Iterator[Wish]:
        return iter(self.row)

    def of(self, family: str, *actions: str) -> list[Wish]:
        """The wishes of a family or subject, where given only those with one of the actions."""
        return [
            wish for wish in self.row
            if family in (wish.decision.family, wish.decision.subject) and (not actions or wish.decision.action in actions)
        ]  # fmt: skip


def topic(decision: Decision) -> tuple[str, ...]:
    """What a decision is about: of two about the same, the weightier source decides."""
    if decision.family in WHOLE:
        return (decision.family, decision.place)
    if decision.family == "sound":
        return (decision.family, decision.target, decision.place)
    return (decision.subject, decision.target, decision.place)


def gathered(fan: Iterable[Read], slots: Iterable[Read], prompt: Iterable[Read]) -> Wishes:
    """The fan's wishes, and what slots and prompt add to them where they do not speak of the same."""
    row = [Wish(read.decision, "fan", read.start, read.end) for read in fan]
    for by, reads in (("slot", slots), ("prompt", prompt)):
        taken = {topic(wish.decision) for wish in row}
        row += [Wish(read.decision, by) for read in reads if topic(read.decision) not in taken]
    return Wishes(tuple(dict.fromkeys(row)))
