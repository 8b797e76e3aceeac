"""What goes to the loudspeaker: voices with gains under one position, loops without a gap, A/B by cross-fade."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np

FADE_MS = 10
FULL = 32767.0


@dataclass(slots=True)
class Voice:
    """Decoded samples (frames, 2) as int16, with the gain it has and the gain it goes to."""

    name: str
    samples: np.ndarray
    group: str = "a"
    level: float = 1.0
    gain: float = field(default=0.0)


class Mixer:
    """Mixes voices block by block. Called from the sound thread; settings come from the UI thread."""

    def __init__(self, rate_hz: int, voices: list[Voice], group: str = "a", match: dict[str, float] | None = None) -> None:
        self.rate_hz, self.voices = rate_hz, voices
        self.frames = max((len(voice.samples) for voice in voices), default=0)
        self.position = 0
        self.loop: tuple[int, int] | None = None
        self.volume = 1.0
        self.ended = False
        self._group, self._match = group, match or {}
        self._lock = threading.Lock()
        for voice in voices:
            voice.gain = self._wanted(voice)

    @property
    def group(self) -> str:
        """Which of A and B is heard."""
        return self._group

    def hear(self, group: str) -> None:
        """Fades to the other group at the same place."""
        self._group = group

    def match(self, gains: dict[str, float]) -> None:
        """Gains that make the groups equally loud."""
        self._match = gains

    def set_level(self, name: str, level: float) -> None:
        """How loud one voice is, 0 to 1 and above."""
        for voice in self.voices:
            if voice.name == name:
                voice.level = level

    def seek(self, frame: int) -> None:
        """Goes on from another place."""
        with self._lock:
            self.position = min(max(frame, 0), self.frames)
            self.ended = False

    def read(self, frames: int) -> np.ndarray:
        """The next samples as int16 (frames, 2); silence after the end."""
        made = np.zeros((frames, 2), np.float32)
        with self._lock:
            done = 0
            while done < frames:
                end = self.loop[1] if self.loop and self.position < self.loop[1] else self.frames
                piece = min(frames - done, end - self.position)
                if piece <= 0:
                    if self.loop and self.loop[1] > self.loop[0]:
                        self.position = self.loop[0]
                        continue
                    self.ended = True
                    break
                self._mix(made[done : done + piece])
                self.position += piece
                done += piece
                if self.loop and self.position >= self.loop[1] > self.loop[0]:
                    self.position = self.loop[0]
        made *= self.volume
        return np.clip(made, -1, 1).__mul__(FULL).astype(np.int16)

    def _mix(self, block: np.ndarray) -> None:
        frames = len(block)
        for voice in self.voices:
            wanted = self._wanted(voice)
            if not voice.gain and not wanted:
                continue
            part = voice.samples[self.position : self.position + frames]
            if len(part):
                block[: len(part)] += part * (self._ramp(voice.gain, wanted, len(part)) / FULL)
            voice.gain = self._after(voice.gain, wanted, frames)

    def _wanted(self, voice: Voice) -> float:
        heard = voice.group == self._group
        return voice.level * self._match.get(voice.group, 1.0) if heard else 0.0

    def _step(self) -> float:
        return 1000 / (FADE_MS * self.rate_hz)

    def _ramp(self, now: float, wanted: float, frames: int) -> np.ndarray | float:
        if now == wanted:
            return wanted
        step = self._step() if wanted > now else -self._step()
        path = now + step * np.arange(1, frames + 1, dtype=np.float32)
        return (np.minimum(path, wanted) if wanted > now else np.maximum(path, wanted))[:, None]

    def _after(self, now: float, wanted: float, frames: int) -> float:
        reach = self._step() * frames
        return wanted if abs(wanted - now) <= reach else now + (reach if wanted > now else -reach)


def loudness_db(voices: list[np.ndarray]) -> float:
    """How loud a mix of int16 samples is: the mean power of its blocks of 400 ms that are not quiet (as EBU R128 gates)."""
    if not voices:
        return -120.0
    frames = max(len(samples) for samples in voices)
    block = 17_640
    powers = []
    for start in range(0, frames, block):
        mixed = np.zeros((min(block, frames - start), 2), np.float32)
        for samples in voices:
            part = samples[start : start + block]
            mixed[: len(part)] += part
        powers.append(float(np.mean(np.square(mixed / FULL))))
    loud = np.array(powers)
    if not loud.size or loud.max() <= 0:
        return -120.0
    loud = loud[loud > loud.mean() * 0.1]
    return float(10 * np.log10(loud.mean()))


def matched(groups: dict[str, list[np.ndarray]]) -> dict[str, float]:
    """Gains that bring every group down to the quietest one, so that nothing can clip."""
    loudness = {group: loudness_db(voices) for group, voices in groups.items() if voices}
    if len(loudness) < 2:
        return {}
    quietest = max(min(loudness.values()), -40.0)
    return {group: float(10 ** (min(quietest - each, 0) / 20)) for group, each in loudness.items()}
