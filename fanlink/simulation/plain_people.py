"""The auditor's rules of artists, teams, followers and mandates, written a second time without core."""

from __future__ import annotations

from collections.abc import Iterable

from fanlink.simulation.plain import No, Plain, Thing, day_of


class People(Plain):
    """Who is who, who runs what, and who answers for whom."""

    def _follow_artist(self, person: str, command: Thing) -> None:
        self._need(self.artists, command["target"])
        self.people[person]["follows"].add(command["target"])

    def _unfollow_artist(self, person: str, command: Thing) -> None:
        self._need(self.artists, command["target"])
        self.people[person]["follows"].discard(command["target"])

    def _team_asked(self, person: str, command: Thing) -> Thing:
        self._role(person, "artist", "label")
        artist = self._need(self.artists, command["target"])
        self._team(person, command["target"])
        self._fresh(command, artist)
        return artist

    def _add_team_member(self, person: str, command: Thing) -> None:
        artist, joins = self._team_asked(person, command), command["data"]["person"]
        if joins not in self.people or joins in artist["team"]:
            raise No
        artist["team"].append(joins)
        artist["version"] += 1

    def _remove_team_member(self, person: str, command: Thing) -> None:
        artist, leaves = self._team_asked(person, command), command["data"]["person"]
        if leaves not in artist["team"] or artist["team"] == [leaves]:
            raise No
        artist["team"].remove(leaves)
        artist["version"] += 1

    # Mandates ---------------------------------------------------------------------------------------------------

    def _give_mandate(self, person: str, command: Thing) -> None:
        self._role(person, "artist", "label", "rightsholder")
        data, parties = command["data"], {one["party"] for one in self.people.values()}
        if data["principal"] != self.people[person]["party"] or data["agent"] not in parties - {data["principal"]}:
            raise No
        self._new(command, self.mandates)
        ends = data.get("ends")
        if ends is not None and ends < data["begins"]:
            raise No
        self.mandates[command["target"]] = {
            "principal": data["principal"], "agent": data["agent"], "begins": data["begins"], "ends": ends,
            "tracks": list(data.get("tracks") or ()), "revoked": False, "version": 1,
        }
        self.mandates[command["target"]]["phase"] = self._phase_of(self.mandates[command["target"]])

    def _revoke_mandate(self, person: str, command: Thing) -> None:
        self._role(person, "artist", "label", "rightsholder")
        mandate = self._need(self.mandates, command["target"])
        if self.people[person]["party"] not in (mandate["principal"], mandate["agent"]):
            raise No
        self._fresh(command, mandate)
        if mandate["revoked"]:
            raise No
        mandate.update(revoked=True, phase="revoked", version=mandate["version"] + 1)

    def _phase_of(self, mandate: Thing) -> str:
        """Where a mandate is today; both its days are in it."""
        today = day_of(self.now_ms)
        if mandate["revoked"]:
            return "revoked"
        if today < mandate["begins"]:
            return "coming"
        return "over" if mandate["ends"] is not None and mandate["ends"] < today else "running"

    def _turn_mandates(self) -> None:
        """Those that began or ended by their days are told of."""
        for mandate in self.mandates.values():
            phase = self._phase_of(mandate)
            if phase != mandate["phase"]:
                mandate.update(phase=phase, version=mandate["version"] + 1)

    def who_answers(self, party: str, track: str) -> set[str]:
        """The party itself, and whoever has its mandate for this track today."""
        return {party} | {one["agent"] for one in self._mandates_of(party, track) if self._phase_of(one) == "running"}

    def readers(self, parties: Iterable[str], track: str) -> tuple[set[str], set[str]]:
        """Who must be shown what parties are asked and have signed, and who may be.

        While a mandate's day has turned and nobody was told of it yet, its agent may see it still, or already. One that began and ended
        before anybody was told of either may have shown it what was written in between.
        """
        must, may = set(parties), set()
        for one in [one for party in sorted(must) for one in self._mandates_of(party, track)]:
            phases = {one["phase"], self._phase_of(one)}
            if phases == {"running"}:
                must.add(one["agent"])
            elif "running" in phases or phases == {"coming", "over"}:
                may.add(one["agent"])
        return must, may - must

    def _mandates_of(self, party: str, track: str) -> list[Thing]:
        return [
            one for one in self.mandates.values()
            if one["principal"] == party and (not one["tracks"] or track in one["tracks"])
        ]
