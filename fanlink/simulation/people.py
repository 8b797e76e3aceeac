"""What people do, by role: one act, chosen by chance from what their screen shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from fanlink.client.entries import EntryState
from fanlink.client.session import Session
from fanlink.core import commands as c
from fanlink.core.cases import OUTCOMES, CaseKind, CaseState, Outcome
from fanlink.core.consents import ConsentState
from fanlink.core.errors import Refused
from fanlink.core.guard_rails import Use
from fanlink.core.remixes import RemixState
from fanlink.core.standing import Says
from fanlink.simulation.habits import Habits
from fanlink.simulation.plain import DAY_MS
from fanlink.simulation.stage import ARTISTS, SONGS
from fanlink.simulation.town import submission

STRICT = ("person-nia",)


class Person(Habits):
    """Someone at a computer: what anyone does, and what fans, rightsholders and moderators do."""

    def act(self, session: Session, now_ms: int) -> str:
        """Does one thing; returns what, for the trace."""
        did = self._habit(session)
        if did:
            return did
        roll = self._chance.randrange(100)
        if roll < 6:
            did = self._undo(session)
        elif roll < 20:
            did = self._tend(session)
        elif roll < 25:
            did = self._mischief(session)
        elif roll < 31:
            did = self._judge(session)
        elif roll < 34:
            did = self._listen(session)
        elif roll < 38 and self.role == "artist" and session.ids("consent"):
            did = self._rightsholder(session, now_ms)  # who is on the team may own a part of the songs too
        elif roll < 42:
            did = self._plead(session)
        elif roll < (58 if self._is_to_sign(session) else 47) and session.ids("sheet"):
            did = self._split(session, now_ms)
        elif roll < 50 and self.role != "moderator":
            did = self._bank_details(session) if self._chance.randrange(2) else self._conversion(session)
        return did or getattr(self, f"_{self.role}")(session, now_ms)

    # What anyone does -------------------------------------------------------------------------------------------

    def _undo(self, session: Session) -> str | None:
        waiting = [entry.id for entry in session.outbox.entries(20) if entry.state is EntryState.WAITING]
        command = self._pick(waiting if self._chance.randrange(2) else self._last)
        if command and self._taken_back(session, command, session.undo):
            self._undone(command)
            return f"undo {command}"
        return None

    def _taken_back(self, session: Session, command: str, take: Callable[[str], bool]) -> bool:
        was = session.outbox.entry(command)
        try:
            gone = take(command)
        except BaseException:
            self._unsure(command)  # it ended in the middle: nobody was told whether that was taken back
            raise
        self.tried_to_undo(was, gone)
        return gone

    def _tend(self, session: Session) -> str | None:
        """Looks after the outbox: tries again, resolves, discards."""
        entry = self._pick(entry for entry in session.outbox.entries(50) if entry.needs_you)
        if entry is None:
            return None
        try:
            if entry.state is EntryState.CONFLICT:
                choice = self._chance.choice(["mine", "theirs"])
                self.put_away.add(entry.id)
                again = session.outbox.resolve(entry.id, choice)
                if again:
                    self._told(again)
                    self.asked.add(again)
                    self.insists(again)
                return f"resolve {choice}"
            roll = self._chance.randrange(4)
            if roll == 0 and entry.command.kind == "decide_case":
                # Mended by hand: the reason that was missing, on what the case is now.
                case = session.get("case", entry.command.target)
                data = replace(entry.command.data, reasons=("quality",))
                version = case.case.version if case else entry.command.base_version
                return self._instead(session, entry, data, base_version=version)
            if roll < 2:
                return self._again(session, entry)
        except Refused:
            return "nothing to mend"
        self.put_away.add(entry.id)
        never_answered = entry.answered_ms is None
        if self._taken_back(session, entry.id, session.outbox.discard) and never_answered and session.outbox.entry(entry.id) is None:
            self._undone(entry.id)
        return "discard"

    def _mischief(self, session: Session) -> str:
        """Asks for what is not theirs."""
        kind = self._chance.randrange(10)
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
            self._do(session, c.FollowArtist(), ARTISTS[0], after=(self._last[-1],))
            return did
        if kind == 5:
            return self._do(session, c.RunRoyalties(), self._month(self._town().now_ms))
        if kind == 6:
            return self._do(session, c.AddTeamMember(self._me), self._pick(ARTISTS))
        if kind == 7:
            return self._do(session, c.RevokeMandate(), self._pick(sorted(self._town().mandates)) or "mandate-none")
        if kind == 8:
            return self._do(session, c.ImportReport("0" * 64, "nothing"), session.new_id("report"))
        return self._do(session, c.GrantConsent(), self._pick(session.ids("consent")) or "consent-none")

    def _judge(self, session: Session) -> str | None:
        """Scores an entry, of a challenge that one judges, or not."""
        entries = session.all("entry")
        blind = [one for one in entries if not one.entry.fan]  # as judges see them
        entry = self._pick(blind if blind and self._chance.randrange(6) else entries)
        if entry is None:
            return None
        points = {"feel": self._chance.randrange(7)}
        return self._do(session, c.ScoreEntry(points), entry.id, base_version=self._seen(entry.entry.version))

    def _plead(self, session: Session) -> str | None:
        """Says that the plays were real, of whatever is held."""
        known = session.all("hold")
        if not known and self._chance.randrange(4):
            return None
        hold = self._pick(known)
        target, seen = (hold.id, hold.version) if hold else (self._pick(sorted(self._town().holds)) or "hold-none", 1)
        return self._do(session, c.AppealHold("It was a party" if self._chance.randrange(6) else " "), target, base_version=self._seen(seen))

    def _listen(self, session: Session) -> str | None:
        """Plays something that the screen shows, which may be no longer as it is: who may hear it is the server's to say."""
        sounds = [one.audio for kind in ("published", "entry", "submission", "case") for one in session.all(kind, limit=5)]
        digest = self._pick(digest for digest in sounds if digest)
        try:
            return f"listen {session.asset(digest).name[:8]}" if digest else None
        except Refused as refused:
            return f"listen {refused.reasons[0].code}"

    # By role ----------------------------------------------------------------------------------------------------

    def _fan(self, session: Session, now_ms: int) -> str:
        mine = session.all("remix")
        rejected = self._pick(one for one in mine if one.remix.state is RemixState.REJECTED)
        if rejected and self._chance.randrange(3) == 0:
            return self._do(session, c.AppealRemix("Please listen again"), rejected.id, base_version=rejected.remix.version)
        roll = self._chance.randrange(12)
        if roll == 11:
            challenges = session.all("challenge", scope="public")
            running = [one for one in challenges if one.challenge.dates.opens_ms <= now_ms < one.challenge.dates.closes_ms]
            challenge = self._pick(running if running and self._chance.randrange(6) else challenges)
            if challenge and self._chance.randrange(2):
                return self._take_part(session, challenge)
            if challenge and mine:
                fitting = [one for one in mine if one.remix.prompt_version == challenge.challenge.prompt_version] or mine
                remix = self._pick(fitting).remix.id
                return self._do(session, c.EnterChallenge(challenge.id, remix), session.new_id("entry"))
        if roll < 2:
            return self._do(session, self._chance.choice([c.FollowArtist(), c.UnfollowArtist()]), self._pick(ARTISTS))
        if roll == 2 and mine:
            one = self._pick([one for one in mine if one.remix.state is not RemixState.WITHDRAWN] or mine).remix
            return self._do(session, c.WithdrawRemix(), one.id, base_version=self._seen(one.version))
        if roll == 3:
            remix = self._pick(mine)
            if remix:  # mostly one that nobody has rejected
                return self._do(session, c.AppealRemix("Please listen again"), remix.id, base_version=remix.remix.version)
        if roll == 4 and session.ids("published"):
            return self._do(session, c.ReportRemix("spam", "It is an advert"), self._pick(session.ids("published")))
        again = self._pick(one for one in mine if one.remix.state is RemixState.CHANGES_REQUESTED)
        prompts = {one.id: one for one in session.all("prompt")}
        prompt = self._pick(prompts.values())
        if prompt is None:
            return "look around"
        if again and self._chance.randrange(2):
            of = prompts.get(again.remix.prompt, prompt) if self._chance.randrange(10) else prompt
            data = replace(self._submission(of), prompt=again.remix.prompt, prompt_version=again.remix.prompt_version)
            return self._do(session, data, again.id, base_version=self._seen(again.remix.version))
        return self._do(session, self._submission(prompt), session.new_id("remix"))

    def _take_part(self, session: Session, shown: Any) -> str:
        """A remix made for a challenge, of the prompt's version that it was announced with, and its entry."""
        challenge, prompt = shown.challenge, session.get("prompt", shown.challenge.prompt)
        if prompt is None:
            return "look around"
        remix = session.new_id("remix")
        did = self._do(session, replace(self._submission(prompt), prompt_version=challenge.prompt_version), remix)
        self._do(session, c.EnterChallenge(challenge.id, remix), session.new_id("entry"), after=(self._last[-1],))
        return did

    def _submission(self, prompt: Any) -> c.SubmitRemix:
        return submission(prompt.id, prompt.digest, prompt.facts.digest, self._chance.randrange(25))

    def _rightsholder(self, session: Session, now_ms: int) -> str:
        consents = session.all("consent")
        asked = [one for one in consents if one.consent.state is ConsentState.ASKED]
        one = self._pick(asked if asked and self._chance.randrange(6) else consents)
        if one is None or self._chance.randrange(6) == 0:
            return self._mandate(session, now_ms) if self._chance.randrange(2) else self._standing(session)
        seen = self._seen(one.consent.version)
        if one.consent.state is ConsentState.GRANTED and self._chance.randrange(12 if self._restless else 25) == 0:
            if self._chance.randrange(3) == 0:
                return self._do(session, c.WithdrawCatalogue(one.consent.party), SONGS[one.consent.track].artist)
            return self._do(session, c.WithdrawConsent("enough"), one.id, base_version=seen)
        if one.consent.state is not ConsentState.ASKED and self._chance.randrange(6):
            return "look around"
        roll = self._chance.randrange(30)
        if roll == 0 and not self._restless:
            return self._do(session, c.RefuseConsent("no"), one.id, base_version=seen)
        if roll == 1 and not self._restless:
            return self._do(session, c.CounterConsent("only as a duet"), one.id, base_version=seen)
        if roll in (2, 8):
            remixes = self._town().remixes
            down = sorted(id_ for id_, one in remixes.items() if one["state"] == "taken_down")
            remix = self._pick(down if down and roll == 8 else sorted(remixes))
            if remix:
                act = c.ReinstateRemix() if roll == 8 else self._chance.choice([c.TakeDownRemix("rights_claim"), c.ReinstateRemix()])
                return self._do(session, act, remix, base_version=self._seen(self._town().remixes[remix]["version"]))
        until_ms = now_ms + self._chance.randrange(20) * DAY_MS if 3 <= roll < 7 else None
        if self._restless and roll % 2:
            until_ms = now_ms + self._chance.randrange(2, 30) * DAY_MS // 24
            if self._chance.randrange(3) == 0:
                until_ms = now_ms + self._chance.randrange(1, 120) * 60_000
        return self._do(session, c.GrantConsent(until_ms=until_ms), one.id, base_version=seen)

    def _is_to_sign(self, session: Session) -> set[str]:
        """The remixes of which a proposed sheet waits for this person."""
        town, mine = self._town(), self._me.replace("person-", "party-")
        return {one["remix"] for one in town.proposals.values() if one["state"] == "proposed" and mine in set(one["parties"]) - set(one["signed"])}

    def _split(self, session: Session, now_ms: int) -> str:
        """Signs what is proposed, answers it with something else, or proposes another split."""
        sheets, mine = session.all("sheet"), self._me.replace("person-", "party-")
        sheet = self._pick([one for one in sheets if one.id in self._is_to_sign(session)] or sheets)
        open_ = [one for one in sheet.proposals if one.state == "proposed"]
        one = self._pick([one for one in open_ if mine in one.unsigned] or open_)
        if one is not None and self._chance.randrange(4):
            signs = mine if self._chance.randrange(8) else self._pick(one.parties)
            return self._do(session, c.SignSheet(signs), one.id, base_version=self._seen(one.version))
        parties = sorted({mine, *self._town().on_sheet(sheet.id)}) if sheet.id in self._town().remixes else [mine]
        if self._chance.randrange(3) == 0:
            parties = sorted({*parties, self._chance.choice(("party-eve", "party-nia", "party-nobody"))})
        if len(parties) > 1 and self._chance.randrange(2) == 0:
            parties.remove(self._pick([one for one in parties if one != mine]))
        parts = [self._chance.randrange(1, 1000) for _ in parties]
        whole = sum(parts) + (self._chance.randrange(12) == 0)
        tree = {"shares": [{"name": party, "part": f"{part}/{whole}"} for party, part in zip(parties, parts, strict=True)]}
        begins = date.fromordinal(date(1970, 1, 1).toordinal() + now_ms // DAY_MS + self._chance.choice((-1, 0, 1, 1, 2, 9)))
        counters = (one or self._pick(sheet.proposals)).id if sheet.proposals and self._chance.randrange(3) else ""
        did = self._do(session, c.ProposeSheet(sheet.id, tree, begins, counters), session.new_id("sheet"))
        if one is not None and self._chance.randrange(2):  # and before it was seen what became of that, signs what there was
            self._do(session, c.SignSheet(mine), one.id, base_version=one.version)
        return did

    def _standing(self, session: Session) -> str:
        """Says once what is to be said to every first question, otherwise than before, or no more."""
        mine = self._me.replace("person-", "party-")
        known = [one for one in session.all("standing") if one.answer.party == mine]
        one = self._pick(known)
        if one is not None and self._chance.randrange(6) == 0:
            return self._do(session, c.WithdrawCatalogue(mine), self._pick(self._unused_by(mine) or ARTISTS))
        if one is not None and self._chance.randrange(4) == 0:
            return self._do(session, c.EndStandingAnswer(), one.id, base_version=self._seen(one.answer.version))
        tracks = self._chance.choice(((), (), (self._pick(sorted(SONGS)),), ("track-none",)[: self._chance.randrange(2)]))
        data = c.SetStandingAnswer(
            mine if self._chance.randrange(10) else "party-ben", Use.REMIX, self._chance.choice((Says.GRANT, Says.GRANT, Says.REFUSE, Says.ASK)),
            tracks, term_days=self._chance.choice((None, None, 20, 1, 0) if self._chance.randrange(3) == 0 else (None, 60)),
        )
        if one is not None and self._chance.randrange(2):
            return self._do(session, data, one.id, base_version=self._seen(one.answer.version))
        return self._do(session, data, session.new_id("standing"))

    def _unused_by(self, party: str) -> list[str]:
        """The artists whose songs this party has a part of, and of which nothing rests on its yes."""
        town = self._town()
        used = {one["track"] for one in town.consents.values() if one["party"] == party and one["state"] == "granted"}
        part = {track["artist"] for track in town.tracks.values() if party in track["parties"]}
        return sorted(part - {town.tracks[track]["artist"] for track in used})

    def _mandate(self, session: Session, now_ms: int) -> str:
        """Lets another answer, or no longer."""
        mine = self._me.replace("person-", "party-")
        given = [one for one in session.all("mandate") if not one.mandate.revoked]
        if given and self._chance.randrange(3):
            one = self._pick(given)
            return self._do(session, c.RevokeMandate(), one.id, base_version=self._seen(one.mandate.version))
        begins = date.fromordinal(date(1970, 1, 1).toordinal() + now_ms // DAY_MS + self._chance.randrange(-2, 2))
        ends = begins + timedelta(days=self._chance.randrange(-1, 30)) if self._chance.randrange(2) else None
        others = [party for party in ("party-eve", "party-cleo", "party-fin") if party != mine]
        agent = self._chance.choice([others[0], *others, "party-nobody"] if self._chance.randrange(12) else [mine])
        return self._do(session, c.GiveMandate(mine, agent, begins, ends), session.new_id("mandate"))

    def _moderator(self, session: Session, now_ms: int) -> str:
        also = [role for role in ("fan", "finance") if role in self._town().people[self._me]["roles"]]
        often = (1 if self._busy_with == "money" else 2) if "finance" in also else 4
        if also and self._chance.randrange(often) == 0:
            return str(getattr(self, f"_{self._pick(also)}")(session, now_ms))
        waiting = [one for one in session.all("case") if one.case.state is not CaseState.DECIDED]
        one = self._pick(waiting or session.all("case", limit=5))
        if one is None:
            return "look around"
        roll = self._chance.randrange(12)
        claimed = [one for one in waiting if one.case.state is CaseState.CLAIMED]
        if roll in (0, 1, 10, 11):
            one = self._pick(claimed) if roll < 2 and claimed and self._chance.randrange(2) else one
            return self._do(session, c.ClaimCase(), one.id, base_version=self._seen(one.case.version))
        if roll == 2:
            one = self._pick(claimed) if claimed and self._chance.randrange(6) else one
            return self._do(session, c.ReleaseCase(), one.id, base_version=self._seen(one.case.version))
        if roll == 3:
            shown = sorted(id_ for id_, remix in self._town().remixes.items() if remix["state"] == "published")
            if shown:
                return self._do(session, c.ReportRemix("spam", "It is an advert"), self._pick(shown))
        outcome = self._chance.choice(OUTCOMES[one.case.kind])
        if self._chance.randrange(2):
            outcome = (Outcome.REJECT if self._me in STRICT else Outcome.APPROVE) if one.case.kind is CaseKind.SUBMISSION else outcome
        reasons = ("quality",) if self._chance.randrange(10) else ()
        return self._do(session, c.DecideCase(outcome, reasons, "a letter"), one.id, base_version=one.case.version)
