"""Consents: the answers of parties, who may give them, and what follows when one is taken back.

From the commit of a withdrawal nothing that rests on it is submitted, approved or published. What is on the way is taken
down at once, what is published comes down on a date that is announced, the earliest of several.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

from fanlink.core import challenges, consents, generated, prompts, remixes
from fanlink.core.catalogue import Track
from fanlink.core.challenges import Challenge, ChallengeState
from fanlink.core.commands import (
    CounterConsent,
    GiveMandate,
    GrantConsent,
    RefuseConsent,
    RevokeMandate,
    WithdrawCatalogue,
    WithdrawConsent,
)
from fanlink.core.consents import Consent, ConsentState
from fanlink.core.digests import digest
from fanlink.core.documents import ConsentDocument
from fanlink.core.errors import Reason, Refused
from fanlink.core.guard_rails import Use
from fanlink.core.parties import Mandate, Party
from fanlink.core.people import Artist
from fanlink.core.prompts import Prompt, PromptState
from fanlink.core.recipes import Recipe
from fanlink.core.remixes import Remix, RemixState
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.queue import close_cases
from fanlink.server.showing import Show, artist_name, party_names
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
        consent, asked.actor.id, asked.now_ms, territory=data.territory, until_ms=data.until_ms, conditions=data.conditions
    )
    asked.store.save(granted)


def refuse(asked: Deciding, data: RefuseConsent) -> None:
    """The party says no."""
    asked.store.save(consents.refuse(_answered(asked), asked.actor.id, asked.now_ms, _short(data.note)))


def counter(asked: Deciding, data: CounterConsent) -> None:
    """The party says what it would agree to."""
    asked.store.save(consents.counter(_answered(asked), asked.actor.id, asked.now_ms, _short(data.note)))


def withdraw(asked: Deciding, data: WithdrawConsent) -> None:
    """The party takes its yes back, with all that follows in the same transaction."""
    consent = _answered(asked)
    withdraw_one(asked, consents.withdraw(consent, asked.actor.id, asked.now_ms, _short(data.note)))


def withdraw_catalogue(asked: Deciding, data: WithdrawCatalogue) -> None:
    """Takes back, for one party, every yes on every track of the artist; refused where there is none."""
    asked.need(Artist)
    tracks = asked.store.find(Track, artist=asked.target)
    agents = {agent for track in tracks for agent in who_answers(asked, data.party, track.id)}
    asked.may(parties=(data.party, *sorted(agents)))
    found = 0
    for track in tracks:
        if not set(who_answers(asked, data.party, track.id)) & set(asked.actor.parties):
            continue
        for consent in asked.store.find(Consent, track=track.id, party=data.party, state=str(ConsentState.GRANTED)):
            if not data.uses or consent.use in data.uses:
                withdraw_one(asked, consents.withdraw(consent, asked.actor.id, asked.now_ms))
                found += 1
    if not found:
        raise Refused("nothing_to_withdraw", artist=asked.target, party=data.party)


def give_mandate(asked: Deciding, data: GiveMandate) -> None:
    """The principal lets the agent answer for it, from one day to another."""
    asked.may(parties=(data.principal,))
    asked.known(Party, [data.principal, data.agent])
    asked.new(Mandate)
    if data.ends is not None and data.ends < data.begins:
        raise Refused("dates_out_of_order")
    asked.store.save(Mandate(asked.target, data.principal, data.agent, data.begins, data.ends, data.tracks))


def revoke_mandate(asked: Deciding, _data: RevokeMandate) -> None:
    """The agent may no longer answer."""
    mandate = asked.need(Mandate)
    asked.may(parties=(mandate.principal,))
    if mandate.revoked:
        raise Refused("illegal_step", step="revoke", state="revoked", open_steps=[])
    asked.store.save(replace(mandate, revoked=True))


def who_answers(asked: Deciding, party: str, track: str) -> tuple[str, ...]:
    """The party itself and everyone with a mandate for it that covers this track today."""
    today = day_of(asked.now_ms)
    agents = [one.agent for one in asked.store.find(Mandate, principal=party) if one.covers(track, today)]
    return (party, *agents)


def day_of(now_ms: int) -> date:
    """The UTC day."""
    return datetime.fromtimestamp(now_ms / 1000, UTC).date()


def _answered(asked: Deciding) -> Consent:
    consent = asked.need(Consent)
    asked.may(parties=who_answers(asked, consent.party, consent.track))
    asked.fresh(consent)
    return consent


def _short(note: str) -> str:
    if len(note) > LONGEST_NOTE:
        raise Refused("note_too_long", characters=len(note), most=LONGEST_NOTE)
    return note


# What rests on a consent ----------------------------------------------------------------------------------------


def missing(store: Store, track: Track, uses: Iterable[Use], now_ms: int) -> list[tuple[str, Use]]:
    """Who has not agreed to what, read inside this transaction."""
    given = store.find(Consent, track=track.id)
    return consents.missing(track.parties, uses, given, now_ms)


def demand(store: Store, track: Track, uses: Iterable[Use], now_ms: int) -> None:
    """Refuses as `consent_missing`, once for each party and use."""
    lacking = missing(store, track, uses, now_ms)
    if lacking:
        raise Refused(Reason("consent_missing", {"party": party, "use": str(use)}) for party, use in lacking)


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


def show(store: Store, consent_id: str, _now_ms: int) -> Iterable[Shown]:
    """The question, or its answer, for the party that was asked."""
    consent = store.need(Consent, consent_id)
    track = store.need(Track, consent.track)
    name = party_names(store, [consent.party])[consent.party]
    document = ConsentDocument(consent.id, consent, track.facts.title, artist_name(store, track.artist), name)
    mandates = store.find(Mandate, principal=consent.party)
    agents = {one.agent for one in mandates if not one.revoked and (not one.tracks or track.id in one.tracks)}
    scopes = sorted({f"party:{party}" for party in (consent.party, *agents)})
    return tuple(Shown(scope, document, consent.version) for scope in scopes)


def _also(_store: Store, consent: Consent) -> Iterable[Place]:
    return ((Track, consent.track),)


def _no_document(_store: Store, _mandate_id: str, _now_ms: int) -> Iterable[Shown]:
    return ()


def _consents_of(store: Store, mandate: Mandate) -> Iterable[Place]:
    """The principal's consents are shown to its agents, so a mandate given or revoked has them written anew."""
    return tuple((Consent, consent.id) for consent in store.find(Consent, party=mandate.principal))


HANDLERS = {
    "grant_consent": grant,
    "refuse_consent": refuse,
    "counter_consent": counter,
    "withdraw_consent": withdraw,
    "withdraw_catalogue": withdraw_catalogue,
    "give_mandate": give_mandate,
    "revoke_mandate": revoke_mandate,
}
SHOWS = {Consent: Show(("consent",), show, _also), Mandate: Show((), _no_document, _consents_of)}
