"""Names and cells that could do harm are refused, or shown so that they cannot."""

import pytest

from fanlink.core import plain_text
from fanlink.core.bank_accounts import bank_text
from fanlink.core.errors import Refused
from fanlink.core.parties import check_party
from fanlink.core.remixes import check_title

HARMFUL = ["a\nb", "a\x1b[2Jb", "pay\u202eeunever", "a\u2066b", "a\u2028b", "a\x7fb", "a\x00b", "a\u200fb"]


@pytest.mark.parametrize("text", HARMFUL)
def test_a_name_or_title_with_signs_that_nobody_sees_is_refused_and_elsewhere_shown_by_a_mark(text):
    assert ["not_printable"] == [reason.code for reason in check_title(text)]
    assert [] == plain_text.faults(plain_text.one_line(text), "name")
    if not any(letter.isspace() for letter in text):
        with pytest.raises(Refused) as refused:
            check_party(text, None, None)
        assert ["not_printable"] == [reason.code for reason in refused.value.reasons]


@pytest.mark.parametrize("text", ["Zoë & the 99 %", "東京 — 夜", "می‌خواهم", "👩‍🎤 live", "=1+1 (the song)", "Ænima"])
def test_what_people_write_is_left_alone(text):
    assert [] == check_title(text)
    assert text == plain_text.one_line(text)


@pytest.mark.parametrize(
    ("text", "cell"),
    [("=1+1", "'=1+1"), ("+49", "'+49"), ("@SUM(A1)", "'@SUM(A1)"), ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"), ("-1.5", "-1.5"),
     ("-1/3", "-1/3"), ("-", "'-"), ("12", "12"), ("plain", "plain"), ("\t=1", "\ufffd=1"), ("a\r\nb", "a\ufffd\ufffdb"), ("", "")],
)  # fmt: skip
def test_no_cell_is_a_formula_and_numbers_stay_numbers(text, cell):
    assert cell == plain_text.cell(text)


@pytest.mark.parametrize(
    ("name", "banks"),
    [("Zoë Müller-Weiß", "Zoe Muller-Weiss"), ("Łukasz Żółć", "Lukasz Zolc"), ("Bjørn & Ærø", "Bjorn + AEro"), ("A//B", "A/B"),
     ("/ROC/x", "ROC/x"), ("D’Arc “Jo”", "D'Arc 'Jo'"), ("Плата", "....."), ("#1_hit;", ".1-hit."), ("Ana Sol", "Ana Sol")],
)  # fmt: skip
def test_a_bank_reads_only_the_signs_that_every_bank_takes(name, banks):
    assert banks == bank_text(name)
    assert set(bank_text(name)) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")
