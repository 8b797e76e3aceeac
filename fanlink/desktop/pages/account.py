"""Where my money goes: bank details of each party I answer for, set with the password once more; and other currencies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from fanlink.core import bank_accounts
from fanlink.core.account_months import rate_text
from fanlink.core.commands import AskConversion, SetBankDetails, WithdrawConversion
from fanlink.core.errors import Offline, Refused
from fanlink.core.money_documents import BalanceDocument, BankDetailsDocument, ConversionDocument
from fanlink.desktop import formats, words, words_staff
from fanlink.desktop.ops import Progress
from fanlink.desktop.pages.page import Page
from fanlink.desktop.widgets import basics, fields
from fanlink.desktop.widgets.notices import Banner


@dataclass(frozen=True, slots=True)
class PartyMoney:
    """What the page shows of one party."""

    party: str
    parties: tuple[tuple[str, str], ...]
    details: BankDetailsDocument | None
    balances: tuple[BalanceDocument, ...]
    conversions: tuple[ConversionDocument, ...]


class AccountPage(Page):
    """A choice of the party, its account, a form to change it, and its wishes for other currencies."""

    KINDS = frozenset({"account", "bank_details", "balance", "conversion"})

    def build(self) -> None:
        self._data: PartyMoney | None = None
        self.party = fields.bounded(QComboBox())
        self.party.setAccessibleName("Party")
        self.party.setMinimumWidth(190)
        self.party.activated.connect(lambda _index: self.refresh())
        invited = basics.button("I have an invitation", "mail", "", lambda: self.desk.go("invitation"))
        self.heading("Bank details and payouts", "Only you, and those who answer for the same party, see the whole account.", self.party, invited)
        column = self.scroller()
        self.problem, self.news = Banner(tone="bad"), Banner(tone="warn")
        self.problem.hide()
        self.news.hide()
        self.now_title, self.now_text = basics.text_label("", "strong"), basics.text_label("", "muted", wrap=True)
        column.addWidget(self.news)
        column.addWidget(basics.card(basics.text_label("Paid to", "h2"), self.now_title, self.now_text))
        column.addWidget(self._form())
        self.currencies = basics.column(gap=8)
        column.addWidget(basics.card(
            basics.text_label("Another currency", "h2"),
            basics.text_label("Each currency is paid as it was earned. If you want one of them in another, ask: finance posts it at a rate, with where "
                              "the rate came from, and you see both.", "muted", wrap=True), self.currencies,
        ))  # fmt: skip
        column.addStretch(1)

    def _form(self) -> QWidget:
        self.name, self.iban = fields.written("Name of the account’s owner"), fields.written("IBAN", "DE89 3704 0044 0532 0130 00")
        self.bic = fields.written("BIC", "Needed for money other than euro")
        self.password = fields.written("Your password, once more", secret=True)
        self.save = basics.button("Save bank details", "check", "primary", self._save)
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(6)
        for number, field in enumerate((self.name, self.iban, self.bic, self.password)):
            row, column = divmod(number, 2)
            grid.addWidget(basics.text_label(field.accessibleName(), "cap"), row * 2, column)
            grid.addWidget(field, row * 2 + 1, column)
        note = basics.text_label("A change is told to everyone who answers for this party, and payouts wait some days after it.", "muted", wrap=True)
        line = basics.row(note, self.save, gap=14)
        line.setStretch(0, 1)
        return basics.card(basics.text_label("Change it", "h2"), self.problem, grid, line)

    def read(self, session: Any) -> PartyMoney | None:
        account = session.account
        if account is None:
            return None
        everything = session.all("balance")
        names = {account.party: account.name} | {each.party: each.party_name for each in everything}
        parties = tuple(dict.fromkeys((account.party, *account.parties)))
        wanted = self.party.currentData()
        party = wanted if wanted in parties else account.party
        scope = f"party:{party}"
        details = session.all("bank_details", scope=scope)
        newest = max(details, key=lambda each: each.number, default=None)
        balances = tuple(sorted(session.all("balance", scope=scope), key=lambda each: each.currency))
        wishes = tuple(sorted(session.all("conversion", scope=scope), key=lambda each: -each.conversion.asked_ms))
        return PartyMoney(party, tuple((one, names.get(one, one)) for one in parties), newest, balances, wishes)

    def show_data(self, data: PartyMoney | None) -> None:
        self._data = data
        self.save.setEnabled(data is not None)
        if data is None:
            self.now_title.setText("Sign in first.")
            return
        self.party.blockSignals(True)
        self.party.clear()
        for key, name in data.parties:
            self.party.addItem(name, key)
        self.party.setCurrentIndex(max(self.party.findData(data.party), 0))
        self.party.blockSignals(False)
        self.party.setVisible(len(data.parties) > 1)
        self._show_details(data.details)
        self._show_currencies(data)

    def _show_details(self, details: BankDetailsDocument | None) -> None:
        self.news.hide()
        if details is None:
            self.now_title.setText("No bank account yet")
            self.now_text.setText("What you earn is kept for you. It is paid out as soon as you say where.")
            return
        shown = details.account
        number = shown.masked or bank_accounts.masked(shown.iban)
        self.now_title.setText(f"{shown.name} · {number}{' · with BIC' if shown.has_bic or shown.bic else ''}")
        self.now_text.setText(f"Set by {details.set_by} on {formats.moment(details.set_ms)}.")
        if self.desk.now_ms() < details.payable_from_ms:
            self.news.say(f"These bank details were changed on {formats.moment(details.set_ms)} by {details.set_by}. Payouts wait until "
                          f"{formats.date(details.payable_from_ms)}. If that was not you, change your password and tell finance now.")  # fmt: skip

    def _show_currencies(self, data: PartyMoney) -> None:
        basics.empty(self.currencies)
        for each in (one for one in data.balances if one.owed_micro > 0):
            wanted = QComboBox()
            wanted.setAccessibleName(f"Currency instead of {each.currency}")
            for currency in words_staff.CURRENCIES:
                if currency != each.currency:
                    wanted.addItem(currency)
            ask = basics.button("Ask for it", "repeat", "", lambda each=each, wanted=wanted: self.ask(each, wanted.currentText()))
            self.currencies.addLayout(basics.row(basics.text_label(formats.money_micro(each.owed_micro, each.currency), "strong"), None, wanted, ask, gap=10))
        for document in data.conversions:
            wish = document.conversion
            text = f"{wish.from_currency} to {wish.to_currency}"
            if wish.state == "converted":
                text = (f"{formats.exact_micro(wish.from_micro, wish.from_currency)} became {formats.exact_micro(wish.to_micro, wish.to_currency)} "
                        f"at {rate_text(wish.rate)} ({wish.source}, {wish.day})")  # fmt: skip
            line = basics.row(basics.chip(*words_staff.CONVERSION_STATES[wish.state]), basics.Elided(text), gap=10)
            line.setStretch(1, 1)
            if wish.state == "asked":
                line.addWidget(basics.button("Take it back", "x", "link", lambda name=document.id: self.desk.do(WithdrawConversion(), name, said="Taken back.")))
            self.currencies.addLayout(line)
        if not self.currencies.count():
            self.currencies.addWidget(basics.text_label("Nothing is owed to you now.", "muted"))

    def ask(self, balance: BalanceDocument, currency: str) -> None:
        """Asks for all that is owed in one currency in another."""
        data = AskConversion(balance.party, balance.currency, currency)
        self.desk.read(
            lambda session: session.new_id("conversion"),
            lambda name: self.desk.do(data, name, said=f"You asked for {currency} instead of {balance.currency}.", undo=True), owner=self,
        )  # fmt: skip

    def _save(self) -> None:
        if self._data is None:
            return
        try:
            account = bank_accounts.account_of(self.name.text(), self.iban.text(), self.bic.text())
        except Refused as error:
            self.problem.say(words.of_error(error), "bad")
            return
        if not self.password.text():
            self.problem.say(words.of_code("step_up_needed"), "bad")
            return
        party, password = self._data.party, self.password.text()
        self.save.setEnabled(False)

        def work(session: Any, _progress: Progress) -> tuple[str, str]:
            return session.online.step_up(password), session.new_id("details")

        def proven(made: tuple[str, str]) -> None:
            secret, name = made
            for field in (self.name, self.iban, self.bic, self.password):
                field.clear()
            self.problem.hide()
            self.save.setEnabled(True)
            self.desk.do(SetBankDetails(party, account.name, account.iban, secret, account.bic), name, said="Your bank details are on their way.")

        self.desk.make(work, proven, owner=self, failed=self._failed_to)

    def _failed_to(self, error: Exception) -> None:
        self.save.setEnabled(True)
        self.password.clear()
        text = "Bank details are changed only with the server there. Nothing was changed." if isinstance(error, Offline) else words.of_error(error)
        self.problem.say(text, "bad")
