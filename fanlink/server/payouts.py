"""Payouts: proposed from what the books owe, approved by two, sent once, settled or failed; and the bank's answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from fanlink.core import payouts
from fanlink.core.amounts import CURRENCY, PICO_PER_MICRO
from fanlink.core.balances import Balance
from fanlink.core.commands import ApprovePayout, FailPayout, ProposePayouts, SendPayouts, SettlePayout
from fanlink.core.digests import digest
from fanlink.core.errors import Reason, Refused
from fanlink.core.money_documents import BatchDocument, PayoutDocument
from fanlink.core.parties import Mandate
from fanlink.core.payouts import Batch, Payout, State
from fanlink.server import balances, bank_keys, books, tables
from fanlink.server.balances import Standings
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.mandates import day_of
from fanlink.server.nouns import SealedDetails
from fanlink.server.showing import Show, account_name, party_names
from fanlink.server.store import Place, Store

HANDOVER = tables.payout_handovers
FILE, PROVIDER = "file", "provider"
MOST_IN_A_BATCH = 5_000
MOST_DAYS_AHEAD = 60


def propose(asked: Deciding, data: ProposePayouts) -> None:
    """Makes a payout of every balance that is due. Refused: `nothing_due`, with why for each party that was named."""
    wrong = [Reason("currency_unknown", {"currency": one}) for one in data.currencies if not CURRENCY.fullmatch(one)]
    if wrong:
        raise Refused(wrong)
    now_owed = [one for one in asked.store.find(Balance) if _asked_for(one, data)]
    then = balances.owed_at_micro(asked.store, data.until) if data.until is not None else {}
    standings = Standings(asked.store, data.parties or None)
    made, waiting = 0, []
    for balance in now_owed:
        owed = balance.owed_micro
        if data.until is not None:
            owed = min(owed, then.get((balance.party, balance.currency), 0))
        waits = balances.waits_for(balance, standings, asked.settings, asked.now_ms, owed)
        if waits:
            waiting += [Reason(code, {"party": balance.party, "currency": balance.currency}) for code in waits]
            continue
        _propose_one(asked, balance, owed, standings)
        made += 1
    if not made:
        raise Refused([Reason("nothing_due", {}), *(waiting[:50] if data.parties else ())])


def _asked_for(balance: Balance, data: ProposePayouts) -> bool:
    named = not data.parties or balance.party in data.parties
    return named and (not data.currencies or balance.currency in data.currencies)


def _propose_one(asked: Deciding, balance: Balance, owed_micro: int, standings: Standings) -> None:
    details = standings.details(balance.party)
    assert details is not None, "a balance that is due has bank details"
    name = payout_id(asked.target, balance.party, balance.currency)
    if asked.store.get(Payout, name) is not None:
        raise Refused("id_taken", noun="payout", id=name)
    threshold = asked.settings.payout_threshold_minor(balance.currency)
    made = payouts.due(
        name, balance.party, balance.currency, owed_micro, threshold, asked.actor.id, details.id, asked.now_ms
    )
    assert made is not None, "nothing keeps this balance from being due"
    asked.store.save(made)


def payout_id(proposal: str, party: str, currency: str) -> str:
    """The id of a proposal's payout to a party: short enough to be its reference with any bank."""
    return f"payout-{digest([proposal, party, currency])[:24]}"


def approve(asked: Deciding, _data: ApprovePayout) -> None:
    """One of the two who must. Refused besides as `payouts.approve` says: `party_held`, `bank_details_changed`."""
    payout = asked.need(Payout)
    asked.same(payout)
    approved = payouts.approve(payout, asked.actor.id, (*asked.actor.parties, *_principals(asked)))
    wrong = _changed_since(Standings(asked.store, [payout.party]), payout)
    if wrong:
        raise Refused(wrong)
    asked.store.save(approved)


def _principals(asked: Deciding) -> Iterable[str]:
    """Those for whom the account may act by a mandate that holds today."""
    today = day_of(asked.now_ms)
    for mandate in asked.store.find(Mandate, agent=asked.actor.parties):
        begun = mandate.begins <= today and (mandate.ends is None or today <= mandate.ends)
        if begun and not mandate.revoked:
            yield mandate.principal


def _sealed_for_good(asked: Deciding, found: Iterable[Payout]) -> list[Reason]:
    """Why the bank details of a payout cannot be opened: found out before the money has left the books."""
    for payout in found:
        try:
            bank_keys.opened(asked.store, asked.store.need(SealedDetails, payout.bank_details))
        except Refused as error:
            return list(error.reasons)
    return []


def _changed_since(standings: Standings, payout: Payout) -> list[Reason]:
    """What has come between a payout's proposal and now."""
    wrong = [Reason("party_held", {"payout": payout.id, "party": payout.party})] if payout.party in standings.held else []
    details = standings.details(payout.party)
    if details is None or details.id != payout.bank_details:
        wrong.append(Reason("bank_details_changed", {"payout": payout.id, "party": payout.party}))
    return wrong


