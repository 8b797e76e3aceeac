"""An artist's catalogue as files: a preview of a CSV before it is imported, and everything about it to take away."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Annotated, Any

from fastapi import FastAPI, Path, Request, Response
from pydantic import BaseModel
from sqlalchemy import Connection

from fanlink.core import exports
from fanlink.core.catalogue_import import MOST_BYTES
from fanlink.core.digests import digest_of_bytes
from fanlink.core.errors import Refused
from fanlink.core.people import Actor, Artist, scopes_of
from fanlink.server import catalogue, catalogue_import, feed, money_reads
from fanlink.server.envelopes import Id
from fanlink.server.guard import actor_of
from fanlink.server.replies import Reply
from fanlink.server.routes.commands import body_of
from fanlink.server.server import Server
from fanlink.server.store import Store

Name = Annotated[Id, Path()]


class PreviewFault(BaseModel):
    """Why a row cannot be taken. `line` counts the file's lines from 1, the header being 1."""

    file: str
    line: int | None
    column: str | None
    reason: str


class PreviewParty(BaseModel):
    id: str
    name: str
    state: str


class PreviewTrack(BaseModel):
    """`state` is new, changed or unchanged; `claims` is what its stakes leave to mend."""

    id: str
    isrc: str
    title: str
    state: str
    changes: list[str]
    claims: list[str]


class Preview(BaseModel):
    """What a file would do; an `import_catalogue` that names its `digest` does this or nothing."""

    rows: int
    faults: list[PreviewFault]
    parties: list[PreviewParty]
    tracks: list[PreviewTrack]
    digest: str


def routes(server: Server, router: FastAPI) -> None:
    """`POST .../catalogue/preview`, `GET .../catalogue/import` and `GET .../catalogue`."""

    @router.post(
        "/v1/artists/{artist_id}/catalogue/preview", summary="What a catalogue as CSV would do", response_model=Preview,
        openapi_extra={"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}},
    )  # fmt: skip
    async def preview(request: Request, artist_id: Name) -> Response:
        actor, body = actor_of(request), await body_of(request, MOST_BYTES)

        def read(connection: Connection) -> bytes:
            store = Store(connection, server.database.is_sqlite)
            artist = store.need(Artist, artist_id)
            if artist.id not in actor.teams:
                raise Refused("not_allowed", kind="import_catalogue", ties=["team"])
            planned = catalogue_import.prepare(store, server.door.reports, artist, digest_of_bytes(body), body, "catalogue.csv")
            return json.dumps(planned.as_data(), ensure_ascii=False).encode()

        return Response(await server.look(read, long=True), media_type="application/json")

    @router.get("/v1/artists/{artist_id}/catalogue/import", summary="How far the large catalogue is that was imported last")
    async def far(request: Request, artist_id: Name) -> dict[str, Any]:
        actor = actor_of(request)

        def read(connection: Connection) -> dict[str, Any] | None:
            store = Store(connection, server.database.is_sqlite)
            return money_reads.document(store, f"team:{artist_id}", "catalogue_import", catalogue_import.import_id(artist_id))

        found = await server.look(read) if artist_id in actor.teams else None
        if found is None:
            raise Reply(404, "not_found")
        return found

    @router.get(
        "/v1/artists/{artist_id}/catalogue", summary="Everything about an artist's catalogue that you may see, as a zip",
        response_class=Response, responses={200: {"content": {"application/zip": {}}}},
    )  # fmt: skip
    async def taken_away(request: Request, artist_id: Name) -> Response:
        actor = actor_of(request)
        made = await server.look(lambda connection: export(connection, actor, artist_id), long=True)
        name = f'attachment; filename="{artist_id}-catalogue.zip"'
        return Response(made, media_type="application/zip", headers={"Content-Disposition": name})


def export(connection: Connection, actor: Actor, artist_id: str) -> bytes:
    """The zip: what the feed has written for this account about the artist. Refused: `not_found`."""
    if catalogue.one(connection, ("public",), ("artist",), artist_id) is None:
        raise Refused("not_found", noun="artist", id=artist_id)
    found: list[tuple[str, dict[str, Any]]] = []
    for scope in (*scopes_of(actor), f"artist:{artist_id}"):
        if scope in ("moderators", "finance") or scope.startswith("judges:"):
            continue  # what is seen for an office is not the reader's to take away
        found += [(row.kind, json.loads(row.data)) for row in feed.live(connection, scope) if row.kind in exports.KINDS]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in exports.files(artist_id, found).items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
