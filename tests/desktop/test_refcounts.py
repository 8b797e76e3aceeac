"""The version of PySide6 in use leaves the reference counts of None and True alone (6.12.0 did not)."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel

SLACK = 40


class Speaker(QObject):
    said = Signal(object, bool)


def test_many_calls_and_signals_leave_none_and_true_alone(qtbot) -> None:
    label, speaker = QLabel(), Speaker()
    qtbot.addWidget(label)
    speaker.said.connect(lambda _what, _yes: None)
    before = sys.getrefcount(None), sys.getrefcount(True)
    for number in range(300):
        label.setText(str(number))
    for _ in range(100):
        speaker.said.emit(None, True)
    after = sys.getrefcount(None), sys.getrefcount(True)
    assert all(abs(one - other) <= SLACK for one, other in zip(before, after, strict=True)), (before, after)
