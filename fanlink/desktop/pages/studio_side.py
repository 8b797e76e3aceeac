"""The right side of the Studio: tweaks inside the guard rails, the checks as they stand, and what I did and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QVBoxLayout, QWidget

from fanlink.core.findings import Finding, Severity
from fanlink.core.guard_rails import GuardRails
from fanlink.core.recipes import Recipe
from fanlink.core.tracks import TrackFacts
from fanlink.desktop import arranging, formats, telling
from fanlink.desktop.pages.page import scrolling
from fanlink.desktop.widgets import basics

TEMPO_REACH, KEY_REACH, GAIN = (0.6, 1.8), 6, (-24, 6)
TONES = {Severity.BREACH: ("bad", "circle-x"), Severity.WARNING: ("warn", "triangle-alert"), Severity.NOTE: ("", "info")}
MOST_WHY = 14


class Tweak(QWidget):
    """A slider with its name and its value. `moved` comes while it moves, `settled` when it is let go."""

    moved = Signal(float)
    settled = Signal()

    def __init__(self, name: str, low: float, high: float, step: float, say: Callable[[float], str]) -> None:
        super().__init__()
        self._low, self._step, self._say = low, step, say
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, max(round((high - low) / step), 1))
        self.slider.setAccessibleName(name)
        self.value = basics.text_label("", "strong")
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight)
        top = basics.row(basics.text_label(name), None, self.value)
        self.setLayout(basics.column(top, self.slider, gap=0))
        self.slider.valueChanged.connect(self._moved)
        self.slider.sliderReleased.connect(self.settled.emit)

    def show_value(self, value: float) -> None:
        """Where it stands."""
        self.slider.blockSignals(True)
        self.slider.setValue(round((value - self._low) / self._step))
        self.slider.blockSignals(False)
        self.value.setText(self._say(value))
        self.slider.setAccessibleDescription(self._say(value))

    def _moved(self, place: int) -> None:
        value = self._low + place * self._step
        self.value.setText(self._say(value))
        self.moved.emit(value)
        if not self.slider.isSliderDown():
            self.settled.emit()


class Side(QWidget):
    """Three cards. `changed` gives a new recipe and the name of what was changed."""

    changed = Signal(object, str)
    settled = Signal()
    shown = Signal(float, float)

    def __init__(self) -> None:
        super().__init__()
        self._recipe: Recipe | None = None
        self._tweaks: dict[str, Tweak] = {}
        area, column = scrolling(gap=12)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self._checks, self._sliders, self._why = QVBoxLayout(), QVBoxLayout(), QVBoxLayout()
        self.verdict: QLabel = basics.chip("No take yet")
        head = basics.row(basics.text_label("Checks", "h3"), None, self.verdict)
        column.addWidget(basics.card(head, self._checks, pad=14, gap=10))
        self._tweak_card = basics.card(basics.text_label("Tweak", "h3"), self._sliders, pad=14, gap=10)
        column.addWidget(self._tweak_card)
        self._why_card = basics.card(basics.text_label("What I did and why", "h3"), self._why, pad=14, gap=10)
        column.addWidget(self._why_card)
        column.addStretch(1)

    def show_nothing(self) -> None:
        """Before there is a take."""
        self._recipe, self._tweaks = None, {}
        for layout in (self._checks, self._sliders, self._why):
            basics.empty(layout)
        basics.set_chip(self.verdict, "No take yet", "")
        self._checks.addWidget(basics.text_label("As soon as there is a take, its rules are checked here, before you submit.", "muted", wrap=True))
        self._tweak_card.hide()
        self._why_card.hide()

    def show_recipe(self, recipe: Recipe, facts: TrackFacts, rails: GuardRails) -> None:
        """The sliders of a recipe; they are made anew when it has other stems or layers."""
        before, self._recipe = self._recipe, recipe
        same = before is not None and bool(self._tweaks) and list(before.stems) == list(recipe.stems) and (
            [layer.id for layer in before.layers] == [layer.id for layer in recipe.layers]
        )
        if not same:
            self._make_sliders(recipe, facts, rails)
        values = {"tempo": recipe.tempo_bpm, "key": recipe.key_shift_semitones, "swing": recipe.swing}
        values |= {f"stem:{name}": use.gain_db for name, use in recipe.stems.items()}
        values |= {f"layer:{layer.id}": layer.gain_db for layer in recipe.layers}
        for name, tweak in self._tweaks.items():
            tweak.show_value(values[name])
        self._tweak_card.show()

    def _make_sliders(self, recipe: Recipe, facts: TrackFacts, rails: GuardRails) -> None:
        basics.empty(self._sliders)
        self._tweaks = {}
        low, high = rails.tempo_bpm or tuple(round(facts.music.tempo_bpm * part) for part in TEMPO_REACH)
        self._add("tempo", "Tempo", low, high, 0.5, formats.tempo, arranging.with_tempo)
        down, up = rails.key_shift_semitones or (-KEY_REACH, KEY_REACH)
        if down < up:
            self._add("key", "Key", down, up, 1, lambda value: formats.shift(round(value)), lambda r, v: arranging.with_shift(r, round(v)))
        self._add("swing", "Swing", 0, 1, 0.05, lambda value: f"{round(value * 100)} %", arranging.with_swing)
        self._sliders.addWidget(basics.line())
        for name in recipe.stems:
            self._add(f"stem:{name}", formats.human(name), *GAIN, 0.5, decibels, lambda r, v, name=name: arranging.with_gain(r, name, v))
        for layer in recipe.layers:
            title = f"{formats.human(layer.kind)}: {formats.human(layer.sound)}" if layer.sound else telling.layer_name(layer)
            self._add(f"layer:{layer.id}", title, -36, 6, 0.5, decibels, lambda r, v, id_=layer.id: arranging.with_layer_gain(r, id_, v))

    def _add(self, key: str, name: str, low: float, high: float, step: float, say, change: Callable[[Recipe, float], Recipe]) -> None:
        tweak = Tweak(name, low, high, step, say)

        def moved(value: float) -> None:
            if self._recipe is not None:
                self._recipe = change(self._recipe, value)
                self.changed.emit(self._recipe, key)

        tweak.moved.connect(moved)
        tweak.settled.connect(self.settled)
        self._tweaks[key] = tweak
        self._sliders.addWidget(tweak)

    def show_findings(self, findings: Sequence[Finding], length_ms: float) -> None:
        """The checks as they stand now."""
        basics.empty(self._checks)
        breaches = sum(finding.severity is Severity.BREACH for finding in findings)
        if breaches:
            basics.set_chip(self.verdict, f"{breaches} to mend", "bad")
        else:
            basics.set_chip(self.verdict, "Ready to submit", "ok")
        if not findings:
            self._checks.addWidget(basics.text_label("Inside every guard rail. The server checks the same rules again.", "muted", wrap=True))
        for finding in findings:
            self._checks.addLayout(self._finding(finding, length_ms))

    def _finding(self, finding: Finding, length_ms: float):
        tone, icon = TONES[finding.severity]
        bars = f"Bars {finding.start_bar}–{finding.end_bar}" if finding.end_bar > finding.start_bar else f"Bar {finding.start_bar}"
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(1)
        grid.addWidget(basics.text_label(finding.fix, tone or "", wrap=True), 0, 0)
        begin, end = (at / max(length_ms, 1) for at in (finding.start_ms, finding.end_ms))
        show = basics.button(bars, icon, "link", lambda: self.shown.emit(begin, end), hint=f"Show {bars.lower()}")
        grid.addWidget(show, 1, 0, Qt.AlignmentFlag.AlignLeft)
        return grid

    def show_why(self, why: Sequence[str]) -> None:
        """What was done, with the words that led to it."""
        basics.empty(self._why)
        for sentence in why[:MOST_WHY]:
            self._why.addWidget(basics.text_label(sentence, wrap=True))
        self._why_card.setVisible(bool(why))


def decibels(value: float) -> str:
    """A level for people: +1.5 dB."""
    return f"{value:+.1f} dB".replace("-", "−") if value else "0 dB"
