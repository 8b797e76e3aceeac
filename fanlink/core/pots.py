"""THE formula: what each party of a pot has earned, and what a run must post.

A pot is all revenue of one remix under one sheet version in one currency. Per remix and currency, over the sheet
versions v by effective date, with gross G_v and a recoupment of R_v to one party:

    r_v    = min(max(G_v, 0), max(R_v - what that party recouped in earlier versions, 0))
    E      = share * (G - r)  [+ r for the recouping party]
    earned = sign(E) * floor(|E| * 10^6)          millionths, whole
    rest   = G - sum(earned) / 10^6               the pot's reserve, with the sign of G

A posting is the difference between two such entitlements, so order, batches and corrections cannot matter
(the design's chapter "Money"). Everything is integer arithmetic; amounts in pico (`core/amounts.py`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import lcm

from fanlink.core.amounts import CURRENCY, PICO_PER_MICRO, fraction_text
from fanlink.core.errors import Reason, Refused


@dataclass(frozen=True, slots=True)
class Recoupment:
    """What one party gets back before anything is split; refused unless it is more than nothing."""

    party: str
    amount_pico: int
    currency: str

    def __post_init__(self) -> None:
        reasons = []
        if not isinstance(self.amount_pico, int) or self.amount_pico <= 0:
            reasons.append(Reason("recoupment_not_positive", {"party": self.party}))
        if not CURRENCY.fullmatch(self.currency):
            reasons.append(Reason("currency_unknown", {"currency": self.currency}))
        if reasons:
            raise Refused(reasons)


@dataclass(frozen=True, slots=True)
class Terms:
    """A sheet version as the formula sees it: flat exact shares that sum to 1, and perhaps a recoupment.

    Refused: `shares_not_whole`, `share_out_of_range`, `recouping_party_not_on_sheet`.
    """

    version: str
    effective_from: date
    shares: Mapping[str, Fraction]
    recoupment: Recoupment | None = None
    denominator: int = field(init=False, repr=False, compare=False)
    parties: tuple[str, ...] = field(init=False, repr=False, compare=False)
    numerators: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        parties = tuple(sorted(self.shares))
        ratios = [self.shares[party].as_integer_ratio() for party in parties]
        denominator = lcm(*[below for _, below in ratios])
        numerators = tuple([above * (denominator // below) for above, below in ratios])
        reasons = []
        if min(numerators, default=0) < 0:
            reasons += [
                Reason("share_out_of_range", {"name": party, "part": fraction_text(self.shares[party])})
                for party, numerator in zip(parties, numerators, strict=True)
                if numerator < 0
            ]
        if not numerators or sum(numerators) != denominator:
            total = fraction_text(Fraction(sum(numerators), denominator))
            reasons.append(Reason("shares_not_whole", {"under": "", "sum": total}))
        if self.recoupment is not None and self.recoupment.party not in self.shares:
            reasons.append(Reason("recouping_party_not_on_sheet", {"party": self.recoupment.party}))
        if reasons:
            raise Refused(reasons)
        object.__setattr__(self, "denominator", denominator)
        object.__setattr__(self, "parties", parties)
        object.__setattr__(self, "numerators", numerators)


@dataclass(frozen=True, slots=True)
class Pot:
    """What the formula says of one pot. `earned_micro` has every party of the sheet, zeros too."""

    version: str
    currency: str
    gross_pico: int
    recouped_before_pico: int
    recouped_pico: int
    earned_micro: Mapping[str, int]
    reserve_pico: int


def in_order(terms: Iterable[Terms]) -> tuple[Terms, ...]:
    """The versions by effective date; refused as `sheet_date_repeated` or `sheet_version_repeated`."""
    ordered = tuple(sorted(terms, key=lambda each: each.effective_from))
    reasons = [
        Reason("sheet_date_repeated", {"effective_from": one.effective_from.isoformat()})
        for one, other in zip(ordered, ordered[1:], strict=False) if one.effective_from == other.effective_from
    ]  # fmt: skip
    versions = [each.version for each in ordered]
    if len(set(versions)) < len(versions):
        twice = sorted({version for version in versions if versions.count(version) > 1})
        reasons += [Reason("sheet_version_repeated", {"version": version}) for version in twice]
    if reasons:
        raise Refused(reasons)
    return ordered


def in_force(ordered: Sequence[Terms], period_end: date) -> Terms | None:
    """The version with the greatest effective date up to `period_end`; none before the first."""
    place = bisect_right(ordered, period_end, key=lambda each: each.effective_from)
    return ordered[place - 1] if place else None


def pots_of(ordered: Sequence[Terms], gross_pico: Mapping[str, int], currency: str) -> tuple[Pot, ...]:
    """The pots of one remix in one currency, one for each version that `gross_pico` names, by effective date.

    `ordered` is as `in_order` gives it: all versions of the remix. A version without a gross has no pot and recoups
    nothing.
    """
    recouped: dict[str, int] = {}
    pots = []
    for terms in ordered:
        if terms.version not in gross_pico:
            continue
        claim = terms.recoupment
        before = recouped.get(claim.party, 0) if claim is not None and claim.currency == currency else 0
        made = pot_of(terms, currency, gross_pico[terms.version], before)
        if claim is not None and claim.currency == currency:
            recouped[claim.party] = before + made.recouped_pico
        pots.append(made)
    assert len(pots) == len(gross_pico), "a gross names a sheet version that is not among the terms"
    return tuple(pots)


def pot_of(terms: Terms, currency: str, gross_pico: int, recouped_before_pico: int = 0) -> Pot:
    """One pot, where it is known what its recouping party got back under earlier versions of the sheet."""
    claim, before, now = terms.recoupment, 0, 0
    if claim is not None and claim.currency == currency:
        before = recouped_before_pico
        now = min(max(gross_pico, 0), max(claim.amount_pico - before, 0))
    claimant = terms.parties.index(claim.party) if claim is not None and now else 0
    micro = entitlements_micro(terms.numerators, terms.denominator, gross_pico, now, claimant)
    reserve = reserve_of(gross_pico, micro)
    earned = dict(zip(terms.parties, micro, strict=True))
    return Pot(terms.version, currency, gross_pico, before, now, earned, reserve)


def entitlements_micro(
    numerators: Sequence[int], denominator: int, gross_pico: int, recouped_pico: int = 0, claimant: int = 0
) -> list[int]:
    """E of every party of one pot, in whole millionths: `numerators` over one denominator, `claimant` the place that recoups.

    Every entitlement of a pot has the sign of its gross, since no more is recouped than there is.
    """
    split, unit = gross_pico - recouped_pico, denominator * PICO_PER_MICRO
    exact = [numerator * split for numerator in numerators]
    if recouped_pico:
        exact[claimant] += denominator * recouped_pico
    return [each // unit for each in exact] if gross_pico >= 0 else [-(-each // unit) for each in exact]


def reserve_of(gross_pico: int, earned_micro: Iterable[int]) -> int:
    """What is left of a pot's gross when every party has what it earned, in pico."""
    reserve = gross_pico - sum(earned_micro) * PICO_PER_MICRO
    assert reserve == 0 or (reserve > 0) == (gross_pico > 0), "a reserve takes the sign of its gross"
    return reserve


def entitlement_micro(numerator: int, denominator: int, split_pico: int, recouped_pico: int = 0) -> int:
    """sign(E) * floor(|E| * 10^6) for E = numerator/denominator * split + recouped; whole millionths."""
    exact = numerator * split_pico + denominator * recouped_pico
    micro = abs(exact) // (denominator * PICO_PER_MICRO)
    return -micro if exact < 0 else micro


def differences(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """What must be posted to get from one entitlement to another, by party, zeros left out."""
    changes = {party: after.get(party, 0) - before.get(party, 0) for party in sorted({*before, *after})}
    return {party: micro for party, micro in changes.items() if micro}
