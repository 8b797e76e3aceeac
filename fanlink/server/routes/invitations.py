"""Following an invitation, and entering one's password once more for what needs it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from fanlink.core.errors import Refused
from fanlink.core.people import Actor
from fanlink.server import accounts, bank_details, invitations
from fanlink.server.envelopes import Id
from fanlink.server.guard import actor_of, address
from fanlink.server.replies import Reply, come_back
from fanlink.server.server import Server
from fanlink.server.store import Store

DAY_MS = 86_400_000
Secret = Annotated[str, Field(min_length=8, max_length=300)]
Password = Annotated[str, Field(min_length=1, max_length=1000)]


class Again(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    password: Password


class SteppedUp(BaseModel):
    step_up: str
    expires_ms: int


class Link(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    invitation: Secret


class InvitedAs(BaseModel):
    party: str
    party_name: str
    expires_ms: int


class Acceptance(BaseModel):
    """`party` is what `look` told and the person confirmed. Without a token, a name and a password make a new account."""

    model_config = ConfigDict(extra="forbid", strict=True)

    invitation: Secret
    party: Id
    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]+$")] | None = None
    password: Password | None = None


class AcceptedAs(BaseModel):
    account: str
    party: str
    token: str | None
    expires_ms: int | None


def routes(server: Server, router: FastAPI) -> None:
    """`POST /v1/step-up`, `/v1/invitations/look` and `/v1/invitations/accept`."""
    hashing = asyncio.Semaphore(2)

    @router.post("/v1/step-up", summary="Your password once more, for one act that needs it", response_model=SteppedUp)
    async def step_up(request: Request, said: Again) -> SteppedUp:
        made = await _step_up(server, hashing, actor_of(request), said.password)
        return SteppedUp(step_up=made.secret, expires_ms=made.expires_ms)

    @router.post("/v1/invitations/look", summary="Whom an invitation is for", response_model=InvitedAs)
    async def look(request: Request, said: Link) -> InvitedAs:
        def read(connection: Any) -> invitations.Seen:
            return invitations.look(Store(connection, server.database.is_sqlite), said.invitation, server.clock())

        seen = await _tried(server, request, lambda: server.look(read, long=True))
        return InvitedAs(party=seen.party, party_name=seen.party_name, expires_ms=seen.expires_ms)

    @router.post("/v1/invitations/accept", summary="Become the party you were invited as", response_model=AcceptedAs)
    async def accept(request: Request, said: Acceptance) -> AcceptedAs:
        made = await _tried(server, request, lambda: _accept(server, hashing, request.state.actor, said))
        return AcceptedAs(account=made.account, party=made.party, token=made.token, expires_ms=made.expires_ms)


async def _tried(server: Server, request: Request, do: Callable[[], Any]) -> Any:
    """Counts tries with links that do not work, by address."""
    where = address(request)
    wait_s = server.address_tries.wait_s(where)
    if wait_s:
        raise come_back(429, "too_many_tries", wait_s)
    try:
        return await do()
    except Refused as error:
        if error.reasons[0].code == "invitation_unusable":
            server.address_tries.failed(where)
        raise


async def _accept(server: Server, hashing: asyncio.Semaphore, actor: Actor | None, said: Acceptance) -> invitations.Accepted:
    if actor is not None:
        return await _act(server, lambda asked: invitations.accept_as(asked, actor.id, said.invitation, said.party))
    if said.name is None or said.password is None:
        raise Reply(422, "malformed", what="body: sign in, or give a name and a password for a new account")
    name, password, expires_ms = said.name, said.password, server.clock() + server.settings.session_days * DAY_MS
    async with hashing:
        hashed = await run_in_threadpool(accounts.hash_password, password)
    return await _act(server, lambda asked: invitations.accept_new(
        asked, name, hashed, said.invitation, said.party, server.random, expires_ms
    ))  # fmt: skip


async def _step_up(server: Server, hashing: asyncio.Semaphore, actor: Actor, password: str) -> bank_details.SteppedUp:
    """Tries are limited as at sign-in, by account."""
    key = f"step-up {actor.id}"
    wait_s = server.name_tries.wait_s(key)
    if wait_s:
        raise come_back(429, "too_many_tries", wait_s)
    server.name_tries.failed(key)

    def check() -> bool:
        with server.database.reading() as connection:
            secret = accounts.secret_of(connection, actor.name)
        return accounts.is_password(secret.hashed if secret and secret.account == actor.id else None, password)

    async with hashing:
        right = await run_in_threadpool(check)
    if not right:
        raise Reply(403, "wrong_password")
    server.name_tries.passed(key)
    return await _act(server, lambda asked: bank_details.step_up(asked, actor.id, server.random))


async def _act(server: Server, act: Callable[[Any], Any]) -> Any:
    return await asyncio.wrap_future(server.writer.act(act))
