"""An own recording: what it is, and where and how it is heard. The fan's word for it is shown to who listens."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QWidget

from fanlink.core import faults
from fanlink.core.recipes import Layer, Recipe
from fanlink.desktop import arranging, formats
from fanlink.desktop.pages.studio_side import Tweak, decibels
from fanlink.desktop.peaks import Peaks
from fanlink.desktop.widgets import basics, fields
from fanlink.desktop.widgets.overlay import Overlay
from fanlink.desktop.widgets.waveform import Waveform

GAIN_DB = (-36, 6)


class RecordingSheet(Overlay):
    """`settled` gives the layer as it was said; the sheet changes no recipe by itself."""

    settled = Signal(object)

    def __init__(
        self, parent: QWidget, recipe: Recipe, beats_per_bar: int, layer: Layer, peaks: Peaks | None, *, is_new: bool
    ) -> None:
        super().__init__(parent, "Your recording", width=560)
        self._layer, self._beats, self._gain_db = layer, beats_per_bar, layer.gain_db
        if peaks is not None:
            wave = Waveform("Your recording", height=56)
            wave.set_peaks(peaks)
            wave.setEnabled(False)
            length = basics.text_label(formats.length(peaks.length_ms), "small")
            line = basics.row(wave, length, gap=10)
            line.setStretch(0, 1)
            self.body.addLayout(line)
        self.what = QLineEdit(layer.provenance.get("what", ""))
        self.what.setMaxLength(faults.LONGEST_WHAT)
        self.what.setPlaceholderText("My guitar, my voice, rain on my window …")
        self.what.setAccessibleName("What is it?")
        self.what.textChanged.connect(self._typed)
        self.body.addWidget(basics.text_label("What is it?", "cap"))
        self.body.addWidget(self.what)
        self.body.addWidget(basics.text_label(
            "You declare this: it is shown with your remix, and a person always listens.", "small", wrap=True
        ))  # fmt: skip
        self.mine = QCheckBox("I made it, or may use all that is heard in it")
        self.mine.setChecked(not is_new)
        self.mine.toggled.connect(self._typed)
        self.body.addWidget(self.mine)
        self.body.addLayout(self._where(recipe))
        self.gain = Tweak("Level", *GAIN_DB, 0.5, decibels)
        self.gain.show_value(layer.gain_db)
        self.gain.moved.connect(self._set_gain)
        self.body.addWidget(self.gain)
        self.add = basics.button("Add to the remix" if is_new else "Save", "check", "primary", self._settle)
        self.body.addLayout(basics.row(None, basics.button("Not now", clicked=self.dismiss), self.add, gap=10))
        self._typed()

    def _where(self, recipe: Recipe) -> QGridLayout:
        bar, beat = arranging.bar_of(self._layer, self._beats)
        self.bar = fields.number(1, max(recipe.bars, bar), "First bar")
        self.bar.setValue(bar)
        self.beat = fields.number(1, self._beats, "First beat")
        self.beat.setValue(beat)
        self.offset = fields.number(-faults.OFFSET_MS, faults.OFFSET_MS, "Earlier or later", " ms")
        self.offset.setSingleStep(5)
        self.offset.setValue(round(self._layer.offset_ms))
        self.loops = QCheckBox("Again and again, on the bar")
        self.loops.setChecked(self._layer.loops)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for column, (name, field) in enumerate((("Bar", self.bar), ("Beat", self.beat), ("Earlier or later", self.offset))):
            grid.addWidget(basics.text_label(name, "cap"), 0, column)
            grid.addWidget(field, 1, column)
            grid.setColumnStretch(column, 1)
        grid.addWidget(self.loops, 2, 0, 1, 3)
        return grid

    def present(self) -> None:
        super().present()
        self.what.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set_gain(self, value: float) -> None:
        self._gain_db = round(value, 1)

    def _typed(self, *_more: object) -> None:
        self.add.setEnabled(bool(self.what.text().strip()) and self.mine.isChecked())

    def _settle(self) -> None:
        start = float((self.bar.value() - 1) * self._beats + self.beat.value() - 1)
        self.settled.emit(replace(
            self._layer, start_beat=start, offset_ms=float(self.offset.value()), loops=self.loops.isChecked(),
            gain_db=self._gain_db, provenance={"what": self.what.text().strip()},
        ))  # fmt: skip
        self.dismiss()
