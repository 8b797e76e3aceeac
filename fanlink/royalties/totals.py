"""Sums of money in arrays of 64-bit counts that cannot overflow unseen."""

from __future__ import annotations

import numpy as np

from fanlink.core.amounts import PICO
from fanlink.royalties.matching import Sums

_SAFE = 2**62
_HUGE = 10**11


class Totals:
    """Gross per (version, currency): whole units and pico apart, both exact.

    A line of more than 10^11 units is added as a Python integer, so that a block of a million lines adds less than
    10^17 to any count; before a count could reach 2^62 everything moves to Python integers.
    """

    def __init__(self, versions: int) -> None:
        self._versions = versions
        self._currencies: dict[str, int] = {}
        self._units = np.zeros(0, np.int64)
        self._pico = np.zeros(0, np.int64)
        self._seen = np.zeros(0, bool)
        self._bound = 0
        self._moved: dict[int, int] = {}

    def add(
        self, versions: np.ndarray, currencies: np.ndarray, names: tuple[str, ...], units: np.ndarray, pico: np.ndarray
    ) -> None:
        """Add lines: the version of each, its currency as a place in `names`, and its amount in two parts."""
        places = self._places(names)[currencies] * self._versions + versions
        self._seen[places] = True
        huge = np.flatnonzero((units > _HUGE) | (units < -_HUGE))
        if len(huge):
            for place, whole in zip(places[huge].tolist(), units[huge].tolist(), strict=True):
                self._moved[place] = self._moved.get(place, 0) + whole * PICO
            units = units.copy()
            units[huge] = 0
        bound = len(places) * max(_HUGE, PICO)
        if self._bound + bound > _SAFE:
            self._move()
        self._bound += bound
        np.add.at(self._units, places, units)
        np.add.at(self._pico, places, pico)

    def into(self, sums: Sums) -> None:
        """Add every total to `sums`, those of zero too."""
        self._move()
        names = {number: name for name, number in self._currencies.items()}
        for place in np.flatnonzero(self._seen).tolist():
            currency, version = divmod(place, self._versions)
            sums.add(version, names[currency], self._moved.get(place, 0))

    def _places(self, names: tuple[str, ...]) -> np.ndarray:
        for name in names:
            self._currencies.setdefault(name, len(self._currencies))
        missing = len(self._currencies) * self._versions - len(self._seen)
        if missing:
            self._units = np.concatenate([self._units, np.zeros(missing, np.int64)])
            self._pico = np.concatenate([self._pico, np.zeros(missing, np.int64)])
            self._seen = np.concatenate([self._seen, np.zeros(missing, bool)])
        return np.array([self._currencies[name] for name in names], dtype=np.int64)

    def _move(self) -> None:
        """Empty the counts into Python integers."""
        held = np.flatnonzero((self._units != 0) | (self._pico != 0))
        for place, units, pico in zip(
            held.tolist(), self._units[held].tolist(), self._pico[held].tolist(), strict=True
        ):
            self._moved[place] = self._moved.get(place, 0) + units * PICO + pico
        self._units[:] = 0
        self._pico[:] = 0
        self._bound = 0
