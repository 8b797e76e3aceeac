"""Brings a database to the schema of this version; one that a newer version made is refused with words."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError, OperationalError

from fanlink.core.errors import BadInput
from fanlink.server.database import Database

HEAD = "0008"
MIGRATIONS = Path(__file__).parent / "migrations"


def prepare(database: Database) -> None:
    """Makes the tables, or brings them up to date; raises `BadInput` for a database of a newer version, or for none."""
    try:
        _prepare(database)
    except OperationalError:
        raise
    except DatabaseError as error:
        raise BadInput(f"cannot be read as a database ({error.orig}). Nothing was changed", where=_place(database)) from error


def _prepare(database: Database) -> None:
    """Alembic is imported only when there is something to do, for a server that just starts has no use for it."""
    with database.writing() as connection:
        found = revision(connection)
        if found == HEAD:
            return
        from alembic import command
        from alembic.config import Config
        from alembic.script import ScriptDirectory

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
        if found is not None and found not in known:
            raise BadInput(
                f"this home was made by a newer version of FanLink (its database is at step {found}, this version knows "
                f"steps up to {HEAD}): please update FanLink. Nothing was changed",
                where=_place(database),
            )
        command.upgrade(config, "head")


def revision(connection: object) -> str | None:
    """The step that a database is at; None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):  # type: ignore[union-attr]
        return None
    row = connection.execute(text("SELECT version_num FROM alembic_version")).first()  # type: ignore[attr-defined]
    return row[0] if row else None


def _place(database: Database) -> str:
    return database.url.removeprefix("sqlite:///") if database.is_sqlite else "database"
