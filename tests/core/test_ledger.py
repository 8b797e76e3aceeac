from datetime import date
from fractions import Fraction

import pytest

from fanlink.core.amounts import PICO
from fanlink.core.errors import Refused
from fanlink.core.ledger import (
    Account,
    Kind,
    Posting,
    Transaction,
    balances,
    last_day,
    move,
    next_period,
    open_period,
    pot_is_split,
    pot_owner,
    revenue_arrives,
)  # fmt: skip
from fanlink.core.pots import Terms, pots_of

DAY = date(2026, 1, 31)
POT = Account(Kind.POT, pot_owner("r1", "v1"))
THIRDS = Terms("v1", date(2026, 1, 1), {name: Fraction(1, 3) for name in "abc"})


def pot(gross_pico):
    return pots_of([THIRDS], {"v1": gross_pico}, "EUR")[0]


def test_what_does_not_balance_cannot_be_built():
    postings = (Posting(POT, "EUR", 5), Posting(Account(Kind.SERVICE, "s"), "EUR", -4))
    with pytest.raises(Refused, match="transaction_unbalanced"):
        Transaction("t", DAY, "report", postings)
    with pytest.raises(Refused, match="transaction_empty"):
        Transaction("t", DAY, "report", ())


def test_currencies_balance_apart():
    with pytest.raises(Refused, match="transaction_unbalanced"):
        Transaction("t", DAY, "x", (Posting(POT, "EUR", 5), Posting(POT, "USD", -5)))


def test_a_party_is_owed_whole_millionths_only():
    with pytest.raises(Refused, match="posting_below_a_millionth"):
        Posting(Account(Kind.PARTY, "a"), "EUR", 1)


def test_a_split_pot_is_empty_and_everything_is_somewhere():
    arrived = revenue_arrives("t1", DAY, "report r", "S", "EUR", {POT: 10 * PICO})
    split = pot_is_split("t2", DAY, "run", "r1", pot(10 * PICO), {}, 0)
    held = balances([arrived, split])
    assert (POT, "EUR") not in held
    assert held[Account(Kind.PARTY, "a"), "EUR"] == -3_333_333 * 10**6
    assert held[Account(Kind.RESERVE, "r1/v1"), "EUR"] == -(10**6)
    assert held[Account(Kind.SERVICE, "S"), "EUR"] == 10 * PICO
    assert sum(held.values()) == 0


def test_a_second_run_posts_only_the_difference():
    first, second = pot(10 * PICO), pot(10 * PICO - 1)
    assert pot_is_split("t", DAY, "run", "r1", first, first.earned_micro, first.reserve_pico) is None
    change = pot_is_split("t", DAY, "run", "r1", second, first.earned_micro, first.reserve_pico)
    assert [(str(one.account), one.amount_pico) for one in change.postings] == [("pot:r1/v1", -1), ("reserve:r1/v1", 1)]


def test_a_held_party_is_posted_to_its_held_account():
    split = pot_is_split("t", DAY, "run", "r1", pot(9 * PICO), {}, 0, held=frozenset("b"))
    assert [str(one.account) for one in split.postings] == ["pot:r1/v1", "party:a", "held:b", "party:c"]


def test_a_reversal_undoes_and_leaves_the_past_as_it_was():
    done = move("t1", DAY, "x", POT, Account(Kind.SERVICE, "S"), "EUR", 7)
    undone = done.reversal("t2", date(2026, 2, 3), "wrong service")
    assert balances([done, undone]) == {}
    assert balances([done, undone], until=DAY) == balances([done])
    assert undone.reverses == "t1"


def test_the_chain_shows_a_changed_transaction():
    done = move("t1", DAY, "x", POT, Account(Kind.SERVICE, "S"), "EUR", 7)
    other = move("t1", DAY, "x", POT, Account(Kind.SERVICE, "S"), "EUR", 8)
    assert done.chained("") != other.chained("")
    assert done.chained("") != done.chained("0" * 64)


def test_lines_that_add_up_to_nothing_move_nothing():
    assert revenue_arrives("t", DAY, "r", "S", "EUR", {POT: 0}) is None
    two = {POT: 5, Account(Kind.UNMATCHED, "S"): -5}
    assert len(revenue_arrives("t", DAY, "r", "S", "EUR", two).postings) == 2


def test_a_closed_period_passes_its_postings_on():
    assert open_period("2026-11", {"2026-11", "2026-12"}) == "2027-01"
    assert next_period("2026-12") == "2027-01"
    assert last_day("2028-02") == date(2028, 2, 29)
    assert last_day("2026-12") == date(2026, 12, 31)


def test_an_account_reads_back_what_it_wrote():
    assert Account.parse(str(POT)) == POT
