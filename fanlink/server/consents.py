"""Consents: the answers of parties, who may give them, and what follows when one is taken back.

From the commit of a withdrawal nothing that rests on it is submitted, approved or published. What is on the way is taken
down at once, what is published comes down on a date that is announced, the earliest of several.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fanlink.core import challenges, consents, generated, prompts, remixes
from fanlink.core.catalogue import Track
from fanlink.core.challenges import Challenge, ChallengeState
from fanlink.core.commands import (
    AnswerCatalogue,
    CounterConsent,
    GrantConsent,
    RefuseConsent,
    WithdrawCatalogue,
    WithdrawConsent,
)
from fanlink.core.consents import Consent, ConsentState
from fanlink.core.digests import digest
from fanlink.core.documents import ConsentDocument
from fanlink.core.errors import Reason, Refused
from fanlink.core.guard_rails import Use
from fanlink.core.parties import Party
from fanlink.core.people import Artist
from fanlink.core.prompts import Prompt, PromptState
from fanlink.core.recipes import Recipe
from fanlink.core.remixes import Remix, RemixState
from fanlink.core.standing import Says
from fanlink.core.territories import WORLD
from fanlink.server import parties
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.mandates import scopes_of, who_answers
from fanlink.server.queue import close_cases
from fanlink.server.showing import Show, artist_name, cover_of, party_names
from fanlink.server.store import Place, Store

LONGEST_NOTE = 4_000
DAY_MS = 86_400_000
REASON = "consent_withdrawn"
COMING = tuple(str(state) for state in (*remixes.ON_THE_WAY, RemixState.APPEALED))


def consent_id(track: str, party: str, use: Use) -> str:
    """The id of the one consent of a party for a track and a use."""
    return f"consent-{digest([track, party, str(use)])[:32]}"


def grant(asked: Deciding, data: GrantConsent) -> None:
    """The party says yes."""
    consent = _answered(asked)
    granted = consents.grant(
        consent, asked.actor.id, asked.now_ms, territory=data.territory, until_ms=data.until_ms,
        conditions=_short(data.conditions),
    )  # fmt: skip
    asked.store.save(granted)


def refuse(asked: Deciding, data: RefuseConsent) -> None:
    """The party says no."""
    asked.store.save(consents.refuse(_answered(asked), asked.actor.id, asked.now_ms, _short(data.note)))


def counter(asked: Deciding, data: CounterConsent) -> None:
    """The party says what it would agree to."""
    asked.store.save(consents.counter(_answered(asked), asked.actor.id, asked.now_ms, _short(data.note)))


def withdraw(asked: Deciding, data: WithdrawConsent) -> None:
    """The party takes its yes back, with all that follows in the same transaction."""
    consent = _withdrawn(asked)
    withdraw_one(asked, consents.withdraw(consent, asked.actor.id, asked.now_ms, _short(data.note)))


def answer_catalogue(asked: Deciding, data: AnswerCatalogue) -> None:
    """One answer to all that is open to the party, on the tracks that the account may answer about."""
    asked.known(Party, [asked.target])
    open_ = [
        one for one in asked.store.find(Consent, party=asked.target)
        if one.open and (not data.tracks or one.track in data.tracks) and (not data.uses or one.use in data.uses)
    ]  # fmt: skip
    agents = {agent for track in {one.track for one in open_} for agent in who_answers(asked, asked.target, track)}
    asked.may(parties=(asked.target, *sorted(agents)))
    mine = [one for one in open_ if set(who_answers(asked, one.party, one.track)) & set(asked.actor.parties)]
    if not mine:
        raise Refused("nothing_to_answer", party=asked.target)
    for consent in mine:
        if data.says is Says.GRANT:
            asked.store.save(consents.grant(
                consent, asked.actor.id, asked.now_ms, territory=data.territory, until_ms=data.until_ms,
                conditions=_short(data.conditions),
            ))  # fmt: skip
        elif data.says is Says.REFUSE:
            asked.store.save(consents.refuse(consent, asked.actor.id, asked.now_ms, _short(data.note)))
        else:
            asked.store.save(consents.counter(consent, asked.actor.id, asked.now_ms, _short(data.note)))


def withdraw_catalogue(asked: Deciding, data: WithdrawCatalogue) -> None:
    """Takes back, for one party, every yes on every track of the artist (or those named); refused where there is none.

    Standing answers that would say yes to these tracks end with it.
    """
    asked.need(Artist)
    tracks = [one for one in asked.store.find(Track, artist=asked.target) if not data.tracks or one.id in data.tracks]
    agents = {agent for track in tracks for agent in who_answers(asked, data.party, track.id)}
    asked.may(parties=(data.party, *sorted(agents)))
    mine = [track for track in tracks if set(who_answers(asked, data.party, track.id)) & set(asked.actor.parties)]
    found = 0
    for track in mine:
        for consent in asked.store.find(Consent, track=track.id, party=data.party, state=str(ConsentState.GRANTED)):
            if not data.uses or consent.use in data.uses:
                withdraw_one(asked, consents.withdraw(consent, asked.actor.id, asked.now_ms, _short(data.note)))
                found += 1
    found += _end_standing(asked, data, {track.id for track in mine})
    if not found:
        raise Refused("nothing_to_withdraw", artist=asked.target, party=data.party)


def _end_standing(asked: Deciding, data: WithdrawCatalogue, tracks: set[str]) -> int:
    ended = [
        one for one in parties.of_party(asked.store, data.party)
        if one.says is Says.GRANT and tracks and (not one.tracks or set(one.tracks) & tracks)
        and (not data.uses or one.use in data.uses)
    ]  # fmt: skip
    for one in ended:
        asked.store.save(replace(one, ended=True, version=one.version + 1))
        asked.note("end_standing_answer", one.id, reason=REASON)
    return len(ended)


def _answered(asked: Deciding) -> Consent:
    consent = asked.need(Consent)
    asked.may(parties=who_answers(asked, consent.party, consent.track))
    asked.fresh(consent)
    return consent


def _withdrawn(asked: Deciding) -> Consent:
    """Withdrawing must always win: it is refused for an old version, but needs to name none."""
    consent = asked.need(Consent)
    asked.may(parties=who_answers(asked, consent.party, consent.track))
    if asked.base_version is not None:
        asked.fresh(consent)
    return consent


def _short(note: str) -> str:
    if len(note) > LONGEST_NOTE:
        raise Refused("note_too_long", characters=len(note), most=LONGEST_NOTE)
    return note


# What rests on a consent ----------------------------------------------------------------------------------------


def missing(
    store: Store, track: Track, uses: Iterable[Use], now_ms: int, territory: str = WORLD
) -> list[tuple[str, Use]]:
    """Who has not agreed to what in this territory, read inside this transaction."""
    given = store.find(Consent, track=track.id)
    return consents.missing(track.parties, uses, given, now_ms, territory)


def demand(store: Store, track: Track, uses: Iterable[Use], now_ms: int, territory: str = WORLD) -> None:
    """Refuses with the track's claims where it is not owned as a whole, and as `consent_missing` for each party and use."""
    lacking = missing(store, track, uses, now_ms, territory)
    reasons = [*track.claims, *(Reason("consent_missing", {"party": party, "use": str(use)}) for party, use in lacking)]
    if reasons:
        raise Refused(reasons)


