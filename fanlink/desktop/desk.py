"""What a page gets: reading, acting, going elsewhere and saying something. It hides threads, Session and shell."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from fanlink.core.documents import AccountDocument
from fanlink.desktop.ops import Ops, Progress, Task
from fanlink.desktop.settings import SettingsFile

if TYPE_CHECKING:
    from fanlink.desktop.player import Player
    from fanlink.desktop.theme import Theme

UNDO_S = 10


class Somebody(NamedTuple):
    """A person this desktop can go on as, as in the demo: what the menu says, their home, and the icon of what they do."""

    label: str
    home: Path
    icon: str = "circle-user"


class Desk(QObject):
    """Given to every page by its constructor. The Session is opened in the store lane and never leaves it."""

    changed = Signal(frozenset)
    account_changed = Signal()
    state_changed = Signal(object)
    asked_to_go = Signal(str, str)
    asked_to_say = Signal(str, str, object, str)
    opened = Signal()
    person_changed = Signal()
    _moved = Signal(frozenset)
    _state = Signal(object)

    def __init__(
        self, home: Path, settings: SettingsFile, ops: Ops, theme: Theme, player: Player,
        open_session: Callable[[Path], Any], now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        super().__init__()
        self.home, self.settings, self.ops, self.theme, self.player = home, settings, ops, theme, player
        self.people: tuple[Somebody, ...] = ()
        self.now_ms = now_ms
        self.account: AccountDocument | None = None
        self.state: Any = None
        self.is_open = False
        self._open_session = open_session
        self._session: Any = None
        self._unsubscribe: Callable[[], None] | None = None
        # Callbacks of the Session come from its control thread; a signal brings them here.
        self._moved.connect(self._documents_moved)
        self._state.connect(self._state_moved)

    # The Session ----------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Opens the Session of this home, off the UI thread."""
        self.ops.run(self._open, self._opened, self.failed, owner=self)

    def _open(self) -> tuple[AccountDocument | None, Any]:
        session = self._session = self._open_session(self.home)
        self._unsubscribe = session.subscribe(
            lambda kinds: self._pass_on("_moved", frozenset(kinds)), lambda state: self._pass_on("_state", state)
        )
        session.start()
        return session.account, session.state

    def _pass_on(self, signal: str, what: object) -> None:
        """Brings a callback to the UI thread; the Session may still speak while the desk is being closed."""
        with suppress(RuntimeError):
            getattr(self, signal).emit(what)

    def _opened(self, result: tuple[AccountDocument | None, Any]) -> None:
        self.is_open = True
        self.account, self.state = result
        self.account_changed.emit()
        self.state_changed.emit(self.state)
        self.opened.emit()

    def become(self, home: Path) -> None:
        """Goes on as the person whose home this is: their Session in the place of the one that is open."""
        def work() -> tuple[AccountDocument | None, Any]:
            self._leave()
            return self._open()

        self.is_open = False
        self.home, self.settings = home, SettingsFile(home)
        self.player.stop()
        self.ops.run(work, self._became, self.failed, owner=self)

    def _became(self, result: tuple[AccountDocument | None, Any]) -> None:
        self._opened(result)
        self.person_changed.emit()

    def _leave(self) -> None:
        if self._unsubscribe:
            self._unsubscribe()
        self._session.close()

    def close(self) -> None:
        """Ends the Session and every lane."""
        if self._session is not None:
            self.ops.run(self._leave)
        self.ops.close()

    @property
    def session(self) -> Any:
        """The Session, for work that runs in a lane."""
        assert self._session is not None, "asked before it was opened"
        return self._session

    def _documents_moved(self, kinds: frozenset[str]) -> None:
        if "account" in kinds:
            self.refresh_account()
        self.changed.emit(kinds)

    def _state_moved(self, state: Any) -> None:
        self.state = state
        self.state_changed.emit(state)

    def refresh_account(self) -> None:
        """Reads who is signed in."""
        def done(account: AccountDocument | None) -> None:
            if account != self.account:
                self.account = account
                self.account_changed.emit()

        self.read(lambda session: session.account, done, owner=self)

    # What pages do --------------------------------------------------------------------------------------------------

    def read(
        self, work: Callable[[Any], Any], done: Callable[[Any], object], *, owner: QObject,
        failed: Callable[[Exception], object] | None = None,
    ) -> Task:
        """Runs `work(session)` in the store lane, then `done(result)` here."""
        return self.ops.run(lambda: work(self._session), done, failed or self.failed, owner=owner)

    def make(
        self, work: Callable[[Any, Progress], Any], done: Callable[[Any], object], *, owner: QObject,
        failed: Callable[[Exception], object] | None = None,
        progressed: Callable[[float, float | None, str], object] | None = None, lane: str = "make",
    ) -> Task:
        """Runs `work(session, progress)` in a lane for what takes seconds."""
        return self.ops.run_long(
            lambda progress: work(self._session, progress), done, failed or self.failed, owner=owner, lane=lane,
            progressed=progressed,
        )

    def do(
        self, data: Any, target: str, *, said: str = "", undo: bool = False, base_version: int | None = None,
        after: tuple[str, ...] = (), replaces: str | None = None, done: Callable[[str], object] | None = None,
        undone: Callable[[], object] | None = None,
    ) -> None:
        """Stores a command; says so, with Undo for ten seconds where asked. `undone` is called when it was taken back."""
        def stored(command: str) -> None:
            if said:
                self.say(said, undo=(lambda: self.undo(command, undone)) if undo else None)
            if done:
                done(command)

        self.read(
            lambda session: session.do(
                data, target, base_version=base_version, after=after, undo_s=UNDO_S if undo else 0, replaces=replaces
            ),
            stored, owner=self,
        )  # fmt: skip

    def undo(self, command: str, undone: Callable[[], object] | None = None) -> None:
        """Takes back a command that still waits."""
        def done(taken_back: bool) -> None:
            if not taken_back:
                self.say("It is already on its way and can no longer be taken back here.", tone="warn")
                return
            self.say("Taken back. Nothing was sent.")
            if undone:
                undone()

        self.read(lambda session: session.undo(command), done, owner=self)

    def go(self, page: str, item: str = "") -> None:
        """Opens another page, perhaps at one thing."""
        self.asked_to_go.emit(page, item)

    def say(self, text: str, undo: Callable[[], object] | None = None, tone: str = "", label: str = "Undo") -> None:
        """A short message at the bottom, perhaps with a way back."""
        self.asked_to_say.emit(text, tone, undo, label)

    def failed(self, error: Exception) -> None:
        """Says in words what went wrong."""
        # words are a long table: read it when something must be said
        from fanlink.desktop import words

        self.say(words.of_error(error), tone="bad")
