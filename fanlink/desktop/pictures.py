"""Pictures of every page, in light and dark and at two sizes: for eyes, for tests and for the README.

    python -m fanlink.desktop.pictures --home DIR --out DIR
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QTimer

if TYPE_CHECKING:
    from fanlink.desktop.app import App

SIZES = {"wide": (1372, 871), "small": (960, 640)}
QUIET_MS = 120


def when_quiet(app: App, then: Callable[[], object]) -> None:
    """Calls `then` when the Session is open, nothing is under way and the window has been painted."""
    timer = QTimer(app.window)
    timer.setInterval(QUIET_MS)

    def look() -> None:
        if app.desk.is_open and not app.ops.busy:
            timer.stop()
            then()

    timer.timeout.connect(look)
    timer.start()


def wait(app: App) -> None:
    """Runs the event loop until nothing is under way."""
    loop = QEventLoop()
    when_quiet(app, loop.quit)
    loop.exec()


def take(app: App, out: Path, modes: tuple[str, ...] = ("dark", "light"), only: str = "") -> list[Path]:
    """Opens every page of every role and saves its picture; returns the files."""
    from fanlink.desktop.pages import registry

    out.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    wait(app)
    for mode in modes:
        app.theme.apply(mode)
        for role in registry.desktops_for(app.desk.account.roles if app.desk.account else ()):
            app.window.switch_role(role.key)
            for spec in (*role.pages, *registry.COMMON):
                if only and spec.key not in only.split(","):
                    continue
                for size, (width, height) in SIZES.items():
                    app.window.resize(width, height)
                    app.window.go(spec.key)
                    wait(app)
                    file = out / f"{role.key}-{spec.key}-{mode}-{size}.png"
                    app.window.grab().save(str(file))
                    made.append(file)
    return made


def main() -> int:
    """Takes the pictures of one home."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default="", help="keys of pages, with commas")
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from fanlink.desktop.app import App

    app = App(arguments.home)
    app.start()
    for file in take(app, arguments.out, only=arguments.only):
        print(file)
    app.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
