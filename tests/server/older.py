"""A home of today taken back to what an earlier version left: the tables of a step undone, the documents as that version wrote them."""

import json

from sqlalchemy import inspect, select

from fanlink.server import tables

SINCE = {"published": ("sheets",), "prompt": ("split",)}


def before_the_eighth(connection):
    """Takes back what the eighth migration made, of the tables that are there."""
    found = inspect(connection)
    for table in found.get_table_names():
        if "body_digest" in {column["name"] for column in found.get_columns(table)}:
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN body_digest")
    for index in ("report_lines_waiting", "report_lines_held"):
        connection.exec_driver_sql(f"DROP INDEX {index}")
    for name, columns in (("sheet", "sheet"), ("reported", "service, reported"), ("hold", "hold")):
        connection.exec_driver_sql(f"CREATE INDEX report_lines_{name} ON report_lines ({columns})")
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0007'")


def before_the_seventh(connection):
    """Takes back what the seventh migration made, and those after it."""
    before_the_eighth(connection)
    for statement in ("DROP TABLE cancelled_reports", "DROP TABLE catalogue_imports", "DROP TABLE to_tell_again", "DROP INDEX holds_remix"):
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0006'")


def without_splits(connection):
    """Public documents as they were before splits were told."""
    table = tables.documents
    for row in connection.execute(select(table.c.scope, table.c.kind, table.c.id, table.c.data).where(table.c.kind.in_(SINCE))).all():
        data = json.loads(row.data)
        if data is None:
            continue
        kept = {name: value for name, value in data.items() if name not in SINCE[row.kind]}
        where = (table.c.scope == row.scope, table.c.kind == row.kind, table.c.id == row.id)
        connection.execute(table.update().where(*where).values(data=json.dumps(kept), digest="older"))
