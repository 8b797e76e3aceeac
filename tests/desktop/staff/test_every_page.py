"""What is true of every page of the staff: plain text, names for screen readers, one primary button."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
)

from fanlink.desktop.pages import registry_staff
from fanlink.desktop.pages.page import ListDetail
from tests.desktop.staff.room import Staffroom

PLACES = [(desktop.key, spec.key) for desktop in registry_staff.STAFF for spec in desktop.pages]
FIELDS = (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QAbstractSpinBox)


def cut(page) -> list[tuple[str, int, int]]:
    """What scrolls up and down but is wider than there is room: whose it is, the width it needs, and the width it has."""
    for both in page.findChildren(ListDetail):
        both.show_detail()
    areas = [each for each in page.findChildren(QScrollArea) if each.isVisibleTo(page) and each.widget()]
    widths = [(type(each.parent()).__name__, each.widget().minimumSizeHint().width(), each.viewport().width()) for each in areas]
    return [each for each in widths if each[1] > each[2]]


def test_every_page_opens_and_speaks_plainly_to_everybody(room: Staffroom):
    for desktop, key in PLACES:
        page = room.go(desktop, key)
        assert [] == [label.text() for label in page.findChildren(QLabel) if label.textFormat() is not Qt.TextFormat.PlainText], key
        silent = [
            (type(each).__name__, each.parent().metaObject().className()) for kind in FIELDS for each in page.findChildren(kind)
            if not each.accessibleName() and not getattr(each, "text", lambda: "")() and each.objectName() != "qt_spinbox_lineedit"
            and each.isVisibleTo(page) and not isinstance(each.parent(), QLineEdit)
        ]  # fmt: skip
        assert [] == silent, key


def test_a_screen_has_hardly_more_than_one_primary_button(room: Staffroom):
    for desktop, key in PLACES:
        page = room.go(desktop, key)
        seen = [each.text() for each in page.findChildren(QAbstractButton) if each.property("kind") == "primary" and each.isVisibleTo(page)]
        assert len(seen) <= 2, (key, seen)


def test_pages_look_the_same_in_both_modes_and_at_the_smallest_size(room: Staffroom):
    for mode in ("light", "dark"):
        room.app.theme.apply(mode)
        for desktop, key in PLACES:
            page = room.go(desktop, key)
            room.app.window.resize(960, 640)
            room.settle()
            assert page.minimumSizeHint().width() <= 960 - 64, (key, page.minimumSizeHint().width())


def test_nothing_is_cut_at_any_width_between_the_smallest_and_a_laptop(room: Staffroom):
    for width in (1024, 1160, 1240):
        room.app.window.resize(width, 700)
        for desktop, key in PLACES:
            assert [] == cut(room.go(desktop, key)), (width, key)
