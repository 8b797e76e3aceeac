"""Money as the books have it, for finance."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import Connection

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


def routes(server: Server, router: FastAPI) -> None:
    """`GET /v1/pots`."""

    @router.get("/v1/pots", summary="Every pot as the books have it", response_model=PostedPots)
    async def posted() -> dict[str, Any]:
        def read(connection: Connection) -> dict[str, Any]:
            return {"pots": pots.everything_posted(Store(connection, server.database.is_sqlite))}

        return await server.look(read, long=True)

