"""The arrangement as one picture: blocks on a ruler of bars, and a lane with its waveform for each stem and layer.

Blocks can be dragged to another place and pulled longer or shorter; a click on a lane inside a block makes it silent or heard.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from fanlink.core.recipes import Layer, Recipe, Section
from fanlink.core.tracks import TrackFacts
from fanlink.desktop import arranging, formats, tokens

if TYPE_CHECKING:
    from fanlink.desktop.peaks import Peaks

RULER, BLOCKS, LANE, GAP = 20, 32, 38, 4
TOP = RULER + BLOCKS + 6
EDGE = 7


class Lanes(QWidget):
    """Paints a recipe over its track. Says what was asked; changes nothing by itself."""

    seeked = Signal(float)
    chosen = Signal(int)
    move_asked = Signal(int, int)
    resize_asked = Signal(int, int)
    toggle_asked = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self._recipe: Recipe | None = None
        self._facts: TrackFacts | None = None
        self._peaks: Mapping[str, Peaks] = {}
        self._recordings: Mapping[str, Peaks] = {}
        self._names: tuple[str, ...] = ()
        self._picture: QPixmap | None = None
        self._drag: tuple[str, int, float] | None = None
        self._drop = -1
        self.position = 0.0
        self.selected = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Arrangement")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(500, TOP + max(len(self._names), 1) * (LANE + GAP))

    def set_recipe(self, recipe: Recipe | None, facts: TrackFacts | None, names: tuple[str, ...]) -> None:
        """Another recipe; `names` are the lanes from top to bottom."""
        self._recipe, self._facts, self._names, self._picture = recipe, facts, names, None
        if recipe is None or self.selected >= len(recipe.sections):
            self.selected = -1
        self.setFixedHeight(self.sizeHint().height())
        self._name()
        self.update()

    def set_peaks(self, peaks: Mapping[str, Peaks]) -> None:
        """The waveforms of the stems."""
        self._peaks, self._picture = peaks, None
        self.update()

    def set_recordings(self, peaks: Mapping[str, Peaks]) -> None:
        """The waveforms of recordings by the name that recipes use."""
        self._recordings, self._picture = peaks, None
        self.update()

    def set_position(self, position: float) -> None:
        """Where the player is in the remix, 0 to 1."""
        if abs(position - self.position) * max(self.width(), 1) >= 0.5:
            self.position = position
            self.update()

    def select(self, number: int) -> None:
        """Marks a block."""
        self.selected, self._picture = number, None
        self._name()
        self.update()
        self.chosen.emit(number)

    def span(self, number: int) -> tuple[float, float]:
        """The stretch of a block, in fractions of the remix."""
        assert self._recipe is not None
        bars = max(self._recipe.bars, 1)
        before = sum(section.bars for section in self._recipe.sections[:number])
        return before / bars, (before + self._recipe.sections[number].bars) / bars

    def _name(self) -> None:
        if self._recipe is not None:
            said = [f"{formats.human(section.name)} {section.bars} bars" for section in self._recipe.sections]
            chosen = f"; chosen: {said[self.selected]}" if 0 <= self.selected < len(said) else ""
            self.setAccessibleDescription(", ".join(said) + chosen)

    # Painting -------------------------------------------------------------------------------------------------------

    def changeEvent(self, event: object) -> None:  # noqa: N802
        super().changeEvent(event)  # type: ignore[arg-type]
        self._picture = None

    def resizeEvent(self, event: object) -> None:  # noqa: N802
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._picture = None

    def paintEvent(self, _event: object) -> None:  # noqa: N802
        if self._recipe is None:
            return
        colors = tokens.now()
        if self._picture is None:
            self._picture = self._painted(colors)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = self.position * self.width()
        painter.setPen(QPen(colors.color("text"), 1.5))
        painter.drawLine(QLineF(x, RULER - 4, x, self.height()))
        if self._drop >= 0:
            edge = self.span(self._drop)[0] if self._drop < len(self._recipe.sections) else 1.0
            painter.setPen(QPen(colors.color("accent"), 3, c=Qt.PenCapStyle.RoundCap))
            painter.drawLine(QLineF(edge * self.width(), RULER, edge * self.width(), RULER + BLOCKS))
        if self.hasFocus():
            painter.setPen(QPen(colors.color("accent"), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def _painted(self, colors: tokens.Tokens) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        small = QFont(self.font())
        small.setPixelSize(round(self.font().pixelSize() * 12 / 14))
        painter.setFont(small)
        assert self._recipe is not None
        self._paint_grid(painter, colors)
        for number, section in enumerate(self._recipe.sections):
            begin, end = (edge * self.width() for edge in self.span(number))
            self._paint_block(painter, colors, number, section, QRectF(begin + 1, RULER, end - begin - 2, BLOCKS))
            for row, name in enumerate(self._names):
                self._paint_cell(painter, colors, row, name, section, begin + 1, end - 1)
        painter.end()
        return picture

    def _paint_grid(self, painter: QPainter, colors: tokens.Tokens) -> None:
        assert self._recipe is not None
        bars = max(self._recipe.bars, 1)
        step = self.width() / bars
        every = next(each for each in (1, 2, 4, 8, 16, 32, 64) if each * step > 34 or each == 64)
        for bar in range(bars + 1):
            x = bar * step
            strong = bar % every == 0
            painter.setPen(QPen(colors.color("border" if strong else "grid"), 1))
            if strong or step > 6:
                painter.drawLine(QLineF(x, TOP, x, self.height()))
            if strong and bar < bars:
                painter.setPen(colors.color("muted"))
                painter.drawText(QRectF(x + 2, 0, 40, RULER - 4), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, str(bar + 1))
        if step > 26:
            painter.setPen(QPen(colors.color("grid"), 1, Qt.PenStyle.DotLine))
            for beat in range(bars * 4):
                if beat % 4:
                    painter.drawLine(QLineF(beat * step / 4, TOP, beat * step / 4, self.height()))

    def _paint_block(self, painter: QPainter, colors: tokens.Tokens, number: int, section: Section, rect: QRectF) -> None:
        chosen = number == self.selected
        color = colors.line(_tint(section.name))
        fill = QColor(color)
        fill.setAlpha(90 if chosen else 46)
        painter.setBrush(fill)
        painter.setPen(QPen(color, 2 if chosen else 1))
        painter.drawRoundedRect(rect.adjusted(0.5, 1, -0.5, -1), 7, 7)
        painter.setPen(colors.color("text"))
        name = formats.human(section.name)
        loop = f" ↻{section.loop_bars}" if section.loop_bars else ""
        room = rect.adjusted(9, 0, -9, 0)
        words = f"{name} · {section.bars}{loop}" if room.width() > 74 else name
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown if room.width() > 16 else "")

    def _paint_cell(self, painter: QPainter, colors: tokens.Tokens, row: int, name: str, section: Section, begin: float, end: float) -> None:
        assert self._recipe is not None
        rect = QRectF(begin, TOP + row * (LANE + GAP), end - begin, LANE)
        heard = arranging.heard(self._recipe, section, name)
        color = colors.line(row)
        field = QColor(color)
        field.setAlpha(26 if heard else 0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(field)
        painter.drawRoundedRect(rect, 5, 5)
        if not heard:
            painter.setPen(QPen(colors.color("border"), 1, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        shown = QColor(color) if heard else colors.color("border")
        peaks = self._peaks.get(name)
        recording = next((each for each in self._recipe.layers if each.id == name and each.asset), None)
        if recording is not None:
            self._paint_recording(painter, shown, recording, section, rect)
        elif peaks is not None and self._facts is not None:
            self._paint_wave(painter, shown, peaks, section, rect)
        elif name not in self._recipe.stems and heard:
            self._paint_layer(painter, shown, rect)
        for edit in section.edits:
            if not edit.on or name in edit.on:
                self._paint_edit(painter, colors, section, edit.start_beat, edit.beats, rect)

    def _paint_wave(self, painter: QPainter, color: QColor, peaks: Peaks, section: Section, rect: QRectF) -> None:
        assert self._facts is not None
        music = self._facts.music
        bar_frames = music.beats_per_bar * 60 / music.tempo_bpm * peaks.rate_hz
        origin = music.first_beat_ms / 1000 * peaks.rate_hz
        loop = section.loop_bars or section.bars
        painter.setPen(QPen(color, 1.2))
        middle, reach = rect.center().y(), rect.height() / 2 - 3
        done, lines = 0, []
        while done < section.bars:
            bars = min(loop, section.bars - done)
            left = rect.left() + rect.width() * done / section.bars
            width = max(int(rect.width() * bars / section.bars / 2), 1)
            first = (origin + (section.source_bar - 1) * bar_frames) / max(peaks.frames, 1)
            last = first + bars * bar_frames / max(peaks.frames, 1)
            for step, (low, high) in enumerate(peaks.columns(min(first, 1.0), min(last, 1.0), width)):
                x = left + step * 2 + 1
                half = max((float(high) - float(low)) / 2 * reach, 0.5)
                lines.append(QLineF(x, middle - half, x, middle + half))
            done += bars
        painter.drawLines(lines)

    def _paint_recording(self, painter: QPainter, color: QColor, layer: Layer, section: Section, rect: QRectF) -> None:
        """The stretches of a recording that fall into a section, each where it sounds."""
        peaks = self._recordings.get(layer.asset or "")
        if peaks is None or self._recipe is None or self._facts is None:
            return
        beats_per_bar = self._facts.music.beats_per_bar
        whole = max(self._recipe.bars * beats_per_bar, 1)
        begin, end = rect.left() / self.width() * whole, rect.right() / self.width() * whole
        length = peaks.length_ms / 60_000 * self._recipe.tempo_bpm
        painter.setPen(QPen(color, 1.2))
        middle, reach, lines = rect.center().y(), rect.height() / 2 - 3, []
        for start in arranging.beats_of(layer, length, whole, beats_per_bar, self._recipe.tempo_bpm):
            first, last = max(start, begin), min(start + length, end)
            if first >= last:
                continue
            width = max(int((last - first) / whole * self.width() / 2), 1)
            columns = peaks.columns((first - start) / length, (last - start) / length, width)
            for step, (low, high) in enumerate(columns):
                x = first / whole * self.width() + step * 2 + 1
                half = max((float(high) - float(low)) / 2 * reach, 0.5)
                lines.append(QLineF(x, middle - half, x, middle + half))
        painter.drawLines(lines)

    def _paint_layer(self, painter: QPainter, color: QColor, rect: QRectF) -> None:
        painter.setPen(QPen(color, 1.5, c=Qt.PenCapStyle.RoundCap))
        x = rect.left() + 7
        while x < rect.right() - 5:
            painter.drawPoint(QPointF(x, rect.center().y()))
            painter.drawPoint(QPointF(x + 4, rect.center().y() - 6))
            painter.drawPoint(QPointF(x + 8, rect.center().y() + 5))
            x += 12

    def _paint_edit(self, painter: QPainter, colors: tokens.Tokens, section: Section, start: float, beats: float, rect: QRectF) -> None:
        whole = max(section.bars * 4, 1)
        left = rect.left() + rect.width() * start / whole
        width = max(rect.width() * beats / whole, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.color("warn", 170))
        painter.drawRoundedRect(QRectF(left, rect.bottom() - 4, min(width, rect.right() - left), 3), 1.5, 1.5)

    # Acting ---------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event) -> None:  # noqa: N802
        if self._recipe is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        point = event.position()
        number = self._section_at(point.x())
        if RULER <= point.y() <= RULER + BLOCKS and number >= 0:
            edge = abs(point.x() - self.span(number)[1] * self.width()) < EDGE
            self._drag = ("size" if edge else "move", number, point.x())
            self.select(number)
        else:
            self.seeked.emit(min(max(point.x() / max(self.width(), 1), 0.0), 1.0))

    def mouseDoubleClickEvent(self, event) -> None:  # noqa: N802
        number, row = self._section_at(event.position().x()), self._row_at(event.position().y())
        if number >= 0 and row >= 0:
            self.toggle_asked.emit(number, self._names[row])

    def mouseMoveEvent(self, event) -> None:  # noqa: N802
        if self._recipe is None:
            return
        point = event.position()
        number = self._section_at(point.x())
        if self._drag is None:
            on_block = RULER <= point.y() <= RULER + BLOCKS and number >= 0
            at_edge = on_block and abs(point.x() - self.span(number)[1] * self.width()) < EDGE
            shape = Qt.CursorShape.SizeHorCursor if at_edge else Qt.CursorShape.OpenHandCursor if on_block else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
        elif self._drag[0] == "move" and abs(point.x() - self._drag[2]) > 6:
            begin, end = self.span(number) if number >= 0 else (1.0, 1.0)
            after = point.x() / self.width() > (begin + end) / 2
            self._drop = min(number + after, len(self._recipe.sections)) if number >= 0 else len(self._recipe.sections)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.update()

    def mouseReleaseEvent(self, event) -> None:  # noqa: N802
        drag, self._drag, drop, self._drop = self._drag, None, self._drop, -1
        if drag is None or self._recipe is None:
            return
        kind, number, from_x = drag
        if kind == "size":
            bars = (event.position().x() - from_x) / self.width() * self._recipe.bars
            if round(bars):
                self.resize_asked.emit(number, self._recipe.sections[number].bars + round(bars))
        elif drop >= 0:
            to = drop - 1 if drop > number else drop
            if to != number:
                self.move_asked.emit(number, to)
        self.update()

    def keyPressEvent(self, event) -> None:  # noqa: N802
        count = len(self._recipe.sections) if self._recipe else 0
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if count and event.key() in moves and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            step = moves[Qt.Key(event.key())]
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.selected >= 0:
                to = min(max(self.selected + step, 0), count - 1)
                if to != self.selected:
                    self.move_asked.emit(self.selected, to)
            elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self.selected >= 0:
                assert self._recipe is not None
                self.resize_asked.emit(self.selected, self._recipe.sections[self.selected].bars + step)
            else:
                self.select(min(max(self.selected + step, 0), count - 1))
        else:
            super().keyPressEvent(event)

    def _section_at(self, x: float) -> int:
        assert self._recipe is not None
        for number in range(len(self._recipe.sections)):
            begin, end = self.span(number)
            if begin * self.width() <= x < end * self.width():
                return number
        return -1

    def _row_at(self, y: float) -> int:
        row = int((y - TOP) // (LANE + GAP))
        return row if y >= TOP and 0 <= row < len(self._names) else -1


TINTS = {"intro": 4, "verse": 0, "pre-chorus": 7, "chorus": 2, "bridge": 1, "break": 5, "build": 3, "drop": 6, "outro": 4}


def _tint(name: str) -> int:
    """Sections of one name have one colour."""
    return TINTS.get(name, sum(name.encode()) % 8)
