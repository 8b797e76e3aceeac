"""The auditor's rules of what looks bought, written a second time without core: held outside the pots until a person decided."""

from __future__ import annotations

from fanlink.simulation.plain import No, Thing
from fanlink.simulation.plain_money import Money


class Holds(Money):
    """Lines that wait for a decision, what parties say of them, and what finance decides."""

    def concerned(self, hold: Thing) -> set[str]:
        """Whose money is held: every party on any sheet of a remix that was ever public."""
        remix = self.remixes.get(hold["remix"])
        return {party for _, shares in self.sheets_of(hold["remix"]) for party in shares} if remix is not None and remix["ever"] else set()

    def _appeal_hold(self, person: str, command: Thing) -> None:
        self._role(person, "artist", "label", "rightsholder", "fan")
        hold = self._need(self.holds, command["target"])
        if self.people[person]["party"] not in self.concerned(hold):
            raise No
        self._fresh(command, hold)
        text = command["data"]["text"]
        if not text.strip() or hold["appeal"] or hold["state"] not in ("held", "rejected"):
            raise No
        hold.update(state="appealed", appeal=text, appealed_by=person, version=hold["version"] + 1)

    def _decide_hold(self, person: str, command: Thing) -> None:
        self._role(person, "finance")
        hold, data = self._need(self.holds, command["target"]), command["data"]
        if self.people[person]["party"] in self.concerned(hold) or hold["appealed_by"] == person:
            raise No
        self._fresh(command, hold)
        rejects, letter = data["outcome"] == "reject", data.get("letter", "")
        if hold["state"] not in ("held", "appealed") or (rejects and not letter.strip()) or hold["decided_by"] == person:
            raise No
        hold.update(
            state="rejected" if rejects else "released", returned=rejects, letter=letter, decided_by=person, version=hold["version"] + 1
        )
        if not rejects:
            self._let_go(command["target"])

    def _let_go(self, hold: str) -> None:
        """The lines go where they would have gone when they came, and from there where they belong by now."""
        lines = [line for line in self.lines.values() if line["hold"] == hold]
        for line in lines:
            line["hold"] = None
        self._take_in([line for line in lines if line["matched"]])
        waiting = [line for line in lines if not line["matched"]]
        self._wait(waiting)
        for group in sorted({(line["service"], line["remix"]) for line in waiting}):
            self._settle(group)
