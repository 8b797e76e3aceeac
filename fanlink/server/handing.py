"""Handing payouts to a payment provider: at most once for each, whatever is lost on the way.

That a payout is being handed over is durable before the provider hears of it, and every try carries the payout's id as
its idempotency key: a provider that took the first try and whose answer was lost answers the second as it answered the
first. A payout is failed only when the provider said no; a time-out says nothing, and is tried again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import select

from fanlink.core.bank_accounts import BankDetails
from fanlink.core.errors import Refused, Unavailable
from fanlink.core.payouts import Payout, State
from fanlink.royalties.payouts import decimal_text
from fanlink.server import bank_keys, payouts, tables
from fanlink.server.deciding import Deciding
from fanlink.server.nouns import SealedDetails
from fanlink.server.settings import Settings

log = logging.getLogger("fanlink.server")
HANDOVER, PAYOUT, BATCH = tables.payout_handovers, tables.payouts, tables.payout_batches
PATIENCE_S = 30.0
LOOK_AGAIN_S = 5.0
MOST_AT_ONCE = 100
NO = (400, 422)  # not 409: to many providers it means that the first try with this key is still under way
Act = Callable[[Callable[[Deciding], Any]], Any]


class NotHanded(Unavailable):
    """The provider gave no answer that counts; it is asked again with the same key."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the provider said: its reference, or why it will not pay."""

    reference: str = ""
    refused: str = ""


class Provider:
    """A payment provider's address. `pay` sends one payout, and may send it again."""

    def __init__(self, url: str, token: str = "", patience_s: float = PATIENCE_S) -> None:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        self._client = httpx.Client(timeout=patience_s, headers=headers, follow_redirects=False)
        self._url = url

    def pay(self, payout: Payout, details: BankDetails) -> Outcome:
        """One try. Raises `NotHanded` where it is not known what became of it."""
        account = details.account
        body = {
            "id": payout.id, "amount": decimal_text(payout.minor_units, payout.currency), "currency": payout.currency,
            "name": account.name, "iban": account.iban, "bic": account.bic, "purpose": purpose(payout),
        }  # fmt: skip
        try:
            reply = self._client.post(self._url, json=body, headers={"idempotency-key": payout.id})
            if reply.status_code in NO:
                return Outcome(refused=f"the provider said no ({reply.status_code}) {_told(reply)}".strip())
            if not reply.is_success:
                raise NotHanded(f"the provider answered {reply.status_code}")
            return Outcome(reference=str(reply.json().get("reference", ""))[:200])
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, AttributeError) as error:
            raise NotHanded(f"the provider cannot be reached: {type(error).__name__}") from error

    def close(self) -> None:
        """Ends its connections."""
        self._client.close()


def _told(reply: httpx.Response) -> str:
    return " ".join(reply.text[:200].split())


def purpose(payout: Payout) -> str:
    """What the payee reads on the bank's statement."""
    return f"FanLink royalties {payout.id}"


class Handing:
    """Hands over what was sent, one payout after the other, in order of their ids."""

    def __init__(self, act: Act, provider: Provider) -> None:
        self._act, self._provider = act, provider

    def step(self) -> int:
        """Hands over what waits, at most so much at once; gives how many the provider answered for."""
        done = 0
        for name in self._act(_waiting):
            payout, details = self._act(lambda asked, name=name: _begin(asked, name))
            if payout is not None:
                outcome = self._provider.pay(payout, details)
                self._act(lambda asked, name=name, outcome=outcome: _finish(asked, name, outcome))
                done += 1
        return done


def _waiting(asked: Deciding) -> list[str]:
    done = select(HANDOVER.c.payout).where(HANDOVER.c.done_ms.is_not(None))
    chosen = (
        select(PAYOUT.c.id).join(BATCH, BATCH.c.id == PAYOUT.c.batch)
        .where(PAYOUT.c.state == str(State.SENT), BATCH.c.way == payouts.PROVIDER, PAYOUT.c.id.not_in(done))
    )  # fmt: skip
    return [row.id for row in asked.store.rows(chosen.order_by(PAYOUT.c.id).limit(MOST_AT_ONCE))]


def _begin(asked: Deciding, name: str) -> tuple[Payout | None, BankDetails | None]:
    """Makes it durable that this payout is on its way to the provider; nothing for one that no longer waits."""
    payout = asked.store.need(Payout, name)
    rows = asked.store.rows(select(HANDOVER).where(HANDOVER.c.payout == name))
    if payout.state is not State.SENT or (rows and rows[0].done_ms is not None):
        return None, None
    if not rows:
        asked.store.add(HANDOVER, {"payout": name, "begun_ms": asked.now_ms, "done_ms": None, "reference": None})
        asked.note("hand_over_payout", name)
    return payout, bank_keys.opened(asked.store, asked.store.need(SealedDetails, payout.bank_details))


def _finish(asked: Deciding, name: str, outcome: Outcome) -> None:
    """Keeps what the provider said; its no returns the money to the party's account."""
    rows = asked.store.rows(select(HANDOVER).where(HANDOVER.c.payout == name))
    if rows[0].done_ms is not None:
        return
    asked.store.change(
        HANDOVER.update().where(HANDOVER.c.payout == name),
        [{"done_ms": asked.now_ms, "reference": outcome.reference or outcome.refused}],
    )  # fmt: skip
    asked.note("payout_handed_over", name, reference=outcome.reference, refused=outcome.refused)
    if outcome.refused:
        payouts.fail_one(asked, asked.store.need(Payout, name), outcome.refused)


class HandingThread:
    """Looks every few seconds, while the server runs and a provider is set."""

    def __init__(self, act: Act, settings: Settings) -> None:
        self._provider = Provider(settings.payout_provider, settings.payout_provider_token)
        self._handing, self._stopped = Handing(act, self._provider), threading.Event()
        self._thread = threading.Thread(target=self._run, name="fanlink-handing", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends it after the try under way."""
        self._stopped.set()
        self._thread.join(PATIENCE_S)
        self._provider.close()

    def _run(self) -> None:
        while not self._stopped.wait(LOOK_AGAIN_S):
            try:
                self._handing.step()
            except Unavailable:
                continue
            except Refused as error:
                log.error("payouts cannot be handed over: %s", error)
