"""Receiving uploads: bytes from the wire onto the end of their part, and what is done when the last one is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from fanlink.core.errors import Refused, Unavailable
from fanlink.server import uploads
from fanlink.server.parts import OffsetMoved, Parts
from fanlink.server.replies import Reply
from fanlink.server.server import Server
from fanlink.server.tus import HELLO, Checksum
from fanlink.server.uploads import Announced, State

PIECE_BYTES = 256 * 1024
Chunks = AsyncIterator[bytes]


class Receiving:
    """The uploads of one server. Checks run a few at a time, each upload's once at a time."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.parts = Parts(uploads.folder_of(server.settings.assets))
        self._checks = asyncio.Semaphore(server.settings.upload_checks)
        self._checking: dict[str, asyncio.Lock] = {}

    async def announce(self, owner: str, announced: Announced) -> Any:
        """A new upload under a name nobody can guess."""
        name = self._server.random(16).hex()
        return await self._act(lambda asked: uploads.announce(asked, name, owner, announced))

    async def find(self, name: str, owner: str) -> Any:
        """An account's own upload; 404 for any other, and for one that is over."""
        now_ms = self._server.clock()
        row = await self._server.look(lambda connection: uploads.get(connection, name, owner, now_ms))
        if row is None:
            raise Reply(404, "not_found", HELLO)
        return row

    async def several(self, owner: str, digest: str | None) -> list[Any]:
        """An account's uploads, newest first."""
        now_ms = self._server.clock()

        def read(connection: Connection) -> list[Any]:
            return uploads.of_owner(connection, owner, digest, now_ms)

        return await self._server.look(read)

    def offset(self, row: Any) -> int:
        """How much of it has arrived."""
        return self.parts.offset(row.id) if row.state == State.RECEIVING else row.size_bytes

    async def end(self, row: Any) -> None:
        """Forgets an upload and what arrived of it."""
        await self._act(lambda asked: uploads.end(asked, row.id))
        self.parts.drop(row.id)

    async def receive(self, row: Any, at: int, chunks: Chunks, checksum: Checksum | None) -> int:
        """Takes a piece that begins at `at`; returns the offset after it, with everything up to there on the disk.

        What came before a connection broke is kept, except where a checksum could no longer be compared.
        """
        if row.state != State.RECEIVING:
            raise Reply(403, "upload_ended", HELLO, state=row.state)
        if at != self.offset(row):
            raise self._moved(row, self.offset(row))
        try:
            if checksum is None:
                return await self._append(row, at, chunks)
            return await self._append_checked(row, at, chunks, checksum)
        except OffsetMoved as moved:
            raise self._moved(row, moved.now) from moved
        finally:
            await run_in_threadpool(self.parts.sync, row.id)
            await self._drop_if_ended(row)

    async def _drop_if_ended(self, row: Any) -> None:
        """What still arrived of an upload after it was ended is not kept."""
        now_ms = self._server.clock()
        if await self._server.look(lambda connection: uploads.get(connection, row.id, row.owner, now_ms)) is None:
            self.parts.drop(row.id)

    def _moved(self, row: Any, now: int) -> Reply:
        return Reply(409, "offset_moved", HELLO | {"Upload-Offset": str(now)}, offset=now)

    async def _append(self, row: Any, at: int, chunks: Chunks) -> int:
        waiting = bytearray()
        try:
            async for chunk in chunks:
                if at + len(waiting) + len(chunk) > row.size_bytes:
                    raise Reply(413, "too_large", HELLO | {"Connection": "close"}, most_bytes=row.size_bytes)
                waiting += chunk
                if len(waiting) >= PIECE_BYTES:
                    at = self.parts.append(row.id, at, bytes(waiting))
                    waiting.clear()
        except ClientDisconnect:
            pass
        return self.parts.append(row.id, at, bytes(waiting)) if waiting else at

    async def _append_checked(self, row: Any, at: int, chunks: Chunks, checksum: Checksum) -> int:
        """The piece waits in a file of its own until its checksum is known to be right."""
        spool = self.parts.spool(row.id, self._server.random(8).hex())
        size = 0
        try:
            with spool.open("wb") as file:
                async for chunk in chunks:
                    size += len(chunk)
                    if at + size > row.size_bytes:
                        raise Reply(413, "too_large", HELLO | {"Connection": "close"}, most_bytes=row.size_bytes)
                    checksum.add(chunk)
                    file.write(chunk)
            checksum.demand()
            with spool.open("rb") as file:
                while data := file.read(PIECE_BYTES):
                    at = self.parts.append(row.id, at, data)
            return at
        except ClientDisconnect:
            return at
        except OSError as error:
            raise Unavailable(f"the upload could not be stored: {error.strerror}") from error
        finally:
            spool.unlink(missing_ok=True)

    async def settle(self, row: Any) -> Any:
        """Looks at an upload that is complete, if that was not done yet; returns its row as it is then."""
        if row.state != State.RECEIVING or self.offset(row) < row.size_bytes:
            return row
        lock = self._checking.setdefault(row.id, asyncio.Lock())
        try:
            async with lock:
                row = await self.find(row.id, row.owner)
                if row.state == State.RECEIVING:
                    async with self._checks:
                        await self._check(row)
                    row = await self.find(row.id, row.owner)
        finally:
            self._checking.pop(row.id, None)
        return row

    async def _check(self, row: Any) -> None:
        if row.size_bytes == 0:
            self.parts.append(row.id, 0, b"")
        path = self.parts.path(row.id)
        try:
            found = await run_in_threadpool(uploads.examine, self._server.assets, path, row)
        except FileNotFoundError:
            return  # another process of this server was quicker
        except OSError as error:
            raise Unavailable(f"the upload could not be read: {error.strerror}") from error
        except Refused as refused:
            reasons = refused.reasons
            await self._act(lambda asked: uploads.refuse(asked, row, reasons))
        else:
            await self._act(lambda asked: uploads.accept(asked, row, found))
        self.parts.drop(row.id)

    async def _act(self, act: Callable[..., Any]) -> Any:
        return await asyncio.wrap_future(self._server.writer.act(act))
