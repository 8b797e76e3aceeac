"""`verify` names any single value that is changed behind the books' back: tried for every column of every table of money."""

import json

import pytest
from sqlalchemy import text

from fanlink.core.digests import digest_of_bytes
from fanlink.royalties.verify_books import prove
from fanlink.server import handing, tables
from fanlink.server.proving import Rows
from tests.server import paying
from tests.server.test_money import HEADER, line, take
from tests.server.test_runs import WIDE, bought
from tests.server.test_sheets import propose

MONEY = (
    tables.reports, tables.report_lines, tables.pots, tables.pot_days, tables.unmatched, tables.holds, tables.runs,
    tables.transactions, tables.postings, tables.periods, tables.statements, tables.balances, tables.bank_details, tables.payouts,
    tables.payout_batches, tables.payout_handovers, tables.bank_answers, tables.party_holds, tables.conversions, tables.sheets,
    tables.sheet_proposals, tables.templates, tables.cancelled_reports,
)  # fmt: skip
KINDS = {
    "report_lines": ("hold IS NOT NULL", "sheet IS NULL", "sheet IS NOT NULL AND hold IS NULL"),
    "transactions": ("key LIKE 'run:%'", "key LIKE 'report:%'", "key LIKE 'payout%'"),
}
# (table, column): why nobody could tell that it is another one
NOT_NOTICED: dict[tuple[str, str], str] = {}


@pytest.fixture
def busy(world):
    """A bit of everything that money does: held and unmatched lines, an issued month, payouts on each of their ways."""
    world.publish()
    paying.finance(world)
    for who in ("Fay", "Ben", "Cleo"):
        paying.bank(world, who)
    take(world, WIDE + bought(40) + "".join(line(number, "7", name).strip() + ",,,\n" for number, name in ((99, "remix-one"), (100, "elsewhere"))))
    paying.earn(world, "900", "USD")
    paying.earn(world)
    world.do("Fin", "issue_statements", "2026-11")
    made = paying.propose(world, currencies=["EUR"])
    fay, ben, cleo = (made[world.people[who].party] for who in ("Fay", "Ben", "Cleo"))
    paying.sent(world, fay, cleo)
    world.door.act(lambda asked: handing._begin(asked, cleo), world.clock())
    world.door.act(lambda asked: handing._finish(asked, cleo, handing.Outcome("their-1")), world.clock())
    assert "accepted" == paying.answer_file(world, f"payout,status,reason\n{fay},settled,\n")["outcome"]
    world.do("Ola", "approve_payout", ben)
    party = world.people["Fay"].party
    world.do("Fay", "ask_conversion", "conversion-one", {"party": party, "from_currency": "USD", "to_currency": "EUR"})
    world.do("Fin", "convert_balance", "conversion-one", {"rate": "0.9217", "source": "ECB", "day": "2026-11-09"})
    world.do("Fin", "hold_party", world.people["Cleo"].party, {"reason": "who is this"})
    assert "accepted" == propose(world, Fay="1/2", Ben="1/4", Cleo="1/4")["outcome"]
    data = (HEADER + line(1, "1", report="r9")).encode()
    world.upload(data, "Fin")
    world.do("Fin", "cancel_report", "report-never", {"asset": digest_of_bytes(data)})
    assert [] == proved(world)
    return world


def proved(world):
    with world.database.reading() as connection:
        return prove(Rows(connection)).differences


def differences(world, table, changed, key):
    """What `verify` says while a row is another one; then it is again what it was."""
    with world.database.engine.connect() as connection, connection.begin() as transaction:
        if world.database.is_sqlite:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        where = [table.c[name] == value for name, value in key.items()]
        assert 1 == connection.execute(table.update().where(*where).values(changed)).rowcount
        found = prove(Rows(connection)).differences
        transaction.rollback()
    return found


def rows_of(world, table):
    with world.database.reading() as connection:
        found = []
        for where in KINDS.get(table.name, ("1 = 1",)):
            found += connection.execute(table.select().where(text(where)).limit(1)).mappings().all()
        return [dict(row) for row in found]


def other(value, kind, is_key=False):
    if isinstance(value, int):
        return value + (10**6 if is_key else 1)
    if value is None:
        return 7 if kind.python_type is int else "other"
    return str(int(value) + 10**6) if value.lstrip("-").isdigit() else f"{value}x"


def leaves(value, path=()):
    if isinstance(value, dict | list):
        for name, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(one, (*path, name))
    else:
        yield path


def with_another(body, path):
    """The same JSON text with one leaf that says something else."""
    made = json.loads(body)
    place = made
    for name in path[:-1]:
        place = place[name]
    was = place[path[-1]]
    place[path[-1]] = (not was) if isinstance(was, bool) else other(was, str) if not isinstance(was, float) else was + 1
    return json.dumps(made, separators=(",", ":"), ensure_ascii=False)


@pytest.mark.proof
def test_a_value_of_any_column_of_any_table_of_money_is_named(busy):
    unnoticed, looked = [], 0
    for table in MONEY:
        found = rows_of(busy, table)
        assert found, f"{table.name} has no row to change"
        for row in found:
            key = {column.name: row[column.name] for column in table.primary_key.columns}
            for column in table.columns:
                value = other(row[column.name], column.type, column.primary_key) if column.name != "body" else with_another(row["body"], next(leaves(json.loads(row["body"]))))
                looked += 1
                if not differences(busy, table, {column.name: value}, key):
                    unnoticed.append((table.name, column.name))
    assert looked > 150
    assert sorted(NOT_NOTICED) == sorted(set(unnoticed))
    assert [] == proved(busy)
