"""What-if: every party's money for a given revenue, before anybody signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from fanlink.core.amounts import fraction_text, plain, plain_micro
from fanlink.core.errors import BadInput, Refused
from fanlink.core.pots import Pot, Terms, pots_of
from fanlink.core.shares import Leaf, SplitSheet, Template
from fanlink.royalties.sheets_json import read_json, terms_from


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The pot that a revenue would make, and under which pools each party's share stands (none in a flat sheet)."""

    pot: Pot
    shares: Mapping[str, Fraction]
    leaves: tuple[Leaf, ...]

    def as_data(self) -> dict[str, Any]:
        return {
            "gross": plain(self.pot.gross_pico),
            "currency": self.pot.currency,
            "recouped": plain(self.pot.recouped_pico),
            "reserve": plain(self.pot.reserve_pico),
            "earned_micro": dict(self.pot.earned_micro),
            "earned": {party: plain_micro(micro) for party, micro in self.pot.earned_micro.items()},
            "shares": {party: fraction_text(share) for party, share in self.shares.items()},
            "pools": [
                {"party": leaf.party, "path": list(leaf.path), "share": fraction_text(leaf.share)}
                for leaf in self.leaves
            ],
        }


def simulate(sheet: SplitSheet | Template | Terms, revenue_pico: int, currency: str) -> WhatIf:
    """What `revenue_pico` would bring everyone. A template's open leaves earn under their own names."""
    terms, leaves = (sheet, ()) if isinstance(sheet, Terms) else (_terms_of(sheet), sheet.leaves())
    (pot,) = pots_of([terms], {terms.version: revenue_pico}, currency)
    return WhatIf(pot, dict(sorted(terms.shares.items())), leaves)


def read_sheet(path: Path) -> SplitSheet | Template | Terms:
    """One sheet from a JSON file: a sheets file with one version of one remix, that version alone, or a tree.

    A tree is as `as_data` of a template or sheet writes it.

    Raises `BadInput` for what is no sheet, `Refused` for one that does not add up.
    """
    return sheet_from(read_json(path), path.name)


def sheet_from(found: Any, where: str) -> SplitSheet | Template | Terms:
    """One sheet from JSON data; `where` names it when it is none."""
    data = _only_version(found)
    if not isinstance(data, dict) or "shares" not in data:
        raise BadInput("is not a sheet: it has no shares", where=where)
    try:
        if isinstance(data["shares"], list):
            return SplitSheet.from_data(data) if "remix" in data else Template.from_data(data)
        return terms_from({"version": "what-if", "effective_from": "2000-01-01"} | data)
    except BadInput as error:
        raise BadInput(error.sentence, where=where, column=error.column) from error
    except Refused:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(f"is not a sheet: {error}", where=where, column="shares") from error


def _terms_of(sheet: SplitSheet | Template) -> Terms:
    if isinstance(sheet, SplitSheet):
        return sheet.terms()
    shares: dict[str, Fraction] = {}
    for leaf in sheet.leaves():
        shares[leaf.party] = shares.get(leaf.party, Fraction(0)) + leaf.share
    return Terms("what-if", date(2000, 1, 1), shares, sheet.recoupment)


def _only_version(data: Any) -> Any:
    """The sheet in a sheets file that holds just one; anything else as it is."""
    if isinstance(data, dict) and "shares" not in data and len(data) == 1:
        (versions,) = data.values()
        if isinstance(versions, list) and len(versions) == 1:
            return versions[0]
    return data
