"""The auditor's rules of conversions, written a second time without core.

The definition is that of decision 14: only where the party asked, one wish for one conversion; two balanced halves through the
exchange account of the rate's source; the party gets floor(amount · rate · 10^6) millionths, what payouts will take stays.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction

from fanlink.simulation.plain import No, Thing, day_of
from fanlink.simulation.plain_payouts import OPEN, UNIT, Payouts

MICRO = Fraction(1, 10**6)


class Conversions(Payouts):
    """What parties wish for, and what was posted for it."""

    def __init__(self) -> None:
        super().__init__()
        self.conversions: dict[str, Thing] = {}
        self.converted_on: set[tuple[str, str, str]] = set()

    def _ask_conversion(self, person: str, command: Thing) -> None:
        data = command["data"]
        if data["party"] != self.people[person]["party"]:
            raise No
        self._new(command, self.conversions)
        known = {data["from_currency"], data["to_currency"]} <= set(UNIT)
        most = _amount(data["amount"]) if data.get("amount") is not None else None
        if not known or data["from_currency"] == data["to_currency"] or (most is not None and most <= 0):
            raise No
        self.conversions[command["target"]] = {
            "party": data["party"], "from": data["from_currency"], "to": data["to_currency"], "most": most, "by": person, "state": "asked",
            "rate": None, "source": "", "day": None, "taken": Fraction(0), "given": Fraction(0), "version": 1,
        }  # fmt: skip

    def _withdraw_conversion(self, person: str, command: Thing) -> None:
        wish = self._need(self.conversions, command["target"])
        if wish["party"] != self.people[person]["party"]:
            raise No
        self._same(self.conversions, command)
        if wish["state"] != "asked":
            raise No
        wish.update(state="withdrawn", version=wish["version"] + 1)

    def _convert_balance(self, person: str, command: Thing) -> None:
        self._role(person, "finance")
        wish, data = self._same(self.conversions, command), command["data"]
        rate, source = _rate(data["rate"]), " ".join(data["source"].split())
        place = (wish["party"], wish["from"])
        owed = self.owed[place]["amount"] if place in self.owed else Fraction(0)
        free = owed - sum((self.worth(one) for one in self._of(place) if one["state"] in OPEN), Fraction(0))
        taken = min(free, wish["most"]) if wish["most"] is not None else free
        given = (max(taken, Fraction(0)) * (rate or 0) / MICRO).__floor__() * MICRO
        if wish["state"] != "asked" or rate is None or not source or wish["party"] == self.people[person]["party"] or given <= 0:
            raise No
        if data["day"] > day_of(self.now_ms):
            raise No
        wish.update(
            state="converted", rate=rate, source=source, day=data["day"], taken=taken, given=given, version=wish["version"] + 1
        )
        for currency, amount in ((wish["from"], -taken), (wish["to"], given)):
            at = (wish["party"], currency)
            self._owe(at, amount)
            self.moved_out.append((at, self.open_day(), amount))
            self.converted_on.add((self.open_day()[:7], *at))
            self.owed[at]["version"] += 1
        # It stands on both statements of its month: at once where one was calculated, else with the next run.
        party, month = wish["party"], self.open_day()[:7]
        if any(key[:2] == (party, month) and state != "issued" for key, (state, _) in self.statements.items()):
            self._tell(month, "calculated", only=party)

    def converted(self, month: str) -> set[tuple[str, str]]:
        """Which balances conversions moved in a month."""
        return {(party, currency) for of, party, currency in self.converted_on if of == month}

    def converted_months(self) -> set[str]:
        """The months into which a conversion was posted."""
        return {month for month, _, _ in self.converted_on}

    def balances(self) -> dict[tuple[str, str, str], Fraction]:
        """Besides: two halves for each conversion, through the exchange account of its source."""
        sums = super().balances()
        for one in self.conversions.values():
            for currency, amount in ((one["from"], one["taken"]), (one["to"], -one["given"])):
                for kind, owner, part in (("party", one["party"], amount), ("exchange", one["source"], -amount)):
                    sums[kind, owner, currency] = sums.get((kind, owner, currency), Fraction(0)) + part
        return {place: amount for place, amount in sums.items() if amount}


def _amount(text: str) -> Fraction:
    """What was written, in whole millionths; nothing where it cannot be read."""
    try:
        return (Fraction(Decimal(text)) / MICRO).__floor__() * MICRO
    except (InvalidOperation, ValueError):
        return Fraction(0)


def _rate(text: str) -> Fraction | None:
    """A rate above nothing, as a decimal or a fraction."""
    try:
        rate = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
    return rate if rate > 0 else None
