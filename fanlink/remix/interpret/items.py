"""An item: a stretch of the words with one meaning."""

from __future__ import annotations

from dataclasses import dataclass

from fanlink.remix.interpret.amounts import Amount


@dataclass(frozen=True, slots=True)
class Item:
    """`kind` is one of the lexicon's, or amount, stop, filler, unknown. `text` is folded and spelt as the lexicon spells it."""

    kind: str
    value: str
    start: int
    end: int
    text: str
    amount: Amount | None = None
