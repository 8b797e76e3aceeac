"""What can go wrong, by name, and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from random import Random

from fanlink.core.errors import BadInput

# Of a thousand requests (network) or steps (the rest), how many.
RATES = {
    "drop": 40,
    "lost_reply": 40,
    "repeat": 25,
    "reorder": 20,
    "delay": 25,
    "partition": 12,
    "crash_client": 12,
    "crash_server": 10,
    "full_disk": 6,
    "clock_jump": 8,
    "restore": 2,
    "bad_sector": 4,
}


class Crash(BaseException):
    """A process ended between two instructions; no code of the product may catch it."""


class Faults:
    """Says of each moment whether something goes wrong, and counts what did."""

    def __init__(self, chance: Random, kinds: Iterable[str]) -> None:
        self.chance, self.kinds = chance, frozenset(kinds)
        self.counted: Counter[str] = Counter()
        self.quiet = False

    def strikes(self, kind: str) -> bool:
        """Whether this fault happens now. The same number is drawn for every kind, so leaving one out moves little."""
        drawn = self.chance.randrange(1000)
        if self.quiet or kind not in self.kinds or drawn >= RATES[kind]:
            return False
        self.counted[kind] += 1
        return True


ALSO_CALLED = {
    "crash": ("crash_client", "crash_server"), "clock": ("clock_jump",), "disk_full": ("full_disk",), "restored": ("restore",),
}  # fmt: skip


def kinds_of(said: str) -> tuple[str, ...]:
    """The kinds that `--faults` names, each once; `BadInput` for one that is not there.

    `crash` means client and server; hyphens, capitals and plurals are understood.
    """
    if said.strip().lower() == "all":
        return tuple(RATES)
    named = [one.strip() for one in said.split(",") if one.strip() and said.strip().lower() != "none"]
    return tuple(dict.fromkeys(kind for one in named for kind in _kinds(one)))


def _kinds(said: str) -> tuple[str, ...]:
    name = said.lower().replace("-", "_").replace(" ", "_")
    for one in (name, name.removesuffix("s"), name.removesuffix("es")):
        if one in RATES:
            return (one,)
        if one in ALSO_CALLED:
            return ALSO_CALLED[one]
    raise BadInput(f"no fault is called {said!r}; there are {', '.join(RATES)}", where="--faults")
