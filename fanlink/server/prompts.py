"""Prompts: written and published by an artist's team, within what every rightsholder has agreed to."""

from __future__ import annotations

from collections.abc import Iterable

from fanlink import wire
from fanlink.core import consents as consent_rules
from fanlink.core import prompts, rail_names, remixes, standing
from fanlink.core.catalogue import Track
from fanlink.core.commands import (
    AskApproval,
    ClosePrompt,
    PausePrompt,
    PublishPrompt,
    ResumePrompt,
    WithdrawPrompt,
    WritePrompt,
)
from fanlink.core.consents import Consent, ConsentState
from fanlink.core.digests import digest
from fanlink.core.documents import PromptDocument, PromptDraftDocument
from fanlink.core.errors import Conflict, Reason, Refused
from fanlink.core.guard_rails import Use
from fanlink.core.people import Artist
from fanlink.core.prompts import Prompt, PromptState
from fanlink.core.remixes import Remix, RemixState
from fanlink.core.shares import Template
from fanlink.server import consents, parties
from fanlink.server.deciding import Deciding, now_of
from fanlink.server.feed import Shown
from fanlink.server.queue import close_cases
from fanlink.server.showing import Show, artist_name, cover_of, party_names, shares
from fanlink.server.store import Place, Store
from fanlink.server.templates import NAMES_OF_OPEN_LEAVES, pinned

OPEN = (PromptState.PUBLISHED, PromptState.PAUSED)


def write(asked: Deciding, data: WritePrompt) -> None:
    """A new prompt, or a new draft of one; an edit that did not see the newest version is a conflict."""
    prompt = asked.store.get(Prompt, asked.target)
    if prompt is None:
        asked.may(team=data.artist)
        asked.new(Prompt)
        track = asked.store.need(Track, data.track)
        if track.artist != data.artist:
            raise Refused("track_of_another_artist", track=track.id, artist=data.artist)
        wrong = prompts.check_text(data.text)
        if wrong:
            raise Refused(wrong)
        asked.store.save(Prompt(asked.target, data.artist, track.id, PromptState.DRAFT, data.text))
        return
    asked.may(team=prompt.artist)
    if asked.base_version is None:
        raise Conflict(now_of(prompt))
    asked.fresh(prompt)
    if (data.artist, data.track) != (prompt.artist, prompt.track):
        raise Refused("prompt_keeps_its_track", track=prompt.track, artist=prompt.artist)
    asked.store.save(prompts.edit(prompt, data.text))


def ask_approval(asked: Deciding, data: AskApproval) -> None:
    """Asks every party of the track for every use that the draft needs and that it has not agreed to."""
    prompt = _own(asked)
    track = asked.store.need(Track, prompt.track)
    if len(data.note) > consents.LONGEST_NOTE:
        raise Refused("note_too_long", characters=len(data.note), most=consents.LONGEST_NOTE)
    asked.store.save(prompts.ask_approval(prompt))
    for party in track.parties:
        for use in consent_rules.uses_needed(prompt.draft.guard_rails):
            _ask(asked, track.id, party, use, prompt.draft.territory, data.note)


def _ask(asked: Deciding, track: str, party: str, use: Use, territory: str, note: str) -> None:
    """Asks where there is no yes for this territory. A standing answer speaks to a first question only."""
    consent = asked.store.get(Consent, consents.consent_id(track, party, use))
    if consent is None:
        first = consent_rules.asked(consents.consent_id(track, party, use), track, party, use, note)
        asked.store.save(standing.answer(first, parties.of_party(asked.store, party, use), asked.now_ms))
        return
    if consent.state is ConsentState.GRANTED and not consent.allows(asked.now_ms):
        ended = consent_rules.withdraw(consent, "system", asked.now_ms, "its time has run out")
        consents.withdraw_one(asked, ended)
        consent = ended
    if consent.state is ConsentState.GRANTED and not consent.allows(asked.now_ms, territory):
        asked.store.save(consent_rules.ask_wider(consent, territory, note))
    elif consent.state not in (ConsentState.GRANTED, ConsentState.ASKED):
        asked.store.save(consent_rules.ask_again(consent, note))


def publish(asked: Deciding, _data: PublishPrompt) -> None:
    """Publishes the draft; consents and signatures are read again in this transaction."""
    prompt = _own(asked)
    text = prompt.draft
    template = pinned(asked.store, prompt.track, text.template)
    if text.template and template is None:
        raise Refused("template_unknown", template=text.template)
    track = asked.store.need(Track, prompt.track)
    pinning = prompts.pinning(text, digest(template.tree) if template else "")
    claims = [*track.claims, *([] if track.facts.stems else [Reason("stems_missing")])]
    made = prompts.publish(
        prompt, digest(wire.to_json(pinning)), _missing(asked.store, prompt, asked.now_ms),
        list(template.unsigned if template else ()), asked.now_ms, claims=claims, text=pinning,
    )  # fmt: skip
    asked.store.save(made)


