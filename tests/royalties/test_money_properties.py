"""Promises about money, held against a second implementation written from the definition only.

The number of cases is FANLINK_PROOF_CASES in the proof, a small fixed number in the ordinary tests.
"""

import os
import random
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanlink.core.amounts import MICRO, pico_of, plain
from fanlink.core.ledger import Account, Kind, balances, pot_is_split, revenue_arrives
from fanlink.core.pots import Recoupment, Terms, differences, in_force, in_order, pots_of
from fanlink.core.reports import REQUIRED, read_line
from tests.royalties.definition import compute

DAYS = [date(2026, month, day) for month in (1, 2, 3, 4) for day in (1, 15, 28)]
CURRENCIES = ("EUR", "USD", "JPY")
PARTIES = ("a", "b", "c", "d", "e")


def random_shares(rng):
    parties = rng.sample(PARTIES, rng.randint(1, len(PARTIES)))
    parts = [rng.choice((0, 1, 1, 2, 3, rng.randint(0, 10 ** rng.randint(1, 12)))) for _ in parties]
    parts[0] += not sum(parts)
    return {party: Fraction(part, sum(parts)) for party, part in zip(parties, parts, strict=True)}


def random_sheets(rng):
    sheets = []
    for number, day in enumerate(rng.sample(DAYS, rng.randint(1, 4))):
        shares = random_shares(rng)
        sheet = {
            "version": f"v{number}",
            "effective_from": day.isoformat(),
            "shares": {p: str(s) for p, s in shares.items()},
        }
        if rng.random() < 0.6:
            amount = plain(rng.randint(1, 10 ** rng.randint(1, 17)))
            sheet["recoup"] = {
                "party": rng.choice(list(shares)),
                "amount": amount,
                "currency": rng.choice(CURRENCIES[:2]),
            }
        sheets.append(sheet)
    return sheets


def random_lines(rng, most=8):
    lines = []
    for number in range(rng.randint(0, most)):
        pico = rng.choice((-1, 1, 1)) * rng.randint(0, 10 ** rng.randint(1, 30) - 1)
        lines.append(
            {"report_id": "rep", "line_id": str(number), "remix_id": "r1", "service": "S", "territory": "FR",
             "period_start": "2026-01-01", "period_end": rng.choice(DAYS).isoformat(), "units": "1",
             "revenue": plain(pico), "currency": rng.choice(CURRENCIES)}
        )  # fmt: skip
    return lines


def terms_of(sheets):
    made = []
    for sheet in sheets:
        claim = sheet.get("recoup")
        recoupment = Recoupment(claim["party"], pico_of(claim["amount"]), claim["currency"]) if claim else None
        shares = {party: Fraction(share) for party, share in sheet["shares"].items()}
        made.append(Terms(sheet["version"], date.fromisoformat(sheet["effective_from"]), shares, recoupment))
    return in_order(made)


def ours(lines, sheets):
    ordered = terms_of(sheets)
    gross = {}
    for cells in lines:
        line = read_line(cells, "", None)
        found = in_force(ordered, line.period_end)
        if found:
            place = gross.setdefault(line.currency, {})
            place[found.version] = place.get(found.version, 0) + line.revenue_pico
    return [pot for currency, per_version in gross.items() for pot in pots_of(ordered, per_version, currency)]


def check_against_the_definition(rng):
    sheets, lines = random_sheets(rng), random_lines(rng)
    earned, expected, _ = compute(lines, {"r1": sheets})
    pots = ours(lines, sheets)
    assert {("r1", pot.version, pot.currency, p): m for pot in pots for p, m in pot.earned_micro.items()} == earned
    assert {("r1", pot.version, pot.currency): Fraction(plain(pot.reserve_pico)) for pot in pots} == {
        pot: reserve for pot, (_, reserve) in expected.items()
    }
    for pot in pots:
        assert sum(pot.earned_micro.values()) * MICRO + pot.reserve_pico == pot.gross_pico
        assert pot.reserve_pico * pot.gross_pico >= 0
        assert abs(pot.reserve_pico) < max(len(pot.earned_micro), 1) * MICRO


