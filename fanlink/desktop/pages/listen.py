"""A sound on a page: a button, a waveform to seek in, and the stems to hear or silence."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fanlink.core.tracks import TrackFacts
from fanlink.desktop import formats, hearing, theme
from fanlink.desktop.desk import Desk
from fanlink.desktop.ops import Progress, Task
from fanlink.desktop.player import Sound
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.flow import flow
from fanlink.desktop.widgets.waveform import Waveform

if TYPE_CHECKING:
    from fanlink.desktop.peaks import Peaks

Waves = Callable[[Any, Progress], "Peaks | None"]


class Listen(QWidget):
    """Shows one sound; filled again for another. Playing goes through the one player of the window."""

    def __init__(self, desk: Desk, name: str, height: int = 64) -> None:
        super().__init__()
        self.desk = desk
        self.sound: Sound | None = None
        self._task: Task | None = None
        self._silent: set[str] = set()
        self.button = basics.tool("play", f"Play {name.lower()}", self.play, kind="play")
        self.wave = Waveform(name, height=height)
        self.wave.seeked.connect(self._seek)
        self.stems = flow(gap=6)
        self._hear = basics.text_label("Hear", "cap")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        line = basics.row(self.button, self.wave, gap=14)
        line.setStretch(1, 1)
        column.addLayout(line)
        hear = basics.row(self._hear, self.stems, gap=10)
        hear.setStretch(1, 1)
        column.addLayout(hear)
        desk.player.moved.connect(self._moved)
        desk.player.changed.connect(self._player_changed)

    def show_track(self, track: str, facts: TrackFacts) -> None:
        """A track, as its stems together."""
        sound = Sound(f"track-{track}", facts.title, facts.artist, hearing.stem_parts(self.desk, facts), cover=track)
        cache = self.desk.home / "cache"

        def waves(session: Any, progress: Progress) -> Peaks | None:
            return import_module("fanlink.desktop.waves").waves_of(session, facts.stems, cache, progress)[0]

        self._show(sound, waves, tuple(facts.stems))

    def show_file(self, key: str, title: str, subtitle: str, digest: str | None, cover: str) -> None:
        """One file, as a submission's render; none while the server still makes it."""
        if digest is None:
            self._show(None, None, ())
            return
        cache = self.desk.home / "cache"

        def waves(session: Any, progress: Progress) -> Peaks | None:
            return import_module("fanlink.desktop.waves").wave_of(session, digest, cache, progress)

        self._show(hearing.file_sound(self.desk, key, title, subtitle, digest, cover), waves, ())

    def play(self) -> None:
        """Plays or pauses."""
        if self.sound is None:
            return
        if self._is_mine() and self.desk.player.loaded:
            self.desk.player.toggle()
        else:
            self.desk.player.play(self.sound)
            self._apply_stems()

    def _show(self, sound: Sound | None, waves: Waves | None, stems: tuple[str, ...]) -> None:
        if sound is not None and self.sound is not None and _digests(sound) == _digests(self.sound):
            return
        self.sound, self._silent = sound, set()
        self.button.setEnabled(sound is not None)
        self._fill_stems(stems)
        self._read(waves)
        self._player_changed()

    def _read(self, waves: Waves | None) -> None:
        self.wave.set_peaks(None)
        if self._task:
            self._task.stop()
            self._task = None
        if waves is not None:
            # a waveform that cannot be had is a flat line; playing says in words why
            self._task = self.desk.make(waves, self.wave.set_peaks, owner=self, lane="sound", failed=lambda _error: None)

    def _fill_stems(self, names: tuple[str, ...]) -> None:
        layout = self.stems.layout()
        basics.empty(layout)
        for name in names:
            each = basics.button(formats.human(name), kind="small", hint=f"Hear or silence {name}")
            each.setCheckable(True)
            each.setChecked(True)
            each.toggled.connect(lambda on, name=name: self._stem(name, on))
            layout.addWidget(each)
        self._hear.setVisible(bool(names))
        self.stems.setVisible(bool(names))

    def _stem(self, name: str, on: bool) -> None:
        (self._silent.discard if on else self._silent.add)(name)
        if self._is_mine():
            self._apply_stems()
        else:
            self.play()

    def _apply_stems(self) -> None:
        for part in self.sound.parts if self.sound else ():
            self.desk.player.set_level(part.name, 0.0 if part.name in self._silent else 1.0)

    def _seek(self, position: float) -> None:
        if self._is_mine():
            self.desk.player.seek(position)
        else:
            self.wave.set_position(position)

    def _is_mine(self) -> bool:
        return bool(self.sound and self.desk.player.sound and self.desk.player.sound.key == self.sound.key)

    def _moved(self, position: float) -> None:
        if self._is_mine():
            self.wave.set_position(position)

    def _player_changed(self) -> None:
        mine = self._is_mine()
        theme.set_icon(self.button, "pause" if mine and self.desk.player.playing else "play")
        if not mine:
            self.wave.set_position(0.0)


def _digests(sound: Sound) -> tuple[str, ...]:
    return (sound.key, *(part.digest for part in sound.parts))
