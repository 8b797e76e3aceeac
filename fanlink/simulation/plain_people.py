"""The auditor's rules of artists, teams, followers and mandates, written a second time without core."""

from __future__ import annotations

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
        if data["principal"] != self.people[person]["party"] or data["agent"] not in parties:
            raise No
        self._new(command, self.mandates)
        ends = data.get("ends")
        if ends is not None and ends < data["begins"]:
            raise No
        self.mandates[command["target"]] = {
            "principal": data["principal"], "agent": data["agent"], "begins": data["begins"], "ends": ends,
            "tracks": list(data.get("tracks") or ()), "revoked": False,
        }

    def _revoke_mandate(self, person: str, command: Thing) -> None:
        self._role(person, "artist", "label", "rightsholder")
        mandate = self._need(self.mandates, command["target"])
        if mandate["principal"] != self.people[person]["party"] or mandate["revoked"]:
            raise No
        mandate["revoked"] = True

    def who_answers(self, party: str, track: str) -> set[str]:
        """The party itself, and whoever has its mandate for this track today."""
        today = day_of(self.now_ms)
        agents = {
            one["agent"] for one in self._mandates_of(party, track)
            if one["begins"] <= today and (one["ends"] is None or today <= one["ends"])
        }
        return agents | {party}

    def agents_shown(self, party: str, track: str) -> set[str]:
        """Who is shown the questions to a party: itself, and every agent whose mandate was not revoked."""
        return {party} | {one["agent"] for one in self._mandates_of(party, track)}

    def _mandates_of(self, party: str, track: str) -> list[Thing]:
        return [
            one for one in self.mandates.values()
            if one["principal"] == party and not one["revoked"] and (not one["tracks"] or track in one["tracks"])
        ]
