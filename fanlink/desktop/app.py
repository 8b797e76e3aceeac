"""Makes the parts, joins them and runs: the only place of the desktop that builds.

Until the first paint nothing is imported but QtWidgets and values; the Session (SQLite, HTTP, keyring) is imported and opened
in a lane after that.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from importlib import import_module
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QStandardPaths, QTimer
from PySide6.QtWidgets import QApplication

from fanlink.desktop.artworks import Artworks
from fanlink.desktop.desk import Desk, Somebody
from fanlink.desktop.ops import Ops
from fanlink.desktop.player import Player
from fanlink.desktop.settings import SettingsFile
from fanlink.desktop.theme import Theme
from fanlink.desktop.widgets import artwork
from fanlink.desktop.window import Window

SMOKE_LIMIT_MS = 20_000


def open_session(home: Path) -> Any:
    """The real Session, with the space for sound that was chosen; imported when it is opened, in its lane."""
    limit_bytes = SettingsFile(home).now.cache_limit_mb * 1_000_000
    return import_module("fanlink.client.session").Session.open(home, cache_limit_bytes=limit_bytes)


class App:
    """Everything of one running desktop."""

    def __init__(self, home: Path, open_session: Callable[[Path], Any] = open_session, *, mode: str = "", people: tuple[Somebody, ...] = ()) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.qt = QApplication.instance() or QApplication(sys.argv[:1])
        self.qt.setApplicationName("fanlink")
        self.qt.setApplicationDisplayName("FanLink")
        self.settings = SettingsFile(home)
        now = self.settings.now
        self.theme = Theme(self.qt, mode or now.mode, now.text_size)
        self.theme.apply()
        self.ops = Ops()
        self.player = Player(self.ops, home / "cache")
        self.player.volume, self.player.match_loudness = now.volume, now.match_loudness
        self.desk = Desk(home, self.settings, self.ops, self.theme, self.player, open_session)
        self.desk.people = people
        self.artworks = Artworks(self.desk)
        artwork.hang(self.artworks.picture)
        self.window = Window(self.desk)
        # A window that is painted again paints all that is in it.
        self.artworks.arrived.connect(lambda _digest: self.window.update())
        self.window.open_last()

    def start(self) -> None:
        """Shows the window, and opens the Session when it has been painted."""
        if self.settings.now.maximized:
            self.window.showMaximized()
        else:
            self.window.show()
        QTimer.singleShot(0, self.desk.open)

    def close(self) -> None:
        """Ends sound, Session and lanes."""
        self.desk.settings.change(volume=self.player.volume)
        artwork.hang(lambda _digest, _side: None)
        self.window.close()
        self.player.close()
        self.desk.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.theme.close()


def default_home() -> Path:
    """Where a person's data is when nobody says otherwise: the last home, else the usual place of this system."""
    if given := os.environ.get("FANLINK_HOME"):
        return Path(given)
    try:
        last = Path(_last_home_file().read_text("utf-8").strip())
        if last.is_dir():
            return last
    except OSError:
        pass
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)) / "fanlink"


def remember_home(home: Path) -> None:
    """The home that is opened next time."""
    file = _last_home_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(str(home.resolve()), "utf-8")


def run(
    home: Path, smoke: Path | None = None, open_session: Callable[[Path], Any] = open_session,
    people: tuple[Somebody, ...] = (),
) -> int:
    """Runs the desktop until its window is closed, or until its picture is taken. `people` can be switched between."""
    log_to(home)
    app = App(home, open_session, people=people)
    guard = None
    if smoke is None:
        from fanlink.desktop.single import Single

        guard = Single(home, app.window)
        if not guard.first:
            return 0
        remember_home(home)
    app.start()
    status = [0]
    if smoke is not None:
        from fanlink.desktop.pictures import when_quiet

        def take() -> None:
            status[0] = 0 if app.window.grab().save(str(smoke)) else 1
            app.qt.quit()

        when_quiet(app, take)
        QTimer.singleShot(SMOKE_LIMIT_MS, app.qt.quit)
    app.qt.exec()
    app.close()
    if guard is not None:
        guard.close()
    return status[0]


def log_to(home: Path) -> None:
    """A log of the last runs in the home; no secrets and no documents go into it."""
    folder = home / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(folder / "desktop.log", maxBytes=500_000, backupCount=3, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger("fanlink")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)


def _last_home_file() -> Path:
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)) / "fanlink" / "last-home"
