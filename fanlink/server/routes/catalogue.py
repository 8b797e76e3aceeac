"""Looking things up: artists, tracks, prompts, challenges, remixes and their audio."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

from fastapi import FastAPI, Path, Query, Request, Response
from fastapi.responses import FileResponse
from sqlalchemy import Connection, select

from fanlink.core.people import Actor, scopes_of
from fanlink.server import catalogue, hearing, tables
from fanlink.server.catalogue import Page
from fanlink.server.envelopes import Id
from fanlink.server.guard import actor_of
from fanlink.server.replies import Reply
from fanlink.server.routes.assets import file_reply
from fanlink.server.server import Server

Words = Annotated[str, Query(alias="q", max_length=200, description="Words that must all stand in it")]
Cursor = Annotated[str, Query(max_length=200, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=200)]
Name = Annotated[Id, Path()]


class Format(StrEnum):
    FLAC = "flac"
    MP3 = "mp3"


def routes(server: Server, router: FastAPI) -> None:
    """Lists by cursor, and things by id."""
    _lists(server, router)
    _things(server, router)
    _audio(server, router)


def _lists(server: Server, router: FastAPI) -> None:
    async def page(cursor: str, read: Callable[[Connection, str], Page], long: bool) -> Response:
        after = catalogue.name_in(cursor)
        if after is None or "\0" in after:
            raise Reply(422, "malformed", what="cursor: is not one of ours")

        body = await server.look(lambda connection: read(connection, after).as_bytes(), long=long)
        return Response(body, media_type="application/json")

    def public(kind: str, summary: str) -> None:
        @router.get(f"/v1/{kind}s", summary=summary, name=f"{kind}s")
        async def listed(q: Words = "", cursor: Cursor = "", limit: Limit = 50) -> Response:
            return await page(cursor, lambda one, after: catalogue.public(one, kind, _plain(q), after, limit), bool(q))

    public("artist", "Artists")
    public("prompt", "Open prompts")
    public("challenge", "Challenges")

    @router.get("/v1/tracks", summary="The tracks of your teams and parties")
    async def tracks(request: Request, q: Words = "", cursor: Cursor = "", limit: Limit = 50) -> Response:
        actor = actor_of(request)
        return await page(cursor, lambda one, after: catalogue.tracks(one, actor, _plain(q), after, limit), True)

    @router.get("/v1/remixes", summary="Published remixes")
    async def remixes(
        q: Words = "", artist: Annotated[Id | None, Query()] = None, cursor: Cursor = "", limit: Limit = 50
    ) -> Response:
        return await page(cursor, lambda one, after: catalogue.published(one, _plain(q), artist, after, limit), True)


def _plain(words: str) -> str:
    if "\0" in words:
        raise Reply(422, "malformed", what="q: has a character that no text has")
    return words


def _things(server: Server, router: FastAPI) -> None:
    async def thing(request: Request, kinds: tuple[str, ...], name: str, *more: str) -> Response:
        actor: Actor | None = request.state.actor
        scopes = (*(scopes_of(actor) if actor else ("public",)), *more)

        data = await server.look(lambda connection: catalogue.one(connection, scopes, kinds, name))
        if data is None:
            raise Reply(404, "not_found")
        return Response(data.encode(), media_type="application/json")

    @router.get("/v1/artists/{artist_id}", summary="An artist's card")
    async def artist(request: Request, artist_id: Name) -> Response:
        return await thing(request, ("artist",), artist_id)

    @router.get("/v1/tracks/{track_id}", summary="A track, for its team and parties")
    async def track(request: Request, track_id: Name) -> Response:
        return await thing(request, ("track",), track_id)

    @router.get("/v1/prompts/{prompt_id}", summary="An open prompt, with all that a remix of it needs")
    async def prompt(request: Request, prompt_id: Name) -> Response:
        return await thing(request, ("prompt",), prompt_id)

    @router.get("/v1/challenges/{challenge_id}", summary="A challenge")
    async def challenge(request: Request, challenge_id: Name) -> Response:
        return await thing(request, ("challenge",), challenge_id)

    @router.get("/v1/remixes/{remix_id}", summary="A remix: all of it for its fan, the public card for everyone")
    async def remix(request: Request, remix_id: Name) -> Response:
        row = await server.look(lambda connection: _remix_row(connection, remix_id))
        scope = (f"artist:{row.artist}",) if row else ()
        return await thing(request, ("remix", "submission", "published"), remix_id, *scope)


def _audio(server: Server, router: FastAPI) -> None:
    @router.head("/v1/remixes/{remix_id}/audio", summary="What a remix's audio is, without it", response_class=FileResponse)
    @router.get(
        "/v1/remixes/{remix_id}/audio", summary="The audio of a remix, whole or in part", response_class=FileResponse,
        responses={206: {"description": "A part of the file"}, 304: {"description": "It has not changed"},
                   416: {"description": "The file has no such part"}},
    )  # fmt: skip
    async def audio(
        request: Request, remix_id: Name, sound: Annotated[Format, Query(alias="format")] = Format.FLAC
    ) -> Response:
        actor = request.state.actor
        digest = await server.look(lambda connection: heard(connection, actor, remix_id, sound))
        if digest is None:
            raise Reply(404, "not_found")
        return file_reply(server, request, digest, "audio/mpeg" if sound is Format.MP3 else "audio/flac")


def _remix_row(connection: Connection, remix_id: str) -> Any:
    table = tables.remixes
    return connection.execute(select(table.c.artist).where(table.c.id == remix_id)).first()


def heard(connection: Connection, actor: Actor | None, remix_id: str, sound: Format) -> str | None:
    """The digest of the remix's audio, when there is one and this account may hear it."""
    table, renders = tables.remixes, tables.renders
    remix = connection.execute(select(table).where(table.c.id == remix_id)).first()
    if remix is None or not hearing.may_hear(connection, actor, remix):
        return None
    render = connection.execute(select(renders).where(renders.c.recipe_digest == remix.recipe_digest)).first()
    if render is None:
        return None
    return render.audio_mp3 if sound is Format.MP3 else render.audio
