"""The tree of a split under the pen: pools, the parties below each, and a bar that must be exactly the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from fanlink.core.shares import ANCESTOR, REMIXER
from fanlink.desktop import formats, splitting, theme, words_staff
from fanlink.desktop.splitting import PLATFORM, POOLS, Pool
from fanlink.desktop.widgets import basics, fields
from fanlink.desktop.widgets.shares import Dot, ShareBar

HEADS = {PLATFORM: "Platform", REMIXER: "The remixer", ANCESTOR: "An earlier remix", **words_staff.RIGHTS}
OPEN = {REMIXER: "Bound to the fan who makes the remix.", ANCESTOR: "Bound to the remix it is made of; else to the fan."}


class PoolsEditor(QWidget):
    """`changed` is told with every share that is written. `top` is the bar, to be laid out where the page wants it."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.pools: list[Pool] = []
        self._names: dict[str, str] = {}
        self._heads: dict[str, str] = {}
        self._offered: tuple[str, ...] = ()
        self._free: tuple[str, ...] = ()
        self._platform: str | None = None
        self._inside: dict[int, QLabel] = {}
        self.bar = ShareBar(18)
        self.sum, self.wrong = basics.text_label("", "strong"), basics.text_label("", "warn", wrap=True)
        self.head = basics.row(basics.text_label("The whole", "h2"), self.sum, None, gap=12)
        self.top = basics.card(self.head, self.bar, self.wrong)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)

    def offer(
        self, names: Mapping[str, str], parties: Iterable[str], free: Iterable[str], platform: str | None = None, heads: Mapping[str, str] | None = None
    ) -> None:  # fmt: skip
        """Who may be added, which pools may be, and how pools are called; before `write`."""
        self._names, self._offered, self._free, self._platform = dict(names), tuple(dict.fromkeys(parties)), tuple(free), platform
        self._heads = {**HEADS, **(heads or {})}

    def write(self, pools: Iterable[Pool]) -> None:
        """Other pools."""
        self.pools = list(pools)
        self._fill()

    def change(self, place: int, **changes: object) -> None:
        """Other shares of one pool, as if they had been written."""
        self.pools[place] = replace(self.pools[place], **changes)
        self._show()

    @property
    def gap(self) -> Fraction:
        """What is missing of the whole; less than nothing where it is too much."""
        return 1 - splitting.total(self.pools)

    @property
    def unfilled(self) -> list[str]:
        """The pools that pay nobody yet, in words."""
        return [self.name(pool.name) for pool in self.pools if pool.part and pool.name in POOLS and not pool.parties and not pool.below]

    def name(self, pool: str) -> str:
        """What a pool, or a party that stands alone, is called."""
        return self._heads.get(pool) or self._names.get(pool) or formats.human(pool)

    def say(self, text: str, role: str) -> None:
        """What stands in the way, or what comes of it."""
        self.wrong.setText(text)
        self.wrong.setProperty("role", role)
        theme.restyle(self.wrong)

    # Lines ----------------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        basics.empty(self._column)
        self._inside = {}
        for place, pool in enumerate(self.pools):
            self._column.addWidget(self._pool(place, pool))
        line = basics.row(gap=4)
        for name in self._free:
            if name not in {pool.name for pool in self.pools} and (name != PLATFORM or self._platform):
                line.addWidget(basics.button(self.name(name), "plus", "link", lambda name=name: self._add_pool(name), hint=f"Add a part: {self.name(name)}"))
        line.addStretch(1)
        self._column.addLayout(line)
        self._show()

    def _pool(self, place: int, pool: Pool) -> QWidget:
        name = self.name(pool.name)
        part = _share_field(name, pool.part, lambda share: self.change(place, part=share))
        away = basics.tool("x", f"Take {name} away", lambda: self._remove_pool(place))
        head = basics.row(Dot(place), basics.Elided(name, "strong"), part, away, gap=10)
        head.setStretch(1, 1)
        card = basics.card(head, pad=14, gap=8)
        column = card.layout()
        if pool.below:
            paid = formats.names([self._names.get(party, party) for party in dict.fromkeys(leaf.party for node in pool.below for leaf in node.leaves())], 6)
            column.addWidget(basics.text_label(f"Shared as its own split says, which stays as it is: {paid}.", "small", wrap=True))
        elif pool.name in OPEN and not pool.parties and pool.name not in POOLS:
            column.addWidget(basics.text_label(OPEN[pool.name], "small", wrap=True))
        elif pool.name in POOLS or pool.parties:
            for row, (party, share) in enumerate(pool.parties):
                column.addLayout(self._party(place, row, party, share))
            column.addLayout(self._foot(place, pool))
        return card

    def _foot(self, place: int, pool: Pool) -> QHBoxLayout:
        self._inside[place] = basics.text_label("", "small")
        add = fields.bounded(QComboBox())
        add.setAccessibleName(f"Add a party to {self.name(pool.name)}")
        add.addItem("Add a party…", "")
        inside = dict(pool.parties)
        for party in self._offered:
            if party not in inside:
                add.addItem(self._names.get(party, party), party)
        add.setVisible(add.count() > 1)
        add.activated.connect(lambda _index: self._add_party(place, add.currentData()))
        return basics.row(self._inside[place], None, add, gap=8)

    def _party(self, place: int, row: int, party: str, share: Fraction) -> QHBoxLayout:
        def changed(part: Fraction) -> None:
            parties = list(self.pools[place].parties)
            parties[row] = (party, part)
            self.change(place, parties=tuple(parties))

        def away() -> None:
            parties = [each for at, each in enumerate(self.pools[place].parties) if at != row]
            self.pools[place] = replace(self.pools[place], parties=tuple(parties))
            self._fill()

        name = self._names.get(party, party)
        line = basics.row(20, basics.Elided(name), _share_field(name, share, changed), basics.tool("x", f"Take {name} away", away), gap=10)
        line.setStretch(1, 1)
        return line

    def _add_pool(self, name: str) -> None:
        below = ((self._platform, Fraction(1)),) if name == PLATFORM and self._platform else ()
        self.pools.append(Pool(name, max(self.gap, Fraction(0)), below))
        self._fill()

    def _remove_pool(self, place: int) -> None:
        del self.pools[place]
        self._fill()

    def _add_party(self, place: int, party: str) -> None:
        if party:
            pool = self.pools[place]
            self.pools[place] = replace(pool, parties=(*pool.parties, (party, max(1 - pool.inside, Fraction(0)))))
            self._fill()

    def _show(self) -> None:
        self.bar.set_parts([pool.part for pool in self.pools])
        gap = self.gap
        self.sum.setText("exactly the whole" if not gap else f"{formats.percent(abs(gap))} {'missing' if gap > 0 else 'too much'}")
        self.sum.setProperty("role", "ok" if not gap else "bad")
        theme.restyle(self.sum)
        for place, label in self._inside.items():
            rest = 1 - self.pools[place].inside
            label.setText("Together the whole of this part" if not rest else f"{formats.percent(abs(rest))} of this part {'missing' if rest > 0 else 'too much'}")
            label.setProperty("role", "small" if not rest else "bad")
            theme.restyle(label)
        self.changed.emit()


def _share_field(name: str, share: Fraction, changed: Callable[[Fraction], None]) -> QLineEdit:
    field = QLineEdit(splitting.write_share(share))
    field.setFixedWidth(110)
    field.setAccessibleName(f"Share of {name}")
    field.setToolTip(basics.plain_tooltip("A percentage such as 40 %, or a fraction such as 1/3"))

    def typed(text: str) -> None:
        read = splitting.read_share(text)
        if read is not None:
            changed(read)

    field.textEdited.connect(typed)
    return field
