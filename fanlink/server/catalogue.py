"""What everyone may look up: artists, open prompts, challenges, published remixes. Pages are JSON straight from the feed."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, select

from fanlink.core.people import Actor
from fanlink.server import tables

DOCUMENT = tables.documents


@dataclass(frozen=True, slots=True)
class Page:
    """Documents as JSON texts, and where the next page begins."""

    items: list[str]
    next: str | None

    def as_bytes(self) -> bytes:
        """The JSON of a list reply."""
        following = f'"{self.next}"' if self.next else "null"
        return f'{{"items":[{",".join(self.items)}],"next":{following}}}'.encode()


def cursor_of(name: str) -> str:
    """Where a page ended, for the address of the next."""
    return urlsafe_b64encode(name.encode()).decode().rstrip("=")


def name_in(cursor: str) -> str | None:
    """What `cursor_of` took; None where it is not a cursor."""
    try:
        return urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (ValueError, UnicodeDecodeError):
        return None


PUBLIC = (
    select(DOCUMENT.c.id, DOCUMENT.c.data)
    .where(
        DOCUMENT.c.scope == "public", DOCUMENT.c.kind == bindparam("of"), DOCUMENT.c.deleted == 0,
        DOCUMENT.c.id > bindparam("after"),
    ).order_by(DOCUMENT.c.id).limit(bindparam("most"))
)  # fmt: skip
ONE = select(DOCUMENT.c.kind, DOCUMENT.c.data).where(
    DOCUMENT.c.scope.in_(bindparam("scopes", expanding=True)), DOCUMENT.c.kind.in_(bindparam("kinds", expanding=True)),
    DOCUMENT.c.id == bindparam("name"), DOCUMENT.c.deleted == 0,
)  # fmt: skip


def public(connection: Connection, kind: str, words: str, after: str, limit: int) -> Page:
    """Public documents of a kind by id, those that hold all the words."""
    chosen = PUBLIC.where(*_holding(words)) if words else PUBLIC
    return _page(connection.execute(chosen, {"of": kind, "after": after, "most": limit + 1}).all(), limit)


def published(connection: Connection, words: str, artist: str | None, after: str, limit: int) -> Page:
    """Published remixes by id, as everyone may see them."""
    tests = [DOCUMENT.c.kind == "published", DOCUMENT.c.deleted == 0, DOCUMENT.c.id > after]
    tests.append(DOCUMENT.c.scope == f"artist:{artist}" if artist else DOCUMENT.c.scope.like("artist:%"))
    chosen = select(DOCUMENT.c.id, DOCUMENT.c.data).where(*tests, *_holding(words)).order_by(DOCUMENT.c.id)
    return _page(connection.execute(chosen.limit(limit + 1)).all(), limit)


def tracks(connection: Connection, actor: Actor, words: str, after: str, limit: int) -> Page:
    """The tracks of the account's teams and parties."""
    scopes = (*(f"team:{one}" for one in actor.teams), *(f"party:{one}" for one in actor.parties))
    tests = [DOCUMENT.c.scope.in_(scopes), DOCUMENT.c.kind == "track", DOCUMENT.c.deleted == 0, DOCUMENT.c.id > after]
    newest = func.min(DOCUMENT.c.data).label("data")
    chosen = select(DOCUMENT.c.id, newest).where(*tests, *_holding(words)).group_by(DOCUMENT.c.id).order_by(DOCUMENT.c.id)
    return _page(connection.execute(chosen.limit(limit + 1)).all(), limit)


def one(connection: Connection, scopes: tuple[str, ...], kinds: tuple[str, ...], name: str) -> str | None:
    """One document as JSON, from the first of the scopes and kinds that has it."""
    rows = connection.execute(ONE, {"scopes": scopes, "kinds": kinds, "name": name}).all()
    return min(rows, key=lambda row: kinds.index(row.kind)).data if rows else None


def _holding(words: str) -> list[ColumnElement[bool]]:
    """Each word must stand somewhere in the document, whatever its case."""
    data = func.lower(DOCUMENT.c.data)
    return [data.contains(word.lower(), autoescape=True) for word in words.split()[:8]]


def _page(rows: Any, limit: int) -> Page:
    more = len(rows) > limit
    rows = rows[:limit]
    return Page([row.data for row in rows], cursor_of(rows[-1].id) if more else None)
