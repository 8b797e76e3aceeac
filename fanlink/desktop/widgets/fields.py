"""Fields for numbers and dates. The style sheet's padding does not reach the text inside them, so it is given here."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDateEdit,
    QDateTimeEdit,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from fanlink.desktop.widgets import basics

INSIDE, ARROW, LEAST_LETTERS = 9, 84, 14


def roomy(field: QAbstractSpinBox) -> None:
    """Moves the text away from the border."""
    line = field.findChild(QLineEdit)
    assert line is not None, "a spin box has a line to write in"
    line.setTextMargins(INSIDE, 0, 0, 0)


def number(lowest: int, highest: int, name: str, unit: str = "") -> QSpinBox:
    """A field for a whole number with its unit."""
    made = QSpinBox()
    made.setRange(lowest, highest)
    made.setSuffix(unit)
    made.setAccessibleName(name)
    roomy(made)
    return made


def day(name: str) -> QDateEdit:
    """A field for a day."""
    made = QDateEdit()
    made.setDisplayFormat("d MMM yyyy")
    _plain(made, name)
    made.setMinimumWidth(made.fontMetrics().horizontalAdvance("30 Mar 2026") + ARROW)
    return made


def moment(name: str) -> QDateTimeEdit:
    """A field for a day with its time."""
    made = QDateTimeEdit()
    made.setDisplayFormat("d MMM yyyy, HH:mm")
    _plain(made, name)
    return made


def _plain(field: QDateTimeEdit, name: str) -> None:
    # without any button the style sheet leaves the text a width of one pixel; the arrow opens a calendar
    field.setCalendarPopup(True)
    field.setAccessibleName(name)
    roomy(field)


def written(name: str, hint: str = "", text: str = "", *, secret: bool = False) -> QLineEdit:
    """A field for a line of words, with its name for screen readers and what may stand in it."""
    made = QLineEdit(text)
    made.setPlaceholderText(hint)
    made.setAccessibleName(name)
    if secret:
        made.setEchoMode(QLineEdit.EchoMode.Password)
    return made


def bounded(box: QComboBox) -> QComboBox:
    """A list of what people named: as wide as its place, never as its longest name."""
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(LEAST_LETTERS)
    return box


def captioned(*several: QWidget) -> QVBoxLayout:
    """Fields below each other, each with its name above it."""
    column = basics.column(gap=6)
    for field in several:
        column.addWidget(basics.text_label(field.accessibleName(), "cap"))
        column.addWidget(field)
    return column
