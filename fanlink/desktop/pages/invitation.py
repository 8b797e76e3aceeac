"""I have an invitation: paste the link, see whom it is for, say that it is you. With an account here or without one."""

from __future__ import annotations

from typing import Any

from fanlink.core.errors import Offline
from fanlink.core.invitations import secret_in
from fanlink.desktop import words
from fanlink.desktop.ops import Progress
from fanlink.desktop.pages.page import Page
from fanlink.desktop.widgets import basics, fields
from fanlink.desktop.widgets.notices import Banner

WIDTH = 480


class InvitationPage(Page):
    """One card in the middle, in two steps."""

    def build(self) -> None:
        self._party: tuple[str, str] | None = None
        self.server, self.link = fields.written("Server", "https://"), fields.written("Invitation", "fanlink-invitation:…")
        self.name, self.password = fields.written("Name to sign in with"), fields.written("A new password", "At least 8 characters", secret=True)
        self.problem, self.whom = Banner(tone="bad"), basics.text_label("", "h2", wrap=True)
        self.problem.hide()
        self.who_now = basics.text_label("", "muted", wrap=True)
        self.look = basics.button("Whom is it for?", "search", "primary", self._look)
        self.accept = basics.button("Yes, that is me", "check", "primary", self._accept)
        self.other = basics.button("That is not me", "x", "link", self._begin_again)
        self.place = basics.boxed(fields.captioned(self.server))
        self.first = basics.boxed(basics.column(self.place, fields.captioned(self.link), basics.row(None, self.look), gap=14))
        self.fresh = basics.boxed(fields.captioned(self.name, self.password))
        self.second = basics.boxed(basics.column(self.whom, self.who_now, self.fresh, basics.row(self.other, None, self.accept), gap=14))
        head = basics.column(
            basics.text_label("I have an invitation", "h2"),
            basics.text_label("Somebody owes you money for music and did not know where to send it.", "muted", wrap=True), gap=2,
        )  # fmt: skip
        card = basics.card(head, self.problem, self.first, self.second, pad=26, gap=14)
        card.setFixedWidth(WIDTH + 52)
        self.outer.addStretch(1)
        self.outer.addLayout(basics.row(None, card, None))
        self.outer.addStretch(2)
        self._begin_again()

    def enter(self, item: str = "") -> None:
        super().enter(item)
        self.server.setText(self.server.text() or self.desk.settings.now.server)
        self.place.setVisible(self.desk.account is None)
        self.fresh.setVisible(self.desk.account is None)
        self.link.setFocus()

    def _begin_again(self) -> None:
        self._party = None
        self.problem.hide()
        self.second.hide()
        self.first.show()

    def _url(self) -> str:
        url = self.server.text().strip().rstrip("/")
        return f"https://{url}" if url and "://" not in url else url

    def _look(self) -> None:
        secret, url = secret_in(self.link.text()), "" if self.desk.account else self._url()
        if not secret or (self.desk.account is None and not url):
            self.problem.say("Paste the invitation" + (", and say which server it is from." if self.desk.account is None else "."), "bad")
            return
        self.look.setEnabled(False)

        def work(session: Any, _progress: Progress) -> tuple[str, str]:
            return session.online.invited_as(secret, url)

        self.desk.make(work, self._seen, owner=self, failed=self._failed_to)

    def _seen(self, party: tuple[str, str]) -> None:
        self.look.setEnabled(True)
        self._party = party
        self.problem.hide()
        self.whom.setText(f"Are you {party[1]}?")
        account = self.desk.account
        self.who_now.setText(
            f"You go on as {account.name} and answer for {party[1]} from then on." if account
            else f"You get an account that is {party[1]}. Choose a name to sign in with and a password."
        )
        self.first.hide()
        self.second.show()

    def _accept(self) -> None:
        if self._party is None:
            return
        secret, party, url = secret_in(self.link.text()), self._party[0], self._url()
        name, password, signed_in = self.name.text().strip(), self.password.text(), self.desk.account is not None
        if not signed_in and not (name and password):
            self.problem.say("Choose a name and a password.", "bad")
            return
        self.accept.setEnabled(False)

        def work(session: Any, _progress: Progress) -> None:
            if signed_in:
                session.online.accept_invitation(secret, party)
                session.sync_now()
            else:
                session.use_token(url, session.online.join(url, secret, party, name, password))

        self.desk.make(work, lambda _none: self._accepted(url, signed_in), owner=self, failed=self._failed_to)

    def _accepted(self, url: str, signed_in: bool) -> None:
        name = self._party[1] if self._party else ""
        self.accept.setEnabled(True)
        self.link.clear()
        self.password.clear()
        self._begin_again()
        if not signed_in:
            self.desk.settings.change(server=url, welcomed=True)
            self.desk.refresh_account()
        self.desk.say(f"You answer for {name} now. Say where its money goes.")
        self.desk.go("account")

    def _failed_to(self, error: Exception) -> None:
        self.look.setEnabled(True)
        self.accept.setEnabled(True)
        text = "The server cannot be reached. Look at its address and your connection, then try again."
        self.problem.say(text if isinstance(error, Offline) else words.of_error(error), "bad")
