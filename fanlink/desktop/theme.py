"""The look: Fusion, a palette and one style sheet, both filled from the tokens.

Widgets say what they are by dynamic properties (`kind`, `role`, `icon_name`), never how they look. `Theme.apply` sets palette and
sheet for the whole application and draws every icon again in the new colours.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication, QStyleFactory, QWidget

from fanlink.desktop import icons, resources, tokens
from fanlink.desktop.tokens import Tokens

MODES = ("system", "light", "dark")
TEXT_SIZES = (90, 100, 110, 125, 150)
FAMILY = "Inter"
BODY_PX = 14
_Role = QPalette.ColorRole


class Theme(QObject):
    """Applies a mode and a text size; `changed` says that icons and painted things are to be drawn again."""

    changed = Signal()

    def __init__(self, app: QApplication, mode: str = "system", text_size: int = 100) -> None:
        super().__init__(app)
        self._app, self.mode, self.text_size = app, mode, text_size
        self._files = tempfile.TemporaryDirectory(prefix="fanlink-theme-", ignore_cleanup_errors=True)
        app.setStyle(QStyleFactory.create("Fusion"))
        for font in sorted((resources.folder() / "fonts").glob("*.otf")):
            QFontDatabase.addApplicationFont(str(font))
        app.styleHints().colorSchemeChanged.connect(self._system_changed)

    @property
    def tokens(self) -> Tokens:
        """The colours in force."""
        if self.mode == "system":
            dark = self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark
            return tokens.DARK if dark else tokens.LIGHT
        return tokens.DARK if self.mode == "dark" else tokens.LIGHT

    def apply(self, mode: str | None = None, text_size: int | None = None) -> None:
        """Sets the look of the whole application."""
        self.mode, self.text_size = mode or self.mode, text_size or self.text_size
        self._app.setFont(font(BODY_PX * self.text_size / 100))
        self._app.setPalette(palette(self.tokens))
        self._app.setStyleSheet(sheet(self.tokens, self.text_size, self._draw_parts()))
        for widget in self._app.allWidgets():
            dress(widget)
        self.changed.emit()

    def close(self) -> None:
        """Removes the drawn parts of controls."""
        self._files.cleanup()

    def _system_changed(self) -> None:
        if self.mode == "system":
            self.apply()

    def _draw_parts(self) -> Path:
        """Combo arrows and check marks: the style sheet wants files for them."""
        colors = self.tokens
        folder = Path(self._files.name) / ("light" if colors is tokens.LIGHT else "dark")
        if not folder.is_dir():
            folder.mkdir(parents=True)
            for name, part, color in (
                ("chevron-down", "down", colors.muted), ("chevron-up", "up", colors.muted),
                ("check", "check", colors.button_text), ("chevron-right", "right", colors.muted),
            ):  # fmt: skip
                (folder / f"{part}.svg").write_bytes(icons.recoloured(name, QColor(f"#{color}"), 2.5))
            dot = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="4" fill="#{colors.button_text}"/></svg>'
            (folder / "dot.svg").write_text(dot, "utf-8")
        return folder


def font(size_px: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Inter with figures of one width, so that columns of money and running times stand still."""
    made = QFont(FAMILY)
    made.setPixelSize(round(size_px))
    made.setWeight(weight)
    made.setFeature(QFont.Tag("tnum"), 1)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


def palette(colors: Tokens) -> QPalette:
    """What Fusion draws by itself."""
    made = QPalette()
    for role, name in (
        (_Role.Window, "bg"), (_Role.WindowText, "text"), (_Role.Base, "surface"), (_Role.AlternateBase, "raised"),
        (_Role.Text, "text"), (_Role.Button, "raised"), (_Role.ButtonText, "text"), (_Role.BrightText, "bad"),
        (_Role.Highlight, "accent"), (_Role.HighlightedText, "button_text"), (_Role.Link, "accent_text"),
        (_Role.LinkVisited, "accent_text"), (_Role.PlaceholderText, "muted"), (_Role.ToolTipBase, "raised"),
        (_Role.ToolTipText, "text"), (_Role.Mid, "border"), (_Role.Dark, "border"), (_Role.Light, "hover"),
        (_Role.Midlight, "hover"), (_Role.Shadow, "bg"), (_Role.Accent, "accent"),
    ):  # fmt: skip
        made.setColor(role, colors.color(name))
    for role in (_Role.WindowText, _Role.Text, _Role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, colors.color("muted", 150))
    return made


def sheet(colors: Tokens, text_size: int, parts: Path) -> str:
    """The style sheet with the tokens in it; `@14px` grows with the text size, `@name` is a colour or a file."""
    text = resources.text("themes", "fanlink.qss")
    text = re.sub(r"@(\d+)px", lambda match: f"{round(int(match[1]) * text_size / 100)}px", text)
    names = colors.names() | {f"file_{path.stem}": path.as_posix() for path in parts.glob("*.svg")}
    return re.sub(r"@([a-z_]+)", lambda match: names[match[1]], text)


def dress(widget: QWidget) -> None:
    """Draws the icon that a button names by its property `icon_name`, in the colours of what it is."""
    name = widget.property("icon_name")
    if not name or not isinstance(widget, QAbstractButton):
        return
    colors = tokens.now()
    normal, checked = _ICON_COLORS.get(widget.property("kind") or "", ("text", "accent_text"))
    widget.setIcon(icons.icon(name, colors.color(normal), colors.color(checked), colors.color("muted", 160)))


def set_icon(button: QAbstractButton, name: str) -> None:
    """Gives a button an icon by name, or takes it away."""
    button.setProperty("icon_name", name)
    if name:
        dress(button)
    else:
        button.setIcon(QIcon())


def restyle(widget: QWidget) -> None:
    """Makes a changed dynamic property show."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    dress(widget)
    widget.update()


_ICON_COLORS = {
    "primary": ("button_text", "button_text"),
    "play": ("button_text", "button_text"),
    "danger": ("bad", "bad"),
    "nav": ("muted", "accent_text"),
    "quiet": ("muted", "accent_text"),
    "account": ("muted", "accent_text"),
    "sync_ok": ("ok", "ok"),
    "sync_warn": ("warn", "warn"),
    "sync_bad": ("bad", "bad"),
    "link": ("accent_text", "accent_text"),
}
