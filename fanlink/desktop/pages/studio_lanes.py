"""The middle of the Studio: heads with solo and mute, the arrangement beside them, and what can be done to a block."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from fanlink.core import vocabulary
from fanlink.core.guard_rails import GuardRails, Use
from fanlink.core.recipes import Layer, Recipe
from fanlink.core.tracks import TrackFacts
from fanlink.desktop import arranging, formats, telling
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets import lanes as lanes_module
from fanlink.desktop.widgets.columns import Columns
from fanlink.desktop.widgets.flow import flow
from fanlink.desktop.widgets.lanes import Lanes
from fanlink.desktop.widgets.shares import Dot

if TYPE_CHECKING:
    from fanlink.desktop.peaks import Peaks

HEAD, HEAD_OF_OWN = 146, 190
# What is lower than a button stands in its middle.
BESIDE_A_BUTTON = 6


class LanesCard(QWidget):
    """`changed` gives a new recipe; `solo` a stem to hear alone, or nothing."""

    changed = Signal(object)
    solo = Signal(str)
    hear = Signal()
    loop = Signal(float, float)
    recording_asked = Signal()
    recording_dropped = Signal(object)
    recording_edited = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._recipe: Recipe | None = None
        self._facts: TrackFacts | None = None
        self._rails = GuardRails()
        self._lanes: tuple[str, ...] = ()
        self._shown: tuple[str, ...] = ()
        self._marks: dict[str, tuple] = {}
        self.soloed = ""
        self.lanes = Lanes()
        self.lanes.move_asked.connect(lambda at, to: self._change(arranging.moved(self._recipe, at, to), select=to))
        self.lanes.resize_asked.connect(lambda at, bars: self._change(arranging.resized(self._recipe, at, bars, self._bars())))
        self.lanes.toggle_asked.connect(self._toggle)
        self.lanes.chosen.connect(lambda _number: self._show_acts())
        self.play = basics.button("Hear it", "play", "", self.hear.emit, hint="Render and hear this version (Space)")
        self.repeat = basics.button("Repeat", "copy", "small", self.repeat_block, hint="Repeat the chosen block (Ctrl+D)")
        self.remove = basics.button("Take out", "trash-2", "small", self.remove_block, hint="Take the chosen block out (Delete)")
        self.silence = basics.button("Silence…", "volume-x", "small", hint="Silence or let hear a lane in the chosen block")
        self.loop_block = basics.button("Loop", "repeat", "small", self._loop, hint="Hear only the chosen block again and again")
        self._silence_menu = QMenu(self.silence)
        self.silence.setMenu(self._silence_menu)
        self.add = basics.button("Layer", "plus", "small", hint="Add a sound of the engine")
        self._add_menu = QMenu(self.add)
        self.add.setMenu(self._add_menu)
        self._hint = basics.Elided("", "small")
        title = basics.row(basics.text_label("Arrangement", "h3"), 6, self._hint, flow(self.loop_block, self.silence, self.repeat, self.remove), gap=6)
        title.setStretch(2, 1)
        title.setContentsMargins(0, BESIDE_A_BUTTON, 0, 0)
        top = Columns(title, basics.row(None, self.add, self.play, gap=6), (1, 0), gap=6)
        self._heads = QVBoxLayout()
        self._heads.setSpacing(lanes_module.GAP)
        self._heads.setContentsMargins(0, lanes_module.TOP, 0, 0)
        heads = self._left = basics.boxed(self._heads)
        heads.setFixedWidth(HEAD)
        both = QHBoxLayout()
        both.setSpacing(10)
        both.addWidget(heads, 0, Qt.AlignmentFlag.AlignTop)
        both.addWidget(self.lanes, 1, Qt.AlignmentFlag.AlignTop)
        card = basics.card(top, both, pad=14, gap=8)
        basics.row_into(self, card)
        self.setAcceptDrops(True)

    # Showing --------------------------------------------------------------------------------------------------------

    def show_recipe(self, recipe: Recipe, facts: TrackFacts, rails: GuardRails) -> None:
        """Another recipe, or the same one changed."""
        self._recipe, self._facts, self._rails = recipe, facts, rails
        names = (*facts.stems, *(layer.id for layer in recipe.layers))
        shown = (*names, *(telling.layer_name(layer) for layer in recipe.layers), str(rails.uses_allowed))
        if shown != self._shown:
            self._lanes, self._shown = names, shown
            self._make_heads(recipe, facts)
            self._fill_menus(recipe)
        self.lanes.set_recipe(recipe, facts, names)
        for name, (_solo, mute) in self._marks.items():
            mute.blockSignals(True)
            mute.setChecked(name not in recipe.stems)
            mute.blockSignals(False)
        self._show_acts()

    def set_peaks(self, peaks: Mapping[str, Peaks]) -> None:
        """The waveforms of the stems."""
        self.lanes.set_peaks(peaks)

    def set_recordings(self, peaks: Mapping[str, Peaks]) -> None:
        """The waveforms of own recordings."""
        self.lanes.set_recordings(peaks)

    def dragEnterEvent(self, event) -> None:  # noqa: N802
        if _file_in(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event) -> None:  # noqa: N802
        path = _file_in(event)
        if path is not None:
            event.acceptProposedAction()
            self.recording_dropped.emit(path)

    def _make_heads(self, recipe: Recipe, facts: TrackFacts) -> None:
        basics.empty(self._heads)
        self._marks, self.soloed = {}, ""
        self._left.setFixedWidth(HEAD_OF_OWN if any(layer.kind == "own" for layer in recipe.layers) else HEAD)
        for index, name in enumerate(facts.stems):
            solo = basics.mark("S", f"Hear only {name}")
            mute = basics.mark("M", f"Leave {name} out of the remix")
            solo.clicked.connect(lambda on, name=name: self._solo(name, on))
            mute.clicked.connect(lambda on, name=name: self._mute(name, on))
            self._marks[name] = (solo, mute)
            self._heads.addWidget(self._head(index, formats.human(name), solo, mute))
        for index, layer in enumerate(recipe.layers, len(facts.stems)):
            name = telling.layer_name(layer)
            acts = []
            if layer.kind == "own":
                acts = [basics.tool("pencil", f"Change where and how {name} is heard", lambda id_=layer.id: self.recording_edited.emit(id_))]
            gone = basics.tool("x", f"Take {name} out", lambda id_=layer.id: self._change(arranging.without_layer(self._recipe, id_)))
            self._heads.addWidget(self._head(index, name, *acts, gone))

    def _head(self, index: int, name: str, *acts: QWidget) -> QWidget:
        label = basics.Elided(name, "strong")
        label.setToolTip(basics.plain_tooltip(name))
        line = basics.row(Dot(index), label, *acts, gap=6)
        line.setStretch(1, 1)
        head = basics.boxed(line)
        head.setFixedHeight(lanes_module.LANE)
        return head

    def _fill_menus(self, recipe: Recipe) -> None:
        self._add_menu.clear()
        allowed = self._rails.layers_allowed
        for kind, sounds in vocabulary.SOUNDS.items():
            fitting = [sound for sound in sounds if allowed is None or kind in allowed or sound in allowed]
            if not fitting:
                continue
            menu = self._add_menu.addMenu(formats.human(kind))
            for sound in fitting:
                menu.addAction(formats.human(sound)).triggered.connect(
                    lambda _on=False, kind=kind, sound=sound: self._add_layer(kind, sound)
                )
        if Use.OWN_RECORDINGS in self._rails.uses_allowed and (allowed is None or "own" in allowed):
            if not self._add_menu.isEmpty():
                self._add_menu.addSeparator()
            self._add_menu.addAction("Your recording…").triggered.connect(lambda _on=False: self.recording_asked.emit())
        self.add.setEnabled(not self._add_menu.isEmpty())
        self._silence_menu.clear()
        for name in self._lanes:
            layer = next((each for each in recipe.layers if each.id == name), None)
            title = telling.layer_name(layer) if layer else formats.human(name)
            self._silence_menu.addAction(title).triggered.connect(lambda _on=False, name=name: self._toggle(self.lanes.selected, name))

    def _show_acts(self) -> None:
        chosen = self.lanes.selected >= 0
        for act in (self.repeat, self.remove, self.silence, self.loop_block):
            act.setVisible(chosen)
        self._hint.say("" if chosen else "Drag a block, pull its edge, double-click a lane to silence it")

    # Acting ---------------------------------------------------------------------------------------------------------

    def repeat_block(self) -> None:
        """The chosen block once more."""
        if self._recipe is not None and self.lanes.selected >= 0:
            self._change(arranging.repeated(self._recipe, self.lanes.selected), select=self.lanes.selected + 1)

    def remove_block(self) -> None:
        """Without the chosen block."""
        if self._recipe is not None and self.lanes.selected >= 0:
            self._change(arranging.removed(self._recipe, self.lanes.selected))

    def _toggle(self, number: int, name: str) -> None:
        if self._recipe is None or number < 0:
            return
        if name in self._recipe.stems:
            self._change(arranging.toggled_stem(self._recipe, number, name))
        elif any(layer.id == name for layer in self._recipe.layers):
            self._change(arranging.toggled_layer(self._recipe, number, name))

    def _mute(self, name: str, on: bool) -> None:
        if self._recipe is not None:
            self._change(arranging.with_stem(self._recipe, name, not on))

    def _solo(self, name: str, on: bool) -> None:
        for other, (solo, _mute) in self._marks.items():
            if other != name:
                solo.setChecked(False)
        self.soloed = name if on else ""
        self.solo.emit(self.soloed)

    def _add_layer(self, kind: str, sound: str) -> None:
        assert self._recipe is not None
        taken = {layer.id for layer in self._recipe.layers}
        id_ = next(name for name in (f"{kind}-{number}" for number in range(1, 99)) if name not in taken)
        self._change(arranging.with_layer(self._recipe, Layer(id_, kind, sound, vocabulary.PATTERNS[kind][0], -8.0)))

    def _loop(self) -> None:
        if self.lanes.selected >= 0:
            self.loop.emit(*self.lanes.span(self.lanes.selected))

    def _bars(self) -> int:
        return self._facts.bars if self._facts else 1

    def _change(self, recipe: Recipe, select: int | None = None) -> None:
        if select is not None:
            self.lanes.selected = select
        self.changed.emit(recipe)


def _file_in(event) -> Path | None:
    """The first file of this computer that somebody drags."""
    return next((Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()), None)
