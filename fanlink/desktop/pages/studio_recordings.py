"""Own recordings in the Studio: chosen or dropped, taken in off the UI thread, described, laid on the grid, drawn."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from fanlink.core.guard_rails import Use
from fanlink.core.recipes import Layer, Recipe
from fanlink.desktop import arranging
from fanlink.desktop.desk import Desk
from fanlink.desktop.ops import Progress, Task

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fanlink.core.documents import PromptDocument
    from fanlink.desktop.peaks import Peaks
    from fanlink.desktop.recordings import Brought

SOUNDS = "Sound (*.wav *.flac *.aiff *.aif *.mp3 *.ogg *.opus)"
FIRST_GAIN_DB = -6.0


class StudioRecordings(QObject):
    """`changed` gives a recipe with a recording added or moved; `drawn` waveforms by the name that recipes use."""

    changed = Signal(object)
    drawn = Signal(object)
    working = Signal(float, object, str)

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        self._peaks: dict[str, Peaks] = {}
        self._asked: set[str] = set()
        self._recipe: Recipe | None = None
        self._prompt: PromptDocument | None = None
        self._task: Task | None = None

    def show_recipe(self, recipe: Recipe | None, prompt: PromptDocument | None) -> None:
        """Another recipe, or the same one changed: waveforms that were never seen are read."""
        self._recipe, self._prompt = recipe, prompt
        missing = {layer.asset for layer in recipe.layers if layer.asset} - self._asked if recipe else set()
        if not missing:
            return
        self._asked |= missing
        home, assets = self._desk.home, tuple(missing)

        def work(session: Any, progress: Progress) -> Mapping[str, Peaks]:
            return import_module("fanlink.desktop.recordings").waves_of(session, home, assets, progress)

        # A recipe is drawn without its waves until they are there.
        self._desk.make(work, self._drew, owner=self, lane="sound", failed=lambda _error: None)

    def choose(self) -> None:
        """Asks for a file in the usual way."""
        if self._may_add():
            path, _filter = QFileDialog.getOpenFileName(self._page, "Your recording", "", SOUNDS)
            if path:
                self.bring(Path(path))

    def bring(self, path: Path) -> None:
        """Takes a file in, then asks what it is."""
        if not self._may_add():
            return
        home, now_ms = self._desk.home, self._desk.now_ms()

        def work(_session: Any, progress: Progress) -> Brought:
            # decoding is for the lane, not for the first paint
            recordings = import_module("fanlink.desktop.recordings")
            recordings.tidy(home, now_ms)
            return recordings.take_in(home, path, progress)

        self.working.emit(0.0, None, "Reading your recording")
        self._task = self._desk.make(work, self._brought, owner=self, failed=self._failed, progressed=self.working.emit, lane="sound")

    def stop(self) -> None:
        """Takes nothing in any more."""
        if self._task:
            self._task.stop()
            self._task = None

    def edit(self, layer_id: str) -> None:
        """Opens what is said of a recording that is there."""
        assert self._recipe is not None
        layer = next(each for each in self._recipe.layers if each.id == layer_id)
        self._open(layer, is_new=False)

    def _may_add(self) -> bool:
        if self._recipe is None or self._prompt is None:
            self._desk.say("Make a take first; then your recording has something to play with.", tone="warn")
            return False
        if Use.OWN_RECORDINGS not in self._prompt.text.guard_rails.uses_allowed:
            self._desk.say(f"{self._prompt.artist_name} has not allowed own recordings in this prompt.", tone="warn")
            return False
        return True

    def _brought(self, brought: Brought) -> None:
        self._task = None
        self.working.emit(1.0, 0.0, "")
        self._drew({brought.asset: brought.peaks})
        if self._recipe is not None:
            taken = {layer.id for layer in self._recipe.layers}
            id_ = next(name for name in (f"own-{number}" for number in range(1, 999)) if name not in taken)
            self._open(Layer(id_, "own", gain_db=FIRST_GAIN_DB, asset=brought.asset, provenance={"what": brought.name}), is_new=True)

    def _failed(self, error: Exception) -> None:
        self._task = None
        self.working.emit(1.0, 0.0, "")
        self._desk.failed(error)

    def _open(self, layer: Layer, *, is_new: bool) -> None:
        # the sheet is made when it is first asked for
        from fanlink.desktop.pages.recording_sheet import RecordingSheet

        assert self._recipe is not None and self._prompt is not None
        beats = self._prompt.facts.music.beats_per_bar
        peaks = self._peaks.get(layer.asset or "")
        sheet = RecordingSheet(self._page.window().centralWidget(), self._recipe, beats, layer, peaks, is_new=is_new)
        sheet.settled.connect(lambda made: self._settled(made, is_new))
        sheet.closed.connect(sheet.deleteLater)
        sheet.present()

    def _settled(self, layer: Layer, is_new: bool) -> None:
        if self._recipe is not None:
            put = arranging.with_layer if is_new else arranging.with_changed_layer
            self.changed.emit(put(self._recipe, layer))

    def _drew(self, peaks: Mapping[str, Peaks]) -> None:
        self._peaks |= peaks
        self._asked |= set(peaks)
        self.drawn.emit(dict(self._peaks))
