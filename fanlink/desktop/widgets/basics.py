"""Labels, buttons, chips and boxes. Every text that a person may have typed is shown as plain text, never as HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fanlink.desktop import theme

GAP = 8
PAD = 18


def text_label(text: str = "", role: str = "", *, wrap: bool = False, name: str = "") -> QLabel:
    """A label that shows what it is given, as it is given: a `<b>` someone typed stays a `<b>`."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    if role:
        label.setProperty("role", role)
    if wrap:
        label.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        label.setSizePolicy(policy)
    if name:
        label.setAccessibleName(name)
    return label


class Elided(QLabel):
    """One line that ends in an ellipsis where there is no room, and says the whole as a tooltip."""

    def __init__(self, text: str = "", role: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._whole = ""
        if role:
            self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.say(text)

    def say(self, text: str) -> None:
        """Shows another text."""
        self._whole = text.replace("\n", " ")
        self.setAccessibleName(self._whole)
        self._fit()

    def whole(self) -> str:
        """The text without an ellipsis."""
        return self._whole

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 4, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(20, super().minimumSizeHint().height())

    def resizeEvent(self, event: object) -> None:  # noqa: N802
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()

    def changeEvent(self, event: object) -> None:  # noqa: N802
        super().changeEvent(event)  # type: ignore[arg-type]
        self._fit()

    def _fit(self) -> None:
        room = self.contentsRect().width()
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(room, 20))
        if shown != self.text():
            self.setText(shown)
        # A tooltip guesses HTML from its text; an escaped one in a paragraph is shown as it was typed.
        self.setToolTip(plain_tooltip(self._whole) if shown != self._whole else "")


def plain_tooltip(text: str) -> str:
    """A tooltip that shows the text itself, whatever is in it."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<p style='white-space:pre-wrap'>{escaped}</p>" if text else ""


def chip(text: str, tone: str = "") -> QLabel:
    """A short word in a rounded field; tones are ok, warn, bad, accent or none."""
    label = text_label(text, "chip")
    label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    if tone:
        label.setProperty("tone", tone)
    return label


def set_chip(label: QLabel, text: str, tone: str = "") -> None:
    """Another word and tone on a chip."""
    label.setText(text)
    label.setProperty("tone", tone)
    theme.restyle(label)


def button(
    text: str, icon: str = "", kind: str = "", clicked: Callable[[], object] | None = None, *, hint: str = "",
) -> QPushButton:
    """A button; kinds are primary, danger, link, quiet, small or none."""
    made = QPushButton(f" {escape(text)}" if icon and text else escape(text))
    _prepare(made, icon, kind, hint or text)
    if hint:
        made.setToolTip(plain_tooltip(hint))
    if clicked:
        made.clicked.connect(lambda _checked=False: clicked())
    return made


def tool(
    icon: str, name: str, clicked: Callable[[], object] | None = None, *, kind: str = "quiet", checkable: bool = False,
) -> QToolButton:
    """A button that is only an icon; its name is its tooltip and what a screen reader says."""
    made = QToolButton()
    _prepare(made, icon, kind, name)
    made.setCheckable(checkable)
    made.setToolTip(plain_tooltip(name))
    if clicked:
        made.clicked.connect(lambda _checked=False: clicked())
    return made


def mark(text: str, name: str) -> QToolButton:
    """A tiny checkable letter, as for solo and mute."""
    made = QToolButton()
    made.setText(text)
    made.setCheckable(True)
    made.setProperty("kind", "mark")
    made.setAccessibleName(name)
    made.setToolTip(plain_tooltip(name))
    return made


def escape(text: str) -> str:
    """A button's text without surprises: an ampersand would become a shortcut."""
    return text.replace("&", "&&")


def _prepare(made: QAbstractButton, icon: str, kind: str, name: str) -> None:
    made.setProperty("kind", kind)
    made.setAccessibleName(name)
    made.setIconSize(QSize(18, 18) if kind != "small" else QSize(14, 14))
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if icon:
        theme.set_icon(made, icon)


def card(*parts: QWidget | QLayout, pad: int = PAD, gap: int = 12, kind: str = "card") -> QFrame:
    """A box with rounded corners around its parts, one below the other."""
    frame = QFrame()
    frame.setProperty("kind", kind)
    column = QVBoxLayout(frame)
    column.setContentsMargins(pad, pad, pad, pad)
    column.setSpacing(gap)
    for part in parts:
        add(column, part)
    return frame


def line() -> QFrame:
    """A thin rule across."""
    frame = QFrame()
    frame.setProperty("kind", "line")
    return frame


def row(*parts: QWidget | QLayout | int | None, gap: int = GAP) -> QHBoxLayout:
    """Parts beside each other; None is a stretch, a number is a space."""
    return _laid(QHBoxLayout(), parts, gap)


def column(*parts: QWidget | QLayout | int | None, gap: int = GAP) -> QVBoxLayout:
    """Parts below each other; None is a stretch, a number is a space."""
    return _laid(QVBoxLayout(), parts, gap)


def _laid(layout, parts: Iterable[object], gap: int):
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(gap)
    for part in parts:
        if part is None:
            layout.addStretch(1)
        elif isinstance(part, int):
            layout.addSpacing(part)
        else:
            add(layout, part)
    return layout


def add(layout, part: object) -> None:
    """Adds a widget or a layout."""
    if isinstance(part, QLayout):
        layout.addLayout(part)
    else:
        layout.addWidget(part)


def boxed(layout: QLayout) -> QWidget:
    """A widget around a layout."""
    made = QWidget()
    made.setLayout(layout)
    return made


def empty(layout: QLayout) -> None:
    """Takes everything out of a layout and deletes it."""
    while layout.count():
        item = layout.takeAt(0)
        if item.widget():
            item.widget().hide()
            item.widget().deleteLater()
        elif item.layout():
            empty(item.layout())


def row_into(holder: QWidget, *parts: QWidget) -> QHBoxLayout:
    """Fills a widget with parts beside each other, without margins."""
    layout = row(*parts)
    holder.setLayout(layout)
    return layout
