"""Those who open a link to a remix that they were given some time: signed in or not, whatever became of it since."""

from __future__ import annotations

from random import Random

import httpx

from fanlink.simulation.model import Model
from fanlink.simulation.views import render_of

ADDRESS = "http://simulated"


def link(chance: Random, model: Model, tokens: dict[str, str]) -> httpx.Request | None:
    """A request for the sound of a remix that somebody knows of; None while there is none.

    Half of them are for what does not play any more, or not yet; half are by nobody who is signed in.
    """
    remixes = sorted(model.remixes)
    silent = [id_ for id_ in remixes if model.remixes[id_]["state"] != "published"]
    if not remixes:
        return None
    remix = chance.choice(silent if silent and chance.randrange(2) else remixes)
    path = f"/v1/remixes/{remix}/audio"
    if chance.randrange(3) == 0:
        path = f"/v1/assets/{render_of(model.remixes[remix]['recipe'])}"
    headers = {} if chance.randrange(2) else {"authorization": f"Bearer {tokens[chance.choice(sorted(tokens))]}"}
    return httpx.Request("GET", ADDRESS + path, headers=headers)
