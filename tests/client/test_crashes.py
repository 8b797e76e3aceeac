from __future__ import annotations

import random
import sqlite3

import httpx

from fanlink.client.secrets import Secrets
from fanlink.client.session import Session
from fanlink.core.commands import FollowArtist
from fanlink.core.errors import FanLinkError

from .conftest import TurnedClock, account, artist
from .small_server import SmallServer
from .test_session import follow


class Crash(BaseException):
    """The process is gone; no code of ours may catch it."""


class Crashing(sqlite3.Connection):
    """A connection that ends the process before its `at`-th write, counted over all files."""

    at = written = 0

    def execute(self, sql, *values):
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "COMMIT", "CREATE")):
            Crashing.written += 1
            if Crashing.written == Crashing.at:
                raise Crash
        return super().execute(sql, *values)


def connect(path):
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False, factory=Crashing)


class Story:
    """A person at work over several starts of the program, any of which may be cut short."""

    def __init__(self, home):
        self.home, self.clock = home, TurnedClock()
        self.server = SmallServer(follow)
        self.server.put("person:ann", "account", "ann", account("ann"))
        for number in range(5):
            self.server.put("public", "artist", f"art_{number}", artist(f"art_{number}", f"Artist {number}"))
        self.durable, self.starts = [], 0

    def open(self):
        self.starts += 1
        session = Session.open(
            self.home, clock=self.clock, transport=self.server.transport, connect=connect, live=False,
            secrets=Secrets(lambda: None), random_bytes=random.Random(self.starts).randbytes,
        )
        session.use_token("http://fanlink.test", "t-ann")
        return session

    def play(self):
        session = None
        try:
            session = self.open()
            self.durable.append(session.do(FollowArtist(), "art_1"))
            self.durable.append(session.do(FollowArtist(), "art_2", after=(self.durable[-1],)))
            session.sync_once()
            self.server.delete("public", "artist", "art_4")
            self.durable.append(session.do(FollowArtist(), "art_3"))
            self.server.after = self.lose
            try:
                session.sync_once()
            except FanLinkError:
                self.server.after = lambda request, reply: reply
            session.sync_once()
        except Crash:
            Crashing.at = 0
        finally:
            self.server.after = lambda request, reply: reply
            if session is not None:
                session.close()

    def lose(self, request, reply):
        if request.url.path == "/v1/commands":
            raise httpx.ReadError("cut off")
        return reply


def test_a_crash_before_any_write_loses_nothing_and_does_nothing_twice(tmp_path):
    crash_at, crashed = 0, True
    while crashed:
        crash_at += 1
        story = Story(tmp_path / f"at{crash_at}")
        Crashing.at, Crashing.written = crash_at, 0
        story.play()
        crashed = Crashing.written >= crash_at
        Crashing.at = 0
        session = story.open()
        session.sync_once()
        decided = [command["id"] for command in story.server.decided]
        assert len(decided) == len(set(decided)), crash_at
        assert set(story.durable) <= set(decided), crash_at
        follows = tuple(sorted({command["target"] for command in story.server.decided}))
        assert follows == session.account.follows, crash_at
        assert {f"art_{number}" for number in range(5)} - set(session.ids("artist")) in ({"art_4"}, set()), crash_at
        assert story.server.digest("public") == session._replica.digest("public"), crash_at
        assert "synced" == session.state.name
        session.close()
    assert crash_at > 40
