"""The server's money routes as its own functions answer them, and a payment provider that answers late, twice or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Any

import httpx

from fanlink.core.bank_accounts import BankDetails
from fanlink.core.payouts import Payout
from fanlink.core.people import Actor, Role
from fanlink.server import bank_details
from fanlink.server.handing import Handing, NotHanded, Outcome
from fanlink.server.replies import Reply
from fanlink.server.routes.payouts import Format, file_of, hand
from fanlink.server.store import Store

STEP_UP = "/v1/step-up"
FILE = re.compile(r"/v1/payout-batches/([^/]+)/file")
HOUSE = ("FanLink", "DE02120300000000202051", "BYLADEM1001")
Act = Callable[[Callable[[Any], Any]], Any]


def is_money(path: str) -> bool:
    """Whether a request is answered here."""
    return path == STEP_UP or FILE.fullmatch(path) is not None


class MoneyDesk:
    """`stepped_up` is told (person, secret) and `handed` the batch whose file is given away, each once that is durable."""

    def __init__(
        self, store: Callable[[Callable[[Store], Any]], Any], act: Act, chance: Random,
        stepped_up: Callable[[str, str], None], handed: Callable[[str], None],
    ) -> None:
        self._store, self._act, self._chance = store, act, chance
        self._stepped_up, self._handed = stepped_up, handed

    def answer(self, actor: Actor, path: str, request: httpx.Request) -> httpx.Response:
        """What the routes of the server answer."""
        if path == STEP_UP:
            made = self._act(lambda asked: bank_details.step_up(asked, actor.id, self._chance.randbytes))
            self._stepped_up(actor.id, made.secret)
            return httpx.Response(200, json={"step_up": made.secret, "expires_ms": made.expires_ms})
        named = FILE.fullmatch(path)
        assert named is not None, "is_money was asked"
        if not actor.has(Role.FINANCE):
            raise Reply(403, "not_allowed")
        batch, kind = named[1], Format(request.url.params["format"])
        body = self._store(lambda store: file_of(store, batch, kind))
        self._act(lambda asked: hand(asked, batch, kind, actor.id))
        self._handed(batch)
        return httpx.Response(200, content=body)


class PaymentProvider:
    """Pays what it is told, once for each key, whatever becomes of its answer. `wrong` hears what it must not be asked."""

    def __init__(self, chance: Random, wrong: Callable[[str], None]) -> None:
        self._chance, self._wrong = chance, wrong
        self.paid: dict[str, tuple[Any, ...]] = {}
        self._refused: set[str] = set()

    def forgotten(self, known: set[str]) -> None:
        """The server went back in time: what it knows nothing of any more it may ask for anew, and otherwise."""
        self.paid = {name: wants for name, wants in self.paid.items() if name in known}
        self._refused &= known

    def pay(self, payout: Payout, details: BankDetails) -> Outcome:
        """One try; half of the answers is lost, with the first try before it was carried out or after."""
        wants = (payout.minor_units, payout.currency, details.account.iban)
        if payout.id in self.paid and self.paid[payout.id] != wants:
            self._wrong(f"the provider is asked to pay {payout.id} otherwise than before")
        if self._chance.randrange(4) == 0:
            raise NotHanded("nothing was heard of it")
        if payout.id not in self.paid and payout.id not in self._refused:
            if self._chance.randrange(6) == 0:
                self._refused.add(payout.id)
            else:
                self.paid[payout.id] = wants
        if self._chance.randrange(3) == 0:
            raise NotHanded("the answer was lost")
        if payout.id in self._refused:
            return Outcome(refused="the provider said no (422)")
        return Outcome(reference=f"ref-{payout.id}")


class HandingOver:
    """One round of handing over. `told` hears of each payout that is durably on its way to the provider, `said` what was kept of its answer."""

    def __init__(self, act: Act, provider: PaymentProvider, told: Callable[[str], None], said: Callable[[str, str], None]) -> None:
        self._act_through, self._provider, self._told, self._said = act, provider, told, said
        self._kept: tuple[str, str] | None = None

    def step(self) -> int:
        """How many the provider answered for."""
        return Handing(self._act, self).step()  # type: ignore[arg-type]

    def _act(self, work: Callable[[Any], Any]) -> Any:
        kept, self._kept = self._kept, None
        done = self._act_through(work)
        if kept is not None:
            self._said(*kept)
        return done

    def pay(self, payout: Payout, details: BankDetails) -> Outcome:
        """One try at the provider, of which `_act` then keeps what it said."""
        self._told(payout.id)
        outcome = self._provider.pay(payout, details)
        self._kept = payout.id, outcome.refused
        return outcome
