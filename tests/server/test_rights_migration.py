"""A home of the first tables comes up with its parties, tracks and mandates found by what they are."""

import json

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from fanlink.core.parties import Mandate, Phase
from fanlink.server import schema
from fanlink.server.database import Database, sqlite_url
from fanlink.server.nouns import Account
from fanlink.server.store import Store

MANDATE = {"id": "mandate-one", "principal": "party-one", "agent": "party-two", "begins": "2026-01-01", "ends": None, "tracks": [],
           "revoked": False}  # fmt: skip


@pytest.fixture
def old(tmp_path):
    """A database at the first step, with rows as that version wrote them."""
    database = Database(sqlite_url(tmp_path / "server.db"))
    with database.writing() as connection:
        config = Config()
        config.set_main_option("script_location", str(schema.MIGRATIONS))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for party, ipi in (("party-one", "00014107338"), ("party-two", None)):
            body = json.dumps({"id": party, "name": party, "kind": "person", "ipi": ipi, "isni": None})
            connection.execute(text("INSERT INTO parties (id, version, name, body) VALUES (:i, 1, :i, :b)"), {"i": party, "b": body})
        connection.execute(
            text("INSERT INTO mandates (id, version, principal, agent, body) VALUES ('mandate-one', 1, 'party-one', 'party-two', :b)"),
            {"b": json.dumps(MANDATE)},
        )
    yield database
    database.close()


def test_what_was_there_is_found_by_its_numbers_and_days(old):
    schema.prepare(old)
    with old.reading() as connection:
        assert schema.HEAD == schema.revision(connection)
        assert "party-one" == connection.execute(text("SELECT id FROM parties WHERE ipi = '00014107338'")).scalar()
        row = connection.execute(text("SELECT begins, ends, phase FROM mandates")).one()
        assert ("2026-01-01", None, "coming") == tuple(row)
        store = Store(connection, True)
        mandate = store.need(Mandate, "mandate-one")
        assert (Phase.COMING, 1, True) == (mandate.phase, mandate.version, mandate.covers("track-one", mandate.begins))
        assert store.get(Account, "person-nobody") is None
