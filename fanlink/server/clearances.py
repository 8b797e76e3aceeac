"""Clearance certificates: what a server certifies of a published remix, from what its own rows say today."""

from __future__ import annotations

from fanlink.core.catalogue import Track
from fanlink.core.consents import Consent, ConsentState
from fanlink.core.errors import Refused
from fanlink.core.parties import Party
from fanlink.core.prompts import Prompt
from fanlink.core.remixes import Remix, RemixState
from fanlink.remix.credentials.certificates import Clearance
from fanlink.server import renders
from fanlink.server.consents import demand, territory_of, uses_of
from fanlink.server.nouns import Account
from fanlink.server.store import Store


def clearance(store: Store, remix_id: str, now_ms: int) -> Clearance:
    """What can be certified of a remix now.

    Refused: `not_found`, `not_published`, `consent_missing` (a consent that it rests on no longer stands and it is not
    winding down). It ends when the first of the consents ends, or when the remix winds down.
    """
    remix = store.need(Remix, remix_id)
    if remix.state is not RemixState.PUBLISHED or remix.audio is None:
        raise Refused("not_published", remix=remix.id, state=str(remix.state))
    prompt, track = store.need(Prompt, remix.prompt), store.need(Track, remix.track)
    uses = uses_of(remix.recipe, prompt, remix.prompt_version)
    if remix.wind_down_ms is None:
        demand(store, track, uses, now_ms, territory_of(prompt, remix.prompt_version))
    given = [one for one in store.find(Consent, track=track.id) if one.use in uses and one.state is ConsentState.GRANTED]
    ends = [one.until_ms for one in given if one.until_ms is not None]
    ends += [remix.wind_down_ms] if remix.wind_down_ms is not None else []
    render = renders.of(store, remix.recipe_digest)
    return Clearance(
        remix=remix.id,
        title=remix.title,
        remixer=store.need(Account, remix.fan).name,
        artist=track.facts.artist,
        track=track.facts.title,
        prompt=prompt.id,
        prompt_version=remix.prompt_version,
        recipe_digest=remix.recipe_digest,
        audio=tuple(digest for digest in (remix.audio, remix.audio_mp3) if digest),
        sanctioned_by=tuple(sorted({store.need(Party, one.party).name for one in given})),
        issued_ms=now_ms,
        valid_until_ms=min(ends, default=None),
        pcm=render.pcm_digest if render else None,
    )
