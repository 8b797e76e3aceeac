"""Remixes: submitted by fans, checked by the rules, and everything that is said about them afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from fanlink import wire
from fanlink.core import lineage, prompts, remixes
from fanlink.core.cases import REASONS, Case, CaseKind
from fanlink.core.catalogue import Track
from fanlink.core.challenges import Entry
from fanlink.core.commands import (
    AppealRemix,
    ReinstateRemix,
    ReportRemix,
    SubmitRemix,
    TakeDownRemix,
    ThankFan,
    WithdrawRemix,
)
from fanlink.core.digests import digest
from fanlink.core.disclosure import disclose, undeclared
from fanlink.core.documents import PublishedDocument, RemixDocument, SubmissionDocument
from fanlink.core.errors import Conflict, Reason, Refused
from fanlink.core.findings import Finding, Severity
from fanlink.core.holds import Hold
from fanlink.core.people import Role
from fanlink.core.prompts import Prompt, PromptState, PromptVersion
from fanlink.core.remixes import ON_THE_WAY, Remix, RemixState
from fanlink.core.shares import SplitSheet
from fanlink.server import engines, jobs, recordings, renders, sheets, tables
from fanlink.server.cases import findings_of
from fanlink.server.consents import demand, uses_of
from fanlink.server.deciding import Deciding, now_of
from fanlink.server.feed import Shown
from fanlink.server.mandates import who_answers
from fanlink.server.nouns import Account, Unmatched
from fanlink.server.publishing import demand_consents, publish_if_ready
from fanlink.server.queue import UNDECIDED, close_cases, last_decision, open_case
from fanlink.server.showing import Show, account_name, artist_name, cover_of, shares
from fanlink.server.store import Place, Store

LONGEST_TEXT = 10_000
WAITING = tuple(str(state) for state in ON_THE_WAY)
ALIVE = (*WAITING, str(RemixState.PUBLISHED))


# The fan's acts -------------------------------------------------------------------------------------------------


def submit(asked: Deciding, data: SubmitRemix) -> None:
    """A new remix, or the answer to a request for changes. Refused with all that is wrong, rules and consents alike.

    Cheap checks come first and the render last, as a job: once for each recipe.
    """
    was = asked.store.get(Remix, asked.target)
    if was is None:
        asked.may(own=asked.actor.id)
        asked.new(Remix)
    else:
        asked.may(own=was.fan)
        if asked.base_version is None:
            raise Conflict(now_of(was))
        asked.fresh(was)
        if (data.prompt, data.prompt_version) != (was.prompt, was.prompt_version):
            raise Refused("remix_keeps_its_prompt", prompt=was.prompt, prompt_version=was.prompt_version)
    prompt, version = _version(asked, data, again=was is not None)
    track = asked.store.need(Track, prompt.track)
    recipe_digest = digest(wire.to_json(data.recipe))
    _check(asked, data, version, track, recipe_digest)
    uses = uses_of(data.recipe, prompt, version.digest)
    demand(asked.store, track, uses, asked.now_ms, version.text.territory)
    if was is None:
        remix = _new(asked, data, prompt, recipe_digest)
    else:
        _same_split(asked, data, was)
        remix = remixes.resubmit(was, data.recipe, recipe_digest, data.heard_digest, asked.actor.id, asked.now_ms)
    asked.store.save(remix)
    recordings.note_use(asked, remix)
    jobs.screen(asked, remix)


def _version(asked: Deciding, data: SubmitRemix, again: bool) -> tuple[Prompt, PromptVersion]:
    prompt = asked.store.need(Prompt, data.prompt)
    version = prompt.published(data.prompt_version)
    if version is None:
        raise Refused("prompt_version_unknown", prompt=prompt.id, prompt_version=data.prompt_version)
    open_states = (PromptState.PUBLISHED, PromptState.PAUSED, PromptState.CLOSED) if again else (PromptState.PUBLISHED,)
    if prompt.state not in open_states:
        raise Refused("prompt_not_open", prompt=prompt.id, state=str(prompt.state))
    return prompt, version


def _check(asked: Deciding, data: SubmitRemix, version: PromptVersion, track: Track, recipe_digest: str) -> None:
    wrong = remixes.check_title(data.title)
    wrong += prompts.check_slots(version.text, data.recipe.slots)
    if not data.recipe.track:
        wrong.append(Reason("recipe_without_track"))
    told = {"slot_unknown", "slot_choice", "slot_missing"}
    wrong += [
        _reason(finding) for finding in renders.check(data.recipe, track.facts, version.text)
        if finding.severity is Severity.BREACH and finding.rule not in told
    ]  # fmt: skip
    retired = engines.retired(data.recipe, asked.settings.engines)
    wrong += [retired] if retired else []
    wrong += recordings.missing(asked.store, data.recipe, asked.actor.id)
    wrong += [Reason("recording_undeclared", {"layer": layer}) for layer in undeclared(data.recipe)]
    table = tables.remixes
    mine = select(table.c.id, table.c.recipe_digest, table.c.state).where(
        table.c.fan == asked.actor.id, table.c.state.in_(ALIVE), table.c.id != asked.target
    )
    alive = asked.store.rows(mine)
    same = [row.id for row in alive if row.recipe_digest == recipe_digest]
    if same:
        wrong.append(Reason("same_recipe", {"remix": same[0]}))
    waiting = sum(row.state in WAITING for row in alive)
    if waiting >= asked.settings.remixes_waiting:
        wrong.append(Reason("too_many_waiting", {"waiting": waiting, "most": asked.settings.remixes_waiting}))
    if wrong:
        raise Refused(wrong)


def _reason(finding: Finding) -> Reason:
    place = {"start_ms": finding.start_ms, "end_ms": finding.end_ms, "start_bar": finding.start_bar,
             "end_bar": finding.end_bar, "fix": finding.fix}  # fmt: skip
    return Reason(finding.rule, {**place, **finding.facts})


def _new(asked: Deciding, data: SubmitRemix, prompt: Prompt, recipe_digest: str) -> Remix:
    fan = asked.store.need(Account, asked.actor.id)
    parent = _parent(asked, data.parent, prompt.track) if data.parent else None
    sheet = sheets.bind(asked, prompt, data.prompt_version, fan.party, parent)
    _as_agreed(data, sheet)
    remix = Remix(
        asked.target, fan.id, fan.party, prompt.artist, prompt.track, prompt.id, data.prompt_version, data.title,
        data.recipe, recipe_digest, data.heard_digest, data.parent, sheet=sheet.id,
    )  # fmt: skip
    return remixes.move(remix, "submit", fan.id, asked.now_ms)


def _same_split(asked: Deciding, data: SubmitRemix, was: Remix) -> None:
    """What is sent again keeps the sheet that was bound when it came first, and so its parent."""
    if data.parent not in (None, was.parent):
        raise Refused("remix_keeps_its_parent", remix=was.id, parent=was.parent)
    sheet = sheets.get(asked.store, was.sheet)
    assert sheet is not None, "a remix that was accepted has a sheet"
    _as_agreed(data, sheet)


def _as_agreed(data: SubmitRemix, sheet: SplitSheet) -> None:
    """Nobody signs what they did not see: a split other than the one shown is refused."""
    if data.agreed is not None and data.agreed != lineage.agreed(sheet):
        raise Refused("split_differs", parent=data.parent, agreed=data.agreed, now=lineage.agreed(sheet))


def _parent(asked: Deciding, parent_id: str, track: str) -> SplitSheet:
    parent = asked.store.need(Remix, parent_id)
    if parent.state is not RemixState.PUBLISHED:
        raise Refused("parent_not_published", remix=parent.id, state=str(parent.state))
    if parent.track != track:
        raise Refused("parent_of_another_track", remix=parent.id, track=parent.track)
    return sheets.in_force(asked.store, parent.id, asked.now_ms)


def withdraw(asked: Deciding, _data: WithdrawRemix) -> None:
    """The fan takes the remix back, wherever it is."""
    remix = asked.need(Remix)
    asked.may(own=remix.fan)
    asked.fresh(remix)
    asked.store.save(remixes.move(remix, "withdraw", asked.actor.id, asked.now_ms))
    close_cases(asked, remix.id)


def appeal(asked: Deciding, data: AppealRemix) -> None:
    """Another moderator looks again, once for each decision."""
    remix = asked.need(Remix)
    asked.may(own=remix.fan)
    asked.fresh(remix)
    _sound_text(data.text)
    moved = remixes.move(remix, "appeal", asked.actor.id, asked.now_ms)
    decision = last_decision(asked.store, remix.id)
    asked.store.save(moved)
    persons = (decision.by,) if decision else ()
    open_case(asked, moved, CaseKind.APPEAL, persons=persons, text=data.text, appealed=decision.id if decision else None)


# What others do with it -----------------------------------------------------------------------------------------


def report(asked: Deciding, data: ReportRemix) -> None:
    """Says that something is wrong with a published remix. Reports never hide it by their number."""
    remix = asked.need(Remix)
    if remix.state is not RemixState.PUBLISHED:
        raise Refused("not_published", remix=remix.id)
    if data.reason not in REASONS:
        raise Refused("reason_unknown", reasons=[data.reason], known=list(REASONS))
    if len(data.text) > LONGEST_TEXT:
        raise Refused("text_too_long", characters=len(data.text), most=LONGEST_TEXT)
    waiting = asked.store.find(Case, remix=remix.id, kind=str(CaseKind.REPORT), state=UNDECIDED)
    if any(asked.actor.id == case.persons[-1] for case in waiting):  # who reported stands last
        raise Refused("already_reported", remix=remix.id)
    text = f"{data.reason}: {data.text}" if data.text else data.reason
    open_case(asked, remix, CaseKind.REPORT, persons=(asked.actor.id,), text=text)


def thank(asked: Deciding, data: ThankFan) -> None:
    """A word from the artist's team to the fan; the newest one stands."""
    remix = asked.need(Remix)
    asked.may(team=remix.artist)
    _sound_text(data.text)
    if not _was_reviewed(remix):
        raise Refused("not_found", noun="remix", id=remix.id)
    asked.store.put(tables.thanks, {
        "remix": remix.id, "by_account": asked.actor.id, "words": data.text, "at_ms": asked.now_ms,
    })  # fmt: skip
    asked.store.touch(Remix, remix.id)


