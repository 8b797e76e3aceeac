"""The auditor's rules of where payouts go: bank details in versions, set with the password once more."""

from __future__ import annotations

from fractions import Fraction

from fanlink.simulation.plain import DAY_MS, No, Thing
from fanlink.simulation.plain_holds import Holds

STEP_UP_MS = 300_000
WAITS_MS = 7 * DAY_MS
# What people type, and whether it is an account: numbers that check, and some with a digit wrong or a name missing.
ACCOUNTS: tuple[tuple[str, str, str | None, bool], ...] = (
    ("Ben Sol", "DE89370400440532013000", None, True),
    ("Ben Sol", "DE89370400440532013000", "COBADEFFXXX", True),
    ("B. Sol", "GB82WEST12345698765432", "WESTGB2L", True),
    ("Night Music", "FR1420041010050500013M02606", "PSSTFRPP", True),
    ("Night Music", "NL91ABNA0417164300", None, True),
    ("Ben Sol", "DE89370400440532013001", None, False),
    ("  ", "DE89370400440532013000", None, False),
    ("Ben Sol", "NL91ABNA0417164300", "NOT A BIC", False),
)


class Bank(Holds):
    """Each party's bank details, the newest last. Older ones are seen no more, and a change counts after a week."""

    def __init__(self) -> None:
        super().__init__()
        self.bank: dict[str, list[Thing]] = {}
        self.step_ups: dict[tuple[str, str], int] = {}
        # What left parties' accounts other than by runs, or came back: (party, currency), the day of the books, the amount.
        self.moved_out: list[tuple[tuple[str, str], str, Fraction]] = []

    def stepped_up(self, person: str, secret: str, now_ms: int) -> None:
        """The password was entered once more; what that gives is good for one use and five minutes."""
        self.step_ups[person, secret] = now_ms + STEP_UP_MS

    def newest_details(self, party: str) -> Thing | None:
        """Where payouts of a party go."""
        return self.bank.get(party, [None])[-1]

    def _set_bank_details(self, person: str, command: Thing) -> None:
        data, id_ = command["data"], command["target"]
        party = data["party"]
        if party != self.people[person]["party"] or command["base_version"] is not None:
            raise No
        if any(id_ == one["id"] for some in self.bank.values() for one in some):
            raise No
        if self.step_ups.get((person, data["step_up"]), 0) <= self.now_ms:
            raise No
        typed = (data["name"], data["iban"], data.get("bic"))
        before = self.newest_details(party)
        if (*typed, True) not in ACCOUNTS or (before is not None and typed == (before["name"], before["iban"], before["bic"])):
            raise No
        del self.step_ups[person, data["step_up"]]
        self.bank.setdefault(party, []).append({
            "id": id_, "name": typed[0], "iban": typed[1], "bic": typed[2], "number": len(self.bank.get(party, [])) + 1, "by": person,
            "set_ms": self.now_ms, "from_ms": self.now_ms + (WAITS_MS if before else 0),
        })  # fmt: skip
