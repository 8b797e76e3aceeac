"""A decision: one thing that a fan's words ask for, as a value with a name that people can write in a test."""

from __future__ import annotations

import re
from dataclasses import dataclass

FORM = re.compile(
    r"(?P<subject>[a-z-]+(?:\.[a-z-]+)?)\.(?P<action>[a-z-]+)"
    r"(?:=(?P<value>[^:~@]+))?(?::(?P<target>[a-z-]+))?(?:~(?P<degree>bit|much))?(?:@(?P<place>[a-z-]+))?"
)


@dataclass(frozen=True, slots=True)
class Decision:
    """`part.drums` `none` `@intro`. The closed list of names is in tests/remix/words/README.md."""

    subject: str
    action: str
    value: str = ""
    target: str = ""
    degree: str = ""
    place: str = ""

    @property
    def family(self) -> str:
        """The first word of the subject: part, layer, effect, tempo ..."""
        return self.subject.partition(".")[0]

    @property
    def of(self) -> str:
        """The second word of the subject, where it has one: `drums` of `part.drums`."""
        return self.subject.partition(".")[2]

    @property
    def name(self) -> str:
        """How it is written."""
        marks = (("=", self.value), (":", self.target), ("~", self.degree), ("@", self.place))
        return f"{self.subject}.{self.action}" + "".join(mark + text for mark, text in marks if text)


def decision(name: str) -> Decision:
    """The decision of a name; `ValueError` when it has not the form of one."""
    found = FORM.fullmatch(name)
    if found is None:
        raise ValueError(f"not a decision: {name}")
    return Decision(**{key: text or "" for key, text in found.groupdict().items()})


@dataclass(frozen=True, slots=True)
class Read:
    """A decision and the characters [start, end) of the words that made it."""

    start: int
    end: int
    decision: Decision


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read in some words: the decisions in order, and the spans that nothing was made of.

    `likened` are the spans of the decisions that no word names and only a likeness suggests.
    """

    decisions: tuple[Read, ...] = ()
    ignored: tuple[tuple[int, int], ...] = ()
    likened: tuple[tuple[int, int], ...] = ()
