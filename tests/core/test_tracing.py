"""What came first is paid first; refunds, failures and conversions keep it so."""

from fanlink.core.tracing import Movement, earnings, trace

ONE, TWO = ("remix-one", "sheet"), ("remix-two", "sheet")


def made_of(movements, key):
    return [(each.pot, each.micro) for each in trace(movements).taken[key]]


def test_the_oldest_earning_is_paid_first_and_in_part():
    movements = [Movement(1, "a", {"EUR": 70}, ONE), Movement(2, "b", {"EUR": 50}, TWO), Movement(3, "p", {"EUR": -100})]
    assert [(ONE, 70), (TWO, 30)] == made_of(movements, "p")
    assert [20] == [each.micro for each in trace(movements).left["EUR"]]


def test_a_refund_takes_from_its_own_pot():
    movements = [
        Movement(1, "a", {"EUR": 70}, ONE), Movement(2, "b", {"EUR": 50}, TWO), Movement(3, "r", {"EUR": -40}, TWO),
        Movement(4, "p", {"EUR": -80}),
    ]  # fmt: skip
    assert [(ONE, 70), (TWO, 10)] == made_of(movements, "p")


def test_what_failed_is_first_in_the_line_again():
    movements = [
        Movement(1, "a", {"EUR": 70}, ONE), Movement(2, "p", {"EUR": -70}), Movement(3, "b", {"EUR": 50}, TWO),
        Movement(4, "f", {"EUR": 70}, None, "p"), Movement(5, "q", {"EUR": -120}),
    ]  # fmt: skip
    assert [(ONE, 70), (TWO, 50)] == made_of(movements, "q")


def test_a_negative_balance_is_paid_by_what_comes_next():
    movements = [Movement(1, "r", {"EUR": -30}, ONE), Movement(2, "a", {"EUR": 70}, TWO), Movement(3, "p", {"EUR": -40})]
    assert [(TWO, 40)] == made_of(movements, "p")
    assert [] == [each for each in trace(movements).left["EUR"] if each.micro]


def test_converted_money_carries_what_it_was_earned_as():
    movements = [Movement(1, "a", {"EUR": 70}, ONE), Movement(2, "c", {"EUR": -70, "USD": 75}), Movement(3, "p", {"USD": -75})]
    (converted,) = trace(movements).taken["p"]
    assert (75, "USD", None) == (converted.micro, converted.currency, converted.pot)
    assert [(ONE, "EUR", 70)] == [(each.pot, each.currency, each.micro) for each in earnings(trace(movements).taken["p"])]
