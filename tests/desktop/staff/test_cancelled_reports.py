"""Cancel on the page of reports: while a file is read here, sent, looked at or read by the server, and when it is too late."""

import json
import threading
from pathlib import Path

import httpx
from PySide6.QtWidgets import QLabel, QPushButton

from fanlink.core.commands import ImportReport
from tests.desktop.staff.room import Staffroom
from tests.desktop.staff.test_finance import GOOD, HEADER, button, press


def said(room):
    """What the messages at the bottom say, oldest first, once there is one."""
    room.qtbot.waitUntil(lambda: bool(room.spoken), timeout=20_000)
    return room.spoken


def listen(room: Staffroom):
    room.spoken = []
    room.app.desk.asked_to_say.connect(lambda text, *_more: room.spoken.append(text))


def answered(room: Staffroom, outcome: dict, kinds=("cancel_report",)):
    """Has the server answer some kinds of command; gives those that it was asked."""
    asked = []

    def on(request: httpx.Request):
        if request.url.path != "/v1/commands":
            return None
        commands = json.loads(request.content)["commands"]
        if not all(each["kind"] in kinds for each in commands):
            return None
        asked.extend(commands)
        return httpx.Response(200, json={"answers": [{"id": each["id"], **outcome} for each in commands]})

    room.far.on = on
    return asked


def test_reading_a_file_here_is_stopped_and_nothing_was_sent(room: Staffroom, tmp_path: Path):
    listen(room)
    page = room.go("finance", "reports")
    path = tmp_path / "big.csv"
    path.write_text(HEADER + "".join(f"r1,{n},remix_a,Tide,DE,2026-10-01,2026-10-31,1,1,EUR\n" for n in range(60_000)), "utf-8")
    page.look_at(path)
    press(page, "Cancel")
    room.settle()
    assert ["Stopped. Nothing of big.csv was sent."] == said(room)
    assert page._preview is None and page.zone.isEnabled() and not page.progress.isVisible() and not room.far.assets


def test_a_look_by_the_server_is_cancelled_and_its_file_dropped(room: Staffroom, tmp_path: Path):
    listen(room)
    page = room.go("finance", "reports")
    path = tmp_path / "october.csv"
    path.write_text(GOOD, "utf-8")
    asked = answered(room, {"outcome": "accepted"})
    with_commands, looking, ended = room.far.on, threading.Event(), threading.Event()

    def on(request: httpx.Request):
        if request.url.path.endswith("/checking"):
            return httpx.Response(200, json={"phase": "reading", "done": 40, "of": 100})
        if request.url.path != "/v1/reports/preview":
            reply = with_commands(request)
            if asked:
                ended.set()
            return reply
        looking.set()
        assert ended.wait(20)
        return httpx.Response(409, json={"error": {"code": "import_cancelled", "facts": {}}})

    room.far.on = on
    page.ask_server(path)
    room.qtbot.waitUntil(lambda: looking.is_set() and page.doing.text().startswith("Being read and checked by the server"), timeout=20_000)
    assert 400 == page.progress.value()
    way = page._way
    press(page, "Cancel")
    room.settle()
    assert [("cancel_report", way.report, way.asset)] == [(each["kind"], each["target"], each["data"]["asset"]) for each in asked]
    assert ["Cancelled. Nothing of october.csv was imported, and nothing of it is kept."] == said(room)
    assert page.zone.isEnabled() and [] == room.asked()


def test_an_import_that_is_on_its_way_has_a_cancel_that_takes_it_back(room: Staffroom, tmp_path: Path):
    listen(room)
    path = tmp_path / "october.csv"
    path.write_text(GOOD, "utf-8")
    asset = room.read(lambda session: session.upload(path))
    command = room.read(lambda session: session.do(ImportReport(asset, path.name), "report-new"))
    page = room.go("finance", "reports")
    room.qtbot.waitUntil(lambda: room.read(lambda session: session.outbox.entry(command)).sent > 0, timeout=20_000)
    asked = answered(room, {"outcome": "accepted"})
    page.refresh()
    room.settle()
    press(page, "Cancel")
    room.settle()
    assert ["cancel_report"] == [each["kind"] for each in asked]
    assert ["Cancelled. Nothing of october.csv was taken, and nothing of it is kept."] == said(room)
    answered(room, {"outcome": "refused", "findings": [{"code": "import_cancelled", "facts": {}}]}, ("import_report",))
    room.read(lambda session: session.sync_now())
    room.qtbot.waitUntil(lambda: room.read(lambda session: session.outbox.entry(command)) is None
                         or room.read(lambda session: session.outbox.entry(command)).dealt_with, timeout=30_000)  # fmt: skip
    room.settle()
    assert not [each for each in page.findChildren(QPushButton) if each.text().strip() == "Put away" and each.isVisibleTo(page)]


def test_one_that_is_decided_says_so(room: Staffroom, tmp_path: Path):
    listen(room)
    command = room.read(lambda session: session.do(ImportReport("0" * 64, "october.csv"), "report-new"))
    page = room.go("finance", "reports")
    room.qtbot.waitUntil(lambda: room.read(lambda session: session.outbox.entry(command)).sent > 0, timeout=20_000)
    facts = {"report": "october.csv", "state": "arriving", "arrived": 400, "lines": 1000}
    answered(room, {"outcome": "refused", "findings": [{"code": "report_decided", "facts": facts}]})
    page.refresh()
    room.settle()
    button(page, "Cancel").click()
    room.settle()
    assert said(room)[-1].startswith("october.csv is taken and can no longer be cancelled.")


def test_offline_nobody_can_say_whether_it_was_taken(room: Staffroom):
    listen(room)
    command = room.read(lambda session: session.do(ImportReport("0" * 64, "october.csv"), "report-new"))
    page = room.go("finance", "reports")
    room.qtbot.waitUntil(lambda: room.read(lambda session: session.outbox.entry(command)).sent > 0, timeout=20_000)
    page.refresh()
    room.settle()
    press(page, "Cancel")
    room.settle()
    assert said(room)[-1].startswith("The report was sent already, and the server cannot be reached now")
    assert not room.read(lambda session: session.outbox.entry(command)).dealt_with


def test_a_report_that_is_taken_says_that_it_cannot_be_cancelled_and_what_to_do(room: Staffroom):
    page = room.go("finance", "reports")
    texts = [label.text() for label in page.findChildren(QLabel)]
    (told,) = [text for text in texts if "can no longer be cancelled" in text]
    assert "import its reversal: the same lines under new ids, with opposite signs" in told
