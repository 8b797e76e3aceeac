"""The sound of the Studio: a recipe is rendered in a lane and then heard beside the original, at the same place."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from fanlink.core.documents import PromptDocument
from fanlink.core.recipes import Recipe
from fanlink.desktop import hearing
from fanlink.desktop.desk import Desk
from fanlink.desktop.ops import Progress, Task

if TYPE_CHECKING:
    from fanlink.desktop.making import Heard

KEY = "studio-"


class StudioSound(QObject):
    """One render at a time; a newer wish ends the older one. `heard` tells of a whole remix, not of a stem alone."""

    heard = Signal(object)
    working = Signal(float, object, str)
    moved = Signal(float)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._task: Task | None = None
        desk.player.moved.connect(self._moved)

    @property
    def in_front(self) -> bool:
        """True while the player has something of the Studio."""
        sound = self._desk.player.sound
        return sound is not None and sound.key.startswith(KEY)

    def render(self, prompt: PromptDocument, recipe: Recipe, title: str, *, start: bool = False, solo: str = "") -> None:
        """Renders a recipe, or one stem of it, and gives it to the player."""
        if self._task:
            self._task.stop()
        cache = self._desk.home / "cache"
        self.working.emit(0.0, None, "Rendering")

        def work(session: Any, progress: Progress) -> Heard:
            # the engine is for the lane, not for the first paint
            return import_module("fanlink.desktop.making").render(session, prompt, recipe, cache, progress, solo)

        self._task = self._desk.make(
            work, lambda heard: self._rendered(prompt, heard, title, start, solo), owner=self, failed=self._failed,
            progressed=lambda fraction, left, what: self.working.emit(min(fraction, 0.999), left, what),
        )

    def stop(self) -> None:
        """Ends what is under way."""
        if self._task:
            self._task.stop()
            self._task = None

    def seek(self, position: float) -> None:
        """Goes to a place of the remix."""
        if self.in_front:
            self._desk.player.seek(position)

    def _rendered(self, prompt: PromptDocument, heard: Heard, title: str, start: bool, solo: str) -> None:
        self._task = None
        self.working.emit(1.0, 0.0, "")
        if not solo:
            self.heard.emit(heard)
        key = f"{KEY}{heard.recipe_digest}-{solo}"
        shown = f"{title}, only {solo}" if solo else title
        sound = hearing.against_original(self._desk, key, shown, prompt, heard.path, f"{heard.recipe_digest}{solo}")
        player = self._desk.player
        if player.sound is not None and player.sound.key == key:
            if start and not player.playing:
                player.toggle()
        elif self.in_front:
            player.replace_b(sound, start=start)
        else:
            player.play(sound, start=start)

    def _failed(self, error: Exception) -> None:
        self._task = None
        self.working.emit(1.0, 0.0, "")
        self._desk.failed(error)

    def _moved(self, position: float) -> None:
        if self.in_front:
            self.moved.emit(position)
