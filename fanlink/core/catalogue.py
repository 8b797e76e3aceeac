"""The catalogue: a track with who owns it, and a split proposed for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fanlink.core.consents import who_must_agree
from fanlink.core.errors import Reason
from fanlink.core.parties import Stake, claims
from fanlink.core.tracks import TrackFacts


@dataclass(frozen=True, slots=True)
class Track:
    """A track as the catalogue holds it: its facts, who owns it, and whose voice is in it.

    `contested` are claims of parties that would lose what they held and have not agreed to it.
    """

    id: str
    artist: str
    facts: TrackFacts
    stakes: tuple[Stake, ...]
    featured: tuple[str, ...] = ()
    isrc: str | None = None
    iswc: str | None = None
    artwork: str | None = None
    version: int = 1
    contested: tuple[Stake, ...] = ()

    @property
    def parties(self) -> tuple[str, ...]:
        """Every party that must agree to a use of it."""
        return who_must_agree(self.stakes, self.featured, self.contested)

    @property
    def claims(self) -> list[Reason]:
        """What is wrong with who owns it; nothing of it can be published until this is empty."""
        return claims(self.stakes, self.contested)


@dataclass(frozen=True, slots=True)
class ProposedTemplate:
    """A split proposed for a track, with who has signed it. `tree` is the template as data and never changes.

    `counters` is the proposal that it answers, `countered_by` the one that answered it: then it can no longer be signed.
    """

    id: str
    track: str
    tree: Mapping[str, Any]
    parties: tuple[str, ...]
    signed: tuple[str, ...] = ()
    version: int = 1
    note: str = ""
    counters: str = ""
    countered_by: str = ""

    @property
    def unsigned(self) -> tuple[str, ...]:
        """Who has not signed yet."""
        return tuple(party for party in self.parties if party not in self.signed)
