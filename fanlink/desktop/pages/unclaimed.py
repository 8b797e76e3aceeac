"""The unclaimed register: money of parties for whom nobody answers, the oldest first, and a link to invite each."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from fanlink.core.commands import InviteParty, WithdrawInvitation
from fanlink.core.invitations import PREFIX
from fanlink.core.money_documents import BalanceDocument, InvitationDocument
from fanlink.desktop import formats, paying
from fanlink.desktop.pages.page import Page, scrolling
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.notices import Empty

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Register:
    """Balances by party, the party that waits longest first, and the open invitation of each."""

    parties: dict[str, list[BalanceDocument]]
    invitations: dict[str, InvitationDocument]


class UnclaimedPage(Page):
    """One card for each party."""

    KINDS = frozenset({"balance", "invitation"})

    def build(self) -> None:
        self._links: dict[str, str] = {}
        self.heading("Unclaimed", " ")
        self.stack = QStackedWidget()
        area, self._column = scrolling(10)
        self.stack.addWidget(area)
        self.stack.addWidget(Empty(
            "archive", "Nobody is missing", "When somebody is owed money and has no account here, it waits in this register until they are invited "
            "and claim it.", "Payouts", lambda: self.desk.go("payouts"), "banknote",
        ))  # fmt: skip
        self.outer.addWidget(self.stack, 1)

    def read(self, session: Any) -> Register:
        waiting = [each for each in session.all("balance", scope="finance") if not each.claimed and each.owed_micro + each.held_micro > 0]
        waiting.sort(key=lambda each: (each.since_ms or 0, each.party, each.currency))
        parties: dict[str, list[BalanceDocument]] = {}
        for each in waiting:
            parties.setdefault(each.party, []).append(each)
        now_ms = self.desk.now_ms()
        invitations = {
            each.party: each for each in session.all("invitation", scope="finance") if each.state == "open" and now_ms < each.expires_ms
        }
        return Register(parties, invitations)

    def show_data(self, data: Register) -> None:
        self.stack.setCurrentIndex(0 if data.parties else 1)
        everything = [each for some in data.parties.values() for each in some]
        self.subtitle_label.say(
            f"{formats.count(len(data.parties), 'party', 'parties')} · {paying.sums(everything, 'owed_micro')} waits." if data.parties else "Nothing waits here."
        )
        basics.empty(self._column)
        for party, balances in list(data.parties.items())[:SHOWN]:
            self._column.addWidget(self._card(party, balances, data.invitations.get(party)))
        if len(data.parties) > SHOWN:
            self._column.addWidget(basics.text_label(f"{len(data.parties) - SHOWN:,} more wait, each for less long.", "small"))
        self._column.addStretch(1)

    def _card(self, party: str, balances: list[BalanceDocument], invitation: InvitationDocument | None) -> QWidget:
        since = balances[0].since_ms
        days = (self.desk.now_ms() - since) // formats.DAY if since else 0
        waits = f"Waits since {formats.date(since)}, {formats.count(days, 'day')}" if since else "Held"
        money = formats.names([formats.money_micro(each.owed_micro + each.held_micro, each.currency) for each in balances])
        names = basics.column(basics.Elided(balances[0].party_name, "strong"), basics.Elided(waits, "small"), gap=2)
        invite = basics.button("New link" if invitation else "Invite", "mail", "", lambda: self.invite(party))
        head = basics.row(names, basics.text_label(money, "figure"), invite, gap=16)
        head.setStretch(0, 1)
        card = basics.card(head, pad=14, kind="tile")
        if invitation is not None:
            take_back = basics.button("Take it back", "x", "link", lambda: self.desk.do(WithdrawInvitation(), invitation.id, said="The link works no more."))
            card.layout().addLayout(basics.row(basics.chip(f"Invited, until {formats.date(invitation.expires_ms)}", "accent"), None, take_back))
        if party in self._links:
            card.layout().addLayout(self._link_row(self._links[party]))
        return card

    def _link_row(self, link: str) -> QVBoxLayout:
        field = QLineEdit(link)
        field.setReadOnly(True)
        field.setAccessibleName("Invitation link")
        copy = basics.button("Copy", "copy", "", lambda: self._copy(link))
        line = basics.row(field, copy)
        line.setStretch(0, 1)
        return basics.column(line, basics.text_label("Give it to them yourself. It is shown only now, works once, and for this party alone.", "small"), gap=4)

    def _copy(self, link: str) -> None:
        QGuiApplication.clipboard().setText(link)
        self.desk.say("The link is in the clipboard.")

    def invite(self, party: str) -> None:
        """Makes a link; only the hash of its secret leaves this page."""
        secret = secrets.token_urlsafe(32)
        self._links = {party: PREFIX + secret}
        data = InviteParty(party, hashlib.sha256(secret.encode()).hexdigest())
        self.desk.read(lambda session: session.new_id("invitation"), lambda name: self.desk.do(data, name, done=lambda _id: self.refresh()), owner=self)

    def leave(self) -> None:
        self._links = {}
