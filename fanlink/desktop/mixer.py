"""What goes to the loudspeaker: voices with gains under one position, loops without a gap, A/B by cross-fade.

A voice may still be growing: where its sound is not made yet the mixer keeps its place and is silent until it is.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np

from fanlink.desktop.growing import FULL, Growing

FADE_MS = 10
# Loudness that turns out different while one listens is brought in so slowly that nobody hears a step.
MATCH_S = 1.5
GONE = "gone"


@dataclass(slots=True)
class Voice:
    """Decoded samples (frames, 2) as int16, with the gain it has and the gain it goes to."""

    name: str
    samples: np.ndarray | Growing
    group: str = "a"
    level: float = 1.0
    gain: float = field(default=0.0)


class Mixer:
    """Mixes voices block by block. Called from the sound thread; settings come from the UI thread."""

    def __init__(self, rate_hz: int, voices: list[Voice], group: str = "a", match: dict[str, float] | None = None) -> None:
        self.rate_hz, self.voices = rate_hz, voices
        self.position = 0
        self.loop: tuple[int, int] | None = None
        self.volume = 1.0
        self.ended = self.waiting = False
        self._group, self._match = group, dict(match or {})
        self._match_now = dict(self._match)
        self._lock = threading.Lock()
        for voice in voices:
            voice.gain = self._wanted(voice)

    @property
    def frames(self) -> int:
        """How long the longest voice is, or will be."""
        return max((len(voice.samples) for voice in self.voices if voice.group != GONE), default=0)

    @property
    def groups(self) -> frozenset[str]:
        """Which of A and B can be heard."""
        return frozenset(voice.group for voice in self.voices) - {GONE}

    @property
    def group(self) -> str:
        """Which of A and B is heard."""
        return self._group

    def hear(self, group: str) -> None:
        """Fades to the other group at the same place."""
        self._group = group

    def match(self, gains: dict[str, float]) -> None:
        """Gains that make the groups equally loud; what is heard now comes to its gain slowly."""
        with self._lock:
            heard = self._match_now.get(self._group, 1.0)
            self._match, self._match_now = dict(gains), {**gains, self._group: heard}

    def add(self, voices: list[Voice]) -> None:
        """More voices under the same position."""
        with self._lock:
            self.voices = [*self.voices, *voices]

    def replace(self, name: str, samples: np.ndarray) -> None:
        """Other samples for a voice: heard by a cross-fade at the place where it is."""
        with self._lock:
            old = next(voice for voice in self.voices if voice.name == name and voice.group != GONE)
            new = Voice(name, samples, old.group, old.level)
            # The old one goes on growing quiet under a name that no one asks for.
            old.group = GONE
            self.voices = [*(voice for voice in self.voices if voice.gain or voice.group != GONE), new]

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
            self._near_match(frames)
            self.waiting = False
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
                piece = min(piece, self._room())
                if piece <= 0:
                    self.waiting = True
                    break
                self._mix(made[done : done + piece])
                self.position += piece
                done += piece
                if self.loop and self.position >= self.loop[1] > self.loop[0]:
                    self.position = self.loop[0]
        made *= self.volume
        return np.clip(made, -1, 1).__mul__(FULL).astype(np.int16)

    def _room(self) -> int:
        """How many frames are there of everything that is to be heard now."""
        growing = (voice for voice in self.voices if isinstance(voice.samples, Growing) and not voice.samples.done)
        return min((voice.samples.room(self.position) for voice in growing if self._wanted(voice)), default=self.frames)

    def _near_match(self, frames: int) -> None:
        """Brings the gains of the groups a little nearer to what they are to be."""
        reach = frames / (MATCH_S * self.rate_hz)
        for name, gain in self._match_now.items():
            wanted = self._match.get(name, 1.0)
            self._match_now[name] = wanted if abs(wanted - gain) <= reach else gain + (reach if wanted > gain else -reach)

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
        return voice.level * self._match_now.get(voice.group, 1.0) if heard else 0.0

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
