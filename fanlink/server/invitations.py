"""The unclaimed register's invitations: a link for a party whom nobody here answers for; whoever follows it becomes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from fanlink.core import invitations
from fanlink.core.commands import InviteParty, WithdrawInvitation
from fanlink.core.errors import Refused
from fanlink.core.invitations import Invitation, InvitationState
from fanlink.core.money_documents import InvitationDocument
from fanlink.core.parties import Party
from fanlink.core.people import Role
from fanlink.server import accounts, balances, tables
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.nouns import Account
from fanlink.server.showing import Show, account_name, party_names
from fanlink.server.store import Store

DAY_MS = 86_400_000
OWNERS = (Role.ARTIST, Role.LABEL, Role.RIGHTSHOLDER)


@dataclass(frozen=True, slots=True)
class Seen:
    """What whoever holds a link is told before they confirm who they are."""

    party: str
    party_name: str
    expires_ms: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """Who became the party; `token` is for a new account only."""

    account: str
    party: str
    token: str | None
    expires_ms: int | None


def invite(asked: Deciding, data: InviteParty) -> None:
    """A new link for a party. One that is open already works no more: there is never more than one.

    Refused: `party_claimed`, `secret_hash_malformed`; `not_allowed` for a label or artist with whom the party shares no track.
    """
    asked.new(Invitation)
    asked.known(Party, [data.party])
    if not asked.actor.has(Role.FINANCE) and data.party not in _partners(asked):
        raise Refused("not_allowed", kind="invite_party", party=data.party)
    if balances.Standings(asked.store, [data.party]).of(data.party, "EUR").claimed:
        raise Refused("party_claimed", party=data.party)
    if asked.store.find(Invitation, secret_hash=data.secret_hash):
        raise Refused("id_taken", noun="invitation", id=asked.target)
    _end_open(asked, data.party)
    expires_ms = asked.now_ms + asked.settings.invitation_days * DAY_MS
    asked.store.save(Invitation(asked.target, data.party, data.secret_hash, asked.actor.id, asked.now_ms, expires_ms))
    balances.touch(asked, data.party)


def _partners(asked: Deciding) -> set[str]:
    """All who own a piece of a track of the actor's teams, or of one that a party of the actor's owns a piece of."""
    track, owned = tables.tracks, tables.track_parties
    mine = select(owned.c.track).where(owned.c.party.in_(asked.actor.parties))
    ours = select(track.c.id).where(track.c.artist.in_(asked.actor.teams))
    chosen = select(owned.c.party).where(owned.c.track.in_(mine) | owned.c.track.in_(ours)).distinct()
    return {row.party for row in asked.store.rows(chosen)}


def withdraw(asked: Deciding, _data: WithdrawInvitation) -> None:
    """The link works no more."""
    invitation = asked.need(Invitation)
    if not asked.actor.has(Role.FINANCE) and invitation.invited_by != asked.actor.id:
        raise Refused("not_allowed", kind="withdraw_invitation")
    asked.same(invitation)
    asked.store.save(invitations.withdraw(invitation))
    balances.touch(asked, invitation.party)


def _end_open(asked: Deciding, party: str) -> None:
    for one in asked.store.find(Invitation, party=party, state=str(InvitationState.OPEN)):
        asked.store.save(invitations.withdraw(one))


# Following a link -----------------------------------------------------------------------------------------------


def look(store: Store, secret: str, now_ms: int) -> Seen:
    """Whom a link is for; refused as `invitation_unusable`."""
    invitation = _of_secret(store, secret)
    if invitation is None or not invitation.is_open(now_ms):
        raise Refused("invitation_unusable")
    return Seen(invitation.party, party_names(store, [invitation.party])[invitation.party], invitation.expires_ms)


def _of_secret(store: Store, secret: str) -> Invitation | None:
    found = store.find(Invitation, secret_hash=accounts.hash_token(invitations.secret_in(secret)))
    return found[0] if found else None


def accept_as(asked: Deciding, account_id: str, secret: str, party: str) -> Accepted:
    """An account that is here already answers for the party from now on."""
    account = asked.store.need(Account, account_id)
    roles = account.roles if set(OWNERS) & set(account.roles) else (*account.roles, Role.RIGHTSHOLDER)
    _use(asked, secret, party, account.id)
    asked.store.save(replace(account, roles=roles, version=account.version + 1))
    asked.store.put(tables.answers_for, {"account": account.id, "party": party})
    return Accepted(account.id, party, None, None)


def accept_new(
    asked: Deciding, name: str, hashed: str, secret: str, party: str, random: accounts.Random, token_expires_ms: int
) -> Accepted:
    """A new account that is the party. Refused besides: `name_taken` and what else `accounts.add` refuses."""
    account = Account(f"person-{random(8).hex()}", " ".join(name.split()), (Role.RIGHTSHOLDER,), party, asked.now_ms)
    _use(asked, secret, party, account.id)
    accounts.keep_as_party(asked, account, hashed)
    issued = accounts.issue(asked, account.id, "signed in", accounts.SESSION, token_expires_ms, random)
    return Accepted(account.id, party, issued.secret, issued.expires_ms)


def _use(asked: Deciding, secret: str, party: str, account: str) -> None:
    invitation = _of_secret(asked.store, secret)
    if invitation is None:
        raise Refused("invitation_unusable")
    asked.store.save(invitations.accept(invitation, party, account, asked.now_ms))
    balances.touch(asked, party)
    asked.note("accept_invitation", invitation.id, party=party, account=account)


def show(store: Store, name: str, _now_ms: int) -> Iterable[Shown]:
    """The invitation, for finance and for who made it."""
    one = store.need(Invitation, name)
    document = InvitationDocument(
        one.id, one.party, party_names(store, [one.party])[one.party], one.state, account_name(store, one.invited_by),
        one.invited_ms, one.expires_ms, one.used_ms,
    )  # fmt: skip
    return tuple(Shown(scope, document, one.version) for scope in ("finance", f"person:{one.invited_by}"))


HANDLERS: dict[str, Any] = {"invite_party": invite, "withdraw_invitation": withdraw}
SHOWS = {Invitation: Show(("invitation",), show)}