def take_down(asked: Deciding, data: TakeDownRemix) -> None:
    """Takes a remix down, for those whose rights it touches and for moderators who are not part of it."""
    remix = asked.need(Remix)
    _may_judge(asked, remix)
    asked.fresh(remix, _told(asked, remix))
    if not data.reason.strip():
        raise Refused("reason_missing", step="take_down")
    moved = remixes.move(
        remix, "take_down", asked.actor.id, asked.now_ms, reasons=(data.reason,), letter=data.letter[:LONGEST_TEXT]
    )
    asked.store.save(moved)
    close_cases(asked, remix.id)


def reinstate(asked: Deciding, _data: ReinstateRemix) -> None:
    """Puts a remix back where it was taken down from; refused while a consent is missing."""
    remix = asked.need(Remix)
    _may_judge(asked, remix)
    asked.fresh(remix, _told(asked, remix))
    demand_consents(asked, remix)
    moved = replace(remixes.move(remix, "reinstate", asked.actor.id, asked.now_ms), wind_down_ms=None)
    if moved.state is RemixState.APPROVED:
        publish_if_ready(asked, moved)
        return
    asked.store.save(moved)
    jobs.screen(asked, moved)
    if moved.state in (RemixState.IN_REVIEW, RemixState.APPEALED):
        kind = CaseKind.SUBMISSION if moved.state is RemixState.IN_REVIEW else CaseKind.APPEAL
        decision = last_decision(asked.store, remix.id) if kind is CaseKind.APPEAL else None
        open_case(asked, moved, kind, persons=(decision.by,) if decision else (), appealed=decision.id if decision else None)


