"""The first start: three questions, one screen each, all of which can be skipped and changed later."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from fanlink.desktop.pages.page import Page
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.brand import Logo
from fanlink.desktop.widgets.notices import Picture

INTERESTS = (
    ("remix", "Make remixes", "wand-sparkles", "Say in words what should happen to a song, inside what its artist allows."),
    ("artist", "Let fans remix my songs", "mic-vocal", "Set the limits, see who must agree, hear what fans make."),
    ("review", "Review or pay", "scale", "Moderate what comes in, or see that everyone is paid."),
)  # fmt: skip
LOOKS = (
    ("system", "Like the computer", "monitor", "Light by day, dark by night, as the system says."),
    ("light", "Light", "sun", "Always light."),
    ("dark", "Dark", "moon", "Always dark."),
)  # fmt: skip
CACHES = (
    (1_000, "1 GB", "hard-drive", "About thirty songs with all their stems."),
    (4_000, "4 GB", "hard-drive", "About a hundred songs. Fits most computers."),
    (20_000, "20 GB", "hard-drive", "For long journeys without a connection."),
)  # fmt: skip


class FirstRunPage(Page):
    """Three questions. The answers are settings."""

    def build(self) -> None:
        self.steps = QStackedWidget()
        self.steps.addWidget(self._question("What brings you here?", INTERESTS, self._interest))
        self.steps.addWidget(self._question("How should it look?", LOOKS, self._look))
        self.steps.addWidget(self._question("How much space may sound take?", CACHES, self._cache))
        self.place = basics.text_label("", "small")
        self.back = basics.button("Back", "arrow-left", "quiet", lambda: self._to(self.steps.currentIndex() - 1))
        self.skip = basics.button("Skip", "", "quiet", lambda: self._to(self.steps.currentIndex() + 1))
        brand = basics.row(None, Logo(40), basics.text_label("Welcome to FanLink", "h1"), None, gap=14)
        under = basics.text_label("Music that fans are allowed to remix.", "muted")
        under.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.outer.addStretch(1)
        self.outer.addLayout(brand)
        self.outer.addWidget(under)
        self.outer.addSpacing(12)
        self.outer.addWidget(self.steps)
        self.outer.addLayout(basics.row(None, self.back, self.place, self.skip, None, gap=16))
        self.outer.addStretch(2)
        self._to(0)

    def _question(self, title: str, answers: Sequence[tuple], take) -> QWidget:
        head = basics.text_label(title, "h2")
        head.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        line = basics.row(None, *(self._answer(*answer, take) for answer in answers), None, gap=14)
        return basics.boxed(basics.column(head, 6, line, gap=10))

    def _answer(self, key, title: str, icon: str, text: str, take) -> QWidget:
        name = basics.text_label(title, "h3")
        name.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        about = basics.text_label(text, "muted", wrap=True)
        about.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        about.setMinimumHeight(74)
        choose = basics.button("Choose", clicked=lambda: take(key), hint=title)
        card = basics.card(basics.row(None, Picture(icon, 64), None), name, about, choose, pad=20)
        card.setFixedWidth(236)
        return card

    def _interest(self, key: str) -> None:
        self.desk.settings.change(interests=(key,))
        self._to(1)

    def _look(self, key: str) -> None:
        self.desk.settings.change(mode=key)
        self.desk.theme.apply(key)
        self._to(2)

    def _cache(self, key: int) -> None:
        self.desk.settings.change(cache_limit_mb=key)
        self._to(3)

    def _to(self, step: int) -> None:
        if step >= self.steps.count():
            self.desk.settings.change(welcomed=True)
            self.desk.go("home" if self.desk.account else "sign_in")
            return
        self.steps.setCurrentIndex(max(step, 0))
        self.back.setVisible(step > 0)
        self.place.setText(f"{step + 1} of {self.steps.count()}")
