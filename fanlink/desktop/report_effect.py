"""What the server says that importing a report would do there. Sends the file, imports nothing. Runs in a lane."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanlink.client import reports
from fanlink.core.reports import Fault


@dataclass(frozen=True, slots=True)
class Effect:
    """Lines new and known, those that would wait or be held, exact sums, and the pots that change most."""

    path: Path
    asset: str
    lines: int
    new: int
    known: int
    unmatched: int
    held: int
    refunds: int
    totals: Mapping[str, str]
    pots: tuple[tuple[str, str, str], ...]
    pots_changed: int
    changed_lines: tuple[int, ...]
    faults: tuple[Fault, ...]
    more_faults: int

    @property
    def sound(self) -> bool:
        """True when it can be imported."""
        return not self.faults and not self.changed_lines


def look(session: Any, path: Path, asset: str, report: str) -> Effect:
    """Asks the server about a file that it has; raises `Offline` when it cannot be reached, `Refused` where it was cancelled."""
    said = reports.look(session, asset, path.name, report)
    broken = [one for one in said["broken"] if one["code"] == "broken_line"]
    faults = tuple(Fault(one["file"], one["line"], one["column"], one["what"]) for one in broken)
    others = tuple(Fault(path.name, None, None, str(one.get("what", ""))) for one in said["broken"] if one["code"] == "broken_report")
    more = sum(one["lines"] for one in said["broken"] if one["code"] == "more_broken_lines")
    return Effect(
        path, asset, said.get("lines", 0), said.get("new", 0), said.get("known", 0), said.get("unmatched", 0), said.get("held", 0),
        said.get("refunds", 0), said.get("totals", {}),
        tuple((one["remix"], one["currency"], one["gains"]) for one in said.get("pots", ())), said.get("pots_changed", 0),
        tuple(one["line"] for one in said.get("changed_lines", ()) if "line" in one), faults + others, more,
    )  # fmt: skip
