"""Parties: persons and organisations with their numbers, who answers for them, and what they say before they are asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select

from fanlink.core import standing
from fanlink.core.catalogue import Track
from fanlink.core.commands import AddParty, ChangeParty, EndStandingAnswer, SetStandingAnswer
from fanlink.core.documents import PartyDocument, StandingDocument
from fanlink.core.errors import Reason, Refused
from fanlink.core.parties import Party, check_party
from fanlink.core.standing import StandingAnswer
from fanlink.server import tables
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.nouns import Account
from fanlink.server.showing import Show, party_names
from fanlink.server.store import Place, Store

TABLE = tables.parties


def add(asked: Deciding, data: AddParty) -> None:
    """A new party; refused where its numbers are wrong, or already another party's."""
    asked.new(Party)
    name, ipi, isni = check_party(data.name, data.ipi, data.isni)
    _own_numbers(asked.store, asked.target, ipi, isni)
    asked.store.save(Party(asked.target, name, data.party_kind, ipi, isni))
    if data.mine:
        asked.store.put(tables.answers_for, {"account": asked.actor.id, "party": asked.target})
        asked.store.touch(Account, asked.actor.id)


def change(asked: Deciding, data: ChangeParty) -> None:
    """Another name or other numbers, by who answers for the party."""
    party = asked.need(Party)
    asked.may(parties=(party.id,))
    asked.fresh(party)
    name, ipi, isni = check_party(data.name, data.ipi, data.isni)
    _own_numbers(asked.store, party.id, ipi, isni)
    asked.store.save(replace(party, name=name, kind=data.party_kind, ipi=ipi, isni=isni, version=party.version + 1))


def _own_numbers(store: Store, party: str, ipi: str | None, isni: str | None) -> None:
    """A number names one party only: two that share one would be paid for each other."""
    wrong = [
        Reason(code, {field: number, "party": other}) for code, field, number in (("ipi_taken", "ipi", ipi), ("isni_taken", "isni", isni))
        if number and (other := with_number(store, field, number)) not in (None, party)
    ]  # fmt: skip
    if wrong:
        raise Refused(wrong)


def with_number(store: Store, field: str, number: str) -> str | None:
    """The party with this IPI or ISNI."""
    rows = store.rows(select(TABLE.c.id).where(TABLE.c[field] == number).order_by(TABLE.c.id).limit(1))
    return rows[0].id if rows else None


def is_answered_for(store: Store, party: str) -> bool:
    """Whether any account answers for the party: only then can it be asked to agree."""
    of, accounts = tables.answers_for, tables.accounts
    return bool(
        store.rows(select(of.c.account).where(of.c.party == party).limit(1))
        or store.rows(select(accounts.c.id).where(accounts.c.party == party).limit(1))
    )


# Standing answers -----------------------------------------------------------------------------------------------


def set_standing(asked: Deciding, data: SetStandingAnswer) -> None:
    """What the party says to a first question from now on; only the party itself says it, no agent."""
    asked.may(parties=(data.party,))
    asked.known(Party, [data.party])
    asked.known(Track, data.tracks)
    was = asked.store.get(StandingAnswer, asked.target)
    if was is None:
        asked.new(StandingAnswer)
        _alone(asked, data)
    else:
        asked.may(parties=(was.party,))
        asked.fresh(was)
        if (was.party, was.use) != (data.party, data.use) or was.ended:
            raise Refused("id_taken", noun="standing answer", id=asked.target)
    asked.store.save(standing.check(StandingAnswer(
        asked.target, data.party, data.use, data.says, tuple(sorted(set(data.tracks))), data.territory, data.term_days,
        data.conditions, asked.actor.id, asked.now_ms, version=was.version + 1 if was else 1,
    )))  # fmt: skip


def _alone(asked: Deciding, data: SetStandingAnswer) -> None:
    """One answer for each use and track, or two rules would speak against each other."""
    for other in of_party(asked.store, data.party, data.use):
        if bool(other.tracks) == bool(data.tracks) and (not data.tracks or set(other.tracks) & set(data.tracks)):
            raise Refused("standing_answer_there", use=str(data.use), standing=other.id)


def end_standing(asked: Deciding, _data: EndStandingAnswer) -> None:
    """The party is asked again; what was answered stays."""
    found = asked.need(StandingAnswer)
    asked.may(parties=(found.party,))
    asked.fresh(found)
    if found.ended:
        raise Refused("illegal_step", step="end", state="ended", open_steps=[])
    asked.store.save(replace(found, ended=True, version=found.version + 1))


def of_party(store: Store, party: str, use: str | None = None) -> list[StandingAnswer]:
    """The standing answers of a party that hold, for one use or all."""
    where = {"party": party} | ({"use": str(use)} if use else {})
    return [one for one in store.find(StandingAnswer, **where) if not one.ended]


# Documents ------------------------------------------------------------------------------------------------------


def show_party(store: Store, party_id: str, _now_ms: int) -> Iterable[Shown]:
    """The party for those who answer for it."""
    party = store.need(Party, party_id)
    return (Shown(f"party:{party.id}", PartyDocument(party.id, party), party.version),)


def show_standing(store: Store, answer_id: str, _now_ms: int) -> Iterable[Shown]:
    """The answer for its party, while it holds."""
    found = store.need(StandingAnswer, answer_id)
    if found.ended:
        return ()
    name = party_names(store, [found.party])[found.party]
    return (Shown(f"party:{found.party}", StandingDocument(found.id, found, name), found.version),)


def _also(store: Store, party: Party) -> Iterable[Place]:
    """A party's name stands in the documents of its tracks; one that was only just added has no other name anywhere."""
    if party.version == 1:
        return ()
    of = tables.track_parties
    return tuple((Track, row.track) for row in store.rows(select(of.c.track).where(of.c.party == party.id)))


HANDLERS = {
    "add_party": add,
    "change_party": change,
    "set_standing_answer": set_standing,
    "end_standing_answer": end_standing,
}
SHOWS = {Party: Show(("party",), show_party, _also), StandingAnswer: Show(("standing",), show_standing)}
