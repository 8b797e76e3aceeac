"""The auditor's own reading of what is chained: the ledger and the audit log, line by line as they grow."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from fanlink.simulation.plain import short_digest

Look = Callable[..., list[Any]]
Place = tuple[str, str, str]
PICO = 10**12


class Books:
    """What stands in the ledger and the audit log so far. Each call of `read` gives what is wrong with what was added."""

    def __init__(self) -> None:
        self._ledger_number, self._ledger_link = 0, ""
        self._log_number, self._log_hash = 0, "0" * 64
        self._sums: dict[Place, Fraction] = {}
        self.answered: dict[tuple[str, str], str] = {}

    def read(self, look: Look) -> list[str]:
        """Reads on from where it stopped."""
        return [*self._read_ledger(look), *self._read_log(look)]

    def balances(self) -> dict[Place, Fraction]:
        """What each account holds, those at zero left out; pots and reserves go by their remix."""
        return {place: amount for place, amount in self._sums.items() if amount}

    def _read_ledger(self, look: Look) -> list[str]:
        wrong = []
        for number, key, day, about, reverses, link in look(
            "SELECT number, key, day, about, reverses, link FROM transactions WHERE number > ? ORDER BY number", self._ledger_number
        ):
            postings = look("SELECT account, currency, amount_pico FROM postings WHERE transaction_number = ? ORDER BY place", number)
            totals: dict[str, int] = {}
            for account, currency, pico in postings:
                totals[currency] = totals.get(currency, 0) + int(pico)
                kind, _, owner = account.partition(":")
                place = (kind, owner.partition("/")[0], currency)
                self._sums[place] = self._sums.get(place, Fraction(0)) + Fraction(int(pico), PICO)
            if not postings or any(totals.values()):
                wrong.append(f"transaction {key} does not balance: {totals}")
            says = {"key": key, "day": day, "about": about, "reverses": reverses,
                    "postings": [[account, currency, _plain(int(pico))] for account, currency, pico in postings]}  # fmt: skip
            made = short_digest({"before": self._ledger_link, "transaction": says})
            if number != self._ledger_number + 1 or link != made:
                wrong.append(f"transaction {number} {key} does not follow from the one before")
            self._ledger_number, self._ledger_link = number, link
        return wrong

    def _read_log(self, look: Look) -> list[str]:
        wrong = []
        for number, *says, facts, before, made in look(
            "SELECT number, at_ms, actor, command, kind, target, outcome, facts, before, hash FROM audit WHERE number > ?"
            " ORDER BY number", self._log_number,
        ):
            expected = short_digest([number, *says, json.loads(facts), self._log_hash])
            if (number, before, made) != (self._log_number + 1, self._log_hash, expected):
                wrong.append(f"line {number} of the audit log does not follow from the one before")
            self._log_number, self._log_hash = number, made
            _, actor, command, _, _, outcome = says
            if actor != "system":
                if (actor, command) in self.answered:
                    wrong.append(f"the audit log has {command} of {actor} twice")
                self.answered[actor, command] = outcome
        return wrong

    def differences(self, wanted: Mapping[Place, Fraction]) -> list[str]:
        """Every account that does not hold what it must."""
        held = self.balances()
        return [
            f"account {':'.join(place)} holds {held.get(place, 0)}, must hold {wanted.get(place, 0)}"
            for place in sorted({*held, *wanted}) if held.get(place, 0) != wanted.get(place, 0)
        ]


def _plain(pico: int) -> str:
    """A decimal without needless zeros."""
    whole, part = divmod(abs(pico), PICO)
    decimals = f"{part:012d}".rstrip("0")
    return f"{'-' if pico < 0 else ''}{whole}{'.' + decimals if decimals else ''}"
