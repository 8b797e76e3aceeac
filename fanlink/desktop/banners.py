"""What stays above the page as long as it is true: no connection, no safe place for the token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fanlink.desktop import sync_line
from fanlink.desktop.desk import Desk
from fanlink.desktop.widgets.notices import Banner

if TYPE_CHECKING:
    from fanlink.client.state import SyncState

PATIENCE_MS = 5_000
FORGETFUL = "No safe keyring was found on this computer, so you will have to sign in again after a restart."


class Banners(QWidget):
    """Listens to the desk by itself; takes no room while there is nothing to say."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.offline = Banner("Try again", self._try_again)
        self.keyring = Banner("I see", self._seen)
        column = QVBoxLayout(self)
        column.setContentsMargins(26, 0, 26, 10)
        column.setSpacing(8)
        for banner in (self.offline, self.keyring):
            banner.hide()
            column.addWidget(banner)
        self.patience = QTimer(self)
        self.patience.setSingleShot(True)
        self.patience.setInterval(PATIENCE_MS)
        self.patience.timeout.connect(self._say_offline)
        desk.state_changed.connect(self._state_changed)
        desk.account_changed.connect(self._look_at_keyring)
        self._fit()

    def _state_changed(self, state: SyncState | None) -> None:
        if state is None or state.offline_since_ms is None:
            self.patience.stop()
            self.offline.hide()
            self._fit()
        elif not self.offline.isHidden():
            self._say_offline()
        elif not self.patience.isActive():
            self.patience.start()

    def _say_offline(self) -> None:
        if self._desk.account is not None and self._desk.state is not None:
            self.offline.say(sync_line.banner(self._desk.state))
            self._fit()

    def _try_again(self) -> None:
        self._desk.read(lambda session: session.sync_now(), lambda _none: None, owner=self)

    def _look_at_keyring(self) -> None:
        def forgetful(session: Any) -> bool:
            return session.account is not None and not (session.token_is_kept or session.token_place_was_chosen)

        self._desk.read(forgetful, self._say_keyring, owner=self)

    def _say_keyring(self, forgetful: bool) -> None:
        if forgetful:
            self.keyring.say(FORGETFUL)
        else:
            self.keyring.hide()
        self._fit()

    def _seen(self) -> None:
        self.keyring.hide()
        self._fit()

    def _fit(self) -> None:
        self.setVisible(not (self.offline.isHidden() and self.keyring.isHidden()))
