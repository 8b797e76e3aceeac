from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest

from fanlink.core.bank_accounts import BankAccount
from fanlink.core.errors import Refused
from fanlink.core.payouts import State, approve, due, fail, send, settle
from fanlink.royalties.payouts import OLDER_SCHEMA, Instruction, decimal_text, pain_001, payouts_csv

HOUSE = BankAccount("FanLink", "DE89370400440532013000", "COBADEFFXXX")
FAN = BankAccount("Ana Ñandú", "FR1420041010050500013M02606")
AT = datetime(2026, 2, 1, 12, tzinfo=UTC)


def approved(id="p1", micro=12_345_678, currency="EUR"):
    return approve(approve(due(id, "ana", currency, micro, 100, "fin"), "one"), "two")


def file(*payouts):
    return pain_001([Instruction(one, FAN, "Statement 2026-01") for one in payouts], HOUSE, AT, date(2026, 2, 2))


def test_only_whole_minor_units_above_the_threshold_are_due():
    assert due("p", "ana", "EUR", 12_345_678, 1234, "fin").minor_units == 1234
    assert due("p", "ana", "JPY", 12_345_678, 1, "fin").minor_units == 12
    for micro, threshold in ((12_345_678, 1235), (0, 0), (-5_000_000, 0), (9_999, 0)):
        assert due("p", "ana", "EUR", micro, threshold, "fin") is None


def test_two_people_approve_and_the_money_goes_to_neither():
    payout = due("p", "ana", "EUR", 5_000_000, 0, "fin")
    for by, parties in (("ana", ()), ("fin", ("fin", "ana"))):
        with pytest.raises(Refused, match="approved_by_payee"):
            approve(payout, by, parties)
    once = approve(payout, "one")
    assert once.state is State.DUE
    with pytest.raises(Refused, match="approved_already"):
        approve(once, "one")
    assert approve(once, "two").state is State.APPROVED


def test_a_payout_is_never_sent_twice():
    sent = send(approved(), "file-1")
    assert send(sent, "file-1") is sent
    with pytest.raises(Refused, match="payout_not_approved"):
        send(sent, "file-2")
    assert settle(settle(sent)).state is State.SETTLED
    failed = fail(sent, "account closed")
    assert failed.state is State.FAILED
    for step in (lambda: send(failed, "file-3"), lambda: settle(failed)):
        with pytest.raises(Refused):
            step()


def test_nothing_is_sent_before_it_is_approved():
    with pytest.raises(Refused, match="payout_not_approved"):
        send(due("p", "ana", "EUR", 5_000_000, 0, "fin"), "file")
    with pytest.raises(Refused, match="payout_not_approved"):
        Instruction(due("p", "ana", "EUR", 5_000_000, 0, "fin"), FAN, "x")


def test_the_payments_file_holds_to_its_schema_and_its_sums():
    root = ElementTree.fromstring(file(approved("p1"), approved("p2", 1_000_000), approved("p3", 177_000_000, "JPY")))
    space = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
    assert root.find(".//p:GrpHdr/p:NbOfTxs", space).text == "3"
    assert [one.text for one in root.findall(".//p:CtrlSum", space)] == ["13.34", "177"]
    assert [one.text for one in root.findall(".//p:InstdAmt", space)] == ["12.34", "1.00", "177"]
    assert [one.text for one in root.findall(".//p:EndToEndId", space)] == ["p1", "p2", "p3"]
    assert root.find(".//p:Cdtr/p:Nm", space).text == "Ana Nandu"  # what every bank takes


def test_the_same_payouts_make_the_same_file():
    assert file(approved("p1"), approved("p2")) == file(approved("p2"), approved("p1"))
    with pytest.raises(Refused, match="payout_repeated"):
        file(approved("p1"), approved("p1"))
    with pytest.raises(Refused, match="no_payouts"):
        file()


def test_a_wrong_account_is_refused():
    for name, iban, bic, code in (
        ("A", "DE89370400440532013001", None, "iban_wrong"), ("A", "x", None, "iban_wrong"),
        ("A", HOUSE.iban, "nope", "bic_wrong"), (" ", HOUSE.iban, None, "account_without_name"),
        ("A\0", HOUSE.iban, None, "account_without_name"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=code):
            BankAccount(name, iban, bic)


def test_a_name_is_no_spreadsheet_formula():
    account = BankAccount("=HYPERLINK(1)", FAN.iban)
    assert "'=HYPERLINK(1)" in payouts_csv([Instruction(approved(), account, "x")])


def test_amounts_are_written_in_the_currencys_own_places():
    assert [decimal_text(1234, one) for one in ("EUR", "JPY", "KWD")] == ["12.34", "1234", "1.234"]


def test_only_euro_inside_its_area_goes_as_sepa():
    abroad = BankAccount("Ana", "AE070331234567890123456", "EBILAEAD")
    instructions = [
        Instruction(approved("p1"), FAN, "x"), Instruction(approved("p2"), abroad, "x"), Instruction(approved("p3", currency="USD"), abroad, "x"),
    ]  # fmt: skip
    root = ElementTree.fromstring(pain_001(instructions, HOUSE, AT, date(2026, 2, 2)))
    space = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
    found = [
        (block.findtext(".//p:SvcLvl/p:Cd", None, space), block.findtext("p:ChrgBr", None, space), block.findtext(".//p:EndToEndId", None, space))
        for block in root.findall(".//p:PmtInf", space)
    ]
    assert [(None, "SHAR", "p2"), ("SEPA", "SLEV", "p1"), (None, "SHAR", "p3")] == found


def test_the_older_schema_is_written_too():
    text = pain_001([Instruction(approved(), FAN, "x")], HOUSE, AT, date(2026, 2, 2), OLDER_SCHEMA).decode()
    assert "pain.001.001.03" in text and "<BIC>COBADEFFXXX</BIC>" in text


def test_an_iban_has_the_length_of_its_country():
    with pytest.raises(Refused, match="iban_wrong"):
        BankAccount("A", "DE0637040044053201300")
    assert "GB29 … 6819" == BankAccount("A", "GB29NWBK60161331926819").masked


def test_a_file_that_is_not_as_its_schema_says_never_leaves():
    from sepaxml.validation import ValidationError

    from fanlink.royalties import payouts

    for _ in range(2):  # the schema is read once
        with pytest.raises(ValidationError, match="not as pain.001.001.09 says"):
            payouts._assert_schema(b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"/>', payouts.SCHEMA)
