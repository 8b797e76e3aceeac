"""Pages are fetched ahead of those that are put in place."""

import threading

import pytest

from fanlink.client.ahead import read_ahead
from fanlink.core.errors import Offline

MOST = 3


def numbers(until, made, error=None):
    for number in range(until):
        made.append(number)
        yield number
    if error:
        raise error


def test_values_come_in_order_and_to_the_end():
    with read_ahead(numbers(20, []), MOST) as coming:
        assert list(range(20)) == list(coming)


def test_the_next_values_are_there_before_they_are_asked_for():
    fetched = threading.Event()

    def source():
        yield from range(MOST)
        fetched.set()
        yield MOST

    with read_ahead(source(), MOST) as coming:
        assert 0 == next(coming)
        assert fetched.wait(20)


def test_no_more_than_so_many_are_fetched_in_advance():
    made = []
    with read_ahead(numbers(100, made), MOST) as coming:
        for number in range(10):
            assert number == next(coming)
            assert len(made) <= number + 1 + MOST
    assert len(made) <= 10 + MOST


def test_an_error_comes_where_its_value_would_have_come():
    with read_ahead(numbers(4, [], Offline("gone")), MOST) as coming:
        assert [0, 1, 2, 3] == [next(coming) for _ in range(4)]
        with pytest.raises(Offline):
            next(coming)


def test_a_reader_that_breaks_off_ends_the_fetching():
    made = []
    with pytest.raises(ZeroDivisionError), read_ahead(numbers(10**9, made), MOST) as coming:
        next(coming)
        raise ZeroDivisionError
    still = len(made)
    assert still <= 1 + MOST + 1
