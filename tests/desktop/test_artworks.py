"""Pictures: what was sent is shown, what is not a sane picture is not read, and a cover is always there."""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from fanlink.core.documents import PromptDocument
from fanlink.core.errors import BadInput
from fanlink.desktop import artworks
from fanlink.desktop.app import App
from fanlink.desktop.widgets import artwork
from tests.desktop.conftest import quiet

RED = QColor(200, 10, 20)


def picture(path: Path, width: int = 64, height: int = 64, form: str = "PNG") -> Path:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(RED)
    assert image.save(str(path), form)
    return path


def lying_png(path: Path, side: int) -> Path:
    """A few bytes that promise a picture of this size."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    made = b"\x89PNG\r\n\x1a\n"
    for name, data in parts:
        made += struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    path.write_bytes(made)
    return path


def painted(seed: str, digest: str | None) -> QColor:
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    artwork.paint_cover(painter, QRectF(0, 0, 40, 40), seed, 8, digest)
    painter.end()
    return image.pixelColor(20, 20)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_the_three_kinds_of_picture_are_read(qapp, tmp_path: Path, form: str) -> None:
    image = artworks.read(picture(tmp_path / "x", 900, 1200, form))
    assert (artworks.KEPT_SIDE, artworks.KEPT_SIDE) == (image.width(), image.height())


def test_the_middle_of_a_long_picture_is_shown(qapp, tmp_path: Path) -> None:
    image = artworks.read(picture(tmp_path / "x", 300, 90))
    assert (90, 90) == (image.width(), image.height())


@pytest.mark.parametrize("form", ["BMP", "PPM"])
def test_no_other_kind_is_read_whatever_its_name_says(qapp, tmp_path: Path, form: str) -> None:
    with pytest.raises(BadInput):
        artworks.read(picture(tmp_path / "x.png", form=form))


def test_an_svg_is_never_read(qapp, tmp_path: Path) -> None:
    (tmp_path / "x.png").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    with pytest.raises(BadInput):
        artworks.read(tmp_path / "x.png")


@pytest.mark.parametrize("side", [artworks.MOST_PIXELS_A_SIDE + 1, 60_000])
def test_a_picture_that_promises_too_many_pixels_is_not_read(qapp, tmp_path: Path, side: int) -> None:
    with pytest.raises(BadInput, match="pixels"):
        artworks.read(lying_png(tmp_path / "x", side))


def test_a_damaged_picture_is_not_shown(qapp, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"\x89PNG\r\n\x1a\n not a picture")
    with pytest.raises(BadInput):
        artworks.read(path)


def test_the_drawn_cover_stays_until_the_picture_is_there(app: App, far, tmp_path: Path, qtbot) -> None:
    path = picture(tmp_path / "cover")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    far.world.files[digest] = path
    drawn = painted("track", None)
    with qtbot.waitSignal(app.artworks.arrived, timeout=10_000):
        assert drawn == painted("track", digest)
    assert RED == painted("track", digest)
    assert app.artworks.picture(digest, 80) is app.artworks.picture(digest, 80)


def test_a_picture_that_does_not_come_is_asked_for_once_and_the_cover_stays(app: App, far, qtbot) -> None:
    asked: list[str] = []
    handle = far.handle
    app.desk.session._transport.handler = lambda request: asked.append(request.url.path) or handle(request)
    drawn = painted("track", None)
    for _time in range(3):
        assert drawn == painted("track", "d" * 64)
        quiet(qtbot, app)
    assert 1 == sum("d" * 64 in path for path in asked)


def test_a_card_shows_the_picture_of_its_prompt(app: App, far, show, tmp_path: Path, qtbot) -> None:
    path = picture(tmp_path / "cover")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    far.world.files[digest] = path
    prompt = next(each for _scope, each in far.world.documents if isinstance(each, PromptDocument))
    far.put("public", replace(prompt, artwork=digest))
    app.desk.read(lambda session: session.sync_once(), lambda _none: None, owner=app.desk)
    page = show("discover", prompt.id)
    page.grab()
    quiet(qtbot, app)
    assert digest == page.list.cards._cards[prompt.id].artwork
    assert digest in app.artworks._pictures
    assert RED == page.view.cover.grab().toImage().pixelColor(30, 30)
