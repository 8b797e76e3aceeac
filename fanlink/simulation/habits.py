"""What people do whatever their work is: press twice, ask for one thing after another, mend until it holds, join in.

None of it is wrong. Each is what somebody does sooner or later who is impatient, careful, stubborn or part of a crowd.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fanlink.client.entries import Entry, EntryState
from fanlink.client.session import Session
from fanlink.core import commands as c
from fanlink.core.cases import OUTCOMES, CaseKind
from fanlink.core.consents import ConsentState
from fanlink.core.errors import Refused
from fanlink.simulation.finance import Finance
from fanlink.simulation.plain import DAY_MS
from fanlink.simulation.stage import ARTIST

MOST_TRIES = 4


class Habits(Finance):
    """Someone at a computer, with their habits."""

    def __init__(self, *about: Any, **more: Any) -> None:
        super().__init__(*about, **more)
        self._stubborn_about: str | None = None
        self._tries = 0

    def _do(self, session: Session, data: c.Data, target: str, **more: Any) -> str:
        """Asks; now and then only after what was asked before, or twice because nothing seemed to happen."""
        before = self._last[-1] if self._last else None
        if not more.get("after") and before and self._chance.randrange(10) == 0 and session.outbox.entry(before):
            more["after"] = (before,)
        did = super()._do(session, data, target, **more)
        if more.get("base_version") is not None and "replaces" not in more and self._chance.randrange(10) == 0:
            super()._do(session, data, target, **more)
        if "base_version" in more and more["base_version"] is None and "replaces" not in more and self._chance.randrange(2):
            self._rests_on_it(session)
        return did

    def _rests_on_it(self, session: Session) -> None:
        """What was just asked lacks something; something else is to come after it, so it will be mended until it holds."""
        command = self._last[-1]
        super()._do(session, c.FollowArtist(), ARTIST, after=(command,))
        self._stubborn_about, self._tries = command, 0

    @property
    def waits_for_an_answer(self) -> bool:
        """Whether this person mends something, or entered a password for it, and so stays until it was answered."""
        return self._stubborn_about is not None or self._entered_password

    def _habit(self, session: Session) -> str | None:
        """What this person does before anything else; None for nothing."""
        self._entered_password = False
        if self._stubborn_about and self._chance.randrange(4):
            return self._mend_again(session, self._stubborn_about)
        if self._busy_with == "money" and self._is_paid_elsewhere() and self._chance.randrange(3) == 0:
            return self._bank_details(session)
        if self.role == "moderator" and (self._busy_with != "money" or self._chance.randrange(4) == 0):
            return self._among_moderators(session)
        if self.role in ("rightsholder", "artist") and self._restless and self._chance.randrange(8) == 0:
            return self._bring_back(session)
        if self.role == "rightsholder" and self._chance.randrange(2) == 0:
            return self._join_in(session)
        return None

    # Mending ----------------------------------------------------------------------------------------------------

    def _mend_again(self, session: Session, command: str) -> str | None:
        """First the same once more, in the hope that it holds now; then by hand, with what was missing."""
        entry = session.outbox.entry(command)
        if entry is None or entry.state is EntryState.ACCEPTED or entry.dealt_with or self._tries == MOST_TRIES:
            self._stubborn_about = None
            return None
        if not entry.needs_you:
            return None
        self._tries += 1
        if self._tries == 1 and entry.state is not EntryState.CONFLICT:
            return self._again(session, entry)
        did = self._mend(session, entry)
        self._stubborn_about = self._last[-1]
        return did

    def _again(self, session: Session, entry: Entry) -> str:
        self.put_away.add(entry.id)
        try:
            again = session.outbox.retry(entry.id)
        except Refused:
            return "nothing to mend"
        if again == entry.id:
            self.put_away.discard(entry.id)
        self._told(again)
        self.asked.add(again)
        if entry.id == self._stubborn_about:
            self._stubborn_about = again
        return "retry"

    def _mend(self, session: Session, entry: Entry) -> str:
        """By hand: what the thing is now, and the words that were missing."""
        command = entry.command
        data: Any = command.data
        if isinstance(data, c.DecideCase):
            data = replace(data, reasons=("quality",))
        if isinstance(data, c.SubmitRemix):
            data = replace(data, title=data.title.strip() or "Night drive")
        now = self._town().version_of(command.target)
        return self._instead(session, entry, data, base_version=now, after=tuple(one for one in command.after if session.outbox.entry(one)))

    def _instead(self, session: Session, entry: Entry, data: c.Data, **more: Any) -> str:
        """Asks for something in the place of what needs this person; what no server ever answered is gone with that."""
        self.put_away.add(entry.id)
        try:
            did = super()._do(session, data, entry.command.target, replaces=entry.id, **more)
        except BaseException:
            self._unsure(entry.id)
            raise
        if session.outbox.entry(entry.id) is None:
            self._undone(entry.id)
        return did

    # Joining in -------------------------------------------------------------------------------------------------

    def _among_moderators(self, session: Session) -> str | None:
        """What those do who share a queue and talk: claim, claim or give back what another one holds, and decide before a consent ends."""
        town, roll = self._town(), self._chance.randrange(6)
        cases = [(id_, one) for id_, one in sorted(town.cases.items()) if self._me not in one["persons"]]
        held = [id_ for id_, one in cases if one["state"] == "claimed" and one["by"] != self._me and one["lease_ms"] > town.now_ms]
        waiting = [id_ for id_, one in cases if one["state"] == "waiting"]
        if held and roll < 3:
            case = self._pick(held)
            data = c.ReleaseCase() if roll == 0 else c.ClaimCase()
            return self._do(session, data, case, base_version=town.cases[case]["version"])
        ending = any(
            one["state"] == "granted" and one["until_ms"] is not None and one["until_ms"] < town.now_ms + DAY_MS // 24
            for one in town.consents.values()
        )
        if waiting and (ending or roll == 3):
            return self._decide_twice(session, self._pick(waiting))
        if waiting and roll > 3:
            case = self._pick(waiting)
            return self._do(session, c.ClaimCase(), case, base_version=town.cases[case]["version"])
        return None

    def _decide_twice(self, session: Session, case: str) -> str:
        """A yes, and before it was seen whether that came about, what comes to mind on second thought."""
        one = self._town().cases[case]
        outcomes, seen = OUTCOMES[CaseKind(one["kind"])], one["version"]
        yes = outcomes[1] if one["kind"] == CaseKind.APPEAL else outcomes[0]
        did = self._do(session, c.DecideCase(yes), case, base_version=seen)
        self._do(session, c.DecideCase(self._chance.choice(outcomes), ("quality",), "On second thought"), case, base_version=seen)
        return did

    def _bring_back(self, session: Session) -> str | None:
        """Would have what came down up again, most of all where a yes that it rests on is gone; now and then on an old version."""
        town = self._town()
        down = sorted(id_ for id_, one in town.remixes.items() if one["state"] == "taken_down")
        lost = [id_ for id_ in down if not town.allowed(town.remixes[id_]["track"])]
        remix = self._pick(lost or down)
        if remix is None:
            return None
        seen = town.remixes[remix]["version"] - (self._chance.randrange(4) == 0)
        return self._do(session, c.ReinstateRemix(), remix, base_version=seen)

    def _join_in(self, session: Session) -> str | None:
        """Takes a yes back where another has done so and remixes are winding down already."""
        winding = any(one["state"] == "published" and one["wind_down_ms"] is not None for one in self._town().remixes.values())
        given = [one for one in session.all("consent") if one.consent.state is ConsentState.GRANTED] if winding else []
        one = self._pick(given)
        return self._do(session, c.WithdrawConsent("me too"), one.id, base_version=one.consent.version) if one else None
