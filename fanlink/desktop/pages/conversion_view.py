"""A wish for another currency, as finance sees it: what may be converted, a rate with its source, both postings, then yes."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from fanlink.core import conversions
from fanlink.core.account_months import rate_text
from fanlink.core.amounts import MICRO, PICO_PER_MICRO, fraction_text, minor_exponent
from fanlink.core.commands import ConvertBalance
from fanlink.core.conversions import Conversion, ConversionState
from fanlink.core.errors import Reason, Refused
from fanlink.core.ledger import Kind, Transaction
from fanlink.core.money_documents import BalanceDocument, ConversionDocument, PayoutDocument
from fanlink.desktop import formats, words, words_rights, words_staff
from fanlink.desktop.desk import Desk
from fanlink.desktop.widgets import basics, fields

OPEN = ("due", "approved")


def free_micro(balance: BalanceDocument | None, payouts: list[PayoutDocument]) -> int:
    """What may be converted: what is owed less what open payouts will take, in millionths."""
    if balance is None:
        return 0
    taken = sum(
        each.minor_units * 10 ** (6 - minor_exponent(each.currency)) for each in payouts
        if (each.party, each.currency) == (balance.party, balance.currency) and str(each.state) in OPEN
    )  # fmt: skip
    return balance.owed_micro - taken


def preview(wish: Conversion, free: int, rate: str, source: str, day: date, today: date, me: str, my_parties: tuple[str, ...], held: bool) -> Conversion:
    """What would be posted, by the rules of core that the server follows too; `Refused` with all that is in the way."""
    ahead = [Reason("day_ahead", {"day": day.isoformat()})] if day > today else []
    ahead += [Reason("party_held", {"party": wish.party})] if held else []
    try:
        done = conversions.convert(wish, free, rate, source, day, me, my_parties)
    except Refused as refused:
        raise Refused([*refused.reasons, *ahead]) from refused
    if ahead:
        raise Refused(ahead)
    return done


class ConversionView(QWidget):
    """Filled again for each wish."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.document: ConversionDocument | None = None
        self._free, self._held = 0, False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(14)

    def show_wish(self, document: ConversionDocument | None, balance: BalanceDocument | None, payouts: list[PayoutDocument]) -> None:
        """Another wish, or none."""
        self.document = document
        basics.empty(self._column)
        if document is None:
            return
        wish = document.conversion
        self._free, self._held = free_micro(balance, payouts), bool(balance and balance.held_because)
        asked = "all that is owed" if wish.most_micro is None else f"up to {formats.exact_micro(wish.most_micro, wish.from_currency)}"
        about = f"{wish.from_currency} to {wish.to_currency} · {asked} · asked {formats.ago(wish.asked_ms, self.desk.now_ms())}"
        names = basics.column(basics.Elided(document.party_name, "h2"), basics.Elided(about, "muted"), gap=2)
        head = basics.row(names, basics.chip(*words_staff.CONVERSION_STATES[wish.state]), gap=16)
        head.setStretch(0, 1)
        self._column.addWidget(basics.card(head))
        if wish.state is ConversionState.ASKED:
            self._column.addWidget(self._form(wish))
        elif wish.state is ConversionState.CONVERTED:
            day = wish.day or date.min
            card = basics.card(basics.text_label("What was posted", "h2"), basics.text_label(_rate(wish), "muted", wrap=True), gap=10)
            card.layout().addLayout(_postings(conversions.transaction(wish, day), document.party_name))
            self._column.addWidget(card)

    # The form -------------------------------------------------------------------------------------------------------

    def _form(self, wish: Conversion) -> QWidget:
        self.rate, self.source = QLineEdit(), QLineEdit()
        self.rate.setPlaceholderText(f"{wish.to_currency} for one {wish.from_currency}, such as 1.0825")
        self.rate.setAccessibleName("Rate")
        self.source.setPlaceholderText("Where the rate comes from, such as ECB reference rate")
        self.source.setAccessibleName("Source of the rate")
        self.source.setMaxLength(conversions.LONGEST_SOURCE)
        today = words_rights.day_of(self.desk.now_ms())
        self.day = fields.day("Day of the rate")
        self.day.setMinimumWidth(170)
        self.day.setDate(words_rights.shown_day(today))
        self.wrong = basics.text_label("", "bad", wrap=True)
        self.rounded = basics.text_label("", "small", wrap=True)
        self.postings = QGridLayout()
        self.post = basics.button("Post the conversion", "repeat", "primary", self._post)
        for each in (self.rate, self.source):
            each.textChanged.connect(lambda _text: self._preview())
        self.day.dateChanged.connect(lambda _day: self._preview())
        free = f"{formats.exact_micro(self._free, wish.from_currency)} can be converted now; what open payouts take stays in its currency."
        line = basics.row(self.rate, self.day, gap=10)
        line.setStretch(0, 1)
        card = basics.card(
            basics.text_label("Convert", "h2"), basics.text_label(free, "muted", wrap=True), line, self.source,
            basics.text_label("What will be posted", "cap"), self.postings, self.rounded, self.wrong, basics.row(None, self.post), gap=10,
        )  # fmt: skip
        self._preview()
        return card

    def _preview(self) -> None:
        """Both postings as they would be, or in words why there can be none."""
        assert self.document is not None
        basics.empty(self.postings)
        account = self.desk.account
        today = words_rights.day_of(self.desk.now_ms())
        me, mine = (account.id, (account.party, *account.parties)) if account else ("", ())
        rate, source = self.rate.text().strip(), self.source.text().strip()
        try:
            done = preview(self.document.conversion, self._free, rate, source, self._day(), today, me, mine, self._held)
        except Refused as refused:
            self.post.setEnabled(False)
            self.rounded.setText("")
            self.wrong.setText(self._words(refused, rate, source))
            return
        self.post.setEnabled(True)
        self.wrong.setText("")
        self.postings.addLayout(_postings(conversions.transaction(done, today), self.document.party_name), 0, 0)
        left = conversions.rounded_off(done) * MICRO
        self.rounded.setText(f"Cut to whole millionths; {fraction_text(left)} of a millionth stays with the source’s account." if left else "It ends exactly.")

    def _words(self, refused: Refused, rate: str, source: str) -> str:
        """What is in the way; a field that is still empty is no mistake."""
        quiet = {code for code, text in (("rate_wrong", rate), ("source_missing", source)) if not text}
        return words.of_reasons(reason for reason in refused.reasons if reason.code not in quiet)

    def _day(self) -> date:
        shown: QDate = self.day.date()
        return words_rights.day_in(shown)

    def _post(self) -> None:
        assert self.document is not None
        document, wish = self.document, self.document.conversion
        data = ConvertBalance(self.rate.text().strip(), self.source.text().strip(), self._day())
        said = f"{document.party_name}: {wish.from_currency} becomes {wish.to_currency} at {data.rate}."
        self.post.setEnabled(False)
        self.desk.do(data, document.id, base_version=wish.version, said=said, undo=True, undone=self._preview)


def _rate(wish: Conversion) -> str:
    return f"At {rate_text(wish.rate)}, {wish.source}, {wish.day:%d %b %Y}." if wish.day else f"At {rate_text(wish.rate)}, {wish.source}."


def _postings(transaction: Transaction, party_name: str) -> QGridLayout:
    """Each side of the transaction: whose account, and what it does to what is owed there."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(0, 1)
    for number, posting in enumerate(transaction.postings):
        party = posting.account.kind is Kind.PARTY
        name = party_name if party else f"Exchange: {posting.account.owner}"
        micro = -posting.amount_pico // PICO_PER_MICRO
        grid.addWidget(basics.Elided(name, "strong" if party else ""), number, 0)
        sign = "+" if micro > 0 else ""
        amount = basics.text_label(f"{sign}{formats.exact_micro(micro, posting.currency)}", "strong" if party else "muted")
        grid.addWidget(amount, number, 1, Qt.AlignmentFlag.AlignRight)
    return grid
