"""Near-duplicates: the other remixes of a track that a new one is nearly the same as, for a moderator to see.

What is compared is read in one transaction; the comparing itself holds up nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from fanlink import wire
from fanlink.core import duplicates
from fanlink.core.duplicates import Near
from fanlink.core.recipes import Recipe
from fanlink.core.remixes import ON_THE_WAY, Remix, RemixState
from fanlink.server import renders, tables
from fanlink.server.deciding import Deciding

# The newest of a track that are looked at; a comparison takes two milliseconds.
MOST = 2_000
MOST_SHOWN = 5
ALIVE = (*(str(state) for state in ON_THE_WAY), str(RemixState.PUBLISHED))


@dataclass(frozen=True, slots=True)
class Other:
    """A remix to compare with, as it is stored; the fingerprint is there when it was rendered."""

    id: str
    body: str
    render: str | None


def others(asked: Deciding, track: str, recipe_digest: str) -> list[Other]:
    """The remixes of a track that are alive and of another recipe, the newest first."""
    remixes, made = tables.remixes, tables.renders
    rows = asked.store.rows(
        select(remixes.c.id, remixes.c.body, made.c.body.label("render"))
        .select_from(remixes.outerjoin(made, made.c.recipe_digest == remixes.c.recipe_digest))
        .where(remixes.c.track == track, remixes.c.state.in_(ALIVE), remixes.c.recipe_digest != recipe_digest)
        .order_by(remixes.c.id.desc())
        .limit(MOST)
    )
    return [Other(row.id, row.body, row.render) for row in rows]


def near(recipe: Recipe, fingerprint: str, there: Sequence[Other], beats_per_bar: int) -> tuple[Near, ...]:
    """The nearest of them, by recipe or by sound, whichever is nearer."""
    found = []
    for other in there:
        remix = wire.from_bytes(Remix, other.body)
        by_recipe = duplicates.likeness(recipe, remix.recipe)
        heard = wire.from_bytes(renders.Render, other.render).fingerprint if other.render else ""
        by_sound = duplicates.heard_likeness(fingerprint, heard, beats_per_bar) if fingerprint and heard else 0.0
        if by_recipe >= duplicates.NEAR or by_sound >= duplicates.NEAR_HEARD:
            found.append(Near(remix.id, round(by_recipe, 4), round(by_sound, 4)))
    return tuple(sorted(found, key=lambda each: (-max(each.likeness, each.heard), each.name))[:MOST_SHOWN])


def finding(render: renders.Render) -> list[dict[str, Any]]:
    """What a moderator reads of it: which remixes, and how near in percent by recipe and by sound."""
    if not render.near:
        return []
    facts = {
        "remixes": [each.name for each in render.near],
        "recipe_percent": [round(100 * each.likeness) for each in render.near],
        "sound_percent": [round(100 * each.heard) for each in render.near],
    }
    fix = "Another remix of this track is nearly the same. Change something that can be heard."
    return [{"rule": "near_duplicate", "severity": "warning", "fix": fix, "facts": facts}]
