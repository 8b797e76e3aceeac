"""The write door's address, and health."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Annotated, Any

from fastapi import FastAPI, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from fanlink.core.catalogue_import import MOST_BYTES
from fanlink.core.errors import Stopped, Unavailable
from fanlink.core.people import Artist, Role
from fanlink.server import answers, catalogue_import, envelopes, intake
from fanlink.server.assets import DIGEST
from fanlink.server.checking import Checking
from fanlink.server.guard import actor_of
from fanlink.server.replies import Reply
from fanlink.server.server import Server
from fanlink.server.store import Store


def routes(server: Server, router: FastAPI) -> None:
    """`POST /v1/commands`, `GET /v1/commands/{id}` and `GET /health`."""

    @router.post("/v1/commands", summary="Ask for acts; each gets one answer, for ever")
    async def commands(request: Request) -> Response:
        actor = actor_of(request)
        asked = envelopes.read_batch(await body_of(request, server.settings.largest_body_bytes))
        for one in asked:
            if one.envelope.kind == "import_report" and actor.has(Role.FINANCE):
                await run_in_threadpool(_prepare, server, one.envelope.target, one.envelope.data)
            if one.envelope.kind == "import_catalogue" and one.envelope.target in actor.teams:
                await run_in_threadpool(_plan, server, one.envelope.target, one.envelope.data)
        given = await asyncio.wrap_future(server.writer.answer(actor.id, asked)) if asked else []
        text = json.dumps({"answers": given}, separators=(",", ":"), ensure_ascii=False)
        return Response(text.encode(), media_type="application/json")

    @router.get(
        "/v1/commands/{command_id}", summary="What became of one of your commands",
        responses={404: {"description": "This server has not answered it"}},
    )  # fmt: skip
    async def answered(request: Request, command_id: Annotated[str, Path(max_length=64)]) -> Response:
        given = await run_in_threadpool(answers.recall_one, server.database, actor_of(request).id, command_id)
        if given is None:
            raise Reply(404, "not_found")
        return Response(json.dumps(given, ensure_ascii=False).encode(), media_type="application/json")

    @router.get("/health", summary="Whether the server answers")
    async def health() -> dict[str, str]:
        return {"state": "ok"}


def _prepare(server: Server, report: str, data: dict[str, Any]) -> None:
    """Reads a report's file, and compares it with the books, before the door opens, so that nobody waits behind it.

    Refuses to wait where that goes on already, as for one who asks again: each would keep a thread from everyone else.
    """
    asset, name = data.get("asset"), data.get("name")
    if isinstance(asset, str) and isinstance(name, str) and DIGEST.fullmatch(asset):
        files = server.door.reports
        if report in files.checking:
            raise Unavailable("this report is still being checked; ask again when that is done")
        with suppress(Stopped), Checking(server.database, files, report) as checking:  # the door then refuses it
            intake.prepare(server.database, files, asset, name[:200] or "report", checking)


def _plan(server: Server, artist: str, data: dict[str, Any]) -> None:
    """Plans a catalogue's import before the door opens, where nobody looked at a preview of it here."""
    asset = data.get("asset")
    if f"{artist}/{asset}" in server.door.reports.plans or not isinstance(asset, str) or not DIGEST.fullmatch(asset):
        return
    path = server.assets.path(asset)
    if path.is_file() and path.stat().st_size <= MOST_BYTES:
        with server.database.reading() as connection:
            store = Store(connection, server.database.is_sqlite)
            found = store.get(Artist, artist)
            if found is not None:
                catalogue_import.prepare(store, server.door.reports, found, asset, path.read_bytes(), str(data.get("name") or "catalogue")[:200])


async def body_of(request: Request, most_bytes: int) -> bytes:
    """The whole body; 413 as soon as it is larger than it may be."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > most_bytes:
        raise Reply(413, "too_large", {"Connection": "close"}, most_bytes=most_bytes)
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most_bytes:
            raise Reply(413, "too_large", {"Connection": "close"}, most_bytes=most_bytes)
        parts.append(part)
    return b"".join(parts)
