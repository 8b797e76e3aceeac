"""Colours stand in one place, and every pair that is used can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fanlink.desktop import resources, tokens
from fanlink.desktop.tokens import DARK, LIGHT, Tokens, contrast

DESKTOP = Path(tokens.__file__).parent
GROUNDS = ("bg", "surface", "raised", "hover")
TEXT_PAIRS = [(text, ground) for text in ("text", "muted") for ground in GROUNDS]
TEXT_PAIRS += [("accent_text", ground) for ground in ("bg", "surface", "raised", "accent_soft")]
TEXT_PAIRS += [(tone, f"{tone}_soft") for tone in ("ok", "warn", "bad")]
TEXT_PAIRS += [(tone, ground) for tone in ("ok", "warn", "bad") for ground in ("surface", "raised", "bg")]
TEXT_PAIRS += [("button_text", "button"), ("button_text", "button_hover"), ("text", "accent_soft"), ("muted", "accent_soft")]
SHAPE_PAIRS = [("accent", "bg"), ("accent", "surface"), ("control", "bg"), ("control", "surface")]


@pytest.mark.parametrize("mode", [DARK, LIGHT], ids=["dark", "light"])
def test_every_text_can_be_read_on_its_ground(mode: Tokens) -> None:
    weak = {pair: round(contrast(getattr(mode, pair[0]), getattr(mode, pair[1])), 2) for pair in TEXT_PAIRS}
    assert {} == {pair: ratio for pair, ratio in weak.items() if ratio < 4.5}


@pytest.mark.parametrize("mode", [DARK, LIGHT], ids=["dark", "light"])
def test_every_control_and_series_stands_out_from_its_ground(mode: Tokens) -> None:
    pairs = [(getattr(mode, one), getattr(mode, other)) for one, other in SHAPE_PAIRS]
    pairs += [(color, mode.surface) for color in mode.series]
    assert [] == [pair for pair in pairs if contrast(*pair) < 3.0]


def test_the_formula_is_that_of_wcag() -> None:
    assert 21.0 == pytest.approx(contrast("000000", "FFFFFF"))
    assert 1.0 == contrast("6B7488", "6B7488")


def test_colours_stand_only_in_the_tokens() -> None:
    found = []
    for path in DESKTOP.rglob("*.py"):
        if path.name != "tokens.py":
            found += [(path.name, hit) for hit in re.findall(r"#[0-9A-Fa-f]{6}\b|[\"'][0-9A-F]{6}[\"']", path.read_text("utf-8"))]
    sheet = resources.text("themes", "fanlink.qss")
    found += [("fanlink.qss", hit) for hit in re.findall(r":[^;{]*#[0-9A-Fa-f]{3,8}\b", sheet)]
    assert [] == found


def test_no_widget_has_a_style_of_its_own() -> None:
    found = [path.name for path in DESKTOP.rglob("*.py") if "setStyleSheet(" in path.read_text("utf-8") and path.name != "theme.py"]
    assert [] == found
