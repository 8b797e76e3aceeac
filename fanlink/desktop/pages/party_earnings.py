"""Earnings of owners: the fans' page, for every party that the account answers for."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QComboBox

from fanlink.desktop.pages.earnings import EarningsData, EarningsPage
from fanlink.desktop.widgets import fields
from fanlink.desktop.widgets.notices import Empty


class PartyEarningsPage(EarningsPage):
    """The same numbers, with a choice of the party."""

    def build(self) -> None:
        super().build()
        self.party = fields.bounded(QComboBox())
        self.party.setAccessibleName("Party")
        self.party.setMinimumWidth(190)
        self.party.hide()
        self.party.activated.connect(lambda _index: self.refresh())
        head = self.outer.itemAt(0).layout()
        head.insertWidget(1, self.party)
        old = self.stack.widget(1)
        self.stack.removeWidget(old)
        old.deleteLater()
        self.stack.addWidget(Empty(
            "wallet", "What you earn will be here", "When a remix of something you own is played, your exact share appears here.",
            "Rights & splits", lambda: self.desk.go("rights"), "handshake",
        ))  # fmt: skip

    def read(self, session: Any) -> EarningsData:
        account = session.account
        if account is None:
            return self.read_party(session, "")
        wanted = self.party.currentData()
        return self.read_party(session, wanted if wanted in account.parties else account.party)

    def show_data(self, data: EarningsData) -> None:
        parties = self.desk.account.parties if self.desk.account else ()
        names = {each.document.party: each.document.party_name for each in data.statements}
        names |= {share.party: share.name for line in data.lines for share in line.document.shares}
        if [self.party.itemData(at) for at in range(self.party.count())] != list(parties):
            self.party.clear()
            for party in parties:
                self.party.addItem(names.get(party, party), party)
        for at in range(self.party.count()):
            if self.party.itemData(at) in names:
                self.party.setItemText(at, names[self.party.itemData(at)])
        self.party.setCurrentIndex(max(self.party.findData(data.party), 0))
        self.party.setVisible(len(parties) > 1)
        super().show_data(data)
