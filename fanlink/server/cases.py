"""Cases: what moderators decide about. A decision is a row for ever; one that came too late is kept as an opinion."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from fanlink import wire
from fanlink.core import cases, remixes
from fanlink.core.cases import Case, Decision, Outcome
from fanlink.core.catalogue import Track
from fanlink.core.commands import ClaimCase, DecideCase, ReleaseCase
from fanlink.core.digests import digest
from fanlink.core.documents import CaseDocument
from fanlink.core.errors import Conflict, Refused
from fanlink.core.prompts import Prompt
from fanlink.core.remixes import Remix, RemixState
from fanlink.server import duplicates, engines, recordings, renders, tables
from fanlink.server.deciding import Deciding, Kept, now_of
from fanlink.server.feed import Shown
from fanlink.server.publishing import publish_if_ready
from fanlink.server.showing import Show, account_name, artist_name, cover_of
from fanlink.server.store import Store

LONGEST_LETTER = 10_000
STEPS = {
    Outcome.APPROVE: "approve",
    Outcome.REQUEST_CHANGES: "request_changes",
    Outcome.REJECT: "reject",
    Outcome.UPHOLD: "uphold",
    Outcome.OVERTURN: "overturn",
    Outcome.TAKE_DOWN: "take_down",
}


def claim(asked: Deciding, _data: ClaimCase) -> None:
    """Takes the case for a quarter of an hour."""
    case = asked.need(Case)
    asked.fresh(case)
    asked.store.save(cases.claim(case, asked.actor.id, asked.now_ms))


def release(asked: Deciding, _data: ReleaseCase) -> None:
    """Gives it back."""
    case = asked.need(Case)
    asked.fresh(case)
    asked.store.save(cases.release(case, asked.actor.id))


def decide(asked: Deciding, data: DecideCase) -> Kept | None:
    """Decides on the version that was seen; what was decided on an older one is kept as an opinion and changes nothing."""
    case = asked.need(Case)
    if asked.base_version is None:
        raise Refused("base_version_missing", case=case.id, version=case.version)
    if len(data.letter) > LONGEST_LETTER:
        raise Refused("letter_too_long", characters=len(data.letter), most=LONGEST_LETTER)
    decision = Decision(
        f"decision-{digest([asked.actor.id, asked.command])[:32]}", data.outcome, asked.actor.id, asked.now_ms,
        data.reasons, data.letter, asked.base_version,
    )  # fmt: skip
    if asked.base_version > case.version:
        raise Conflict(now_of(case))
    if asked.base_version < case.version:
        return _opinion(asked, case, decision)
    decided = cases.decide(case, decision)
    asked.store.save(decided)
    _keep(asked, case, decision, counted=1)
    remix = asked.store.need(Remix, case.remix)
    _carry_out(asked, remix, decision)
    return None


def _opinion(asked: Deciding, case: Case, decision: Decision) -> Kept:
    kept = cases.opine(case, decision)
    asked.store.save(kept)
    _keep(asked, case, decision, counted=0)
    return Kept(now_of(kept))


def _keep(asked: Deciding, case: Case, decision: Decision, counted: int) -> None:
    asked.store.add(tables.decisions, {
        "id": decision.id, "case_id": case.id, "outcome": str(decision.outcome), "by_account": decision.by,
        "at_ms": decision.at_ms, "counted": counted, "body": wire.adapter(Decision).dump_json(decision).decode(),
    })  # fmt: skip


def _carry_out(asked: Deciding, remix: Remix, decision: Decision) -> None:
    """What the decision does to the remix. An approval is refused while a consent is missing."""
    step = STEPS.get(decision.outcome)
    if step is None:
        return
    moved = remixes.move(
        remix, step, asked.actor.id, asked.now_ms, reasons=decision.reasons, letter=decision.letter
    )
    if moved.state is RemixState.APPROVED:
        publish_if_ready(asked, moved)
    else:
        asked.store.save(moved)


def show(store: Store, case_id: str, _now_ms: int) -> Iterable[Shown]:
    """The case with all that a decision needs, for moderators."""
    case = store.need(Case, case_id)
    remix = store.need(Remix, case.remix)
    track, prompt = store.need(Track, remix.track), store.need(Prompt, remix.prompt)
    version = prompt.published(remix.prompt_version)
    render = renders.of(store, remix.recipe_digest)
    document = CaseDocument(
        case.id, case, remix, account_name(store, remix.fan), _is_first(store, remix),
        artist_name(store, remix.artist), track.facts.title, version.text if version else prompt.draft, track.facts,
        findings_of(store, remix, prompt, track), render.audio if render else None, render.measures if render else {},
        recordings=recordings.sounds_of(store, remix.recipe), artwork=cover_of(store, track),
    )  # fmt: skip
    return (Shown("moderators", document, case.version),)


def findings_of(store: Store, remix: Remix, prompt: Prompt, track: Track) -> tuple[dict[str, Any], ...]:
    """What the rules say of a remix, and which other remixes have the same recipe; as plain data."""
    version = prompt.published(remix.prompt_version)
    if version is None:
        return ()
    found = [json.loads(json.dumps(asdict(one))) for one in renders.check(remix.recipe, track.facts, version.text)]
    if remix.state is RemixState.CHANGES_REQUESTED and remix.steps[-1].step == "retire_engine":
        found += _retired(remix)
    table = tables.remixes
    same = select(table.c.id).where(table.c.recipe_digest == remix.recipe_digest, table.c.id != remix.id).limit(20)
    twins = [row.id for row in store.rows(same)]
    if twins:
        found.append({"rule": "same_recipe", "severity": "warning", "facts": {"remixes": twins}})
    render = renders.of(store, remix.recipe_digest)
    return (*found, *(duplicates.finding(render) if render else ()))


def _retired(remix: Remix) -> list[dict[str, Any]]:
    """That the engine of a remix is gone, with the recipe to hear and to send instead."""
    reason = engines.retired(remix.recipe, "")
    fix = "Listen to the renewed version, and send it when you like it."
    return [{"rule": reason.code, "severity": "warning", "fix": fix, "facts": dict(reason.facts)}] if reason else []


def _is_first(store: Store, remix: Remix) -> bool:
    table = tables.remixes
    return not store.rows(select(table.c.id).where(table.c.fan == remix.fan, table.c.id != remix.id).limit(1))


HANDLERS = {"claim_case": claim, "release_case": release, "decide_case": decide}
SHOWS = {Case: Show(("case",), show)}
