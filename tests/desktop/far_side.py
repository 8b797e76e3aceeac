"""The far side of the wire: a transport that serves a world's documents and files, and answers commands as it is told.

The seam is the transport; Session, outbox and replica are the real ones.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from fanlink import wire
from fanlink.client.secrets import Secrets
from fanlink.client.session import Session
from fanlink.core.digests import digest
from fanlink.core.feeds import line, scope_digest
from tests.desktop.world import World
from tests.tus_memory import TusMemory

URL = "http://far.side"
Answer = dict[str, Any]


class FarSide:
    """Answers requests. `answer` decides about a command; `down` makes it unreachable, `on` sees each request first."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.down = False
        self.log = [digest(number) for number in range(40)]
        self.preview: dict[str, Any] = {}
        self.asked: list[dict[str, Any]] = []
        self.on: Callable[[httpx.Request], httpx.Response | None] = lambda request: None
        self.answer: Callable[[dict[str, Any]], Answer] = lambda command: {"outcome": "accepted"}
        self.assets: dict[str, bytes] = {}
        self.tus = TusMemory(self.assets)
        self._changes: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for number, (scope, document) in enumerate(world.documents, 1):
            self.put(scope, document, number)

    def put(self, scope: str, document: Any, seq: int = 0) -> None:
        """A document, new or changed."""
        changes = self._changes[scope]
        number = seq or 1 + max((change["seq"] for change in changes), default=0)
        made = {"seq": number, "kind": document.KIND, "id": document.id, "version": number, "deleted": False,
                "data": wire.to_json(document)}  # fmt: skip
        self._changes[scope] = [c for c in changes if (c["kind"], c["id"]) != (document.KIND, document.id)] + [made]

    def handle(self, request: httpx.Request) -> httpx.Response:
        """One request."""
        if self.down:
            raise httpx.ConnectError("nobody there", request=request)
        path = request.url.path
        if (reply := self.on(request)) is not None:
            return reply
        if path == "/v1/sign-in":
            said = json.loads(request.content)
            if said["password"] != "right":
                return httpx.Response(401, json={"findings": [{"code": "sign_in_failed", "facts": {}}]})
            return httpx.Response(200, json={"token": "token-of-a-test"})
        if path == "/v1/scopes":
            scopes = [{"scope": scope, "head": max(c["seq"] for c in changes)} for scope, changes in self._changes.items()]
            return httpx.Response(200, json={"scopes": scopes})
        if path == "/v1/checkpoints":
            lines = [{"number": number, "hash": one} for number, one in enumerate(self.log, 1)]
            at = {int(number) for number in request.url.params.get_list("at")}
            newest = lines[-1] if lines else {"number": 0, "hash": "0" * 64}
            return httpx.Response(200, json={"newest": newest, "at": [one for one in lines if one["number"] in at]})
        if path == "/v1/changes":
            return httpx.Response(200, json=self._page(request.url.params["scope"], int(request.url.params["after"])))
        if path == "/v1/commands":
            commands = json.loads(request.content)["commands"]
            self.asked += commands
            return httpx.Response(200, json={"answers": [{"id": each["id"], **self.answer(each)} for each in commands]})
        if path.startswith("/v1/uploads"):
            return self.tus.handle(request)
        if path == "/v1/reports/preview":
            return httpx.Response(200, json=self.preview)
        if path.startswith("/v1/assets/"):
            return self._file(path.rsplit("/", 1)[1], request)
        return httpx.Response(404, json={})

    def _page(self, scope: str, after: int) -> dict[str, Any]:
        changes = self._changes[scope]
        lines = [line(c["kind"], c["id"], c["version"], digest(c["data"])) for c in changes]
        return {
            "changes": [c for c in changes if c["seq"] > after], "next": max(c["seq"] for c in changes), "more": False,
            "digest": scope_digest(lines),
        }  # fmt: skip

    def _file(self, name: str, request: httpx.Request) -> httpx.Response:
        if name in self.assets:
            return httpx.Response(200, content=self.assets[name])
        path = self.world.files.get(name)
        return httpx.Response(200, content=path.read_bytes()) if path else httpx.Response(404, json={})

    def open(self, home: Path) -> Session:
        """A real Session that talks to this side."""
        session = Session.open(
            home, transport=httpx.MockTransport(self.handle), secrets=Secrets(lambda: None, chosen=True), live=False
        )
        session.use_token(URL, "token-of-a-test")
        session.sync_once()
        return session
