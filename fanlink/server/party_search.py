"""Looking for a party to give a mandate to: few results, none of fans, and no way to list everybody."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, or_, select

from fanlink.core.parties import Party, PartyKind
from fanlink.core.party_search import MOST_FOUND, Wanted, ending, wanted
from fanlink.core.people import Role
from fanlink.server import tables
from fanlink.server.nouns import Account
from fanlink.server.store import Store

TABLE = tables.parties
MOST_READ = 400


def search(connection: Connection, is_sqlite: bool, typed: str) -> dict[str, Any]:
    """Up to eight parties by name, in its order; `more` says that there are others. Refused: `search_too_short`."""
    asked = wanted(typed)
    store = Store(connection, is_sqlite)
    ids = [row.id for row in store.rows(select(TABLE.c.id).where(_holding(asked)).order_by(TABLE.c.name, TABLE.c.id).limit(MOST_READ))]
    found = [party for party in (store.need(Party, name) for name in ids) if _is_it(party, asked) and _is_public(store, party)]
    return {"parties": [_told(party) for party in found[:MOST_FOUND]], "more": len(found) > MOST_FOUND}


def _holding(asked: Wanted) -> Any:
    """What the database can say of it; the rule itself is `Wanted.is_named`."""
    longest = max(asked.words, key=len)
    # a database folds the case of letters beyond ASCII or not, so each way to write the word is asked for
    spelt = {longest, longest.upper(), longest.title()}
    tests = [TABLE.c.name.icontains(one, autoescape=True) for one in sorted(spelt)]
    tests += [TABLE.c.ipi == asked.ipi] if asked.ipi else []
    tests += [TABLE.c.isni == asked.isni] if asked.isni else []
    return or_(*tests)


def _is_it(party: Party, asked: Wanted) -> bool:
    numbered = (asked.ipi is not None and party.ipi == asked.ipi) or (asked.isni is not None and party.isni == asked.isni)
    return numbered or asked.is_named(party.name)


def _is_public(store: Store, party: Party) -> bool:
    """False for the parties of people who are fans and nothing else: nobody looks them up."""
    if party.kind is PartyKind.ORGANISATION:
        return True
    accounts = store.find(Account, party=party.id)
    return not accounts or any(set(one.roles) - {Role.FAN} for one in accounts)


def _told(party: Party) -> dict[str, Any]:
    return {"id": party.id, "name": party.name, "kind": str(party.kind), "ipi": ending(party.ipi), "isni": ending(party.isni)}
