"""The sound of the Studio: a recipe is heard as soon as its first second is mixed, beside the original, at the same place.

    wish ──lane "make"──> ahead: blocks of the preview ──> Growing ──> the player sounds
                          then the whole render        ──> Heard   ──> takes over under the same key
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from fanlink.core.documents import PromptDocument
from fanlink.core.recipes import Recipe
from fanlink.desktop import arranging, hearing
from fanlink.desktop.desk import Desk
from fanlink.desktop.ops import AHEAD, Progress, Task
from fanlink.desktop.player import Sound

if TYPE_CHECKING:
    from fanlink.desktop.growing import Growing
    from fanlink.desktop.making import Heard

KEY = "studio-"


class Wish:
    """What somebody wants to hear. `begun` once it sounds."""

    def __init__(self, prompt: PromptDocument, recipe: Recipe, title: str, start: bool, solo: str) -> None:
        self.prompt, self.recipe, self.start, self.solo = prompt, recipe, start, solo
        self.title = f"{title}, only {solo}" if solo else title
        self.key = f"{KEY}{arranging.digest_of(recipe)}-{solo}"
        self.begun = False


class StudioSound(QObject):
    """One wish at a time; a newer one ends the older. `heard` tells of a whole remix, not of a stem alone."""

    heard = Signal(object)
    working = Signal(float, object, str)
    moved = Signal(float)
    _growing = Signal(object, object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._task: Task | None = None
        self._warming: Task | None = None
        self._wish: Wish | None = None
        self._length_ms = 0.0
        desk.player.moved.connect(self._moved)
        # Sent by the lane; a signal brings it to this thread.
        self._growing.connect(self._begin)

    @property
    def in_front(self) -> bool:
        """True while the player has something of the Studio."""
        sound = self._desk.player.sound
        return sound is not None and sound.key.startswith(KEY)

    def warm(self, prompt: PromptDocument) -> None:
        """Does what every remix of a track needs before the first is asked for."""
        if self._warming:
            self._warming.stop()
        cache = self._desk.home / "cache"

        def work(session: Any, progress: Progress) -> None:
            import_module("fanlink.desktop.making").warm(session, prompt, cache, progress)

        # Nobody waits for this, so nobody need hear that it failed.
        self._warming = self._desk.make(work, lambda _none: None, owner=self, failed=lambda _error: None, lane=AHEAD)

    def render(self, prompt: PromptDocument, recipe: Recipe, title: str, *, start: bool = False, solo: str = "") -> None:
        """Renders a recipe, or one stem of it, and gives it to the player before it is whole."""
        if self._task:
            self._task.stop()
        cache, wish, at = self._desk.home / "cache", Wish(prompt, recipe, title, start, solo), self._position()
        self._wish = wish
        self.working.emit(0.0, None, "Rendering")

        def work(session: Any, progress: Progress) -> Heard:
            # the engine is for the lane, not for the first paint
            making = import_module("fanlink.desktop.making")
            ahead = making.Ahead(lambda growing: self._growing.emit(wish, growing), at)
            return making.render(session, prompt, recipe, cache, progress, solo, ahead)

        self._task = self._desk.make(
            work, lambda heard: self._rendered(wish, heard), owner=self, failed=self._failed,
            progressed=lambda fraction, left, what: self.working.emit(min(fraction, 0.999), left, what),
        )

    def stop(self) -> None:
        """Ends what is under way; what is already there can still be heard."""
        self._wish = None
        if self._task:
            self._task.stop()
            self._task = None

    def seek(self, position: float) -> None:
        """Goes to a place of the remix."""
        if self.in_front:
            self._desk.player.seek(position * self._share())

    def _position(self) -> float:
        """Where the remix is, 0 to 1."""
        return min(self._desk.player.position / self._share(), 1.0) if self.in_front else 0.0

    def _share(self) -> float:
        """How much of the player's length the remix is: beside it the original may be longer."""
        length_ms = self._desk.player.length_ms
        return min(self._length_ms / length_ms, 1.0) if length_ms and self._length_ms else 1.0

    def _begin(self, wish: Wish, growing: Growing) -> None:
        if wish is not self._wish:
            return
        wish.begun = True
        player = self._desk.player
        start, at = wish.start or (self.in_front and player.playing), self._position()
        self._length_ms = len(growing) * 1000 / growing.rate_hz
        # Only a little was made ahead of the place that was asked for, and meanwhile time went on.
        first = growing.begin / max(len(growing), 1)
        player.play_live(hearing.live(self._desk, wish.key, wish.title, wish.prompt, growing), start=start, at=max(at, first))

    def _rendered(self, wish: Wish, heard: Heard) -> None:
        self._task = None
        self.working.emit(1.0, 0.0, "")
        player, digest = self._desk.player, f"{heard.recipe_digest}{wish.solo}"
        sound = hearing.against_original(self._desk, wish.key, wish.title, wish.prompt, heard.path, digest)
        self._take_over(player, wish, sound)
        self._length_ms = heard.length_ms
        if not wish.solo:
            self.heard.emit(heard)

    def _take_over(self, player: Any, wish: Wish, sound: Sound) -> None:
        if player.sound is not None and player.sound.key == wish.key:
            if player.sound.live is not None:
                player.settle(sound)
            elif wish.start and not player.playing:
                player.toggle()
        elif wish.begun:
            # Something else was put on meanwhile: leave it.
            return
        elif self.in_front:
            player.replace_b(sound, start=wish.start)
        else:
            player.play(sound, start=wish.start)

    def _failed(self, error: Exception) -> None:
        self._task = None
        self.working.emit(1.0, 0.0, "")
        self._desk.failed(error)

    def _moved(self, position: float) -> None:
        if self.in_front:
            self.moved.emit(min(position / self._share(), 1.0))
