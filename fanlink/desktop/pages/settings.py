"""Settings: look, sound, storage, notifications, shortcuts, privacy, about. Every change holds at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QWidget

from fanlink.desktop import formats
from fanlink.desktop.pages.page import Page
from fanlink.desktop.pages.settings_models import ModelsCard, ReaderCard
from fanlink.desktop.theme import MODES, TEXT_SIZES
from fanlink.desktop.widgets import basics

CACHES_MB = (500, 1_000, 2_000, 4_000, 10_000, 20_000, 50_000)
MODE_NAMES = {"system": "Like the computer", "light": "Light", "dark": "Dark"}
PRIVACY = (
    "What you do is stored on this computer first and sent only to the server you signed in to.",
    "FanLink counts nothing about you and sends no reports by itself.",
    "Drafts and your own recordings stay here until you submit them.",
)


class SettingsPage(Page):
    """Cards in one column."""

    KINDS = frozenset({"account"})

    def build(self) -> None:
        self.heading("Settings", "For this computer.")
        now = self.desk.settings.now
        column = self.scroller()
        self.who = basics.text_label("", "strong")
        self.where = basics.text_label("", "muted")
        sign_out = basics.button("Sign out", "log-out", "danger", self._sign_out)
        self.sign_out = sign_out
        account = basics.row(basics.column(self.who, self.where, gap=2), None, sign_out)
        column.addWidget(basics.card(basics.text_label("Account", "h2"), account))
        mode = self._choice("Mode", [(MODE_NAMES[each], each) for each in MODES], now.mode, self._mode)
        size = self._choice("Text size", [(f"{each} %", each) for each in TEXT_SIZES], now.text_size, self._size)
        column.addWidget(self._card("Look", ("Mode", mode), ("Text size", size)))
        match = self._switch("Match loudness when comparing A and B", now.match_loudness, self._match)
        column.addWidget(basics.card(basics.text_label("Sound", "h2"), match))
        self.used = basics.text_label("", "muted", wrap=True)
        caches = [(formats.size(each * 1_000_000), each) for each in CACHES_MB]
        cache = self._choice("Space for sound", caches, now.cache_limit_mb, self._space)
        clear = basics.button("Clear rendered previews", "trash-2", "", self._clear)
        used = basics.boxed(basics.row(self.used, clear, gap=12))
        used.layout().setStretch(0, 1)
        column.addWidget(self._card("Storage", ("Space for stems and remixes", cache), ("Used now", used)))
        self.reader = ReaderCard(self.desk)
        column.addWidget(self.reader)
        self.models = ModelsCard(self.desk)
        column.addWidget(self.models)
        column.addWidget(basics.card(basics.text_label("Keyboard", "h2"), basics.text_label(
            "Every shortcut is on one sheet: press ? anywhere but in text.", "muted", wrap=True)))
        privacy = basics.card(basics.text_label("Privacy", "h2"))
        for sentence in PRIVACY:
            privacy.layout().addWidget(basics.text_label(f"•  {sentence}", wrap=True))
        column.addWidget(privacy)
        diagnostics = basics.button("Diagnostics", "activity", "", lambda: self.desk.go("diagnostics"))
        about = basics.text_label("FanLink is open source. Inter is used under the SIL Open Font License, Lucide icons under the ISC License.", "muted", wrap=True)
        line = basics.row(about, diagnostics, gap=14)
        line.setStretch(0, 1)
        column.addWidget(basics.card(basics.text_label("About", "h2"), line))
        column.addStretch(1)

    def read(self, session: Any) -> tuple[str, int, int]:
        renders = sum(path.stat().st_size for path in (self.desk.home / "cache").rglob("*") if path.is_file())
        return (session.account.name if session.account else ""), session.assets.size_bytes(), renders

    def show_data(self, data: tuple[str, int, int]) -> None:
        name, assets, renders = data
        self.who.setText(name or "Not signed in")
        self.where.setText(self.desk.settings.now.server or "Sign in to send and receive")
        self.sign_out.setEnabled(bool(name))
        self.models.look()
        self.used.setText(f"{formats.size(assets)} of stems and remixes, {formats.size(renders)} of previews")

    def _card(self, title: str, *rows: tuple[str, QWidget]) -> QWidget:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(10)
        grid.setColumnMinimumWidth(0, 220)
        for number, (name, widget) in enumerate(rows):
            grid.addWidget(basics.text_label(name), number, 0)
            grid.addWidget(widget, number, 1)
        grid.setColumnStretch(1, 1)
        return basics.card(basics.text_label(title, "h2"), grid)

    def _choice(self, name: str, choices: Sequence[tuple[str, Any]], now: Any, changed: Callable[[Any], object]) -> QWidget:
        box = QComboBox()
        box.setAccessibleName(name)
        for text, value in choices:
            box.addItem(text, value)
        box.setCurrentIndex(max(box.findData(now), 0))
        box.currentIndexChanged.connect(lambda _index: changed(box.currentData()))
        box.setMinimumWidth(220)
        return basics.boxed(basics.row(box, None))

    def _switch(self, text: str, now: bool, changed: Callable[[bool], object]) -> QCheckBox:
        box = QCheckBox(basics.escape(text))
        box.setChecked(now)
        box.toggled.connect(changed)
        return box

    def _mode(self, mode: str) -> None:
        self.desk.settings.change(mode=mode)
        self.desk.theme.apply(mode)

    def _size(self, size: int) -> None:
        self.desk.settings.change(text_size=size)
        self.desk.theme.apply(text_size=size)

    def _space(self, megabytes: int) -> None:
        self.desk.settings.change(cache_limit_mb=megabytes)
        self.desk.say("The new limit holds from the next start on.")

    def _match(self, on: bool) -> None:
        self.desk.settings.change(match_loudness=on)
        self.desk.player.match_loudness = on

    def _clear(self) -> None:
        cache = self.desk.home / "cache"

        def work(_session: Any) -> int:
            gone = 0
            for path in cache.rglob("*"):
                if path.is_file():
                    gone += path.stat().st_size
                    path.unlink(missing_ok=True)
            return gone

        self.desk.read(work, self._cleared, owner=self)

    def _cleared(self, gone: int) -> None:
        self.desk.say(f"{formats.size(gone)} freed. Previews are made again when you need them.")
        self.refresh()

    def _sign_out(self) -> None:
        waiting = self.desk.state.waiting if self.desk.state else 0

        def done(_none: object) -> None:
            kept = f" {formats.count(waiting, 'change')} that waited will be sent when you sign in again." if waiting else ""
            self.desk.say(f"Signed out.{kept}")
            self.desk.refresh_account()

        self.desk.read(lambda session: session.sign_out(), done, owner=self)
