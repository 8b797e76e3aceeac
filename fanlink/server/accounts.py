"""Accounts and their tokens. Passwords are kept as argon2 hashes, tokens as SHA-256: what is stolen here opens nothing."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, select

from fanlink import wire
from fanlink.core import plain_text
from fanlink.core.commands import ID
from fanlink.core.errors import Reason, Refused
from fanlink.core.parties import Party
from fanlink.core.people import Artist, Role
from fanlink.server import balances, tables
from fanlink.server.deciding import Deciding
from fanlink.server.nouns import Account, name_key

if TYPE_CHECKING:
    from fanlink.server.door import Door

Random = Callable[[int], bytes]
LONGEST_NAME = 80
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 1_000
SESSION, PERSONAL = "session", "personal"
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Added:
    """A new account with its party, and the token that is shown once."""

    id: str
    name: str
    roles: tuple[Role, ...]
    party: str
    token: str


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token; `secret` is shown once and not kept."""

    id: str
    secret: str
    expires_ms: int | None


def add(
    door: Door, *, name: str, roles: Iterable[Role], now_ms: int, random: Random, password: str | None = None,
    teams: Iterable[str] = (), parties: Iterable[str] = (), party_names: Mapping[str, str] | None = None,
    account_id: str | None = None, hashed: str | None = None,
) -> Added:  # fmt: skip
    """Adds an account with a party of its own, and gives it a personal token.

    `hashed` is a password that `hash_password` has hashed already. `teams` are artists that it runs; `parties` are those that it answers for besides its own, made where they are not there
    yet. Refused: `name_empty`, `name_too_long`, `name_taken`, `password_too_short`, `password_too_long`, `id_taken`,
    `id_malformed`, `not_found` (a team).
    """
    hashed = hash_password(password) if password is not None else hashed
    fresh = account_id or f"person-{random(8).hex()}"
    account = Account(fresh, " ".join(name.split()), tuple(Role(role) for role in roles), f"party-{fresh.removeprefix('person-')}", now_ms)

    def act(asked: Deciding) -> Added:
        _check(asked, account, parties)
        _keep(asked, account, hashed, tuple(teams), tuple(parties), party_names or {})
        issued = issue(asked, account.id, "made with the account", PERSONAL, None, random)
        asked.note("add_account", account.id, roles=[str(role) for role in account.roles])
        return Added(account.id, account.name, account.roles, account.party, issued.secret)

    return door.act(act, now_ms)


def keep_as_party(asked: Deciding, account: Account, hashed: str) -> None:
    """Keeps a new account that is a party which was here before it. Refused as `add` refuses a name."""
    wrong = _name_faults(asked, account)
    if wrong:
        raise Refused(wrong)
    asked.store.save(account)
    _set_password(asked, account, hashed)


def _check(asked: Deciding, account: Account, parties: Iterable[str]) -> None:
    wrong = [*_name_faults(asked, account), *(Reason("id_malformed", {"id": one}) for one in (account.id, *parties) if not ID.fullmatch(one))]
    if asked.store.get(Account, account.id) or asked.store.get(Party, account.party):
        wrong.append(Reason("id_taken", {"noun": "account", "id": account.id}))
    if wrong:
        raise Refused(wrong)


def _name_faults(asked: Deciding, account: Account) -> list[Reason]:
    wrong = []
    if not account.name:
        wrong.append(Reason("name_empty"))
    if len(account.name) > LONGEST_NAME:
        wrong.append(Reason("name_too_long", {"characters": len(account.name), "most": LONGEST_NAME}))
    wrong += plain_text.faults(account.name, "name")
    table = tables.accounts
    if asked.store.rows(select(table.c.id).where(table.c.name_key == name_key(account.name))):
        wrong.append(Reason("name_taken", {"name": account.name}))
    return wrong


def _keep(
    asked: Deciding, account: Account, hashed: str | None, teams: tuple[str, ...], parties: tuple[str, ...],
    names: Mapping[str, str],
) -> None:  # fmt: skip
    store = asked.store
    store.save(Party(account.party, account.name))
    for party in parties:
        if store.get(Party, party) is None:
            store.save(Party(party, names.get(party, account.name)))
    store.save(account)
    store.put(tables.answers_for, *({"account": account.id, "party": party} for party in parties))
    for party in parties:
        balances.touch(asked, party)
    for team in teams:
        artist = store.need(Artist, team)
        store.save(replace(artist, team=(*artist.team, account.id), version=artist.version + 1))
        store.put(tables.team_members, {"artist": team, "account": account.id})
    if hashed is not None:
        _set_password(asked, account, hashed)


