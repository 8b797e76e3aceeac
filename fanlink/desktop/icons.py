"""Icons: lucide drawings (ISC), recoloured when they are drawn, so that one file serves every mode and state."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImageReader, QPainter, QPixmap

from fanlink.desktop import resources


@cache
def drawing(name: str) -> str:
    """The SVG of an icon, still without a colour."""
    return resources.text("icons", f"{name}.svg")


def recoloured(name: str, color: QColor, stroke: float = 2.0) -> bytes:
    """The SVG with a colour in it."""
    svg = drawing(name).replace("currentColor", color.name())
    return svg.replace('stroke-width="2"', f'stroke-width="{stroke:g}"').encode()


@cache
def _pixmap(name: str, rgba: int, size: int, ratio: float, stroke: float) -> QPixmap:
    buffer = QBuffer()
    buffer.setData(QByteArray(recoloured(name, QColor.fromRgba(rgba), stroke)))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, b"svg")
    reader.setScaledSize(QSize(round(size * ratio), round(size * ratio)))
    image = reader.read()
    assert not image.isNull(), f"the icon {name} cannot be drawn: {reader.errorString()}"
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def pixmap(name: str, color: QColor, size: int = 18, ratio: float = 2.0, stroke: float = 2.0) -> QPixmap:
    """An icon as a picture of `size` logical pixels."""
    return _pixmap(name, color.rgba(), size, ratio, stroke)


def icon(name: str, normal: QColor, checked: QColor | None = None, disabled: QColor | None = None) -> QIcon:
    """An icon for a button, with a second colour for when it is checked."""
    made = QIcon()
    made.addPixmap(pixmap(name, normal), QIcon.Mode.Normal, QIcon.State.Off)
    made.addPixmap(pixmap(name, checked or normal), QIcon.Mode.Normal, QIcon.State.On)
    faint = disabled or QColor(normal.red(), normal.green(), normal.blue(), 110)
    made.addPixmap(_faded(pixmap(name, QColor(faint.rgb())), faint.alphaF()), QIcon.Mode.Disabled, QIcon.State.Off)
    return made


def _faded(picture: QPixmap, opacity: float) -> QPixmap:
    made = QPixmap(picture.size())
    made.setDevicePixelRatio(picture.devicePixelRatio())
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setOpacity(opacity)
    painter.drawPixmap(0, 0, picture)
    painter.end()
    return made
