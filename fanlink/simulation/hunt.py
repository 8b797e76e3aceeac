"""Whether the simulator finds a bug that it planted itself: plan after plan, until something is violated or the budget is used up.

A list of bugs is a module with a mapping of names to `Bug`; LISTS names them. One that is not installed adds nothing.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from fanlink.core.errors import BadInput
from fanlink.simulation.faults import RATES
from fanlink.simulation.planting import Bug, Planter
from fanlink.simulation.run import Theatre
from fanlink.simulation.simulator import Plan

LISTS = (("fanlink.simulation.planted", "BUGS"), ("fanlink.simulation.planted_unseen", "UNSEEN"), ("fanlink.simulation.planted_money", "MONEY"),
         ("fanlink.simulation.planted_rights", "RIGHTS"))  # fmt: skip
BUDGET_STEPS = 15_000
# Steps and computers: where few people are, things meet.
SHORT = {"all": (300, 8), "consent": (400, 8), "queue": (400, 7), "money": (400, 7)}


def bugs() -> dict[str, Bug]:
    """Every bug by its name."""
    found: dict[str, Bug] = {}
    for module, name in LISTS:
        if importlib.util.find_spec(module) is not None:
            listed: Mapping[str, Bug] = getattr(importlib.import_module(module), name)
            assert not set(found) & set(listed), "two bugs have one name"
            found |= listed
    return found


@contextmanager
def planted(name: str | None) -> Iterator[None]:
    """Plants the bug with this name for the time of the block; None plants nothing."""
    with ExitStack() as stack:
        if name is not None:
            known = bugs()
            if name not in known:
                raise BadInput(f"no bug is called {name!r}; there are {', '.join(known)}", where="--planted")
            known[name].plant(Planter(stack))
        yield


@dataclass(frozen=True, slots=True)
class Catch:
    """How a bug was found: the plan, how many steps it took in all, and the first promise that it broke."""

    plan: Plan
    steps: int
    violation: str


def plans(where: str = "") -> Iterator[Plan]:
    """What is tried, the short and the varied first; nothing of it ends.

    Of the named profile more than of any other, and first where nothing else goes wrong: most is done there.
    """
    everything = tuple(RATES)
    seed = 0
    while True:
        seed += 1
        if where:
            yield Plan(3 * seed - 2, *SHORT[where], (), where)
            yield Plan(3 * seed - 1, *SHORT[where], (), where)
            yield Plan(3 * seed, *SHORT[where], everything, where)
        yield from (Plan(seed, *SHORT[profile], everything, profile) for profile in SHORT if profile != where)
        yield Plan(seed, 700, 12, everything)
        yield Plan(seed, 500, 14, (), "consent")


class Hunt:
    """Hunts bugs in one theatre. What a plan violates without a bug planted counts for none."""

    def __init__(self, theatre: Theatre) -> None:
        self._theatre = theatre
        self._holds: dict[Plan, bool] = {}

    def hunt(self, name: str, budget_steps: int = BUDGET_STEPS) -> Catch | None:
        """What finds the bug; None when nothing does within so many steps."""
        used = 0
        self._theatre.prepare()
        for plan in plans(bugs()[name].where):
            if used >= budget_steps:
                return None
            with planted(name):
                result = self._theatre.once(plan)
            used += result.steps
            if result.violations and self._holds_without(plan):
                return Catch(plan, used, result.violations[0])
        raise AssertionError("there is always another plan")

    def _holds_without(self, plan: Plan) -> bool:
        if plan not in self._holds:
            self._holds[plan] = not self._theatre.once(plan).violations
        return self._holds[plan]
