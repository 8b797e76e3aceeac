"""The auditor's rules of how money leaves, written a second time without core.

The definitions are those of the design ("payout due → approved by two → sent → settled | failed", whole minor units, the rest
stays, negative balances carry) and of decision 14.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

from fanlink.simulation.plain import No, Stale, Thing, day_of, short_digest
from fanlink.simulation.plain_bank import Bank
from fanlink.simulation.plain_money import month_after

OPEN = ("due", "approved")
LEAST = {"EUR": Fraction(10), "JPY": Fraction(1500)}  # what is paid out at all
UNIT = {"EUR": Fraction(1, 100), "JPY": Fraction(1)}  # the smallest that a bank moves
Place = tuple[str, str]


def units_of(amount: Fraction, currency: str) -> int:
    """How many whole minor units a balance has; what is left of it stays."""
    return int(amount // UNIT[currency]) if amount > 0 else 0


class Payouts(Bank):
    """What is proposed, approved, sent, and what the bank says of it."""

    def __init__(self) -> None:
        super().__init__()
        self.payouts: dict[str, Thing] = {}
        self.batches: dict[str, Thing] = {}
        self.bank_answers: dict[str, str] = {}
        self.house = ""  # the account that payouts leave from
        self.provided = False  # whether a provider pays, and no file is given to a bank

    # What keeps a balance from being paid -----------------------------------------------------------------------

    def waits_for(self, place: Place, owed: Fraction | None = None) -> list[str]:
        """All that keeps a balance from being paid, but for what the clock decides."""
        party, currency = place
        owed = self.owed[place]["amount"] if owed is None else owed
        newest = self.newest_details(party)
        found = {
            "nothing_owed": owed <= 0, "below_threshold": 0 < owed < LEAST[currency], "payout_open": self._has_open(place),
            "bank_details_missing": newest is None, "bic_missing": newest is not None and currency != "EUR" and not newest["bic"],
        }
        return [code for code, holds in found.items() if holds]

    def _has_open(self, place: Place) -> bool:
        return any((one["party"], one["currency"]) == place and one["state"] in OPEN for one in self.payouts.values())

    def on_its_way(self, place: Place) -> Fraction:
        """What was sent to a party and is neither settled nor failed."""
        return sum((self.worth(one) for one in self._of(place) if one["state"] == "sent"), Fraction(0))

    def _of(self, place: Place) -> list[Thing]:
        return [one for one in self.payouts.values() if (one["party"], one["currency"]) == place]

    @staticmethod
    def worth(payout: Thing) -> Fraction:
        """A payout's amount in units of its currency."""
        return payout["minor"] * UNIT[payout["currency"]]

    # Proposed and approved --------------------------------------------------------------------------------------

    def _propose_payouts(self, person: str, command: Thing) -> None:
        self._role(person, "finance")
        data = command["data"]
        named, currencies, until = data.get("parties") or (), data.get("currencies") or (), data.get("until")
        made = {}
        for place, one in sorted(self.owed.items()):
            if (named and place[0] not in named) or (currencies and place[1] not in currencies):
                continue
            owed = min(one["amount"], self.owed_by(place, until)) if until else one["amount"]
            details = self.newest_details(place[0])
            if self.waits_for(place, owed) or details is None or self.now_ms < details["from_ms"]:
                continue
            made[f"payout-{short_digest([command['target'], *place])[:24]}"] = {
                "party": place[0], "currency": place[1], "minor": units_of(owed, place[1]), "state": "due", "by": person,
                "approved": [], "details": details["id"], "proposed_ms": self.now_ms, "sent_ms": None, "done_ms": None, "reason": "",
                "batch": None, "told_provider": False, "said": False, "version": 1,
            }  # fmt: skip
        if not made or set(made) & set(self.payouts):
            raise No
        self.payouts |= made

    def owed_by(self, place: Place, until: str) -> Fraction:
        """What was owed at the end of a day, by the days that postings have."""
        party, currency = place
        earned = sum((
            amount for (_, of, _), periods in self.posted.items() if of == currency
            for period, posted in periods.items() if _last_day(period) <= until
            for who, amount in posted.items() if who == party
        ), Fraction(0))  # fmt: skip
        return earned + sum((amount for at, day, amount in self.moved_out if at == place and day <= until), Fraction(0))

    def _approve_payout(self, person: str, command: Thing) -> None:
        self._role(person, "finance")
        payout = self._same(self.payouts, command)
        if payout["state"] != "due" or person in payout["approved"] or payout["party"] in self._acts_for(person):
            raise No
        self._need_the_same_account(payout)
        payout["approved"].append(person)
        payout.update(state="approved" if len(payout["approved"]) == 2 else "due", version=payout["version"] + 1)

    def _acts_for(self, person: str) -> set[str]:
        mine, today = self.people[person]["party"], day_of(self.now_ms)
        return {mine} | {
            one["principal"] for one in self.mandates.values()
            if one["agent"] == mine and not one["revoked"] and one["begins"] <= today and (one["ends"] is None or today <= one["ends"])
        }

    def goes_elsewhere(self, payout: Thing) -> bool:
        """Whether its payee has named another account since it was proposed."""
        newest = self.newest_details(payout["party"])
        return newest is None or newest["id"] != payout["details"]

    def _need_the_same_account(self, payout: Thing) -> None:
        if self.goes_elsewhere(payout):
            raise No

    @staticmethod
    def _same(things: dict[str, Thing], command: Thing) -> Thing:
        """The target; a version need not be named, but one that is must be the newest."""
        if command["target"] not in things:
            raise No
        thing = things[command["target"]]
        if command["base_version"] not in (None, thing["version"]):
            raise Stale
        return thing

    # Sent -------------------------------------------------------------------------------------------------------

    def _send_payouts(self, person: str, command: Thing) -> None:
        self._role(person, "finance")
        self._new(command, self.batches)
        names, today = list(command["data"]["payouts"]), date.fromisoformat(day_of(self.now_ms))
        if set(names) - set(self.payouts) or not names or max(Counter(names).values()) > 1:
            raise No
        some = [self.payouts[name] for name in names]
        if len({one["currency"] for one in some}) > 1 or any(one["state"] != "approved" for one in some):
            raise No
        asked = command["data"].get("bank_day")
        bank_day = date.fromisoformat(asked) if asked else _next_working_day(today)
        if not today <= bank_day <= today + timedelta(days=60):
            raise No
        for one in some:
            self._need_the_same_account(one)
            if self.owed[one["party"], one["currency"]]["amount"] < self.worth(one):
                raise No
        self.batches[command["target"]] = {
            "currency": some[0]["currency"], "payouts": sorted(names), "minor": sum(one["minor"] for one in some), "by": person,
            "way": "provider" if self.provided else "file", "bank_day": bank_day.isoformat(), "sent_ms": self.now_ms, "handed_ms": None,
            "files": {}, "version": 1,
        }  # fmt: skip
        for one in some:
            one.update(state="sent", batch=command["target"], sent_ms=self.now_ms, version=one["version"] + 1)
            self._leaves(one, -self.worth(one))

    def _leaves(self, payout: Thing, amount: Fraction) -> None:
        """Off the party's account, or back onto it."""
        place = payout["party"], payout["currency"]
        self._owe(place, amount)
        self.moved_out.append((place, self.open_day(), amount))
        self.owed[place]["version"] += 1

    def handed(self, batch: str, now_ms: int) -> None:
        """Its file was given away."""
        one = self.batches[batch]
        if one["handed_ms"] is None:
            one.update(handed_ms=now_ms, version=one["version"] + 1)

    def may_be_handed(self, batch: str) -> bool:
        """Whether its file may be given away: not the first time once a payout of it was given up."""
        one = self.batches.get(batch)
        if one is None or one["way"] != "file":
            return False
        return one["handed_ms"] is not None or all(self.payouts[name]["state"] != "failed" for name in one["payouts"])

    # Settled and failed -----------------------------------------------------------------------------------------

    def _settle_payout(self, person: str, command: Thing) -> None:
        self._role(person, "finance")
        self._settles(self._same(self.payouts, command))

    def _settles(self, payout: Thing) -> None:
        if payout["state"] == "settled":
            return
        if payout["state"] != "sent":
            raise No
        payout.update(state="settled", done_ms=self.now_ms, version=payout["version"] + 1)
        self.owed[payout["party"], payout["currency"]]["version"] += 1

    def _fail_payout(self, person: str, command: Thing) -> None:
        self._role(person, "finance")
        payout = self._same(self.payouts, command)
        if self._with_the_provider(payout):
            raise No
        self._fails(payout, command["data"]["reason"])

    @staticmethod
    def _with_the_provider(payout: Thing) -> bool:
        return bool(payout["state"] == "sent" and payout["told_provider"] and not payout["said"])

    def _fails(self, payout: Thing, reason: str) -> None:
        if payout["state"] == "failed":
            return
        if payout["state"] == "settled" or not reason.strip():
            raise No
        was = payout["state"]
        payout.update(state="failed", reason=" ".join(reason.split()), done_ms=self.now_ms, version=payout["version"] + 1)
        if was == "sent":
            self._leaves(payout, self.worth(payout))

    def _take_bank_answer(self, person: str, command: Thing) -> None:
        self._role(person, "finance")
        self._new(command, self.bank_answers)
        file = self.files.get(command["data"]["asset"])
        if not isinstance(file, dict):
            raise No
        for name, said, _ in file["answers"]:
            payout = self.payouts.get(name)
            if payout is None or payout["state"] in OPEN or (said == "failed" and self._with_the_provider(payout)):
                raise No
            if (payout["state"], said) in (("settled", "failed"), ("failed", "settled")):
                raise No
        for name, said, reason in file["answers"]:
            if said == "settled":
                self._settles(self.payouts[name])
            elif said == "failed":
                self._fails(self.payouts[name], reason or "the bank gave no reason")
        self.bank_answers[command["target"]] = person

    # Providers --------------------------------------------------------------------------------------------------

    def tells_provider(self, payout: str) -> None:
        """It is durable that a provider hears of this payout."""
        self.payouts[payout]["told_provider"] = True

    def provider_said(self, payout: str, refused: str) -> None:
        """The provider's answer was kept; its no gives the money back."""
        one = self.payouts[payout]
        if not one["said"]:
            one["said"] = True
            if refused:
                self._fails(one, refused)

    # The books --------------------------------------------------------------------------------------------------

    def open_day(self) -> str:
        """The day that is written into the books: today, or the first of the month after those that are closed."""
        today, last = day_of(self.now_ms), max(self.closed, default="")
        return today if today[:7] > last else f"{month_after(last)}-01"

    def balances(self) -> dict[tuple[str, str, str], Fraction]:
        """Besides what runs posted: what is on its way, and what left the house's account."""
        sums = super().balances()
        for one in self.payouts.values():
            if one["state"] not in ("sent", "settled"):
                continue
            other = ("sent", one["party"]) if one["state"] == "sent" else ("bank", self.house)
            for (kind, owner), amount in ((("party", one["party"]), self.worth(one)), (other, -self.worth(one))):
                place = (kind, owner, one["currency"])
                sums[place] = sums.get(place, Fraction(0)) + amount
        return {place: amount for place, amount in sums.items() if amount}

    def payable_moments(self) -> list[int]:
        """When other bank details begin to count."""
        return [one[-1]["from_ms"] for one in self.bank.values()]


def _last_day(period: str) -> str:
    return (date.fromisoformat(f"{month_after(period)}-01") - timedelta(days=1)).isoformat()


def _next_working_day(today: date) -> date:
    """The day after, or the Monday after a weekend."""
    return today + timedelta(days={4: 3, 5: 2}.get(today.weekday(), 1))


