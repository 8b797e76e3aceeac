"""The thread itself: it is waited for by what it says, never by time."""

from __future__ import annotations

import queue
import threading
from contextlib import suppress

import httpx
import pytest

from fanlink.client.api import Api
from fanlink.client.clock import SystemClock
from fanlink.client.events import Listener
from fanlink.client.schedule import Schedule
from fanlink.client.sync import Control
from fanlink.core.commands import FollowArtist
from fanlink.core.errors import Offline

from .conftest import artist
from .test_session import follow


@pytest.fixture
def told(opened, server):
    """A session that runs by itself, and a queue of what it told."""
    session = opened(clock=SystemClock())
    heard = queue.Queue()
    session.subscribe(lambda kinds: heard.put(("changed", kinds)), lambda state: heard.put(("state", state)))
    return session, heard


def until(heard, wanted):
    """What is told until something is as wanted; fails when it is silent."""
    while True:
        what, value = heard.get(timeout=60)
        if wanted(what, value):
            return value


def test_it_syncs_by_itself_when_something_is_asked_and_tells(told, server):
    session, heard = told
    server.decide = follow
    session.start()
    until(heard, lambda what, value: what == "state" and value.name == "synced")
    session.do(FollowArtist(), "art_mara")
    until(heard, lambda what, value: what == "changed" and server.decided and "account" in value)
    until(heard, lambda what, value: what == "state" and value.name == "synced" and value.waiting == 0)
    assert ("art_mara",) == session.account.follows


def test_it_says_offline_and_comes_back(told, server):
    session, heard = told

    def away(request):
        raise httpx.ConnectError("no route")

    server.before = away
    session.start()
    state = until(heard, lambda what, value: what == "state" and value.name == "offline")
    assert state.offline_since_ms
    server.before = lambda request: None
    session.sync_now()
    until(heard, lambda what, value: what == "state" and value.name == "synced")


def test_an_event_wakes_it(opened, server):
    events = queue.Queue()

    class Stream(httpx.SyncByteStream):
        def __iter__(self):
            yield b": hello\n\n"
            while (event := events.get()) is not None:
                yield event

    server.before = lambda request: httpx.Response(
        200, headers={"content-type": "text/event-stream"}, stream=Stream()
    ) if request.url.path == "/v1/events" else None
    session = opened(clock=SystemClock(), live=True)
    heard = queue.Queue()
    session.subscribe(lambda kinds: heard.put(("changed", kinds)), lambda state: heard.put(("state", state)))
    session.start()
    until(heard, lambda what, value: what == "state" and value.name == "synced")
    server.put("public", "artist", "art_mara", artist("art_mara", "Mara Voss"))
    events.put(b'data: {"scope": "public", "head": 1}\n\n')
    until(heard, lambda what, value: what == "changed" and "artist" in value)
    events.put(None)
    assert session.get("artist", "art_mara")


def test_what_is_asked_while_a_round_runs_is_not_forgotten():
    rounds = []

    def run():
        rounds.append(1)
        if len(rounds) == 1:
            control.wake(ask=True)

    control = Control(
        SystemClock(), Schedule(lambda n: b"\0" * n), run=run, tell=lambda: None, due_in_s=lambda: None, failed=lambda error: None
    )
    control.wake(ask=True)
    assert [0.0, 0.0] == [control.step(), control.step()]
    assert 2 == len(rounds)
    assert control.step() > 0


def test_what_is_no_event_ends_the_stream_and_not_the_program():
    moved = []
    for body in (b"data: {nonsense\n\n", b'data: {"scope": "x"}\n\n', b"data: []\n\n"):
        answer = httpx.Response(200, headers={"content-type": "text/event-stream"}, content=body)
        api = Api("http://fanlink.test", "t", transport=httpx.MockTransport(lambda request, answer=answer: answer))
        listener = Listener(api, SystemClock(), lambda n: b"\0" * n, lambda scope, head: moved.append(scope))
        with suppress(Offline):
            listener.listen()
        assert [] == moved


def test_closing_while_it_works_loses_nothing(opened, server):
    entered, go = threading.Event(), threading.Event()

    def slow(request):
        if request.url.path == "/v1/commands":
            entered.set()
            go.wait(10)

    server.before = slow
    session = opened(clock=SystemClock())
    session.start()
    command = session.do(FollowArtist(), "art_mara")
    assert entered.wait(10)
    closing = threading.Thread(target=session.close)
    closing.start()
    go.set()
    closing.join(10)
    assert not closing.is_alive()
    server.before = lambda request: None
    opened().sync_once()
    assert [command] == [one["id"] for one in server.decided]
