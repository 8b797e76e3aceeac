"""Planted bugs in how money leaves or changes its currency: payouts, bank details, files, providers, conversions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fanlink.core import bank_accounts
from fanlink.core import conversions as conversion_rules
from fanlink.core import payouts as rules
from fanlink.server import account_months, balances, bank_details, handing, later_sheets, payouts
from fanlink.server.nouns import SealedDetails
from fanlink.server.routes import payouts as routes
from fanlink.simulation import money_desk
from fanlink.simulation.planting import Bug, Planter


def _rounded_up(plant: Planter) -> None:
    """A payout takes the next whole minor unit."""
    def make(was: Any) -> Any:
        return lambda micro, currency: (was(micro, currency)[0] + 1, 0)
    plant.wrap(rules, "whole_minor_units", make)


def _one_approval(plant: Planter) -> None:
    """One of two is enough."""
    plant.put(rules, "APPROVALS_NEEDED", 1)


def _approved_twice(plant: Planter) -> None:
    """One person approves twice, and counts for two."""
    def make(was: Any) -> Any:
        return lambda payout, by, by_parties=(): was(payout, f"{by}-again" if by in payout.approved_by else by, by_parties)
    plant.wrap(rules, "approve", make)


def _principals_forgotten(plant: Planter) -> None:
    """Whoever acts for the payee by a mandate approves their payout."""
    plant.put(payouts, "_principals", lambda asked: ())


def _change_counts_at_once(plant: Planter) -> None:
    """Other bank details are paid to on the same day."""
    def make(was: Any) -> Any:
        return lambda id, party, account, before, by, now_ms, delay_days: was(id, party, account, before, by, now_ms, 0)
    plant.wrap(bank_accounts, "next_details", make)


def _change_unnoticed(plant: Planter) -> None:
    """What was proposed to one account is sent although the payee has named another since."""
    plant.put(payouts, "_changed_since", lambda standings, payout: [])


def _step_up_for_ever(plant: Planter) -> None:
    """The password's secret is good for more than one use."""
    def use(asked: Any, secret: str) -> None:
        hashed = bank_details.accounts.hash_token(secret)
        found = asked.store.rows(bank_details.select(bank_details.STEP_UP).where(bank_details.STEP_UP.c.hash == hashed))
        if not found:
            raise bank_details.Refused("step_up_needed")
    plant.put(bank_details, "_use_step_up", use)


def _file_follows_the_details(plant: Planter) -> None:
    """A file that is fetched later names the account of that day."""
    def make(was: Any) -> Any:
        def file_of(store: Any, batch: str, kind: Any) -> bytes:
            class Newest:
                def __getattr__(self, name: str) -> Any:
                    return getattr(store, name)

                def need(self, noun: Any, name: str) -> Any:
                    found = store.need(noun, name)
                    return bank_details.newest(store, found.party) if noun is SealedDetails else found
            return bytes(was(Newest(), batch, kind))
        return file_of
    for owner in (routes, money_desk):
        plant.wrap(owner, "file_of", make)


def _takes_nothing_over(plant: Planter) -> None:
    """A sheet that is signed after a report told days to come does not get their lines."""
    plant.put(later_sheets, "take_over", lambda _asked, _sheet: None)


def _file_after_a_failure(plant: Planter) -> None:
    """A batch is given to the bank with a payout that was given up before."""
    def hand(asked: Any, batch_id: str, kind: Any, actor: str) -> None:
        batch = asked.store.need(rules.Batch, batch_id)
        if batch.handed_ms is None:
            asked.store.save(replace(batch, handed_ms=asked.now_ms, version=batch.version + 1))
    for owner in (routes, money_desk):
        plant.put(owner, "hand", hand)


def _failed_and_gone(plant: Planter) -> None:
    """What came back from the bank is not put back onto the party's account."""
    def fail(asked: Any, payout: Any, reason: str) -> None:
        asked.store.save(rules.fail(payout, reason, asked.now_ms))
    plant.put(payouts, "fail_one", fail)


def _silence_is_a_no(plant: Planter) -> None:
    """A provider whose answer was lost is taken for one that will not pay."""
    def make(was: Any) -> Any:
        def step(self: Any) -> int:
            try:
                return int(was(self))
            except handing.NotHanded as lost:
                no = handing.Outcome(refused=str(lost))
                for name in self._act(handing._waiting):
                    self._act(lambda asked, name=name: handing._finish(asked, name, no))
                return 0
        return step
    plant.wrap(handing.Handing, "step", make)


def _open_payout_unseen(plant: Planter) -> None:
    """What is under way already is proposed again."""
    def make(was: Any) -> Any:
        def waits_for(balance_micro: int, currency: str, threshold: int, standing: Any, now_ms: int) -> Any:
            return was(balance_micro, currency, threshold, replace(standing, has_open=False), now_ms)
        return waits_for
    plant.wrap(rules, "waits_for", make)


def _conversion_rounded_up(plant: Planter) -> None:
    """A conversion gives a millionth more than its rate does."""
    def make(was: Any) -> Any:
        def convert(*about: Any, **more: Any) -> Any:
            done = was(*about, **more)
            return replace(done, to_micro=done.to_micro + 1)
        return convert
    plant.wrap(conversion_rules, "convert", make)


def _converts_what_is_under_way(plant: Planter) -> None:
    """What an approved payout is about to take is converted too."""
    plant.put(balances, "open_payouts", lambda store, party, currency: [])


def _conversion_untold(plant: Planter) -> None:
    """A conversion is not told on the statements of its month."""
    plant.put(account_months, "converted_parties", lambda store, period, after="": set())


MONEY = {
    bug.name: bug for bug in (
        Bug("payout-rounded-up", "A payout takes a minor unit more than is owed.", _rounded_up, "money"),
        Bug("one-approval-is-enough", "A payout is approved by one person.", _one_approval, "money"),
        Bug("approved-twice-by-one", "The same person approves a payout twice.", _approved_twice, "money"),
        Bug("agents-approve-their-principals", "Who acts for the payee by a mandate approves the payout.", _principals_forgotten, "money"),
        Bug("new-account-is-paid-at-once", "Changed bank details count on the same day.", _change_counts_at_once, "money"),
        Bug("change-of-account-unnoticed", "A payout leaves to an account that its payee has left.", _change_unnoticed, "money"),
        Bug("step-up-is-good-for-ever", "A password entered once allows every change after.", _step_up_for_ever, "money"),
        Bug("file-follows-the-details", "A payments file is another one once bank details change.", _file_follows_the_details, "money"),
        Bug("file-after-a-failure", "A file for the bank names a payout that was given up.", _file_after_a_failure, "money"),
        Bug("what-came-back-is-gone", "A failed payout's money returns to nobody.", _failed_and_gone, "money"),
        Bug("silence-is-a-no", "A payout whose answer was lost is failed, and paid again.", _silence_is_a_no, "money"),
        Bug("open-payout-unseen", "The same balance is proposed twice.", _open_payout_unseen, "money"),
        Bug("conversion-rounded-up", "A conversion gives more than the exact amount.", _conversion_rounded_up, "money"),
        Bug("conversion-takes-what-is-under-way", "A conversion takes what a payout will send.", _converts_what_is_under_way, "money"),
        Bug("conversion-untold", "A statement does not tell of a conversion.", _conversion_untold, "money"),
        Bug("late-signature-leaves-its-lines", "Lines of days to come stay with the sheet before the one that counts.", _takes_nothing_over, "money"),
    )
}  # fmt: skip
