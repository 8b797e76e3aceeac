"""The database: SQLite in the home's folder, or PostgreSQL by one setting. SQL's errors are translated here.

SQLite runs in WAL with `synchronous=FULL`: with NORMAL acknowledged rows were lost in simulated power cuts.
Writers of all processes take turns: an immediate transaction there, an advisory lock on PostgreSQL. The chain of the
audit log orders them anyway, and with turns no reader of a feed can miss a row that commits late.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from fanlink.core.errors import Unavailable

WRITERS_LOCK = 0x46616E4C
BUSY_MS = 15_000


class DatabaseAway(Unavailable):
    """The database cannot be reached, is full or is locked; nothing was written, it can be tried again."""


class Database:
    """Connections to one database; `writing` is one durable transaction, `reading` one consistent look."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.engine = _sqlite(url) if self.is_sqlite else _postgresql(url)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that no other writer's can cross; durable when the block ends."""
        with _translated(), self.engine.connect() as connection:
            writer = connection.execution_options(fanlink_writing=True)
            with writer.begin():
                if not self.is_sqlite:
                    writer.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS_LOCK})")
                yield writer

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A look at one committed state; what is written meanwhile is not in it."""
        with _translated(), self.engine.connect() as connection:
            if not self.is_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Lets all connections go."""
        self.engine.dispose()


def sqlite_url(path: Path) -> str:
    """The address of a SQLite file."""
    return f"sqlite:///{path}"


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, Exception) and _is_away(error):
            raise DatabaseAway(str(error.orig)) from error
        raise
    except SQLAlchemyError as error:
        if "timeout" in type(error).__name__.lower():
            raise DatabaseAway(str(error)) from error
        raise


def _is_away(error: DBAPIError) -> bool:
    """Operational faults are the surroundings' (disk, lock, network); anything else is a bug of ours."""
    return error.connection_invalidated or type(error).__name__ == "OperationalError"


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, pool_size=8, max_overflow=24, pool_timeout=10)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin by itself: we say BEGIN or BEGIN IMMEDIATE
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_MS}", "foreign_keys=ON",
                       "trusted_schema=OFF", "cache_size=-32000", "temp_store=MEMORY"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("fanlink_writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _postgresql(url: str) -> Engine:
    address = url.replace("postgresql://", "postgresql+psycopg://", 1).replace("postgres://", "postgresql+psycopg://", 1)
    return create_engine(address, pool_size=8, max_overflow=24, pool_timeout=10, pool_pre_ping=True)
