"""A statement in pages: what the first says that the others add up to is computed again here, and what cannot be is said."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from PySide6.QtWidgets import QLabel

from fanlink.core.account_months import AccountMonth
from fanlink.core.money_documents import StatementDocument
from fanlink.core.pots import pots_of
from fanlink.core.shares import Node, SplitSheet
from fanlink.core.statements import Statement, elsewhere, line_of
from fanlink.desktop import recomputing
from tests.desktop.staff import world as staff_world
from tests.desktop.staff.room import Staffroom

PARTY, PERIOD = "party_pages", "2026-10"


def line(name, micro):
    sheet = SplitSheet(name, date(2026, 1, 1), (Node("recording", Fraction(1), (Node(PARTY, Fraction(1)),)),))
    (pot,) = pots_of([sheet.terms()], {sheet.id: micro * 10**6}, "EUR")
    return line_of(PARTY, sheet, pot, 0)


def pages(amounts=((5_000_001, 7), (11, 13), (17,)), told=3):
    """The documents of a statement whose pages have lines of these millionths."""
    total = sum(sum(page) for page in amounts)
    made = []
    for number, page in enumerate(amounts, 1):
        statement = Statement(PARTY, PERIOD, tuple(line(f"remix-{number}-{at}", micro) for at, micro in enumerate(page)))
        if number == 1:
            account = AccountMonth("EUR", 0, total, 0, 0, 0, 0, total)
            statement = replace(statement, accounts=(account,), elsewhere_micro=total - sum(page), pages=told)
        made.append(StatementDocument(f"statement-p{number}", PARTY, "The Pages", PERIOD, "EUR", "calculated", sum(page), statement.as_data(), number))
    return made


def across(documents):
    return recomputing.pages_together([recomputing.check(each) for each in documents])[0]


def test_all_pages_are_added_up_and_said_so():
    found = across(pages())
    assert (True, 41, 41, ()) == (found.equal, found.elsewhere.said_micro, found.elsewhere.found_micro, found.elsewhere.missing)
    assert "Recomputed across all 3 pages: the others add up to € 0.000041, as this page says." == recomputing.said_across(found)
    assert found.statement == Statement.from_data(found.statement.as_data())


def test_a_page_that_is_not_here_is_named_with_what_stands_on_it():
    first, second, third = pages()
    found = across([first, third])
    assert (True, (2,)) == (found.equal, found.elsewhere.missing)
    assert (
        "Not recomputed: € 0.000024 of the balance, which stand on page 2 and are not on this computer yet. All that is here is."
    ) == recomputing.said_across(found)
    assert "which stand on pages 2 and 3" in recomputing.said_across(across([first]))


def test_pages_that_come_to_something_else_are_a_fault_of_the_whole():
    first, second, third = pages()
    other = pages(amounts=((5_000_001, 7), (11, 13), (18,)))[2]
    found = across([first, second, other])
    assert ("sum of the other pages",) == found.faults
    assert "but they come to € 0.000042" in recomputing.said_across(found)
    broken = replace(third, earned_micro=18)
    assert ("page 3",) == across([first, second, broken]).faults


def test_of_an_older_statement_nobody_says_how_many_pages_there_are():
    first, second, third = pages(told=0)
    assert "Recomputed across all its pages" in recomputing.said_across(across([first, second, third]))
    found = across([first, second])
    assert (True, True) == (found.equal, found.elsewhere.unknown)
    assert "which stand on other pages" in recomputing.said_across(found)


def test_a_statement_of_one_page_has_nothing_elsewhere():
    (alone,) = pages(amounts=((5,),), told=0)
    assert elsewhere(recomputing.check(alone).statement, {}) is None
    assert "" == recomputing.said_across(across([alone]))
    first, second, third = pages(told=2)  # a page that was told before and is not among them any more
    assert 24 == elsewhere(Statement.from_data(dict(first.statement)), {2: 24, 3: 17}).found_micro


@pytest.fixture(scope="module")
def staff(tmp_path_factory):
    made = staff_world.make(tmp_path_factory.mktemp("pages"))
    made.documents.extend(("finance", each) for each in pages())
    return made


def test_the_page_of_statements_says_that_it_added_them_up(room: Staffroom):
    page = room.go("finance", "statements", "statement-p1")

    def said():
        return [each.text() for each in page.view.findChildren(QLabel) if each.isVisibleTo(page)]

    room.qtbot.waitUntil(lambda: any(text.startswith("Recomputed across all 3 pages") for text in said()), timeout=20_000)
    room.qtbot.waitUntil(lambda: "Recomputed on this computer: equal" in said(), timeout=20_000)  # a new chip is shown by the next layout
