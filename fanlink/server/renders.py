"""Renders: the server's own audio of a recipe, made once per recipe digest; and the rules that come before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import select

from fanlink import wire
from fanlink.core import rules
from fanlink.core.duplicates import Near
from fanlink.core.findings import Finding
from fanlink.core.prompts import PromptText
from fanlink.core.recipes import Recipe
from fanlink.core.tracks import TrackFacts
from fanlink.server import tables
from fanlink.server.deciding import Deciding
from fanlink.server.store import Store

RENDER = "render"


class Rendered(Protocol):
    """What a renderer made: the files, the digest of the samples, and how loud they are."""

    flac: Path
    mp3: Path | None
    pcm_digest: str
    loudness_lufs: float
    true_peak_db: float
    fingerprint: str


Renderer = Callable[[Recipe, Mapping[str, Path], TrackFacts, Path, Callable[[float], None]], Any]


@dataclass(frozen=True, slots=True)
class Render:
    """One recipe as audio. `audio` and `audio_mp3` are asset digests, `pcm_digest` that of the samples.

    `near` are the remixes of the same track that were there before and are nearly this one.
    """

    recipe_digest: str
    audio: str
    audio_mp3: str | None
    pcm_digest: str
    loudness_lufs: float
    true_peak_db: float
    engine: str
    fingerprint: str = ""
    near: tuple[Near, ...] = ()

    @property
    def measures(self) -> dict[str, float]:
        """How loud it is."""
        return {"loudness_lufs": self.loudness_lufs, "true_peak_db": self.true_peak_db}


def of(store: Store, recipe_digest: str) -> Render | None:
    """The render of a recipe, when it has been made."""
    row = store.rows(select(tables.renders.c.body).where(tables.renders.c.recipe_digest == recipe_digest))
    return wire.from_bytes(Render, row[0].body) if row else None


def keep(store: Store, render: Render, now_ms: int) -> None:
    """Keeps a render; the first of a recipe stands."""
    if of(store, render.recipe_digest) is None:
        store.add(tables.renders, {
            "recipe_digest": render.recipe_digest, "audio": render.audio, "audio_mp3": render.audio_mp3, "at_ms": now_ms,
            "body": wire.adapter(Render).dump_json(render).decode(),
        })  # fmt: skip


def ask(asked: Deciding, recipe_digest: str) -> None:
    """Asks for a render of the recipe, unless that waits or runs already."""
    job_id = f"{RENDER}-{recipe_digest}"
    there = asked.store.rows(select(tables.jobs.c.state).where(tables.jobs.c.id == job_id))
    if not there or there[0].state in ("done", "failed"):
        asked.store.put(tables.jobs, {
            "id": job_id, "kind": RENDER, "subject": recipe_digest, "state": "waiting", "attempts": 0,
            "run_after_ms": asked.now_ms, "lease_until_ms": None, "worker": None, "error": "",
        })  # fmt: skip


def check(recipe: Recipe, facts: TrackFacts, text: PromptText) -> list[Finding]:
    """What the prompt's rules say of a recipe; breaches first."""
    slots = {name: slot.choices for name, slot in text.slots.items()}
    return rules.check(recipe, facts, text.guard_rails, slots, commercial=text.commercial)
