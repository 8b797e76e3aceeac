"""How the simulated server takes files: the real rows, parts and checks of `server/uploads.py`, one request at a time."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import httpx
from sqlalchemy import Connection

from fanlink.core.errors import Refused
from fanlink.server import tus, uploads
from fanlink.server.assets import Assets
from fanlink.server.parts import OffsetMoved, Parts
from fanlink.server.replies import Reply
from fanlink.server.uploads import State

Act = Callable[[Callable[[Any], Any]], Any]
Look = Callable[[Callable[[Connection], Any]], Any]
ONE = re.compile(r"/v1/uploads/([0-9a-f]{32})")


class UploadDesk:
    """Answers `/v1/uploads` of one account. `received` is told the digest of every file that was found to be whole."""

    def __init__(
        self, folder: Path, assets: Assets, act: Act, look: Look, now_ms: Callable[[], int], chance: Random, received: Callable[[str], None]
    ) -> None:
        self._assets, self._act, self._look, self._now_ms = assets, act, look, now_ms
        self._chance, self._received = chance, received
        self._parts = Parts(uploads.folder_of(folder))

    def answer(self, owner: str, request: httpx.Request, most_bytes: int) -> httpx.Response:
        """What the routes of the server answer."""
        named = ONE.fullmatch(request.url.path)
        if request.method == "GET" and named is None:
            digest = request.url.params.get("sha256")
            rows = self._look(lambda connection: uploads.of_owner(connection, owner, digest, self._now_ms()))
            return httpx.Response(200, json={"items": [self._told(row) for row in rows]})
        if request.method == "POST" and named is None:
            return self._create(owner, request, most_bytes)
        row = self._find(named[1] if named else "", owner)
        if request.method == "PATCH":
            tus.demand_version(request.headers)
            tus.demand_piece(request.headers)
            self._take(row, tus.number(request.headers, "upload-offset"), request.content)
            return self._settled(owner, row, 204)
        return httpx.Response(200, json=self._told(self._checked(owner, row)))

    def _create(self, owner: str, request: httpx.Request, most_bytes: int) -> httpx.Response:
        tus.demand_version(request.headers)
        announced, name = tus.announced(request.headers, most_bytes), self._chance.randbytes(16).hex()
        row = self._act(lambda asked: uploads.announce(asked, name, owner, announced))
        if request.content:
            self._take(row, 0, request.content)
        return self._settled(owner, row, 201)

    def _find(self, name: str, owner: str) -> Any:
        row = self._look(lambda connection: uploads.get(connection, name, owner, self._now_ms()))
        if row is None:
            raise Reply(404, "not_found", tus.HELLO)
        return row

    def _offset(self, row: Any) -> int:
        return self._parts.offset(row.id) if row.state == State.RECEIVING else row.size_bytes

    def _take(self, row: Any, at: int, data: bytes) -> None:
        if row.state != State.RECEIVING:
            raise Reply(403, "upload_ended", tus.HELLO, state=row.state)
        if at + len(data) > row.size_bytes:
            raise Reply(413, "too_large", tus.HELLO, most_bytes=row.size_bytes)
        try:
            self._parts.append(row.id, at, data)
        except OffsetMoved as moved:
            raise Reply(409, "offset_moved", tus.HELLO | {"Upload-Offset": str(moved.now)}, offset=moved.now) from moved

    def _checked(self, owner: str, row: Any) -> Any:
        """The row, after what is complete was looked at."""
        if row.state != State.RECEIVING or self._offset(row) < row.size_bytes:
            return row
        try:
            found = uploads.examine(self._assets, self._parts.path(row.id), row)
        except Refused as refused:
            reasons = refused.reasons
            self._act(lambda asked: uploads.refuse(asked, row, reasons))
        else:
            self._received(row.digest)
            self._act(lambda asked: uploads.accept(asked, row, found))
        self._parts.drop(row.id)
        return self._find(row.id, owner)

    def _settled(self, owner: str, row: Any, status: int) -> httpx.Response:
        row = self._checked(owner, row)
        return httpx.Response(status, headers=tus.about(row, self._offset(row)) | {"Location": f"/v1/uploads/{row.id}"})

    def _told(self, row: Any) -> dict[str, Any]:
        return {
            "id": row.id, "location": f"/v1/uploads/{row.id}", "state": row.state, "sha256": row.digest,
            "size_bytes": row.size_bytes, "offset": self._offset(row), "purpose": row.purpose, "filename": row.filename,
            "expires_ms": row.expires_ms, **uploads.outcome_of(row),
        }  # fmt: skip
