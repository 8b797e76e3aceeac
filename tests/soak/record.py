"""What soak runs have proved so far: a file for the next run, and a table for people. Rows are only ever added."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.soak.promises import Promise

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "docs" / "proof"
HEAD = """# What was proved by long runs

`make soak MINUTES=n` adds rows here; the next run goes on from the seeds in `soak.json`. "So far" is over all runs, beside what
it is to come to. What a seed is, and how one is run again, is said by `python -m tests.soak --help`.

| date (UTC) | version | promise | proved in this run | seconds | so far | of | result |
|---|---|---|---|---|---|---|---|
"""


@dataclass(slots=True)
class Row:
    """One promise in one run."""

    name: str
    unit: str
    cases: int = 0
    seconds: float = 0.0
    result: str = "held"


@dataclass(slots=True)
class Soak:
    """The next seed of each promise and how many cases it has come to."""

    place: Path
    seeds: dict[str, int] = field(default_factory=dict)
    cases: dict[str, int] = field(default_factory=dict)

    @staticmethod
    def read(place: Path) -> Soak:
        """What the runs before left; nothing before the first."""
        file = place / "soak.json"
        said = json.loads(file.read_text("utf-8")) if file.exists() else {}
        return Soak(place, dict(said.get("next_seed", {})), dict(said.get("cases", {})))

    def next_seed(self, name: str, first: int) -> int:
        """Where this promise goes on."""
        return self.seeds.get(name, first)

    def proved(self, name: str, next_seed: int, cases: int) -> None:
        """Keeps at once how far a promise has come."""
        self.seeds[name], self.cases[name] = next_seed, self.cases.get(name, 0) + cases
        self.place.mkdir(parents=True, exist_ok=True)
        made = self.place / "soak.json.new"
        said = {"next_seed": dict(sorted(self.seeds.items())), "cases": dict(sorted(self.cases.items()))}
        made.write_text(json.dumps(said, indent=2) + "\n", "utf-8")
        os.replace(made, self.place / "soak.json")

    def write(self, version: str, rows: Iterable[Row], promises: Mapping[str, Promise]) -> None:
        """Adds the rows of a run to the table."""
        self.place.mkdir(parents=True, exist_ok=True)
        file, when = self.place / "soak.md", datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
        text = file.read_text("utf-8") if file.exists() else HEAD
        for row in rows:
            promise = promises[row.name]
            text += (
                f"| {when} | {version} | {row.name}: {promise.says} | {row.cases:,} {row.unit} | {row.seconds:,.0f} |"
                f" {self.cases.get(row.name, 0):,} | {promise.soak:,} | {row.result} |\n"
            )
        file.write_text(text, "utf-8")
