"""The network between one computer and the server: it drops, repeats, reorders, delays, loses replies and parts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from fanlink.simulation.clock import World
from fanlink.simulation.faults import Crash, Faults
from fanlink.simulation.machine import Machine


@dataclass(slots=True)
class Late:
    """Copies of requests that are still on the way; they arrive after others that were sent later."""

    waiting: list[httpx.Request] = field(default_factory=list)


class Network(httpx.BaseTransport):
    """One computer's line. `parted` while there is none."""

    def __init__(self, machine: Callable[[], Machine], faults: Faults, world: World, late: Late) -> None:
        self._machine, self._faults, self._world, self._late = machine, faults, world, late
        self.parted = False
        self.left: set[str] = set()  # every command that was handed to it, wherever it got to

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        if request.url.path == "/v1/commands":
            self.left |= {one["id"] for one in json.loads(request.content)["commands"]}
        if self.parted or self._faults.strikes("drop"):
            raise httpx.ConnectError("no route", request=request)
        if self._faults.strikes("delay"):
            self._world.now_ms += self._faults.chance.randrange(60_000)
        if self._faults.strikes("reorder"):
            # This copy gets lost on the way and turns up later, after what was sent since.
            self._late.waiting.append(request)
            raise httpx.ReadTimeout("no answer", request=request)
        if self._faults.strikes("repeat"):
            self._deliver(request)
        reply = self._deliver(request)
        if self._faults.strikes("lost_reply"):
            raise httpx.ReadError("cut off", request=request)
        return reply

    def _deliver(self, request: httpx.Request) -> httpx.Response:
        return delivered(self._machine(), request)


def delivered(machine: Machine, request: httpx.Request) -> httpx.Response:
    """The server's answer; when its process ends while it works, it begins anew and nobody gets an answer."""
    try:
        return machine.answer(request)
    except Crash:
        machine.restart()
        raise httpx.RemoteProtocolError("the server went away", request=request) from None
