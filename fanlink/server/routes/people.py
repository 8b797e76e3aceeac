"""Signing in, tokens, and who I am."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import FastAPI, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from fanlink import wire
from fanlink.core.audit import AuditLine
from fanlink.core.people import scopes_of
from fanlink.server import accounts, audit
from fanlink.server.envelopes import INT64_MAX
from fanlink.server.guard import actor_of, address
from fanlink.server.nouns import name_key
from fanlink.server.replies import Reply, come_back
from fanlink.server.server import Server

DAY_MS = 86_400_000
HASHING_AT_ONCE = 2  # a hash takes 64 MB and a tenth of a second on purpose


class SignIn(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(min_length=1, max_length=200)]
    password: Annotated[str, Field(min_length=1, max_length=1000)]


class SignedIn(BaseModel):
    token: str
    account: str
    expires_ms: int


class NewToken(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00]+$")]
    days: Annotated[int, Field(ge=1, le=3650)] | None = None


class Token(BaseModel):
    id: str
    name: str
    kind: str
    created_ms: int
    expires_ms: int | None


class TokenMade(BaseModel):
    id: str
    token: str
    expires_ms: int | None


class Me(BaseModel):
    id: str
    name: str
    roles: list[str]
    teams: list[str]
    parties: list[str]
    follows: list[str]
    scopes: list[str]


def routes(server: Server, router: FastAPI) -> None:
    """Accounts as they see themselves."""
    hashing = asyncio.Semaphore(HASHING_AT_ONCE)

    @router.post("/v1/sign-in", summary="A token for a name and a password", response_model=SignedIn)
    async def sign_in(request: Request, said: SignIn) -> SignedIn:
        return await _sign_in(server, hashing, said, address(request))

    @router.get("/v1/me", summary="Who you are and what you may read", response_model=Me)
    async def me(request: Request) -> Me:
        actor = actor_of(request)
        roles = [str(role) for role in actor.roles]
        return Me(
            id=actor.id, name=actor.name, roles=roles, teams=list(actor.teams), parties=list(actor.parties),
            follows=list(actor.follows), scopes=list(scopes_of(actor)),
        )  # fmt: skip

    @router.post("/v1/tokens", summary="A personal access token, shown once", status_code=201, response_model=TokenMade)
    async def make_token(request: Request, said: NewToken) -> TokenMade:
        actor, expires_ms = actor_of(request), said.days and server.clock() + said.days * DAY_MS

        def act(asked: Any) -> accounts.Issued:
            return accounts.issue(asked, actor.id, said.name, accounts.PERSONAL, expires_ms, server.random)

        issued = await _wait(server, act)
        return TokenMade(id=issued.id, token=issued.secret, expires_ms=issued.expires_ms)

    @router.get("/v1/tokens", summary="Your tokens, without their secrets", response_model=list[Token])
    async def tokens(request: Request) -> list[dict[str, object]]:
        account = actor_of(request).id

        return await server.look(lambda connection: accounts.tokens_of(connection, account, server.clock()))

    @router.delete("/v1/tokens/{token_id}", summary="End a token", status_code=204, response_class=Response)
    async def end_token(request: Request, token_id: Annotated[str, Path(max_length=64, pattern="^token-[0-9a-f]{16}$")]) -> Response:
        account = actor_of(request).id
        ended = await _wait(server, lambda asked: accounts.revoke(asked, account, token_id))
        if not ended:
            raise Reply(404, "not_found")
        return Response(status_code=204)

    @router.get("/v1/audit", summary="The audit log, for administrators", response_model=list[dict[str, Any]])
    async def audit_lines(
        after: Annotated[int, Query(ge=0, le=INT64_MAX)] = 0, limit: Annotated[int, Query(ge=1, le=1000)] = 100
    ) -> list[dict[str, Any]]:
        def read(connection: Connection) -> list[dict[str, Any]]:
            return [wire.to_json(line, AuditLine) for line in audit.lines(connection, after, limit)]

        return await server.look(read, long=True)


async def _sign_in(server: Server, hashing: asyncio.Semaphore, said: SignIn, where: str) -> SignedIn:
    """Tries are limited per name and per address. A name that nobody has is answered just as a wrong password."""
    key = name_key(said.name)
    wait_s = max(server.name_tries.wait_s(key), server.address_tries.wait_s(where))
    if wait_s:
        raise come_back(429, "too_many_tries", wait_s)
    server.name_tries.failed(key)  # counted before the slow check, so that many at once do not slip through
    server.address_tries.failed(where)

    def check() -> str | None:
        with server.database.reading() as connection:
            secret = accounts.secret_of(connection, said.name)
        right = accounts.is_password(secret.hashed if secret else None, said.password)
        return secret.account if right and secret else None

    async with hashing:
        account = await run_in_threadpool(check)
    if account is None:
        raise Reply(401, "wrong_name_or_password", {"WWW-Authenticate": "Bearer"})
    server.name_tries.passed(key)
    server.address_tries.passed(where)
    expires_ms = server.clock() + server.settings.session_days * DAY_MS
    issued = await _wait(
        server, lambda asked: accounts.issue(asked, account, "signed in", accounts.SESSION, expires_ms, server.random)
    )
    return SignedIn(token=issued.secret, account=account, expires_ms=expires_ms)


async def _wait(server: Server, act: Any) -> Any:
    return await asyncio.wrap_future(server.writer.act(act))
