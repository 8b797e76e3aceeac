"""A remix: a fan's work, from draft to published, with every step it took."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from fanlink.core import plain_text
from fanlink.core.errors import Reason, Refused
from fanlink.core.lives import Life, take_step
from fanlink.core.recipes import Recipe

LONGEST_TITLE = 120


class RemixState(StrEnum):
    DRAFT = "draft"
    QUEUED = "queued"
    SUBMITTED = "submitted"
    SCREENING = "screening"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    PUBLISHED = "published"
    REJECTED = "rejected"
    APPEALED = "appealed"
    UPHELD = "upheld"
    WITHDRAWN = "withdrawn"
    TAKEN_DOWN = "taken_down"


_S = RemixState
ON_THE_WAY = (_S.SUBMITTED, _S.SCREENING, _S.IN_REVIEW, _S.CHANGES_REQUESTED, _S.APPROVED)

LIFE: Life[RemixState] = {
    "queue": {_S.DRAFT: _S.QUEUED},
    "submit": {_S.DRAFT: _S.SUBMITTED, _S.QUEUED: _S.SUBMITTED},
    "screen": {_S.SUBMITTED: _S.SCREENING},
    "pass_screening": {_S.SCREENING: _S.IN_REVIEW},
    "request_changes": {_S.IN_REVIEW: _S.CHANGES_REQUESTED},
    "retire_engine": {_S.SUBMITTED: _S.CHANGES_REQUESTED, _S.SCREENING: _S.CHANGES_REQUESTED},
    "resubmit": {_S.CHANGES_REQUESTED: _S.SUBMITTED},
    "approve": {_S.IN_REVIEW: _S.APPROVED},
    "reject": {_S.IN_REVIEW: _S.REJECTED, _S.SCREENING: _S.REJECTED},
    "publish": {_S.APPROVED: _S.PUBLISHED},
    "appeal": {_S.REJECTED: _S.APPEALED},
    "uphold": {_S.APPEALED: _S.UPHELD},
    "overturn": {_S.APPEALED: _S.APPROVED},
    "withdraw": dict.fromkeys((*ON_THE_WAY, _S.DRAFT, _S.QUEUED, _S.PUBLISHED, _S.REJECTED, _S.APPEALED, _S.UPHELD, _S.TAKEN_DOWN), _S.WITHDRAWN),
    "take_down": dict.fromkeys((*ON_THE_WAY, _S.APPEALED, _S.PUBLISHED), _S.TAKEN_DOWN),
    "reinstate": {_S.TAKEN_DOWN: _S.TAKEN_DOWN},
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a remix's life, with who took it and why."""

    step: str
    state: RemixState
    at_ms: int
    by: str
    reasons: tuple[str, ...] = ()
    letter: str = ""


@dataclass(frozen=True, slots=True)
class Remix:
    """A fan's work: a recipe inside one version of a prompt. `audio` is the digest of the published file."""

    id: str
    fan: str
    fan_party: str
    artist: str
    track: str
    prompt: str
    prompt_version: str
    title: str
    recipe: Recipe
    recipe_digest: str
    heard_digest: str | None = None
    parent: str | None = None
    state: RemixState = RemixState.DRAFT
    sheet: str = ""
    audio: str | None = None
    audio_mp3: str | None = None
    steps: tuple[Step, ...] = ()
    wind_down_ms: int | None = None
    version: int = 1

    @property
    def ever_published(self) -> bool:
        """True when it has been public, and so may have earned."""
        return any(step.step == "publish" for step in self.steps)


def check_title(title: str) -> list[Reason]:
    """What is wrong with a title."""
    if not title.strip():
        return [Reason("title_empty")]
    if len(title) > LONGEST_TITLE:
        return [Reason("title_too_long", {"characters": len(title), "most": LONGEST_TITLE})]
    return plain_text.faults(title, "title")


def move(
    remix: Remix, step: str, by: str, now_ms: int, *, reasons: tuple[str, ...] = (), letter: str = ""
) -> Remix:
    """Takes one step of LIFE; refuses with `illegal_step`.

    No refusal goes without its reason: `reject`, `request_changes`, `retire_engine` and
    `take_down` need at least one.
    A reinstated remix returns to where it was taken down from.
    """
    if step in ("reject", "request_changes", "retire_engine", "take_down") and not reasons:
        raise Refused("reason_missing", step=step)
    state = take_step(LIFE, step, remix.state)
    if step == "reinstate":
        state = _state_before_take_down(remix)
    taken = Step(step, state, now_ms, by, reasons, letter)
    return replace(remix, state=state, steps=(*remix.steps, taken), version=remix.version + 1)


def resubmit(remix: Remix, recipe: Recipe, recipe_digest: str, heard_digest: str | None, by: str, now_ms: int) -> Remix:
    """The fan's answer to a request for changes: a new recipe, back to the start of the checks."""
    moved = move(remix, "resubmit", by, now_ms)
    return replace(moved, recipe=recipe, recipe_digest=recipe_digest, heard_digest=heard_digest)


def publish(remix: Remix, audio: str, audio_mp3: str | None, by: str, now_ms: int) -> Remix:
    """Makes the server's own render public."""
    return replace(move(remix, "publish", by, now_ms), audio=audio, audio_mp3=audio_mp3)


def _state_before_take_down(remix: Remix) -> RemixState:
    states = [step.state for step in remix.steps]
    last = len(states) - 1 - states[::-1].index(RemixState.TAKEN_DOWN)
    return states[last - 1] if last > 0 else RemixState.SUBMITTED
