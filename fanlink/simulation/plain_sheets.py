"""The auditor's rules of later split sheets, written a second time without core.

A version is proposed by anyone on the sheet, countered or signed by everyone paid by the old or the new one, and counts from a
day after the last version's that was not past when the last one signed (the design's "split sheet", decision 15).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from fanlink.simulation.plain import No, Thing, day_of
from fanlink.simulation.plain_conversions import Conversions


class Sheets(Conversions):
    """What is proposed of remixes' sheets, and who has signed it."""

    def __init__(self) -> None:
        super().__init__()
        self.proposals: dict[str, Thing] = {}

    def proposals_of(self, remix: str) -> list[tuple[str, Thing]]:
        """All that was proposed for a remix, the oldest first."""
        return sorted(((id_, one) for id_, one in self.proposals.items() if one["remix"] == remix), key=lambda one: (one[1]["at_ms"], one[0]))

    def on_sheet(self, remix: str) -> set[str]:
        """Everyone who is paid by a version, or is asked to sign one."""
        asked = {party for _, one in self.proposals_of(remix) for party in one["parties"]}
        return asked | {party for _, shares in self.sheets_of(remix) for party in shares}

    def _propose_sheet(self, person: str, command: Thing) -> None:
        data = command["data"]
        remix = self._need(self.remixes, data["remix"])
        answering = {agent for party in self.on_sheet(data["remix"]) for agent in self.who_answers(party, remix["track"])}
        if self.people[person]["party"] not in answering:
            raise No
        self._new(command, self.proposals)
        shares, known = shares_in(data["tree"]), {one["party"] for one in self.people.values()}
        if not remix["ever"] or shares is None or set(shares) - known:
            raise No
        countered = self.proposals.get(data.get("counters") or "")
        if data.get("counters") and (countered is None or countered["remix"] != data["remix"] or countered["state"] != "proposed"):
            raise No
        _, last = self.sheets_of(data["remix"])[-1]
        self._need_forward(data["remix"], data["effective_from"])
        if remix["later"] and shares == last:
            raise No
        if countered is not None:
            countered.update(state="countered", countered_by=command["target"], version=countered["version"] + 1)
        self.proposals[command["target"]] = {
            "remix": data["remix"], "day": data["effective_from"], "shares": shares, "parties": sorted({*last, *shares}), "signed": [],
            "state": "proposed", "counters": data.get("counters") or "", "countered_by": "", "at_ms": self.now_ms, "by": person, "version": 1,
        }  # fmt: skip

    def _need_forward(self, remix: str, day: str) -> None:
        last, _ = self.sheets_of(remix)[-1]
        if day <= last or day < day_of(self.now_ms):
            raise No

    def _sign_sheet(self, person: str, command: Thing) -> None:
        proposal, party = self._need(self.proposals, command["target"]), command["data"]["party"]
        remix = self.remixes[proposal["remix"]]
        if self.people[person]["party"] not in self.who_answers(party, remix["track"]):
            raise No
        self._fresh(command, proposal)
        if proposal["state"] != "proposed" or party not in proposal["parties"] or party in proposal["signed"]:
            raise No
        self._need_forward(proposal["remix"], proposal["day"])
        signed = sorted([*proposal["signed"], party])
        proposal.update(signed=signed, version=proposal["version"] + 1)
        if signed == proposal["parties"]:
            proposal["state"] = "signed"
            remix["later"].append((proposal["day"], proposal["shares"]))
            self._take_over(proposal["remix"])


def shares_in(tree: Any) -> dict[str, Fraction] | None:
    """Each party's part of a flat sheet; None for one that is not whole, or names somebody twice."""
    parts = [(node["name"], Fraction(node["part"])) for node in tree["shares"]]
    whole = sum((part for _, part in parts), Fraction(0)) == 1 and all(0 <= part <= 1 for _, part in parts)
    return dict(parts) if whole and len({name for name, _ in parts}) == len(parts) else None
