"""The HTTP API: routes put together, every request guarded, every error turned into a reply. HTTP status stands only here
and in the routes.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from fanlink.core.errors import BadInput, Refused, Unavailable
from fanlink.server import catalogue_arriving, intake, openapi, telling_again
from fanlink.server.deciding import Deciding
from fanlink.server.guard import Guard
from fanlink.server.replies import Reply, come_back
from fanlink.server.routes import (
    assets,
    catalogue,
    catalogues,
    changes,
    checkpoints,
    commands,
    invitations,
    money,
    parties,
    payouts,
    people,
    royalties,
    uploads,
)
from fanlink.server.runs import Runner
from fanlink.server.server import Server

log = logging.getLogger("fanlink.server")
ROOMS = (commands, changes, checkpoints, people, catalogue, catalogues, assets, uploads, money, royalties, payouts, invitations, parties)


def build(server: Server) -> FastAPI:
    """The application over a server's parts; it stops them when it is shut down."""

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        def act(write: Callable[[Deciding], Any]) -> Any:
            return server.writer.act(write).result()

        files = server.door.reports
        def also() -> bool:
            now_ms = server.clock()
            steps = (telling_again.step(server.database, act), intake.step(server.database, act, files, now_ms),
                     catalogue_arriving.step(server.database, act, files, now_ms))  # fmt: skip
            return any(steps)

        runner = Runner(server.database, act, also)
        yield
        await run_in_threadpool(runner.stop)
        server.news.stop()

    guard = Guard(server)
    app = FastAPI(
        title="FanLink", version="1", lifespan=life, dependencies=[Depends(guard)], redirect_slashes=False,
        summary="Sanctioned remixes: prompts, remixes, moderation and exact pay.", redoc_url=None, docs_url=None,
    )  # fmt: skip
    for room in ROOMS:
        room.routes(server, app)  # straight onto the application: each router in between costs every request a search
    _answer_errors(app)
    openapi.complete(app)
    return app


def _answer_errors(app: FastAPI) -> None:
    def reply(found: Reply) -> JSONResponse:
        return JSONResponse(found.body, found.status, found.headers)

    @app.exception_handler(Reply)
    async def ours(_request: Request, error: Reply) -> JSONResponse:
        return reply(error)

    @app.exception_handler(Refused)
    async def refused(_request: Request, error: Refused) -> JSONResponse:
        reason = error.reasons[0]
        if reason.code == "too_many_uploads":
            return reply(come_back(429, reason.code, 60, **dict(reason.facts)))
        status = {"not_found": 404, "not_allowed": 403, "too_large": 413, "search_too_short": 422}.get(reason.code, 409)
        return reply(Reply(status, reason.code, **dict(reason.facts)))

    @app.exception_handler(BadInput)
    async def malformed(_request: Request, error: BadInput) -> JSONResponse:
        return reply(Reply(422, "malformed", what=str(error)))

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return reply(Reply(422, "malformed", what=f"{place}: {first['msg']}"))

    @app.exception_handler(Unavailable)
    async def away(_request: Request, error: Unavailable) -> JSONResponse:
        log.warning("busy or away: %s", error)
        return reply(come_back(503, "busy", 1))

    @app.exception_handler(HTTPException)
    async def http(_request: Request, error: HTTPException) -> JSONResponse:
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "malformed")
        return reply(Reply(error.status_code, code, dict(error.headers or {}), what=str(error.detail)))

    @app.exception_handler(Exception)
    async def bug(request: Request, error: Exception) -> JSONResponse:
        log.error("a bug of ours at %s %s", request.method, request.url.path, exc_info=error)
        return reply(Reply(500, "failed"))


def routes_of(app: FastAPI) -> list[tuple[str, str]]:
    """Method and path of every route, for the test that each has a policy."""
    return [(method.upper(), path) for path, methods in app.openapi()["paths"].items() for method in methods]
