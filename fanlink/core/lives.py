"""How things live: a table of states and the steps between them, and the one function that takes a step."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from fanlink.core.errors import Refused

State = TypeVar("State", bound=StrEnum)
Life = Mapping[str, Mapping[State, State]]


def take_step(life: Life[State], step: str, state: State) -> State:
    """The state after `step`; refuses with `illegal_step`, the state it is in and the steps that are open to it."""
    following = life[step].get(state)
    if following is None:
        raise Refused("illegal_step", step=step, state=str(state), open_steps=open_steps(life, state))
    return following


def open_steps(life: Life[State], state: State) -> list[str]:
    """The names of the steps that may be taken from `state`, in the order of the table."""
    return [step for step, moves in life.items() if state in moves]
