"""What the table says of the assets: what each is, and who brought it first."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from fanlink.server import tables
from fanlink.server.assets import Stored
from fanlink.server.deciding import Deciding
from fanlink.server.store import as_text


def keep(asked: Deciding, stored: Stored, owner: str | None) -> None:
    """Notes a stored file in the table; who brought it first stays its owner."""
    if get(asked.store.connection, stored.digest) is None:
        asked.store.put(tables.assets, {
            "digest": stored.digest, "size_bytes": stored.size_bytes, "media": stored.media, "owner": owner,
            "at_ms": asked.now_ms, "facts": as_text(stored.facts),
        })  # fmt: skip


def get(connection: Connection, digest: str) -> Any | None:
    """The row of an asset."""
    return connection.execute(select(tables.assets).where(tables.assets.c.digest == digest)).first()
