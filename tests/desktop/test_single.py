"""One window for each home: the second start calls the first."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from fanlink.desktop.single import Single


def test_a_second_start_brings_the_first_window_to_the_front(qtbot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    first = Single(tmp_path, window)
    assert first.first
    second = Single(tmp_path, QWidget())
    assert not second.first
    qtbot.waitUntil(window.isVisible, timeout=5_000)
    first.close()


def test_another_home_is_another_window(qtbot, tmp_path: Path) -> None:
    homes = [tmp_path / name for name in ("one", "two")]
    windows = [QWidget(), QWidget()]
    both = [Single(home, window) for home, window in zip(homes, windows, strict=True)]
    assert [True, True] == [each.first for each in both]
    for each in both:
        each.close()


def test_a_name_that_was_given_back_can_be_taken_again(qtbot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    Single(tmp_path, window).close()
    again = Single(tmp_path, window)
    assert again.first
    again.close()
