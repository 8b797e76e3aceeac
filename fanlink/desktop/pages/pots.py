"""Pots: all revenue of a remix under one split, in one currency, and everyone's share of it computed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QWidget

from fanlink.core.amounts import PICO_PER_MICRO, pico_of_any_size, plain
from fanlink.core.documents import PotDocument
from fanlink.core.earnings import recompute
from fanlink.desktop import agreeing, formats
from fanlink.desktop.pages.page import ListDetail, Page, scrolling, searched
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.cards import Card, CardList
from fanlink.desktop.widgets.notices import Empty
from fanlink.desktop.widgets.shares import Dot, ShareBar

MOST = 5_000
RIGHT = Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True, slots=True)
class Listing:
    """Ids of pots with cards of the first, and the gross by currency."""

    ids: tuple[str, ...]
    cards: dict[str, Card]
    gross_pico: dict[str, int]
    any: bool


class PotsPage(Page):
    """A list of pots with one of them beside it."""

    KINDS = frozenset({"pot"})

    def build(self) -> None:
        self.heading("Pots", " ")
        self.list = CardList(self._load, "Pots")
        left, self.search = searched(self.list, "Search by title of the remix", "Search pots", self.refresh)
        area, self._column = scrolling()
        self.both = ListDetail(left, area, back="All pots")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.both)
        self.stack.addWidget(Empty(
            "chart-pie", "Pots will be here", "When a report names a published remix, its revenue is kept in a pot, exactly as reported.",
            "Import reports", lambda: self.desk.go("reports"), "upload",
        ))  # fmt: skip
        self.outer.addWidget(self.stack, 1)
        self.list.chosen.connect(self._chosen)
        self.list.opened.connect(lambda _id: self.both.show_detail())

    def read(self, session: Any) -> Listing:
        text = self.search.text().strip()
        found: list[PotDocument] = session.all("pot", search=text or None, limit=MOST)
        gross: dict[str, int] = {}
        for each in found:
            gross[each.currency] = gross.get(each.currency, 0) + pico_of_any_size(each.gross)
        found.sort(key=lambda each: (-abs(pico_of_any_size(each.gross)), each.id))
        return Listing(tuple(each.id for each in found), {each.id: self._card(each) for each in found[:500]}, gross, bool(found) or bool(text))

    def show_data(self, data: Listing) -> None:
        self.stack.setCurrentIndex(0 if data.any else 1)
        sums = ", ".join(formats.money(plain(pico), currency) for currency, pico in sorted(data.gross_pico.items()))
        self.subtitle_label.say(f"{formats.count(len(data.ids), 'pot')} · {sums} reported" if data.ids else "Nothing was reported yet.")
        wanted, self.item = self.item, ""
        self._chosen(self.list.show_ids(data.ids, data.cards, wanted))

    def _load(self, ids: Sequence[str], done) -> None:
        self.desk.read(lambda session: {each.id: self._card(each) for id_ in ids if (each := session.get("pot", id_))}, done, owner=self)

    def _card(self, pot: PotDocument) -> Card:
        chips = [(pot.currency, ""), (formats.count(pot.lines, "report line"), "")]
        if pot.recoup:
            chips.append(("Paid back first", "warn"))
        parties = formats.count(len({share.party for share in pot.shares}), "party", "parties")
        return Card(pot.id, pot.remix_title, parties, pot.remix, tuple(chips), formats.money(pot.gross, pot.currency))

    def _chosen(self, id_: str) -> None:
        self.desk.read(lambda session: session.get("pot", id_) if id_ else None, self._show, owner=self)

    def _show(self, pot: PotDocument | None) -> None:
        basics.empty(self._column)
        if pot is None:
            return
        found = recompute(pot)
        whole = sum(found.earned_micro.values()) * PICO_PER_MICRO + found.reserve_pico == found.gross_pico
        gross = basics.text_label(formats.money(pot.gross, pot.currency), "money")
        gross.setToolTip(basics.plain_tooltip(f"Exactly {formats.exact(pot.gross, pot.currency)}"))
        names = basics.column(basics.Elided(pot.remix_title, "h2"), basics.Elided(f"{formats.count(pot.lines, 'report line')} · split sheet {pot.sheet[:8]}", "muted"), gap=2)
        head = basics.row(names, gross, gap=16)
        head.setStretch(0, 1)
        chip = basics.chip("Recomputed on this computer: shares and reserve are the gross" if whole else "Does not add up", "ok" if whole else "bad")
        self._column.addWidget(basics.card(head, basics.row(chip, None)))
        self._column.addWidget(self._split(pot, found))
        self._column.addStretch(1)

    def _split(self, pot: PotDocument, found) -> QWidget:
        bar, grid = ShareBar(14), QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(9)
        grid.setColumnStretch(1, 1)
        lines = [(name, role, share) for name, role, share, _mine in agreeing.split_lines(pot.shares, ())]
        bar.set_parts([share for _name, _role, share in lines])
        for row, (name, role, share) in enumerate(lines):
            exact = basics.text_label(formats.percent(share), "muted")
            exact.setToolTip(basics.plain_tooltip(f"Exactly {share.numerator}/{share.denominator}"))
            for column, widget in enumerate((Dot(row), basics.text_label(name), basics.text_label(role, "muted"), exact)):
                grid.addWidget(widget, row, column, RIGHT if column == 3 else Qt.AlignmentFlag(0))
        card = basics.card(basics.text_label("The split", "h2"), bar, grid)
        card.layout().addWidget(basics.line())
        card.layout().addWidget(basics.text_label("Earned", "h2"))
        card.layout().addLayout(self._earned(pot, found))
        return card

    def _earned(self, pot: PotDocument, found) -> QGridLayout:
        names = {share.party: share.name for share in pot.shares}
        rows = [(names.get(party, party), formats.exact_micro(micro, pot.currency)) for party, micro in sorted(found.earned_micro.items(), key=lambda line: -line[1])]
        if found.recouped_pico:
            rows.append(("of it paid back first", formats.exact(plain(found.recouped_pico), pot.currency)))
        rows += [
            ("Reserve, less than a millionth each", formats.exact(plain(found.reserve_pico), pot.currency)),
            ("Gross", formats.exact(pot.gross, pot.currency)),
        ]  # fmt: skip
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(0, 1)
        for row, (name, amount) in enumerate(rows):
            last = row == len(rows) - 1
            grid.addWidget(basics.text_label(name, "strong" if last else "muted" if row >= len(found.earned_micro) else ""), row, 0)
            grid.addWidget(basics.text_label(amount, "strong"), row, 1, RIGHT)
        return grid
