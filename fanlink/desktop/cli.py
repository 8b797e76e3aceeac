"""The words of the command line that open the desktop."""

from __future__ import annotations

import argparse
import json
import os
from importlib import import_module
from pathlib import Path


def add_words(subparsers: argparse._SubParsersAction) -> None:
    """Adds `fanlink desktop`."""
    word = subparsers.add_parser("desktop", help="open the FanLink window")
    word.add_argument("--home", type=Path, help="folder with this person's data; the last one if left out")
    word.add_argument("--smoke", type=Path, metavar="FILE.png", help="open the window, take its picture, end with 0")
    word.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Opens the window; 3 when there is no display and no picture was asked for."""
    if arguments.smoke and not _has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if not arguments.smoke and not _has_display() and "QT_QPA_PLATFORM" not in os.environ:
        print("There is no display here. Try `fanlink demo --headless`, or `fanlink desktop --smoke FILE.png` for a picture.")
        return 3
    try:
        # Qt is imported only for the word that needs it.
        app = import_module("fanlink.desktop.app")
    except ImportError as error:
        print(f"The desktop needs PySide6 and its system libraries: {error}")
        return 3
    return app.run(person_in(arguments.home or app.default_home()), arguments.smoke)


def person_in(home: Path) -> Path:
    """The folder to open: a home of the demo names the person whose desktop it shows, any other is one person's own."""
    try:
        named = json.loads((home / "demo.json").read_text("utf-8"))["desktop"]
    except (OSError, ValueError, KeyError, TypeError):
        return home
    return home / named if (home / named).is_dir() else home


def _has_display() -> bool:
    return os.name == "nt" or os.uname().sysname == "Darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main() -> int:
    """Runs the desktop alone: `python -m fanlink.desktop.cli`."""
    parser = argparse.ArgumentParser(prog="fanlink")
    add_words(parser.add_subparsers(required=True))
    arguments = parser.parse_args()
    return arguments.run(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
