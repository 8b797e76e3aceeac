"""Challenges: written by an artist's team, entered by fans, judged blind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import func, select

from fanlink.core import challenges
from fanlink.core.challenges import Challenge, ChallengeState, Dates, Entry
from fanlink.core.commands import (
    CancelChallenge,
    DecideChallenge,
    EnterChallenge,
    ExtendChallenge,
    ScheduleChallenge,
    ScoreEntry,
    WriteChallenge,
)
from fanlink.core.documents import ChallengeDocument, EntryDocument
from fanlink.core.errors import Conflict, Reason, Refused
from fanlink.core.people import Artist
from fanlink.core.prompts import Prompt, PromptState
from fanlink.core.remixes import ON_THE_WAY, Remix, RemixState
from fanlink.server import renders, tables
from fanlink.server.deciding import Deciding, now_of
from fanlink.server.feed import Shown
from fanlink.server.nouns import Account
from fanlink.server.showing import Show, artist_name
from fanlink.server.store import Place, Store

LONGEST = {"title": 120, "about": 4_000}
ANNOUNCED = (ChallengeState.SCHEDULED, ChallengeState.DECIDED, ChallengeState.FINAL)
LATEST_MS = 253_402_300_800_000  # the year 10000: later no calendar of ours can say


def write(asked: Deciding, data: WriteChallenge) -> None:
    """A new challenge on the prompt's newest version, or a changed draft."""
    was = asked.store.get(Challenge, asked.target)
    asked.may(team=was.artist if was else data.artist)
    if was is not None:
        if asked.base_version is None:
            raise Conflict(now_of(was))
        asked.fresh(was)
    else:
        asked.new(Challenge)
    prompt = asked.store.need(Prompt, data.prompt)
    wrong = [
        Reason(f"{name}_too_long", {"characters": len(getattr(data, name)), "most": most})
        for name, most in LONGEST.items() if len(getattr(data, name)) > most
    ]  # fmt: skip
    if prompt.artist != data.artist or (was and was.artist != data.artist):
        wrong.append(Reason("prompt_of_another_artist", {"prompt": prompt.id}))
    if prompt.current is None or prompt.state not in (PromptState.PUBLISHED, PromptState.PAUSED):
        wrong.append(Reason("prompt_not_open", {"prompt": prompt.id, "state": str(prompt.state)}))
    if not all(0 <= day <= LATEST_MS for day in _days(data.dates)):
        wrong.append(Reason("dates_out_of_range"))
    if wrong:
        raise Refused(wrong)
    asked.known(Account, data.judges)
    assert prompt.current is not None
    changed = Challenge(
        asked.target, data.artist, prompt.id, prompt.current.digest, data.title, data.about, data.dates, data.rubric,
        tuple(dict.fromkeys(data.judges)), data.prizes,
    )  # fmt: skip
    _keep(asked, challenges.edit(was, changed) if was else changed)


def _days(dates: Dates) -> tuple[int, int, int]:
    return dates.opens_ms, dates.closes_ms, dates.decides_ms


def _keep(asked: Deciding, challenge: Challenge) -> None:
    asked.store.save(challenge)
    asked.store.remove(tables.challenge_judges, challenge=challenge.id)
    asked.store.put(
        tables.challenge_judges, *({"challenge": challenge.id, "account": judge} for judge in challenge.judges)
    )


def schedule(asked: Deciding, _data: ScheduleChallenge) -> None:
    """Announces it; refused where its prompt is no longer published."""
    challenge = _own(asked)
    prompt = asked.store.need(Prompt, challenge.prompt)
    if prompt.state is not PromptState.PUBLISHED:
        raise Refused("prompt_not_open", prompt=prompt.id, state=str(prompt.state))
    asked.store.save(challenges.schedule(challenge, asked.now_ms))


def extend(asked: Deciding, data: ExtendChallenge) -> None:
    """Later dates."""
    if not all(0 <= day <= LATEST_MS for day in _days(data.dates)):
        raise Refused("dates_out_of_range")
    asked.store.save(challenges.extend(_own(asked), data.dates))


def cancel(asked: Deciding, data: CancelChallenge) -> None:
    """Ends it with a reason."""
    asked.store.save(challenges.cancel(_own(asked), data.reason))


