"""One player for the whole app. It goes on while pages change; A and B share one position."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from fanlink.desktop.ops import Ops, Progress, Task

if TYPE_CHECKING:
    from fanlink.desktop.growing import Growing
    from fanlink.desktop.mixer import Mixer, Voice
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
    """What can be played: parts of A (the original, or a remix alone), and perhaps of B. `live` is a B still being made."""

    key: str
    title: str
    subtitle: str
    parts: tuple[Part, ...]
    cover: str = ""
    artwork: str | None = None
    names: tuple[str, str] = ("Original", "Remix")
    begin: str = "a"
    live: Growing | None = None

    @property
    def has_b(self) -> bool:
        """True when there is something to compare with."""
        return {part.group for part in self.parts} | ({"b"} if self.live is not None else set()) == {"a", "b"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A sound that is decoded."""

    mixer: Mixer
    peaks: dict[str, Peaks | None]


class Read(NamedTuple):
    """Parts as voices, and the waveform of each group."""

    rate_hz: int
    voices: list[Voice]
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
        self._told_waiting = False
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
        self._begin(sound)
        self._task = self._ops.run_long(
            lambda progress: self._load(sound, progress), lambda loaded: self._loaded(sound, loaded, start, at),
            self._load_failed, owner=self, lane="sound",
        )  # fmt: skip

    def _begin(self, sound: Sound) -> None:
        self._halt()
        if self._task:
            self._task.stop()
        self.sound, self.loaded, self.loading, self._levels = sound, None, True, {}
        self.changed.emit()

    def play_live(self, sound: Sound, *, start: bool = True, at: float = 0.0) -> None:
        """Plays a sound whose B is still being made, at once; its A is read meanwhile. `settle` brings the whole B."""
        live = sound.live
        assert live is not None, "a sound that is whole is played by play"
        self._begin(sound)
        mixer_module = import_module("fanlink.desktop.mixer")
        mixer = mixer_module.Mixer(live.rate_hz, [mixer_module.Voice("mix", live, "b")], "b")
        self._loaded(sound, Loaded(mixer, {}), start, at)
        self._task = self._ops.run_long(
            lambda progress: self._voices(sound.parts, live.rate_hz, progress), lambda read: self._joined(sound, read),
            self.failed.emit, owner=self, lane="sound",
        )  # fmt: skip

    def settle(self, sound: Sound) -> None:
        """The whole of the sound that was played live takes over at the same place. It has the same key."""
        if self.sound is None or self.sound.key != sound.key or self.loaded is None:
            return
        parts = tuple(part for part in sound.parts if part.group == "b")
        rate = self.loaded.mixer.rate_hz
        self._ops.run_long(
            lambda progress: self._voices(parts, rate, progress), lambda read: self._settled(sound, read),
            self.failed.emit, owner=self, lane="sound",
        )  # fmt: skip

    def _joined(self, sound: Sound, read: Read) -> None:
        if self.sound is not None and self.sound.key == sound.key and self.loaded is not None:
            self._task = None
            self.loaded.mixer.add(read.voices)
            self.loaded.peaks.update(read.peaks)
            self._apply_loop()
            self._match_again()
            self.changed.emit()

    def _settled(self, sound: Sound, read: Read) -> None:
        if self.sound is not None and self.sound.key == sound.key and self.loaded is not None:
            self.sound = sound
            for voice in read.voices:
                self.loaded.mixer.replace(voice.name, voice.samples)
            self.loaded.peaks.update(read.peaks)
            self._apply_loop()
            self._match_again()
            self.changed.emit()

    def replace_b(self, sound: Sound, *, start: bool = False) -> None:
        """Another version of what is playing, at the same place, on the same side of A and B."""
        where, was_playing = self.position, self.playing
        self.play(replace(sound, begin=self.group), start=was_playing or start, at=where)

    def _load(self, sound: Sound, progress: Progress) -> Loaded:
        # numpy is for here, not for the first paint
        mixer_module = import_module("fanlink.desktop.mixer")
        read = self._voices(sound.parts, None, progress)
        mixer = mixer_module.Mixer(read.rate_hz, read.voices, sound.begin, self._matching(read.voices))
        return Loaded(mixer, read.peaks)

    def _voices(self, parts: tuple[Part, ...], rate: int | None, progress: Progress) -> Read:
        """Parts as voices at one rate, and the waveform of each group. Runs in a lane."""
        mixer_module = import_module("fanlink.desktop.mixer")
        sounds = import_module("fanlink.desktop.sounds")
        if self._decoder is None:
            self._decoder = sounds.Decoder(self._cache)
        paths = [part.fetch(progress) for part in parts]
        decoded = self._decoder.decode(paths, rate, progress)
        voices = [mixer_module.Voice(part.name, each.samples, part.group) for part, each in zip(parts, decoded, strict=True)]
        peaks: dict[str, list[Peaks]] = {}
        for part, path in zip(parts, paths, strict=True):
            peaks.setdefault(part.group, []).append(self._decoder.peaks(path, part.digest, progress))
        return Read(decoded[0].rate_hz, voices, {group: sounds.mixed_peaks(found) for group, found in peaks.items()})

    def _matching(self, voices: list[Voice]) -> dict[str, float]:
        if not self.match_loudness:
            return {}
        mixer_module = import_module("fanlink.desktop.mixer")
        return mixer_module.matched({group: [v.samples for v in voices if v.group == group] for group in {v.group for v in voices}})

    def _match_again(self) -> None:
        """Measures both sides once both are whole, in a lane."""
        loaded = self.loaded
        if loaded is None or self.sound is None or self.sound.live is not None or len(loaded.mixer.groups) < 2:
            return
        voices = [voice for voice in loaded.mixer.voices if voice.group in loaded.mixer.groups]
        self._ops.run(lambda: self._matching(voices), loaded.mixer.match, owner=self, lane="sound")

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
    def waiting(self) -> bool:
        """True where the sound has not been made yet."""
        return bool(self.loaded and self.playing and self.loaded.mixer.waiting)

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
        """Hears A or B, where it has been read."""
        if self.loaded and group in self.loaded.mixer.groups:
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
        self.no_output = ""
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
        if self.waiting != self._told_waiting:
            self._told_waiting = self.waiting
            self.changed.emit()
        if self.loaded and self.loaded.mixer.ended:
            self._halt()
            self.changed.emit()
            self.ended.emit()
