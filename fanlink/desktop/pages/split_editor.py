"""The editor of a split: pools and their parties, a bar that must be exactly whole, and what a revenue would pay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from fanlink.core.documents import TrackDocument
from fanlink.core.errors import Refused
from fanlink.core.shares import ANCESTOR, REMIXER, Template
from fanlink.desktop import formats, splitting, theme, words, words_staff
from fanlink.desktop.desk import Desk
from fanlink.desktop.pages.page import scrolling
from fanlink.desktop.splitting import Pool
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.shares import Dot, ShareBar

OPEN_NAMES = {REMIXER: "The remixer", ANCESTOR: "An earlier remix", "platform": "Platform"}


class SplitEditor(QWidget):
    """`proposed` gives the template that was made."""

    proposed = Signal(object)
    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.pools: list[Pool] = []
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
        self.bar = ShareBar(18)
        self.sum = basics.text_label("", "strong")
        self.wrong = basics.text_label("", "warn", wrap=True)
        top = basics.row(basics.text_label("The whole", "h2"), self.sum, None, self.ready, gap=12)
        column.addWidget(basics.card(top, self.bar, self.wrong))
        self._pools = QVBoxLayout()
        self._pools.setSpacing(10)
        both = basics.row(gap=16)
        both.addLayout(basics.column(self._pools, None), 5)
        both.addLayout(basics.column(self._what_if_card(), self._recoup_card(), None, gap=14), 4)
        column.addLayout(both)
        column.addStretch(1)

    def _what_if_card(self) -> QWidget:
        self.revenue, self.currency = QLineEdit("1000.00"), QComboBox()
        self.revenue.setAccessibleName("Revenue to try")
        self.currency.setAccessibleName("Currency")
        self.currency.addItems(list(words_staff.CURRENCIES))
        self.revenue.textChanged.connect(lambda _text: self._show_what_if())
        self.currency.currentIndexChanged.connect(lambda _index: self._show_what_if())
        self._paid = QGridLayout()
        self._paid.setHorizontalSpacing(12)
        self._paid.setVerticalSpacing(7)
        self._paid.setColumnStretch(1, 1)
        self.reserve = basics.text_label("", "small", wrap=True)
        line = basics.row(self.revenue, self.currency, gap=8)
        line.setStretch(0, 1)
        return basics.card(basics.text_label("What if a remix earned", "h2"), line, self._paid, self.reserve)

    def _recoup_card(self) -> QWidget:
        self.recoup_party, self.recoup_amount = QComboBox(), QLineEdit()
        self.recoup_party.setAccessibleName("Who is paid back first")
        self.recoup_amount.setAccessibleName("Amount that is paid back first")
        self.recoup_amount.setPlaceholderText("Amount, such as 500")
        self.recoup_party.currentIndexChanged.connect(lambda _index: self._show())
        self.recoup_amount.textChanged.connect(lambda _text: self._show())
        line = basics.row(self.recoup_party, self.recoup_amount, gap=8)
        line.setStretch(0, 1)
        line.setStretch(1, 1)
        note = basics.text_label("Leave it empty where nobody is paid back before the split.", "small", wrap=True)
        return basics.card(basics.text_label("Paid back first", "h2"), line, note)

    # What stands there ----------------------------------------------------------------------------------------------

    def write(self, track: TrackDocument, pools: list[Pool], names: Mapping[str, str], platform: str | None) -> None:
        """Opens a split for a track."""
        self._track, self._platform = track, platform
        self._names = {**names, **track.party_names, **OPEN_NAMES}
        self.place.say(f"New split · {track.facts.title}")
        self.pools = pools or splitting.ready("label" if platform else "classic", track, platform)
        self.recoup_party.blockSignals(True)
        self.recoup_party.clear()
        self.recoup_party.addItem("Nobody", "")
        for party in self._parties():
            self.recoup_party.addItem(self._names.get(party, party), party)
        self.recoup_party.blockSignals(False)
        self.recoup_amount.clear()
        self._fill()

    def _parties(self) -> list[str]:
        known = [*(self._track.party_names if self._track else ()), *([self._platform] if self._platform else [])]
        known += [party for pool in self.pools for party, _part in pool.parties]
        return list(dict.fromkeys(known))

    @property
    def template(self) -> Template:
        """The split as a value; `Refused` while it is not whole."""
        claim = splitting.recoupment(self.recoup_party.currentData() or "", self.recoup_amount.text().strip(), self.currency.currentText())
        return splitting.build(self.pools, claim)

    def _begin_ready(self) -> None:
        key = self.ready.currentData()
        if key and self._track:
            self.pools = splitting.ready(key, self._track, self._platform)
            self._fill()
        self.ready.setCurrentIndex(0)

    def _fill(self) -> None:
        basics.empty(self._pools)
        for place, pool in enumerate(self.pools):
            self._pools.addWidget(self._pool(place, pool))
        missing = [name for name in ("recording", "composition", "platform", REMIXER, ANCESTOR) if name not in {pool.name for pool in self.pools}]
        line = basics.row(gap=4)
        for name in missing:
            if name != "platform" or self._platform:
                line.addWidget(basics.button(self._name(name), "plus", "link", lambda name=name: self._add_pool(name)))
        line.addStretch(1)
        self._pools.addLayout(line)
        self._show()

    def _name(self, pool: str) -> str:
        return OPEN_NAMES.get(pool) or words_staff.RIGHTS.get(pool) or formats.human(pool)

    def _pool(self, place: int, pool: Pool) -> QWidget:
        part = self._share_field(self._name(pool.name), pool.part, lambda share: self._change(place, part=share))
        away = basics.tool("x", f"Take {self._name(pool.name)} away", lambda: self._remove_pool(place))
        head = basics.row(Dot(place), basics.text_label(self._name(pool.name), "strong"), None, part, away, gap=10)
        card = basics.card(head, pad=14, gap=8)
        if pool.name in (REMIXER, ANCESTOR):
            text = "Bound to the fan who makes the remix." if pool.name == REMIXER else "Bound to the remix it is made of; else to the fan."
            card.layout().addWidget(basics.text_label(text, "small", wrap=True))
            return card
        for row, (party, share) in enumerate(pool.parties):
            card.layout().addLayout(self._party(place, row, party, share))
        inside = basics.text_label("", "small")
        inside.setObjectName(f"inside-{place}")
        add = QComboBox()
        add.setAccessibleName(f"Add a party to {self._name(pool.name)}")
        add.addItem("Add a party…", "")
        for party in self._parties():
            if party not in dict(pool.parties):
                add.addItem(self._names.get(party, party), party)
        add.activated.connect(lambda _index, add=add: self._add_party(place, add.currentData()))
        line = basics.row(inside, None, add, gap=8)
        card.layout().addLayout(line)
        return card

    def _party(self, place: int, row: int, party: str, share: Fraction):
        def changed(part: Fraction) -> None:
            parties = list(self.pools[place].parties)
            parties[row] = (party, part)
            self._change(place, parties=tuple(parties))

        def away() -> None:
            parties = [each for at, each in enumerate(self.pools[place].parties) if at != row]
            self.pools[place] = replace(self.pools[place], parties=tuple(parties))
            self._fill()

        name = self._names.get(party, party)
        return basics.row(22, basics.Elided(name), self._share_field(name, share, changed), basics.tool("x", f"Take {name} away", away), gap=8)

    def _share_field(self, name: str, share: Fraction, changed) -> QLineEdit:
        field = QLineEdit(splitting.write_share(share))
        field.setMaximumWidth(110)
        field.setAccessibleName(f"Share of {name}")
        field.setToolTip(basics.plain_tooltip("A percentage such as 40 %, or a fraction such as 1/3"))

        def typed(text: str) -> None:
            read = splitting.read_share(text)
            if read is not None:
                changed(read)

        field.textEdited.connect(typed)
        return field

    def _change(self, place: int, **changes) -> None:
        self.pools[place] = replace(self.pools[place], **changes)
        self._show()

    def _add_pool(self, name: str) -> None:
        rest = max(1 - splitting.total(self.pools), Fraction(0))
        below = ((self._platform, Fraction(1)),) if name == "platform" and self._platform else ()
        self.pools.append(Pool(name, rest, below))
        self._fill()

    def _remove_pool(self, place: int) -> None:
        del self.pools[place]
        self._fill()

    def _add_party(self, place: int, party: str) -> None:
        if party:
            pool = self.pools[place]
            self.pools[place] = replace(pool, parties=(*pool.parties, (party, max(1 - pool.inside, Fraction(0)))))
            self._fill()

    # What it means --------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        whole = splitting.total(self.pools)
        self.bar.set_parts([pool.part for pool in self.pools])
        gap = 1 - whole
        self.sum.setText("exactly the whole" if not gap else f"{formats.percent(whole)} · {formats.percent(abs(gap))} {'missing' if gap > 0 else 'too much'}")
        self.sum.setProperty("role", "ok" if not gap else "bad")
        theme.restyle(self.sum)
        for place, pool in enumerate(self.pools):
            label = self.findChild(QWidget, f"inside-{place}")
            if label is not None:
                rest = 1 - pool.inside
                label.setText("Together the whole pool" if not rest else f"{formats.percent(abs(rest))} of the pool {'missing' if rest > 0 else 'too much'}")
        try:
            template = self.template
        except Refused as refused:
            self._say_wrong(words.of_error(refused), "warn")
            self.propose.setEnabled(False)
        else:
            self._say_wrong(f"{formats.count(len(template.parties()), 'party', 'parties')} will be asked to sign.", "muted")
            self.propose.setEnabled(True)
        self._show_what_if()

    def _say_wrong(self, text: str, role: str) -> None:
        self.wrong.setText(text)
        self.wrong.setProperty("role", role)
        theme.restyle(self.wrong)

    def _show_what_if(self) -> None:
        basics.empty(self._paid)
        self.reserve.setText("")
        try:
            pot = splitting.what_if(self.template, self.revenue.text().strip(), self.currency.currentText())
        except Refused:
            self._paid.addWidget(basics.text_label("Make the bar exactly whole first.", "muted"), 0, 0, 1, 3)
            return
        if pot is None:
            self._paid.addWidget(basics.text_label("Write an amount such as 1000.00.", "muted"), 0, 0, 1, 3)
            return
        paid = sorted(pot.earned_micro.items(), key=lambda line: (-line[1], line[0]))
        for row, (party, micro) in enumerate(paid):
            amount = basics.text_label(formats.money_micro(micro, pot.currency), "strong")
            amount.setToolTip(basics.plain_tooltip(f"Exactly {formats.exact_micro(micro, pot.currency)}"))
            self._paid.addWidget(Dot(row), row, 0)
            self._paid.addWidget(basics.text_label(self._names.get(party, party)), row, 1)
            self._paid.addWidget(amount, row, 2)
        rest = splitting.said_reserve(pot)
        self.reserve.setText("" if rest == "0" else f"{rest} {pot.currency} stays in the pot’s reserve: whole millionths only.")

    def _propose(self) -> None:
        self.proposed.emit(self.template)
