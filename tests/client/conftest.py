"""What the client's tests share: a clock one can turn, chance from a seed, a session on a small server."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fanlink.client.secrets import Secrets
from fanlink.client.session import Session

from .small_server import SmallServer

T0 = 1_800_000_000_000


class TurnedClock:
    """A clock that goes only when a test turns it."""

    def __init__(self) -> None:
        self.wall_ms, self.since_s = T0, 0.0

    def now_ms(self) -> int:
        return self.wall_ms

    def passed_s(self) -> float:
        return self.since_s

    def pass_s(self, seconds: float) -> None:
        """Both clocks go on."""
        self.wall_ms += round(seconds * 1000)
        self.since_s += seconds


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def server() -> SmallServer:
    server = SmallServer()
    server.put("person:ann", "account", "ann", account("ann"))
    server.put("person:bob", "account", "bob", account("bob"))
    return server


def account(name: str) -> dict[str, Any]:
    """An account document as JSON."""
    return {
        "id": name, "name": name.title(), "roles": ["fan"], "party": f"party_{name}", "teams": [], "parties": [], "follows": [],
    }


def artist(id_: str, name: str) -> dict[str, Any]:
    """An artist's card as JSON."""
    return {"id": id_, "name": name, "about": "", "artwork": None, "tracks": 1, "open_prompts": 0}


@pytest.fixture
def opened(tmp_path: Path, server: SmallServer, clock: TurnedClock) -> Iterator[Callable[..., Session]]:
    """Opens sessions on homes under the test's folder, and closes them in the end."""
    sessions = []

    def open_one(home: str = "home", token: str | None = "t-ann", **options: Any) -> Session:
        options = {"clock": clock, "transport": server.transport, "secrets": Secrets(lambda: None), "live": False} | options
        options.setdefault("random_bytes", random.Random(f"{home}{len(sessions)}").randbytes)
        session = Session.open(tmp_path / home, **options)
        sessions.append(session)
        if token:
            session.use_token("http://fanlink.test", token)
        return session

    yield open_one
    for session in sessions:
        session.close()


@pytest.fixture
def session(opened: Callable[..., Session]) -> Session:
    return opened()