def territory_of(prompt: Prompt, version_digest: str) -> str:
    """Where a version of a prompt is offered."""
    version = prompt.published(version_digest)
    return version.text.territory if version else WORLD


def uses_of(recipe: Recipe, prompt: Prompt, version_digest: str) -> tuple[Use, ...]:
    """What a remix rests on: all that its prompt version asks for, less the kinds of layer that it does not have."""
    version = prompt.published(version_digest)
    needed = consents.uses_needed(version.text.guard_rails) if version else (Use.REMIX,)
    kinds = {layer.kind for layer in recipe.layers}
    spared = {use for use, kind in ((Use.OWN_RECORDINGS, "own"), (Use.GENERATED_LAYERS, "generated")) if kind not in kinds}
    if not any(generated.sent_a_stem(layer) for layer in recipe.layers):
        spared.add(Use.OUTSIDE_MODEL)
    return tuple(use for use in needed if use not in spared)


def withdraw_one(asked: Deciding, consent: Consent) -> None:
    """Keeps a withdrawn consent and lets follow what follows: prompts, remixes, challenges."""
    store = asked.store
    store.save(consent)
    for prompt in store.find(Prompt, track=consent.track):
        _prompt_loses(asked, prompt, consent.use)
        for remix in store.find(Remix, prompt=prompt.id, state=(*COMING, str(RemixState.PUBLISHED))):
            if consent.use in uses_of(remix.recipe, prompt, remix.prompt_version):
                _remix_loses(asked, prompt, remix)


