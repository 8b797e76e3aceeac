"""The auditor's model: what must become of each command, and what falls due by the clock."""

from __future__ import annotations

import copy

from fanlink.simulation.plain import No, Stale, Thing
from fanlink.simulation.plain_sheets import Sheets


class Model(Sheets):
    """What is true, as far as the auditor is concerned."""

    def copy(self) -> Model:
        """The model as it is now, to go back to with a backup."""
        return copy.deepcopy(self)

    def decide(self, person: str, command: Thing, now_ms: int) -> str:
        """accepted, refused or conflict; what is accepted is done, what is refused leaves its target as it was."""
        self.now_ms = now_ms
        act = getattr(self, f"_{command['kind']}", None)
        assert act is not None, f"the model does not know {command['kind']}"
        target = command["target"]
        places = (self.consents, self.prompts, self.remixes, self.cases, self.challenges, self.entries, self.templates, self.standing, self.proposals)
        before = [copy.deepcopy(place.get(target)) for place in places]
        try:
            act(person, command)
        except No:
            for place, was in zip(places, before, strict=True):
                if was is None:
                    place.pop(target, None)
                else:
                    place[target] = was
            return "refused"
        except Stale:
            return "conflict"
        return "accepted"

    def moments(self) -> list[int]:
        """When something ends or begins: what is decided just before, at and just after these is where mistakes are made."""
        return [
            *(one["until_ms"] for one in self.consents.values() if one["state"] == "granted" and one["until_ms"] is not None),
            *(one["wind_down_ms"] for one in self.remixes.values() if one["state"] == "published" and one["wind_down_ms"] is not None),
            *(one["lease_ms"] for one in self.cases.values() if one["state"] == "claimed"),
            *(one["dates"][name] for one in self.challenges.values() if one["state"] == "scheduled" for name in ("opens_ms", "closes_ms")),
            *self.payable_moments(),
        ]

    def lapsed(self, now_ms: int) -> bool:
        """Whether a consent ran out, and nothing has followed from it yet."""
        given = [one["until_ms"] for one in self.consents.values() if one["state"] == "granted"]
        return any(until_ms is not None and until_ms <= now_ms for until_ms in given)

    def due(self, now_ms: int) -> None:
        """Consents that ran out, and remixes at the end of their wind-down."""
        self.now_ms = now_ms
        for consent in [self.consents[id_] for id_ in sorted(self.consents)]:
            if consent["state"] == "granted" and consent["until_ms"] is not None and consent["until_ms"] <= now_ms:
                consent.update(state="withdrawn", version=consent["version"] + 1, by="system")
                self._follows_from_withdrawal(consent)
        for id_, remix in sorted(self.remixes.items()):
            if remix["state"] == "published" and remix["wind_down_ms"] is not None and remix["wind_down_ms"] <= now_ms:
                self._take_down(id_, remix, "system", "consent_withdrawn")
        self._turn_mandates()
