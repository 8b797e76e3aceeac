"""Uploads by tus 1.0.0: created, sent in pieces, gone on with after any break, ended. See docs/api.md."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Path, Query, Request, Response
from pydantic import BaseModel

from fanlink.core.people import Role
from fanlink.server import tus
from fanlink.server.guard import actor_of
from fanlink.server.receiving import Receiving
from fanlink.server.replies import Reply
from fanlink.server.server import Server
from fanlink.server.uploads import Purpose, State, outcome_of

Name = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="The id of an upload: the end of its Location")]
Digest = Annotated[str | None, Query(pattern="^[0-9a-f]{64}$", description="SHA-256 of the file")]
PIECE_BODY = {"requestBody": {"content": {tus.PIECE: {"schema": {"type": "string", "format": "binary"}}}}}
TUS_REPLIES: dict[int | str, dict[str, Any]] = {412: {"description": "Another version of tus"}}
PIECE_REPLIES = TUS_REPLIES | {
    400: {"description": "A checksum that this server does not know"}, 403: {"description": "It takes no more bytes"},
    409: {"description": "It stands at another offset"}, 415: {"description": "Not a piece of a file"},
    460: {"description": "Not what its checksum says"},
}  # fmt: skip


class UploadNow(BaseModel):
    """One upload as it stands. `asset` once it was accepted, `findings` once it was refused."""

    id: str
    location: str
    state: State
    sha256: str
    size_bytes: int
    offset: int
    purpose: str
    filename: str
    expires_ms: int
    asset: dict[str, Any] | None = None
    findings: list[dict[str, Any]] | None = None


class UploadList(BaseModel):
    items: list[UploadNow]


def routes(server: Server, router: FastAPI) -> None:
    """`/v1/uploads` and `/v1/uploads/{upload}`."""
    receiving = Receiving(server)
    _all(server, router, receiving)
    _one(router, receiving)
    _pieces(router, receiving)
    _options(server, router)


def _now(receiving: Receiving, row: Any) -> UploadNow:
    return UploadNow(
        id=row.id, location=f"/v1/uploads/{row.id}", state=State(row.state), sha256=row.digest, size_bytes=row.size_bytes,
        offset=receiving.offset(row), purpose=row.purpose, filename=row.filename, expires_ms=row.expires_ms,
        **outcome_of(row),
    )  # fmt: skip


def _all(server: Server, router: FastAPI, receiving: Receiving) -> None:
    @router.post(
        "/v1/uploads", status_code=201, response_class=Response, summary="Announce an upload, perhaps with its first bytes",
        responses=PIECE_REPLIES, openapi_extra=PIECE_BODY,
    )  # fmt: skip
    async def create(request: Request) -> Response:
        tus.demand_version(request.headers)
        announced = tus.announced(request.headers, _most_bytes(server, request))
        if announced.purpose is Purpose.RECORDING and announced.size_bytes > server.settings.largest_asset_bytes:
            raise Reply(413, "too_large", tus.HELLO, most_bytes=server.settings.largest_asset_bytes)
        with_bytes = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
        checksum = _checksum(request) if with_bytes else None
        if with_bytes:
            tus.demand_piece(request.headers)
        row = await receiving.announce(actor_of(request).id, announced)
        offset = await receiving.receive(row, 0, request.stream(), checksum) if with_bytes else 0
        row = await receiving.settle(row)
        return _settled(row, Response(status_code=201, headers=tus.about(row, offset) | {"Location": f"/v1/uploads/{row.id}"}))

    @router.get("/v1/uploads", summary="Your own uploads, newest first", response_model=UploadList)
    async def several(request: Request, sha256: Digest = None) -> UploadList:
        rows = await receiving.several(actor_of(request).id, sha256)
        return UploadList(items=[_now(receiving, row) for row in rows])


def _most_bytes(server: Server, request: Request) -> int:
    """The largest file that an account may send: reports, which are finance's, are larger than sound."""
    settings = server.settings
    return settings.largest_report_bytes if actor_of(request).has(Role.FINANCE) else settings.largest_asset_bytes