def send(asked: Deciding, data: SendPayouts) -> None:
    """The payouts leave: posted and durable before any file or provider is given them.

    Refused, with every reason: those of `payouts.batch_of` and `payouts.send`, `party_held`, `bank_details_changed`,
    `bank_key_missing`, `balance_too_low` (what was owed has become less), `too_many_payouts`, `bank_day_wrong`.
    """
    asked.new(Batch)
    if len(data.payouts) > MOST_IN_A_BATCH:
        raise Refused("too_many_payouts", payouts=len(data.payouts), most=MOST_IN_A_BATCH)
    asked.known(Payout, data.payouts)
    today = day_of(asked.now_ms)
    bank_day = data.bank_day or _next_working_day(today)
    if not today <= bank_day <= today + timedelta(days=MOST_DAYS_AHEAD):
        raise Refused("bank_day_wrong", day=bank_day.isoformat())
    found = [asked.store.need(Payout, name) for name in data.payouts]
    way = PROVIDER if asked.settings.payout_provider else FILE
    batch = payouts.batch_of(asked.target, found, way, bank_day, asked.actor.id, asked.now_ms)
    standings = Standings(asked.store, [one.party for one in found])
    reasons, sent = _sealed_for_good(asked, found), []
    for payout in sorted(found, key=lambda one: one.id):
        try:
            sent.append(payouts.send(payout, batch.id, asked.now_ms))
        except Refused as error:
            reasons += error.reasons
            continue
        reasons += _changed_since(standings, payout)
        owed = asked.store.need(Balance, balances.balance_id(payout.party, payout.currency)).owed_micro
        if owed * PICO_PER_MICRO < payout.amount_pico:
            reasons.append(Reason("balance_too_low", {"payout": payout.id, "party": payout.party}))
    if reasons:
        raise Refused(reasons[:200])
    house = asked.settings.bank_account() if asked.settings.bank_iban else None
    asked.store.save(replace(batch, house=house))
    for payout in sent:
        asked.store.save(payout)
    day = books.open_day(asked)
    books.append(asked, [payouts.sent_transaction(payout, day) for payout in sent])


def _next_working_day(today: date) -> date:
    """The next day that is neither Saturday nor Sunday; a bank moves a holiday by itself."""
    day = today + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def settle(asked: Deciding, _data: SettlePayout) -> None:
    """The bank says that it arrived."""
    payout = asked.need(Payout)
    asked.same(payout)
    settle_one(asked, payout)


def settle_one(asked: Deciding, payout: Payout) -> None:
    """Settles a payout; one that is settled already stays as it is."""
    settled = payouts.settle(payout, asked.now_ms)
    if settled is payout:
        return
    asked.store.save(settled)
    bank = asked.settings.bank_iban or "house"
    books.append(asked, [payouts.settled_transaction(settled, books.open_day(asked), bank)])


def fail(asked: Deciding, data: FailPayout) -> None:
    """It came back, or is given up before it leaves. Refused besides: `payout_on_its_way`, while a provider has not said."""
    payout = asked.need(Payout)
    asked.same(payout)
    if is_on_its_way(asked.store, payout):
        raise Refused("payout_on_its_way", payout=payout.id)
    fail_one(asked, payout, data.reason)


def is_on_its_way(store: Store, payout: Payout) -> bool:
    """Whether a provider was told of it and has not said yet what becomes of it."""
    begun = select(HANDOVER.c.payout).where(HANDOVER.c.payout == payout.id, HANDOVER.c.done_ms.is_(None))
    return payout.state is State.SENT and bool(store.rows(begun))


def fail_one(asked: Deciding, payout: Payout, reason: str) -> None:
    """Fails a payout; what had left goes back to the party's account by a reversal."""
    failed = payouts.fail(payout, reason, asked.now_ms)
    if failed is payout:
        return
    asked.store.save(failed)
    if payout.state is State.SENT:
        sent = books.transaction(asked.store, payouts.sent_key(payout.id))
        assert sent is not None, "what was sent is in the books"
        books.append(asked, [payouts.failed_transaction(payout, sent, books.open_day(asked))])


# Documents ------------------------------------------------------------------------------------------------------


def show(store: Store, name: str, _now_ms: int) -> Iterable[Shown]:
    """The payout, for its party and, with who did what, for finance."""
    payout = store.need(Payout, name)
    details = store.need(SealedDetails, payout.bank_details)
    document = PayoutDocument(
        payout.id, payout.party, party_names(store, [payout.party])[payout.party], payout.currency, payout.minor_units,
        payout.state, len(payout.approved_by), details.masked, payout.proposed_ms, payout.sent_ms, payout.done_ms,
        payout.reason or "", payout.batch,
    )  # fmt: skip
    yield Shown(f"party:{payout.party}", document, payout.version)
    yield Shown("finance", replace(
        document, proposed_by=account_name(store, payout.proposed_by),
        approved_by=tuple(account_name(store, one) for one in payout.approved_by), approver_ids=payout.approved_by,
    ), payout.version)  # fmt: skip


def _also(_store: Store, payout: Payout) -> Iterable[Place]:
    return ((Balance, balances.balance_id(payout.party, payout.currency)),)


def show_batch(store: Store, name: str, _now_ms: int) -> Iterable[Shown]:
    """The batch, for finance."""
    batch = store.need(Batch, name)
    amount = sum(store.need(Payout, one).minor_units for one in batch.payouts)
    yield Shown("finance", BatchDocument(
        batch.id, batch.currency, batch.payouts, amount, batch.way, batch.bank_day, account_name(store, batch.sent_by),
        batch.sent_ms, batch.handed_ms,
    ), batch.version)  # fmt: skip


def moment(now_ms: int) -> datetime:
    """A time as files write it."""
    return datetime.fromtimestamp(now_ms // 1000, UTC)


HANDLERS: dict[str, Any] = {
    "propose_payouts": propose, "approve_payout": approve, "send_payouts": send, "settle_payout": settle, "fail_payout": fail,
}
SHOWS = {Payout: Show(("payout",), show, _also), Batch: Show(("payout_batch",), show_batch)}
