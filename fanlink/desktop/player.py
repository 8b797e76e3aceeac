"""One player for the whole app. It goes on while pages change; A and B share one position."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from fanlink.desktop.ops import Ops, Progress, Task

if TYPE_CHECKING:
    from fanlink.desktop.mixer import Mixer
    from fanlink.desktop.peaks import Peaks

TICK_MS = 33
NO_OUTPUT = "No sound output found"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a sound. `fetch` brings it here and runs in a lane; `group` is a or b."""

    name: str
    digest: str
    fetch: Callable[[Progress], Path]
    group: str = "a"


@dataclass(frozen=True, slots=True)
class Sound:
    """What can be played: parts of A (the original, or a remix alone), and perhaps of B."""

    key: str
    title: str
    subtitle: str
    parts: tuple[Part, ...]
    cover: str = ""
    names: tuple[str, str] = ("Original", "Remix")
    begin: str = "a"

    @property
    def has_b(self) -> bool:
        """True when there is something to compare with."""
        return {part.group for part in self.parts} == {"a", "b"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A sound that is decoded."""

    mixer: Mixer
    peaks: dict[str, Peaks | None]


class Player(QObject):
    """Plays sounds. `moved` comes with the position 0..1, `changed` when anything else is to be shown."""

    moved = Signal(float)
    changed = Signal()
    failed = Signal(object)
    ended = Signal()

    def __init__(self, ops: Ops, cache: Path) -> None:
        super().__init__()
        self._ops, self._cache = ops, cache
        self._decoder: Any = None
        self._thread: Any = None
        self._output: Any = None
        self._task: Task | None = None
        self._levels: dict[str, float] = {}
        self.sound: Sound | None = None
        self.loaded: Loaded | None = None
        self.playing = self.loading = self.looping = False
        self.match_loudness = True
        self.no_output = ""
        self.volume = 0.8
        self._ticks = QTimer(self)
        self._ticks.setInterval(TICK_MS)
        self._ticks.timeout.connect(self._tick)

    # What is played -------------------------------------------------------------------------------------------------

    def play(self, sound: Sound, *, start: bool = True, at: float | None = None) -> None:
        """Plays a sound; the same one again goes on where it is."""
        if self.sound and self.sound.key == sound.key and self.loaded:
            if start:
                self._go()
            return
        self._halt()
        if self._task:
            self._task.stop()
        self.sound, self.loaded, self.loading, self._levels = sound, None, True, {}
        self.changed.emit()
        self._task = self._ops.run_long(
            lambda progress: self._load(sound, progress), lambda loaded: self._loaded(sound, loaded, start, at),
            self._load_failed, owner=self, lane="sound",
        )  # fmt: skip

    def replace_b(self, sound: Sound, *, start: bool = False) -> None:
        """Another version of what is playing, at the same place, on the same side of A and B."""
        where, was_playing = self.position, self.playing
        self.play(replace(sound, begin=self.group), start=was_playing or start, at=where)

    def _load(self, sound: Sound, progress: Progress) -> Loaded:
        # numpy and soundfile are for here, not for the first paint
        mixer_module = import_module("fanlink.desktop.mixer")
        sounds = import_module("fanlink.desktop.sounds")
        if self._decoder is None:
            self._decoder = sounds.Decoder(self._cache)
        rate, voices, peaks = None, [], {}
        for part in sound.parts:
            path = part.fetch(progress)
            decoded = self._decoder.decode(path, rate, progress)
            rate = rate or decoded.rate_hz
            voices.append(mixer_module.Voice(part.name, decoded.samples, part.group))
            peaks.setdefault(part.group, []).append(self._decoder.peaks(path, part.digest, progress))
        groups = {group: [v.samples for v in voices if v.group == group] for group in peaks}
        match = mixer_module.matched(groups) if self.match_loudness else {}
        mixer = mixer_module.Mixer(rate or 48_000, voices, sound.begin, match)
        return Loaded(mixer, {group: sounds.mixed_peaks(found) for group, found in peaks.items()})

    def _loaded(self, sound: Sound, loaded: Loaded, start: bool, at: float | None) -> None:
        if sound is not self.sound:
            return
        self._task, self.loaded, self.loading = None, loaded, False
        loaded.mixer.volume = self.volume
        for name, level in self._levels.items():
            loaded.mixer.set_level(name, level)
        if at is not None:
            loaded.mixer.seek(round(at * loaded.mixer.frames))
        self._apply_loop()
        self.changed.emit()
        self.moved.emit(self.position)
        if start:
            self._go()

    def _load_failed(self, error: Exception) -> None:
        self._task, self.loading, self.sound = None, False, None
        self.changed.emit()
        self.failed.emit(error)

    # What is done with it -------------------------------------------------------------------------------------------

    @property
    def position(self) -> float:
        """Where it is, 0 to 1."""
        return self.loaded.mixer.position / max(self.loaded.mixer.frames, 1) if self.loaded else 0.0

    @property
    def length_ms(self) -> float:
        """How long it is."""
        return self.loaded.mixer.frames * 1000 / self.loaded.mixer.rate_hz if self.loaded else 0.0

    @property
    def group(self) -> str:
        """Which of A and B is heard."""
        return self.loaded.mixer.group if self.loaded else (self.sound.begin if self.sound else "a")

    def toggle(self) -> None:
        """Plays or pauses."""
        if self.playing:
            self._halt()
            self.changed.emit()
        elif self.loaded:
            self._go()

    def seek(self, position: float) -> None:
        """Goes to a place, 0 to 1."""
        if self.loaded:
            self.loaded.mixer.seek(round(min(max(position, 0), 1) * self.loaded.mixer.frames))
            self.moved.emit(self.position)

    def swap(self) -> None:
        """Hears the other of A and B, at the same place."""
        if self.loaded and self.sound and self.sound.has_b:
            self.hear("b" if self.group == "a" else "a")

    def hear(self, group: str) -> None:
        """Hears A or B."""
        if self.loaded:
            self.loaded.mixer.hear(group)
            self.changed.emit()

    def set_level(self, name: str, level: float) -> None:
        """How loud one part is."""
        self._levels[name] = level
        if self.loaded:
            self.loaded.mixer.set_level(name, level)

    def set_looping(self, looping: bool) -> None:
        """Begins again at the end, without a gap."""
        self.looping = looping
        self._apply_loop()
        self.changed.emit()

    def loop_between(self, begin: float, end: float) -> None:
        """Repeats a stretch."""
        self.looping = True
        if self.loaded:
            frames = self.loaded.mixer.frames
            self.loaded.mixer.loop = (round(begin * frames), round(end * frames))
        self.changed.emit()

    def set_volume(self, volume: float) -> None:
        """How loud everything is, 0 to 1."""
        self.volume = volume
        if self.loaded:
            self.loaded.mixer.volume = volume

    def stop(self) -> None:
        """Forgets what was played."""
        self._halt()
        self.sound = self.loaded = None
        self.changed.emit()

    def close(self) -> None:
        """Ends the sound thread."""
        self._halt()
        if self._thread is not None:
            self._thread.quit()
            self._thread.wait()
            self._thread = self._output = None

    def _apply_loop(self) -> None:
        if self.loaded:
            self.loaded.mixer.loop = (0, self.loaded.mixer.frames) if self.looping else None

    def _go(self) -> None:
        if not self.loaded or self.playing:
            return
        if self.loaded.mixer.position >= self.loaded.mixer.frames:
            self.loaded.mixer.seek(0)
        if self._output is None:
            self._thread, self._output = import_module("fanlink.desktop.sound_output").in_thread(self)
            self._output.failed.connect(self._no_output)
        self.no_output, self.playing = "", True
        self._output.start_asked.emit(self.loaded.mixer)
        self._ticks.start()
        self.changed.emit()

    def _halt(self) -> None:
        self._ticks.stop()
        self.playing = False
        if self._output is not None:
            self._output.stop_asked.emit()

    def _no_output(self) -> None:
        self._halt()
        self.no_output = NO_OUTPUT
        self.changed.emit()

    def _tick(self) -> None:
        self.moved.emit(self.position)
        if self.loaded and self.loaded.mixer.ended:
            self._halt()
            self.changed.emit()
            self.ended.emit()
