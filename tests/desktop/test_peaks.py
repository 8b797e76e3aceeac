"""Waveforms: true lows and highs, drawn from few numbers at any zoom."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QPixmap

from fanlink.desktop import peaks as peaks_module
from fanlink.desktop import sounds
from fanlink.desktop.peaks import LEVELS, peaks_of
from fanlink.desktop.widgets.waveform import Waveform

RATE = 48_000


def noise(frames: int) -> np.ndarray:
    return np.random.default_rng(3).integers(-20_000, 20_000, (frames, 2), dtype=np.int16)


def test_every_level_holds_the_lowest_and_highest_sample() -> None:
    samples = noise(70_000)
    made = peaks_of(samples, RATE)
    for size, level in zip(LEVELS, made.levels, strict=True):
        assert -(-len(samples) // size) == len(level)
        low, high = int(samples[:size].min()) * 127 / 32_767, int(samples[:size].max()) * 127 / 32_767
        assert low - 1.01 <= level[0, 0] <= low
        assert high <= level[0, 1] <= high + 1.01


def test_columns_cover_what_was_asked_and_no_more() -> None:
    samples = np.zeros((RATE, 2), np.int16)
    samples[RATE // 2 :] = 16_000
    columns = peaks_of(samples, RATE).columns(0.0, 1.0, 100)
    assert (100, 2) == columns.shape
    assert not columns[:49].any()
    assert (columns[52:, 1] > 0.4).all()


@pytest.mark.parametrize("frames", [0, 1, 255, 256, 257])
def test_short_sounds_have_waveforms_too(frames: int) -> None:
    assert (40, 2) == peaks_of(noise(frames), RATE).columns(0, 1, 40).shape


def test_peaks_are_kept_and_a_damaged_file_counts_as_none(tmp_path: Path) -> None:
    made, path = peaks_of(noise(5_000), RATE), tmp_path / "x.npz"
    peaks_module.save(made, path)
    found = peaks_module.load(path)
    assert found is not None
    assert all((one == other).all() for one, other in zip(made.levels, found.levels, strict=True))
    path.write_bytes(path.read_bytes()[:40])
    assert peaks_module.load(path) is None


def test_several_sounds_make_one_picture() -> None:
    mixed = sounds.mixed_peaks([peaks_of(noise(9_000), RATE), peaks_of(noise(4_000), RATE)])
    assert mixed is not None
    assert 9_000 == mixed.frames
    assert sounds.mixed_peaks([]) is None


def test_ten_minutes_are_drawn_from_as_many_numbers_as_there_are_pixels(qtbot, monkeypatch) -> None:
    wave = Waveform()
    qtbot.addWidget(wave)
    wave.resize(900, 80)
    wave.set_peaks(peaks_of(noise(RATE * 600), RATE))
    asked: list[int] = []
    columns = peaks_module.Peaks.columns
    monkeypatch.setattr(peaks_module.Peaks, "columns", lambda self, begin, end, width: asked.append(width) or columns(self, begin, end, width))
    wave.render(QPixmap(wave.size()))
    assert asked
    assert max(asked) <= 2 * wave.width()


def test_a_click_seeks_and_arrow_keys_step(qtbot) -> None:
    from PySide6.QtCore import QPoint, Qt

    wave = Waveform()
    qtbot.addWidget(wave)
    wave.resize(200, 40)
    wave.show()
    with qtbot.waitSignal(wave.seeked) as sought:
        qtbot.mouseClick(wave, Qt.MouseButton.LeftButton, pos=QPoint(50, 20))
    assert 0.25 == pytest.approx(sought.args[0], abs=0.01)
    with qtbot.waitSignal(wave.seeked) as sought:
        qtbot.keyClick(wave, Qt.Key.Key_Right)
    assert 0.02 == pytest.approx(sought.args[0])
