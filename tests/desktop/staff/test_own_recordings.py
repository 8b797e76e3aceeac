"""Who reviews a remix hears its own recordings alone, and reads what the fan says they are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel, QToolButton

from fanlink.core.recipes import Layer
from fanlink.desktop import arranging
from tests.desktop.staff.room import Staffroom

GUITAR = Layer("own-1", "own", asset="a" * 64, start_beat=17.0, offset_ms=-30.0, loops=True, provenance={"what": "My <b>guitar</b>"})
LOST = Layer("own-2", "own", asset="b" * 64, provenance={"what": "Rain on my window"})


@pytest.fixture
def view(room: Staffroom):
    """A case whose remix has two recordings; the file of one is here."""
    case = next(doc for _, doc in room.far.world.documents if doc.KIND == "case" and doc.id == "case_0004")
    recipe = arranging.with_layer(arranging.with_layer(case.remix.recipe, GUITAR), LOST)
    room.far.put("moderators", replace(case, remix=replace(case.remix, recipe=recipe), recordings={"a" * 64: case.audio}))
    room.app.desk.session.sync_once()
    queue = room.go("moderator", "queue")
    queue.list.choose("case_0004")
    room.settle()
    return queue.view


def test_each_recording_is_named_placed_and_heard_alone(room: Staffroom, view):
    assert view.own.isVisibleTo(view)
    said = [label.text() for label in view.own.findChildren(QLabel)]
    assert "My <b>guitar</b>" in said
    assert "From bar 5, beat 2, 30 ms earlier, again and again" in said
    assert "Not here" in said
    (play,) = [each for each in view.own.findChildren(QToolButton) if "alone" in each.accessibleName()]
    play.click()
    room.settle()
    assert ("case-case_0004-own-1", 1) == (room.app.player.sound.key, len(room.app.player.sound.parts))


def test_a_remix_without_recordings_shows_none(room: Staffroom, view):
    room.page.list.choose("case_0001")
    room.settle()
    assert not room.page.view.own.isVisibleTo(room.page.view)
