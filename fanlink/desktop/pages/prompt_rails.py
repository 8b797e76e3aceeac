"""Guard rails as things to take hold of: sliders, stems, layers, effects, words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QPushButton, QVBoxLayout, QWidget

from fanlink.core import vocabulary
from fanlink.core.guard_rails import GuardRails, Use
from fanlink.core.tracks import TrackFacts
from fanlink.desktop import formats, words, words_staff
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.ranges import RangeRow
from fanlink.desktop.widgets.tags import TagEditor
from fanlink.desktop.widgets.toggles import Toggles

MADE_LAYERS = tuple(kind for kind in vocabulary.LAYER_KINDS if kind not in ("own", "generated"))
STEM_RULES = (("allowed", "Allowed"), ("required", "Must be heard"), ("untouched", "Untouched"))


def _tempo(low: float, high: float) -> str:
    return f"{low:g} – {high:g} BPM"


def _key(low: float, high: float) -> str:
    return formats.shifts(low, high)


def _length(low: float, high: float) -> str:
    return f"{formats.length(low * 1000)} – {formats.length(high * 1000)}"


class StemRules(QWidget):
    """A line for each stem: whether it is allowed, must be heard, stays as it is."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)
        self.buttons: dict[tuple[str, str], QPushButton] = {}

    def set_stems(self, names: Sequence[str], rails: GuardRails) -> None:
        """The stems of a track with what the rails say of each."""
        basics.empty(self._grid)
        self.buttons = {}
        allowed = rails.stems_allowed if rails.stems_allowed is not None else names
        on = {"allowed": (*allowed, *rails.stems_required), "required": rails.stems_required, "untouched": rails.stems_untouched}
        for row, name in enumerate(names):
            self._grid.addWidget(basics.text_label(formats.human(name)), row, 0)
            for column, (key, said) in enumerate(STEM_RULES, 1):
                each = basics.button(said, kind="small", hint=f"{formats.human(name)}: {said.lower()}")
                each.setCheckable(True)
                each.setChecked(name in on[key])
                each.clicked.connect(lambda checked, name=name, key=key: self._clicked(name, key, checked))
                self.buttons[name, key] = each
                self._grid.addWidget(each, row, column)

    def named(self, key: str) -> tuple[str, ...]:
        """The stems for which a rule is on."""
        return tuple(name for (name, each), button in self.buttons.items() if each == key and button.isChecked())

    @property
    def allowed(self) -> tuple[str, ...] | None:
        """None when every stem is allowed."""
        every = tuple(name for name, key in self.buttons if key == "allowed")
        named = self.named("allowed")
        return None if named == every else named

    def _clicked(self, name: str, key: str, on: bool) -> None:
        # what must be heard or stays as it is has to be allowed, and what is not allowed cannot be either
        if key == "allowed" and not on:
            self.buttons[name, "required"].setChecked(False)
            self.buttons[name, "untouched"].setChecked(False)
        elif key != "allowed" and on:
            self.buttons[name, "allowed"].setChecked(True)
        self.changed.emit()


class RailsForm(QWidget):
    """The guard rails of one prompt. `rails` is what stands there now."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._was = GuardRails()
        self.tempo = RangeRow("Tempo", 40, 220, 1, (80, 140), _tempo)
        self.key = RangeRow("Key", -12, 12, 1, (-3, 3), _key)
        self.length = RangeRow("Length", 15, 600, 5, (30, 240), _length)
        self.stems = StemRules()
        self.any_layers = QCheckBox("Any layer of FanLink’s own instruments")
        self.layers = Toggles([(kind, formats.human(kind)) for kind in MADE_LAYERS])
        self.effects = Toggles([(name, formats.human(name)) for name in vocabulary.EFFECTS])
        self.uses = Toggles([(str(use), words.USES[use]) for use in Use if use is not Use.REMIX])
        self.words = TagEditor("Words not allowed", "A word that fans may not use, then Enter")
        self._use_note = basics.text_label("", "small", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for row in (self.tempo, self.key, self.length):
            column.addWidget(row)
            row.changed.connect(self.changed)
        for title, *parts in (
            ("Stems", self.stems), ("Layers that may be added", self.any_layers, self.layers), ("Effects", self.effects),
            ("Further uses, each of which everyone must agree to", self.uses, self._use_note), ("Words not allowed", self.words),
        ):  # fmt: skip
            column.addSpacing(6)
            column.addWidget(basics.text_label(title, "cap"))
            for part in parts:
                column.addWidget(part)
        for part in (self.stems, self.layers, self.effects, self.words):
            part.changed.connect(self.changed)
        self.uses.changed.connect(self._uses_changed)
        self.any_layers.toggled.connect(self._any_layers)

    @property
    def rails(self) -> GuardRails:
        """The values on the screen; what the screen does not show stays as it was."""
        key = self.key.value
        return replace(
            self._was,
            tempo_bpm=self.tempo.value,
            key_shift_semitones=(round(key[0]), round(key[1])) if key else None,
            length_s=self.length.value,
            stems_allowed=self.stems.allowed,
            stems_required=self.stems.named("required"),
            stems_untouched=self.stems.named("untouched"),
            layers_allowed=None if self.any_layers.isChecked() else (*self.layers.on, *self._other_layers()),
            effects_not_allowed=self.effects.off,
            words_not_allowed=self.words.texts,
            uses_allowed=tuple(use for use in Use if use in self.uses.on or (use is Use.REMIX and use in self._was.uses_allowed)),
        )

    def set_rails(self, rails: GuardRails, facts: TrackFacts) -> None:
        """Shows other rails, without a signal."""
        self._was = rails
        self.tempo.set_value(rails.tempo_bpm)
        self.tempo.slider.set_mark(facts.music.tempo_bpm)
        self.key.set_value(rails.key_shift_semitones)
        self.key.slider.set_mark(0)
        self.length.set_value(rails.length_s)
        self.length.slider.set_mark(facts.length_ms / 1000)
        self.stems.set_stems(tuple(facts.stems), rails)
        self.any_layers.blockSignals(True)
        self.any_layers.setChecked(rails.layers_allowed is None)
        self.any_layers.blockSignals(False)
        self.layers.set_on(MADE_LAYERS if rails.layers_allowed is None else rails.layers_allowed)
        self.layers.setEnabled(rails.layers_allowed is not None)
        self.effects.set_on([name for name in vocabulary.EFFECTS if name not in rails.effects_not_allowed])
        self.uses.set_on([str(use) for use in rails.uses_allowed])
        self.words.set_texts(rails.words_not_allowed)
        self._say_uses()

    def _other_layers(self) -> tuple[str, ...]:
        """A fan's own and generated layers are opened by their use, so a list of layers names them too."""
        pairs = ((Use.OWN_RECORDINGS, "own"), (Use.GENERATED_LAYERS, "generated"))
        return tuple(kind for use, kind in pairs if use in self.uses.on)

    def _any_layers(self, on: bool) -> None:
        self.layers.setEnabled(not on)
        if on:
            self.layers.set_on(MADE_LAYERS)
        self.changed.emit()

    def _uses_changed(self) -> None:
        self._say_uses()
        self.changed.emit()

    def _say_uses(self) -> None:
        said = [words_staff.USE_MEANS[use] for use in self.uses.on]
        self._use_note.setText(" ".join(said) or "Only the remix itself. The default of everything else is no.")
