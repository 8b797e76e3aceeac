"""Pictures of artists and tracks by digest: fetched and read in a lane, kept small, drawn by `widgets.artwork`.

A picture that somebody sent is read only where its kind and size are as expected, so that a small file cannot ask for
gigabytes; what fails is asked for again later and the drawn cover stays.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

from fanlink.core.errors import BadInput
from fanlink.desktop.ops import Progress

if TYPE_CHECKING:
    from fanlink.desktop.desk import Desk

FORMATS = (b"png", b"jpeg", b"webp")
MOST_PIXELS_A_SIDE = 4096
MOST_BYTES = 20_000_000
KEPT_SIDE = 512
MOST_SCALED = 400
MOST_PICTURES = 120
AGAIN_S = 60.0


def read(path: Path) -> QImage:
    """The middle square of a picture, at most 512 pixels a side. `BadInput` for what is not a PNG, JPEG or WebP of a sane size."""
    if path.stat().st_size > MOST_BYTES:
        raise BadInput("this picture is too large a file", where=path.name)
    reader = QImageReader(str(path))
    # The first bytes say what it is; a name says nothing.
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    if bytes(reader.format().data()) not in FORMATS:
        raise BadInput("this is not a PNG, JPEG or WebP picture", where=path.name)
    size = reader.size()
    if not size.isValid() or not 0 < max(size.width(), size.height()) <= MOST_PIXELS_A_SIDE:
        raise BadInput(f"a picture has at most {MOST_PIXELS_A_SIDE} pixels a side", where=path.name)
    if min(size.width(), size.height()) > KEPT_SIDE:
        reader.setScaledSize(size.scaled(QSize(KEPT_SIDE, KEPT_SIDE), Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    image = reader.read()
    if image.isNull():
        raise BadInput("this picture cannot be read", where=path.name)
    side = min(image.width(), image.height())
    return image.copy(QRect((image.width() - side) // 2, (image.height() - side) // 2, side, side))


class Artworks(QObject):
    """What is there is given at once; what is not is fetched, and `arrived` tells that something can be painted again."""

    arrived = Signal(str)

    def __init__(self, desk: Desk, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._desk, self._clock = desk, clock
        self._pictures: OrderedDict[str, QPixmap] = OrderedDict()
        self._scaled: OrderedDict[tuple[str, int], QPixmap] = OrderedDict()
        self._asked: set[str] = set()
        self._failed: dict[str, float] = {}
        desk.opened.connect(self._failed.clear)

    def picture(self, digest: str, side: int) -> QPixmap | None:
        """The picture at `side` pixels; None while it is not here."""
        found = self._scaled.get((digest, side))
        if found is not None:
            self._scaled.move_to_end((digest, side))
            return found
        whole = self._pictures.get(digest)
        if whole is None:
            self._ask(digest)
            return None
        self._pictures.move_to_end(digest)
        made = whole.scaled(side, side, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
        self._scaled[digest, side] = made
        while len(self._scaled) > MOST_SCALED:
            self._scaled.popitem(last=False)
        return made

    def _ask(self, digest: str) -> None:
        again = self._failed.get(digest, float("-inf")) + AGAIN_S
        if not self._desk.is_open or digest in self._asked or self._clock() < again:
            return
        self._asked.add(digest)

        def work(session: Any, progress: Progress) -> QImage:
            return read(session.asset(digest, None, progress.stop.is_set))

        self._desk.make(
            work, lambda image: self._here(digest, image), owner=self, failed=lambda _error: self._not_here(digest), lane="pictures"
        )

    def _here(self, digest: str, image: QImage) -> None:
        self._asked.discard(digest)
        self._pictures[digest] = QPixmap.fromImage(image)
        while len(self._pictures) > MOST_PICTURES:
            self._pictures.popitem(last=False)
        self.arrived.emit(digest)

    def _not_here(self, digest: str) -> None:
        self._asked.discard(digest)
        self._failed[digest] = self._clock()
