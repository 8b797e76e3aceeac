"""Every payout traced again, by other code: cent to posting to report line to remix to prompt version to consent.

Written from the definition alone: a credit joins the end of a party's line, a debit takes from its front, a refund takes first
from the newest credits of its own pot, what came back is put in front again, and what was converted carries what it was made of.
The ledger is read once, in its order; what is held is what each party is still owed, and what its payouts were made of.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol

from fanlink.core.amounts import minor_exponent
from fanlink.royalties.verify_kept import beyond_owed

MICRO = 10**6
Pot = tuple[str, str, str]
Row = Mapping[str, Any]
OPEN_LEAVES = ("remixer", "ancestor")
LEFT = {"due": (0, 0, 0), "approved": (0, 0, 0), "sent": (1, 0, 0), "settled": (1, 1, 0)}


class Paid(Protocol):
    """The rows that payouts rest on, beside the ledger; each as its stored value."""

    def payouts(self) -> Iterable[Row]: ...
    def balances(self) -> Iterable[Row]: ...
    def conversions(self) -> Iterable[Row]: ...
    def remixes(self) -> Iterable[Row]: ...
    def prompt_versions(self) -> Iterable[tuple[str, str]]: ...
    def owners(self) -> Iterable[tuple[str, str]]: ...
    def consents(self) -> Iterable[Row]: ...


class Noted(Protocol):
    """Who hears of what is not as it must be."""

    def differs(self, what: str, where: tuple[str, ...], found: object, expected: object) -> None: ...


@dataclass(slots=True)
class Credit:
    """Millionths that wait to be paid: of a pot, or of a conversion that was made of others. Neither: no earning."""

    micro: int
    pot: Pot | None = None
    made_of: tuple[Credit, ...] = ()


@dataclass(slots=True)
class Line:
    """What one party is owed in one currency, the first credit in front; `short` is what it was paid ahead."""

    credits: deque[Credit] = field(default_factory=deque)
    short: int = 0

    def give(self, micro: int, pot: Pot | None, made_of: tuple[Credit, ...]) -> None:
        """A credit: what was paid ahead is taken off it first."""
        ahead = min(self.short, micro)
        self.short -= ahead
        if micro > ahead:
            self.credits.append(Credit(micro - ahead, pot, made_of))

    def take(self, micro: int, pot: Pot | None) -> tuple[Credit, ...]:
        """A debit; a refund of a pot begins with the newest credits of that pot."""
        own = [each for each in reversed(self.credits) if pot is not None and each.pot == pot]
        taken = []
        for each in own:
            part = min(each.micro, micro)
            if part:
                taken.append(Credit(part, each.pot, each.made_of))
                each.micro -= part
                micro -= part
        if own:
            self.credits = deque(each for each in self.credits if each.micro)
        while micro and self.credits:
            first = self.credits[0]
            part = min(first.micro, micro)
            taken.append(Credit(part, first.pot, first.made_of))
            first.micro -= part
            micro -= part
            if not first.micro:
                self.credits.popleft()
        self.short += micro
        return tuple(taken)


class Payouts:
    """Takes the ledger transaction by transaction, then says what differs."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], Line] = {}
        self._made_of: dict[str, tuple[Credit, ...]] = {}
        self._left: dict[str, tuple[str, str, int]] = {}
        self._count: dict[str, int] = {}
        self._converted: dict[str, list[tuple[str, str, int]]] = {}
        self._balances: dict[tuple[str, str, str], int] = {}
        self._highest: dict[tuple[str, str], int] = {}

    def take(self, rows: list[Row]) -> None:
        """One transaction: its postings in order."""
        head, moved = rows[0], {}
        key = head["key"]
        if head["account"] is None:
            return
        for row in rows:
            kind, _, owner = str(row["account"]).partition(":")
            if kind not in ("party", "held", "sent"):
                continue
            micro = -int(row["amount_pico"]) // MICRO
            place = owner, row["currency"], kind
            self._balances[place] = self._balances.get(place, 0) + micro
            if kind == "party":
                self._highest[owner, row["currency"]] = max(self._highest.get((owner, row["currency"]), 0), self._balances[place])
            if kind != "sent":
                moved[owner, row["currency"]] = moved.get((owner, row["currency"]), 0) + micro
        if key.startswith("payout:"):
            self._count[key] = self._count.get(key, 0) + 1
        if key.startswith("conversion:"):
            self._converted[key] = [(owner, currency, micro) for (owner, currency), micro in sorted(moved.items())]
        self._move(head, moved)

    def _move(self, head: Row, moved: Mapping[tuple[str, str], int]) -> None:
        key, taken = head["key"], ()
        for (owner, currency), micro in moved.items():
            if micro < 0:
                taken = self._line(owner, currency).take(-micro, _pot(head))
                if key.startswith("payout:"):
                    self._made_of[key], self._left[key] = taken, (owner, currency, -micro)
        for (owner, currency), micro in moved.items():
            back = self._made_of.get(head["reverses"] or "", ())
            if micro > 0 and back and sum(each.micro for each in back) == micro:
                self._line(owner, currency).credits.extendleft(Credit(each.micro, each.pot, each.made_of) for each in reversed(back))
            elif micro > 0:
                self._line(owner, currency).give(micro, _pot(head), taken if key.startswith("conversion:") else ())

    def _line(self, owner: str, currency: str) -> Line:
        return self._lines.setdefault((owner, currency), Line())

    # Comparing ------------------------------------------------------------------------------------------------------

    def compare(self, noted: Noted, paid: Paid, sheets: Mapping[str, list[dict[str, Any]]], reported: Iterable[Pot]) -> int:
        """Names what differs; gives how many payouts were traced. `sheets` are by remix, `reported` the pots with report lines."""
        self._compare_balances(noted, paid)
        self._compare_conversions(noted, paid)
        chain = _Chain(paid, sheets, frozenset(reported))
        there = set()
        for payout in paid.payouts():
            there.add(payout["id"])
            self._compare_payout(noted, payout, chain)
        for key in sorted(self._count):
            if key.split(":")[1] not in there:
                noted.differs("payout", (key.split(":")[1],), None, key)
        return len(there)

    def _compare_payout(self, noted: Noted, payout: Row, chain: _Chain) -> None:
        name, left = payout["id"], payout["sent_ms"] is not None
        keys = [f"payout:{name}:{word}" for word in ("sent", "settled", "failed")]
        posted = tuple(self._count.get(key, 0) for key in keys)
        noted.differs("payout postings", (name, payout["state"]), posted, LEFT.get(payout["state"], (int(left), 0, int(left))))
        if not left:
            highest = self._highest.get((payout["party"], payout["currency"]), 0)
            noted.differs("payout beyond what was owed", (name,), beyond_owed(payout, highest), False)
            return
        noted.differs("payout approvals", (name,), len(set(payout["approved_by"])) >= 2, True)
        micro = payout["minor_units"] * 10 ** (6 - minor_exponent(payout["currency"]))
        noted.differs("payout amount", (name,), self._left.get(keys[0]), (payout["party"], payout["currency"], micro))
        made_of = list(_ends(self._made_of.get(keys[0], ())))
        whole = sum(each.micro for each in self._made_of.get(keys[0], ()))
        noted.differs("payout earned", (name,), Fraction(whole, MICRO), Fraction(micro, MICRO))
        for pot in sorted({each.pot for each in made_of if each.pot is not None}):
            for link in chain.missing(pot, payout["party"]):
                noted.differs("payout traced", (name, *pot), link, "there")
        if any(each.pot is None for each in made_of):
            noted.differs("payout traced", (name,), "a credit that is neither earned nor converted", "there")

    def _compare_balances(self, noted: Noted, paid: Paid) -> None:
        kept = {}
        for row in paid.balances():
            for kind, word in (("party", "owed"), ("held", "held"), ("sent", "sent")):
                kept[row["party"], row["currency"], kind] = row[f"{word}_micro"]
        for place in sorted({*kept, *self._balances}):
            noted.differs("balance", place, Fraction(kept.get(place, 0), MICRO), Fraction(self._balances.get(place, 0), MICRO))

    def _compare_conversions(self, noted: Noted, paid: Paid) -> None:
        """Each wish that was fulfilled moved what its rate leads to, and nothing else was converted."""
        known = set()
        for row in paid.conversions():
            key = f"conversion:{row['id']}"
            if row["state"] != "converted":
                noted.differs("conversion", (row["id"],), self._converted.get(key), None)
                continue
            known.add(key)
            given = Fraction(row["rate"]) * row["from_micro"]
            should = [(row["party"], row["from_currency"], -row["from_micro"]), (row["party"], row["to_currency"], given.numerator // given.denominator)]
            noted.differs("conversion", (row["id"],), self._converted.get(key), sorted(should))
        for key in sorted(set(self._converted) - known):
            noted.differs("conversion", (key,), self._converted[key], None)


class _Chain:
    """From a pot on: report lines, remix, prompt version, consents."""

    def __init__(self, paid: Paid, sheets: Mapping[str, list[dict[str, Any]]], reported: frozenset[Pot]) -> None:
        self._reported = reported
        self._shares = {(remix, one["version"]): one for remix, some in sheets.items() for one in some}
        self._remixes = {row["id"]: row for row in paid.remixes()}
        self._versions = set(paid.prompt_versions())
        self._owners: dict[str, set[str]] = {}
        for track, party in paid.owners():
            self._owners.setdefault(track, set()).add(party)
        self._answered = {(row["track"], row["party"]) for row in paid.consents() if row["use"] == "remix" and row["answered_ms"] is not None}
        self._known: dict[Pot, tuple[str, ...]] = {}

    def missing(self, pot: Pot, party: str) -> tuple[str, ...]:
        """The links that are not there, in words; the party must be on the sheet."""
        if pot not in self._known:
            self._known[pot] = tuple(self._links(pot))
        sheet = self._shares.get(pot[:2])
        absent = sheet is None or party not in sheet["shares"]
        return (*self._known[pot], *((f"share of {party}",) if absent else ()))

    def _links(self, pot: Pot) -> Iterator[str]:
        if pot not in self._reported:
            yield "report lines"
        sheet, remix = self._shares.get(pot[:2]), self._remixes.get(pot[0])
        if sheet is None:
            yield "split sheet"
        if remix is None:
            yield "remix"
            return
        if (remix["prompt"], remix["prompt_version"]) not in self._versions:
            yield "prompt version"
        owners = self._owners.get(remix["track"], set())
        if not owners:
            yield "owners of the track"
        # whoever owns the track and signed the sheet for it owned it then, and so was asked before anything was published
        signed = owners & sheet["owners"] if sheet is not None else set()
        for party in sorted(signed):
            if (remix["track"], party) not in self._answered:
                yield f"consent of {party}"


def owners_of(tree: Iterable[Row]) -> set[str]:
    """Who is on a sheet for the track itself: everyone but the fan and the remixes above."""
    found: set[str] = set()
    waiting = [node for node in tree if node["name"] not in OPEN_LEAVES]
    while waiting:
        node = waiting.pop()
        waiting += node.get("below", ())
        if not node.get("below"):
            found.add(node["name"])
    return found


def _pot(head: Row) -> Pot | None:
    return (head["remix"], head["sheet"], head["pot_currency"]) if head["remix"] else None


def _ends(credits: Iterable[Credit]) -> Iterator[Credit]:
    """The credits that a payout comes down to, through every conversion."""
    for each in credits:
        if each.made_of:
            yield from _ends(each.made_of)
        else:
            yield each
