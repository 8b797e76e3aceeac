"""A prompt: what an artist allows. Words with slots, guard rails and terms, published as immutable versions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from fanlink.core.errors import Reason, Refused
from fanlink.core.guard_rails import GuardRails
from fanlink.core.lives import Life, take_step
from fanlink.core.territories import WORLD, parse

LONGEST_WORDS = 2_000
LONGEST_TITLE = 120
SLOT = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class PromptState(StrEnum):
    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    PUBLISHED = "published"
    PAUSED = "paused"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


LIFE: Life[PromptState] = {
    "edit": {state: state for state in (PromptState.PUBLISHED, PromptState.PAUSED)}
    | {PromptState.DRAFT: PromptState.DRAFT, PromptState.IN_APPROVAL: PromptState.DRAFT},
    "ask_approval": {
        PromptState.DRAFT: PromptState.IN_APPROVAL,
        PromptState.IN_APPROVAL: PromptState.IN_APPROVAL,
        PromptState.PUBLISHED: PromptState.PUBLISHED,
        PromptState.PAUSED: PromptState.PAUSED,
    },
    "publish": {
        PromptState.IN_APPROVAL: PromptState.PUBLISHED,
        PromptState.PUBLISHED: PromptState.PUBLISHED,
        PromptState.PAUSED: PromptState.PUBLISHED,
    },
    "pause": {PromptState.PUBLISHED: PromptState.PAUSED},
    "resume": {PromptState.PAUSED: PromptState.PUBLISHED},
    "close": {PromptState.PUBLISHED: PromptState.CLOSED, PromptState.PAUSED: PromptState.CLOSED},
    "withdraw": {
        PromptState.DRAFT: PromptState.WITHDRAWN,
        PromptState.IN_APPROVAL: PromptState.WITHDRAWN,
        PromptState.PUBLISHED: PromptState.WITHDRAWN,
        PromptState.PAUSED: PromptState.WITHDRAWN,
        PromptState.CLOSED: PromptState.WITHDRAWN,
    },
}


class StemDelivery(StrEnum):
    """What desktops get of the stems: the lossless ones, or a lossy working set."""

    FULL = "full"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Slot:
    """A word the fan chooses."""

    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PromptText:
    """What one version of a prompt says.

    `template` is the split it pins: a draft names a proposal or its digest, a published version always the digest.
    Every consent must hold in all of `territory`.
    """

    title: str
    words: str
    slots: Mapping[str, Slot] = field(default_factory=dict)
    guard_rails: GuardRails = field(default_factory=GuardRails)
    template: str = ""
    stem_delivery: StemDelivery = StemDelivery.FULL
    wind_down_days: int = 30
    commercial: bool = True
    territory: str = WORLD


@dataclass(frozen=True, slots=True)
class PromptVersion:
    """What was published, for ever. `digest` is that of the text in canonical form."""

    number: int
    digest: str
    text: PromptText
    published_ms: int


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt with its draft and its published versions, oldest first."""

    id: str
    artist: str
    track: str
    state: PromptState
    draft: PromptText
    versions: tuple[PromptVersion, ...] = ()
    wind_down_ms: int | None = None
    version: int = 1

    @property
    def current(self) -> PromptVersion | None:
        """The newest published version."""
        return self.versions[-1] if self.versions else None

    def published(self, digest: str) -> PromptVersion | None:
        """The published version with this digest."""
        return next((version for version in self.versions if version.digest == digest), None)


def check_text(text: PromptText) -> list[Reason]:
    """All that is wrong with the text, so that a person can mend it in one go."""
    wrong: list[Reason] = []
    if not text.title.strip():
        wrong.append(Reason("title_empty"))
    if len(text.title) > LONGEST_TITLE:
        wrong.append(Reason("title_too_long", {"characters": len(text.title), "most": LONGEST_TITLE}))
    if not text.words.strip():
        wrong.append(Reason("words_empty"))
    if len(text.words) > LONGEST_WORDS:
        wrong.append(Reason("words_too_long", {"characters": len(text.words), "most": LONGEST_WORDS}))
    named = set(SLOT.findall(text.words))
    for name in sorted(named - set(text.slots)):
        wrong.append(Reason("slot_without_choices", {"slot": name}))
    for name in sorted(set(text.slots) - named):
        wrong.append(Reason("slot_not_in_words", {"slot": name}))
    for name, slot in sorted(text.slots.items()):
        if not slot.choices or any(not choice.strip() for choice in slot.choices):
            wrong.append(Reason("slot_without_choices", {"slot": name}))
    if not 0 <= text.wind_down_days <= 365:
        wrong.append(Reason("wind_down_out_of_range", {"days": text.wind_down_days, "most": 365}))
    try:
        parse(text.territory)
    except Refused as refused:
        wrong += refused.reasons
    return wrong + _check_ranges(text.guard_rails)


