"""Submitting: a title, what is signed, what it means in plain words, what is disclosed, and the card that others will see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QStyle, QStyleOptionViewItem, QWidget

from fanlink.core import remixes
from fanlink.core.commands import SubmitRemix
from fanlink.core.documents import PromptDocument
from fanlink.desktop import drafts, formats, generating, telling, words
from fanlink.desktop.desk import Desk
from fanlink.desktop.drafts import Draft
from fanlink.desktop.pages.page import scrolling
from fanlink.desktop.pages.split_preview import SplitPreview
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.cards import HEIGHT, Card, CardDelegate
from fanlink.desktop.widgets.overlay import Overlay


class CardPreview(QWidget):
    """One card, painted as the lists paint it."""

    def __init__(self) -> None:
        super().__init__()
        self._card: Card | None = None
        self._delegate = CardDelegate(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(320, HEIGHT)

    def show_card(self, card: Card) -> None:
        """Another card."""
        self._card = card
        self.setAccessibleName(f"Preview: {card.title}, {card.subtitle}")
        self.update()

    def paintEvent(self, _event: object) -> None:  # noqa: N802
        if self._card is not None:
            option = QStyleOptionViewItem()
            option.initFrom(self)
            option.rect = QRect(0, 0, self.width(), self.height())
            option.font = self.font()
            option.state &= ~QStyle.StateFlag.State_MouseOver
            painter = QPainter(self)
            self._delegate.paint_card(painter, option, self._card)
            painter.end()


class SubmitSheet(Overlay):
    """`submitted` is told when the command is stored."""

    submitted = Signal()

    def __init__(self, parent: QWidget, desk: Desk, draft: Draft, prompt: PromptDocument) -> None:
        title = "Send the new version" if draft.remix else "Submit for review"
        super().__init__(parent, title, width=900, height=700)
        self._desk, self._draft, self._prompt = desk, draft, prompt
        assert draft.take is not None
        self._recipe = draft.take.recipe
        area, column = scrolling(gap=14)
        self.body.addWidget(area, 1)
        self.title = QLineEdit(draft.title)
        self.title.setProperty("role", "title")
        self.title.setMaxLength(remixes.LONGEST_TITLE)
        self.title.setPlaceholderText("What is it called?")
        self.title.setAccessibleName("Title")
        self.title.textChanged.connect(self._typed)
        self.card = CardPreview()
        self.split = SplitPreview(desk, draft, prompt)
        self.split.changed.connect(self._typed)
        column.addWidget(basics.text_label("Title", "cap"))
        column.addWidget(self.title)
        column.addWidget(basics.text_label("How others will see it", "cap"))
        column.addWidget(self.card)
        column.addWidget(self._terms())
        column.addWidget(self._disclosure())
        column.addStretch(1)
        self.problem = basics.text_label("", "bad", wrap=True)
        self.send = basics.button("Submit for review", "upload", "primary", self._send)
        cancel = basics.button("Not now", clicked=self.dismiss)
        foot = basics.row(self.problem, cancel, self.send, gap=10)
        foot.setStretch(0, 1)
        self.body.addLayout(foot)
        self._typed()

    def present(self) -> None:
        super().present()
        self.title.setFocus(Qt.FocusReason.OtherFocusReason)

    def _terms(self) -> QWidget:
        self.mine = basics.text_label("", wrap=True)
        said: Sequence[str] = (
            f"If a rightsholder takes back their consent, a published remix stays for {formats.count(self._prompt.text.wind_down_days, 'day')} "
            "and earns until then. What it earned stays yours.",
            "A person listens before it is published. If the answer is no, you read why, and you can appeal.",
        )  # fmt: skip
        lines = [basics.text_label(f"•  {sentence}", wrap=True) for sentence in said]
        return basics.card(basics.text_label("What you agree to", "h3"), self.split, self.mine, *lines, pad=14, kind="tile")

    def _say_mine(self) -> None:
        """What the fan signs, and what part of it is theirs."""
        account = self._desk.account
        if self._draft.remix is not None:
            mine = telling.my_share(self.split.bound_shares, account.party if account else "")
            said = "It keeps the split that was bound when you sent it first."
        else:
            mine = self.split.split.share
            said = f"By submitting you sign this split for yourself. {self._prompt.artist_name} and everyone else on it have signed already."
        self.mine.setText(
            f"•  {said}\n•  You get {formats.percent(mine)} of everything this remix earns. The split is fixed; a later one never reaches back."
        )
        self.mine.setVisible(not self.split.in_the_way)

    def _disclosure(self) -> QWidget:
        fan = self._desk.account.name if self._desk.account else ""
        head, why = telling.disclosure(self._recipe, fan, self._prompt.artist_name)
        return basics.card(
            basics.text_label("Disclosure", "h3"), basics.text_label(head, "strong"), basics.text_label(why, "muted", wrap=True),
            pad=14, kind="tile",
        )  # fmt: skip

    def _typed(self) -> None:
        title = self.title.text().strip()
        wrong = remixes.check_title(title)
        self.send.setEnabled(not wrong and self.split.ready)
        self.problem.setText(words.of_reasons(wrong))
        self._say_mine()
        fan = self._desk.account.name if self._desk.account else ""
        level = telling.disclosure(self._recipe, fan, self._prompt.artist_name)[0]
        chips = ((level, ""), (formats.tempo(round(self._recipe.tempo_bpm, 1)), ""))
        self.card.show_card(Card("preview", title or "Untitled", f"{fan} · {self._prompt.track_title}", self._prompt.track, chips, artwork=self._prompt.artwork))

    def _send(self) -> None:
        self.send.setEnabled(False)
        prompt, title = self._prompt, self.title.text().strip()
        remix, parent, agreed = self.split.remix, self.split.parent_id, self.split.agreed
        draft = replace(self._draft, title=title, parent=parent, parent_title=self.split.parent_title)
        data = SubmitRemix(prompt.id, draft.prompt_version, title, self._recipe, draft.heard_digest, parent, agreed)
        home, desk = self._desk.home, self._desk

        def read(session) -> tuple[str, int | None]:
            generating.bring(session, home, data.recipe)
            # what the command names must be on its way before the command is
            import_module("fanlink.desktop.recordings").send(session, home, data.recipe)
            if draft.remix is None:
                return remix or session.new_id("remix"), None
            document = session.get("remix", draft.remix)
            return draft.remix, document.remix.version if document else None

        def found(target: tuple[str, int | None]) -> None:
            desk.do(
                data, target[0], base_version=target[1], undo=True, said=f"“{title}” is on its way.", done=lambda _id: stored(),
                undone=lambda: desk.read(lambda _session: drafts.save(home, draft), lambda _none: desk.go("studio", draft.id), owner=desk),
            )

        def stored() -> None:
            desk.read(lambda _session: drafts.remove(home, draft.id), lambda _gone: self._done(), owner=desk)

        def failed(error: Exception) -> None:
            self.send.setEnabled(True)
            desk.failed(error)

        desk.read(read, found, owner=self, failed=failed)

    def _done(self) -> None:
        self.submitted.emit()
        self.dismiss()
