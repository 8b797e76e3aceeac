"""Reads the phrase files and judges what is made of a phrase; README.md says what right means."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from fanlink.remix.interpret.decisions import Decision, decision
from fanlink.remix.interpret.reading import read

OPEN = Path(__file__).parent / "phrases.toml"
HELD = Path(__file__).parent / "phrases_held.toml"
OPENS = (OPEN, *sorted(Path(__file__).parent.glob("phrases_open*.toml")))
HELD_AGAIN = Path(__file__).parent / "phrases_held3.toml"
FADES = {"edit.fade-out": "outro", "edit.fade-in": "intro"}
PARTS = ("vocals", "backing-vocals", "drums", "bass", "guitar", "piano")


@dataclass(frozen=True, slots=True)
class Phrase:
    words: str
    expect: tuple[str, ...]
    ignored: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Verdict:
    words: str
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    ignored: tuple[str, ...]
    ignored_right: bool
    hits: int
    wanted: int
    made: int

    @property
    def right(self) -> bool:
        return not self.missing and not self.extra and self.ignored_right


def phrases(path: Path) -> list[Phrase]:
    """The phrases of a file; an expectation that has not the form of a decision is an error."""
    rows = tomllib.loads(path.read_text())["phrase"]
    for row in rows:
        for name in row["expect"]:
            decision(name)
    return [Phrase(row["words"], tuple(row["expect"]), tuple(row["ignored"]) if "ignored" in row else None) for row in rows]


def judged(phrase: Phrase) -> Verdict:
    """What was made of the phrase, beside what was expected."""
    reading = read(phrase.words, PARTS)
    made = {found.decision for found in reading.decisions}
    wanted = [decision(name) for name in phrase.expect]
    hit = {found for found in made if any(same(found, want) for want in wanted)}
    missing = tuple(want.name for want in wanted if not any(same(found, want) for found in made))
    extra = tuple(sorted(found.name for found in made - hit))
    ignored = tuple(phrase.words[start:end] for start, end in reading.ignored)
    right = phrase.ignored is None or phrase.ignored == ignored
    return Verdict(phrase.words, missing, extra, ignored, right, len(wanted) - len(missing), len(wanted), len(made))


def same(found: Decision, want: Decision) -> bool:
    """Whether a decision is the expected one; an expectation without a degree takes any."""
    degrees = want.degree in ("", found.degree)
    places = placed(found) == placed(want)
    return degrees and places and all(getattr(found, key) == getattr(want, key) for key in ("subject", "action", "value", "target"))


def placed(decision: Decision) -> str:
    """Where a decision is; a fade out is at the end and a fade in at the start whether that is said or not."""
    return decision.place or FADES.get(f"{decision.subject}.{decision.action}", FADES.get(decision.subject, ""))
