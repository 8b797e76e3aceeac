"""How the simulated server plays: the real rules of who may hear what, the real ranges, small files in place of sound."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
from sqlalchemy import Connection

from fanlink.core.people import Actor
from fanlink.server import asset_rows, hearing, ranges
from fanlink.server.assets import Assets
from fanlink.server.replies import Reply
from fanlink.server.routes.catalogue import Format, heard

Look = Callable[[Callable[[Connection], Any]], Any]
REMIX = re.compile(r"/v1/remixes/([^/]+)/audio")
FILE = re.compile(r"/v1/assets/([0-9a-f]{64})")


def is_sound(path: str) -> bool:
    """Whether this address is one where anyone may ask for sound, signed in or not."""
    return bool(REMIX.fullmatch(path) or FILE.fullmatch(path))


def sound_of(recipe_digest: str) -> bytes:
    """What the simulated renderer makes of a recipe; its digest is that of the render."""
    return f"render of {recipe_digest}".encode()


class SoundDesk:
    """Answers the two addresses at which sound is read."""

    def __init__(self, assets: Assets, look: Look) -> None:
        self._assets, self._look = assets, look

    def answer(self, actor: Actor | None, path: str, request: httpx.Request) -> httpx.Response:
        """The file or a part of it; 404 for whoever may not hear it, as for what is not there."""
        remix, file = REMIX.fullmatch(path), FILE.fullmatch(path)
        if remix:
            digest = self._look(lambda connection: heard(connection, actor, remix[1], Format.FLAC))
        else:
            assert file is not None, "the address was looked at before"
            digest = self._look(lambda connection: _open_to(connection, actor, file[1]))
        place = self._assets.path(digest) if digest else None
        if place is None or not place.is_file():
            raise Reply(404, "not_found")
        data = place.read_bytes()
        part = ranges.asked(request.headers, len(data), f'"{digest}"')
        if part is None:
            return httpx.Response(200, content=data)
        about = {"content-range": f"bytes {part[0]}-{part[1]}/{len(data)}"}
        return httpx.Response(206, headers=about, content=data[part[0]:part[1] + 1])


def _open_to(connection: Connection, actor: Actor | None, digest: str) -> str | None:
    row = asset_rows.get(connection, digest)
    return digest if row is not None and hearing.may_have(connection, actor, row) else None
