"""Who owns what and who has agreed, as one picture: a line for each party, its stakes as bars, its answers as marks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from fanlink.core.documents import TrackDocument
from fanlink.core.parties import Right
from fanlink.desktop import agreeing, formats, icons, tokens, words, words_staff
from fanlink.desktop.widgets import basics

ROW = 40
MARKS = {"ok": "check", "bad": "x", "warn": "clock", "": "circle"}


@dataclass(frozen=True, slots=True)
class Line:
    """One party: its share of each right, whether it is featured or contests, and how each answer looks and reads."""

    name: str
    mine: bool
    shares: tuple[Fraction, ...]
    about: str
    answers: tuple[tuple[str, str], ...]


def lines(track: TrackDocument, mine: Iterable[str], now_ms: int) -> tuple[list[str], list[Line]]:
    """The uses asked about, and every party with its stakes and answers."""
    found, own = agreeing.agreements(track, now_ms), set(mine)
    contested = {stake.party for stake in track.contested}
    made = []
    for party in agreeing.parties(track):
        held = tuple(sum((s.share for s in track.stakes if s.party == party and s.right is right), Fraction(0)) for right in Right)
        about = "claims more" if party in contested else "featured" if party in track.featured else ""
        answers = []
        for each in found:
            consent = dict(each.answers).get(party)
            said = words_staff.CONSENT_STATES[consent.state][0] if consent else "Not asked yet"
            if consent is not None and party in each.agreed and consent.territory != "world":
                said = f"{said} for {consent.territory}"
            answers.append((each.tone(party), said))
        name = track.party_names.get(party, party)
        made.append(Line(name, party in own, held, about, tuple(answers)))
    made.sort(key=lambda line: (-sum(line.shares), line.name))
    return [words.USES[each.use] for each in found], made


class RightsPicture(QWidget):
    """Painted in one go; a screen reader reads it line by line, and a tooltip says what is under the pointer."""

    def __init__(self) -> None:
        super().__init__()
        self._uses: list[str] = []
        self.lines: list[Line] = []
        self._head = ROW
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_track(self, track: TrackDocument, mine: Iterable[str], now_ms: int) -> None:
        """Another track."""
        self._uses, self.lines = lines(track, mine, now_ms)
        self._fit()
        self.setAccessibleName(". ".join(self._said(line) for line in self.lines))
        self.update()

    def _said(self, line: Line) -> str:
        held = [f"{formats.percent(share)} of the {right}" for right, share in zip(Right, line.shares, strict=True) if share]
        answers = [f"{use}: {said}" for use, (_tone, said) in zip(self._uses, line.answers, strict=True)]
        return f"{line.name}: {', '.join([*held, *([line.about] if line.about else []), *answers])}"

    def _fit(self) -> None:
        """As high as its lines and the tallest of its heads, which are broken into words."""
        _name, bar, answer = self._columns()
        metrics = QFontMetrics(self._small(2))
        flags = Qt.TextFlag.TextWordWrap
        high = [metrics.boundingRect(0, 0, round(answer - 4), 400, flags, use).height() for use in self._uses]
        self._head = max([metrics.height(), *high]) + 12
        self.setFixedHeight(self._head + ROW * len(self.lines) + 4)

    def _small(self, less: int) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(max(font.pixelSize() - less, 10))
        return font

    def resizeEvent(self, event: object) -> None:  # noqa: N802
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(600, self.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(340, self.height())

    def _columns(self) -> tuple[float, float, float]:
        """Where the bars begin, how wide a bar is, and how wide an answer is."""
        name = self.width() * 0.27
        answers = min(self.width() * 0.36, 66.0 * len(self._uses))
        return name, (self.width() - name - answers) / 2, answers / max(len(self._uses), 1)

    def paintEvent(self, _event: object) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        name, bar, answer = self._columns()
        self._heads(painter, name, bar, answer)
        for row, line in enumerate(self.lines):
            top = self._head + row * ROW
            self._name(painter, line, top, name)
            for place, share in enumerate(line.shares):
                self._bar(painter, QRectF(name + place * bar, top, bar - 14, ROW), share, row)
            for place, (tone, _said) in enumerate(line.answers):
                self._answer(painter, QPointF(name + 2 * bar + (place + 0.5) * answer, top + ROW / 2), tone)
        painter.end()

    def _heads(self, painter: QPainter, name: float, bar: float, answer: float) -> None:
        colors = tokens.now()
        painter.setFont(self._small(2))
        painter.setPen(colors.color("muted"))
        flags = Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
        for place, right in enumerate(Right):
            painter.drawText(QRectF(name + place * bar, 0, bar - 14, self._head - 8), flags, words_staff.RIGHTS[right])
        for place, use in enumerate(self._uses):
            box = QRectF(name + 2 * bar + place * answer + 2, 0, answer - 4, self._head - 8)
            painter.drawText(box, flags | Qt.AlignmentFlag.AlignHCenter, use)
        painter.setPen(QPen(colors.color("border"), 1))
        painter.drawLine(QPointF(0, self._head - 2), QPointF(self.width(), self._head - 2))

    def _name(self, painter: QPainter, line: Line, top: float, wide: float) -> None:
        colors = tokens.now()
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if line.mine else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(colors.color("accent_text" if line.mine else "text"))
        shown = painter.fontMetrics().elidedText(line.name.replace("\n", " "), Qt.TextElideMode.ElideRight, round(wide - 14))
        painter.drawText(QRectF(0, top, wide, ROW - (14 if line.about else 0)), Qt.AlignmentFlag.AlignVCenter, shown)
        if line.about:
            painter.setFont(self._small(3))
            painter.setPen(colors.color("muted"))
            painter.drawText(QRectF(0, top + ROW / 2, wide, ROW / 2), Qt.AlignmentFlag.AlignVCenter, line.about)

    def _bar(self, painter: QPainter, box: QRectF, share: Fraction, row: int) -> None:
        colors = tokens.now()
        text = formats.percent(share) if share else ""
        painter.setFont(self._small(1))
        room = max(56, painter.fontMetrics().horizontalAdvance(text) + 10)
        rail = QRectF(box.left(), box.center().y() - 4, max(box.width() - room, 10), 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.color("border"))
        painter.drawRoundedRect(rail, 4, 4)
        if share:
            painter.setBrush(colors.line(row))
            painter.drawRoundedRect(QRectF(rail.left(), rail.top(), max(rail.width() * min(float(share), 1.0), 8), 8), 4, 4)
        painter.setPen(colors.color("text"))
        painter.drawText(QRectF(rail.right() + 8, box.top(), room - 8, ROW), Qt.AlignmentFlag.AlignVCenter, text)

    def _answer(self, painter: QPainter, middle: QPointF, tone: str) -> None:
        colors = tokens.now()
        painter.setPen(Qt.PenStyle.NoPen if tone else QPen(colors.color("control"), 1))
        painter.setBrush(colors.color(f"{tone}_soft") if tone else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(middle, 12, 12)
        if tone:
            painter.drawPixmap(QPointF(middle.x() - 7, middle.y() - 7), icons.pixmap(MARKS[tone], colors.color(tone), 14))

    def mouseMoveEvent(self, event) -> None:  # noqa: N802
        row = int((event.position().y() - self._head) // ROW)
        text = self._said(self.lines[row]) if 0 <= row < len(self.lines) and event.position().y() >= self._head else ""
        QToolTip.showText(event.globalPosition().toPoint(), basics.plain_tooltip(text), self)
