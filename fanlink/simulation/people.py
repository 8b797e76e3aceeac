"""What people do, by role: one act, chosen by chance from what their screen shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from fanlink.client.entries import EntryState
from fanlink.client.session import Session
from fanlink.core import commands as c
from fanlink.core.cases import OUTCOMES, CaseState, Outcome
from fanlink.core.consents import ConsentState
from fanlink.core.errors import Refused
from fanlink.core.prompts import PromptState
from fanlink.core.recipes import Recipe, Section, StemUse
from fanlink.core.remixes import RemixState
from fanlink.simulation.stage import ARTIST, TRACK, text

DAY_MS = 86_400_000
UNDO_S = 10


class Person:
    """Someone at a computer. `told` hears the id of each command that was stored, `undone` of each that was taken back."""

    def __init__(self, role: str, chance: Random, told: Callable[[str], None], undone: Callable[[str], None]) -> None:
        self.role, self._chance, self._told, self._undone = role, chance, told, undone
        self._last: list[str] = []

    def act(self, session: Session, now_ms: int) -> str:
        """Does one thing; returns what, for the trace."""
        roll = self._chance.randrange(100)
        if roll < 8:
            return self._undo(session)
        if roll < 22:
            return self._tend(session)
        if roll < 27:
            return self._mischief(session)
        return getattr(self, f"_{self.role}")(session, now_ms)

    def _do(self, session: Session, data: c.Data, target: str, **more: Any) -> str:
        undo_s = UNDO_S if self._chance.randrange(4) == 0 else 0
        command = session.do(data, target, undo_s=undo_s, **more)
        self._told(command)
        self._last = [*self._last[-9:], command]
        return f"{data.KIND} {target}"

    def _pick(self, options: Any) -> Any:
        options = list(options)
        return self._chance.choice(options) if options else None

    def _seen(self, version: int | None) -> int | None:
        """Mostly what is on the screen; sometimes a person says nothing of what they saw."""
        return version if self._chance.randrange(8) else None

    # What anyone does -------------------------------------------------------------------------------------------

    def _undo(self, session: Session) -> str:
        command = self._pick(self._last)
        if command and session.undo(command):
            self._undone(command)
            return f"undo {command}"
        return "undo nothing"

    def _tend(self, session: Session) -> str:
        """Looks after the outbox: tries again, resolves, discards."""
        entry = self._pick(entry for entry in session.outbox.entries(50) if entry.needs_you)
        if entry is None:
            return "tend nothing"
        try:
            if entry.state is EntryState.CONFLICT:
                choice = self._chance.choice(["mine", "theirs"])
                again = session.outbox.resolve(entry.id, choice)
                if again:
                    self._told(again)
                return f"resolve {choice}"
            if self._chance.randrange(3) == 0:
                again = session.outbox.retry(entry.id)
                self._told(again)
                return "retry"
        except Refused:
            return "nothing to mend"
        never_answered = entry.answered_ms is None
        if session.outbox.discard(entry.id) and never_answered and session.outbox.entry(entry.id) is None:
            self._undone(entry.id)
        return "discard"

    def _mischief(self, session: Session) -> str:
        """Asks for what is not theirs."""
        kind = self._chance.randrange(6)
        remixes = [*session.ids("published"), *(one.remix.id for one in session.all("case", limit=20))]
        if kind == 0:
            return self._do(session, c.PausePrompt(), self._pick(session.ids("prompt")) or "prompt-none")
        if kind == 1:
            return self._do(session, c.WithdrawRemix(), self._pick(remixes) or "remix-none")
        if kind == 2:
            decision = c.DecideCase(Outcome.APPROVE)
            return self._do(session, decision, self._pick(session.ids("case")) or "case-none", base_version=1)
        if kind == 3:
            return self._do(session, c.TakeDownRemix("rights_claim"), self._pick(remixes) or "remix-none")
        if kind == 4:
            did = self._do(session, c.WithdrawRemix(), "remix-none")
            self._do(session, c.FollowArtist(), ARTIST, after=(self._last[-1],))
            return did
        return self._do(session, c.GrantConsent(), self._pick(session.ids("consent")) or "consent-none")

    # By role ----------------------------------------------------------------------------------------------------

    def _fan(self, session: Session, now_ms: int) -> str:
        mine = session.all("remix")
        roll = self._chance.randrange(10)
        if roll < 2:
            return self._do(session, self._chance.choice([c.FollowArtist(), c.UnfollowArtist()]), ARTIST)
        if roll == 2 and mine:
            one = self._pick(mine).remix
            return self._do(session, c.WithdrawRemix(), one.id, base_version=self._seen(one.version))
        if roll == 3:
            one = self._pick(one for one in mine if one.remix.state is RemixState.REJECTED)
            if one:
                return self._do(session, c.AppealRemix("Please listen again"), one.id, base_version=one.remix.version)
        if roll == 4 and session.ids("published"):
            return self._do(session, c.ReportRemix("spam", "It is an advert"), self._pick(session.ids("published")))
        again = self._pick(one for one in mine if one.remix.state is RemixState.CHANGES_REQUESTED)
        prompt = self._pick(session.all("prompt"))
        if prompt is None:
            return "look around"
        if again and self._chance.randrange(2):
            data = replace(self._submission(prompt), prompt=again.remix.prompt, prompt_version=again.remix.prompt_version)
            return self._do(session, data, again.id, base_version=self._seen(again.remix.version))
        return self._do(session, self._submission(prompt), session.new_id("remix"))

    def _submission(self, prompt: Any) -> c.SubmitRemix:
        recipe = Recipe(
            "1", self._chance.randrange(25), prompt.facts.digest, "slower and calm", {"mood": "calm"}, "chill", 110.0, 0, 0.0,
            {"vocals": StemUse(), "drums": StemUse()}, (), (Section("verse", 1, 4),),
        )
        return c.SubmitRemix(prompt.id, prompt.digest, "Night drive", recipe)

    def _rightsholder(self, session: Session, now_ms: int) -> str:
        one = self._pick(session.all("consent"))
        if one is None:
            return "look around"
        seen = self._seen(one.consent.version)
        if one.consent.state is ConsentState.GRANTED and self._chance.randrange(25) == 0:
            return self._do(session, c.WithdrawConsent("enough"), one.id, base_version=seen)
        roll = self._chance.randrange(30)
        if roll == 0:
            return self._do(session, c.RefuseConsent("no"), one.id, base_version=seen)
        if roll == 1:
            return self._do(session, c.CounterConsent("only as a duet"), one.id, base_version=seen)
        until_ms = now_ms + self._chance.randrange(20) * DAY_MS if 2 <= roll < 6 else None
        return self._do(session, c.GrantConsent(until_ms=until_ms), one.id, base_version=seen)

    def _artist(self, session: Session, now_ms: int) -> str:
        drafts = session.all("prompt_draft")
        roll = self._chance.randrange(12)
        if roll == 0:
            submission = self._pick(session.all("submission"))
            if submission:
                return self._do(session, c.ThankFan("You made my day"), submission.id)
        if roll == 1:
            submission = self._pick(session.all("submission"))
            if submission:
                return self._do(session, c.TakeDownRemix("rights_claim"), submission.id, base_version=self._seen(submission.version))
        one = self._pick(drafts)
        living = [one for one in drafts if one.prompt.state not in (PromptState.WITHDRAWN, PromptState.CLOSED)]
        if one is None or len(living) < 2 or roll == 2:
            return self._new_prompt(session)
        act, version = self._chance.randrange(9), self._seen(one.prompt.version)
        if act < 3:
            data = c.WritePrompt(ARTIST, TRACK, text(self._chance.randrange(1000)))
            return self._do(session, data, one.id, base_version=version)
        simple = {3: c.AskApproval, 4: c.AskApproval, 5: c.PublishPrompt, 6: c.PublishPrompt, 7: c.PausePrompt, 8: c.ResumePrompt}
        if self._chance.randrange(25) == 0:
            simple[act] = self._chance.choice([c.ClosePrompt, c.WithdrawPrompt])
        return self._do(session, simple[act](), one.id, base_version=version)

    def _new_prompt(self, session: Session) -> str:
        """A chain: each rests on the one before."""
        target = session.new_id("prompt")
        did = self._do(session, c.WritePrompt(ARTIST, TRACK, text(self._chance.randrange(1000))), target)
        self._do(session, c.AskApproval(), target, after=(self._last[-1],), base_version=1)
        self._do(session, c.PublishPrompt(), target, after=(self._last[-1],), base_version=2)
        return did

    def _moderator(self, session: Session, now_ms: int) -> str:
        waiting = [one for one in session.all("case") if one.case.state is not CaseState.DECIDED]
        one = self._pick(waiting or session.all("case", limit=5))
        if one is None:
            return "look around"
        roll = self._chance.randrange(10)
        if roll < 2:
            return self._do(session, c.ClaimCase(), one.id, base_version=self._seen(one.case.version))
        if roll == 2:
            return self._do(session, c.ReleaseCase(), one.id, base_version=self._seen(one.case.version))
        outcome = self._chance.choice(OUTCOMES[one.case.kind])
        if self._chance.randrange(2):
            outcome = OUTCOMES[one.case.kind][0]
        reasons = ("quality",) if self._chance.randrange(10) else ()
        return self._do(session, c.DecideCase(outcome, reasons, "a letter"), one.id, base_version=one.case.version)
