"""What those do who run artists: prompts, challenges, teams; and how anyone asks for something."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from fanlink.client.session import Session
from fanlink.core import commands as c
from fanlink.core.challenges import Criterion, Dates
from fanlink.core.prompts import PromptState
from fanlink.simulation.model import Model
from fanlink.simulation.plain import DAY_MS
from fanlink.simulation.reports import Pressing
from fanlink.simulation.stage import ARTISTS, RESTLESS, SONGS, text

UNDO_S = 10
LIKELY = {PromptState.DRAFT: c.AskApproval, PromptState.IN_APPROVAL: c.PublishPrompt, PromptState.PAUSED: c.ResumePrompt}
JUDGES = ("person-nia", "person-gil", "person-mo")


class Office:
    """Someone at a computer. `told` hears the id of each command that was stored, `undone` of each that was taken back,
    `unsure` of each that may have been.

    `town` is what people hear of each other outside of the application; `busy_with` is the profile: where consents end, people take
    theirs back often.
    """

    def __init__(
        self, me: str, role: str, chance: Random, told: Callable[[str], None], undone: Callable[[str], None],
        unsure: Callable[[str], None], town: Callable[[], Model], pressing: Pressing, *, busy_with: str = "all",
    ) -> None:
        self._me, self.role, self._chance, self._told, self._undone, self._unsure = me, role, chance, told, undone, unsure
        self._town, self._pressing, self._busy_with = town, pressing, busy_with
        self._restless = busy_with in RESTLESS
        self._last: list[str] = []
        self._secret, self._entered_password = "", False
        self.asked: set[str] = set()
        self.put_away: set[str] = set()
        self.tried_to_undo: Callable[[Any, bool], None] = lambda was, gone: None
        self.insists: Callable[[str], None] = lambda command: None

    def _do(self, session: Session, data: c.Data, target: str, **more: Any) -> str:
        undo_s = UNDO_S if self._chance.randrange(4) == 0 else 0
        command = session.do(data, target, undo_s=undo_s, **more)
        self._told(command)
        self.asked.add(command)
        self.put_away |= {more["replaces"]} if "replaces" in more else set()
        self._last = [*self._last[-9:], command]
        return f"{data.KIND} {target}"

    def _pick(self, options: Any) -> Any:
        options = list(options)
        return self._chance.choice(options) if options else None

    def _seen(self, version: int | None) -> int | None:
        """Mostly what is on the screen; sometimes a person says nothing of what they saw."""
        return version if self._chance.randrange(8) else None

    def _artist(self, session: Session, now_ms: int) -> str:
        drafts = session.all("prompt_draft")
        roll = self._chance.randrange(17)
        if roll > 14:
            return self._team(session)
        if roll in (13, 14):
            return self._challenge(session, now_ms)
        if roll == 0:
            submission = self._pick(session.all("submission"))
            if submission:
                return self._do(session, c.ThankFan("You made my day"), submission.id)
        if roll == 1:
            submission = self._pick(session.all("submission"))
            if submission:
                act = self._chance.choice([c.TakeDownRemix("rights_claim"), c.ReinstateRemix()])
                act = c.ReinstateRemix() if submission.state == "taken_down" else act
                return self._do(session, act, submission.id, base_version=self._seen(submission.version))
        one = self._pick(drafts)
        living = [one for one in drafts if one.prompt.state not in (PromptState.WITHDRAWN, PromptState.CLOSED)]
        if one is None or len(living) < 2 or roll == 2:
            return self._new_prompt(session)
        one = self._pick(living) if living and self._chance.randrange(4) else one
        version = self._seen(one.prompt.version)
        likely = LIKELY.get(one.prompt.state)
        if likely and self._chance.randrange(4 if one.prompt.state is PromptState.PAUSED else 2) == 0:
            return self._do(session, likely(), one.id, base_version=version)
        act = self._chance.randrange(10)
        if act < 3:
            data = self._written(one.prompt.track)
            return self._do(session, data, one.id, base_version=version)
        simple = {3: c.AskApproval, 4: c.AskApproval, 5: c.PublishPrompt, 6: c.PublishPrompt, 7: c.PausePrompt, 8: c.ResumePrompt,
                  9: c.PausePrompt}  # fmt: skip
        if self._chance.randrange(25) == 0:
            simple[act] = self._chance.choice([c.ClosePrompt, c.WithdrawPrompt])
        return self._do(session, simple[act](), one.id, base_version=version)

    def _new_prompt(self, session: Session) -> str:
        """A chain: each rests on the one before."""
        target = session.new_id("prompt")
        artist = self._artist_to_work_for()
        track = self._pick([track for track, song in SONGS.items() if song.artist == artist])
        did = self._do(session, self._written(track), target)
        self._do(session, c.AskApproval(), target, after=(self._last[-1],), base_version=1)
        self._do(session, c.PublishPrompt(), target, after=(self._last[-1],), base_version=2)
        return did

    def _written(self, track: str) -> c.WritePrompt:
        return c.WritePrompt(SONGS[track].artist, track, text(self._chance.randrange(1000), track))

    def _artist_to_work_for(self) -> str:
        """Mostly one whose team this is on."""
        mine = sorted(self._town().teams_of(self._me))
        return self._pick(mine) if mine and self._chance.randrange(10) else self._pick(ARTISTS)

    def _team(self, session: Session) -> str:
        """Someone joins, someone leaves."""
        name = self._artist_to_work_for()
        artist = self._town().artists[name]
        seen = self._seen(artist["version"])
        if len(artist["team"]) > 1 and self._chance.randrange(2):
            first = artist["team"][0]
            leaves = self._chance.choice([one for one in artist["team"] if one != first] or [first])
            return self._do(session, c.RemoveTeamMember(leaves), name, base_version=seen)
        joins = self._chance.choice(["person-dana", "person-dana", "person-ana", "person-hal", "person-nobody"])
        return self._do(session, c.AddTeamMember(joins), name, base_version=seen)

    def _challenge(self, session: Session, now_ms: int) -> str:
        known = [one for one in session.all("challenge") if one.challenge.state in ("draft", "scheduled")]
        one = self._pick(known)
        if one is None or (len(known) < 3 and self._chance.randrange(3) == 0):
            return self._new_challenge(session, now_ms, one)
        dates, seen, act = one.challenge.dates, self._seen(one.challenge.version), self._chance.randrange(8)
        if one.challenge.state == "draft" and act < 4:
            return self._do(session, c.ScheduleChallenge(), one.id, base_version=seen)
        if act < 2:
            later = self._chance.randrange(-1, 3) * DAY_MS
            data: c.Data = c.ExtendChallenge(Dates(dates.opens_ms, dates.closes_ms + later, dates.decides_ms + 2 * later))
            return self._do(session, data, one.id, base_version=seen)
        if act == 2:
            return self._do(session, c.CancelChallenge(self._chance.choice(["", "no time"])), one.id, base_version=seen)
        entries = sorted(id_ for id_, entry in self._town().entries.items() if entry["challenge"] == one.id)
        winners = tuple(self._chance.sample(entries, min(len(entries), 2)))
        return self._do(session, c.DecideChallenge(winners), one.id, base_version=seen)

    def _new_challenge(self, session: Session, now_ms: int, was: Any) -> str:
        """A new one with its announcement; sometimes an edit of a draft."""
        prompt = self._pick(session.all("prompt_draft"))
        if prompt is None:
            return "look around"
        opens_ms = now_ms + self._chance.randrange(-DAY_MS, DAY_MS)
        closes_ms = opens_ms + self._chance.randrange(3 * DAY_MS)
        data = c.WriteChallenge(
            prompt.prompt.artist, prompt.id, "Slowest night", "", Dates(opens_ms, closes_ms, closes_ms + DAY_MS), (Criterion("feel", 5),),
            tuple(self._chance.sample(JUDGES, self._chance.randrange(3))),
        )
        if was is not None and self._chance.randrange(2):
            return self._do(session, data, was.id, base_version=self._seen(was.challenge.version))
        target = session.new_id("challenge")
        did = self._do(session, data, target)
        self._do(session, c.ScheduleChallenge(), target, after=(self._last[-1],), base_version=1)
        return did
