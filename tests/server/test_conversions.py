"""Another currency: only when asked for, at a rate with a source, exact to the millionth, visible to the party."""

import pytest

from fanlink.core.ledger import Kind
from fanlink.server import tracing
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
