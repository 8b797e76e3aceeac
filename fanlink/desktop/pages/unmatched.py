"""Unmatched lines: what services reported for remixes that nobody knows here, and which remix each of them is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from fanlink.core.commands import MatchLines, UnmatchLines
from fanlink.core.money_documents import UnmatchedDocument
from fanlink.desktop import formats, words_staff
from fanlink.desktop.pages.page import Page
from fanlink.desktop.widgets import basics, fields
from fanlink.desktop.widgets.notices import Empty

SHOWN = 100


@dataclass(frozen=True, slots=True)
class UnmatchedData:
    """Groups, those that wait first, and the remixes they may be matched to: id and title."""

    groups: list[UnmatchedDocument]
    remixes: list[tuple[str, str]]


class UnmatchedPage(Page):
    """One tile for each name that a service uses."""

    KINDS = frozenset({"unmatched", "pot"})

    def build(self) -> None:
        self.heading("Unmatched", "Revenue of lines whose remix is not known. It waits on an account of its own; nothing is lost.")
        column = self.scroller()
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        column.addLayout(self._list)
        column.addStretch(1)

    def read(self, session: Any) -> UnmatchedData:
        groups: list[UnmatchedDocument] = session.all("unmatched")
        groups.sort(key=lambda each: (not each.lines, -each.lines, each.id))
        titles = {each.remix: each.remix_title for each in session.all("pot")}
        return UnmatchedData(groups, sorted(titles.items(), key=lambda item: (item[1].casefold(), item[0])))

    def show_data(self, data: UnmatchedData) -> None:
        basics.empty(self._list)
        for group in data.groups[:SHOWN]:
            self._list.addWidget(self._tile(group, data.remixes))
        if len(data.groups) > SHOWN:
            self._list.addWidget(basics.text_label(f"and {len(data.groups) - SHOWN:,} more", "small"))
        if not data.groups:
            self._list.addWidget(Empty("circle-check", "Nothing waits", "Lines that name a remix nobody knows will wait here."))

    def _tile(self, group: UnmatchedDocument, remixes: list[tuple[str, str]]) -> QWidget:
        chip = words_staff.UNMATCHED.get(group.reason, (formats.human(group.reason), "warn")) if group.remix is None else ("Matched by hand", "ok")
        under = f"{group.service} · {formats.count(group.lines, 'line waits', 'lines wait')}"
        if group.remix is not None:
            under = f"{group.service} · {formats.count(group.matched_lines, 'line')} now of {group.remix_title or group.remix}"
        names = basics.column(basics.Elided(group.reported or "(no name)", "strong"), basics.Elided(under, "small"), gap=0)
        amounts = ", ".join(formats.money(amount, currency) for currency, amount in group.totals.items())
        amount = basics.text_label(amounts, "strong")
        amount.setVisible(bool(amounts))
        amount.setToolTip(basics.plain_tooltip(", ".join(formats.exact(value, currency) for currency, value in group.totals.items())))
        head = basics.row(names, basics.chip(*chip), amount, gap=12)
        head.setStretch(0, 1)
        tile = basics.card(head, pad=12, kind="tile", gap=8)
        if group.remix is not None:
            undo = basics.button("Take the match back", "undo-2", "small", lambda: self._unmatch(group))
            tile.layout().addLayout(basics.row(None, undo))
        else:
            tile.layout().addLayout(self._matching(group, remixes))
        return tile

    def _matching(self, group: UnmatchedDocument, remixes: list[tuple[str, str]]):
        box = fields.bounded(QComboBox())
        box.setEditable(True)
        box.setAccessibleName(f"Remix for {group.reported}")
        box.lineEdit().setPlaceholderText("Choose the remix")
        box.lineEdit().setAccessibleName(f"Remix for {group.reported}")
        for remix, title in remixes:
            box.addItem(f"{title}  ({remix})", remix)
        box.setCurrentIndex(-1)
        box.setMinimumWidth(280)

        def match() -> None:
            place = box.findText(box.currentText())
            remix = box.itemData(place) if place >= 0 else box.currentText().strip()
            if remix:
                self.desk.do(MatchLines(remix), group.id, said="Matched. The next run posts the lines.", undo=True, done=lambda _id: self.refresh())

        return basics.row(box, None, basics.button("Match", "git-branch", "small", match, hint=f"Match {group.reported}"), gap=10)

    def _unmatch(self, group: UnmatchedDocument) -> None:
        said = "The lines wait again. The next run takes them back."
        self.desk.do(UnmatchLines(), group.id, said=said, undo=True, done=lambda _id: self.refresh())
