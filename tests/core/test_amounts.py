import pytest

from fanlink.core.amounts import fraction_of, minor_exponent, pico_of, plain, whole_minor_units


@pytest.mark.parametrize(
    "text", ["", "1e5", "+1", "1.", ".5", " 1", "1 ", "١", "NaN", "--1", "1,0", "1" * 19, "0." + "1" * 13, "1\n"]
)
def test_what_is_not_an_amount_is_not_guessed(text):
    with pytest.raises(ValueError):
        pico_of(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("007.50", "7.5"),
        ("-0.000000000001", "-0.000000000001"),
        ("9" * 18 + ".9", "9" * 18 + ".9"),
    ],
)
def test_an_amount_is_shown_in_plain_notation(text, shown):
    assert plain(pico_of(text)) == shown


def test_a_share_is_written_as_a_fraction():
    assert fraction_of("2/4") == fraction_of("1/2")
    for text in ("0.5", "-1/2", "1/0", " 1/2", "1/ 2", "½", "", "1/2/3", "+1/2"):
        with pytest.raises(ValueError):
            fraction_of(text)


def test_only_whole_minor_units_are_paid():
    assert whole_minor_units(12_345_678, "EUR") == (1234, 5678)
    assert whole_minor_units(12_345_678, "JPY") == (12, 345_678)
    assert whole_minor_units(12_345_678, "KWD") == (12345, 678)
    assert minor_exponent("EUR") == 2
