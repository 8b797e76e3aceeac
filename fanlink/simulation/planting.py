"""How a bug is put into the real code for a while, and taken out again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

Patch = Callable[["Planter"], None]


@dataclass(frozen=True, slots=True)
class Bug:
    """A bug by name: what it breaks, and how it is put in. `where` is the profile in which its damage is done most often; any if empty."""

    name: str
    breaks: str
    plant: Patch
    where: str = ""


class Planter:
    """Puts something else in the place of an attribute, and puts it back in the end."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def put(self, owner: Any, name: str, other: Any) -> None:
        was = owner[name] if isinstance(owner, dict) else owner.__dict__[name]
        write = owner.__setitem__ if isinstance(owner, dict) else lambda key, value: setattr(owner, key, value)
        write(name, other)
        self._stack.callback(write, name, was)

    def wrap(self, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        """Puts in what `make` makes of the original."""
        was = owner[name] if isinstance(owner, dict) else owner.__dict__[name]
        self.put(owner, name, make(was))
