"""A report cancelled from a person's own computer, at a real server: while it is sent, looked at, read, and when it is too late."""

from __future__ import annotations

import os
import random
import threading
import time

import httpx
import pytest

from fanlink.client import reports
from fanlink.client.clock import SystemClock
from fanlink.client.entries import EntryState
from fanlink.client.secrets import Secrets
from fanlink.client.session import Session
from fanlink.core.commands import ImportReport
from fanlink.core.errors import Offline, Refused, Stopped
from fanlink.core.people import Role
from fanlink.server import accounts, serving

HEADER = "report_id,line_id,remix_id,service,territory,period_start,period_end,units,revenue,currency\n"


class Line(httpx.HTTPTransport):
    """A connection that can be cut, and that asks `on` before each request."""

    def __init__(self):
        super().__init__()
        self.is_cut, self.on = False, lambda request: None

    def handle_request(self, request):
        if self.is_cut:
            raise httpx.ConnectError("no route")
        self.on(request)
        return super().handle_request(request)


class Office:
    """Finance at their own computer, and the server."""

    def __init__(self, folder):
        self.folder, self.line = folder, Line()
        self.running = serving.start(folder / "server", port=0)
        self.thread = serving.in_thread(self.running)
        added = accounts.add(
            self.running.server.door, name="Fin", roles=[Role.FINANCE], now_ms=SystemClock().now_ms(), random=random.Random(1).randbytes
        )
        self.session = Session.open(folder / "fin", transport=self.line, secrets=Secrets(lambda: None), live=False)
        self.session.use_token(self.running.url, added.token)
        self.session.sync_once()

    def report(self, lines, name="nov.csv"):
        path = self.folder / name
        path.write_text(HEADER + "".join(f"r1,{n},remix-{n % 9},Tide,DE,2026-11-01,2026-11-30,1,1.5,EUR\n" for n in range(lines)))
        return path

    def left(self):
        """Files on the server's disk and on this computer that are a report's, and rows that tell of any."""
        server = [path for path in (self.folder / "server" / "assets").rglob("*") if path.is_file()]
        mine = [path for path in (self.folder / "fin" / "assets").rglob("*") if path.is_file()]
        with self.running.server.database.reading() as connection:
            rows = [connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() for table in ("assets", "uploads", "reports")]
        return len(server), len(mine), rows

    def close(self):
        self.session.close()
        self.running.stop()
        self.thread.join(20)


NOTHING = (0, 0, [0, 0, 0])


@pytest.fixture
def office(tmp_path):
    made = Office(tmp_path)
    yield made
    made.close()


def until(true):
    deadline = time.monotonic() + 60
    while not true() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert true()


def test_who_stops_while_the_file_is_sent_leaves_nothing(office):
    path = office.folder / "big.csv"
    path.write_bytes(HEADER.encode() + os.urandom(3_000_000))
    heard = []

    def told(sent, of):
        heard.append((sent, of))
        if sent > of // 2:
            raise Stopped("enough")

    with pytest.raises(Stopped):
        office.session.upload(path, told)
    assert heard[-1][0] < heard[-1][1] == path.stat().st_size
    until(lambda: office.left() == NOTHING)
    assert () == office.session.sending.states()
    assert 64 == len(office.session.upload(path))  # and it can be sent again


def test_a_report_that_never_left_is_taken_back_with_its_file(office):
    session, path = office.session, office.report(20)
    office.line.is_cut = True
    asset = session.upload(path)
    command = session.do(ImportReport(asset, path.name), "report-one")
    reports.cancel(session, command)
    assert session.outbox.entry(command) is None
    assert () == session.sending.states()
    assert 0 == office.left()[1]
    office.line.is_cut = False
    session.sync_once()
    assert NOTHING == office.left()
    assert ["cancel_report"] == [one.command.kind for one in session.outbox.entries()]


def test_what_is_up_but_was_never_asked_for_is_dropped_by_the_server(office):
    session = office.session
    asset = session.upload(office.report(20))
    assert (1, 1, [1, 1, 0]) == office.left()
    reports.leave(session, "report-one", asset)
    assert NOTHING == office.left()
    with pytest.raises(Refused, match="import_cancelled"):
        reports.look(session, session.upload(office.report(20)), "nov.csv", "report-one")


def test_a_report_that_the_server_is_reading_is_cancelled_and_its_command_is_answered_so(office):
    session, path = office.session, office.report(150_000)
    asset = session.upload(path)
    command = session.do(ImportReport(asset, path.name), "report-one")
    pushing = threading.Thread(target=session.sync_once)
    pushing.start()
    until(lambda: reports.far(session, "report-one") is not None)
    reports.cancel(session, command)
    pushing.join(60)
    entry = session.outbox.entry(command)
    assert (EntryState.REFUSED, ["import_cancelled"]) == (entry.state, [reason.code for reason in entry.reasons])
    reports.put_away(session, command)
    assert NOTHING == office.left()
    assert reports.far(session, "report-one") is None


def test_once_it_is_decided_it_says_so_and_offline_nobody_knows(office):
    session, path = office.session, office.report(20)
    command = session.do(ImportReport(session.upload(path), path.name), "report-one")
    lost = []

    def lose(request):
        if request.url.path == "/v1/commands" and not lost:
            lost.append(request)
            httpx.Client(transport=httpx.HTTPTransport()).request(request.method, request.url, headers=request.headers, content=request.read())
            raise httpx.ReadError("the reply is lost")

    office.line.on = lose
    with pytest.raises(Offline):
        session.sync_once()
    office.line.is_cut = True
    with pytest.raises(Offline):
        reports.cancel(session, command)
    assert EntryState.WAITING == session.outbox.entry(command).state
    office.line.is_cut = False
    with pytest.raises(Refused, match="report_decided") as refused:
        reports.cancel(session, command)
    assert ("nov.csv", "taken") == (refused.value.reasons[0].facts["report"], refused.value.reasons[0].facts["state"])
    session.sync_once()
    assert EntryState.ACCEPTED == session.outbox.entry(command).state
    assert 1 == office.left()[2][2]