def fill(words: str, slots: Mapping[str, str]) -> str:
    """The prompt's words with the fan's choices in their places; a slot nobody filled stays as it is written."""
    return SLOT.sub(lambda match: slots.get(match[1], match[0]), words)


def check_slots(text: PromptText, slots: Mapping[str, str]) -> list[Reason]:
    """What is wrong with a fan's choices: a slot left out, one that is not there, a choice that was not offered."""
    wrong = [Reason("slot_unknown", {"slot": name}) for name in sorted(set(slots) - set(text.slots))]
    for name, slot in sorted(text.slots.items()):
        if name not in slots:
            wrong.append(Reason("slot_empty", {"slot": name}))
        elif slots[name] not in slot.choices:
            wrong.append(Reason("slot_choice_unknown", {"slot": name, "choice": slots[name], "choices": list(slot.choices)}))
    return wrong


def edit(prompt: Prompt, text: PromptText) -> Prompt:
    """A new draft; a prompt that waited for approval goes back to draft, a published one stays published."""
    state = take_step(LIFE, "edit", prompt.state)
    return replace(prompt, state=state, draft=_sound(text), version=prompt.version + 1)


def ask_approval(prompt: Prompt) -> Prompt:
    """Asks every rightsholder for the draft; refuses a draft that is not sound."""
    state = take_step(LIFE, "ask_approval", prompt.state)
    _sound(prompt.draft)
    return replace(prompt, state=state, version=prompt.version + 1)


def pinning(text: PromptText, template_digest: str) -> PromptText:
    """The text as it is published: the split is named by the digest of what was signed, not by the proposal's name."""
    return replace(text, template=template_digest) if template_digest else text


def publish(
    prompt: Prompt, digest: str, missing: list[tuple[str, str]], unsigned: list[str], now_ms: int, *,
    claims: Iterable[Reason] = (), text: PromptText | None = None,
) -> Prompt:  # fmt: skip
    """Publishes the draft as the next version; refuses while a consent, a signature or a whole ownership is missing.

    `text` is the draft with its split pinned, `digest` that of this text, `claims` what is wrong with who owns the track.
    """
    state = take_step(LIFE, "publish", prompt.state)
    _sound(prompt.draft)
    reasons = [*claims, *(Reason("consent_missing", {"party": party, "use": str(use)}) for party, use in missing)]
    reasons += [Reason("template_unsigned", {"party": party}) for party in unsigned]
    if not prompt.draft.template:
        reasons.append(Reason("template_missing"))
    if prompt.current and prompt.current.digest == digest:
        reasons.append(Reason("nothing_changed", {"digest": digest}))
    if reasons:
        raise Refused(reasons)
    draft = text or prompt.draft
    made = PromptVersion(len(prompt.versions) + 1, digest, draft, now_ms)
    return replace(prompt, state=state, draft=draft, versions=(*prompt.versions, made), version=prompt.version + 1)


def pause(prompt: Prompt) -> Prompt:
    """No new remixes for now."""
    return _moved(prompt, "pause")


def resume(prompt: Prompt) -> Prompt:
    """New remixes again."""
    return _moved(prompt, "resume")


def close(prompt: Prompt) -> Prompt:
    """No new remixes any more; what was made stays."""
    return _moved(prompt, "close")


def withdraw(prompt: Prompt, now_ms: int) -> Prompt:
    """Takes the prompt back; what is published winds down until a date that is told."""
    days = prompt.current.text.wind_down_days if prompt.current else 0
    moved = _moved(prompt, "withdraw")
    return replace(moved, wind_down_ms=now_ms + days * 86_400_000)


def _moved(prompt: Prompt, step: str) -> Prompt:
    return replace(prompt, state=take_step(LIFE, step, prompt.state), version=prompt.version + 1)


def _sound(text: PromptText) -> PromptText:
    wrong = check_text(text)
    if wrong:
        raise Refused(wrong)
    return text


def _check_ranges(rails: GuardRails) -> list[Reason]:
    wrong = []
    for name in ("tempo_bpm", "key_shift_semitones", "length_s"):
        limits = getattr(rails, name)
        if limits is not None and limits[0] > limits[1]:
            wrong.append(Reason("range_upside_down", {"range": name, "low": limits[0], "high": limits[1]}))
    both = set(rails.stems_required) - set(rails.stems_allowed) if rails.stems_allowed is not None else set()
    wrong += [Reason("stem_required_not_allowed", {"stem": name}) for name in sorted(both)]
    return wrong
