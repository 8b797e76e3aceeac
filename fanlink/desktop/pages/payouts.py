"""Payouts: what is due and why the rest waits, who has approved, what is on its way, what failed; wishes for another currency."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from fanlink.core.commands import ApprovePayout, ProposePayouts, SendPayouts, TakeBankAnswer
from fanlink.core.money_documents import BalanceDocument, ConversionDocument, PayoutDocument
from fanlink.desktop import formats, paying, words_staff
from fanlink.desktop.ops import Progress
from fanlink.desktop.pages.conversion_view import ConversionView
from fanlink.desktop.pages.page import ListDetail, Page, scrolling
from fanlink.desktop.pages.payout_view import PayoutView
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.cards import Card, CardList
from fanlink.desktop.widgets.notices import Empty
from fanlink.desktop.widgets.toggles import Choice

TABS = (("balances", "Balances"), ("due", "To approve"), ("approved", "To send"), ("sent", "On its way"), ("done", "Arrived"), ("failed", "Failed"),
        ("wishes", "Conversions"))  # fmt: skip
STATES = {"due": ("due",), "approved": ("approved",), "sent": ("sent",), "done": ("settled",), "failed": ("failed",)}
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Listing:
    """Cards of the chosen tab, how many are in each, what is due, and the approved payouts by currency."""

    cards: dict[str, Card]
    counts: dict[str, int]
    due: tuple[BalanceDocument, ...]
    approved: dict[str, tuple[str, ...]]
    any: bool


class PayoutsPage(Page):
    """Tabs by state, a list, and one payout or balance beside it."""

    KINDS = frozenset({"balance", "payout", "payout_batch", "conversion"})

    def build(self) -> None:
        self._listing: Listing | None = None
        self.answer = basics.button("Bank’s answer", "upload", "", self._choose_answer, hint="Take a pain.002 or CSV file from the bank")
        self.propose = basics.button("Propose what is due", "hand-coins", "", self._propose)
        self.send = basics.button("Send approved", "send", "primary", self._send)
        self.heading("Payouts", " ", self.answer, self.propose, self.send)
        self.tabs = Choice(TABS)
        self.tabs.changed.connect(lambda _key: self.refresh())
        self.list = CardList(lambda _ids, _done: None, "Payouts")
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list, 1)
        self.view, self.conversion = PayoutView(self.desk), ConversionView(self.desk)
        area, column = scrolling()
        column.addWidget(self.conversion)
        column.addStretch(1)
        self.detail = QStackedWidget()
        self.detail.addWidget(self.view)
        self.detail.addWidget(area)
        self.both = ListDetail(left, self.detail, back="All of them")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.both)
        self.stack.addWidget(Empty(
            "banknote", "Payouts will be here", "When royalties have been run, what each party is owed stands here until it is paid.",
            "Statements", lambda: self.desk.go("statements"), "receipt",
        ))  # fmt: skip
        self.outer.addWidget(self.tabs)
        self.outer.addWidget(self.stack, 1)
        self.list.chosen.connect(self._chosen)
        self.list.opened.connect(lambda _id: self.both.show_detail())

    def read(self, session: Any) -> Listing:
        now_ms = self.desk.now_ms()
        balances = [each for each in session.all("balance", scope="finance", limit=MOST) if each.owed_micro or each.held_micro or each.sent_micro]
        payouts = session.all("payout", scope="finance", limit=MOST)
        due = tuple(each for each in balances if not paying.waits(each, now_ms))
        tab = self.tabs.chosen
        counts = {"balances": len(balances)} | {key: sum(each.state in states for each in payouts) for key, states in STATES.items()}
        wishes = [each for each in session.all("conversion", scope="finance", limit=MOST) if str(each.conversion.state) != "withdrawn"]
        counts["wishes"] = sum(str(each.conversion.state) == "asked" for each in wishes)
        if tab == "wishes":
            wishes.sort(key=lambda each: (str(each.conversion.state) != "asked", -each.conversion.asked_ms, each.id))
            cards = {each.id: self._wish_card(each) for each in wishes}
        elif tab == "balances":
            balances.sort(key=lambda each: (bool(paying.waits(each, now_ms)), -each.owed_micro, each.id))
            cards = {each.id: self._balance_card(each, now_ms) for each in balances}
        else:
            shown = [each for each in payouts if each.state in STATES[tab]]
            shown.sort(key=lambda each: (-(each.done_ms or each.sent_ms or each.proposed_ms), each.id))
            cards = {each.id: self._payout_card(each) for each in shown}
        approved: dict[str, tuple[str, ...]] = {}
        for each in sorted(payouts, key=lambda one: one.id):
            if each.state == "approved":
                approved[each.currency] = (*approved.get(each.currency, ()), each.id)
        return Listing(cards, counts, due, approved, bool(balances or payouts or wishes))

    def show_data(self, data: Listing) -> None:
        self._listing = data
        self.stack.setCurrentIndex(0 if data.any else 1)
        self.tabs.setVisible(data.any)
        for key, name in TABS:
            self.tabs.set_words(key, f"{name} {data.counts[key]}" if data.counts[key] else name)
        said = f"{formats.count(len(data.due), 'balance is', 'balances are')} due: {paying.sums(data.due, 'owed_micro')}." if data.due else "Nothing is due now."
        self.subtitle_label.say(f"{said} Two people approve; nobody their own money.")
        self.propose.setEnabled(bool(data.due))
        self.send.setEnabled(bool(data.approved))
        wanted, self.item = self.item, ""
        self._chosen(self.list.show_ids(tuple(data.cards), data.cards, wanted))

    def _balance_card(self, each: BalanceDocument, now_ms: int) -> Card:
        waits = paying.waits(each, now_ms)
        chips = [(waits[0], "bad" if each.held_because else "")] if waits else [("Due", "ok")]
        if each.sent_micro:
            chips.append((f"{formats.money_micro(each.sent_micro, each.currency)} on its way", "accent"))
        under = each.bank or "No bank details"
        return Card(each.id, each.party_name, under, each.party, tuple(chips), formats.money_micro(each.owed_micro + each.held_micro, each.currency))

    def _payout_card(self, each: PayoutDocument) -> Card:
        when = each.done_ms or each.sent_ms or each.proposed_ms
        return Card(each.id, each.party_name, f"{each.account} · {formats.ago(when, self.desk.now_ms())}", each.party, (paying.state(each),), paying.amount(each))

    def _wish_card(self, each: ConversionDocument) -> Card:
        wish = each.conversion
        done = str(wish.state) == "converted"
        amount = formats.money_micro(wish.to_micro, wish.to_currency) if done else ""
        about = f"{wish.from_currency} to {wish.to_currency} · {formats.ago(wish.asked_ms, self.desk.now_ms())}"
        return Card(each.id, each.party_name, about, wish.party, (words_staff.CONVERSION_STATES[wish.state],), amount)

    def _chosen_wish(self, id_: str) -> None:
        def read(session: Any) -> tuple[Any, Any, list[PayoutDocument]]:
            found = session.get("conversion", id_, scope="finance") if id_ else None
            if found is None:
                return None, None, []
            place = (found.conversion.party, found.conversion.from_currency)
            balances = session.all("balance", scope="finance", limit=MOST)
            balance = next((each for each in balances if (each.party, each.currency) == place), None)
            return found, balance, session.all("payout", scope="finance", limit=MOST)

        self.desk.read(read, lambda found: self.conversion.show_wish(*found), owner=self)

    def _chosen(self, id_: str) -> None:
        self.detail.setCurrentIndex(1 if self.tabs.chosen == "wishes" else 0)
        if self.tabs.chosen == "wishes":
            self._chosen_wish(id_)
            return
        kind = "balance" if self.tabs.chosen == "balances" else "payout"

        def read(session: Any) -> tuple[Any, Any]:
            found = session.get(kind, id_, scope="finance") if id_ else None
            batch = session.get("payout_batch", found.batch) if kind == "payout" and found and found.batch else None
            return found, batch

        self.desk.read(read, lambda found: self.view.show_thing(*found), owner=self)

    # Acts -----------------------------------------------------------------------------------------------------------

    def _propose(self) -> None:
        count = formats.count(len(self._listing.due), "payout") if self._listing else "payouts"

        def work(session: Any) -> str:
            return session.new_id("proposal")

        self.desk.read(work, lambda name: self.desk.do(ProposePayouts(), name, said=f"{count} proposed. Two people approve each.", undo=True), owner=self)

    def _send(self) -> None:
        """One batch for each currency."""
        def send(session: Any) -> list[tuple[str, SendPayouts]]:
            return [(session.new_id("batch"), SendPayouts(names)) for names in approved.values()]

        def stored(batches: list[tuple[str, SendPayouts]]) -> None:
            for name, data in batches:
                self.desk.do(data, name, said=f"{formats.count(len(data.payouts), 'payout')} sent as a batch. Export its file for the bank.", undo=True)

        approved = dict(self._listing.approved) if self._listing else {}
        if approved:
            self.desk.read(send, stored, owner=self)

    def approve(self, payout: str) -> None:
        """Says yes to one payout."""
        self.desk.do(ApprovePayout(), payout, said="Your approval is on its way.", undo=True)

    def _choose_answer(self) -> None:
        name, _filter = QFileDialog.getOpenFileName(self, "The bank’s answer", "", "Bank files (*.xml *.csv)")
        if name:
            self.take_answer(Path(name))

    def take_answer(self, path: Path) -> None:
        """Sends a file of the bank's and has it taken."""
        def work(session: Any, _progress: Progress) -> tuple[str, str]:
            return session.upload(path), session.new_id("answer")

        def stored(made: tuple[str, str]) -> None:
            self.desk.do(TakeBankAnswer(made[0], path.name), made[1], said=f"{path.name} is on its way.")

        self.desk.make(work, stored, owner=self)
