"""Who is asking, and what they may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an account is for. Teams and parties say for whom it may act."""

    FAN = "fan"
    ARTIST = "artist"
    RIGHTSHOLDER = "rightsholder"
    LABEL = "label"
    MODERATOR = "moderator"
    FINANCE = "finance"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Actor:
    """An account that asks: its roles, the artists whose team it is on, the parties it answers for, whom it follows."""

    id: str
    name: str
    roles: tuple[Role, ...]
    teams: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    judges: tuple[str, ...] = ()

    def has(self, *roles: Role) -> bool:
        """True when the account has one of the roles."""
        return any(role in self.roles for role in roles)


@dataclass(frozen=True, slots=True)
class Artist:
    """A public profile, run by one or more people of its team."""

    id: str
    name: str
    about: str = ""
    artwork: str | None = None
    team: tuple[str, ...] = ()
    version: int = 1


SYSTEM = Actor("system", "FanLink", (Role.ADMIN,))


def scopes_of(actor: Actor) -> tuple[str, ...]:
    """The scopes whose documents this account may read, sorted."""
    scopes = {"public", f"person:{actor.id}"}
    scopes |= {f"artist:{artist}" for artist in (*actor.follows, *actor.teams)}
    scopes |= {f"team:{artist}" for artist in actor.teams}
    scopes |= {f"party:{party}" for party in actor.parties}
    scopes |= {f"judges:{challenge}" for challenge in actor.judges}
    if actor.has(Role.MODERATOR):
        scopes.add("moderators")
    if actor.has(Role.FINANCE):
        scopes.add("finance")
    return tuple(sorted(scopes))


def names(people: Iterable[Actor]) -> dict[str, str]:
    """Names by id."""
    return {person.id: person.name for person in people}