def decide(asked: Deciding, data: DecideChallenge) -> None:
    """Names the winners, who must be entries of this challenge; each entry keeps its place."""
    challenge = _own(asked)
    entries = {entry.id: entry for entry in asked.store.find(Entry, challenge=challenge.id) if not entry.withdrawn}
    unknown = [winner for winner in data.winners if winner not in entries]
    wrong = [Reason("entry_unknown", {"entry": winner}) for winner in unknown]
    if len(set(data.winners)) < len(data.winners):
        wrong.append(Reason("winner_named_twice"))
    if wrong:
        raise Refused(wrong)
    asked.store.save(challenges.decide(challenge, data.winners, asked.now_ms))
    for place, winner in enumerate(data.winners, start=1):
        entry = entries[winner]
        asked.store.save(replace(entry, place=place, version=entry.version + 1))


def enter(asked: Deciding, data: EnterChallenge) -> None:
    """Enters one's own remix of the challenge's prompt."""
    asked.new(Entry)
    challenge, remix = asked.store.need(Challenge, data.challenge), asked.store.need(Remix, data.remix)
    asked.may(own=remix.fan)
    wrong = []
    if (remix.prompt, remix.prompt_version) != (challenge.prompt, challenge.prompt_version):
        wrong.append(Reason("remix_of_another_prompt", {"remix": remix.id, "prompt": challenge.prompt}))
    if remix.state not in (*ON_THE_WAY, RemixState.PUBLISHED):
        wrong.append(Reason("remix_not_alive", {"remix": remix.id, "state": str(remix.state)}))
    if asked.store.find(Entry, challenge=challenge.id, remix=remix.id):
        wrong.append(Reason("already_entered", {"remix": remix.id}))
    if wrong:
        raise Refused(wrong)
    entry = Entry(asked.target, challenge.id, remix.id, remix.fan, asked.now_ms)
    asked.store.save(challenges.enter(challenge, entry, asked.now_ms))


def score(asked: Deciding, data: ScoreEntry) -> None:
    """One judge's points."""
    entry = asked.need(Entry)
    challenge = asked.store.need(Challenge, entry.challenge)
    asked.may(judges=challenge.judges)
    asked.fresh(entry, blind(entry))
    asked.store.save(challenges.score(challenge, entry, asked.actor.id, dict(data.points), asked.now_ms))


def _own(asked: Deciding) -> Challenge:
    challenge = asked.need(Challenge)
    asked.may(team=challenge.artist)
    asked.fresh(challenge)
    return challenge


# Documents ------------------------------------------------------------------------------------------------------


def show(store: Store, challenge_id: str, _now_ms: int) -> Iterable[Shown]:
    """For its team always, for everyone once it was scheduled."""
    challenge = store.need(Challenge, challenge_id)
    prompt, artist = store.need(Prompt, challenge.prompt), store.get(Artist, challenge.artist)
    version = prompt.published(challenge.prompt_version)
    table = tables.entries
    count = store.rows(select(func.count()).select_from(table).where(table.c.challenge == challenge_id))[0][0]
    document = ChallengeDocument(
        challenge.id, challenge, artist_name(store, challenge.artist), version.text.title if version else "",
        artist.artwork if artist else None, count,
    )  # fmt: skip
    yield Shown(f"team:{challenge.artist}", document, challenge.version)
    if challenge.announced or challenge.state in ANNOUNCED:
        yield Shown("public", document, challenge.version)


def blind(entry: Entry) -> Entry:
    """The entry without a word of whose it is."""
    return replace(entry, fan="")


def show_entry(store: Store, entry_id: str, _now_ms: int) -> Iterable[Shown]:
    """The entry for its fan; for the judges and the team without a word of whose it is."""
    entry = store.need(Entry, entry_id)
    remix, challenge = store.need(Remix, entry.remix), store.need(Challenge, entry.challenge)
    render = renders.of(store, remix.recipe_digest)
    audio = render.audio if render else None
    yield Shown(f"person:{entry.fan}", EntryDocument(
        entry.id, replace(entry, scores=()), remix.title, audio, challenge.title
    ), entry.version)  # fmt: skip
    yield Shown(f"judges:{challenge.id}", EntryDocument(
        entry.id, blind(entry), remix.title, audio, challenge.title
    ), entry.version)  # fmt: skip


def _entry_also(_store: Store, entry: Entry) -> Iterable[Place]:
    return ((Challenge, entry.challenge),)


HANDLERS = {
    "write_challenge": write,
    "schedule_challenge": schedule,
    "extend_challenge": extend,
    "cancel_challenge": cancel,
    "decide_challenge": decide,
    "enter_challenge": enter,
    "score_entry": score,
}
SHOWS = {Challenge: Show(("challenge",), show), Entry: Show(("entry",), show_entry, _entry_also)}
