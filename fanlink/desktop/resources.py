"""Where the files are that ship beside the code: fonts, icons, themes, translations."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path


@cache
def folder() -> Path:
    """The `resources` folder: in a bundle, beside the package, or above it in a source tree."""
    bundle = getattr(sys, "_MEIPASS", None)
    here = Path(__file__).resolve()
    places = [Path(bundle) / "resources"] if bundle else []
    places += [here.parents[1] / "resources", here.parents[2] / "resources"]
    return next((place for place in places if (place / "icons").is_dir()), places[-1])


def text(*parts: str) -> str:
    """The text of one file."""
    return folder().joinpath(*parts).read_text("utf-8")
