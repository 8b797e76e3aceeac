"""What a moderator does: looks, listens, decides, takes back."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel

from fanlink.core.recipes import Layer
from tests.desktop.staff.room import Staffroom


@pytest.fixture
def queue(room: Staffroom):
    return room.go("moderator", "queue")


def test_the_riskiest_case_comes_first_and_the_oldest_when_asked(room: Staffroom, queue):
    first = queue.list.cards.ids[0]
    assert "case_0005" == first
    queue.sort._clicked("oldest")
    room.settle()
    assert "case_0006" == queue.list.cards.ids[0]


def test_approving_moves_on_to_the_next_case_and_z_takes_it_back(room: Staffroom, queue):
    queue.list.choose("case_0001")
    room.settle()
    queue._key("A")
    room.settle()
    assert ("decide_case", "case_0001", {"outcome": "approve", "reasons": [], "letter": ""}) == room.asked()[-1]
    room.qtbot.waitUntil(lambda: "case_0001" not in queue.list.cards.ids, timeout=20_000)
    queue.undo()
    room.qtbot.waitUntil(lambda: "case_0001" in queue.list.cards.ids, timeout=20_000)


def test_a_no_without_a_reason_is_not_stored(room: Staffroom, queue):
    queue.list.choose("case_0001")
    room.settle()
    queue._key("R")
    room.settle()
    assert [] == room.asked()
    assert "reason" in queue.view.panel.wrong.text()


def test_a_letter_is_written_from_the_checks_with_place_and_fix(room: Staffroom, queue):
    queue.list.choose("case_0002")
    room.settle()
    queue.view.panel._write()
    letter = queue.view.panel.letter.toPlainText()
    assert "Bring it within 136 to 144 bpm" in letter and "Bars 1–" in letter
    queue._key("C")
    room.settle()
    kind, target, data = room.asked()[-1]
    assert ("decide_case", "case_0002", "request_changes", ["rule_broken"]) == (kind, target, data["outcome"], data["reasons"])


def test_ones_own_case_is_seen_and_cannot_be_decided(room: Staffroom, queue):
    queue.list.choose("case_0006")
    room.settle()
    assert not queue.view.panel.may_decide
    queue._key("A")
    room.settle()
    assert [] == room.asked()


def test_a_case_that_somebody_holds_waits_for_them(room: Staffroom, queue):
    queue.list.choose("case_0003")
    room.settle()
    assert not queue.view.panel.may_decide
    assert "Somebody else" in queue.view.panel.held.label.text()


def test_a_claim_is_shown_at_once_and_given_back(room: Staffroom, queue):
    queue.list.choose("case_0001")
    room.settle()
    queue.view.panel.claim.click()
    room.qtbot.waitUntil(lambda: "Release" in queue.view.panel.claim.text(), timeout=20_000)
    assert "claim_case" == room.asked()[-1][0]
    queue.view.panel.claim.click()
    room.qtbot.waitUntil(lambda: "release_case" == room.asked()[-1][0], timeout=20_000)


def test_nothing_plays_by_itself(room: Staffroom, queue):
    queue._walk(1)
    room.settle()
    assert not room.app.player.playing and room.app.player.volume <= 0.5


def test_reports_and_appeals_have_their_own_outcomes(room: Staffroom):
    page = room.go("moderator", "flagged")
    assert {"case_0007", "case_0008"} == set(page.list.cards.ids)
    page.list.choose("case_0008")
    room.settle()
    page.view.panel.reasons.set_on(("near_duplicate",))
    page._key("R")
    room.settle()
    assert "uphold" == room.asked()[-1][2]["outcome"]


def test_a_generated_layer_says_where_it_comes_from(room: Staffroom, queue):
    queue.list.choose("case_0001")
    room.settle()
    document = queue.view.document
    told = {"model": "night-1 <b>", "licence": "mit", "licence_from": "declared", "prompt": "warm pads", "seed": "7", "reference": "vocals",
            "service": "music.example", "made_by": "service"}  # fmt: skip
    layer = Layer("generated-1", "generated", asset="a" * 64, provenance=told)
    recipe = replace(document.remix.recipe, layers=(*document.remix.recipe.layers, layer))
    found = ({"rule": "licence_unknown", "severity": "breach", "fix": "Use another model.", "facts": {}},)
    queue.view.show_case(replace(document, remix=replace(document.remix, recipe=recipe), findings=found))
    said = [label.text() for label in queue.view.findChildren(QLabel)]
    assert "Generated 1: night-1 <b>" in said
    assert any("“warm pads”, seed 7, licence mit (as the fan declared), by the service music.example, following the stem vocals" in text for text in said)
    assert any("Use another model." in text for text in said)


def test_the_sidebar_says_how_many_cases_wait(room: Staffroom):
    room.go("moderator", "queue")
    titles = {key: nav.accessibleName() for key, nav in room.app.window.sidebar._pages.items()}
    assert ("Queue · 6", "Flagged · 2", "Decisions") == (titles["queue"], titles["flagged"], titles["decisions"])