def check_that_any_batching_posts_the_same(rng):
    """Run after each batch of lines in a random order, posting differences only: the books end the same."""
    sheets, lines = random_sheets(rng), random_lines(rng, most=6)
    rng.shuffle(lines)
    ordered = terms_of(sheets)
    books, posted, reserves = [], {}, {}
    day = date(2026, 5, 1)
    for until in sorted({rng.randint(0, len(lines)), len(lines)}):
        for pot in ours(lines[:until], sheets):
            place = pot.version, pot.currency
            before, rest = posted.get(place, {}), reserves.get(place, 0)
            account = Account(Kind.POT, f"r1/{pot.version}")
            had = sum(before.values()) * MICRO + rest
            arrived = revenue_arrives("in", day, "report", "S", pot.currency, {account: pot.gross_pico - had})
            split = pot_is_split("run", day, "run", "r1", pot, before, rest)
            books += [one for one in (arrived, split) if one]
            posted[place], reserves[place] = dict(pot.earned_micro), pot.reserve_pico
    held = balances(books)
    assert not any(account.kind == Kind.POT for account, _ in held)
    assert sum(amount for (_, currency), amount in held.items() if currency == "EUR") == 0
    owed = {}
    for pot in ours(lines, sheets):
        for party, micro in pot.earned_micro.items():
            owed[party, pot.currency] = owed.get((party, pot.currency), 0) + micro
    found = {(a.owner, cur): -amount // MICRO for (a, cur), amount in held.items() if a.kind == Kind.PARTY}
    assert found == {place: micro for place, micro in owed.items() if micro}
    assert ordered == terms_of(sheets[::-1])


def loop(cases, check):
    for seed in range(cases):
        try:
            check(random.Random(seed))
        except AssertionError as error:
            raise AssertionError(f"seed {seed}") from error


@pytest.mark.parametrize("check", [check_against_the_definition, check_that_any_batching_posts_the_same])
def test_money_is_conserved_as_the_definition_says(check):
    loop(300, check)


@pytest.mark.proof
@pytest.mark.timeout(0)
@pytest.mark.parametrize("check", [check_against_the_definition, check_that_any_batching_posts_the_same])
def test_money_is_conserved_in_very_many_cases(check):
    loop(int(os.environ.get("FANLINK_PROOF_CASES", "200000")) // 2, check)


AMOUNTS = st.integers(-(10**30) + 1, 10**30 - 1)
SHARES = st.lists(st.integers(0, 10**9), min_size=1, max_size=8).filter(any)


@settings(max_examples=200)
@given(AMOUNTS, SHARES, st.integers(1, 10**30))
def test_a_share_is_never_more_than_its_exact_part_and_never_a_millionth_less(gross, parts, claim):
    shares = {str(place): Fraction(part, sum(parts)) for place, part in enumerate(parts)}
    terms = Terms("v", date(2026, 1, 1), shares, Recoupment("0", claim, "EUR"))
    (pot,) = pots_of([terms], {"v": gross}, "EUR")
    for party, share in shares.items():
        exact = share * (gross - pot.recouped_pico) + (pot.recouped_pico if party == "0" else 0)
        assert 0 <= abs(exact) - abs(pot.earned_micro[party]) * MICRO < MICRO
        assert pot.earned_micro[party] * exact >= 0


@settings(max_examples=200)
@given(AMOUNTS, AMOUNTS, SHARES)
def test_a_correction_and_its_return_end_where_they_began(gross, change, parts):
    shares = {str(place): Fraction(part, sum(parts)) for place, part in enumerate(parts)}
    terms = [Terms("v", date(2026, 1, 1), shares)]
    before, after = (pots_of(terms, {"v": amount}, "EUR")[0].earned_micro for amount in (gross, gross + change))
    there, back = differences(before, after), differences(after, before)
    assert {party: -micro for party, micro in there.items()} == back


def test_the_columns_of_the_random_lines_are_those_of_a_report():
    assert tuple(random_lines(random.Random(3), 99)[0]) == REQUIRED
