"""What a revenue would pay to everyone on a split, by the formula of core, before anybody signs it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from fanlink.core.amounts import AMOUNT, pico_of, plain
from fanlink.core.pots import Pot, Recoupment, Terms, pot_of
from fanlink.desktop import formats, words_staff
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.shares import Dot


class WhatIf(QWidget):
    """A revenue to try, and what each party would get of it."""

    def __init__(self) -> None:
        super().__init__()
        self._shares: dict[str, Fraction] = {}
        self._names: dict[str, str] = {}
        self._recoup: Recoupment | None = None
        self.revenue, self.currency = QLineEdit("1000.00"), QComboBox()
        self.revenue.setAccessibleName("Revenue to try")
        self.currency.setAccessibleName("Currency")
        self.currency.addItems(list(words_staff.CURRENCIES))
        self.revenue.setMinimumWidth(96)
        self.revenue.setMaximumWidth(140)
        self.revenue.textChanged.connect(lambda _text: self._fill())
        self.currency.currentIndexChanged.connect(lambda _index: self._fill())
        self._paid = QGridLayout()
        self._paid.setHorizontalSpacing(12)
        self._paid.setVerticalSpacing(7)
        self._paid.setColumnStretch(1, 1)
        self.note = basics.text_label("", "small", wrap=True)
        line = basics.row(basics.text_label("What if it earned", "muted"), self.revenue, self.currency, None, gap=8)
        self.setLayout(basics.column(line, self._paid, self.note, gap=10))

    def show_split(self, shares: Mapping[str, Fraction], names: Mapping[str, str], recoup: Recoupment | None = None) -> None:
        """Another split: each party's whole share."""
        self._shares, self._names, self._recoup = dict(shares), dict(names), recoup
        if recoup is not None:
            self.currency.setCurrentText(recoup.currency)
        self._fill()

    def pot(self) -> Pot | None:
        """What the revenue that stands there would pay to everyone; None while it is no amount or the split is not whole."""
        text = self.revenue.text().strip()
        if not AMOUNT.fullmatch(text) or not self._shares:
            return None
        return pot_of(Terms("what-if", date.min, self._shares, self._recoup), self.currency.currentText(), pico_of(text))

    def amounts(self) -> dict[str, int]:
        """Each party's millionths; empty while there is no pot."""
        pot = self.pot()
        return dict(pot.earned_micro) if pot else {}

    def _fill(self) -> None:
        basics.empty(self._paid)
        currency, pot = self.currency.currentText(), self.pot()
        paid = sorted(pot.earned_micro.items(), key=lambda line: (-line[1], line[0])) if pot else []
        for row, (party, micro) in enumerate(paid):
            amount = basics.text_label(formats.money_micro(micro, currency), "strong")
            amount.setToolTip(basics.plain_tooltip(f"Exactly {formats.exact_micro(micro, currency)}"))
            self._paid.addWidget(Dot(row), row, 0)
            self._paid.addWidget(basics.Elided(self._names.get(party, party)), row, 1)
            self._paid.addWidget(amount, row, 2, Qt.AlignmentFlag.AlignRight)
        said = self._said(pot, currency)
        self.note.setText(said)
        self.note.setVisible(bool(said))

    def _said(self, pot: Pot | None, currency: str) -> str:
        if pot is None:
            return "Write an amount such as 1000.00." if self._shares else "Make the bar exactly whole first."
        said = []
        if self._recoup is not None and self._recoup.currency == currency:
            name = self._names.get(self._recoup.party, self._recoup.party)
            said.append(f"{name} is paid back {formats.money(plain(self._recoup.amount_pico), currency)} first.")
        if pot.reserve_pico:
            said.append(f"{formats.exact(plain(pot.reserve_pico), currency)} stays in the pot’s reserve: whole millionths only.")
        return " ".join(said)
