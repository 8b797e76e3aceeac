"""Finding a party by its name or its numbers."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Query, Request
from pydantic import BaseModel

from fanlink.server import party_search
from fanlink.server.guard import actor_of
from fanlink.server.limits import Rate
from fanlink.server.replies import Reply, come_back
from fanlink.server.server import Server

SEARCHES_A_SECOND, SEARCHES_AT_ONCE = 0.5, 20
Typed = Annotated[str, Query(alias="q", max_length=200, description="The beginnings of words of its name, or its whole IPI or ISNI")]


class FoundParty(BaseModel):
    """Of its numbers only the last four are told."""

    id: str
    name: str
    kind: str
    ipi: str
    isni: str


class FoundParties(BaseModel):
    parties: list[FoundParty]
    more: bool


def routes(server: Server, router: FastAPI) -> None:
    """The search, slower for each account than other reads: it is for naming somebody one knows."""
    rate = Rate(SEARCHES_A_SECOND, SEARCHES_AT_ONCE, server.clock)

    @router.get("/v1/parties", summary="Parties by name, IPI or ISNI: at least three letters, at most eight results", response_model=FoundParties)
    async def parties(request: Request, q: Typed) -> dict[str, object]:
        wait_s = rate.wait_s(actor_of(request).id)
        if wait_s:
            raise come_back(429, "too_many_requests", wait_s)
        if "\0" in q:
            raise Reply(422, "malformed", what="q: has a character that no name has")
        return await server.look(lambda one: party_search.search(one, server.database.is_sqlite, q), long=True)
