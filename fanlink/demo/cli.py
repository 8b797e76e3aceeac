"""The word `demo`: the whole story in one command, in a window or in the terminal."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path


def add_words(words: argparse._SubParsersAction) -> None:
    """`fanlink demo`."""
    demo = words.add_parser("demo", help="see FanLink do its job, on a small world of its own")
    demo.add_argument("--home", type=Path, metavar="DIR", help="where the demo keeps its files (default: a folder of its own)")
    demo.add_argument("--headless", action="store_true", help="play the story in the terminal")
    demo.add_argument("--json", action="store_true", help="print what came of it as one JSON object")
    demo.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 only when both sides' books are equal and nothing was lost or made in any pot."""
    from fanlink.demo import headless

    home = (arguments.home or default_home()).expanduser().absolute()
    home.mkdir(parents=True, exist_ok=True)
    if not arguments.headless and has_display():
        from fanlink.demo import windowed

        return windowed.play(home)
    if not arguments.headless:
        print("There is no display here, so the story is told in the terminal.", file=sys.stderr)
    told = headless.play(home)
    print(json.dumps(told, ensure_ascii=False) if arguments.json else headless.in_words(told))
    return 0 if headless.books_agree(told) else 1


def default_home() -> Path:
    """A folder under the user's data, apart from any real home of FanLink."""
    import platformdirs

    return Path(platformdirs.user_data_dir("fanlink-demo", appauthor=False))


def has_display() -> bool:
    """True when a window can be opened here."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