def _may_judge(asked: Deciding, remix: Remix) -> None:
    track = asked.store.need(Track, remix.track)
    parties = {agent for party in track.parties for agent in who_answers(asked, party, track.id)}
    asked.may(team=remix.artist, parties=tuple(parties), moderator=True)
    if asked.actor.has(Role.MODERATOR) and asked.actor.id == remix.fan:
        raise Refused("own_case", remix=remix.id)


def _told(asked: Deciding, remix: Remix) -> Any:
    """What those whose rights it touches are told of a remix: where it is, not what was written to its fan, and by whom."""
    if asked.actor.has(Role.MODERATOR) or asked.actor.id == remix.fan:
        return remix
    return {"id": remix.id, "state": str(remix.state), "wind_down_ms": remix.wind_down_ms, "version": remix.version}


def _sound_text(text: str) -> None:
    if not text.strip():
        raise Refused("text_empty")
    if len(text) > LONGEST_TEXT:
        raise Refused("text_too_long", characters=len(text), most=LONGEST_TEXT)


# Documents ------------------------------------------------------------------------------------------------------


def show(store: Store, remix_id: str, now_ms: int) -> Iterable[Shown]:
    """All of it for the fan, the work for the artist's team from review on, the published work for followers."""
    remix = store.need(Remix, remix_id)
    track, prompt = store.need(Track, remix.track), store.need(Prompt, remix.prompt)
    version = prompt.published(remix.prompt_version)
    title = version.text.title if version else prompt.draft.title
    artwork = cover_of(store, track)
    thanked = store.rows(select(tables.thanks.c.words).where(tables.thanks.c.remix == remix.id))
    words = thanked[0].words if thanked else ""
    sheet = sheets.get(store, remix.sheet)
    yield Shown(f"person:{remix.fan}", RemixDocument(
        remix.id, remix, artist_name(store, remix.artist), track.facts.title, title, artwork,
        shares(store, sheet.leaves()) if sheet else (), findings_of(store, remix, prompt, track), words,
        recordings=recordings.sounds_of(store, remix.recipe),
    ), remix.version)  # fmt: skip
    if _was_reviewed(remix) and remix.state is not RemixState.WITHDRAWN:
        render = renders.of(store, remix.recipe_digest)
        yield Shown(f"team:{remix.artist}", SubmissionDocument(
            remix.id, account_name(store, remix.fan), remix.title, remix.state, prompt.id, title, track.id, remix.recipe,
            remix.steps[0].at_ms, render.audio if render else None, words, recordings.sounds_of(store, remix.recipe),
            remix.wind_down_ms, remix.version, artwork,
        ), remix.version)  # fmt: skip
    if remix.state is RemixState.PUBLISHED:
        yield Shown(f"artist:{remix.artist}", published(store, remix, track, artwork, now_ms), remix.version)
    yield from sheets.shown(store, remix, track, now_ms)


