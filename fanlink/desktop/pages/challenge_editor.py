"""The editor of a challenge: prompt, words, dates on a line, rubric, judges, prizes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from fanlink.core import challenges
from fanlink.core.challenges import Challenge, Criterion, Dates, Prize
from fanlink.core.documents import PromptDraftDocument
from fanlink.desktop import formats, words
from fanlink.desktop.desk import Desk
from fanlink.desktop.pages.page import scrolling
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.date_handles import DatesForm
from fanlink.desktop.widgets.rows import RowsEditor
from fanlink.desktop.widgets.tags import TagEditor

NAMES = ("Opens", "Closes", "Decided")
RUBRIC = (Criterion("Idea", 10), Criterion("Sound", 10), Criterion("Keeps the song’s heart", 5))


@dataclass(frozen=True, slots=True)
class Written:
    """A challenge under the pen; `is_new` while the server has not seen it."""

    challenge: Challenge
    is_new: bool


class ChallengeEditor(QWidget):
    """`saved` gives the challenge, and whether it is to be announced at once."""

    saved = Signal(object, bool)
    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.written: Written | None = None
        self._filling = False
        self.place = basics.Elided("New challenge", "h2")
        self.wrong = basics.Elided("", "warn")
        self.save = basics.button("Save draft", "save", "", lambda: self._save(announce=False))
        self.announce = basics.button("Save and announce", "megaphone", "primary", lambda: self._save(announce=True))
        back = basics.tool("arrow-left", "Back to all challenges", self.left.emit)
        head = basics.row(back, basics.column(self.place, self.wrong, gap=0), self.save, self.announce, gap=10)
        head.setStretch(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(10)
        whole.addLayout(head)
        area, column = scrolling()
        whole.addWidget(area, 1)
        self.dates = DatesForm(NAMES)
        dates = basics.card(basics.text_label("Dates", "h2"), self.dates, basics.text_label(
            "After it is announced, dates can be extended, never shortened.", "small",
        ))  # fmt: skip
        both = basics.row(basics.column(self._words_card(), dates, None, gap=14), basics.column(*self._judging_cards(), None, gap=14), gap=16)
        both.setStretch(0, 5)
        both.setStretch(1, 4)
        column.addLayout(both)
        column.addStretch(1)
        for part in (self.dates, self.rubric, self.prizes, self.judges):
            part.changed.connect(self._changed)

    def _words_card(self) -> QWidget:
        self.title, self.about, self.prompt = QLineEdit(), QPlainTextEdit(), QComboBox()
        self.title.setProperty("role", "title")
        self.title.setPlaceholderText("Title, such as The long way home")
        self.title.setAccessibleName("Title")
        self.about.setPlaceholderText("What it is about, in a few sentences")
        self.about.setAccessibleName("About")
        self.about.setTabChangesFocus(True)
        self.about.setFixedHeight(88)
        self.prompt.setAccessibleName("Prompt")
        self.title.textEdited.connect(lambda _text: self._changed())
        self.about.textChanged.connect(self._changed)
        self.prompt.currentIndexChanged.connect(lambda _index: self._changed())
        form = QFormLayout()
        form.addRow(basics.text_label("Prompt"), self.prompt)
        return basics.card(basics.text_label("Words", "h2"), self.title, self.about, form)

    def _judging_cards(self) -> tuple[QWidget, ...]:
        self.rubric = RowsEditor("Criterion", "What judges look at", "Add a line", unit="points")
        self.prizes = RowsEditor("Prize", "What the winner gets", "Add a prize")
        self.judges = TagEditor("Judges", "Account id of a judge, then Enter")
        me = basics.button("Judge it myself", "user", "link", self._add_me)
        note = basics.text_label("Judges see no names. They cannot enter. Everyone finds their account id in Settings.", "small", wrap=True)
        return (
            basics.card(basics.text_label("Rubric", "h2"), self.rubric),
            basics.card(basics.row(basics.text_label("Judges", "h2"), None, me), self.judges, note),
            basics.card(basics.text_label("Prizes", "h2"), self.prizes),
        )

    def write(self, written: Written, prompts: list[PromptDraftDocument]) -> None:
        """Opens a challenge."""
        self.written = written
        challenge = written.challenge
        self._filling = True
        self.place.say("New challenge" if written.is_new else "Edit challenge")
        self.title.setText(challenge.title)
        self.about.setPlainText(challenge.about)
        self.prompt.clear()
        for each in prompts:
            self.prompt.addItem(f"{each.prompt.draft.title} · {each.track_title}", (each.id, each.prompt.artist))
        ids = [each.id for each in prompts]
        self.prompt.setCurrentIndex(ids.index(challenge.prompt) if challenge.prompt in ids else 0)
        dates = challenge.dates
        self.dates.set_times((dates.opens_ms, dates.closes_ms, dates.decides_ms), self.desk.now_ms())
        self.rubric.set_rows([(line.name, line.points) for line in challenge.rubric])
        self.judges.set_texts(challenge.judges)
        self.prizes.set_rows([(prize.what, prize.place) for prize in challenge.prizes])
        self._filling = False
        self._changed()
        self.title.setFocus()

    @property
    def challenge(self) -> Challenge:
        """What stands on the screen."""
        assert self.written is not None
        prompt, artist = self.prompt.currentData() or ("", "")
        return replace(
            self.written.challenge, prompt=prompt, artist=artist, title=self.title.text().strip(),
            about=self.about.toPlainText().strip(), dates=Dates(*self.dates.times),
            rubric=tuple(Criterion(name, points) for name, points in self.rubric.rows), judges=self.judges.texts,
            prizes=tuple(Prize(place, what) for what, place in self.prizes.rows),
        )  # fmt: skip

    def _changed(self) -> None:
        if self._filling or self.written is None:
            return
        challenge = self.challenge
        wrong = challenges.check(challenge)
        said = words.of_reasons(wrong)
        if not said and challenge.dates.closes_ms <= self.desk.now_ms():
            said = words.of_code("dates_in_the_past")
        self.wrong.say(said)
        self.wrong.setVisible(bool(said))
        self.announce.setEnabled(not said and bool(challenge.prompt))
        self.save.setEnabled(bool(challenge.title and challenge.prompt))

    def _add_me(self) -> None:
        if self.desk.account is not None:
            self.judges.add(self.desk.account.id)

    def _save(self, *, announce: bool) -> None:
        self.saved.emit(replace(self.written, challenge=self.challenge), announce)


def blank(id_: str, now_ms: int) -> Challenge:
    """A challenge to begin with: opens in a week, runs for three, is decided a week later."""
    day = formats.DAY
    opens = now_ms - now_ms % day + 7 * day + 18 * formats.HOUR
    return Challenge(id_, "", "", "", "", "", Dates(opens, opens + 21 * day, opens + 28 * day), RUBRIC, ())
