"""The bar at the bottom: what plays, where it is, A or B, how loud. It stays while pages change."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSlider, QWidget

from fanlink.desktop import formats, theme
from fanlink.desktop.player import Player
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.artwork import Cover
from fanlink.desktop.widgets.waveform import Waveform

HEIGHT = 56


class PlayerBar(QWidget):
    """Shows the player and tells it what was asked."""

    def __init__(self, player: Player) -> None:
        super().__init__()
        self.setObjectName("playerbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._player = player
        self.start = basics.tool("skip-back", "To the start", lambda: player.seek(0))
        self.play = basics.tool("play", "Play (Space)", player.toggle, kind="play")
        self.loop = basics.tool("repeat", "Loop (L)", checkable=True)
        self.loop.toggled.connect(player.set_looping)
        self.cover = Cover(side=38, radius=7)
        self.title = basics.Elided("Nothing is playing", "strong")
        self.subtitle = basics.Elided("Choose something to hear", "small")
        self.now = basics.text_label("0:00", "muted", name="Position")
        self.total = basics.text_label("0:00", "muted", name="Length")
        self.wave = Waveform("Seek", height=34, bar=2, space=1)
        self.wave.seeked.connect(player.seek)
        self.a = basics.button("A  Original", clicked=lambda: player.hear("a"), hint="Hear the original (X)")
        self.b = basics.button("B  Remix", clicked=lambda: player.hear("b"), hint="Hear the remix (X)")
        self._choice = QButtonGroup(self)
        for each in (self.a, self.b):
            each.setCheckable(True)
            each.setProperty("kind", "ab")
            self._choice.addButton(each)
        self.speaker = basics.tool("volume-2", "Mute", self._mute)
        self.volume = QSlider(Qt.Orientation.Horizontal)
        self.volume.setRange(0, 100)
        self.volume.setValue(round(player.volume * 100))
        self.volume.setFixedWidth(86)
        self.volume.setAccessibleName("Volume")
        self.volume.valueChanged.connect(lambda value: player.set_volume(value / 100))
        self._lay_out()
        player.changed.connect(self._changed)
        player.moved.connect(self._moved)
        self._changed()

    def _lay_out(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 0, 16, 0)
        line.setSpacing(8)
        for each in (self.start, self.play, self.loop):
            line.addWidget(each)
        line.addSpacing(4)
        line.addWidget(self.cover)
        texts = basics.boxed(basics.column(None, self.title, self.subtitle, None, gap=0))
        self._texts = texts
        texts.setFixedWidth(190)
        line.addWidget(texts)
        line.addWidget(self.now)
        line.addWidget(self.wave, 1)
        line.addWidget(self.total)
        line.addSpacing(4)
        line.addWidget(self.a)
        line.addWidget(self.b)
        line.addWidget(self.speaker)
        line.addWidget(self.volume)

    def resizeEvent(self, event: object) -> None:  # noqa: N802
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()
        self.volume.setVisible(self.width() > 1050)

    def _fit(self) -> None:
        self._texts.setFixedWidth(190 if self.width() > 1150 or self._player.sound is None else 120)

    def _changed(self) -> None:
        self._fit()
        player, sound = self._player, self._player.sound
        theme.set_icon(self.play, "pause" if player.playing else "play")
        self.play.setAccessibleName("Pause" if player.playing else "Play")
        self.play.setEnabled(player.loaded is not None)
        self.start.setEnabled(player.loaded is not None)
        self.loop.blockSignals(True)
        self.loop.setChecked(player.looping)
        self.loop.blockSignals(False)
        self.title.say(sound.title if sound else "Nothing is playing")
        subtitle = sound.subtitle if sound else "Choose something to hear"
        busy = "Loading…" if player.loading else "This part is still being made…" if player.waiting else ""
        self.subtitle.say(busy or player.no_output or subtitle)
        self.cover.setVisible(sound is not None)
        if sound:
            self.cover.show_cover(sound.cover or sound.key, sound.artwork)
        both = bool(sound and sound.has_b)
        for each, group, index in ((self.a, "a", 0), (self.b, "b", 1)):
            each.setVisible(both)
            each.setChecked(player.group == group)
            if sound:
                each.setText(f"{group.upper()}  {basics.escape(sound.names[index])}")
        self.wave.set_peaks(player.loaded.peaks.get(player.group) if player.loaded else None)
        self.total.setText(formats.length(player.length_ms))
        self._moved(player.position)

    def _moved(self, position: float) -> None:
        self.wave.set_position(position)
        now = formats.length(position * self._player.length_ms)
        if now != self.now.text():
            self.now.setText(now)

    def _mute(self) -> None:
        self.volume.setValue(0 if self.volume.value() else 80)
        theme.set_icon(self.speaker, "volume-2" if self.volume.value() else "volume-x")
