"""Sound that is still being made: a lane adds blocks at its end while the loudspeaker reads what is there."""

from __future__ import annotations

import numpy as np

FULL = 32767.0
SPARE_S = 8.0


class Growing:
    """Stereo int16 samples of a sound of about `frames`, made from the frame `begin` on.

    One thread adds, another reads: `ready` moves only after the samples before it are there.
    """

    def __init__(self, rate_hz: int, frames: int, begin: int = 0) -> None:
        self.rate_hz, self.begin, self.ready = rate_hz, begin, begin
        self.done = False
        self._frames = frames
        self._samples = np.zeros((frames + round(SPARE_S * rate_hz), 2), np.int16)

    def __len__(self) -> int:
        return self._frames

    def add(self, block: np.ndarray) -> None:
        """Float samples (frames, 2) that follow on what is there."""
        end = self.ready + len(block)
        if end > len(self._samples):
            more = np.zeros((end + len(self._samples), 2), np.int16)
            more[: self.ready] = self._samples[: self.ready]
            self._samples = more
        self._samples[self.ready : end] = np.clip(block, -1, 1) * FULL
        self._frames = max(self._frames, end)
        self.ready = end

    def finish(self) -> None:
        """Nothing comes after what is there."""
        self._frames, self.done = self.ready, True

    def room(self, position: int) -> int:
        """How many frames can be read from here on; 0 where the sound has not been made yet."""
        if position < self.begin:
            return 0
        return max(self.ready - position, 0)

    @property
    def seconds_ready(self) -> float:
        """How much of it can be heard."""
        return (self.ready - self.begin) / self.rate_hz

    def __getitem__(self, part: slice) -> np.ndarray:
        return self._samples[: self.ready][part]
