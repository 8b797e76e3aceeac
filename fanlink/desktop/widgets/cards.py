"""A list of cards: cover, title, a second line, chips. Ids are in memory, cards come by pages of a hundred.

A QTableView with one column and a fixed height of rows, for it paints a hundred thousand rows as fast as ten.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from fanlink.desktop import tokens
from fanlink.desktop.theme import BODY_PX
from fanlink.desktop.widgets.artwork import paint_cover

PAGE = 100
HEIGHT = 92
CARD = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Card:
    """What one card shows. Chips are (words, tone)."""

    id: str
    title: str
    subtitle: str
    cover: str
    chips: tuple[tuple[str, str], ...] = ()
    right: str = ""
    artwork: str | None = None


Load = Callable[[Sequence[str], Callable[[dict[str, Card]], object]], object]


class CardModel(QAbstractTableModel):
    """Ids, and the cards of those that have been looked at."""

    def __init__(self, load: Load) -> None:
        super().__init__()
        self._load = load
        self._ids: tuple[str, ...] = ()
        self._places: dict[str, int] = {}
        self._cards: dict[str, Card] = {}
        self._asked: set[int] = set()

    def set_ids(self, ids: Sequence[str], cards: dict[str, Card] | None = None) -> None:
        """Another list; cards that are known already are given along."""
        self.beginResetModel()
        self._ids = tuple(ids)
        self._places = {id_: row for row, id_ in enumerate(self._ids)}
        self._cards, self._asked = dict(cards or {}), set()
        self.endResetModel()

    @property
    def ids(self) -> tuple[str, ...]:
        """All ids, in order."""
        return self._ids

    def row_of(self, id_: str) -> int:
        """Where an id stands; -1 when it is not here."""
        return self._places.get(id_, -1)

    def rowCount(self, _parent: Index | None = None) -> int:  # noqa: N802
        return len(self._ids)

    def columnCount(self, _parent: Index | None = None) -> int:  # noqa: N802
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        id_ = self._ids[index.row()]
        card = self._cards.get(id_)
        if card is None:
            self._ask(index.row() // PAGE)
        if role == CARD:
            return card
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{card.title}, {card.subtitle}, {', '.join(words for words, _tone in card.chips)}" if card else "Loading"
        return None

    def _ask(self, page: int) -> None:
        if page in self._asked:
            return
        self._asked.add(page)
        ids = self._ids[page * PAGE : (page + 1) * PAGE]
        QTimer.singleShot(0, lambda: self._load(ids, self._loaded))

    def _loaded(self, cards: dict[str, Card]) -> None:
        self._cards |= cards
        rows = [self._places[id_] for id_ in cards if id_ in self._places]
        if rows:
            self.dataChanged.emit(self.index(min(rows), 0), self.index(max(rows), 0))


class CardDelegate(QStyledItemDelegate):
    """Paints one card."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802
        return QSize(200, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.paint_card(painter, option, index.data(CARD))

    def paint_card(self, painter: QPainter, option: QStyleOptionViewItem, card: Card | None) -> None:
        """Paints a card that need not be in a list."""
        colors = tokens.now()
        rect = QRectF(option.rect).adjusted(1, 1, -1, -7)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colors.color("accent" if chosen else "border"), 1.6 if chosen else 1))
        painter.setBrush(colors.color("accent_soft" if chosen else "hover" if hover else "surface"))
        painter.drawRoundedRect(rect, 12, 12)
        if card is not None:
            side = rect.height() - 24
            paint_cover(painter, QRectF(rect.left() + 12, rect.top() + 12, side, side), card.cover, 8, card.artwork)
            self._paint_words(painter, option.font, rect.adjusted(side + 26, 10, -14, -10).toRect(), card, colors, chosen)
        painter.restore()

    def _paint_words(
        self, painter: QPainter, font: QFont, room: QRect, card: Card, colors: tokens.Tokens, chosen: bool
    ) -> None:
        strong, small, scale = QFont(font), QFont(font), font.pixelSize() / BODY_PX
        strong.setWeight(QFont.Weight.DemiBold)
        strong.setPixelSize(round(font.pixelSize() * 15 / 14))
        small.setPixelSize(round(font.pixelSize() * 13 / 14))
        painter.setFont(small)
        painter.setPen(colors.color("muted"))
        right = painter.fontMetrics().horizontalAdvance(card.right) + 10 if card.right else 0
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, card.right)
        middle = QRect(room.left(), room.top() + round(21 * scale), room.width(), round(20 * scale))
        words = painter.fontMetrics().elidedText(card.subtitle, Qt.TextElideMode.ElideRight, middle.width())
        painter.drawText(middle, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        painter.setFont(strong)
        painter.setPen(colors.color("text"))
        title = painter.fontMetrics().elidedText(card.title, Qt.TextElideMode.ElideRight, room.width() - right)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, title)
        paint_chips(painter, font, room.left(), room.bottom() - round(19 * scale), room.right(), card.chips, on_soft=chosen)


