"""`verify` finds each figure that was changed behind the books' back, whichever of its copies it was changed in."""

import json

import pytest
from sqlalchemy import text

from fanlink.server import statements
from tests.server import paying
from tests.server.test_money import HEADER, line, take
from tests.server.test_payouts_traced import behind, change, proof
from tests.server.test_runs import drive, earning, large, many  # noqa: F401


@pytest.fixture
def due(world):
    """Three are owed money of a month that is issued; their payouts are proposed, Ben's is approved by one."""
    world.publish()
    paying.finance(world)
    for who in ("Fay", "Ben", "Cleo"):
        paying.bank(world, who)
    paying.earn(world)
    world.do("Fin", "issue_statements", "2026-11")
    made = paying.propose(world)
    world.do("Ola", "approve_payout", made[world.people["Ben"].party])
    assert [] == proof(world).differences
    return world


def whats(world):
    return {one.what for one in proof(world).differences}


def the_payout(world, who):
    return next(name for name, one in paying.payouts(world).items() if one["party"] == world.people[who].party)


def body(world, table, name):
    with world.database.reading() as connection:
        return json.loads(connection.execute(text(f"SELECT body FROM {table} WHERE id = :id"), {"id": name}).scalar())


def one_of(world, table, where="1 = 1"):
    with world.database.reading() as connection:
        return connection.execute(text(f"SELECT id FROM {table} WHERE {where} ORDER BY id LIMIT 1")).scalar()


@pytest.mark.parametrize(
    ("fields", "what"),
    [({"minor_units": 10**9}, "payout beyond what was owed"), ({"minor_units": 1}, "shown payout minor_units"),
     ({"party": "party-fay-1"}, "payouts party"), ({"currency": "USD"}, "payouts currency"), ({"state": "approved"}, "payout approvals"),
     ({"state": "failed"}, "payouts state"), ({"approved_by": []}, "payout approved by"),
     ({"approved_by": ["person-ola-1", "person-pia-1"]}, "payout approved by")],
)  # fmt: skip
def test_a_payout_that_has_not_left_is_as_it_was_proposed_and_approved(due, fields, what):
    change(due, "payouts", the_payout(due, "Ben"), **fields)
    assert what in whats(due)


def test_a_payout_that_is_gone_is_missed(due):
    name = the_payout(due, "Cleo")
    paying.sent(due, name)
    assert [] == proof(due).differences
    behind(due, "DELETE FROM payouts WHERE id = :id", id=name)
    assert {"payout", "shown payout"} <= whats(due)


@pytest.mark.parametrize("column", ["party", "currency", "state"])
def test_the_columns_that_a_payout_is_looked_up_by_are_those_of_its_body(due, column):
    other = {"party": due.people["Fay"].party, "currency": "USD", "state": "failed"}[column]
    behind(due, f"UPDATE payouts SET {column} = :other WHERE id = :id", other=other, id=the_payout(due, "Ben"))
    assert whats(due) == {f"payouts {column}"}


def test_every_figure_of_a_statement_follows_from_its_others(due):
    name = one_of(due, "statements")
    before = body(due, "statements", name)
    line_ = before["statement"]["lines"][0]
    for field, other in (("gross", "1"), ("recouped_own", "2"), ("share", "1/97"), ("earned_micro", 7), ("amount", "0.5"),
                         ("posted_before_micro", 3), ("rounding_pico", "1/3"), ("gross_before", "4"), ("late", "5"), ("sources", [])):  # fmt: skip
        changed = {**before["statement"], "lines": [line_ | {field: other}]}
        change(due, "statements", name, statement=changed)
        found = {what for what in whats(due) if what.startswith("statement line 1")}
        assert bool(found) == (field != "sources"), field
    account = before["statement"]["accounts"][0]
    for field in account:
        if field.endswith("_micro"):
            changed = {**before["statement"], "accounts": [account | {field: account[field] + 1}]}
            change(due, "statements", name, statement=changed)
            assert {what for what in whats(due) if what.startswith(("statement closing", "statement earned"))}, field
    change(due, "statements", name, statement=before["statement"])
    assert set() == whats(due)


@pytest.mark.parametrize("kind", ["payout", "balance", "statement", "pot"])
def test_what_readers_are_shown_is_what_was_written_for_them(due, kind):
    behind(due, "UPDATE documents SET data = replace(data, '\"currency\":\"EUR\"', '\"currency\":\"XXX\"') WHERE kind = :kind", kind=kind)
    assert {f"shown {kind} digest", f"shown {kind} currency"} <= whats(due)


@pytest.mark.parametrize(
    ("statement", "what"),
    [("DELETE FROM periods", "closed month"), ("INSERT INTO periods (period, closed_ms) VALUES ('2026-10', 1)", "closed month"),
     ("DELETE FROM pots", "gross of a pot"), ("DELETE FROM statements", "shown statement"),
     ("DELETE FROM runs", "closed month"),
     ("UPDATE pots SET body = replace(body, '1000000000000000', '1000000000000001')", "gross of a pot"),
     ("UPDATE reports SET body = replace(body, '\"lines\"\\:1', '\"lines\"\\:2')", "lines of a report"),
     ("UPDATE payouts SET body = 'x'", "a row that can be read")],
)  # fmt: skip
def test_rows_that_were_put_in_changed_or_taken_out_are_found(due, statement, what):
    behind(due, statement)
    assert what in whats(due)


def test_the_pages_of_an_issued_statement_are_proved_together(large, monkeypatch):  # noqa: F811
    monkeypatch.setattr(statements, "LINES_A_PAGE", 3)
    take(large, many(large, 7))
    large.do("Fin", "issue_statements", "2026-11")
    drive(large, "run-2026-11")
    assert 3 == len(large.documents(f"party:{large.people['Gil'].party}", "statement"))
    assert [] == proof(large).differences
    take(large, HEADER + line(90, "-1", "remix-000"), "report-two")
    large.do("Fin", "run_royalties", "2026-11")
    drive(large, "run-2026-11")
    assert [] == proof(large).differences


def test_what_came_late_to_a_closed_month_is_told_in_the_next(due):
    take(due, HEADER + line(1, "7", end="2026-11-03") + line(2, "3", end="2026-12-03") + line(3, "-8", end="2026-11-30"), "late")
    due.do("Fin", "issue_statements", "2026-12")
    assert [] == proof(due).differences
    take(due, HEADER + line(4, "2.5", end="2026-12-31"), "later")
    due.do("Fin", "run_royalties", "2027-01")
    assert [] == proof(due).differences
