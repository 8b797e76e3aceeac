"""Another currency: only when asked for, at a rate with a source, exact to the millionth, visible to the party."""

import csv
import io
import json

import pytest

from fanlink.core.account_months import rate_text
from fanlink.core.ledger import Kind
from fanlink.core.statements import Statement
from fanlink.server import money_reads, tracing
from tests.server import paying
from tests.server.paying import balance, bank, earn, propose, sent
from tests.server.test_payouts import book_balance

TERMS = {"rate": "1.0825", "source": "ECB reference rate", "day": "2026-11-09"}


@pytest.fixture
def rich(world):
    world.publish()
    paying.finance(world)
    earn(world, "1000.000003")
    return world


def ask(world, who="Fay", name="conversion-one", **more):
    data = {"party": world.people[who].party, "from_currency": "EUR", "to_currency": "USD"} | more
    return world.ask(who, "ask_conversion", name, data)


def test_a_conversion_is_two_balanced_halves_and_rounds_down(rich):
    ask(rich)
    rich.do("Fin", "convert_balance", "conversion-one", TERMS)
    assert (0, 108_250_000) == (balance(rich, "Fay")["owed_micro"], balance(rich, "Fay", "USD")["owed_micro"])
    assert -100_000_000 * 10**6 == book_balance(rich, Kind.EXCHANGE, "ECB reference rate")
    assert 108_250_000 * 10**6 == book_balance(rich, Kind.EXCHANGE, "ECB reference rate", "USD")
    shown = rich.document(f"party:{rich.people['Fay'].party}", "conversion", "conversion-one")["conversion"]
    assert ("converted", "433/400", "2026-11-09", 100_000_000, 108_250_000) == tuple(
        shown[name] for name in ("state", "rate", "day", "from_micro", "to_micro")
    )


def test_an_exact_fraction_is_cut_to_whole_millionths(rich):
    ask(rich, amount="10")
    rich.do("Fin", "convert_balance", "conversion-one", TERMS | {"rate": "1/3"})
    assert (90_000_000, 3_333_333) == (balance(rich, "Fay")["owed_micro"], balance(rich, "Fay", "USD")["owed_micro"])


def test_nothing_is_converted_that_was_not_asked_for(rich):
    assert ["not_found"] == rich.refused("Fin", "convert_balance", "conversion-none", TERMS)
    data = {"party": rich.people["Fay"].party, "from_currency": "EUR", "to_currency": "USD"}
    for who in ("Gil", "Fin", "Ben"):
        assert ["not_allowed"] == rich.refused(who, "ask_conversion", "conversion-theirs", data)
    ask(rich)
    rich.do("Fay", "withdraw_conversion", "conversion-one")
    assert ["conversion_done"] == rich.refused("Fin", "convert_balance", "conversion-one", TERMS)
    ask(rich, name="conversion-two")
    rich.do("Fin", "convert_balance", "conversion-two", TERMS)
    assert ["conversion_done"] == rich.refused("Fin", "convert_balance", "conversion-two", TERMS)
    assert ["not_allowed"] == rich.refused("Fay", "convert_balance", "conversion-two", TERMS)


@pytest.mark.parametrize(("change", "code"), [
    ({"rate": "0"}, "rate_wrong"), ({"rate": "-1"}, "rate_wrong"), ({"rate": "1e3"}, "rate_wrong"), ({"rate": "1/0"}, "rate_wrong"),
    ({"source": "  "}, "source_missing"), ({"day": "2027-01-01"}, "day_ahead"), ({"rate": "0.000000001"}, "nothing_to_convert"),
])  # fmt: skip
def test_terms_that_cannot_be_are_refused(rich, change, code):
    ask(rich, amount="0.5")
    assert code in rich.refused("Fin", "convert_balance", "conversion-one", TERMS | change)
    assert 100_000_000 == balance(rich, "Fay")["owed_micro"]


@pytest.mark.parametrize(("change", "code"), [
    ({"to_currency": "EUR"}, "same_currency"), ({"amount": "-1"}, "amount_not_positive"), ({"amount": "x"}, "amount_not_positive"),
    ({"to_currency": "usd"}, "currency_unknown"),
])  # fmt: skip
def test_wishes_that_cannot_be_are_refused(rich, change, code):
    assert code in paying.codes(ask(rich, **change))


def test_money_that_is_on_its_way_out_is_not_converted(rich):
    bank(rich, "Fay")
    propose(rich)
    ask(rich)
    assert ["nothing_to_convert"] == rich.refused("Fin", "convert_balance", "conversion-one", TERMS)


def test_a_payout_of_converted_money_is_traced_to_what_was_earned(rich):
    ask(rich)
    rich.do("Fin", "convert_balance", "conversion-one", TERMS)
    bank(rich, "Fay")
    (name,) = propose(rich, parties=[rich.people["Fay"].party]).values()
    sent(rich, name)
    found = paying.reading(rich, lambda store: tracing.trace(store, name))
    (part,) = found["made_of"]
    assert ([], "108.25", "USD") == (found["missing"], part["amount"], part["currency"])
    (earned,) = part["converted_from"]
    assert ("100", "EUR", "remix-one") == (earned["amount"], earned["currency"], earned["remix"]["id"])


