"""Jobs: what takes long and must not be lost. One table, a lease for each that runs, another try when it fails.

A render is asked for in the transaction that needs it and made once per recipe digest, whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import or_, select

from fanlink.core import remixes
from fanlink.core.cases import CaseKind
from fanlink.core.catalogue import Track
from fanlink.core.errors import Refused
from fanlink.core.recipes import Recipe
from fanlink.core.remixes import Remix, RemixState
from fanlink.core.tracks import TrackFacts
from fanlink.server import engines, recordings, renders, tables
from fanlink.server.deciding import Deciding
from fanlink.server.publishing import publish_if_ready
from fanlink.server.queue import open_case
from fanlink.server.renders import RENDER, Render
from fanlink.server.sealing import Subject, subject_of

TABLE = tables.jobs
RETRY_MS = 5_000
LEASE_MS = 60_000
WANTING = tuple(str(state) for state in (RemixState.SUBMITTED, RemixState.SCREENING, RemixState.APPROVED))


@dataclass(frozen=True, slots=True)
class RenderJob:
    """A render to be made: the recipe, the track it is of, the digests of the files it needs by name, and for what."""

    id: str
    recipe_digest: str
    track: str
    recipe: Recipe
    facts: TrackFacts
    assets: Mapping[str, str]
    subject: Subject


def screen(asked: Deciding, remix: Remix) -> None:
    """Sends a submitted remix on: to review when its recipe has been rendered before, else to be rendered."""
    if remix.state not in (RemixState.SUBMITTED, RemixState.SCREENING):
        return
    render = renders.of(asked.store, remix.recipe_digest)
    if render is None:
        renders.ask(asked, remix.recipe_digest)
    else:
        _advance(asked, remix)


def take(asked: Deciding, worker: str) -> RenderJob | None:
    """The next render that waits or whose lease ran out, leased to this worker; None when there is nothing to do."""
    ready = or_(
        (TABLE.c.state == "waiting") & (TABLE.c.run_after_ms <= asked.now_ms),
        (TABLE.c.state == "running") & (TABLE.c.lease_until_ms <= asked.now_ms),
    )
    while True:
        chosen = select(TABLE).where(TABLE.c.kind == RENDER, ready).order_by(TABLE.c.run_after_ms, TABLE.c.id).limit(1)
        rows = asked.store.rows(chosen.with_for_update(skip_locked=True))
        if not rows:
            return None
        row = rows[0]
        wanting = asked.store.find(Remix, recipe_digest=row.subject, state=WANTING)
        if not wanting:
            _set(asked, row, state="done", error="nobody wants it any more")
            continue
        if row.attempts >= asked.settings.render_tries:
            _give_up(asked, row, "the worker did not come back")
            continue
        if engines.retired(wanting[0].recipe, asked.settings.engines):
            _retire(asked, row, wanting)
            continue
        lease_ms = asked.now_ms + LEASE_MS
        _set(asked, row, state="running", attempts=row.attempts + 1, lease_until_ms=lease_ms, worker=worker)
        for remix in wanting:
            if remix.state is RemixState.SUBMITTED:
                asked.store.save(remixes.move(remix, "screen", "system", asked.now_ms))
        track = asked.store.need(Track, wanting[0].track)
        first = min(wanting, key=lambda remix: remix.steps[0].at_ms)
        return RenderJob(
            row.id, row.subject, track.id, first.recipe, track.facts, _files(asked, first.recipe, track.facts),
            subject_of(asked.store, first, track.facts),
        )  # fmt: skip


def _retire(asked: Deciding, row: object, wanting: list[Remix]) -> None:
    """The engine of these remixes is gone: their fans hear the migrated recipe and send that."""
    _set(asked, row, state="failed", error="engine_retired")
    for remix in wanting:
        if remix.state in (RemixState.SUBMITTED, RemixState.SCREENING):
            asked.store.save(remixes.move(remix, "retire_engine", "system", asked.now_ms, reasons=("engine_retired",)))


def _files(asked: Deciding, recipe: Recipe, facts: TrackFacts) -> dict[str, str]:
    """Every stem of the track, used or not: what the engine adds plays along to the harmony of all of them.

    Recordings stand under the digest of their samples, as the recipe names them.
    """
    return {name: stem.asset for name, stem in facts.stems.items()} | recordings.sounds_of(asked.store, recipe)


def finish(asked: Deciding, job: RenderJob, render: Render) -> None:
    """Keeps the render and sends every remix that waited for it on."""
    renders.keep(asked.store, render, asked.now_ms)
    _set(asked, _row(asked, job.id), state="done", error="")
    for remix in asked.store.find(Remix, recipe_digest=job.recipe_digest, state=WANTING):
        _advance(asked, remix)


def keep(asked: Deciding, job: RenderJob, worker: str) -> None:
    """The worker is alive and still at it: its lease runs on from now."""
    row = _row(asked, job.id)
    if (row.state, row.worker) == ("running", worker):
        _set(asked, row, lease_until_ms=asked.now_ms + LEASE_MS)


def release(asked: Deciding, job: RenderJob, worker: str) -> None:
    """The worker stops without having finished: the next one may begin at once, and no try is counted."""
    row = _row(asked, job.id)
    if (row.state, row.worker) == ("running", worker):
        _set(asked, row, state="waiting", attempts=row.attempts - 1, lease_until_ms=None, worker=None)


def fail(asked: Deciding, job: RenderJob, error: str) -> None:
    """Another try after a while; after the last one the remixes that waited are rejected with the reason."""
    row = _row(asked, job.id)
    if row.state != "running":
        return
    if row.attempts < asked.settings.render_tries:
        later_ms = asked.now_ms + RETRY_MS * 4 ** (row.attempts - 1)
        _set(asked, row, state="waiting", run_after_ms=later_ms, error=error[:2000])
    else:
        _give_up(asked, row, error)


def _give_up(asked: Deciding, row: object, error: str) -> None:
    _set(asked, row, state="failed", error=error[:2000])
    asked.note("render_failed", row.subject, error=error[:200])  # type: ignore[attr-defined]
    for remix in asked.store.find(Remix, recipe_digest=row.subject, state=WANTING):  # type: ignore[attr-defined]
        if remix.state is RemixState.SUBMITTED:
            remix = remixes.move(remix, "screen", "system", asked.now_ms)
        if remix.state is RemixState.SCREENING:
            asked.store.save(
                remixes.move(remix, "reject", "system", asked.now_ms, reasons=("render_failed",), letter=error[:500])
            )


def _advance(asked: Deciding, remix: Remix) -> None:
    """One remix whose render is there: on to review with a case, or public when it was approved before."""
    if remix.state is RemixState.APPROVED:
        _publish(asked, remix)
        return
    if remix.state is RemixState.SUBMITTED:
        remix = remixes.move(remix, "screen", "system", asked.now_ms)
    remix = remixes.move(remix, "pass_screening", "system", asked.now_ms)
    asked.store.save(remix)
    open_case(asked, remix, CaseKind.SUBMISSION)


def _publish(asked: Deciding, remix: Remix) -> None:
    try:
        publish_if_ready(asked, remix)
    except Refused as refused:
        reasons = tuple(sorted({reason.code for reason in refused.reasons}))
        asked.store.save(remixes.move(remix, "take_down", "system", asked.now_ms, reasons=reasons))


def _row(asked: Deciding, job_id: str) -> object:
    return asked.store.rows(select(TABLE).where(TABLE.c.id == job_id))[0]


def _set(asked: Deciding, row: object, **changes: object) -> None:
    asked.store.put(TABLE, dict(row._mapping) | changes)  # type: ignore[attr-defined]