def _set_password(asked: Deciding, account: Account, hashed: str) -> None:
    asked.store.flush()
    change = tables.accounts.update().where(tables.accounts.c.id == account.id).values(password=hashed)
    asked.store.connection.execute(change)


# Passwords ------------------------------------------------------------------------------------------------------


def hash_password(password: str) -> str:
    """The argon2 hash; takes about a tenth of a second on purpose. Refused: too short, too long."""
    from argon2 import PasswordHasher

    if len(password) < SHORTEST_PASSWORD:
        raise Refused("password_too_short", least=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise Refused("password_too_long", most=LONGEST_PASSWORD)
    return PasswordHasher().hash(password)


def is_password(hashed: str | None, password: str) -> bool:
    """Whether the password is right. Without a hash it takes as long all the same, so that nobody learns which names exist."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerifyMismatchError

    try:
        return PasswordHasher().verify(hashed or _NOBODYS, password[:LONGEST_PASSWORD]) and hashed is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$M1GuvLNM0HhoGMnZ3vYpgB1gpCkYQcnuxEAbUAlFzBs"


@dataclass(frozen=True, slots=True)
class Secret:
    """What sign-in must know of an account."""

    account: str
    hashed: str | None


def secret_of(connection: Connection, name: str) -> Secret | None:
    """The account with this name."""
    table = tables.accounts
    row = connection.execute(select(table.c.id, table.c.password).where(table.c.name_key == name_key(name))).first()
    return Secret(row.id, row.password) if row else None


# Tokens ---------------------------------------------------------------------------------------------------------


def hash_token(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def issue(asked: Deciding, account: str, name: str, kind: str, expires_ms: int | None, random: Random) -> Issued:
    """A new token of the account."""
    secret = f"fl_{urlsafe_b64encode(random(32)).decode().rstrip('=')}"
    token_id = f"token-{random(8).hex()}"
    asked.store.add(tables.tokens, {
        "id": token_id, "hash": hash_token(secret), "account": account, "name": name, "kind": kind,
        "created_ms": asked.now_ms, "expires_ms": expires_ms,
    })  # fmt: skip
    return Issued(token_id, secret, expires_ms)


def revoke(asked: Deciding, account: str, token_id: str) -> bool:
    """Ends a token of the account; False when it has no such token."""
    return asked.store.remove(tables.tokens, id=token_id, account=account) > 0


HOLDER = select(tables.tokens.c.account, tables.tokens.c.expires_ms).where(tables.tokens.c.hash == bindparam("of"))


def holder(connection: Connection, token: str, now_ms: int) -> str | None:
    """The account whose token this is, while it is valid."""
    row = connection.execute(HOLDER, {"of": hash_token(token)}).first()
    if row is None or (row.expires_ms is not None and row.expires_ms <= now_ms):
        return None
    return row.account


def tokens_of(connection: Connection, account: str, now_ms: int) -> list[dict[str, object]]:
    """The account's tokens that are valid, without their secrets."""
    table = tables.tokens
    rows = connection.execute(select(table).where(table.c.account == account).order_by(table.c.created_ms, table.c.id))
    return [
        {"id": row.id, "name": row.name, "kind": row.kind, "created_ms": row.created_ms, "expires_ms": row.expires_ms}
        for row in rows if row.expires_ms is None or row.expires_ms > now_ms
    ]  # fmt: skip


def everyone(connection: Connection) -> list[dict[str, object]]:
    """All accounts by name, as an administrator lists them."""
    bodies = connection.execute(select(tables.accounts.c.body).order_by(tables.accounts.c.name_key)).scalars()
    found = [wire.adapter(Account).validate_json(body) for body in bodies]
    return [
        {"id": one.id, "name": one.name, "roles": [str(role) for role in one.roles], "party": one.party} for one in found
    ]
