"""A place to drop a file on, or to press."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy

from fanlink.desktop import icons, tokens


class DropZone(QPushButton):
    """`dropped` gives the path of a file with the right ending; pressing it asks for one in the usual way."""

    dropped = Signal(Path)

    def __init__(self, title: str, hint: str, ending: str | tuple[str, ...], icon: str = "upload") -> None:
        super().__init__()
        self._title, self._hint, self._icon = title, hint, icon
        self._endings = (ending,) if isinstance(ending, str) else ending
        self._over = False
        self.setProperty("kind", "row")
        self.setAcceptDrops(True)
        self.setAccessibleName(f"{title}. {hint}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(112)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(300, 112)

    def paintEvent(self, event) -> None:  # noqa: N802
        super().paintEvent(event)
        colors = tokens.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colors.color("accent" if self._over else "control"), 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(colors.color("accent_soft" if self._over else "surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 14, 14)
        middle = self.width() // 2
        painter.drawPixmap(middle - 12, 18, icons.pixmap(self._icon, colors.color("accent_text"), 24))
        font = self.font()
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(colors.color("text"))
        painter.drawText(QRectF(0, 48, self.width(), 22), Qt.AlignmentFlag.AlignCenter, self._title)
        font.setWeight(font.Weight.Normal)
        painter.setFont(font)
        painter.setPen(colors.color("muted"))
        painter.drawText(QRectF(0, 72, self.width(), 22), Qt.AlignmentFlag.AlignCenter, self._hint)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colors.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 14, 14)
        painter.end()

    def dragEnterEvent(self, event) -> None:  # noqa: N802
        if self._path(event) is not None:
            self._over = True
            self.update()
            event.acceptProposedAction()

    def dragLeaveEvent(self, _event) -> None:  # noqa: N802
        self._over = False
        self.update()

    def dropEvent(self, event) -> None:  # noqa: N802
        path = self._path(event)
        self._over = False
        self.update()
        if path is not None:
            event.acceptProposedAction()
            self.dropped.emit(path)

    def _path(self, event) -> Path | None:
        urls = event.mimeData().urls()
        paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        return next((path for path in paths if path.suffix.lower() in self._endings), None)
