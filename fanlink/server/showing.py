"""How a noun says what is to be seen of it: its documents for each scope, and what else shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fanlink.core.catalogue import Track
from fanlink.core.documents import Share
from fanlink.core.parties import Party
from fanlink.core.people import Artist
from fanlink.core.shares import Leaf
from fanlink.server.feed import Shown
from fanlink.server.nouns import Account
from fanlink.server.store import Place, Store


def _nothing(_store: Store, _value: Any) -> Iterable[Place]:
    return ()


@dataclass(frozen=True, slots=True)
class Show:
    """`kinds` are the documents that may exist of the noun, `of` those that do, `also` the other things that show it."""

    kinds: tuple[str, ...]
    of: Callable[[Store, str, int], Iterable[Shown]]
    also: Callable[[Store, Any], Iterable[Place]] = _nothing


def party_names(store: Store, parties: Iterable[str]) -> dict[str, str]:
    """The names of the parties, by id."""
    found = {party: store.get(Party, party) for party in sorted(set(parties))}
    return {party: value.name if value else party for party, value in found.items()}


def artist_name(store: Store, artist: str) -> str:
    """An artist's name."""
    value = store.get(Artist, artist)
    return value.name if value else artist


def cover_of(store: Store, track: Track) -> str | None:
    """The picture that stands for a track: its own, else its artist's."""
    artist = store.get(Artist, track.artist)
    return track.artwork or (artist.artwork if artist else None)


def account_name(store: Store, account: str) -> str:
    """The name of an account."""
    value = store.get(Account, account)
    return value.name if value else account


def shares(store: Store, leaves: Iterable[Leaf], names: Mapping[str, str] | None = None) -> tuple[Share, ...]:
    """Leaves of a split as people read them; a leaf's role is the pool that it stands in."""
    leaves = tuple(leaves)
    known = party_names(store, [leaf.party for leaf in leaves]) | dict(names or {})
    return tuple(
        Share(leaf.party, known[leaf.party], leaf.path[0] if leaf.path else leaf.party, Fraction(leaf.share))
        for leaf in leaves
    )
