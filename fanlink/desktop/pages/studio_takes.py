"""Up to three takes beside each other: what each is, and which one is worked on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from fanlink.desktop import telling, theme
from fanlink.desktop.drafts import DraftTake
from fanlink.desktop.widgets import basics


class TakeTile(QFrame):
    """One take: its name, its numbers, a button to hear it. A click chooses it."""

    clicked = Signal()
    heard = Signal()

    def __init__(self, number: int, take: DraftTake, beats_per_bar: int) -> None:
        super().__init__()
        self.setProperty("kind", "tile")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        line = QHBoxLayout(self)
        line.setContentsMargins(10, 8, 12, 8)
        line.setSpacing(10)
        self.play = basics.tool("play", f"Hear take {number}", self.heard.emit)
        line.addWidget(self.play)
        layers = ", ".join(telling.layer_name(layer) if layer.kind == "own" else layer.sound or layer.kind for layer in take.recipe.layers) or "stems alone"
        self.title = basics.Elided(f"Take {number} · {take.name}", "strong")
        self.facts = basics.Elided(telling.recipe_line(take.recipe, beats_per_bar).rsplit(" · ", 1)[0], "small")
        self.layers = basics.Elided(f"with {layers}", "small")
        line.addLayout(basics.column(self.title, self.facts, self.layers, gap=1), 1)
        self.setAccessibleName(f"Take {number}, {take.name}, {telling.recipe_line(take.recipe, beats_per_bar)}")

    def set_chosen(self, chosen: bool) -> None:
        """Marks the take that is worked on."""
        self.setProperty("chosen", chosen)
        theme.restyle(self)

    def mousePressEvent(self, event) -> None:  # noqa: N802
        if event.button() is Qt.MouseButton.LeftButton:
            self.clicked.emit()

    def keyPressEvent(self, event) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)


class Takes(QWidget):
    """The row of takes."""

    chosen = Signal(int)
    heard = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._line = basics.row(gap=10)
        self.setLayout(self._line)
        self._tiles: list[TakeTile] = []
        self._shown: tuple[DraftTake, ...] = ()

    def show_takes(self, takes: Sequence[DraftTake], chosen: int, beats_per_bar: int) -> None:
        """Other takes, or another one chosen."""
        if tuple(takes) != self._shown:
            self._shown = tuple(takes)
            basics.empty(self._line)
            self._tiles = []
            for number, take in enumerate(takes):
                tile = TakeTile(number + 1, take, beats_per_bar)
                tile.clicked.connect(lambda number=number: self.chosen.emit(number))
                tile.heard.connect(lambda number=number: self.heard.emit(number))
                self._tiles.append(tile)
                self._line.addWidget(tile, 1)
        for number, tile in enumerate(self._tiles):
            tile.set_chosen(number == chosen)
        self.setVisible(bool(takes))
