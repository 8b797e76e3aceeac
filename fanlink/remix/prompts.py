"""A prompt as a TOML file: what an artist allows, in a folder beside a track."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from fanlink.core.guard_rails import GuardRails, Use
from fanlink.remix.tables import Table

KNOWN = ("title", "words", "slots", "guard_rails")
RAILS = (
    "tempo_bpm", "key_shift_semitones", "length_s", "stems_allowed", "stems_required", "stems_untouched",
    "layers_allowed", "effects_not_allowed", "words_not_allowed", "uses_allowed",
)  # fmt: skip
SLOT = re.compile(r"\{([A-Za-z0-9_-]+)\}")


class PromptFile(NamedTuple):
    """The four parts of a prompt file; each slot has its choices, none meaning any text."""

    title: str
    words: str
    slots: dict[str, tuple[str, ...]]
    guard_rails: GuardRails


def read(path: Path) -> PromptFile:
    """Reads a prompt file; `BadInput` names the line of the first thing that is wrong."""
    table = Table.read(path)
    table.only(KNOWN)
    words = table.text("words")
    return PromptFile(table.text("title"), words, _slots(table, words), _rails(table.table("guard_rails")))


def _slots(table: Table, words: str) -> dict[str, tuple[str, ...]]:
    named = dict.fromkeys(SLOT.findall(words))
    slots: dict[str, tuple[str, ...]] = {}
    described = table.table("slots")
    for name in described:
        slot = described.table(name)
        slot.only(("choices",))
        if name not in named:
            raise described.wrong(f"the words have no {{{name}}}", name)
        slots[name] = slot.texts("choices") or ()
    return {name: slots.get(name, ()) for name in named}


def _rails(table: Table) -> GuardRails:
    table.only(RAILS)
    uses = table.texts("uses_allowed") or ()
    for use in uses:
        if use not in list(Use):
            raise table.wrong(f"unknown use {use!r}; known are {', '.join(Use)}", "uses_allowed")
    return GuardRails(
        tempo_bpm=table.pair("tempo_bpm"),
        key_shift_semitones=table.pair("key_shift_semitones", whole=True),
        length_s=table.pair("length_s"),
        stems_allowed=table.texts("stems_allowed"),
        stems_required=table.texts("stems_required") or (),
        stems_untouched=table.texts("stems_untouched") or (),
        layers_allowed=table.texts("layers_allowed"),
        effects_not_allowed=table.texts("effects_not_allowed") or (),
        words_not_allowed=table.texts("words_not_allowed") or (),
        uses_allowed=tuple(Use(use) for use in uses),
    )
