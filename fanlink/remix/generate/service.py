"""A model behind an address: asked over HTTP, given nothing but words and numbers, and a stem only where that is allowed.

`POST ADDRESS` with JSON: `model`, `prompt`, `seconds`, `tempo_bpm`, `beats_per_bar`, `key`, `seed` and perhaps
`reference` (`{"format": "flac", "data": base64}`). The answer is 200 with the sound file as its body. Whatever comes back
is audio that nobody trusts.
"""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from fanlink.core.errors import BadInput, Stopped, Unavailable
from fanlink.remix.generate import cards
from fanlink.remix.generate.engine import SECONDS, Stop, Tell, Terms, Wish, check
from fanlink.remix.services import checked, host_of

LARGEST_ANSWER_BYTES = 128 << 20
LONGEST_WAIT_S = 600.0
CONNECT_S = 10.0
POLL_S = 0.02
REFUSALS = {
    401: "the service does not accept the key: set another in the settings",
    403: "the service does not accept the key: set another in the settings",
    404: "there is no such service at this address: check it in the settings",
    413: "the service does not take so much: ask for a shorter layer",
    429: "the service has too much to do: try again later",
}  # fmt: skip


class ServiceModel:
    """A model of a service. `key` comes from the keyring and goes nowhere else; `declared` is the licence of what it makes."""

    made_by = "service"

    def __init__(
        self, address: str, model: str, key: str = "", declared: str = "", longest_wait_s: float = LONGEST_WAIT_S
    ) -> None:
        self._url, self._key, self._longest_wait_s = checked(address), key, longest_wait_s
        self.name = model.strip() or host_of(address)
        self.longest_s = SECONDS[1]
        self._terms = cards.terms(self.name, "", declared)

    @property
    def terms(self) -> Terms:
        return self._terms

    @property
    def host(self) -> str:
        return host_of(self._url)

    def generate(self, wish: Wish, folder: Path, tell: Tell, stop: Stop) -> Path:
        """See `Engine`. Stopping closes the connection, so that the service knows that nobody waits."""
        check(wish, self.longest_s)
        out = folder / "answer"
        try:
            asyncio.run(self._ask(self._body(wish), out, tell, stop))
        except httpx.HTTPError as error:
            raise Unavailable(f"the service at {self.host} cannot be reached ({type(error).__name__})") from error
        if not out.stat().st_size:
            raise BadInput("is empty", where=f"the answer of {self.host}")
        return out

    def _body(self, wish: Wish) -> dict[str, Any]:
        body = {
            "model": self.name, "prompt": wish.words, "seconds": wish.seconds, "tempo_bpm": wish.tempo_bpm,
            "beats_per_bar": wish.beats_per_bar, "key": wish.key, "seed": wish.seed,
        }  # fmt: skip
        if wish.reference is not None:
            body["reference"] = {"format": "flac", "data": base64.b64encode(wish.reference.read_bytes()).decode()}
        return body

    async def _ask(self, body: dict[str, Any], out: Path, tell: Tell, stop: Stop) -> None:
        """The request beside a watch that ends it when nobody waits any more, or after all too long."""
        began = time.monotonic()
        asking = asyncio.ensure_future(self._receive(body, out, tell))
        try:
            while not asking.done():
                await asyncio.wait({asking}, timeout=POLL_S)
                if stop():
                    raise Stopped
                waited = time.monotonic() - began
                if waited > self._longest_wait_s and not asking.done():
                    raise Unavailable(f"the service at {self.host} did not answer within {self._longest_wait_s:g} seconds")
                if not out.exists():
                    tell(f"Waiting for {self.host}, {waited:.0f} s so far", 0.0)
            asking.result()
        finally:
            if not asking.done():
                asking.cancel()
                await asyncio.wait({asking})

    async def _receive(self, body: dict[str, Any], out: Path, tell: Tell) -> None:
        # What is counted is what came over the line.
        headers = {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {self._key}"} if self._key else {})
        limits = httpx.Timeout(self._longest_wait_s, connect=CONNECT_S)
        async with (
            httpx.AsyncClient(timeout=limits, follow_redirects=False) as client,
            client.stream("POST", self._url, json=body, headers=headers) as reply,
        ):
            if reply.status_code != httpx.codes.OK:
                raise Unavailable(REFUSALS.get(reply.status_code, f"the service at {self.host} answered {reply.status_code}"))
            announced = reply.headers.get("content-length", "")
            whole = int(announced) if announced.isdigit() else 0
            await _keep(reply, out, lambda size: tell("Receiving", size / whole if whole else 0.0))


async def _keep(reply: httpx.Response, out: Path, tell: Callable[[int], object]) -> None:
    size = 0
    with out.open("wb") as file:
        async for piece in reply.aiter_bytes():
            size += len(piece)
            if size > LARGEST_ANSWER_BYTES:
                raise BadInput(f"is larger than {LARGEST_ANSWER_BYTES >> 20} MiB", where=f"the answer of {reply.url.host}")
            file.write(piece)
            tell(size)