def paint_chips(
    painter: QPainter, font: QFont, x: float, y: float, end: float, chips: Sequence[tuple[str, str]], *, on_soft: bool = False
) -> None:
    """Chips side by side, as many as there is room for. On a soft ground the accent's own field would not be seen."""
    colors = tokens.now()
    small = QFont(font)
    small.setPixelSize(round(font.pixelSize() * 12 / 14))
    small.setWeight(QFont.Weight.DemiBold)
    metrics = QFontMetrics(small)
    painter.setFont(small)
    for words, tone in chips:
        high = 20 * font.pixelSize() / BODY_PX
        rect = QRectF(x, y, metrics.horizontalAdvance(words) + 16, high)
        if rect.right() > end:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        soft = "surface" if on_soft and tone == "accent" else f"{tone}_soft" if tone else "hover"
        painter.setBrush(colors.color(soft))
        painter.drawRoundedRect(rect, high / 2, high / 2)
        painter.setPen(colors.color({"": "muted", "accent": "accent_text"}.get(tone, tone)))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, words)
        x = rect.right() + 6


class CardList(QTableView):
    """The view. `chosen` tells the id of the current card, by mouse or by keys."""

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, load: Load, name: str) -> None:
        super().__init__()
        self.cards = CardModel(load)
        self.setModel(self.cards)
        self.setItemDelegate(CardDelegate(self))
        self.setProperty("kind", "cards")
        self.setAccessibleName(name)
        self.horizontalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(round(HEIGHT * self.font().pixelSize() / BODY_PX))
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.selectionModel().currentRowChanged.connect(self._moved)
        self.activated.connect(lambda index: self.opened.emit(self.cards.ids[index.row()]))
        self.clicked.connect(lambda index: self.opened.emit(self.cards.ids[index.row()]))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.verticalHeader().setDefaultSectionSize(round(HEIGHT * self.font().pixelSize() / BODY_PX))

    def show_ids(self, ids: Sequence[str], cards: dict[str, Card] | None = None, wanted: str = "") -> str:
        """Shows a list, keeps the chosen card where it is still there, and returns its id without telling `chosen`."""
        wanted = wanted or self.current()
        told = self.blockSignals(True)
        self.cards.set_ids(ids, cards)
        row = self.cards.row_of(wanted)
        if ids:
            self.selectRow(max(row, 0))
            if row > 0:
                self.scrollTo(self.cards.index(row, 0))
        self.blockSignals(told)
        return ids[max(row, 0)] if ids else ""

    def current(self) -> str:
        """The id of the chosen card."""
        row = self.currentIndex().row()
        return self.cards.ids[row] if 0 <= row < len(self.cards.ids) else ""

    def choose(self, id_: str) -> None:
        """Chooses a card by its id."""
        row = self.cards.row_of(id_)
        if row >= 0:
            self.selectRow(row)

    def _moved(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(self.cards.ids[index.row()])
