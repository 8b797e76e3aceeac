import pytest

from fanlink.core.errors import Refused
from fanlink.core.identifiers import parse_ipi, parse_isni, parse_isrc, parse_iswc, show_isni, show_isrc, show_iswc


def test_known_good_identifiers_are_taken_in_every_usual_writing():
    assert show_iswc(parse_iswc("T-034.524.680-1")) == "T-034.524.680-1"
    assert show_isni(parse_isni("ISNI::0000000081266409")) == "0000 0000 8126 6409"
    assert show_isrc(parse_isrc("us-rc1-76-07839")) == "US-RC1-76-07839"


def test_every_wrong_digit_of_an_iswc_is_found():
    good = "T0345246801"
    for place in range(1, 11):
        wrong = good[:place] + str((int(good[place]) + 1) % 10) + good[place + 1 :]
        if place == 10 or place % 10 != 0:
            with pytest.raises(Refused, match="iswc_check_digit"):
                parse_iswc(wrong)


def test_every_wrong_digit_of_an_isni_is_found():
    good = "0000000081266409"
    for place in range(16):
        wrong = good[:place] + str((int(good[place]) + 1) % 10) + good[place + 1 :]
        with pytest.raises(Refused, match="isni_check_digit"):
            parse_isni(wrong)


def test_an_ipi_name_number_has_its_own_check_digits():
    # t = (1*10 + 2*9 + 3*8) mod 101 = 52 by the published formula, so the check is 101 - 52 = 49.
    assert parse_ipi("12300000049") == "12300000049"
    assert parse_ipi("00000000000") == "00000000000"
    with pytest.raises(Refused, match="ipi_check_digits"):
        parse_ipi("12300000050")


def test_an_ipi_whose_remainder_is_one_has_the_check_00():
    # t = (4*10 + 2*9 + 4*8 + 1*12) = 102, and 102 mod 101 = 1, so (101 - 1) mod 100 = 0.
    assert parse_ipi("42402000000") == "42402000000"


@pytest.mark.parametrize("text", ["", "USRC1760783", "USRC17607839٣", "1SRC17607839"])
def test_what_is_no_isrc_is_refused(text):
    with pytest.raises(Refused, match="isrc_malformed"):
        parse_isrc(text)
