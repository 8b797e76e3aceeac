"""The split that a submission makes, before it is made: what it rests on, the sheet as a graph, and what it would pay."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QGridLayout, QVBoxLayout, QWidget

from fanlink.core import lineage
from fanlink.core.documents import PromptDocument, PublishedDocument, Share
from fanlink.desktop import formats, resting, telling, words_rights
from fanlink.desktop.desk import Desk
from fanlink.desktop.drafts import Draft
from fanlink.desktop.resting import Split
from fanlink.desktop.widgets import basics, fields
from fanlink.desktop.widgets.shares import Dot, ShareTable
from fanlink.desktop.widgets.split_graph import SplitGraph
from fanlink.desktop.widgets.what_if import WhatIf

ALONE = "Nothing but the track"
Found = tuple[str, list[PublishedDocument], PublishedDocument | None, tuple[Share, ...]]


class SplitPreview(QWidget):
    """`changed` is told when there is something else to agree to, or something is in the way."""

    changed = Signal()

    def __init__(self, desk: Desk, draft: Draft, prompt: PromptDocument) -> None:
        super().__init__()
        self.desk, self._draft, self._prompt = desk, draft, prompt
        self.remix, self.split = "", Split(None)
        self.bound_shares: tuple[Share, ...] = ()
        self.parent_id: str | None = draft.parent
        self._known: dict[str, PublishedDocument] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self.box = fields.bounded(QComboBox())
        self.box.setAccessibleName("Rests on")
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.completer().setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.box.completer().setFilterMode(Qt.MatchFlag.MatchContains)
        self.box.activated.connect(lambda _index: self._choose(self.box.currentData()))
        self.wrong = basics.text_label("", "bad", wrap=True)
        self.note = basics.text_label("", "muted", wrap=True)
        self.graph, self.what_if = SplitGraph(), WhatIf()
        self.exact = QGridLayout()
        self.bound = ShareTable()
        self._lay_out()
        self._read_yet = False
        if draft.remix is None and draft.parent is None:
            self._show()  # all that this needs is here already
        desk.read(self._read, self._opened, owner=self)

    def _lay_out(self) -> None:
        self.exact.setHorizontalSpacing(12)
        self.exact.setVerticalSpacing(7)
        self.exact.setColumnStretch(1, 1)
        line = basics.row(basics.text_label("Rests on", "cap"), self.box, gap=12)
        line.setStretch(1, 1)
        self._choice = basics.boxed(line)
        self._split = basics.boxed(basics.column(self.graph, self.note, self.exact, self.what_if, gap=14))
        for part in (self._choice, self.wrong, self._split, self.bound):
            self._column.addWidget(part)
            part.hide()

    @property
    def agreed(self) -> str | None:
        """What goes with the submission: the digest of the split that is shown; none for what was bound before."""
        return lineage.agreed(self.split.sheet) if self.split.sheet and self.desk.account else None

    @property
    def ready(self) -> bool:
        """True when all that is signed is in view."""
        return (self._read_yet or self._draft.parent is None) and not self.in_the_way

    @property
    def parent_title(self) -> str:
        """The title of the remix that it rests on, empty without one."""
        known = self._known.get(self.parent_id or "")
        return known.title if known else self._draft.parent_title if self.parent_id else ""

    @property
    def in_the_way(self) -> str:
        """Why it cannot be sent as it is, in words."""
        return self.split.wrong

    # Reading --------------------------------------------------------------------------------------------------------

    def _today(self):
        return words_rights.day_of(self.desk.now_ms())

    def _read(self, session: Any) -> Found:
        draft = self._draft
        if draft.remix is not None:
            document = session.get("remix", draft.remix)
            return draft.remix, [], None, document.shares if document else ()
        parent = session.get("published", draft.parent) if draft.parent else None
        return session.new_id("remix"), resting.choices(session, self._prompt, self._today()), parent, ()

    def _opened(self, found: Found) -> None:
        self.remix, free, parent, self.bound_shares = found
        self._read_yet = True
        if self._draft.remix is not None:
            self._show_bound()
            return
        self._known = {each.id: each for each in free} | ({parent.id: parent} if parent else {})
        self._fill_box(parent)
        self._show()

    def _fill_box(self, parent: PublishedDocument | None) -> None:
        self.box.clear()
        self.box.addItem(ALONE, None)
        for each in self._known.values():
            self.box.addItem(f"{each.title} · {each.fan_name}", each.id)
        if self.parent_id and parent is None:
            self.box.addItem(self._draft.parent_title or "A remix that is not here", self.parent_id)
        self.box.setCurrentIndex(max(self.box.findData(self.parent_id), 0))
        self._choice.setVisible(self.box.count() > 1)

    def _choose(self, parent: str | None) -> None:
        self.parent_id = parent
        self._show()

    # Showing --------------------------------------------------------------------------------------------------------

    def _show_bound(self) -> None:
        """What is sent again keeps the sheet that was bound when it was sent first."""
        account = self.desk.account
        self.bound.set_lines(telling.shares_in_words(self.bound_shares, account.party if account else ""))
        self.bound.show()
        self.changed.emit()

    def _show(self) -> None:
        parent = self._known.get(self.parent_id or "")
        self.split = resting.split_of(self._prompt, self.desk.account, self.remix, self._today(), parent, self.parent_id)
        split = self.split
        self.wrong.setText(split.wrong)
        self.wrong.setVisible(bool(split.wrong))
        self._split.setVisible(split.sheet is not None)
        if split.sheet is not None:
            title = self._draft.title or "Your remix"
            self.graph.show_split(split.sheet.nodes, split.names, (split.mine,), title, split.titles)
            self.what_if.show_split(split.sheet.flatten(), split.names, split.sheet.recoupment)
            self._fill_exact(split)
            said = [text for text in (resting.recoups(split), split.note) if text]
            self.note.setText(" ".join(said))
            self.note.setVisible(bool(said))
        self.changed.emit()

    def _fill_exact(self, split: Split) -> None:
        """Everyone with their whole share, exactly: parties with several places in the graph are added."""
        basics.empty(self.exact)
        assert split.sheet is not None
        lines = sorted(split.sheet.flatten().items(), key=lambda line: (-line[1], split.names.get(line[0], line[0])))
        for row, (party, share) in enumerate(lines):
            mine = party == split.mine
            name = "You" if mine else split.names.get(party, party)
            self.exact.addWidget(Dot(row), row, 0)
            self.exact.addWidget(basics.text_label(name, "accent" if mine else ""), row, 1)
            self.exact.addWidget(basics.text_label(exactly(share), "muted", name=f"{name}: exactly {exactly(share)}"), row, 2)
            percent = basics.text_label(formats.percent(share), "accent" if mine else "strong")
            self.exact.addWidget(percent, row, 3, Qt.AlignmentFlag.AlignRight)


def exactly(share: Fraction) -> str:
    """A share as the fraction that it is."""
    return f"{share.numerator}/{share.denominator}"
