"""What the auditor's model is made of: dicts of dicts, two exceptions and a few questions."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

Thing = dict[str, Any]
DAY_MS = 86_400_000
_FIRST_DAY = date(1970, 1, 1).toordinal()


class No(Exception):
    """The model says that a command must not be accepted."""


class Stale(Exception):
    """The model says that a command rests on an old version."""


def short_digest(value: Any) -> str:
    """SHA-256 of canonical JSON."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def day_of(now_ms: int) -> str:
    """The UTC day, written as in 2027-01-31."""
    return date.fromordinal(_FIRST_DAY + now_ms // DAY_MS).isoformat()


class Plain:
    """Things by id. What may be done to them stands in the classes that follow."""

    def __init__(self) -> None:
        self.people: dict[str, Thing] = {}
        self.artists: dict[str, Thing] = {}
        self.tracks: dict[str, Thing] = {}
        self.templates: dict[str, Thing] = {}
        self.mandates: dict[str, Thing] = {}
        self.consents: dict[str, Thing] = {}
        self.prompts: dict[str, Thing] = {}
        self.challenges: dict[str, Thing] = {}
        self.entries: dict[str, Thing] = {}
        self.remixes: dict[str, Thing] = {}
        self.cases: dict[str, Thing] = {}
        self.rendered: set[str] = set()
        self.now_ms = 0

    def scopes_of(self, person: str) -> set[str]:
        """What this person may read."""
        about = self.people[person]
        teams = self.teams_of(person)
        scopes = {"public", f"person:{person}", f"party:{about['party']}"}
        scopes |= {f"team:{artist}" for artist in teams} | {f"artist:{artist}" for artist in teams | about["follows"]}
        scopes |= {f"judges:{id_}" for id_, challenge in self.challenges.items() if person in challenge["judges"]}
        if "moderator" in about["roles"]:
            scopes.add("moderators")
        if "finance" in about["roles"]:
            scopes.add("finance")
        return scopes

    def version_of(self, id_: str) -> int | None:
        """What version the thing with this id has."""
        places = (
            self.artists, self.templates, self.mandates, self.consents, self.prompts, self.challenges, self.entries, self.remixes,
            self.cases, self.holds, self.payouts, self.batches, self.conversions, self.standing, self.proposals,
        )  # fmt: skip
        return next((place[id_].get("version") for place in places if id_ in place), None)

    def teams_of(self, person: str) -> set[str]:
        """The artists that this person runs."""
        return {id_ for id_, artist in self.artists.items() if person in artist["team"]}

    def _role(self, person: str, *roles: str) -> None:
        if not set(roles) & set(self.people[person]["roles"]):
            raise No

    def _team(self, person: str, artist: str) -> None:
        self._role(person, "artist", "label")
        if artist not in self.artists or person not in self.artists[artist]["team"]:
            raise No

    def _fresh(self, command: Thing, thing: Thing) -> None:
        if command["base_version"] is None:
            raise No
        if command["base_version"] != thing["version"]:
            raise Stale

    @staticmethod
    def _new(command: Thing, things: dict[str, Thing]) -> None:
        if command["target"] in things or command["base_version"] is not None:
            raise No

    @staticmethod
    def _need(things: dict[str, Thing], id_: str) -> Thing:
        if id_ not in things:
            raise No
        return things[id_]

    def _step(self, thing: Thing, moves: dict[str, str]) -> None:
        if thing["state"] not in moves:
            raise No
        thing["state"] = moves[thing["state"]]
        thing["version"] += 1
