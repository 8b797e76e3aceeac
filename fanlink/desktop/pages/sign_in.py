"""Signing in: a server, a name, a password. Or a token that was made elsewhere."""

from __future__ import annotations

from typing import Any

from fanlink.core.errors import Offline
from fanlink.desktop import words
from fanlink.desktop.pages.page import Page
from fanlink.desktop.widgets import basics, fields
from fanlink.desktop.widgets.brand import Logo
from fanlink.desktop.widgets.notices import Banner

WIDTH = 420


class SignInPage(Page):
    """One card in the middle."""

    def build(self) -> None:
        self.server = fields.written("Server", "https://", self.desk.settings.now.server)
        self.name = fields.written("Name", "Your account’s name", self.desk.settings.now.account_name)
        self.password = fields.written("Password", secret=True)
        self.token = fields.written("Personal access token", secret=True)
        self.problem = Banner(tone="bad")
        self.problem.hide()
        self.go = basics.button("Sign in", "log-in", "primary", self._sign_in)
        self.other = basics.button("Use a token instead", "key-round", "link", self._swap)
        self.with_password = basics.boxed(fields.captioned(self.name, self.password))
        self.with_token = basics.boxed(fields.captioned(self.token))
        self.with_token.hide()
        head = basics.row(Logo(44), basics.column(basics.text_label("Sign in to FanLink", "h2"),
                          basics.text_label("Everything you read stays on this computer, offline too.", "muted", wrap=True), gap=2), gap=14)  # fmt: skip
        head.setStretch(1, 1)
        card = basics.card(
            head, self.problem, fields.captioned(self.server), self.with_password, self.with_token,
            basics.row(self.other, None, self.go),
            basics.row(basics.button("I have an invitation", "mail", "link", lambda: self.desk.go("invitation")), None), pad=26, gap=14,
        )  # fmt: skip
        card.setFixedWidth(WIDTH + 52)
        self.outer.addStretch(1)
        # Between two stretches: with an alignment of its own it would not grow with its wrapped words.
        self.outer.addLayout(basics.row(None, card, None))
        self.outer.addStretch(2)
        for field in (self.server, self.name, self.password, self.token):
            field.returnPressed.connect(self._sign_in)

    def enter(self, item: str = "") -> None:
        super().enter(item)
        (self.name if self.server.text() else self.server).setFocus()

    def _swap(self) -> None:
        token = self.with_token.isHidden()
        self.with_token.setVisible(token)
        self.with_password.setVisible(not token)
        self.other.setText(" Use name and password" if token else " Use a token instead")

    def _sign_in(self) -> None:
        url = self.server.text().strip().rstrip("/")
        if url and "://" not in url:
            url = f"https://{url}"
        missing = self._missing(url)
        if missing:
            self._say(missing)
            return
        self.go.setEnabled(False)
        self.go.setText(" Signing in…")
        name, password, token = self.name.text().strip(), self.password.text(), self.token.text().strip()
        by_token = not self.with_token.isHidden()

        def work(session: Any) -> None:
            if by_token:
                session.use_token(url, token)
            else:
                session.sign_in(url, name, password)

        self.desk.read(work, lambda _none: self._signed_in(url), owner=self, failed=self._failed_to)

    def _missing(self, url: str) -> str:
        if not url:
            return "Say which server your account is on."
        if not self.with_token.isHidden():
            return "" if self.token.text().strip() else "Paste your token."
        return "" if self.name.text().strip() and self.password.text() else "Fill in your name and your password."

    def _signed_in(self, url: str) -> None:
        self._ready_again()
        self.password.clear()
        self.token.clear()
        self.problem.hide()
        self.desk.settings.change(server=url, welcomed=True)
        self.desk.refresh_account()

    def _failed_to(self, error: Exception) -> None:
        self._ready_again()
        text = "The server cannot be reached. Look at its address and your connection, then try again."
        self._say(text if isinstance(error, Offline) else words.of_error(error))

    def _ready_again(self) -> None:
        self.go.setEnabled(True)
        self.go.setText(" Sign in")

    def _say(self, text: str) -> None:
        self.problem.say(text, "bad")
