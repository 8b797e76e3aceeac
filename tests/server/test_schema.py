"""The database's own guards: steps that match the tables, rows that are only added, newer homes refused."""

import json

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from fanlink.core import audit as chain
from fanlink.core.errors import BadInput
from fanlink.server import audit, schema, tables


def test_the_steps_lead_to_the_tables(world):
    with world.database.reading() as connection:
        assert [] == compare_metadata(MigrationContext.configure(connection), tables.metadata)


@pytest.mark.parametrize("table", ["audit", "transactions", "postings", "decisions", "sheets"])
def test_lines_of_the_books_are_only_ever_added(world, table):
    world.publish()
    csv = (
        b"report_id,line_id,remix_id,service,territory,period_start,period_end,units,revenue,currency\n"
        b"r1,1,remix-one,Tide,DE,2026-11-01,2026-11-30,10,12.34,EUR\n"
    )
    world.do("Fin", "import_report", "report-one", {"asset": world.upload(csv, "Fin"), "name": "x"})
    column = tables.metadata.tables[table].columns.keys()[-1]
    for change in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match="append-only"), world.database.writing() as connection:
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar()
            connection.execute(text(change))


def test_an_answer_is_never_deleted(world):
    world.ask("Fay", "follow_artist", "artist-ana")
    with pytest.raises(DBAPIError, match="append-only"), world.database.writing() as connection:
        connection.execute(text("DELETE FROM answers"))


def test_a_newer_database_is_refused_with_words_and_left_alone(world):
    with world.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(BadInput, match="newer version of FanLink"):
        schema.prepare(world.database)
    with world.database.reading() as connection:
        assert "9999" == schema.revision(connection)


def test_the_audit_log_is_whole_and_shows_every_change_to_it(world):
    world.publish()
    with world.database.reading() as connection:
        lines = list(audit.lines(connection, 0, 10_000))
        answered = connection.execute(select(tables.answers.c.id)).all()
    assert chain.broken_at(lines) is None
    assert {row.id for row in answered} <= {line.command for line in lines}
    for place in range(len(lines)):
        data = {name: getattr(lines[place], name) for name in lines[place].__slots__}
        for name, other in (("at_ms", 1), ("actor", "x"), ("outcome", "x"), ("facts", {"x": 1}), ("target", "x")):
            changed = [*lines[:place], chain.AuditLine(**(data | {name: other})), *lines[place + 1 :]]
            assert lines[place].number == chain.broken_at(changed)
        assert chain.broken_at([*lines[:place], *lines[place + 1 :]]) is not None or place == len(lines) - 1


def test_the_audit_log_notes_what_the_system_does_by_itself(world):
    world.publish()
    name, _ = world.consent("Ben")
    world.do("Ben", "withdraw_consent", name)
    world.clock.pass_days(31)
    world.fall_due()
    with world.database.reading() as connection:
        last = list(audit.lines(connection, 0, 10_000))[-1]
    assert ("system", "take_down_remix", "remix-one") == (last.actor, last.kind, last.target)
    assert "consent_withdrawn" in json.dumps(dict(last.facts))
