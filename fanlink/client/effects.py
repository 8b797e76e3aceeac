"""What each kind of command does to the documents it touches, by core's own functions: the picture until the answer.

An effect gets the document as it is (None when there is none) and gives it as it will be. Where core refuses, the
picture stays as it is: the server will say the same, with its reasons. Money has no effects: it is never guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from fanlink import wire
from fanlink.client.entries import Entry
from fanlink.client.lineage import shares_of
from fanlink.core import cases, challenges, consents, prompts, remixes, standing
from fanlink.core import commands as c
from fanlink.core.cases import Decision
from fanlink.core.challenges import Challenge
from fanlink.core.challenges import Entry as ChallengeEntry
from fanlink.core.digests import digest
from fanlink.core.documents import (
    AccountDocument,
    ArtistDocument,
    CaseDocument,
    ChallengeDocument,
    ConsentDocument,
    Document,
    EntryDocument,
    MandateDocument,
    PartyDocument,
    PromptDocument,
    PromptDraftDocument,
    RemixDocument,
    StandingDocument,
    SubmissionDocument,
    TemplateDocument,
    TrackDocument,
)
from fanlink.core.parties import Mandate, Party, Phase, check_party
from fanlink.core.prompts import Prompt, PromptState
from fanlink.core.remixes import Remix, RemixState, Step
from fanlink.core.standing import StandingAnswer
from fanlink.core.tracks import TrackFacts

Key = tuple[str, str]
Read = Callable[[str, str], Document | None]


@dataclass(frozen=True, slots=True)
class Asking:
    """One command with what is needed to picture it: who asks, when, and the documents around it."""

    entry: Entry
    account: AccountDocument | None
    read: Read

    @property
    def data(self) -> Any:
        return self.entry.command.data

    @property
    def target(self) -> str:
        return self.entry.command.target

    @property
    def me(self) -> str:
        return self.account.id if self.account else (self.entry.account or "")

    @property
    def at_ms(self) -> int:
        return self.entry.made_ms

    def name_of(self, kind: str, id_: str, field: str) -> str:
        """A name out of another document, empty when that is not here."""
        return getattr(self.read(kind, id_), field, "") or ""


def touched(asking: Asking) -> tuple[Key, ...]:
    """The documents that a command changes, each as (kind, id)."""
    kinds = TOUCHES.get(asking.entry.command.kind, ())
    keys = [(kind, asking.me if kind == "account" else asking.target) for kind in kinds]
    if asking.entry.command.kind in ANSWERS:
        asked = asking.read("consent", asking.target)
        if isinstance(asked, ConsentDocument):
            keys.append(("track", asked.consent.track))
    return tuple(keys)


def effect(kind: str, document: Document | None, asking: Asking) -> Document | None:
    """The document of this kind as the command will leave it; raises `Refused` where core does."""
    return EFFECTS[kind](document, asking)


# People ---------------------------------------------------------------------------------------------------------


def _account(document: AccountDocument | None, asking: Asking) -> Document | None:
    if document is None:
        return None
    match asking.data:
        case c.FollowArtist():
            return replace(document, follows=tuple(sorted({*document.follows, asking.target})))
        case c.UnfollowArtist():
            return replace(document, follows=tuple(one for one in document.follows if one != asking.target))
        case c.AddArtist():
            return replace(document, teams=tuple(sorted({*document.teams, asking.target})))
    return document


def _artist(document: ArtistDocument | None, asking: Asking) -> Document | None:
    data = asking.data
    return document or ArtistDocument(asking.target, data.name, data.about, data.artwork)


# Tracks, rights and consent -------------------------------------------------------------------------------------


def _track(document: TrackDocument | None, asking: Asking) -> Document | None:
    data = asking.data
    if isinstance(data, c.AddTrack):
        artist = asking.name_of("artist", data.artist, "name")
        # The stems' lengths are known once the server has read the files.
        facts = TrackFacts(data.title, artist, data.music)
        return document or TrackDocument(
            asking.target, data.artist, artist, facts, data.stakes, data.featured, (), {}, data.isrc, data.iswc, data.artwork
        )
    if document is None:
        return None
    if isinstance(data, c.DeclareStakes):
        return replace(document, stakes=data.stakes, featured=data.featured)
    if isinstance(data, c.AcceptStakes):
        return replace(document, contested=tuple(one for one in document.contested if one.party != data.party))
    answered = tuple(
        _answered(consent, asking) if consent.id == asking.target else consent for consent in document.consents
    )
    return replace(document, consents=answered)


def _consent(document: ConsentDocument | None, asking: Asking) -> Document | None:
    return document and replace(document, consent=_answered(document.consent, asking))


def _answered(consent: consents.Consent, asking: Asking) -> consents.Consent:
    data, me, at_ms = asking.data, asking.me, asking.at_ms
    match data:
        case c.GrantConsent():
            return consents.grant(
                consent, me, at_ms, territory=data.territory, until_ms=data.until_ms, conditions=data.conditions
            )
        case c.RefuseConsent():
            return consents.refuse(consent, me, at_ms, data.note)
        case c.CounterConsent():
            return consents.counter(consent, me, at_ms, data.note)
        case c.WithdrawConsent():
            return consents.withdraw(consent, me, at_ms, data.note)
    return consent


def _party(document: PartyDocument | None, asking: Asking) -> Document | None:
    data = asking.data
    name, ipi, isni = check_party(data.name, data.ipi, data.isni)
    return PartyDocument(asking.target, Party(asking.target, name, data.party_kind, ipi, isni, document.party.version if document else 0))


def _mandate(document: MandateDocument | None, asking: Asking) -> Document | None:
    data = asking.data
    if isinstance(data, c.GiveMandate):
        made = Mandate(asking.target, data.principal, data.agent, data.begins, data.ends, data.tracks, version=0)
        principal = asking.name_of("party", data.principal, "id") and asking.read("party", data.principal).party.name
        return document or MandateDocument(asking.target, made, principal or data.principal, data.agent)
    return document and replace(document, mandate=replace(document.mandate, revoked=True, phase=Phase.REVOKED))


def _standing(document: StandingDocument | None, asking: Asking) -> Document | None:
    data = asking.data
    if isinstance(data, c.EndStandingAnswer):
        return None
    answer = standing.check(StandingAnswer(
        asking.target, data.party, data.use, data.says, data.tracks, data.territory, data.term_days, data.conditions,
        asking.me, asking.at_ms, version=document.answer.version if document else 0,
    ))  # fmt: skip
    return StandingDocument(asking.target, answer, document.party_name if document else data.party)


def _template(document: TemplateDocument | None, asking: Asking) -> Document | None:
    data = asking.data
    if isinstance(data, c.ProposeTemplate):
        title = asking.read("track", data.track)
        name = title.facts.title if isinstance(title, TrackDocument) else ""
        return document or TemplateDocument(
            asking.target, data.track, name, (), data.tree, (), (), digest(data.tree), data.note, data.counters
        )
    if document is None:
        return None
    unsigned = tuple(party for party in document.unsigned if party != data.party)
    return replace(document, signed=tuple(sorted({*document.signed, data.party})), unsigned=unsigned)


# Prompts and challenges -----------------------------------------------------------------------------------------


def _prompt_draft(document: PromptDraftDocument | None, asking: Asking) -> Document | None:
    data = asking.data
    if isinstance(data, c.WritePrompt):
        if document is not None:
            return replace(document, prompt=prompts.edit(document.prompt, data.text))
        track = asking.read("track", data.track)
        title = track.facts.title if isinstance(track, TrackDocument) else ""
        prompt = Prompt(asking.target, data.artist, data.track, PromptState.DRAFT, data.text)
        return PromptDraftDocument(asking.target, prompt, title)
    if document is None:
        return None
    prompt = document.prompt
    match data:
        case c.AskApproval():
            prompt = prompts.ask_approval(prompt)
        case c.PublishPrompt():
            prompt = _published(document, asking)
        case c.PausePrompt():
            prompt = prompts.pause(prompt)
        case c.ResumePrompt():
            prompt = prompts.resume(prompt)
        case c.ClosePrompt():
            prompt = prompts.close(prompt)
        case c.WithdrawPrompt():
            prompt = prompts.withdraw(prompt, asking.at_ms)
    return replace(document, prompt=prompt)


def _published(document: PromptDraftDocument, asking: Asking) -> Prompt:
    draft = document.prompt.draft
    split = asking.read("template", draft.template)
    text = prompts.pinning(draft, split.digest if isinstance(split, TemplateDocument) else "")
    return prompts.publish(
        document.prompt, digest(wire.to_json(text)), list(document.missing), list(document.unsigned), asking.at_ms,
        claims=document.claims, text=text,
    )  # fmt: skip


def _prompt(document: PromptDocument | None, asking: Asking) -> Document | None:
    step = asking.entry.command.kind.removesuffix("_prompt")
    return document and replace(document, state=prompts.take_step(prompts.LIFE, step, document.state))


def _challenge(document: ChallengeDocument | None, asking: Asking) -> Document | None:
    data = asking.data
    if isinstance(data, c.WriteChallenge):
        return _written_challenge(document, asking)
    if document is None:
        return None
    challenge = document.challenge
    match data:
        case c.ScheduleChallenge():
            challenge = challenges.schedule(challenge, asking.at_ms)
        case c.ExtendChallenge():
            challenge = challenges.extend(challenge, data.dates)
        case c.CancelChallenge():
            challenge = challenges.cancel(challenge, data.reason)
        case c.DecideChallenge():
            challenge = challenges.decide(challenge, data.winners, asking.at_ms)
    return replace(document, challenge=challenge)


def _written_challenge(document: ChallengeDocument | None, asking: Asking) -> ChallengeDocument:
    data = asking.data
    prompt = asking.read("prompt", data.prompt)
    known = prompt if isinstance(prompt, PromptDocument) else None
    made = Challenge(
        asking.target, data.artist, data.prompt, known.digest if known else "", data.title, data.about, data.dates,
        data.rubric, data.judges, data.prizes,
    )
    if document is not None:
        return replace(document, challenge=challenges.edit(document.challenge, made))
    return ChallengeDocument(
        asking.target, made, asking.name_of("artist", data.artist, "name"), known.text.title if known else "",
        known.artwork if known else None,
    )


def _entry(document: EntryDocument | None, asking: Asking) -> Document | None:
    data = asking.data
    challenge = asking.read("challenge", data.challenge if isinstance(data, c.EnterChallenge) else document.entry.challenge) \
        if document or isinstance(data, c.EnterChallenge) else None
    if not isinstance(challenge, ChallengeDocument):
        return document
    if isinstance(data, c.EnterChallenge):
        made = ChallengeEntry(asking.target, data.challenge, data.remix, asking.me, asking.at_ms)
        made = challenges.enter(challenge.challenge, made, asking.at_ms)
        remix = asking.read("remix", data.remix)
        title = remix.remix.title if isinstance(remix, RemixDocument) else ""
        return document or EntryDocument(asking.target, made, title, None, challenge.challenge.title)
    assert document is not None
    scored = challenges.score(challenge.challenge, document.entry, asking.me, dict(data.points), asking.at_ms)
    return replace(document, entry=scored)


# Remixes and cases ----------------------------------------------------------------------------------------------


def _remix(document: RemixDocument | None, asking: Asking) -> Document | None:
    data = asking.data
    if isinstance(data, c.SubmitRemix):
        return _submitted(document, asking)
    if document is None:
        return None
    step = asking.entry.command.kind.removesuffix("_remix")
    letter = data.text if isinstance(data, c.AppealRemix) else ""
    return replace(document, remix=remixes.move(document.remix, step, asking.me, asking.at_ms, letter=letter))


def _submitted(document: RemixDocument | None, asking: Asking) -> RemixDocument:
    """A remix on its way is shown as queued, whether it is new or the answer to a request for changes."""
    data = asking.data
    recipe_digest = digest(wire.to_json(data.recipe))
    if document is not None and document.remix.state is not RemixState.QUEUED:
        again = remixes.resubmit(document.remix, data.recipe, recipe_digest, data.heard_digest, asking.me, asking.at_ms)
        queued = Step("queue", RemixState.QUEUED, asking.at_ms, asking.me)
        return replace(document, remix=replace(
            again, title=data.title, state=RemixState.QUEUED, steps=(*document.remix.steps, queued)
        ), findings=())
    prompt = asking.read("prompt", data.prompt)
    known = prompt if isinstance(prompt, PromptDocument) else None
    made = Remix(
        asking.target, asking.me, asking.account.party if asking.account else "", known.artist if known else "",
        known.track if known else "", data.prompt, data.prompt_version, data.title, data.recipe, recipe_digest,
        data.heard_digest, data.parent,
    )
    return RemixDocument(
        asking.target, remixes.move(made, "queue", asking.me, asking.at_ms), known.artist_name if known else "",
        known.track_title if known else "", known.text.title if known else "", known.artwork if known else None,
        shares_of(known, asking.read("published", data.parent or ""), asking.target, asking.account, asking.at_ms) if known else (),
    )


def _submission(document: SubmissionDocument | None, asking: Asking) -> Document | None:
    data = asking.data
    if document is None:
        return None
    if isinstance(data, c.ThankFan):
        return replace(document, thanks=data.text)
    if isinstance(data, c.TakeDownRemix):
        return replace(document, state=remixes.take_step(remixes.LIFE, "take_down", document.state))
    return document


def _case(document: CaseDocument | None, asking: Asking) -> Document | None:
    if document is None:
        return None
    data, me, at_ms = asking.data, asking.me, asking.at_ms
    match data:
        case c.ClaimCase():
            return replace(document, case=cases.claim(document.case, me, at_ms))
        case c.ReleaseCase():
            return replace(document, case=cases.release(document.case, me))
        case c.DecideCase():
            seen = asking.entry.command.base_version or document.case.version
            made = Decision(asking.entry.id, data.outcome, me, at_ms, data.reasons, data.letter, seen)
            return replace(document, case=cases.decide(document.case, made))
    return document


ANSWERS = ("grant_consent", "refuse_consent", "counter_consent", "withdraw_consent")

TOUCHES: dict[str, tuple[str, ...]] = {
    "follow_artist": ("account",), "unfollow_artist": ("account",), "add_artist": ("artist", "account"),
    "add_track": ("track",), "declare_stakes": ("track",), **dict.fromkeys(ANSWERS, ("consent",)),
    "add_party": ("party",), "change_party": ("party",), "give_mandate": ("mandate",), "revoke_mandate": ("mandate",),
    "set_standing_answer": ("standing",), "end_standing_answer": ("standing",), "accept_stakes": ("track",),
    "propose_template": ("template",), "sign_template": ("template",),
    "write_prompt": ("prompt_draft",), "ask_approval": ("prompt_draft",), "publish_prompt": ("prompt_draft",),
    **dict.fromkeys(("pause_prompt", "resume_prompt", "close_prompt", "withdraw_prompt"), ("prompt_draft", "prompt")),
    **dict.fromkeys(
        ("write_challenge", "schedule_challenge", "extend_challenge", "cancel_challenge", "decide_challenge"), ("challenge",)
    ),
    "enter_challenge": ("entry",), "score_entry": ("entry",),
    "submit_remix": ("remix",), "withdraw_remix": ("remix",), "appeal_remix": ("remix",),
    "thank_fan": ("submission",), "take_down_remix": ("submission",),
    "claim_case": ("case",), "release_case": ("case",), "decide_case": ("case",),
}

EFFECTS: dict[str, Callable[[Any, Asking], Document | None]] = {
    "account": _account, "artist": _artist, "track": _track, "consent": _consent, "template": _template,
    "party": _party, "mandate": _mandate, "standing": _standing,
    "prompt_draft": _prompt_draft, "prompt": _prompt, "challenge": _challenge, "entry": _entry, "remix": _remix,
    "submission": _submission, "case": _case,
}