def published(store: Store, remix: Remix, track: Track, artwork: str | None, now_ms: int) -> PublishedDocument:
    """The public card of a remix."""
    assert remix.audio is not None, "what is published has its audio"
    at_ms = max(step.at_ms for step in remix.steps if step.step == "publish")
    return PublishedDocument(
        remix.id, account_name(store, remix.fan), remix.artist, artist_name(store, remix.artist), remix.title,
        track.facts.title, remix.prompt, remix.audio,
        wire.to_json(disclose(remix.recipe, account_name(store, remix.fan), artist_name(store, remix.artist))), at_ms, artwork,
        remix.wind_down_ms, remix.version, sheets.above(store, remix, now_ms),
    )  # fmt: skip


def _was_reviewed(remix: Remix) -> bool:
    return any(step.state is RemixState.IN_REVIEW for step in remix.steps)


def _also(store: Store, remix: Remix) -> Iterable[Place]:
    places: list[Place] = [(Case, case.id) for case in store.find(Case, remix=remix.id, state=UNDECIDED)]
    if remix.ever_published:
        # Whose money is held, the sheet says, from when the remix is public on; and lines that name it wait for another reason then.
        places += ((Hold, hold.id) for hold in store.find(Hold, remix=remix.id))
        places += ((Unmatched, group.id) for group in store.find(Unmatched, reported=remix.id))
    return (*places, *((Entry, entry.id) for entry in store.find(Entry, remix=remix.id)))


HANDLERS = {
    "submit_remix": submit,
    "withdraw_remix": withdraw,
    "appeal_remix": appeal,
    "report_remix": report,
    "thank_fan": thank,
    "take_down_remix": take_down,
    "reinstate_remix": reinstate,
}
SHOWS = {Remix: Show(("remix", "submission", "published", "sheet"), show, _also)}
