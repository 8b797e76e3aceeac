"""What the auditor's model is made of: dicts of dicts, two exceptions and a few questions."""

from __future__ import annotations

import hashlib
import json
from typing import Any

Thing = dict[str, Any]


class No(Exception):
    """The model says that a command must not be accepted."""


class Stale(Exception):
    """The model says that a command rests on an old version."""


def short_digest(value: Any) -> str:
    """SHA-256 of canonical JSON."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


class Plain:
    """Things by id. What may be done to them stands in the classes that follow."""

    def __init__(self) -> None:
        self.people: dict[str, Thing] = {}
        self.artists: dict[str, set[str]] = {}
        self.tracks: dict[str, Thing] = {}
        self.consents: dict[str, Thing] = {}
        self.prompts: dict[str, Thing] = {}
        self.remixes: dict[str, Thing] = {}
        self.cases: dict[str, Thing] = {}
        self.rendered: set[str] = set()
        self.now_ms = 0

    def scopes_of(self, person: str) -> set[str]:
        """What this person may read."""
        about = self.people[person]
        teams = {artist for artist, team in self.artists.items() if person in team}
        scopes = {"public", f"person:{person}", f"party:{about['party']}"}
        scopes |= {f"team:{artist}" for artist in teams} | {f"artist:{artist}" for artist in teams | about["follows"]}
        if "moderator" in about["roles"]:
            scopes.add("moderators")
        if "finance" in about["roles"]:
            scopes.add("finance")
        return scopes

    def _role(self, person: str, *roles: str) -> None:
        if not set(roles) & set(self.people[person]["roles"]):
            raise No

    def _team(self, person: str, artist: str) -> None:
        self._role(person, "artist")
        if person not in self.artists.get(artist, ()):
            raise No

    def _fresh(self, command: Thing, thing: Thing) -> None:
        if command["base_version"] is None:
            raise No
        if command["base_version"] != thing["version"]:
            raise Stale

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
