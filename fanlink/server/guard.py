"""The guard at every route: limits first, then who asks, then whether the route is theirs. Denied unless allowed."""

from __future__ import annotations

from starlette.requests import Request

from fanlink.core.people import Actor, Role
from fanlink.server.policy import ROUTES, Access
from fanlink.server.replies import Reply, come_back
from fanlink.server.server import Server

ROLE = {Access.FINANCE: Role.FINANCE, Access.ADMIN: Role.ADMIN}


class Guard:
    """A dependency of the whole application; puts who asks into `request.state.actor` (None on public routes)."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def __call__(self, request: Request) -> None:
        access = ROUTES.get((request.method, request.scope["route"].path))
        if access is None:
            raise Reply(403, "not_allowed")
        wait_s = self._server.addresses_rate.wait_s(address(request))
        if wait_s:
            raise come_back(429, "too_many_requests", wait_s)
        actor = await self._who(request)
        request.state.actor = actor
        if access is Access.PUBLIC:
            return
        if actor is None:
            raise Reply(401, "not_signed_in", {"WWW-Authenticate": "Bearer"})
        wait_s = self._server.accounts_rate.wait_s(actor.id)
        if wait_s:
            raise come_back(429, "too_many_requests", wait_s)
        if access in ROLE and not actor.has(ROLE[access]):
            raise Reply(403, "not_allowed")

    async def _who(self, request: Request) -> Actor | None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token or len(token) > 200:
            return None
        token = token.strip()
        known = self._server.sessions.remembered(token)
        return known or await self._server.look(lambda connection: self._server.sessions.who(connection, token))


def address(request: Request) -> str:
    """Where a request comes from. A proxy's word for it counts only when the server is started to trust one."""
    return request.client.host if request.client else "unknown"


def actor_of(request: Request) -> Actor:
    """Who asks, on a route that needs signing in."""
    actor = request.state.actor
    assert actor is not None, "the guard lets nobody in here without signing in"
    return actor
