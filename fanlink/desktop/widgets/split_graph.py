"""A split as a graph: the whole on the left, its pools, and who is paid on the right, the remixes above nested where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from fanlink.core.shares import ANCESTOR, Node
from fanlink.desktop import formats, tokens
from fanlink.desktop.widgets import basics

ROW, HIGH, SIDE = 38, 30, 10
GAP, NARROW_GAP = 46, 22


@dataclass(slots=True)
class Place:
    """One box: its name, its share of the whole, where it stands, and the boxes that share it."""

    name: str
    share: Fraction
    depth: int
    party: bool
    mine: bool
    color: int
    y: float = 0.0
    below: list[Place] = field(default_factory=list)


def places(nodes: Iterable[Node], names: Mapping[str, str], mine: Iterable[str], title: str, titles: Sequence[str] = ()) -> Place:
    """The tree of boxes; `titles` are those of the remixes above, the nearest first."""
    own, rows = set(mine), [0]

    def build(node: Node, above: Fraction, depth: int, color: int, earlier: int = 0) -> Place:
        share, leaf = above * node.part, not node.below
        nested = node.name == ANCESTOR and not leaf
        name = _of_ancestor(titles, earlier) if nested else names.get(node.name) or formats.human(node.name)
        made = Place(name, share, depth, leaf, leaf and node.name in own, color)
        if leaf:
            made.y = rows[0]
            rows[0] += 1
        else:
            made.below = [build(each, share, depth + 1, color, earlier + nested) for each in sorted(node.below, key=_largest)]
            made.y = (made.below[0].y + made.below[-1].y) / 2
        return made

    whole = Place(title, Fraction(1), 0, False, False, -1)
    whole.below = [build(node, Fraction(1), 1, color) for color, node in enumerate(sorted(nodes, key=_largest))]
    whole.y = (whole.below[0].y + whole.below[-1].y) / 2
    return whole


def _of_ancestor(titles: Sequence[str], earlier: int) -> str:
    """A leaf `ancestor` that nothing was bound to is the fan's own."""
    return f"“{titles[earlier]}”" if earlier < len(titles) else "No earlier remix"


def _largest(node: Node) -> tuple[Fraction, str]:
    return -node.part, node.name


def every(place: Place) -> Iterable[Place]:
    """The box and all below it."""
    yield place
    for each in place.below:
        yield from every(each)


class SplitGraph(QWidget):
    """Painted in one go; a screen reader reads who gets what."""

    def __init__(self) -> None:
        super().__init__()
        self._whole: Place | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_split(
        self, nodes: Iterable[Node], names: Mapping[str, str], mine: Iterable[str], title: str, titles: Sequence[str] = ()
    ) -> None:
        """Another split."""
        self._whole = places(nodes, names, mine, title, titles)
        leaves = [each for each in every(self._whole) if each.party]
        self.setFixedHeight(round(len(leaves) * ROW + 8))
        said = ", ".join(f"{each.name} {formats.percent(each.share)}" for each in leaves)
        self.setAccessibleName(f"{title}: {said}")
        self.setToolTip(basics.plain_tooltip("\n".join(f"{each.name}: exactly {each.share}" for each in leaves)))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(560, self.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(300, self.height())

    def paintEvent(self, _event: object) -> None:  # noqa: N802
        if self._whole is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        boxes = list(every(self._whole))
        columns = max(each.depth for each in boxes) + 1
        gap = GAP if columns <= 3 else NARROW_GAP
        wide = (self.width() - gap * (columns - 1)) / columns
        for each in boxes:
            for below in each.below:
                self._tie(painter, self._rect(each, wide, gap), self._rect(below, wide, gap), below)
        for each in boxes:
            self._box(painter, self._rect(each, wide, gap), each)
        painter.end()

    def _rect(self, place: Place, wide: float, gap: float) -> QRectF:
        return QRectF(place.depth * (wide + gap), place.y * ROW + (ROW - HIGH) / 2 + 4, wide, HIGH)

    def _tie(self, painter: QPainter, left: QRectF, right: QRectF, below: Place) -> None:
        color = tokens.now().line(below.color)
        color.setAlpha(150)
        painter.setPen(QPen(color, max(float(below.share) * 14, 1.2)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        path = QPainterPath(QPointF(left.right(), left.center().y()))
        middle = (left.right() + right.left()) / 2
        path.cubicTo(middle, left.center().y(), middle, right.center().y(), right.left(), right.center().y())
        painter.drawPath(path)

    def _box(self, painter: QPainter, rect: QRectF, place: Place) -> None:
        colors = tokens.now()
        edge = colors.color("accent") if place.mine else colors.line(place.color) if place.color >= 0 else colors.color("control")
        painter.setPen(QPen(edge, 2 if place.mine else 1))
        painter.setBrush(colors.color("accent_soft" if place.mine else "raised"))
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 8, 8)
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if place.party else QFont.Weight.Normal)
        painter.setFont(font)
        share = "" if place.depth == 0 else formats.percent(place.share)
        metrics = painter.fontMetrics()
        room = rect.width() - 2 * SIDE - metrics.horizontalAdvance(share) - 6
        painter.setPen(colors.color("text"))
        name = metrics.elidedText(place.name.replace("\n", " "), Qt.TextElideMode.ElideRight, max(round(room), 12))
        inside = rect.adjusted(SIDE, 0, -SIDE, 0)
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        painter.setPen(colors.color("muted"))
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, share)
