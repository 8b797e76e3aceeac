"""A finding: one thing that a check says of a remix, with its place and its fix."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from fanlink.core.errors import Fact
from fanlink.core.recipes import Recipe


class Severity(StrEnum):
    """A breach stops a remix, a warning is shown to a person, a note is only said."""

    BREACH = "breach"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, where in the remix, and what to do about it.

    Milliseconds are [start, end) of the remix; bars count from 1 and both ends are included.
    `rule` never changes its meaning; `facts` hold the names and numbers of this case.
    """

    rule: str
    severity: Severity
    start_ms: int
    end_ms: int
    start_bar: int
    end_bar: int
    fix: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Places:
    """Turns sections of a recipe into places of findings."""

    bar_ms: float
    first_bars: tuple[int, ...]
    bars: int

    @classmethod
    def of(cls, recipe: Recipe, beats_per_bar: int) -> Places:
        """The places of a recipe, which may itself be wrong: a tempo of nothing gives a length of nothing."""
        bar_ms = beats_per_bar * 60_000 / recipe.tempo_bpm if recipe.tempo_bpm > 0 else 0.0
        starts, bar = [], 1
        for section in recipe.sections:
            starts.append(bar)
            bar += max(section.bars, 0)
        return cls(bar_ms, tuple(starts), bar - 1)

    def whole(self, rule: str, fix: str, /, severity: Severity = Severity.BREACH, **facts: Fact) -> Finding:
        """A finding about all of the remix."""
        return self._at(1, max(self.bars, 1), rule, fix, severity, facts)

    def section(
        self, index: int, bars: int, rule: str, fix: str, /, severity: Severity = Severity.BREACH, **facts: Fact
    ) -> Finding:
        """A finding about the section at `index`, which is `bars` long."""
        first = self.first_bars[index]
        return self._at(first, first + max(bars, 1) - 1, rule, fix, severity, {"section": index + 1, **facts})

    def beats(
        self, index: int, start_beat: float, beats: float, beats_per_bar: int, rule: str, fix: str, /, **facts: Fact
    ) -> Finding:
        """A breach in the bars that so many beats of the section at `index` lie in."""
        # A recipe may be wrong: no place is beyond the end of its section.
        first_bar = self.first_bars[index]
        last_bar = max(first_bar, (*self.first_bars, self.bars + 1)[index + 1] - 1)
        most = float((last_bar - first_bar + 1) * beats_per_bar)
        start, end = (min(max(beat, 0.0), most) for beat in (start_beat, start_beat + beats))
        first = min(first_bar + int(start // beats_per_bar), last_bar)
        last = max(first, first_bar + math.ceil(end / beats_per_bar - 1e-9) - 1)
        return self._at(first, last, rule, fix, Severity.BREACH, {"section": index + 1, **facts})

    def _at(self, first: int, last: int, rule: str, fix: str, severity: Severity, facts: Mapping[str, Fact]) -> Finding:
        start_ms, end_ms = round((first - 1) * self.bar_ms), round(last * self.bar_ms)
        return Finding(rule, severity, start_ms, end_ms, first, last, fix, facts)