def statement_of(world, period, who="Fay"):
    """A party's documents of a month by currency: (state, statement)."""
    found = world.documents(f"party:{world.people[who].party}", "statement").values()
    return {one["currency"]: (one["state"], Statement.from_data(one["statement"])) for one in found if one["period"] == period}


def figures(account):
    return tuple(micro for _, micro in account.steps())


def test_a_statement_tells_the_months_conversions_and_its_balances_follow(rich):
    ask(rich, amount="30")
    rich.do("Fin", "convert_balance", "conversion-one", TERMS)
    rich.do("Fin", "issue_statements", "2026-11")
    told = statement_of(rich, "2026-11")
    assert {"EUR", "USD"} == set(told), "a currency that only a conversion moved has its statement too"
    (state, euro), (_, dollar) = told["EUR"], told["USD"]
    (line,) = euro.conversions
    assert ("issued", ("30", "EUR", "32.475", "USD", "433/400", "ECB reference rate", "2026-11-09")) == (state, tuple(
        line.as_data()[name] for name in ("from", "from_currency", "to", "to_currency", "rate", "source", "rate_day")
    ))
    assert (line,) == dollar.conversions and "1.0825" == rate_text(line.rate)
    (in_euro,), (in_dollar,) = euro.accounts, dollar.accounts
    assert (0, 100_000_000, -30_000_000, 70_000_000) == figures(in_euro)
    assert (0, 32_475_000, 32_475_000) == figures(in_dollar)
    assert ((), ()) == (euro.account_faults(), dollar.account_faults())


def test_the_next_month_opens_where_the_last_one_closed(rich):
    bank(rich, "Fay")
    rich.do("Fin", "issue_statements", "2026-11")
    rich.clock.pass_days(25)
    ask(rich, amount="30")
    rich.do("Fin", "convert_balance", "conversion-one", TERMS)
    propose(rich, parties=[rich.people["Fay"].party])
    sent(rich, *(name for name, one in paying.payouts(rich).items() if one["currency"] == "EUR"))
    earn(rich, "50", period="2026-12")
    rich.do("Fin", "issue_statements", "2026-12")
    euro = statement_of(rich, "2026-12")["EUR"][1]
    (account,) = euro.accounts
    assert figures(statement_of(rich, "2026-11")["EUR"][1].accounts[0])[-1] == account.opening_micro == 100_000_000
    assert (-30_000_000, -70_000_000, 5_000_000, ()) == (
        account.converted_micro, account.paid_out_micro, account.earned_micro, euro.account_faults()
    )
    assert balance(rich, "Fay")["owed_micro"] == account.closing_micro


def test_a_conversion_is_told_on_a_statement_that_was_calculated_before_it(rich):
    rich.do("Fin", "run_royalties", "2026-11")
    assert ("calculated", ()) == (statement_of(rich, "2026-11")["EUR"][0], statement_of(rich, "2026-11")["EUR"][1].conversions)
    ask(rich)
    rich.do("Fin", "convert_balance", "conversion-one", TERMS)
    told = statement_of(rich, "2026-11")
    assert {"EUR", "USD"} == set(told)
    assert all(one.conversions and not one.account_faults() for _, one in told.values())


def test_every_file_of_a_statement_has_the_conversion_but_the_sales_report(rich):
    ask(rich, amount="30")
    rich.do("Fin", "convert_balance", "conversion-one", TERMS)
    rich.do("Fin", "issue_statements", "2026-11")
    fay = rich.people["Fay"].party

    def file(kind):
        return paying.reading(rich, lambda store: money_reads.statement(store, fay, "2026-11", kind, rich.clock()))

    whole = Statement.from_data(json.loads(file("json")))
    assert (1, ["EUR", "USD"], ()) == (len(whole.conversions), [one.currency for one in whole.accounts], whole.account_faults())
    rows = list(csv.DictReader(io.StringIO(file("csv").decode())))
    (row,) = [one for one in rows if one["row"] == "conversion"]
    assert ("30", "EUR", "32.475", "USD", "1.0825", "ECB reference rate", "2026-11-09") == tuple(
        row[name] for name in ("from_amount", "currency", "to_amount", "to_currency", "rate", "source", "rate_day")
    )
    accounts = [(one["currency"], one["movement"], one["amount"]) for one in rows if one["row"] == "account"]
    assert ("EUR", "opening", "0") == accounts[0] and ("EUR", "closing", "70") in accounts and ("USD", "closing", "32.475") in accounts
    assert file("pdf").startswith(b"%PDF")
    assert b"ECB" not in file("dsr"), "a sales report has no place for it"
