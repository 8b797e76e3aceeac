"""Publishing: an approved remix becomes public as soon as its render is there and every consent still stands."""

from __future__ import annotations

from fanlink.core import remixes
from fanlink.core.catalogue import Track
from fanlink.core.prompts import Prompt
from fanlink.core.remixes import Remix
from fanlink.server import renders
from fanlink.server.consents import demand, territory_of, uses_of
from fanlink.server.deciding import Deciding


def demand_consents(asked: Deciding, remix: Remix) -> None:
    """Refuses as `consent_missing` unless all that the remix rests on is granted, as this transaction reads it."""
    prompt, track = asked.store.need(Prompt, remix.prompt), asked.store.need(Track, remix.track)
    uses = uses_of(remix.recipe, prompt, remix.prompt_version)
    demand(asked.store, track, uses, asked.now_ms, territory_of(prompt, remix.prompt_version))


def publish_if_ready(asked: Deciding, remix: Remix) -> None:
    """Keeps an approved remix, published at once when its render is there; asks for the render when it is not."""
    demand_consents(asked, remix)
    render = renders.of(asked.store, remix.recipe_digest)
    if render is None:
        renders.ask(asked, remix.recipe_digest)
        asked.store.save(remix)
        return
    asked.store.save(remixes.publish(remix, render.audio, render.audio_mp3, asked.actor.id, asked.now_ms))
