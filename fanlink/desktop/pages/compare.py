"""A remix under its original on one time scale: A and B, numbers beside them, stretches that findings point to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fanlink.core.tracks import TrackFacts
from fanlink.desktop import formats, hearing, theme, tokens
from fanlink.desktop.desk import Desk
from fanlink.desktop.ops import Progress, Task
from fanlink.desktop.player import Sound
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.waveform import Waveform

if TYPE_CHECKING:
    from fanlink.desktop.peaks import Peaks

Stretch = tuple[float, float, str]
WHOLE = 0.9


@dataclass(frozen=True, slots=True)
class Pair:
    """What is compared. `audio` is None while the server still renders; `stretches` are in ms of the remix, with a tone."""

    key: str
    title: str
    track: str
    facts: TrackFacts
    audio: str | None
    length_ms: float
    numbers: str = ""
    stretches: tuple[Stretch, ...] = ()


class Lane(QWidget):
    """A letter and a name, numbers on the right, and the waveform as long as the sound is beside the other."""

    def __init__(self, letter: str, what: str, height: int) -> None:
        super().__init__()
        self.letter = basics.text_label(letter, "key")
        self.name = basics.Elided("", "cap")
        self.numbers = basics.text_label("", "small")
        self.wave = Waveform(what, height=height)
        self.length_ms = 0.0
        head = basics.row(self.letter, self.name, self.numbers, gap=8)
        head.setStretch(1, 1)
        self._line = QHBoxLayout()
        self._line.setSpacing(0)
        self._line.addWidget(self.wave)
        self._line.addStretch(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(self._line)

    def set_length(self, length_ms: float, whole_ms: float) -> None:
        """How long it is beside the longer of the two."""
        self.length_ms = length_ms
        self._line.setStretch(0, max(round(length_ms), 1))
        self._line.setStretch(1, max(round(whole_ms - length_ms), 0))


class Compare(QWidget):
    """Filled again for each pair. It loads nothing into the player before somebody asks."""

    def __init__(self, desk: Desk, *, height: int = 58) -> None:
        super().__init__()
        self.desk = desk
        self.pair: Pair | None = None
        self._sound: Sound | None = None
        self._tasks: list[Task] = []
        self.a, self.b = Lane("A", "Original", height), Lane("B", "Remix", height)
        self.button = basics.tool("play", "Play (Space)", self.play, kind="play")
        self.swap = basics.tool("git-compare", "Hear the other one (X)", self._swap)
        self.none = basics.text_label("The server is still rendering this remix.", "muted")
        lanes = basics.column(self.a, self.b, self.none, gap=8)
        keys = basics.column(None, self.button, self.swap, None, gap=10)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        whole.addLayout(keys)
        whole.addLayout(lanes, 1)
        for group, lane in (("a", self.a), ("b", self.b)):
            lane.wave.seeked.connect(lambda place, group=group: self._seek(group, place))
        desk.player.moved.connect(self._moved)
        desk.player.changed.connect(self._player_changed)
        desk.theme.changed.connect(self._player_changed)

    def show_pair(self, pair: Pair | None) -> None:
        """Another pair, or none."""
        before, self.pair = self.pair, pair
        if pair is None:
            self._stop_tasks()
            return
        music = pair.facts.music
        self.a.name.say(f"Original · {pair.facts.title}")
        self.a.numbers.setText(f"{formats.tempo(music.tempo_bpm)} · {music.key} · {formats.length(pair.facts.length_ms)}")
        self.b.name.say(f"Remix · {pair.title}")
        self.b.numbers.setText(pair.numbers)
        whole = max(pair.facts.length_ms, pair.length_ms, 1)
        self.a.set_length(pair.facts.length_ms, whole)
        self.b.set_length(pair.length_ms, whole)
        self.b.wave.set_marks([(start / pair.length_ms, end / pair.length_ms, tone) for start, end, tone in pair.stretches] if pair.length_ms else [])
        for each in (self.button, self.swap):
            each.setVisible(pair.audio is not None)
        self.none.setVisible(pair.audio is None)
        if before is None or (before.key, before.audio) != (pair.key, pair.audio):
            self._sound = self._make_sound(pair)
            self._read(pair)
        self._player_changed()

    def play(self) -> None:
        """Plays or pauses."""
        if self._sound is None:
            return
        if self._is_mine() and self.desk.player.loaded:
            self.desk.player.toggle()
        else:
            self.desk.player.play(self._sound)

    def prepare(self) -> None:
        """Loads it into the player without a sound, so that the player's own keys work at once."""
        if self._sound is not None and not self._is_mine():
            self.desk.player.play(self._sound, start=False)

    def seek_ms(self, at_ms: float) -> None:
        """Goes to a place of the remix."""
        if self._is_mine() and self.desk.player.length_ms:
            self.desk.player.seek(at_ms / self.desk.player.length_ms)
        elif self.b.length_ms:
            self.b.wave.set_position(at_ms / self.b.length_ms)

    # Inside ---------------------------------------------------------------------------------------------------------

    def _make_sound(self, pair: Pair) -> Sound | None:
        if pair.audio is None:
            return None
        remix = hearing.file_sound(self.desk, pair.key, pair.title, pair.facts.title, pair.audio, pair.track)
        parts = (*hearing.stem_parts(self.desk, pair.facts), *(replace(part, group="b") for part in remix.parts))
        return replace(remix, parts=parts, begin="b")

    def _read(self, pair: Pair) -> None:
        self._stop_tasks()
        self.a.wave.set_peaks(None)
        self.b.wave.set_peaks(None)
        cache, stems, audio = self.desk.home / "cache", pair.facts.stems, pair.audio

        def original(session: Any, progress: Progress) -> Peaks | None:
            return import_module("fanlink.desktop.waves").waves_of(session, stems, cache, progress)[0]

        def remix(session: Any, progress: Progress) -> Peaks | None:
            return import_module("fanlink.desktop.waves").wave_of(session, audio, cache, progress)

        work = [(original, self.a)] + ([(remix, self.b)] if audio else [])
        for each, lane in work:
            done = self._shower(lane)
            self._tasks.append(self.desk.make(each, done, owner=self, lane="sound", failed=lambda _error: None))

    def _shower(self, lane: Lane):
        def show(peaks: Peaks | None) -> None:
            lane.wave.set_peaks(peaks)
            if peaks is not None:
                lane.length_ms = peaks.frames * 1000 / peaks.rate_hz
                whole = max(self.a.length_ms, self.b.length_ms)
                self.a.set_length(self.a.length_ms, whole)
                self.b.set_length(self.b.length_ms, whole)

        return show

    def _stop_tasks(self) -> None:
        for task in self._tasks:
            task.stop()
        self._tasks = []

    def _swap(self) -> None:
        if self._is_mine():
            self.desk.player.swap()
        else:
            self.play()

    def _seek(self, group: str, place: float) -> None:
        lane = self.a if group == "a" else self.b
        if self._is_mine() and self.desk.player.length_ms:
            self.desk.player.hear(group)
            self.desk.player.seek(place * lane.length_ms / self.desk.player.length_ms)
        else:
            lane.wave.set_position(place)

    def _is_mine(self) -> bool:
        return bool(self._sound and self.desk.player.sound and self.desk.player.sound.key == self._sound.key)

    def _moved(self, position: float) -> None:
        if self._is_mine():
            at_ms = position * self.desk.player.length_ms
            for lane in (self.a, self.b):
                lane.wave.set_position(min(at_ms / lane.length_ms, 1.0) if lane.length_ms else 0.0)

    def _player_changed(self) -> None:
        mine = self._is_mine()
        theme.set_icon(self.button, "pause" if mine and self.desk.player.playing else "play")
        heard = self.desk.player.group if mine else "b"
        for group, lane in (("a", self.a), ("b", self.b)):
            lane.wave.set_color(None if group == heard else tokens.now().color("muted"))
            if not mine:
                lane.wave.set_position(0.0)


def stretches(findings: Sequence[Mapping[str, Any]], length_ms: float) -> tuple[Stretch, ...]:
    """The places that findings name; what is true of the whole remix has no place in it."""
    tones = {"breach": "bad", "warning": "warn"}
    found = []
    for each in findings:
        start, end = each.get("start_ms"), each.get("end_ms")
        if start is not None and end is not None and each.get("severity") in tones and end - start < WHOLE * length_ms:
            found.append((float(start), float(end), tones[each["severity"]]))
    return tuple(found)