def pause(asked: Deciding, _data: PausePrompt) -> None:
    """No new remixes for now."""
    asked.store.save(prompts.pause(_own(asked)))


def resume(asked: Deciding, _data: ResumePrompt) -> None:
    """New remixes again; refused while a consent that the published version needs is missing."""
    prompt = _own(asked)
    resumed = prompts.resume(prompt)
    assert prompt.current is not None, "a paused prompt was published"
    track = asked.store.need(Track, prompt.track)
    text = prompt.current.text
    consents.demand(
        asked.store, track, consent_rules.uses_needed(text.guard_rails), asked.now_ms, text.territory
    )
    asked.store.save(resumed)


def close(asked: Deciding, _data: ClosePrompt) -> None:
    """No new remixes any more."""
    asked.store.save(prompts.close(_own(asked)))


def withdraw(asked: Deciding, _data: WithdrawPrompt) -> None:
    """Takes the prompt back: what is on the way comes down now, what is published on the date that is told."""
    prompt = prompts.withdraw(_own(asked), asked.now_ms)
    asked.store.save(prompt)
    for remix in asked.store.find(Remix, prompt=prompt.id, state=(*consents.COMING, str(RemixState.PUBLISHED))):
        if remix.state is RemixState.PUBLISHED:
            consents.wind_down(asked, prompt, remix)
        else:
            moved = remixes.move(remix, "take_down", "system", asked.now_ms, reasons=("prompt_withdrawn",))
            asked.store.save(moved)
            close_cases(asked, remix.id)


def _own(asked: Deciding) -> Prompt:
    prompt = asked.need(Prompt)
    asked.may(team=prompt.artist)
    asked.fresh(prompt)
    return prompt


def _missing(store: Store, prompt: Prompt, now_ms: int) -> list[tuple[str, str]]:
    track = store.need(Track, prompt.track)
    uses = consent_rules.uses_needed(prompt.draft.guard_rails)
    return [(party, str(use)) for party, use in consents.missing(store, track, uses, now_ms, prompt.draft.territory)]


# Documents ------------------------------------------------------------------------------------------------------


def show(store: Store, prompt_id: str, now_ms: int) -> Iterable[Shown]:
    """The draft for the team; the published version for everyone while the prompt is open."""
    prompt = store.need(Prompt, prompt_id)
    track = store.need(Track, prompt.track)
    template = pinned(store, track.id, prompt.draft.template)
    draft = PromptDraftDocument(
        prompt.id, prompt, track.facts.title, tuple(_missing(store, prompt, now_ms)),
        template.unsigned if template else (), party_names(store, track.parties),
        tuple(rail_names.unknown(prompt.draft.guard_rails, track.facts.stems)), tuple(track.claims), cover_of(store, track),
    )  # fmt: skip
    yield Shown(f"team:{prompt.artist}", draft, prompt.version)
    if prompt.current is not None and prompt.state in OPEN:
        yield Shown("public", published(store, prompt, track, now_ms), prompt.version)


def published(store: Store, prompt: Prompt, track: Track, now_ms: int) -> PromptDocument:
    """The newest published version with all that a fan needs."""
    version = prompt.current
    assert version is not None
    template = pinned(store, track.id, version.text.template)
    leaves = shares(store, Template.from_data(template.tree).leaves(), NAMES_OF_OPEN_LEAVES) if template else ()
    uses = consent_rules.uses_needed(version.text.guard_rails)
    lacking = {party for party, _ in consents.missing(store, track, uses, now_ms, version.text.territory)}
    return PromptDocument(
        prompt.id, prompt.artist, artist_name(store, prompt.artist), track.id, track.facts.title,
        cover_of(store, track), prompt.state, version.number, version.digest, version.text,
        track.facts, leaves, len(track.parties) - len(lacking), len(track.parties), version.published_ms,
        prompt.wind_down_ms, Template.from_data(template.tree).as_data() if template else {},
    )  # fmt: skip


def _also(_store: Store, prompt: Prompt) -> Iterable[Place]:
    return ((Artist, prompt.artist),)


HANDLERS = {
    "write_prompt": write,
    "ask_approval": ask_approval,
    "publish_prompt": publish,
    "pause_prompt": pause,
    "resume_prompt": resume,
    "close_prompt": close,
    "withdraw_prompt": withdraw,
}
SHOWS = {Prompt: Show(("prompt_draft", "prompt"), show, _also)}
