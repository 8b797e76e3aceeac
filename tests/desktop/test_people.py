"""Going on as someone else: their pages, and nothing of the person before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from fanlink.core.documents import AccountDocument
from fanlink.core.people import Role
from fanlink.desktop import drafts
from fanlink.desktop.app import App
from fanlink.desktop.desk import Somebody
from fanlink.desktop.drafts import Draft
from fanlink.desktop.settings import SettingsFile
from fanlink.desktop.widgets.cards import CardList
from fanlink.desktop.widgets.lines import NewsLine
from tests.desktop import world as world_module
from tests.desktop.conftest import quiet
from tests.desktop.far_side import FarSide
from tests.desktop.world import World

KAI = AccountDocument("person_kai00001", "Kai Ito", (Role.FAN,), "party_kai00001", parties=("party_kai00001",))
MARAS = ("Mara", "Night drive at 2 a.m.", "Ferry in my kitchen", "Boats on the 7:12", "My secret draft")


def said(window: QWidget) -> str:
    """Every word that the window holds, shown or not."""
    found = [label.text() for label in window.findChildren(QLabel)]
    found += [button.text() + button.accessibleName() for button in window.findChildren(QAbstractButton)]
    found += [f"{line.title} {line.words}" for line in window.findChildren(NewsLine)]
    for cards in window.findChildren(CardList):
        found += [f"{card.title} {card.subtitle}" for card in cards.cards._cards.values()]
    return "\n".join(found)


@pytest.fixture
def two(qtbot, tmp_path: Path, world: World) -> Iterator[App]:
    """A desktop that Mara and Kai share; Mara's is open."""
    public = [(scope, document) for scope, document in world.documents if scope == "public"]
    kais = FarSide(World([*public, (f"person:{KAI.id}", KAI)], world.files))
    sides = {tmp_path / "mara": FarSide(world), tmp_path / "kai": kais}
    people = (Somebody("Mara Voss · Fan", tmp_path / "mara", "headphones"), Somebody("Kai Ito · Fan", tmp_path / "kai", "mic-vocal"))
    for one in people:
        one.home.mkdir()
        SettingsFile(one.home).change(welcomed=True)
    drafts.save(tmp_path / "mara", Draft("draft_m", "prompt_neon01", "0" * 64, "Luma Reyes", "Neon Tide", "track_neon01", 1, title="My secret draft"))
    made = App(tmp_path / "mara", lambda home: sides[home].open(home), mode="dark", people=people)
    made.desk.now_ms = lambda: world_module.NOW_MS
    made.start()
    quiet(qtbot, made)
    yield made
    made.close()


def become(app: App, number: int, qtbot) -> None:
    with qtbot.waitSignal(app.desk.person_changed, timeout=20_000):
        app.window.sidebar.person_asked.emit(number)
    quiet(qtbot, app)


def walk(app: App, qtbot) -> str:
    """Opens every page; returns all that was said."""
    for spec in app.window.role.pages:
        app.window.go(spec.key)
        quiet(qtbot, app)
    return said(app.window)


def test_the_other_person_has_their_own_pages_and_nothing_of_the_first(two: App, qtbot) -> None:
    before = walk(two, qtbot)
    for words in MARAS:
        assert words in before
    two.window.go("remixes", "remix_kitchen01")
    two.window.show_sync()
    two.window.show_news()
    two.window.show_palette()
    quiet(qtbot, two)
    become(two, 1, qtbot)
    qtbot.wait(1)
    after = walk(two, qtbot)
    for words in MARAS:
        assert words not in after.replace("Mara Voss · Fan", ""), words
    assert "Kai Ito" in after
    assert "Kai Ito · Fan" in two.window.sidebar.role.accessibleName()
    assert "mic-vocal" == two.window.sidebar.role.property("icon_name")


def test_no_step_back_leads_to_the_person_before(two: App, qtbot) -> None:
    two.window.go("remixes", "remix_kitchen01")
    quiet(qtbot, two)
    become(two, 1, qtbot)
    assert not two.window.topbar.back.isEnabled()
    assert two.player.sound is None


def test_each_person_keeps_settings_of_their_own_and_can_come_back(two: App, qtbot) -> None:
    become(two, 1, qtbot)
    two.window.go("library")
    quiet(qtbot, two)
    assert "Kai Ito" == SettingsFile(two.desk.people[1].home).now.account_name
    assert "Mara Voss" == SettingsFile(two.desk.people[0].home).now.account_name
    become(two, 0, qtbot)
    assert "My secret draft" in walk(two, qtbot)


def test_a_long_name_of_a_person_never_runs_under_the_mark_beside_it(two: App, qtbot) -> None:
    role = two.window.sidebar.role
    role.say("Bartholomew of the Very Long Name · Moderator")
    drawn = role.fontMetrics().horizontalAdvance(role.text())
    assert drawn <= role.width() - 40
    assert "Moderator" in role.accessibleName()
    assert "Moderator" in role.toolTip()
