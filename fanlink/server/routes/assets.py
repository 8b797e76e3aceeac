"""Files by digest: uploaded whole and checked, read in parts."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Request, Response
from fastapi import Path as InPath
from fastapi.responses import FileResponse
from pydantic import BaseModel
from sqlalchemy import Connection

from fanlink.core.people import Actor, Role
from fanlink.server import asset_rows, hearing, ranges
from fanlink.server.guard import actor_of
from fanlink.server.replies import Reply
from fanlink.server.server import Server

Digest = Annotated[str, InPath(pattern="^[0-9a-f]{64}$", description="SHA-256 of the file, as 64 hex digits")]


class AssetKept(BaseModel):
    """What the server found the file to be."""

    digest: str
    size_bytes: int
    media: str


def routes(server: Server, router: FastAPI) -> None:
    """`PUT` and `GET /v1/assets/{digest}`."""

    @router.put(
        "/v1/assets/{digest}", status_code=201, response_model=AssetKept, summary="Upload a file under its digest",
        openapi_extra={"requestBody": {"required": True, "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
    )  # fmt: skip
    async def put(request: Request, digest: Digest, response: Response) -> AssetKept:
        actor, settings = actor_of(request), server.settings
        most = settings.largest_report_bytes if actor.has(Role.FINANCE) else settings.largest_asset_bytes
        announced = request.headers.get("content-length", "")
        if announced.isdigit() and int(announced) > most:
            raise Reply(413, "too_large", {"Connection": "close"}, most_bytes=most)
        stored = await server.assets.receive(digest, request.stream(), most)
        await asyncio.wrap_future(server.writer.act(lambda asked: asset_rows.keep(asked, stored, actor.id)))
        return AssetKept(digest=stored.digest, size_bytes=stored.size_bytes, media=stored.media)

    @router.head("/v1/assets/{digest}", summary="What a file is, without it", response_class=FileResponse)
    @router.get(
        "/v1/assets/{digest}", summary="A file, whole or in part", response_class=FileResponse,
        responses={206: {"description": "A part of the file"}, 304: {"description": "It has not changed"},
                   416: {"description": "The file has no such part"}},
    )  # fmt: skip
    async def get(request: Request, digest: Digest) -> Response:
        actor: Actor | None = request.state.actor

        def find(connection: Connection) -> Any:
            row = asset_rows.get(connection, digest)
            return row if row is not None and hearing.may_have(connection, actor, row) else None

        row = await server.look(find)
        if row is None:
            raise Reply(404, "not_found")
        return file_reply(server, request, digest, row.media)


def file_reply(server: Server, request: Request, digest: str, media: str) -> Response:
    """The file, or the part that was asked for. Caches must ask again each time, for what is public now may not stay so."""
    headers = {
        "ETag": f'"{digest}"', "Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox", "Accept-Ranges": "bytes",
    }  # fmt: skip
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if f'"{digest}"' in known or "*" in known:
        return Response(status_code=304, headers=headers)
    path = server.assets.path(digest)
    if not path.is_file():
        raise Reply(404, "not_found")
    part = ranges.asked(request.headers, path.stat().st_size, f'"{digest}"') if request.method == "GET" else None
    return Part(path, part, media_type=media, headers=headers)


class Part(FileResponse):
    """A file, or one part of it that is there. What else the request says of ranges has been looked at already."""

    def __init__(self, path: Path, part: tuple[int, int] | None, **more: Any) -> None:
        super().__init__(path, **more)
        self._part = part

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = [pair for pair in scope["headers"] if pair[0] not in (b"range", b"if-range")]
        if self._part is not None:
            headers.append((b"range", b"bytes=%d-%d" % self._part))
        await super().__call__({**scope, "headers": headers}, receive, send)
