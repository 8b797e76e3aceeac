"""An item: a stretch of the words with one meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from fanlink.remix.interpret.amounts import Amount

PARTS = ("part", "inst")
BREAKS = ("stop", "hard", "swerve")

@dataclass(frozen=True, slots=True)
class Item:
    """`kind` is one of the lexicon's, or amount, stop, filler, unknown. `text` is folded and spelt as the lexicon spells it."""

    kind: str
    value: str
    start: int
    end: int
    text: str
    amount: Amount | None = None


def be(item: Item, kind: str, value: str = "") -> Item:
    return replace(item, kind=kind, value=value)


def near(items: list[Item], at: int, step: int = 1) -> Iterator[Item]:
    """The items after this one, or before it, up to where the clause ends."""
    at += step
    while 0 <= at < len(items) and items[at].kind not in BREAKS:
        yield items[at]
        at += step


def follows(items: list[Item], at: int, step: int = 1) -> Item | None:
    """The nearest item that says something, to the right or to the left."""
    return next((item for item in near(items, at, step) if item.kind != "filler"), None)


def text_at(items: list[Item], at: int) -> str:
    return items[at].text if 0 <= at < len(items) else ""


def kind_at(items: list[Item], at: int) -> str:
    return items[at].kind if 0 <= at < len(items) else ""


def is_number(item: Item) -> bool:
    return item.kind == "amount" or item.text.isdigit()