def _prompt_loses(asked: Deciding, prompt: Prompt, use: Use) -> None:
    """Without the remix itself a prompt is withdrawn; without a further use it pauses until its team asks for less."""
    text = prompt.current.text if prompt.current else prompt.draft
    if use not in consents.uses_needed(text.guard_rails):
        return
    if use is Use.REMIX and prompt.state in (PromptState.PUBLISHED, PromptState.PAUSED):
        asked.store.save(prompts.withdraw(prompt, asked.now_ms))
    elif prompt.state is PromptState.PUBLISHED:
        asked.store.save(prompts.pause(prompt))
    for challenge in asked.store.find(Challenge, prompt=prompt.id, state=(str(ChallengeState.DRAFT), str(ChallengeState.SCHEDULED))):
        asked.store.save(challenges.cancel(challenge, REASON))


def _remix_loses(asked: Deciding, prompt: Prompt, remix: Remix) -> None:
    if remix.state is not RemixState.PUBLISHED:
        asked.store.save(remixes.move(remix, "take_down", "system", asked.now_ms, reasons=(REASON,)))
        close_cases(asked, remix.id)
        asked.note("take_down_remix", remix.id, reason=REASON)
        return
    wind_down(asked, prompt, remix)


def wind_down(asked: Deciding, prompt: Prompt, remix: Remix) -> None:
    """Sets the day on which a published remix comes down; an earlier one stands."""
    version = prompt.published(remix.prompt_version)
    days = version.text.wind_down_days if version else 30
    ends_ms = asked.now_ms + days * DAY_MS
    if remix.wind_down_ms is None or ends_ms < remix.wind_down_ms:
        asked.store.save(replace(remix, wind_down_ms=ends_ms, version=remix.version + 1))


# Documents ------------------------------------------------------------------------------------------------------


def show(store: Store, consent_id: str, now_ms: int) -> Iterable[Shown]:
    """The question, or its answer, for the party that was asked and for who may answer for it."""
    consent = store.need(Consent, consent_id)
    track = store.need(Track, consent.track)
    name = party_names(store, [consent.party])[consent.party]
    document = ConsentDocument(
        consent.id, consent, track.facts.title, artist_name(store, track.artist), name, cover_of(store, track)
    )  # fmt: skip
    scopes = scopes_of(store, (consent.party,), track.id, now_ms)
    return tuple(Shown(scope, document, consent.version) for scope in scopes)


def _also(_store: Store, consent: Consent) -> Iterable[Place]:
    return ((Track, consent.track),)


HANDLERS = {
    "grant_consent": grant,
    "refuse_consent": refuse,
    "counter_consent": counter,
    "withdraw_consent": withdraw,
    "answer_catalogue": answer_catalogue,
    "withdraw_catalogue": withdraw_catalogue,
}
SHOWS = {Consent: Show(("consent",), show, _also)}
