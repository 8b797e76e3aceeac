"""What the Studio opens with: a draft that is there, a new one under a prompt, or a remix to which changes were asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fanlink.core.commands import Command, SubmitRemix
from fanlink.core.documents import PromptDocument, PublishedDocument, RemixDocument
from fanlink.desktop import drafts
from fanlink.desktop.drafts import Draft, DraftTake

NEW, FIX, ABOVE = "prompt:", "remix:", "published:"


@dataclass(frozen=True, slots=True)
class Opened:
    """A draft with the prompt it is under; `letter` is what a moderator asked for."""

    draft: Draft | None
    prompt: PromptDocument | None
    letter: str = ""


def opened(session: Any, home: Path, item: str, now_ms: int) -> Opened:
    """What an item of the Studio means; without one the draft that was saved last."""
    if item.startswith(FIX):
        return _to_fix(session, home, item.removeprefix(FIX), now_ms)
    if item.startswith(ABOVE):
        return _on_top(session, item.removeprefix(ABOVE), now_ms)
    if item.startswith(NEW):
        prompt = session.get("prompt", item.removeprefix(NEW))
        return Opened(_new(session, prompt, now_ms), prompt) if prompt else Opened(None, None)
    found = drafts.load(home, item) if item else next(iter(drafts.all_of(home)), None)
    return Opened(found, session.get("prompt", found.prompt) if found else None)


def take_back(session: Any, home: Path, command: Command, now_ms: int) -> str | None:
    """Makes a submission that was taken back or refused a draft again; gives its id, or None where its prompt is gone."""
    data = command.data
    assert isinstance(data, SubmitRemix), "only submissions are drafts again"
    prompt = session.get("prompt", data.prompt)
    if prompt is None:
        return None
    draft = replace(
        _new(session, prompt, now_ms), prompt_version=data.prompt_version, title=data.title, words=data.recipe.words,
        slots=dict(data.recipe.slots), seed=data.recipe.seed, takes=(DraftTake(data.recipe, name="As it was sent"),),
        heard_digest=data.heard_digest, remix=command.target if command.base_version is not None else None,
        parent=data.parent, parent_title=_title(session, data.parent),
    )
    drafts.save(home, draft)
    return draft.id


def _new(session: Any, prompt: PromptDocument, now_ms: int) -> Draft:
    seed = int.from_bytes(prompt.digest.encode()[:4]) % 9_000 + now_ms % 1_000
    return Draft(
        session.new_id("draft"), prompt.id, prompt.digest, prompt.artist_name, prompt.track_title, prompt.track, now_ms,
        slots={name: slot.choices[0] for name, slot in prompt.text.slots.items()}, seed=seed, artwork=prompt.artwork,
    )  # fmt: skip


def _title(session: Any, parent: str | None) -> str:
    document = session.get("published", parent) if parent else None
    return document.title if document else ""


def _on_top(session: Any, parent: str, now_ms: int) -> Opened:
    """A new draft that rests on a published remix."""
    above: PublishedDocument | None = session.get("published", parent)
    prompt = session.get("prompt", above.prompt) if above else None
    if above is None or prompt is None:
        return Opened(None, None)
    return Opened(replace(_new(session, prompt, now_ms), parent=above.id, parent_title=above.title), prompt)


def _to_fix(session: Any, home: Path, remix_id: str, now_ms: int) -> Opened:
    document: RemixDocument | None = session.get("remix", remix_id)
    prompt = session.get("prompt", document.remix.prompt) if document else None
    if document is None or prompt is None:
        return Opened(None, None)
    remix = document.remix
    letter = next((step.letter for step in reversed(remix.steps) if step.letter), "")
    existing = next((draft for draft in drafts.all_of(home) if draft.remix == remix_id), None)
    draft = existing or replace(
        _new(session, prompt, now_ms), title=remix.title, words=remix.recipe.words, slots=dict(remix.recipe.slots),
        seed=remix.recipe.seed, takes=(DraftTake(remix.recipe, name="As it was sent"),), remix=remix_id,
        parent=remix.parent, parent_title=_title(session, remix.parent),
    )
    return Opened(draft, prompt, letter)
