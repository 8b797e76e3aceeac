from datetime import date
from fractions import Fraction

import pytest

from fanlink.core.amounts import PICO, pico_of, plain
from fanlink.core.errors import Refused
from fanlink.core.pots import Recoupment, Terms, differences, in_force, in_order, pots_of

HALVES = {"a": Fraction(1, 2), "b": Fraction(1, 2)}
THIRDS = {"a": Fraction(1, 3), "b": Fraction(1, 3), "c": Fraction(1, 3)}


def terms(version, day, shares=HALVES, recoup=None, currency="EUR"):
    claim = Recoupment(recoup[0], recoup[1] * PICO, currency) if recoup else None
    return Terms(version, date(2026, 1, day), shares, claim)


def test_thirds_leave_the_rest_in_the_reserve():
    (pot,) = pots_of([terms("v1", 1, THIRDS)], {"v1": pico_of("10")}, "EUR")
    assert pot.earned_micro == {"a": 3333333, "b": 3333333, "c": 3333333}
    assert plain(pot.reserve_pico) == "0.000001"


def test_a_negative_gross_is_the_mirror_image():
    (pot,) = pots_of([terms("v1", 1, THIRDS)], {"v1": pico_of("-10")}, "EUR")
    assert pot.earned_micro == {"a": -3333333, "b": -3333333, "c": -3333333}
    assert plain(pot.reserve_pico) == "-0.000001"


def test_a_party_with_no_share_has_a_row_of_zero():
    (pot,) = pots_of([terms("v1", 1, {"a": Fraction(1), "b": Fraction(0)})], {"v1": 7}, "EUR")
    assert pot.earned_micro == {"a": 0, "b": 0}
    assert pot.reserve_pico == 7


def test_recoupment_comes_first_and_the_recouping_party_keeps_its_share():
    (pot,) = pots_of([terms("v1", 1, recoup=("a", 30))], {"v1": pico_of("100")}, "EUR")
    assert pot.recouped_pico == 30 * PICO
    assert pot.earned_micro == {"a": 65_000_000, "b": 35_000_000}


def test_recoupment_goes_on_over_later_versions_for_the_same_party_only():
    versions = [
        terms("v1", 1, recoup=("a", 30)), terms("v2", 2, recoup=("b", 10)), terms("v3", 3),
        terms("v4", 4, recoup=("a", 50)),
    ]  # fmt: skip
    gross = {version: pico_of("20") for version in ("v1", "v2", "v3", "v4")}
    pots = pots_of(versions, gross, "EUR")
    assert [pot.recouped_pico // PICO for pot in pots] == [20, 10, 0, 20]
    assert [pot.recouped_before_pico // PICO for pot in pots] == [0, 0, 0, 20]
    assert [pot.earned_micro["a"] for pot in pots] == [20_000_000, 5_000_000, 10_000_000, 20_000_000]


def test_a_smaller_later_recoupment_takes_nothing_back():
    pots = pots_of(
        [terms("v1", 1, recoup=("a", 30)), terms("v2", 2, recoup=("a", 5))], {"v1": 30 * PICO, "v2": PICO}, "EUR"
    )
    assert [pot.recouped_pico for pot in pots] == [30 * PICO, 0]


def test_another_currency_recoups_nothing_and_neither_does_a_negative_pot():
    versions = [terms("v1", 1, recoup=("a", 30))]
    assert pots_of(versions, {"v1": 50 * PICO}, "USD")[0].recouped_pico == 0
    assert pots_of(versions, {"v1": -50 * PICO}, "EUR")[0].recouped_pico == 0


def test_a_refund_in_an_earlier_pot_moves_the_recoupment_to_the_later_one():
    versions = [terms("v1", 1, recoup=("a", 30)), terms("v2", 2, recoup=("a", 30))]
    before = pots_of(versions, {"v1": 30 * PICO, "v2": 30 * PICO}, "EUR")
    after = pots_of(versions, {"v1": 10 * PICO, "v2": 30 * PICO}, "EUR")
    assert [pot.recouped_pico // PICO for pot in before] == [30, 0]
    assert [pot.recouped_pico // PICO for pot in after] == [10, 20]
    assert differences(before[1].earned_micro, after[1].earned_micro) == {"a": 10_000_000, "b": -10_000_000}


def test_a_refund_never_creates_money():
    for cents in range(-50, 51):
        (pot,) = pots_of([terms("v1", 1, THIRDS, ("b", 3))], {"v1": cents * PICO // 7}, "EUR")
        assert sum(pot.earned_micro.values()) * 10**6 + pot.reserve_pico == pot.gross_pico
        assert abs(pot.reserve_pico) < 3 * 10**6


def test_a_line_belongs_to_the_sheet_in_force_on_its_last_day():
    versions = in_order([terms("v2", 10), terms("v1", 5)])
    found = [in_force(versions, date(2026, 1, day)) for day in (4, 5, 9, 10, 31)]
    assert [one and one.version for one in found] == [None, "v1", "v1", "v2", "v2"]


def test_two_versions_of_one_day_or_one_name_are_refused():
    with pytest.raises(Refused, match="sheet_date_repeated"):
        in_order([terms("v1", 1), terms("v2", 1)])
    with pytest.raises(Refused, match="sheet_version_repeated"):
        in_order([terms("v1", 1), terms("v1", 2)])


def test_terms_are_whole_or_cannot_be_built():
    for shares in ({}, {"a": Fraction(1, 2)}, {"a": Fraction(3, 2), "b": Fraction(-1, 2)}):
        with pytest.raises(Refused):
            terms("v1", 1, shares)
    with pytest.raises(Refused, match="recouping_party_not_on_sheet"):
        terms("v1", 1, recoup=("z", 1))
    with pytest.raises(Refused, match="recoupment_not_positive"):
        terms("v1", 1, recoup=("a", 0))
