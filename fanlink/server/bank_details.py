"""Where payouts go: set by the payee, with the password once more, kept sealed, shown to the payee alone and not whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from fanlink.core import bank_accounts
from fanlink.core.commands import SetBankDetails
from fanlink.core.errors import Refused
from fanlink.core.money_documents import BankDetailsDocument, ShownAccount
from fanlink.core.parties import Party
from fanlink.server import accounts, balances, bank_keys, tables
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.nouns import SealedDetails
from fanlink.server.showing import Show, account_name, party_names
from fanlink.server.store import Store

STEP_UP = tables.step_ups
STEP_UP_MS = 5 * 60_000


@dataclass(frozen=True, slots=True)
class SteppedUp:
    """What a password entered once more gives: a secret for one use within a few minutes."""

    secret: str
    expires_ms: int


def step_up(asked: Deciding, account: str, random: accounts.Random) -> SteppedUp:
    """A new secret of the account, whose password was right; those that ran out are forgotten."""
    asked.store.flush()
    asked.store.connection.execute(STEP_UP.delete().where(STEP_UP.c.expires_ms <= asked.now_ms))
    secret, expires_ms = random(24).hex(), asked.now_ms + STEP_UP_MS
    asked.store.add(STEP_UP, {"hash": accounts.hash_token(secret), "account": account, "expires_ms": expires_ms})
    return SteppedUp(secret, expires_ms)


def set_details(asked: Deciding, data: SetBankDetails) -> None:
    """Other bank details of a party. Refused: `step_up_needed`, `iban_wrong` and the like, `account_name_not_latin`, `nothing_changed`, and as `bank_keys.seal` says."""
    asked.may(parties=(data.party,))
    asked.new(SealedDetails)
    asked.known(Party, [data.party])
    _use_step_up(asked, data.step_up)
    account = bank_accounts.account_of(data.name, data.iban, data.bic)
    if not any(letter.isalpha() for letter in bank_accounts.bank_text(account.name)):
        raise Refused("account_name_not_latin")
    before = newest(asked.store, data.party)
    delay = asked.settings.bank_details_delay_days
    known = bank_keys.opened(asked.store, before) if before is not None else None
    details = bank_accounts.next_details(asked.target, data.party, account, known, asked.actor.id, asked.now_ms, delay)
    asked.store.save(bank_keys.seal(asked.store, details))
    if before is not None:
        asked.store.touch(SealedDetails, before.id)
    balances.touch(asked, data.party)
    asked.note("bank_details_set", data.party, number=details.number, payable_from_ms=details.payable_from_ms)


def _use_step_up(asked: Deciding, secret: str) -> None:
    hashed = accounts.hash_token(secret)
    found = asked.store.rows(select(STEP_UP).where(STEP_UP.c.hash == hashed, STEP_UP.c.account == asked.actor.id))
    if not found or found[0].expires_ms <= asked.now_ms:
        raise Refused("step_up_needed")
    asked.store.remove(STEP_UP, hash=hashed)


def newest(store: Store, party: str) -> SealedDetails | None:
    """The details that count now."""
    return max(store.find(SealedDetails, party=party), key=lambda one: one.number, default=None)


def show(store: Store, name: str, _now_ms: int) -> Iterable[Shown]:
    """The newest details, for those who answer for the party; older ones are seen no more."""
    details = store.need(SealedDetails, name)
    found = newest(store, details.party)
    if found is None or found.id != details.id:
        return ()
    document = BankDetailsDocument(
        details.id, details.party, party_names(store, [details.party])[details.party],
        ShownAccount(details.name, details.masked, details.has_bic), details.number,
        account_name(store, details.set_by), details.set_ms, details.payable_from_ms,
    )  # fmt: skip
    return (Shown(f"party:{details.party}", document, details.version),)


HANDLERS: dict[str, Any] = {"set_bank_details": set_details}
SHOWS = {SealedDetails: Show(("bank_details",), show)}