def _one(router: FastAPI, receiving: Receiving) -> None:
    @router.get("/v1/uploads/{upload}", summary="How an upload stands, and what became of it", response_model=UploadNow)
    async def one(request: Request, upload: Name) -> UploadNow:
        return _now(receiving, await receiving.settle(await receiving.find(upload, actor_of(request).id)))

    @router.head(
        "/v1/uploads/{upload}", status_code=200, response_class=Response, summary="Where an upload stands", responses=TUS_REPLIES
    )
    async def head(request: Request, upload: Name) -> Response:
        tus.demand_version(request.headers)
        row = await receiving.find(upload, actor_of(request).id)
        return Response(headers=tus.about(row, receiving.offset(row)))

    @router.delete(
        "/v1/uploads/{upload}", status_code=204, response_class=Response, summary="End an upload", responses=TUS_REPLIES
    )
    async def end(request: Request, upload: Name) -> Response:
        return await _end(receiving, request, upload)


def _pieces(router: FastAPI, receiving: Receiving) -> None:
    @router.patch(
        "/v1/uploads/{upload}", status_code=204, response_class=Response, summary="Send the next bytes of an upload",
        responses=PIECE_REPLIES, openapi_extra=PIECE_BODY,
    )  # fmt: skip
    async def piece(request: Request, upload: Name) -> Response:
        return await _piece(receiving, request, upload)

    @router.post(
        "/v1/uploads/{upload}", status_code=204, response_class=Response, responses=PIECE_REPLIES, openapi_extra=PIECE_BODY,
        summary="PATCH, HEAD or DELETE for clients that cannot say so: the method is in X-HTTP-Method-Override",
    )  # fmt: skip
    async def instead(request: Request, upload: Name) -> Response:
        meant = request.headers.get("x-http-method-override", "").upper()
        if meant == "PATCH":
            return await _piece(receiving, request, upload)
        if meant == "DELETE":
            return await _end(receiving, request, upload)
        if meant == "HEAD":
            tus.demand_version(request.headers)
            row = await receiving.find(upload, actor_of(request).id)
            return Response(headers=tus.about(row, receiving.offset(row)))
        raise Reply(405, "method_not_allowed", tus.HELLO | {"Allow": "GET, HEAD, PATCH, DELETE, OPTIONS"})


async def _piece(receiving: Receiving, request: Request, upload: str) -> Response:
    tus.demand_version(request.headers)
    tus.demand_piece(request.headers)
    at, checksum = tus.number(request.headers, "upload-offset"), _checksum(request)
    row = await receiving.find(upload, actor_of(request).id)
    announced = request.headers.get("content-length", "")
    if row.state == State.RECEIVING and announced.isdigit() and at + int(announced) > row.size_bytes:
        raise Reply(413, "too_large", tus.HELLO | {"Connection": "close"}, most_bytes=row.size_bytes)
    offset = await receiving.receive(row, at, request.stream(), checksum)
    row = await receiving.settle(row)
    return _settled(row, Response(status_code=204, headers=tus.about(row, offset)))


async def _end(receiving: Receiving, request: Request, upload: str) -> Response:
    tus.demand_version(request.headers)
    await receiving.end(await receiving.find(upload, actor_of(request).id))
    return Response(status_code=204, headers=tus.HELLO)


def _checksum(request: Request) -> tus.Checksum | None:
    said = request.headers.get("upload-checksum")
    return None if said is None else tus.Checksum(said)


def _settled(row: Any, reply: Response) -> Response:
    """The reply, unless all is here and was refused: then the reason."""
    if row.state == State.REFUSED:
        (first, *_) = outcome_of(row)["findings"]
        headers = {name: value for name, value in reply.headers.items() if name.lower() != "content-length"}
        raise Reply(422, first["code"], headers, **first["facts"])
    return reply


def _options(server: Server, router: FastAPI) -> None:
    @router.options("/v1/uploads", status_code=204, response_class=Response, summary="What this server's uploads can do")
    async def options() -> Response:
        return Response(status_code=204, headers=tus.options(server.settings.largest_asset_bytes))

    @router.options("/v1/uploads/{upload}", status_code=204, response_class=Response, summary="The same for one upload")
    async def options_of_one(upload: Name) -> Response:
        return Response(status_code=204, headers=tus.options(server.settings.largest_asset_bytes))
