"""The feed's addresses: scopes, changes, snapshots and live news."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from json.encoder import encode_basestring_ascii as dumps
from typing import Annotated, Any
from urllib.parse import quote

import zstandard
from fastapi import FastAPI, Path, Query, Request, Response
from fastapi.responses import FileResponse, StreamingResponse
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from fanlink.core.people import Actor, scopes_of
from fanlink.server import feed
from fanlink.server.envelopes import INT64_MAX
from fanlink.server.guard import actor_of
from fanlink.server.replies import Reply
from fanlink.server.server import Server

MOST = 5_000
MOST_DIGESTS = 10_000
MOST_PAGES = 16
PUBLIC = "public"
LOOK_AGAIN_S = 2.0
Number = Annotated[int, Query(ge=0, le=INT64_MAX)]


class Reader:
    """Reads the feed for the routes; remembers the digest of each scope's newest head, and the pages that many ask for."""

    def __init__(self) -> None:
        self._digests: dict[str, tuple[int, str]] = {}
        self._pages: OrderedDict[tuple[str, int, int], tuple[int, bytes]] = OrderedDict()

    def at_hand(self, connection: Connection, scope: str, after: int, limit: int) -> bytes | None:
        """The answer to a client that has everything, or of a page made before, without reading the feed; else None."""
        (now,) = feed.heads(connection, (scope,))
        made = self._pages.get((scope, after, limit))
        if made is not None and made[0] == now.head:
            return made[1]
        known = self._digests.get(scope)
        if after != now.head or known is None or known[0] != now.head:
            return None
        return _page([], after, False, known[1])

    def changes(self, connection: Connection, scope: str, after: int, limit: int) -> bytes:
        """A page of changes as JSON; 410 where it must be a snapshot."""
        (now,) = feed.heads(connection, (scope,))
        if after > now.head or 0 < after < now.floor:
            raise _gone(scope, now.head)
        body = self._read(connection, now, after, limit)
        if scope == PUBLIC:
            self._pages[scope, after, limit] = now.head, body
            while len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)
        return body

    def _read(self, connection: Connection, now: feed.Scope, after: int, limit: int) -> bytes:
        rows = feed.page(connection, now.scope, after, limit + 1)
        more = len(rows) > limit
        rows = rows[:limit]
        # At the end it is the head, even when the newest change was a tombstone that is forgotten by now.
        following = rows[-1][0] if more else max([now.head, after, *(row[0] for row in rows[-1:])])
        return _page(rows, following, more, None if more else self._digest(connection, now))

    def _digest(self, connection: Connection, now: feed.Scope) -> str:
        known = self._digests.get(now.scope)
        if known is None or known[0] != now.head:
            if len(self._digests) > MOST_DIGESTS:
                self._digests.clear()
            known = self._digests[now.scope] = (now.head, feed.digest(connection, now.scope))
        return known[1]


def _page(rows: Sequence[Any], following: int, more: bool, digest: str | None) -> bytes:
    tail = json.dumps({"next": following, "more": more, "digest": digest}, separators=(",", ":"))[1:]
    return f'{{"changes":[{",".join([_change(*row) for row in rows])}],{tail}'.encode()


def _gone(scope: str, head: int) -> Reply:
    reply = Reply(410, "snapshot_needed", scope=scope, head=head)
    reply.beside = {"snapshot": f"/v1/snapshots/{quote(scope, safe='')}"}
    return reply


def _change(seq: int, kind: str, name: str, version: int, deleted: int, data: str) -> str:
    """A change as JSON. The data is canonical JSON in its column already."""
    gone = "true" if deleted else "false"
    return f'{{"seq":{seq},"kind":"{kind}","id":{dumps(name)},"version":{version},"deleted":{gone},"data":{data}}}'


def routes(server: Server, router: FastAPI) -> None:
    """What sync reads."""
    reader = Reader()

    @router.get("/v1/scopes", summary="The scopes you may read, and how far each has come")
    async def scopes(request: Request) -> Response:
        mine = scopes_of(actor_of(request))
        found = await server.look(lambda connection: feed.heads(connection, mine))
        return _json({"scopes": [{"scope": one.scope, "head": one.head} for one in found]})

    @router.get("/v1/changes", summary="What changed in a scope after a number")
    async def changes(
        request: Request, scope: Annotated[str, Query(max_length=200)], after: Number = 0,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 1000,
    ) -> Response:  # fmt: skip
        _demand(actor_of(request), scope)
        body = await server.look(lambda connection: reader.at_hand(connection, scope, after, limit))
        if body is None:
            body = await server.look(lambda connection: reader.changes(connection, scope, after, limit), long=True)
        return _packed(request, body)

    @router.get(
        "/v1/snapshots/{scope}", summary="Everything in a scope, as a zstd-compressed SQLite file",
        response_class=FileResponse, responses={206: {"description": "A part of the file"}},
    )  # fmt: skip
    async def snapshot(request: Request, scope: Annotated[str, Path(max_length=200)]) -> FileResponse:
        _demand(actor_of(request), scope)
        made = await run_in_threadpool(server.snapshots.of, scope)
        return FileResponse(made.path, media_type="application/zstd", headers={"X-FanLink-Head": str(made.head)})

    @router.get("/v1/events", summary="Live: which scope moved, and how far")
    async def events(request: Request) -> StreamingResponse:
        actor_of(request)
        stream = _events(server, request)
        return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-store"})


async def _events(server: Server, request: Request) -> AsyncIterator[bytes]:
    """All heads once, then each scope that moves. It looks by itself now and then, for what other processes commit."""
    listener = server.news.listen()
    told: dict[str, int] = {}
    token = request.headers.get("authorization", "").partition(" ")[2].strip()
    try:
        while not (listener.stopped or server.news.stopped):
            listener.take()
            known = server.sessions.remembered(token)
            actor = known or await server.look(lambda connection: server.sessions.who(connection, token))
            if actor is None:
                return
            mine = scopes_of(actor)
            for one in await server.look(lambda connection: feed.heads(connection, mine)):  # noqa: B023
                if told.get(one.scope) != one.head:
                    told[one.scope] = one.head
                    yield b"data: " + json.dumps({"scope": one.scope, "head": one.head}).encode() + b"\n\n"
            yield b": still here\n\n"
            try:
                await asyncio.wait_for(listener.ready.wait(), LOOK_AGAIN_S)
            except TimeoutError:
                continue
    finally:
        server.news.leave(listener)


def _demand(actor: Actor, scope: str) -> None:
    if scope not in scopes_of(actor):
        raise Reply(403, "not_allowed", scope=scope)


def _packed(request: Request, body: bytes) -> Response:
    """JSON, compressed when it is worth it and the client can read that."""
    if len(body) > 1_000 and "zstd" in request.headers.get("accept-encoding", ""):
        packed = zstandard.ZstdCompressor(level=1).compress(body)
        return Response(packed, media_type="application/json", headers={"Content-Encoding": "zstd", "Vary": "Accept-Encoding"})
    return Response(body, media_type="application/json")


def _json(data: object) -> Response:
    return Response(json.dumps(data, separators=(",", ":")).encode(), media_type="application/json")
