"""Artists, their teams and those who follow them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, func, select

from fanlink.core import plain_text
from fanlink.core.commands import AddArtist, AddTeamMember, FollowArtist, RemoveTeamMember, UnfollowArtist
from fanlink.core.documents import AccountDocument, ArtistDocument
from fanlink.core.errors import Reason, Refused
from fanlink.core.people import Artist
from fanlink.server import tables
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.nouns import Account
from fanlink.server.showing import Show
from fanlink.server.store import Store

LONGEST_NAME = 120
LONGEST_ABOUT = 4_000


def _count(table: Table, *tests: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(table).where(table.c.artist == bindparam("artist"), *tests).scalar_subquery()


COUNTS = select(_count(tables.tracks), _count(tables.prompts, tables.prompts.c.state == "published"))


def add(asked: Deciding, data: AddArtist) -> None:
    """A new artist, whose first team member is who asks; refused without a name or with one that is too long."""
    asked.new(Artist)
    wrong = []
    if not data.name.strip():
        wrong.append(Reason("name_empty"))
    if len(data.name) > LONGEST_NAME:
        wrong.append(Reason("name_too_long", {"characters": len(data.name), "most": LONGEST_NAME}))
    wrong += plain_text.faults(data.name, "name")
    if len(data.about) > LONGEST_ABOUT:
        wrong.append(Reason("about_too_long", {"characters": len(data.about), "most": LONGEST_ABOUT}))
    if wrong:
        raise Refused(wrong)
    artist = Artist(asked.target, data.name, data.about, data.artwork, (asked.actor.id,))
    asked.store.save(artist)
    _join(asked.store, artist.id, asked.actor.id)


def follow(asked: Deciding, _data: FollowArtist) -> None:
    """The artist's published remixes come with the feed from now on; following twice changes nothing."""
    asked.need(Artist)
    asked.store.put(tables.follows, {"artist": asked.target, "account": asked.actor.id})
    asked.store.touch(Account, asked.actor.id)


def unfollow(asked: Deciding, _data: UnfollowArtist) -> None:
    """They no longer come; not to follow twice changes nothing."""
    asked.need(Artist)
    asked.store.drop(tables.follows, artist=asked.target, account=asked.actor.id)
    asked.store.touch(Account, asked.actor.id)


def add_team_member(asked: Deciding, data: AddTeamMember) -> None:
    """Another person runs the artist's profile."""
    artist = asked.need(Artist)
    asked.may(team=artist.id)
    asked.fresh(artist)
    asked.known(Account, [data.person])
    if data.person in artist.team:
        raise Refused("already_on_team", person=data.person)
    asked.store.save(replace(artist, team=(*artist.team, data.person), version=artist.version + 1))
    _join(asked.store, artist.id, data.person)


def remove_team_member(asked: Deciding, data: RemoveTeamMember) -> None:
    """A person leaves the team; the last one cannot, for nobody could run the artist then."""
    artist = asked.need(Artist)
    asked.may(team=artist.id)
    asked.fresh(artist)
    team = tuple(person for person in artist.team if person != data.person)
    if team == artist.team:
        raise Refused("not_on_team", person=data.person)
    if not team:
        raise Refused("last_team_member", person=data.person)
    asked.store.save(replace(artist, team=team, version=artist.version + 1))
    asked.store.drop(tables.team_members, artist=artist.id, account=data.person)
    asked.store.touch(Account, data.person)


def _join(store: Store, artist: str, person: str) -> None:
    store.put(tables.team_members, {"artist": artist, "account": person})
    store.touch(Account, person)


def show_artist(store: Store, artist_id: str, _now_ms: int) -> Iterable[Shown]:
    """The card, for everyone."""
    artist = store.need(Artist, artist_id)

    ((tracks, open_prompts),) = store.rows(COUNTS, {"artist": artist_id})
    card = ArtistDocument(artist.id, artist.name, artist.about, artist.artwork, tracks, open_prompts, artist.version)
    return (Shown("public", card, artist.version),)


def show_account(store: Store, account_id: str, _now_ms: int) -> Iterable[Shown]:
    """The account itself, for its person."""
    account, actor = store.need(Account, account_id), store.actor(account_id)
    assert actor is not None
    document = AccountDocument(
        account.id, account.name, account.roles, account.party, actor.teams, actor.parties, actor.follows
    )
    return (Shown(f"person:{account.id}", document, account.version),)


HANDLERS = {
    "add_artist": add,
    "follow_artist": follow,
    "unfollow_artist": unfollow,
    "add_team_member": add_team_member,
    "remove_team_member": remove_team_member,
}
SHOWS = {Artist: Show(("artist",), show_artist), Account: Show(("account",), show_account)}
