"""The auditor's rules of standing answers, written a second time without core: what a party says before it is asked.

They speak to first questions only, and one for a track goes before one for all (decision 15).
"""

from __future__ import annotations

from fanlink.simulation.plain import DAY_MS, No, Thing
from fanlink.simulation.plain_people import People

LONGEST_TERM_DAYS = 36_500
KNOWN_TERRITORIES = ("world", "DE", "world except US")


class Standing(People):
    """What parties say to every first question, until they end it."""

    def __init__(self) -> None:
        super().__init__()
        self.standing: dict[str, Thing] = {}

    def _set_standing_answer(self, person: str, command: Thing) -> None:
        self._role(person, "artist", "label", "rightsholder")
        data, was = command["data"], self.standing.get(command["target"])
        if data["party"] != self.people[person]["party"] or set(data.get("tracks") or ()) - set(self.tracks):
            raise No
        tracks = sorted(set(data.get("tracks") or ()))
        if was is None:
            self._new(command, self.standing)
            if any(self._in_its_way(one, data["party"], data["use"], tracks) for one in self.standing.values()):
                raise No
        else:
            if was["party"] != self.people[person]["party"]:
                raise No
            self._fresh(command, was)
            if was["ended"] or (was["party"], was["use"]) != (data["party"], data["use"]):
                raise No
        term = data.get("term_days")
        if data.get("territory", "world") not in KNOWN_TERRITORIES or (term is not None and not 1 <= term <= LONGEST_TERM_DAYS):
            raise No
        self.standing[command["target"]] = {
            "party": data["party"], "use": data["use"], "says": data["says"], "tracks": tracks, "term_days": term, "by": person,
            "ended": False, "version": was["version"] + 1 if was else 1,
        }  # fmt: skip

    @staticmethod
    def _in_its_way(one: Thing, party: str, use: str, tracks: list[str]) -> bool:
        """One answer for each use and track: two would speak against each other."""
        if one["ended"] or (one["party"], one["use"]) != (party, use) or bool(one["tracks"]) != bool(tracks):
            return False
        return not tracks or bool(set(one["tracks"]) & set(tracks))

    def _end_standing_answer(self, person: str, command: Thing) -> None:
        self._role(person, "artist", "label", "rightsholder")
        found = self._need(self.standing, command["target"])
        if found["party"] != self.people[person]["party"]:
            raise No
        self._fresh(command, found)
        if found["ended"]:
            raise No
        found.update(ended=True, version=found["version"] + 1)

    def _speaks(self, consent: Thing) -> None:
        """A first question, answered where something stands."""
        fitting = [
            (not one["tracks"], id_) for id_, one in self.standing.items()
            if not one["ended"] and (one["party"], one["use"]) == (consent["party"], "remix")
            and (not one["tracks"] or consent["track"] in one["tracks"])
        ]
        chosen = min(fitting, default=None)
        if chosen is None or self.standing[chosen[1]]["says"] == "ask":
            return
        one = self.standing[chosen[1]]
        granted = one["says"] == "grant"
        until_ms = self.now_ms + one["term_days"] * DAY_MS if granted and one["term_days"] is not None else None
        consent.update(
            state="granted" if granted else "refused", by=f"standing:{chosen[1]}", until_ms=until_ms, version=consent["version"] + 1
        )

    def _end_standing_of(self, party: str, tracks: list[str]) -> bool:
        """A catalogue that is taken out ends every standing yes that reaches it; whether there was one."""
        ended = [
            one for one in self.standing.values()
            if one["party"] == party and one["says"] == "grant" and not one["ended"] and tracks
            and (not one["tracks"] or set(one["tracks"]) & set(tracks))
        ]
        for one in ended:
            one.update(ended=True, version=one["version"] + 1)
        return bool(ended)
