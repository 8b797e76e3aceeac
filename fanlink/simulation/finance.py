"""Whoever keeps the books: reports, runs, holds, and the money that leaves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from fanlink.client.session import Session
from fanlink.core import commands as c
from fanlink.core.errors import Refused
from fanlink.core.holds import HoldOutcome
from fanlink.simulation.offices import Office
from fanlink.simulation.plain import DAY_MS, day_of
from fanlink.simulation.plain_bank import ACCOUNTS
from fanlink.simulation.plain_payouts import OPEN

PASSWORD = "whatever it is"  # who types it is not what is proved here


class Finance(Office):
    """Someone at a computer who works with money: everyone has bank details, finance all the rest."""

    def _finance(self, session: Session, now_ms: int) -> str:
        did = self._after_sending(session) if self._chance.randrange(3) == 0 else None
        if did:
            return did
        roll = self._chance.randrange(24)
        if roll > 21:
            return self._convert(session, now_ms) or "look around"
        if roll > 9:
            return self._pay(session, now_ms)
        if roll > 7:
            return self._decide_hold(session)
        if roll < 4:
            digest = session.upload(self._pressing.press(self._chance, sorted(self._town().remixes), now_ms))
            return self._do(session, c.ImportReport(digest, "sales"), session.new_id("report"))
        if roll == 4:
            return self._do(session, c.IssueStatements(), self._month(now_ms))
        return self._do(session, c.RunRoyalties(), self._month(now_ms))

    def _decide_hold(self, session: Session) -> str:
        """Releases what looked bought, or gives it back."""
        holds = session.all("hold")
        one = self._pick([one for one in holds if one.state in ("held", "appealed")] or holds)
        if one is None:
            return "look around"
        outcome = self._chance.choice([HoldOutcome.RELEASE, HoldOutcome.REJECT])
        letter = "a letter" if self._chance.randrange(6) else ""
        return self._do(session, c.DecideHold(outcome, letter), one.id, base_version=self._seen(one.version))

    def _month(self, now_ms: int) -> str:
        """A month of late, or one that is none."""
        days = self._chance.randrange(-70, 40)
        return day_of(now_ms + days * DAY_MS)[:7] if self._chance.randrange(20) else "2027-13"

    # Payouts ----------------------------------------------------------------------------------------------------

    def _pay(self, session: Session, now_ms: int) -> str:
        """One step of what leads money out, mostly the next one."""
        roll = self._chance.randrange(16)
        open_ = [one for one in session.all("payout", scope="finance") if one.state in (*OPEN, "sent")]
        by = {state: [one for one in open_ if one.state == state] for state in (*OPEN, "sent")}
        if roll < 5 and by["due"]:
            one = self._pick(by["due"])
            return self._do(session, c.ApprovePayout(), one.id, base_version=self._shown(one))
        if roll < 9 and by["approved"]:
            return self._send(session, by["approved"], now_ms)
        if roll < 11 and by["sent"]:
            return self._hear_the_bank(session, by["sent"])
        given = [one["handed_ms"] for one in self._town().batches.values() if one["way"] == "file"]
        if roll == 11 or (roll < 13 and None in given):
            return self._fetch_file(session)
        if roll == 13 or (roll < 15 and self._is_due()):
            return self._propose(session, now_ms)
        one = self._pick(session.all("payout", scope="finance"))
        if one is None:
            return self._propose(session, now_ms)
        acts = (c.ApprovePayout(), c.SettlePayout(), c.FailPayout("the account is closed"), c.FailPayout(" "), c.FailPayout("a mistake"))
        return self._do(session, self._chance.choice(acts), one.id, base_version=self._shown(one))

    def _after_sending(self, session: Session) -> str | None:
        """What comes to mind of what is under way: approved by oneself already, given up in time, fetched once more."""
        town, roll = self._town(), self._chance.randrange(4)
        mine = [id_ for id_, one in town.payouts.items() if one["state"] == "due" and self._me in one["approved"]]
        if mine and roll < 2:
            return self._do(session, c.ApprovePayout(), self._pick(mine))
        batches = sorted((id_, one) for id_, one in town.batches.items() if one["way"] == "file")
        waiting = [id_ for id_, one in batches if one["handed_ms"] is None]
        given_up = [id_ for id_ in waiting if any(town.payouts[name]["state"] == "failed" for name in town.batches[id_]["payouts"])]
        changed = [id_ for id_, one in batches if any(town.goes_elsewhere(town.payouts[name]) for name in one["payouts"])]
        if given_up or (changed and roll < 3):
            return self._fetch(session, self._pick(given_up or changed))
        sent = [name for id_ in waiting for name in town.batches[id_]["payouts"] if town.payouts[name]["state"] == "sent"]
        return self._do(session, c.FailPayout("a mistake"), self._pick(sent)) if sent else None

    def _is_due(self) -> bool:
        """Whether somebody has money here that nothing keeps."""
        town = self._town()
        return any(not town.waits_for(place) for place in town.owed)

    def _shown(self, payout: Any) -> int | None:
        """The version that a payout has by now, or none: it need not be named."""
        known = self._town().payouts.get(payout.id, {"version": 1})["version"]
        return self._chance.choice((None, None, known, known, known + 1))

    def _propose(self, session: Session, now_ms: int) -> str:
        owed = sorted(self._town().owed)
        parties = (self._pick(owed)[0], "party-nobody")[: self._chance.randrange(1, 3)] if owed and self._chance.randrange(3) == 0 else ()
        currencies = self._chance.choice(((), (), (), ("EUR",), ("JPY",)))
        until = self._day(now_ms + self._chance.randrange(-60, 5) * DAY_MS) if self._chance.randrange(4) == 0 else None
        return self._do(session, c.ProposePayouts(until, currencies, parties), session.new_id("proposal"))

    @staticmethod
    def _day(at_ms: int) -> date:
        return date.fromisoformat(day_of(at_ms))

    def _send(self, session: Session, approved: list[Any], now_ms: int) -> str:
        """Those of one currency; now and then more than may go together, one twice, or on a day that no bank takes."""
        of = self._pick(approved).currency
        names = [one.id for one in approved if one.currency == of or self._chance.randrange(8) == 0]
        names = self._chance.sample(names, self._chance.randrange(1, len(names) + 1)) if names else []
        if self._chance.randrange(12) == 0:
            names += names[:1]
        bank_day = self._day(now_ms) + timedelta(days=self._chance.choice((-1, 0, 1, 60, 61))) if self._chance.randrange(3) == 0 else None
        return self._do(session, c.SendPayouts(tuple(names), bank_day), session.new_id("batch"))

    def _hear_the_bank(self, session: Session, sent: list[Any]) -> str:
        """The bank's answer arrives as a file: about some that were sent, and now and then about others."""
        names = [one.id for one in self._chance.sample(sent, self._chance.randrange(1, len(sent) + 1))]
        if self._chance.randrange(5) == 0:
            names.append(self._pick([one.id for one in session.all("payout", scope="finance")]))
        path = self._pressing.bank_answer(self._chance, names)
        return self._do(session, c.TakeBankAnswer(session.upload(path), "answer"), session.new_id("answer"))

    def _fetch_file(self, session: Session) -> str:
        """The payments file of a batch, which is the same bytes whenever it is fetched."""
        batches = self._town().batches
        waiting = sorted(id_ for id_, one in batches.items() if one["handed_ms"] is None)
        return self._fetch(session, self._pick(waiting if waiting and self._chance.randrange(3) else sorted(batches)) or "batch-none")

    def _fetch(self, session: Session, batch: str) -> str:
        kind = self._chance.choice(("csv", "pain001"))
        try:
            session.online.save_payout_file(batch, kind, session.home / f"{batch}.{kind}")
        except Refused as refused:
            return f"file {refused.reasons[0].code}"
        return f"file {batch} {kind}"

    # Conversions ------------------------------------------------------------------------------------------------

    def _conversion(self, session: Session) -> str | None:
        """Wishes for another currency, or no longer."""
        mine = self._me.replace("person-", "party-")
        known = session.all("conversion")
        one = self._pick([one for one in known if one.conversion.party == mine] if self._chance.randrange(8) else known)
        if one is not None and self._chance.randrange(3) == 0:
            return self._do(session, c.WithdrawConversion(), one.id, base_version=self._chance.choice((None, one.conversion.version)))
        here = sorted(place[1] for place in self._town().owed if place[0] == mine)
        if not here and self._chance.randrange(6):
            return None
        of = self._pick(here) if here and self._chance.randrange(8) else "EUR"
        to = {"EUR": "JPY", "JPY": "EUR"}[of] if self._chance.randrange(10) else self._chance.choice(("EUR", "euro"))
        most = self._chance.choice((None, None, "5", "123.4567891", "0.0000001", "1000000", "-1", "a lot"))
        party = mine if self._chance.randrange(10) else "party-ben"
        return self._do(session, c.AskConversion(party, of, to, most), session.new_id("conversion"))

    def _convert(self, session: Session, now_ms: int) -> str | None:
        """Fulfils a wish at a rate, which has a source and a day."""
        known = session.all("conversion", scope="finance")
        one = self._pick([one for one in known if one.conversion.state == "asked"] if self._chance.randrange(6) else known)
        if one is None:
            return None
        rate = self._chance.choice(("160.5", "162.0000001", "17/10", "0.0061", "1/163") if self._chance.randrange(6) else ("0", "1/0", "none"))
        source = self._chance.choice(("ECB", "ECB", "ECB", "ECB", "House bank", "House bank", " "))
        data = c.ConvertBalance(rate, source, self._day(now_ms + self._chance.choice((-1, 0, 0, 0, 2)) * DAY_MS))
        return self._do(session, data, one.id, base_version=self._chance.choice((None, one.conversion.version)))

    # Bank details -----------------------------------------------------------------------------------------------

    def _is_paid_elsewhere(self) -> bool:
        """Whether money is on its way to an account that this person might still change their mind about."""
        mine, town = self._me.replace("person-", "party-"), self._town()
        sent = [one for one in town.payouts.values() if one["party"] == mine and one["state"] == "sent"]
        return any(not town.goes_elsewhere(one) for one in sent)

    def _bank_details(self, session: Session) -> str | None:
        """Says where the money is to go: with the password once more, or with one that was used before."""
        mine = self._me.replace("person-", "party-")
        name, iban, bic, _ = self._chance.choice(ACCOUNTS)
        if self._chance.randrange(8) or not self._secret:
            try:
                self._secret = session.online.step_up(PASSWORD)
                self._entered_password = True
            except Refused as refused:
                return f"step-up {refused.reasons[0].code}"
        party = mine if self._chance.randrange(10) else "party-ben"
        return self._do(session, c.SetBankDetails(party, name, iban, self._secret, bic), session.new_id("bank"))
