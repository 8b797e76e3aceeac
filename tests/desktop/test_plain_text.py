"""What a person typed is shown as it was typed: no label, button or tooltip of ours reads it as HTML."""

from __future__ import annotations

import ast
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from fanlink import desktop
from fanlink.desktop.app import App
from fanlink.desktop.pages import registry
from fanlink.desktop.widgets import basics

ROOM = Path(desktop.__file__).parent
MAKERS = {"basics.py"}


def test_labels_and_tooltips_are_made_only_where_they_are_made_plain() -> None:
    found = []
    for path in ROOM.rglob("*.py"):
        if path.name in MAKERS:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name == "QLabel":
                found.append((path.name, node.lineno, name))
            if name == "setToolTip" and "plain_tooltip" not in ast.dump(node):
                found.append((path.name, node.lineno, name))
    assert [] == found


def test_every_label_on_every_page_is_plain(app: App, show) -> None:
    for spec in (*registry.FAN.pages, *registry.COMMON):
        page = show(spec.key)
        assert [] == [label.text() for label in page.findChildren(QLabel) if label.textFormat() is not Qt.TextFormat.PlainText]
    shell = [label for label in app.window.findChildren(QLabel) if label.pixmap().isNull()]
    assert [] == [label.text() for label in shell if label.textFormat() is not Qt.TextFormat.PlainText]


def test_tags_stay_text(qtbot) -> None:
    typed = "<img src='file:///etc/passwd'> & <b>bold</b>"
    label, line = basics.text_label(typed), basics.Elided(typed)
    button = basics.button("a & b")
    for each in (label, line, button):
        qtbot.addWidget(each)
    assert typed == label.text()
    assert typed == line.whole()
    assert "a && b" == button.text()
    assert "<img" not in basics.plain_tooltip(typed)
