"""The editor of a track's split: pools and their parties, who is paid back first, and what a revenue would pay."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from fanlink.core.amounts import plain
from fanlink.core.documents import TrackDocument
from fanlink.core.errors import Refused
from fanlink.core.pots import Recoupment
from fanlink.core.shares import ANCESTOR, REMIXER, Template
from fanlink.desktop import formats, splitting, words
from fanlink.desktop.desk import Desk
from fanlink.desktop.pages.page import scrolling
from fanlink.desktop.pages.pools_editor import PoolsEditor
from fanlink.desktop.splitting import PLATFORM, Pool
from fanlink.desktop.widgets import basics, fields
from fanlink.desktop.widgets.columns import Columns
from fanlink.desktop.widgets.what_if import WhatIf

FREE = ("recording", "composition", PLATFORM, REMIXER, ANCESTOR)


class SplitEditor(QWidget):
    """`proposed` gives the template that was made."""

    proposed = Signal(object)
    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._track: TrackDocument | None = None
        self._names: dict[str, str] = {}
        self._platform: str | None = None
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(10)
        self.place = basics.Elided("", "h2")
        self.propose = basics.button("Propose this split", "send", "primary", self._propose)
        back = basics.tool("arrow-left", "Back to rights", self.left.emit)
        head = basics.row(back, self.place, self.propose, gap=10)
        head.setStretch(1, 1)
        whole.addLayout(head)
        area, column = scrolling()
        whole.addWidget(area, 1)
        self.ready = QComboBox()
        self.ready.setAccessibleName("Ready splits")
        self.ready.addItem("Begin with a ready split…", "")
        for key, name in splitting.READY:
            self.ready.addItem(name, key)
        self.ready.activated.connect(lambda _index: self._begin_ready())
        self.tree, self.what_if = PoolsEditor(), WhatIf()
        self.tree.head.addWidget(self.ready)
        self.tree.changed.connect(self._show)
        self.what_if.currency.currentIndexChanged.connect(lambda _index: self._show())
        column.addWidget(self.tree.top)
        column.addWidget(Columns(self.tree, basics.column(basics.card(self.what_if), self._recoup_card(), gap=14), (5, 4)))
        column.addStretch(1)

    def _recoup_card(self) -> QWidget:
        self.recoup_party, self.recoup_amount = fields.bounded(QComboBox()), QLineEdit()
        self.recoup_party.setAccessibleName("Who is paid back first")
        self.recoup_amount.setAccessibleName("Amount that is paid back first")
        self.recoup_amount.setPlaceholderText("Amount, such as 500")
        self.recoup_party.currentIndexChanged.connect(lambda _index: self._show())
        self.recoup_amount.textChanged.connect(lambda _text: self._show())
        line = basics.row(self.recoup_party, self.recoup_amount, gap=8)
        line.setStretch(0, 1)
        line.setStretch(1, 1)
        note = basics.text_label("In the currency above. Leave it empty where nobody is paid back before the split.", "small", wrap=True)
        return basics.card(basics.text_label("Paid back first", "h2"), line, note)

    def write(self, track: TrackDocument, pools: list[Pool], names: Mapping[str, str], platform: str | None, claim: Recoupment | None = None) -> None:
        """Opens a split for a track; `claim` is what is paid back first."""
        self._track, self._platform = track, platform
        self._names = {**names, **track.party_names, REMIXER: "The remixer", ANCESTOR: "An earlier remix"}
        self.place.say(f"New split · {track.facts.title}")
        pools = pools or splitting.ready("label" if platform else "classic", track, platform)
        parties = [*track.party_names, *([platform] if platform else []), *(party for pool in pools for party, _part in pool.parties)]
        self.recoup_party.blockSignals(True)
        self.recoup_party.clear()
        self.recoup_party.addItem("Nobody", "")
        for party in dict.fromkeys(parties):
            self.recoup_party.addItem(self._names.get(party, party), party)
        self.recoup_party.setCurrentIndex(max(self.recoup_party.findData(claim.party), 0) if claim else 0)
        self.recoup_party.blockSignals(False)
        self.recoup_amount.setText(plain(claim.amount_pico) if claim else "")
        if claim:
            self.what_if.currency.setCurrentText(claim.currency)
        self.tree.offer(self._names, parties, FREE, platform)
        self.tree.write(pools)

    @property
    def template(self) -> Template:
        """The split as a value; `Refused` while it is not whole."""
        claim = splitting.recoupment(self.recoup_party.currentData() or "", self.recoup_amount.text().strip(), self.what_if.currency.currentText())
        return splitting.build(self.tree.pools, claim)

    def _begin_ready(self) -> None:
        key = self.ready.currentData()
        if key and self._track:
            self.tree.write(splitting.ready(key, self._track, self._platform))
        self.ready.setCurrentIndex(0)

    def _show(self) -> None:
        template, unfilled = None, self.tree.unfilled
        try:
            template = self.template
        except Refused as refused:
            self.tree.say(words.of_error(refused), "warn")
        else:
            said = f"{formats.count(len(template.parties()), 'party', 'parties')} will be asked to sign."
            self.tree.say(f"Nobody is in {formats.names(unfilled)} yet." if unfilled else said, "warn" if unfilled else "muted")
        self.propose.setEnabled(template is not None and not unfilled)
        whole = template is not None and not unfilled
        self.what_if.show_split(splitting.flatten(template) if whole else {}, self._names, template.recoupment if whole else None)

    def _propose(self) -> None:
        self.proposed.emit(self.template)
