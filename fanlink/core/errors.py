"""Everything that may go wrong and is somebody's to read.

    FanLinkError
    ├── Refused        the rules do not allow it; carries every reason, not the first
    ├── Conflict       what was asked rests on a version that is no longer the newest
    ├── BadInput       what was given cannot be read; says where and why      (exit 2)
    ├── Unavailable    something that is needed is not here                   (exit 3)
    │   └── Offline    the server cannot be reached
    └── Stopped        a person, or the time limit, ended it

A broken promise of our own code is an `AssertionError`, never one of these.
An error has a code and facts. Sentences for people are made in `desktop/words.py`
and in the command line; HTTP status only in `server/app.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Fact = str | int | float | bool | None | list[Any] | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a refusal: a code that never changes, and the facts of this case."""

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


class FanLinkError(Exception):
    """The root; nobody raises it bare."""


class Refused(FanLinkError):
    """The rules do not allow this. `reasons` holds all of them."""

    def __init__(self, reasons: Reason | Iterable[Reason] | str, /, **facts: Fact) -> None:
        if isinstance(reasons, str):
            reasons = Reason(reasons, facts)
        self.reasons = (reasons,) if isinstance(reasons, Reason) else tuple(reasons)
        assert self.reasons, "a refusal without a reason"
        super().__init__(", ".join(reason.code for reason in self.reasons))

    @staticmethod
    def of_data(found: Iterable[Mapping[str, Any]]) -> Refused:
        """The refusal whose reasons are plain data: a code beside its facts."""
        return Refused(Reason(one["code"], {name: fact for name, fact in one.items() if name != "code"}) for one in found)


class Conflict(FanLinkError):
    """The thing moved on since it was read; `now` is what it is now."""

    def __init__(self, now: Mapping[str, Any]) -> None:
        self.now = now
        super().__init__("stale")


class BadInput(FanLinkError):
    """What was given cannot be read. `where` names the file, line or field."""

    def __init__(self, sentence: str, *, where: str = "", line: int | None = None, column: str | None = None) -> None:
        self.sentence, self.where, self.line, self.column = sentence, where, line, column
        place = ", ".join(
            part for part in (where, line is not None and f"line {line}", column and f"column {column}") if part
        )
        super().__init__(f"{place}: {sentence}" if place else sentence)


class Unavailable(FanLinkError):
    """Something that is needed is not here: a program, a model, a sound output, a server."""


class Offline(Unavailable):
    """The server cannot be reached; nothing is lost, it can be tried again."""


class Stopped(FanLinkError):
    """Ended before it was done, on request."""
