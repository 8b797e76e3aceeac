"""Another currency as finance and payees see it: a wish with both postings before anything is posted, and the statement after it."""

import csv
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtWidgets import QLabel

from fanlink.core import conversions
from fanlink.core.account_months import AccountMonth, Converted
from fanlink.core.money_documents import BalanceDocument, ConversionDocument, StatementDocument
from fanlink.core.statements import Statement
from fanlink.desktop import recomputing, words_rights
from fanlink.desktop.pages import account_month, statement_view
from tests.desktop.staff import world as staff_world
from tests.desktop.staff.room import Staffroom
from tests.desktop.staff.world import NOW_MS

TODAY = words_rights.day_of(NOW_MS)
DAY = 86_400_000


def wish(name: str, party: str, amount: str | None = None):
    return conversions.ask(name, party, "EUR", "USD", amount, "person_x", NOW_MS - DAY)


def done():
    return conversions.convert(wish("conversion_done", "party_jonah"), 30_000_001, "1/3", "ECB reference rate", TODAY - timedelta(days=9), "fin")


def money_documents():
    other = [("conversion_two", "party_luma", "Luma Reyes", "10"), ("conversion_one", "party_ada", "Ada Frost", "500")]
    ada = BalanceDocument("bal_party_ada_EUR", "party_ada", "Ada Frost", "EUR", 100_123_457, 0, 0, NOW_MS - DAY, 1000, True, ("payout_open",))
    return [
        ("finance", ada), *(("finance", ConversionDocument(name, wish(name, party, amount), shown)) for name, party, shown, amount in other),
        ("finance", ConversionDocument("conversion_done", done(), "Jonah Pike")),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def staff(tmp_path_factory):
    made = staff_world.make(tmp_path_factory.mktemp("conversions"))
    made.documents.extend(money_documents())
    return made


def words_on(widget) -> str:
    return "\n".join(each.whole() if hasattr(each, "whole") else each.text() for each in widget.findChildren(QLabel) if each.isVisibleTo(widget))


@pytest.fixture
def page(room: Staffroom):
    made = room.go("finance", "payouts")
    made.tabs._clicked("wishes")
    room.settle()
    return made


def choose(room: Staffroom, page, name: str):
    page.list.choose(name)
    room.settle()
    return page.conversion


def test_both_postings_are_seen_before_anything_is_posted(room: Staffroom, page):
    assert {"conversion_one", "conversion_two"} == set(page.list.cards.ids[:2]), "those that wait come first"
    view = choose(room, page, "conversion_one")
    assert "€ 39.923457 can be converted now" in words_on(view), "what open payouts take is left out"
    assert not view.post.isEnabled() and "" == view.wrong.text()
    view.rate.setText("1.0825")
    view.source.setText("ECB reference rate")
    room.settle()
    said = words_on(view)
    assert "−€ 39.923457" in said and "+$ 43.217142" in said
    assert "Exchange: ECB reference rate" in said and "of a millionth stays" in said
    view.post.click()
    room.settle()
    kind, target, data = room.asked()[-1]
    assert ("convert_balance", "conversion_one", {"rate": "1.0825", "source": "ECB reference rate", "day": str(TODAY)}) == (kind, target, data)


def test_what_is_in_the_way_is_said_in_words(room: Staffroom, page):
    view = choose(room, page, "conversion_one")
    view.rate.setText("about one")
    assert "Write the rate as 1.0825 or as 433/400." in view.wrong.text()
    view.rate.setText("1.1")
    view.source.setText("ECB")
    view.day.setDate(words_rights.shown_day(TODAY + timedelta(days=3)))
    assert "The day of the rate has not come yet." == view.wrong.text()
    assert not view.post.isEnabled()
    mine = choose(room, page, "conversion_two")
    mine.rate.setText("1.1")
    mine.source.setText("ECB")
    assert "Nobody sets the rate for their own money." in mine.wrong.text()


def test_what_was_posted_stays_to_be_read(room: Staffroom, page):
    said = words_on(choose(room, page, "conversion_done"))
    assert "At 1/3, ECB reference rate" in said and "Converted" in said and "10.000000" in said


def statement_with(conversion: Converted, **changes) -> StatementDocument:
    account = replace(AccountMonth("EUR", 70_000_000, converted_micro=-30_000_001, closing_micro=39_999_999), **changes)
    made = Statement("party_jonah", "2026-11", (), (account,), (conversion,))
    return StatementDocument("st", "party_jonah", "Jonah Pike", "2026-11", "EUR", "issued", 0, made.as_data())


def told() -> Converted:
    of = done()
    return Converted(of.id, date(2026, 11, 12), "EUR", of.from_micro, "USD", of.to_micro, of.rate, of.source, of.day)


def test_the_desktop_computes_conversions_and_balances_again():
    assert recomputing.check(statement_with(told()), [money_documents()[-1][1]]).equal
    wrong = {
        "converted": statement_with(replace(told(), to_micro=told().to_micro + 1)),
        "balance": statement_with(told(), closing_micro=40_000_000),
        "conversions": statement_with(told(), converted_micro=-30_000_000, closing_micro=40_000_000),
        "earned": statement_with(told(), earned_micro=1, closing_micro=40_000_000),
    }
    for fault, document in wrong.items():
        assert fault in recomputing.check(document).faults
    other = replace(done(), source="Somebody")
    assert ("conversion told otherwise",) == recomputing.check(statement_with(told()), [ConversionDocument(other.id, other, "x")]).faults


def test_a_statement_shows_and_exports_its_balance_and_its_conversions(room: Staffroom, tmp_path):
    page = room.go("finance", "statements")
    page.view.show_statement(recomputing.check(statement_with(told())), {})
    room.settle()
    said = words_on(page.view)
    assert "At the month’s beginning" in said and "€ 70.000000" in said and "€ 39.999999" in said
    assert "€ 30.000001 → $ 10.000000" in said and "at 1/3" in said and "ECB reference rate" in said
    statement_view.write_csv(tmp_path / "s.csv", page.view.checked.statement)
    rows = list(csv.DictReader((tmp_path / "s.csv").open(encoding="utf-8")))
    assert [("conversion", "30.000001", "10", "USD", "1/3")] == [
        (row["movement"], row["from_amount"], row["to_amount"], row["to_currency"], row["rate"]) for row in rows if row["from_amount"]
    ]
    assert ("closing", "39.999999") == (rows[-1]["movement"], rows[-1]["amount"])
    assert 3 == len(account_month.account_rows(page.view.checked.statement))
