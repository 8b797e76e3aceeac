"""The audit log's hashes, for clients that keep checkpoints: what the log says is not told here, only that it is the same."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Query
from pydantic import BaseModel

from fanlink.core.checkpoints import MOST
from fanlink.server import audit
from fanlink.server.envelopes import INT64_MAX
from fanlink.server.server import Server

Number = Annotated[int, Query(ge=1, le=INT64_MAX)]


class Line(BaseModel):
    number: int
    hash: str


class Checkpoints(BaseModel):
    """The last line (0 and zeros while there is none), and those of the lines asked for that the log has."""

    newest: Line
    at: list[Line]


def routes(server: Server, router: FastAPI) -> None:
    """`GET /v1/checkpoints`."""

    @router.get("/v1/checkpoints", summary="The hash of the audit log's last line, and of others by number", response_model=Checkpoints)
    async def checkpoints(at: Annotated[list[Number], Query(max_length=MOST)] = []) -> dict[str, Any]:  # noqa: B006
        return await server.look(lambda connection: audit.told(connection, at))
