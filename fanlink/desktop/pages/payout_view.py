"""One payout or one balance: its steps, who approved, what it is made of, and what may be done next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from fanlink.core.commands import ApprovePayout, FailPayout, HoldParty, ReleaseParty, SettlePayout
from fanlink.core.money_documents import BalanceDocument, BatchDocument, PayoutDocument
from fanlink.desktop import formats, paying
from fanlink.desktop.desk import Desk
from fanlink.desktop.ops import Progress
from fanlink.desktop.pages.page import scrolling
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.notices import Banner


class PayoutView(QWidget):
    """Filled again for each payout or balance."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.shown: PayoutDocument | BalanceDocument | None = None
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        area, self._column = scrolling()
        whole.addWidget(area)

    def show_thing(self, shown: PayoutDocument | BalanceDocument | None, batch: BatchDocument | None = None) -> None:
        """Another one, or none."""
        self.shown = shown
        basics.empty(self._column)
        if isinstance(shown, PayoutDocument):
            self._show_payout(shown, batch)
        elif shown is not None:
            self._show_balance(shown)
        self._column.addStretch(1)

    # A payout -------------------------------------------------------------------------------------------------------

    def _show_payout(self, payout: PayoutDocument, batch: BatchDocument | None) -> None:
        names = basics.column(basics.Elided(payout.party_name, "h2"), basics.Elided(f"To {payout.account} · {payout.id}", "muted"), gap=2)
        head = basics.row(names, basics.text_label(paying.amount(payout), "money"), gap=16)
        head.setStretch(0, 1)
        card = basics.card(head, basics.row(basics.chip(*paying.state(payout)), None))
        card.layout().addLayout(_grid(self._steps(payout, batch)))
        if payout.reason:
            banner = Banner(tone="bad")
            banner.say(f"{payout.reason}. The money is on the party’s account again.")
            card.layout().addWidget(banner)
        self._column.addWidget(card)
        self._add_acts(card, payout)
        if batch is not None and batch.way == "file":
            self._column.addWidget(self._file_card(batch))
        self.made_of = QVBoxLayout()
        self.look = basics.button("Look it up", "search", "", lambda: self._trace(payout))
        self._column.addWidget(basics.card(
            basics.row(basics.text_label("What it is made of", "h2"), None, self.look),
            basics.text_label("Every cent, back to the report lines, the remix, its prompt and who agreed.", "muted", wrap=True), self.made_of,
        ))  # fmt: skip

    def _steps(self, payout: PayoutDocument, batch: BatchDocument | None) -> list[tuple[str, str, str]]:
        rows = [("Proposed", formats.moment(payout.proposed_ms), payout.proposed_by)]
        for number, name in enumerate(payout.approved_by, 1):
            rows.append((f"Approval {number}", "", name))
        if len(payout.approved_by) < 2 and payout.state == "due":
            rows.append(("Still needed", "", formats.count(2 - len(payout.approved_by), "approval")))
        if payout.sent_ms:
            rows.append(("Sent", formats.moment(payout.sent_ms), f"{batch.sent_by}, batch of {len(batch.payouts)}" if batch else ""))
        if payout.done_ms:
            rows.append(("Arrived" if payout.state == "settled" else "Failed", formats.moment(payout.done_ms), ""))
        return rows

    def _add_acts(self, card: QWidget, payout: PayoutDocument) -> None:
        account = self.desk.account
        mine = account is not None and payout.party in (account.party, *account.parties)
        done = account is not None and account.id in payout.approver_ids
        acts = basics.row(None, gap=8)
        self.approve = basics.button("Approve", "check", "primary", lambda: self._do(ApprovePayout(), "Your approval is on its way."))
        self.arrived = basics.button("It arrived", "circle-check", "", lambda: self._do(SettlePayout(), "Noted that it arrived."))
        self.reason = QLineEdit()
        self.reason.setPlaceholderText("Why it failed, or is given up")
        self.reason.setAccessibleName("Reason")
        self.fail = basics.button("Give it up" if payout.state != "sent" else "It came back", "rotate-ccw", "danger", self._fail)
        self.fail.setEnabled(False)
        self.reason.textChanged.connect(lambda text: self.fail.setEnabled(bool(text.strip())))
        if payout.state == "due":
            self.approve.setEnabled(not mine and not done)
            why = "Nobody approves their own money." if mine else "You approved it; a second person must." if done else ""
            if why:
                card.layout().addWidget(basics.text_label(why, "muted"))
            acts.addWidget(self.approve)
        if payout.state == "sent":
            acts.addWidget(self.arrived)
        if payout.state in ("due", "approved", "sent"):
            giving_up = basics.row(self.reason, self.fail)
            giving_up.setStretch(0, 1)
            card.layout().addLayout(giving_up)
        card.layout().addLayout(acts)

    def _do(self, data: Any, said: str) -> None:
        assert self.shown is not None
        self.desk.do(data, self.shown.id, said=said, undo=True)

    def _fail(self) -> None:
        self._do(FailPayout(self.reason.text()), "It is given up. Its money will be owed again.")

    def _file_card(self, batch: BatchDocument) -> QWidget:
        handed = f"First exported {formats.moment(batch.handed_ms)}. It is always the same file." if batch.handed_ms else "Not exported yet."
        text = f"{formats.count(len(batch.payouts), 'payout')}, {paying.minor(batch.minor_units, batch.currency)}, for {batch.bank_day.isoformat()}. {handed}"
        line = basics.row(
            basics.text_label("For the bank", "h2"), None,
            basics.button("CSV", "download", "", lambda: self._export(batch, "csv")),
            basics.button("pain.001", "download", "", lambda: self._export(batch, "pain001")),
        )  # fmt: skip
        return basics.card(line, basics.text_label(text, "muted", wrap=True))

    def _export(self, batch: BatchDocument, kind: str) -> None:
        end, kinds = (".csv", "CSV (*.csv)") if kind == "csv" else (".xml", "pain.001 (*.xml)")
        name, _filter = QFileDialog.getSaveFileName(self, "Export for the bank", f"payouts-{batch.currency}-{batch.bank_day}{end}", kinds)
        if name:
            self.export_to(batch.id, kind, Path(name))

    def export_to(self, batch: str, kind: str, path: Path) -> None:
        """Fetches the file of a batch in a lane and writes it."""
        def work(session: Any, _progress: Progress) -> int:
            return session.online.save_payout_file(batch, kind, path)

        self.desk.make(work, lambda size: self.desk.say(f"{path.name} is written, {formats.size(size)}."), owner=self)

    def _trace(self, payout: PayoutDocument) -> None:
        self.look.setEnabled(False)

        def work(session: Any, _progress: Progress) -> dict[str, Any]:
            return session.online.trace(payout.id)

        def failed(error: Exception) -> None:
            self.look.setEnabled(True)
            self.desk.failed(error)

        self.desk.make(work, lambda found: self._show_chain(payout, found), owner=self, failed=failed)

    def _show_chain(self, payout: PayoutDocument, found: dict[str, Any]) -> None:
        if not isinstance(self.shown, PayoutDocument) or self.shown.id != payout.id:
            return
        basics.empty(self.made_of)
        self.look.setEnabled(True)
        self.made_of.addLayout(_grid(paying.chain_rows(found)))
        whole = not found["missing"]
        self.made_of.addLayout(basics.row(basics.chip("Every link is there" if whole else "A link is missing", "ok" if whole else "bad"), None))
        for missing in found["missing"]:
            self.made_of.addWidget(basics.text_label(missing, "bad", wrap=True))

    # A balance ------------------------------------------------------------------------------------------------------

    def _show_balance(self, balance: BalanceDocument) -> None:
        now_ms = self.desk.now_ms()
        money = basics.text_label(formats.money_micro(balance.owed_micro, balance.currency), "money")
        names = basics.column(basics.Elided(balance.party_name, "h2"), basics.Elided(balance.bank or "No bank details yet", "muted"), gap=2)
        head = basics.row(names, money, gap=16)
        head.setStretch(0, 1)
        waits = paying.waits(balance, now_ms)
        chips = [basics.chip(each, "bad" if balance.held_because else "warn") for each in waits] or [basics.chip("Due", "ok")]
        card = basics.card(head, basics.row(*chips, None))
        rows = [("Owed, exactly", formats.exact_micro(balance.owed_micro, balance.currency), "")]
        if balance.since_ms:
            rows[0] = (*rows[0][:2], f"since {formats.date(balance.since_ms)}")
        if balance.held_micro:
            rows.append(("Held", formats.exact_micro(balance.held_micro, balance.currency), balance.held_because))
        if balance.sent_micro:
            rows.append(("On its way", formats.exact_micro(balance.sent_micro, balance.currency), ""))
        rows.append(("Paid from", paying.minor(balance.threshold_minor, balance.currency), "the least that is paid out"))
        if balance.bank and now_ms < balance.payable_from_ms:
            rows.append(("Bank details count from", formats.date(balance.payable_from_ms), "they were changed"))
        card.layout().addLayout(_grid(rows))
        self._column.addWidget(card)
        self._column.addWidget(self._hold_card(balance))

    def _hold_card(self, balance: BalanceDocument) -> QWidget:
        if balance.held_because:
            said = basics.text_label(f"Held: {balance.held_because}", wrap=True)
            release = basics.button("Release", "rotate-ccw", "", lambda: self._hold(balance, ReleaseParty(), f"{balance.party_name} is released."))
            return basics.card(basics.text_label("Hold", "h2"), said, basics.row(None, release))
        reason = QLineEdit()
        reason.setPlaceholderText("Why nothing of it may be paid now")
        reason.setAccessibleName("Reason of the hold")
        hold = basics.button("Hold", "lock", "", lambda: self._hold(balance, HoldParty(reason.text()), f"{balance.party_name} is held."))
        hold.setEnabled(False)
        reason.textChanged.connect(lambda text: hold.setEnabled(bool(text.strip())))
        line = basics.row(reason, hold)
        line.setStretch(0, 1)
        return basics.card(basics.text_label("Hold", "h2"), basics.text_label("The party sees that it is held, and why.", "muted"), line)

    def _hold(self, balance: BalanceDocument, data: Any, said: str) -> None:
        self.desk.do(data, balance.party, said=said, undo=True)


def _grid(rows: list[tuple[str, str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            role = "small" if column == 2 else "muted" if text.startswith(" ") else "strong" if column == 1 else ""
            grid.addWidget(basics.Elided(text, role), number, column)
    for column, stretch in enumerate((4, 4, 5)):
        grid.setColumnStretch(column, stretch)
    return grid
