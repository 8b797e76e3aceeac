"""Who owns a track, while it is written: a row for each stake, featured performers, and what the shares add up to as one types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from fanlink.core.parties import Right, Stake, claims
from fanlink.desktop import formats, splitting, words, words_staff
from fanlink.desktop.widgets import basics, fields
from fanlink.desktop.widgets.shares import ShareBar

FEATURED = "featured"


@dataclass(slots=True)
class Part:
    """One row: a party known by its id, or a new one by the name that was typed, and what it holds."""

    party: str
    name: str
    right: str
    share: Fraction


class StakesEditor(QWidget):
    """`changed` is sent with each keystroke that means something."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[Part] = []
        self._known: dict[str, str] = {}
        self.bars = {right: ShareBar(14) for right in Right}
        self.sums = {right: basics.text_label("", "small") for right in Right}
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.wrong = basics.text_label("", "warn", wrap=True)
        column = basics.column(gap=10)
        for right in Right:
            column.addLayout(basics.row(basics.text_label(words_staff.RIGHTS[right], "cap"), None, self.sums[right]))
            column.addWidget(self.bars[right])
        column.addLayout(self._rows)
        adds = basics.row(gap=6)
        for right, name in (*((str(each), words_staff.RIGHTS[each]) for each in Right), (FEATURED, "Featured performer")):
            adds.addWidget(basics.button(name, "plus", "link", lambda right=right: self.add(right)))
        adds.addStretch(1)
        column.addLayout(adds)
        column.addWidget(self.wrong)
        self.setLayout(column)

    def write(self, stakes: tuple[Stake, ...], featured: tuple[str, ...], known: Mapping[str, str]) -> None:
        """Begins with these; `known` are the names of parties to choose from."""
        self._known = dict(known)
        self.parts = [Part(each.party, self._known.get(each.party, each.party), str(each.right), each.share) for each in stakes]
        self.parts += [Part(party, self._known.get(party, party), FEATURED, Fraction(0)) for party in featured]
        self._fill()

    def add(self, right: str) -> None:
        """Another row; its share is what is missing."""
        held = sum((each.share for each in self.parts if each.right == right), Fraction(0))
        self.parts.append(Part("", "", right, Fraction(0) if right == FEATURED else max(1 - held, Fraction(0))))
        self._fill()

    def stakes(self, ids: Mapping[str, str]) -> tuple[tuple[Stake, ...], tuple[str, ...]]:
        """Stakes and featured performers; `ids` are those of parties that were typed by name."""
        found = [(each.party or ids.get(each.name, each.name), each) for each in self.parts]
        held = tuple(Stake(party, Right(each.right), each.share) for party, each in found if each.right != FEATURED)
        return held, tuple(party for party, each in found if each.right == FEATURED)

    def new_names(self) -> list[str]:
        """The names that were typed and belong to nobody yet."""
        return list(dict.fromkeys(each.name for each in self.parts if not each.party and each.name))

    @property
    def complete(self) -> bool:
        """True when each row names somebody."""
        return bool(self.parts) and all(each.party or each.name for each in self.parts)

    def _fill(self) -> None:
        basics.empty(self._rows)
        for row, part in enumerate(self.parts):
            self._rows.addLayout(self._row(row, part))
        self._show()

    def _row(self, row: int, part: Part):
        what = "Featured" if part.right == FEATURED else words_staff.RIGHTS[part.right]
        who = fields.bounded(QComboBox())
        who.setEditable(True)
        who.setAccessibleName(f"{what}: who")
        line = who.lineEdit()
        assert line is not None, "an editable field has a line"
        line.setPlaceholderText("Choose a party, or type a new name")
        line.setAccessibleName(f"{what}: who")
        for party, name in sorted(self._known.items(), key=lambda each: each[1].casefold()):
            who.addItem(name, party)
        who.setCurrentIndex(who.findData(part.party) if part.party else -1)
        if not part.party:
            line.setText(part.name)

        def chosen(text: str) -> None:
            place = who.findText(text.strip())
            part.party, part.name = (who.itemData(place), text.strip()) if place >= 0 else ("", text.strip())
            self._show()

        who.currentTextChanged.connect(chosen)
        label = basics.text_label(what, "muted")
        label.setFixedWidth(100)
        made = basics.row(label, who, gap=10)
        made.setStretch(1, 1)
        if part.right != FEATURED:
            share = QLineEdit(splitting.write_share(part.share))
            share.setMaximumWidth(110)
            share.setAccessibleName(f"{what}: share")
            share.textEdited.connect(lambda text: self._typed(part, text))
            made.addWidget(share)
        made.addWidget(basics.tool("x", f"Take this row away: {what}", lambda: self._away(row)))
        return made

    def _typed(self, part: Part, text: str) -> None:
        share = splitting.read_share(text)
        if share is not None:
            part.share = share
            self._show()

    def _away(self, row: int) -> None:
        del self.parts[row]
        self._fill()

    def _show(self) -> None:
        for right in Right:
            held = [each.share for each in self.parts if each.right == right]
            gap = 1 - sum(held, Fraction(0))
            self.bars[right].set_parts(held)
            self.sums[right].setText("exactly the whole" if not gap else f"{formats.percent(abs(gap))} {'missing' if gap > 0 else 'too much'}")
        stakes, _featured = self.stakes({})
        named = {each.party or each.name: each.name for each in self.parts}
        wrong = claims(stakes)
        for reason in wrong:
            reason.facts["parties"] = [named.get(party, party) for party in reason.facts["parties"]]  # type: ignore[index]
        text = f"{words.of_reasons(wrong)} It is kept so; nothing can be published before it is whole." if wrong else ""
        new = self.new_names()
        if new:
            text = f"{text} New here: {formats.names(new)}. They can be asked once somebody answers for them.".strip()
        self.wrong.setText(text)
        self.wrong.setVisible(bool(text))
        self.changed.emit()
