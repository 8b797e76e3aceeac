"""Diagnostics: versions, files, the last lines of the log, and a report without secrets."""

from __future__ import annotations

import platform
import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl, qVersion
from PySide6.QtGui import QDesktopServices, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit

from fanlink.desktop import formats, words_log
from fanlink.desktop.pages.page import Page
from fanlink.desktop.widgets import basics

PACKAGES = ("fanlink", "PySide6", "httpx", "sqlite-utils", "keyring", "numpy", "soundfile", "python-stretch")
LINES = 120
SECRET = re.compile(r"(?i)(authorization[\"'=:\s]+(?:bearer\s+)?|bearer\s+|token[\"'=:\s]+|password[\"'=:\s]+)\S+")


@dataclass(frozen=True, slots=True)
class Found:
    """What is shown and reported."""

    facts: tuple[tuple[str, str], ...]
    log: str

    @property
    def report(self) -> str:
        """All of it as text."""
        return "\n".join(f"{name}: {value}" for name, value in self.facts) + "\n\n" + self.log


class DiagnosticsPage(Page):
    """Facts, and the log."""

    def build(self) -> None:
        self._found: Found | None = None
        folder = basics.button("Open log folder", "folder-open", "", self._open)
        copy = basics.button("Copy report", "copy", "primary", self._copy)
        self.heading("Diagnostics", "What is running here. The report has no names, no words of yours and no secrets.", folder, copy)
        column = self.scroller()
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(24)
        self.grid.setVerticalSpacing(8)
        self.grid.setColumnStretch(1, 1)
        column.addWidget(basics.card(basics.text_label("Facts", "h2"), self.grid))
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setAccessibleName("Log")
        self.log.setMinimumHeight(240)
        self.log.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.log.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        column.addWidget(basics.card(basics.text_label("Log", "h2"), self.log))
        column.addStretch(1)

    def enter(self, item: str = "") -> None:
        self._fresh = False
        super().enter(item)

    def read(self, session: Any) -> Found:
        state = session.state
        facts = [(name, version_of(name)) for name in PACKAGES if version_of(name)]
        facts += [
            ("Python", platform.python_version()), ("Qt", qVersion()), ("System", platform.platform(terse=True)),
            ("Home", str(self.desk.home)), ("Sync", state.name), ("Waiting", str(state.waiting)),
            ("Stems and remixes here", formats.size(session.assets.size_bytes())),
            ("Token kept after a restart", "yes" if session.token_is_kept else "no, there is no safe keyring"),
        ]  # fmt: skip
        facts += log_facts(session)
        return Found(tuple(facts), tail(self.desk.home / "logs" / "desktop.log"))

    def show_data(self, data: Found) -> None:
        self._found = data
        basics.empty(self.grid)
        for row, (name, value) in enumerate(data.facts):
            self.grid.addWidget(basics.text_label(name, "muted"), row, 0)
            self.grid.addWidget(basics.text_label(value, wrap=True), row, 1)
        self.log.setPlainText(data.log or "Nothing has gone wrong.")

    def _open(self) -> None:
        folder = self.desk.home / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _copy(self) -> None:
        if self._found is not None:
            QGuiApplication.clipboard().setText(self._found.report)
            self.desk.say("The report is in the clipboard.")


def log_facts(session: Any) -> list[tuple[str, str]]:
    """What this computer knows of the server's log: the newest checkpoint, to be compared with the server's own, and changes."""
    kept, changes = session.log.kept, session.log.changes
    newest = [("Server's log", f"{words_log.checkpoint(kept[-1])}, seen {formats.moment(kept[-1].seen_ms)}")] if kept else []
    return newest + [
        (f"Found {formats.moment(change.found_ms)}", f"{words_log.TITLES[change.how]}. {words_log.sentence(change)}") for change in changes
    ]


def version_of(package: str) -> str:
    """The version that is installed, or nothing."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def tail(path: Path) -> str:
    """The last lines of a log, with anything that looks like a secret taken out."""
    try:
        lines = path.read_text("utf-8", errors="replace").splitlines()[-LINES:]
    except OSError:
        return ""
    return "\n".join(SECRET.sub(r"\1•••", line) for line in lines)
