"""Money as the books have it, for finance."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from fanlink.server import pots
from fanlink.server.server import Server
from fanlink.server.store import Store


class PostedPot(BaseModel):
    """One pot as it was posted. `gross` is what was split so far; amounts are exact decimal texts and whole millionths."""

    remix: str
    sheet: str
    currency: str
    gross: str
    reserve: str
    earned_micro: dict[str, int]


class PostedPots(BaseModel):
    pots: list[PostedPot]


def routes(server: Server) -> APIRouter:
    """`GET /v1/pots`."""
    router = APIRouter(tags=["money"])

    @router.get("/v1/pots", summary="Every pot as the books have it", response_model=PostedPots)
    async def posted() -> dict[str, Any]:
        def read() -> dict[str, Any]:
            with server.database.reading() as connection:
                return {"pots": pots.everything_posted(Store(connection, server.database.is_sqlite))}

        return await run_in_threadpool(read)

    return router
