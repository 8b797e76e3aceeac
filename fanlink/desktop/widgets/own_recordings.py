"""What a fan recorded for a remix, for those who review it: each in the fan's words, to be heard alone and as it is."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fanlink.core.recipes import Layer, Recipe
from fanlink.desktop import hearing, telling, theme
from fanlink.desktop.desk import Desk
from fanlink.desktop.widgets import basics


class OwnRecordings(QWidget):
    """A card, there only when the recipe has recordings of its own."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        self._buttons: dict[str, object] = {}
        said = basics.text_label("Declared by the fan. Listen to each alone: nothing was changed in it.", "muted", wrap=True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(basics.card(basics.text_label("Own recordings", "h2"), said, self._lines))
        desk.player.changed.connect(self._player_changed)
        self.hide()

    def show_recipe(self, key: str, title: str, track: str, recipe: Recipe, beats_per_bar: int, files: Mapping[str, str]) -> None:
        """The recordings of another remix; `files` are assets by the name that the recipe has for them."""
        basics.empty(self._lines)
        self._buttons = {}
        own = [layer for layer in recipe.layers if layer.kind == "own" and layer.asset]
        for layer in own:
            self._lines.addWidget(self._line(key, title, track, layer, beats_per_bar, files.get(layer.asset or "")))
        self.setVisible(bool(own))

    def _line(self, key: str, title: str, track: str, layer: Layer, beats_per_bar: int, file: str | None) -> QWidget:
        name = telling.layer_name(layer)
        words = basics.column(
            basics.text_label(name, "strong", wrap=True), basics.text_label(telling.placed(layer, beats_per_bar), "small", wrap=True), gap=0
        )
        if file is None:
            line = basics.row(words, basics.chip("Not here", "warn"), gap=10)
            line.setStretch(0, 1)
            return basics.boxed(line)
        sound = hearing.file_sound(self._desk, f"{key}-{layer.id}", f"{name}, alone", title, file, track)
        play = basics.tool("play", f"Hear {name} alone", lambda: self._play(sound), kind="play")
        self._buttons[sound.key] = play
        line = basics.row(play, words, gap=12)
        line.setStretch(1, 1)
        return basics.boxed(line)

    def _play(self, sound) -> None:
        player = self._desk.player
        if player.sound is not None and player.sound.key == sound.key and player.loaded:
            player.toggle()
        else:
            player.play(sound)

    def _player_changed(self) -> None:
        player = self._desk.player
        for key, button in self._buttons.items():
            heard = player.sound is not None and player.sound.key == key and player.playing
            theme.set_icon(button, "pause" if heard else "play")

