"""The payouts of a party on its Earnings page: what is owed, what is on its way, what arrived, and what was converted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fanlink.core.money_documents import BalanceDocument, ConversionDocument, PayoutDocument
from fanlink.desktop import formats, paying, words_staff
from fanlink.desktop.widgets import basics

SHOWN = 8


def paid_card(where: Callable[[], object]) -> tuple[QWidget, QVBoxLayout]:
    """The card, and the column that `fill` fills; `where` opens the bank details."""
    column = basics.column(gap=8)
    head = basics.row(basics.text_label("Payouts", "h2"), None, basics.button("Bank details", "landmark", "", where))
    return basics.card(head, column), column


def fill(
    column: QVBoxLayout, balances: Sequence[BalanceDocument], payouts: Sequence[PayoutDocument],
    conversions: Sequence[ConversionDocument], now_ms: int,
) -> None:  # fmt: skip
    """Shows the newest of each; amounts cut to what can be paid."""
    basics.empty(column)
    for each in balances:
        waits = paying.waits(each, now_ms)
        chip = basics.chip(waits[0], "bad" if each.held_because else "warn") if waits else basics.chip("Due with the next payout", "ok")
        name = basics.column(basics.text_label(f"Owed to you in {each.currency}"), basics.Elided(_beside(each, now_ms), "small"), gap=0)
        amount = basics.text_label(formats.money_micro(each.owed_micro + each.held_micro, each.currency), "strong")
        amount.setToolTip(basics.plain_tooltip(f"Exactly {formats.exact_micro(each.owed_micro + each.held_micro, each.currency)}"))
        line = basics.row(name, chip, 12, amount, gap=12)
        line.setStretch(0, 1)
        column.addLayout(line)
    if balances and (payouts or conversions):
        column.addWidget(basics.line())
    for payout in payouts[:SHOWN]:
        when = formats.date(payout.done_ms or payout.sent_ms or payout.proposed_ms)
        told = f"{when} · to {payout.account}" + (f" · {payout.reason}" if payout.reason else "")
        line = basics.row(basics.Elided(told, "muted"), basics.chip(*_state(payout)), 12, basics.text_label(paying.amount(payout), "strong"), gap=12)
        line.setStretch(0, 1)
        column.addLayout(line)
    for document in conversions[:SHOWN]:
        wish = document.conversion
        if wish.state == "converted":
            told = f"{wish.day} · at {wish.rate} · {wish.source}"
            amount = f"{formats.exact_micro(wish.from_micro, wish.from_currency)} → {formats.exact_micro(wish.to_micro, wish.to_currency)}"
            line = basics.row(basics.Elided(told, "muted"), basics.chip(*words_staff.CONVERSION_STATES[wish.state]), 12, basics.text_label(amount, "strong"), gap=12)
            line.setStretch(0, 1)
            column.addLayout(line)
    if not column.count():
        column.addWidget(basics.text_label("When royalties are run, what is owed to you stands here until it is paid.", "muted"))


def _state(payout: PayoutDocument) -> tuple[str, str]:
    """To its payee a payout is being checked until two have approved it."""
    return ("Being checked", "warn") if payout.state == "due" else words_staff.PAYOUT_STATES[payout.state]


def _beside(balance: BalanceDocument, now_ms: int) -> str:
    if balance.held_because:
        return f"Held: {balance.held_because}"
    if balance.bank and now_ms < balance.payable_from_ms:
        return f"Your bank details are new; payouts go on from {formats.date(balance.payable_from_ms)}"
    if balance.sent_micro:
        return f"{formats.money_micro(balance.sent_micro, balance.currency)} more is on its way"
    return f"Paid out from {paying.minor(balance.threshold_minor, balance.currency)}" + (f", to {balance.bank}" if balance.bank else "")
