"""A server that went back, or whose log was changed, is said on the sync line, in the sheet and in Diagnostics."""

from __future__ import annotations

import os

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from fanlink.core.checkpoints import Checkpoint, How, LogChange
from fanlink.desktop import words_log
from fanlink.desktop.app import App
from tests.desktop.conftest import quiet
from tests.desktop.world import DAY, NOW_MS


@pytest.mark.parametrize("how", How)
@pytest.mark.parametrize("agrees", [None, Checkpoint(3, "a" * 64, NOW_MS - 9 * DAY)])
def test_every_change_has_words_that_say_when_and_what_it_means(how, agrees) -> None:
    said = words_log.sentence(LogChange(how, Checkpoint(9, "b" * 64, NOW_MS), agrees, NOW_MS))
    assert words_log.formats.moment(NOW_MS) in said
    assert ("Nothing of yours is lost" in said) == (how is not How.ALTERED)


def sync(app: App, qtbot) -> None:
    app.desk.read(lambda session: (session.log.begin(), session.sync_now()), lambda _none: None, owner=app.window)
    quiet(qtbot, app)


def test_a_restored_server_is_shown_until_somebody_has_read_it(app: App, far, show, qtbot) -> None:
    far.log = far.log[:30]
    sync(app, qtbot)
    qtbot.waitUntil(lambda: "log" in app.window.sidebar.sync.text(), timeout=15_000)
    app.window.show_sync()
    quiet(qtbot, app)
    sheet = app.window.sync_sheet
    qtbot.waitUntil(lambda: words_log.TITLES[How.RESTORED] in said(sheet), timeout=15_000)
    if folder := os.environ.get("FANLINK_PICTURES"):
        for mode in ("dark", "light"):
            app.theme.apply(mode)
            app.window.resize(1372, 871)
            qtbot.wait(50)
            app.window.grab().save(f"{folder}/log-{mode}.png")
    next(each for each in sheet.findChildren(QPushButton) if each.text().strip() == "I see").click()
    qtbot.waitUntil(lambda: "log" not in app.window.sidebar.sync.text(), timeout=15_000)
    quiet(qtbot, app)
    qtbot.waitUntil(lambda: words_log.TITLES[How.RESTORED] not in said(sheet), timeout=15_000)
    sheet.dismiss()
    report = show("diagnostics")._found.report
    assert f"30:{far.log[-1]}" in report
    assert words_log.TITLES[How.RESTORED] in report


def said(sheet) -> str:
    return " ".join(label.text() or label.property("full") or "" for label in sheet.findChildren(QLabel))
