"""The shell: where one is, what is true of the connection, what the keys do."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QLineEdit, QScrollArea

from fanlink.core.commands import FollowArtist
from fanlink.desktop import banners
from fanlink.desktop.app import App
from fanlink.desktop.pages import registry
from fanlink.desktop.settings import SettingsFile
from tests.desktop.conftest import quiet


def act(app: App, name: str) -> QAction:
    return app.window.findChild(QAction, f"act-{name}")


def test_every_page_of_the_fan_opens_and_is_marked(app: App, show) -> None:
    for spec in registry.FAN.pages:
        page = show(spec.key)
        assert spec is page.spec
        assert app.window.sidebar._pages[spec.key].isChecked()
        assert spec.title in app.window.windowTitle()


def test_the_account_and_the_sync_line_are_shown(app: App, qtbot) -> None:
    assert "Mara Voss" in app.window.sidebar.account.text()
    qtbot.waitUntil(lambda: "All changes synced" in app.window.sidebar.sync.text())


def test_back_and_forward_go_where_one_was(app: App, show) -> None:
    show("home")
    show("discover")
    show("earnings")
    act(app, "Back").trigger()
    assert "discover" == app.window.page.spec.key
    act(app, "Forward").trigger()
    assert "earnings" == app.window.page.spec.key


def test_control_and_a_number_goes_to_that_page(app: App, qtbot) -> None:
    act(app, "Page 4").trigger()
    quiet(qtbot, app)
    assert registry.FAN.pages[3].key == app.window.page.spec.key


def test_the_last_page_is_remembered(app: App, show) -> None:
    show("challenges")
    assert "challenges" == SettingsFile(app.desk.home).now.page


def test_the_sidebar_has_only_icons_below_a_thousand_pixels(app: App, qtbot) -> None:
    app.window.resize(980, 700)
    qtbot.waitUntil(lambda: app.window.sidebar.width() == 64)
    assert "" == app.window.sidebar.account.text()
    app.window.resize(1200, 700)
    qtbot.waitUntil(lambda: app.window.sidebar.width() == 228)


def test_the_window_is_never_smaller_than_its_smallest(app: App) -> None:
    app.window.resize(300, 200)
    assert (960, 640) == (app.window.minimumWidth(), app.window.minimumHeight())
    assert app.window.width() >= 960


def test_letters_rest_while_somebody_types(app: App, show, qtbot) -> None:
    page = show("discover")
    field: QLineEdit = page.search
    app.window._focus_moved(None, field)
    assert not act(app, "Swap A and B").isEnabled()
    assert act(app, "Search and commands").isEnabled()
    app.window._focus_moved(field, page)
    assert act(app, "Swap A and B").isEnabled()


def test_being_offline_is_said_after_a_while_and_names_what_waits(app: App, far, qtbot, monkeypatch) -> None:
    app.window.banners.patience.setInterval(10)
    far.down = True
    app.desk.do(FollowArtist(), "artist_vale0001")
    qtbot.waitUntil(lambda: app.window.banners.isVisible(), timeout=15_000)
    assert "You are offline. You can keep working: 1 change will be sent when the connection is back." == app.window.banners.offline.label.text()
    assert "Offline · 1 waiting" in app.window.sidebar.sync.text()
    far.down = False
    app.window.banners.offline.button.click()
    qtbot.waitUntil(lambda: not app.window.banners.isVisible(), timeout=15_000)
    assert banners.PATIENCE_MS == 5_000


def test_a_refused_change_needs_you_and_says_why(app: App, far, qtbot) -> None:
    far.answer = lambda command: {"outcome": "refused", "findings": [{"code": "not_allowed", "facts": {}}]}
    app.desk.do(FollowArtist(), "artist_vale0001")
    qtbot.waitUntil(lambda: "1 needs you" in app.window.sidebar.sync.text(), timeout=15_000)
    app.window.show_sync()
    quiet(qtbot, app)
    said = [label.text() for label in app.window.sync_sheet.findChildren(QLabel)]
    assert "Your account may not do this." in said
    assert "Refused" in said


def test_the_palette_finds_pages_acts_and_documents(app: App, qtbot) -> None:
    app.window.show_palette()
    sheet = app.window.palette_sheet
    assert sheet.isVisible()
    sheet.field.setText("night")
    qtbot.waitUntil(lambda: any("Night drive version" == choice.title for choice in shown(sheet)), timeout=5_000)
    sheet.field.setText("light")
    assert "Switch between light and dark" in [choice.title for choice in shown(sheet)]
    sheet.field.setText("earn")
    assert "Earnings" == shown(sheet)[0].title
    sheet._run(sheet.results.item(0))
    assert "earnings" == app.window.page.spec.key
    assert not sheet.isVisible()


def shown(sheet) -> list:
    return [sheet.results.item(row).data(0x0100) for row in range(sheet.results.count())]


def test_the_news_lead_to_what_they_are_about(app: App, qtbot) -> None:
    app.window.show_news()
    quiet(qtbot, app)
    line = next(each for each in app.window.news_sheet.findChildren(type_of_line()) if "Changes were asked for" in each.words)
    line.click()
    quiet(qtbot, app)
    assert "remixes" == app.window.page.spec.key
    assert "Ferry in my kitchen" == app.window.page.view.document.remix.title


def test_the_bell_has_a_dot_until_one_has_looked(app: App, qtbot) -> None:
    qtbot.waitUntil(lambda: not app.window.topbar._dot.isHidden(), timeout=5_000)
    app.window.show_news()
    assert app.window.topbar._dot.isHidden()
    app.window._count_news()
    quiet(qtbot, app)
    assert app.window.topbar._dot.isHidden()


def test_a_computer_without_a_keyring_says_so_until_it_was_seen(app: App, qtbot, monkeypatch) -> None:
    assert app.window.banners.isHidden()
    monkeypatch.setattr(app.desk.session.secrets, "chosen", False)
    app.desk.account_changed.emit()
    qtbot.waitUntil(lambda: app.window.banners.isVisible(), timeout=10_000)
    assert banners.FORGETFUL == app.window.banners.keyring.label.text()
    app.window.banners.keyring.button.click()
    assert app.window.banners.isHidden()


def type_of_line():
    from fanlink.desktop.widgets.lines import NewsLine

    return NewsLine


def test_the_sheet_of_shortcuts_opens_and_closes(app: App, qtbot) -> None:
    act(app, "Keyboard shortcuts").trigger()
    assert app.window.shortcut_sheet.isVisible()
    app.window.shortcut_sheet.dismiss()
    assert not app.window.shortcut_sheet.isVisible()


def test_a_toast_offers_undo_once(app: App) -> None:
    undone = []
    app.desk.say("Done.", undo=lambda: undone.append(1))
    assert app.window.toast.isVisible()
    app.window.toast.undo.click()
    app.window.toast._undone()
    assert [1] == undone


def test_nothing_is_cut_off_at_the_side_of_the_smallest_window(app: App, show, qtbot) -> None:
    app.window.resize(960, 640)
    for spec in (*registry.FAN.pages, *registry.COMMON):
        page = show(spec.key)
        wide = [area.widget().minimumSizeHint().width() - area.viewport().width()
                for area in page.findChildren(QScrollArea) if area.isVisible() and area.widget()]  # fmt: skip
        assert all(over <= 0 for over in wide), (spec.key, wide)


@pytest.mark.parametrize("size", [90, 150])
def test_every_page_stands_at_every_text_size(app: App, show, size: int) -> None:
    app.theme.apply(text_size=size)
    app.window.resize(960, 640)
    for spec in registry.FAN.pages:
        show(spec.key)
    assert app.window.minimumSizeHint().width() <= 960 or size > 100
    app.theme.apply(text_size=100)
