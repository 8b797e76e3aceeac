"""A desktop in a folder of its own, with the real Session over a transport that serves a small world."""

from __future__ import annotations

import os
import shutil

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["FANLINK_TOKEN_STORE"] = "memory"

from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile

from fanlink.desktop import peaks
from fanlink.desktop.app import App
from tests.desktop import world as world_module
from tests.desktop.far_side import FarSide
from tests.desktop.world import World

# What the platform says of itself: the offscreen plugin of sizes, the sound libraries of a machine without sound.
HARMLESS = ("propagateSizeHints", "support raise", "pipewire", "PulseAudio", "pa_context", "FFmpeg", "ALSA", "audio device")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "desktop" in str(item.path):
            item.add_marker(pytest.mark.qt_log_ignore(*HARMLESS, extend=True))


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Artists, prompts, remixes and money; one song in four stems."""
    return world_module.make(tmp_path_factory.mktemp("songs"), songs=1)


@pytest.fixture(scope="session")
def waves(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The waveforms of the song, as a desktop has them that has seen it before."""
    folder = tmp_path_factory.mktemp("waves")
    for digest, path in world.files.items():
        if path.suffix == ".flac":
            samples, rate = soundfile.read(path, dtype="int16", always_2d=True)
            peaks.save(peaks.peaks_of(samples, rate), folder / f"{digest}.npz")
    return folder


@pytest.fixture
def far(world: World) -> FarSide:
    """The far side of the wire."""
    return FarSide(world)


@pytest.fixture
def app(qtbot, tmp_path: Path, far: FarSide, waves: Path) -> Iterator[App]:
    """A desktop that is open, signed in as Mara and quiet."""
    shutil.copytree(waves, tmp_path / "home" / "cache" / "peaks")
    made = App(tmp_path / "home", far.open, mode="dark")
    made.desk.now_ms = lambda: world_module.NOW_MS
    made.start()
    quiet(qtbot, made)
    yield made
    made.close()


def quiet(qtbot, app: App) -> None:
    """Waits until the Session is open and nothing is under way."""
    def still() -> bool:
        return app.desk.is_open and not app.ops.busy

    qtbot.waitUntil(still, timeout=20_000)


@pytest.fixture
def show(qtbot, app: App):
    """Opens a page and waits until it has read."""
    def go(key: str, item: str = ""):
        app.window.go(key, item)
        quiet(qtbot, app)
        assert app.window.page is not None
        return app.window.page

    return go
