"""A running desktop on the staff's world: the real window, Session, outbox and replica; only the transport is played."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from fanlink import wire
from fanlink.desktop.app import App
from fanlink.desktop.pages.page import Page
from tests.desktop.far_side import FarSide
from tests.desktop.staff.world import NOW_MS
from tests.desktop.world import World

# What the platform says of itself: the offscreen plugin of sizes, the sound libraries of a machine without sound.
HARMLESS = ("propagateSizeHints", "pipewire", "PulseAudio", "pa_context", "FFmpeg", "ALSA", "audio device")


class Slow(FarSide):
    """A far side that serves documents and files but takes no command yet: what is asked stays to be seen in the outbox."""

    def handle(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/commands" and (reply := self.on(request)) is not None:
            return reply
        if request.url.path == "/v1/commands":
            raise httpx.ConnectError("not now", request=request)
        return super().handle(request)


class Staffroom:
    """What a test holds: the app, the far side, and ways to wait for what was asked."""

    def __init__(self, folder: Path, qtbot: Any, world: World) -> None:
        self.qtbot = qtbot
        self.far = Slow(world)
        self.app = App(folder / "home", self.far.open, mode="dark")
        self.app.desk.now_ms = lambda: NOW_MS
        self.app.settings.change(account_name="Sam Okafor", welcomed=True)
        self.app.start()
        self.settle()

    @property
    def page(self) -> Page:
        """The page in front."""
        assert self.app.window.page is not None
        return self.app.window.page

    def settle(self) -> None:
        """Waits until the Session is open and nothing is under way."""
        self.qtbot.waitUntil(lambda: self.app.desk.is_open and not self.app.ops.busy, timeout=20_000)
        self.qtbot.wait(1)
        self.qtbot.waitUntil(lambda: not self.app.ops.busy, timeout=20_000)

    def go(self, role: str, page: str, item: str = "") -> Page:
        """Opens a page of a role."""
        if self.app.window.role.key != role:
            self.app.window.switch_role(role)
            self.settle()
        self.app.window.go(page, item)
        self.settle()
        return self.page

    def asked(self) -> list[tuple[str, str, dict[str, Any]]]:
        """What waits in the outbox or was sent: kind, target, data; oldest first."""
        entries = self.app.desk.session.outbox.entries()
        return [(each.command.kind, each.command.target, wire.to_json(each.command.data)) for each in reversed(entries)]

    def read(self, work: Callable[[Any], Any]) -> Any:
        """Asks the Session something."""
        return work(self.app.desk.session)

    def close(self) -> None:
        """Ends it."""
        self.app.close()
        # the sheet names files of the theme that are gone now; the next test's window would look for them
        self.app.qt.setStyleSheet("")
