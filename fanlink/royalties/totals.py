"""Sums of money in arrays of 64-bit counts that cannot overflow unseen."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from fanlink.royalties.matching import Sums

_SAFE = 2**62
_HALF_BITS = 32
_LOW = 2**_HALF_BITS - 1


class Totals:
    """Gross per (version, currency) in pico: its low 32 bits and the rest apart, both exact.

    A line adds less than 2^32 to any count; before a count could reach 2^62 everything moves to Python integers, as which
    amounts that no 64 bits hold are added from the start.
    """

    def __init__(self, versions: int) -> None:
        self._versions = versions
        self._currencies: dict[str, int] = {}
        self._high = np.zeros(0, np.int64)
        self._low = np.zeros(0, np.int64)
        self._seen = np.zeros(0, bool)
        self._bound = 0
        self._moved: dict[int, int] = {}

    def add(
        self, versions: np.ndarray, currencies: np.ndarray, names: tuple[str, ...], pico: np.ndarray,
        huge: Iterable[tuple[int, int]] = (),
    ) -> None:  # fmt: skip
        """Add lines: the version of each, its currency as a place in `names`, and its amount.

        `huge` has (line, amount) of those beyond 64 bits, which are nothing in `pico`.
        """
        places = self._places(names)[currencies] * self._versions + versions
        self._seen[places] = True
        for line, amount in huge:
            place = int(places[line])
            self._moved[place] = self._moved.get(place, 0) + amount
        bound = len(places) << _HALF_BITS
        if self._bound + bound > _SAFE:
            self._move()
        self._bound += bound
        np.add.at(self._high, places, pico >> _HALF_BITS)
        np.add.at(self._low, places, pico & _LOW)

    def into(self, sums: Sums) -> None:
        """Add every total to `sums`, those of zero too, in order of version and currency."""
        self._move()
        if not len(self._seen):
            return
        names = sorted(self._currencies)
        seen = self._seen.reshape(-1, self._versions)[[self._currencies[name] for name in names]]
        for version, column in np.argwhere(seen.T).tolist():
            name = names[column]
            sums.add(version, name, self._moved.get(self._currencies[name] * self._versions + version, 0))

    def _places(self, names: tuple[str, ...]) -> np.ndarray:
        for name in names:
            self._currencies.setdefault(name, len(self._currencies))
        missing = len(self._currencies) * self._versions - len(self._seen)
        if missing:
            self._high = np.concatenate([self._high, np.zeros(missing, np.int64)])
            self._low = np.concatenate([self._low, np.zeros(missing, np.int64)])
            self._seen = np.concatenate([self._seen, np.zeros(missing, bool)])
        return np.array([self._currencies[name] for name in names], dtype=np.int64)

    def _move(self) -> None:
        """Empty the counts into Python integers."""
        held = np.flatnonzero((self._high != 0) | (self._low != 0))
        for place, high, low in zip(held.tolist(), self._high[held].tolist(), self._low[held].tolist(), strict=True):
            self._moved[place] = self._moved.get(place, 0) + (high << _HALF_BITS) + low
        self._high[:] = 0
        self._low[:] = 0
        self._bound = 0
