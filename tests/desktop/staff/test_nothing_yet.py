"""Somebody new: every page says what will be there."""

import pytest
from PySide6.QtWidgets import QLabel

from tests.desktop.staff import world
from tests.desktop.staff.room import Staffroom
from tests.desktop.staff.test_every_page import PLACES
from tests.desktop.world import World


@pytest.fixture
def staff() -> World:
    """Somebody who has nothing yet."""
    return World([(f"person:{world.ME}", world.account())], {})


def test_a_page_with_nothing_says_what_will_be_here(room: Staffroom):
    for desktop, key in PLACES:
        page = room.go(desktop, key)
        said = " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisibleTo(page))
        assert any(words in said for words in ("will be here", "empty", "Nothing", "Reports", "Drop")), (key, said)
