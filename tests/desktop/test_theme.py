"""The look is complete: no name without a token, no icon without a drawing, licences beside what they are for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QFontDatabase, QFontInfo
from PySide6.QtWidgets import QApplication

from fanlink.desktop import icons, resources, theme, tokens
from fanlink.desktop.app import App
from fanlink.desktop.pages import registry

DESKTOP = Path(theme.__file__).parent


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_applying_a_mode_changes_palette_sheet_and_tokens(app: App, mode: str) -> None:
    app.theme.apply(mode)
    wanted = tokens.LIGHT if mode == "light" else tokens.DARK
    assert wanted is tokens.now()
    assert f"#{wanted.surface}" in app.qt.styleSheet()
    assert "@" not in re.sub(r'url\("[^"]*"\)|/\*.*?\*/', "", app.qt.styleSheet())


def test_text_grows_with_the_setting(app: App) -> None:
    app.theme.apply(text_size=150)
    assert 21 == QApplication.font().pixelSize()
    assert "font-size: 39px" in app.qt.styleSheet()
    app.theme.apply(text_size=100)


def test_the_bundled_font_is_the_one_in_use(app: App) -> None:
    assert theme.FAMILY in QFontDatabase.families()
    assert theme.FAMILY == QFontInfo(app.window.font()).family()


def test_every_icon_that_is_named_can_be_drawn(app: App) -> None:
    there = {path.stem for path in (resources.folder() / "icons").glob("*.svg")}
    named = {spec.icon for desktop in registry.DESKTOPS for spec in desktop.pages} | {spec.icon for spec in registry.COMMON}
    for path in DESKTOP.rglob("*.py"):
        text = path.read_text("utf-8")
        named |= set(re.findall(r"(?:tool|button|NewsLine|Empty|set_icon|Choice|Picture)\((?:[^()\"]*\"[^\"]*\", )?\"([a-z0-9]+(?:-[a-z0-9]+)+)\"", text))
    assert set() == {name for name in named if name not in there}
    for name in sorted(there):
        assert not icons.pixmap(name, tokens.DARK.color("text")).isNull()


def test_fonts_and_icons_keep_their_licences() -> None:
    assert "SIL Open Font License" in resources.text("fonts", "LICENSE")
    assert "ISC" in resources.text("icons", "LICENSE")


def test_a_theme_follows_the_system_only_when_asked(app: App) -> None:
    app.theme.apply("light")
    app.theme._system_changed()
    assert tokens.LIGHT is app.theme.tokens
