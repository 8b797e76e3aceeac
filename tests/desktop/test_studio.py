"""The Studio: words become takes, a hand changes them, nothing is lost, and what is sent is what was heard."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt

from fanlink.desktop import drafts
from fanlink.desktop.app import App
from fanlink.desktop.drafts import DraftTake, Mark
from fanlink.desktop.pages.submit_sheet import SubmitSheet
from fanlink.desktop.widgets import lanes as lanes_module
from tests.desktop import world as world_module
from tests.desktop.conftest import quiet
from tests.remix.words.chat import chat

WORDS = "slow rainy-night lo-fi, keep the vocals, no drums in the intro, big last chorus"


@pytest.fixture
def studio(app: App, show):
    """The Studio with a take that somebody made before."""
    page = show("studio", "prompt:prompt_neon01")
    recipe = replace(world_module.recipe(page.prompt, WORDS), track=page.prompt.facts.digest, key_shift_semitones=0)
    recipe = replace(recipe, layers=(), sections=tuple(replace(section, layers=(), edits=()) for section in recipe.sections))
    take = DraftTake(recipe, (Mark(0, 4, "understood", "tempo slower"),), ("“slow”: 104 bpm.",), "Lo-fi")
    page._change(replace(page.draft, words=WORDS, takes=(take,)))
    return page


def test_a_new_draft_has_every_slot_filled(app: App, show) -> None:
    page = show("studio", "prompt:prompt_neon01")
    assert {"where": "along the coast", "mood": "slow and hazy"} == page.words.slots_chosen()
    assert not page.submit.isEnabled()
    assert "No take yet" == page.side.verdict.text()


def test_words_become_takes_with_marks_and_reasons(app: App, show, qtbot) -> None:
    page = show("studio", "prompt:prompt_ferry01")
    page.words.words.setPlainText(WORDS)
    page._make_takes()
    qtbot.waitUntil(lambda: bool(page.draft.takes), timeout=60_000)
    page._stop()
    assert 3 == len(page.draft.takes)
    assert any(mark.state == "understood" for mark in page.draft.take.marks)
    assert page.draft.take.why
    assert page.side.verdict.text() == "Ready to submit"
    quiet(qtbot, app)


def test_a_language_model_reads_the_words_where_the_settings_name_one(app: App, show, qtbot) -> None:
    with chat() as service:
        settings = show("settings")
        settings.reader.key.setText("too early")
        settings.reader.key.editingFinished.emit()
        for line, text in ((settings.reader.address, service.address), (settings.reader.model, "small-1"), (settings.reader.key, "secret")):
            line.setText(text)
            line.editingFinished.emit()
        assert "small-1 reads your words." == settings.reader.says.text()
        assert "" == settings.reader.key.text()
        quiet(qtbot, app)
        page = show("studio", "prompt:prompt_ferry01")
        page.words.words.setPlainText(WORDS)
        page._make_takes()
        qtbot.waitUntil(lambda: bool(page.draft.takes), timeout=60_000)
        page._stop()
        assert ["Bearer secret"] == service.keys
        assert "small-1" == page.draft.take.recipe.written_by
        assert "small-1 wrote this recipe" in page.draft.take.why[0]
        quiet(qtbot, app)


def test_a_language_model_that_keeps_one_waiting_is_left_when_another_take_is_asked_for(app: App, show, qtbot) -> None:
    with chat() as service:
        service.held.set()
        app.desk.settings.change(words_address=service.address, words_model="slow-1")
        page = show("studio", "prompt:prompt_ferry01")
        page.words.words.setPlainText(WORDS)
        page._make_takes()
        qtbot.waitUntil(lambda: bool(service.asked), timeout=60_000)
        app.desk.settings.change(words_address="", words_model="")
        page._make_takes()
        qtbot.waitUntil(lambda: bool(page.draft.takes), timeout=60_000)
        page._stop()
        assert not service.let_go.is_set()
        assert "rules" == page.draft.take.recipe.written_by
        quiet(qtbot, app)


def test_a_word_that_is_not_allowed_is_marked_and_said(app: App, show, qtbot) -> None:
    page = show("studio", "prompt:prompt_neon01")
    page.words.words.setPlainText("a party at the sea")
    page._make_takes()
    qtbot.waitUntil(lambda: app.window.toast.isVisible(), timeout=60_000)
    assert "“party”" in app.window.toast.label.text()
    assert ["not_allowed"] == [mark.state for mark in page.words._marks]


def test_a_breach_by_hand_is_seen_at_once_and_stops_submitting(studio) -> None:
    studio._edit(replace(studio.draft.take.recipe, tempo_bpm=170.0), "tempo")
    assert "1 to mend" == studio.side.verdict.text()
    assert not studio.submit.isEnabled()
    studio._undo()
    assert "Ready to submit" == studio.side.verdict.text()
    assert studio.submit.isEnabled()


def test_undo_and_redo_walk_through_what_was_done(studio) -> None:
    before = studio.draft.take.recipe
    studio.lanes.lanes.select(1)
    studio.lanes.repeat_block()
    assert len(before.sections) + 1 == len(studio.draft.take.recipe.sections)
    studio.lanes.remove_block()
    studio._undo()
    studio._undo()
    assert before == studio.draft.take.recipe
    studio._redo()
    assert len(before.sections) + 1 == len(studio.draft.take.recipe.sections)


def test_a_slider_moves_the_recipe_inside_the_guard_rails(studio) -> None:
    slider = studio.side._tweaks["tempo"].slider
    slider.setValue(slider.maximum())
    assert 132 == studio.draft.take.recipe.tempo_bpm
    slider.setValue(slider.minimum())
    assert 84 == studio.draft.take.recipe.tempo_bpm
    assert "Ready to submit" == studio.side.verdict.text()


def test_a_block_is_dragged_to_another_place(studio, qtbot, app: App) -> None:
    lanes = studio.lanes.lanes
    names = [section.name for section in studio.draft.take.recipe.sections]
    y = lanes_module.RULER + lanes_module.BLOCKS // 2
    begin = round((lanes.span(0)[0] + 0.01) * lanes.width())
    end = round((lanes.span(2)[1] - 0.01) * lanes.width())
    qtbot.mousePress(lanes, Qt.MouseButton.LeftButton, pos=QPoint(begin, y))
    qtbot.mouseMove(lanes, QPoint(end, y))
    qtbot.mouseRelease(lanes, Qt.MouseButton.LeftButton, pos=QPoint(end, y))
    assert [*names[1:3], names[0], *names[3:]] == [section.name for section in studio.draft.take.recipe.sections]


def test_a_double_click_silences_a_lane_in_a_block(studio, qtbot) -> None:
    lanes = studio.lanes.lanes
    x = round((lanes.span(1)[0] + 0.02) * lanes.width())
    qtbot.mouseDClick(lanes, Qt.MouseButton.LeftButton, pos=QPoint(x, lanes_module.TOP + 10))
    name = lanes._names[0]
    assert studio.draft.take.recipe.sections[1].stems[name].mute


def test_the_arrangement_can_be_worked_by_keys_alone(studio, qtbot) -> None:
    lanes = studio.lanes.lanes
    first = studio.draft.take.recipe.sections[0]
    qtbot.keyClick(lanes, Qt.Key.Key_Right)
    assert 0 == lanes.selected
    qtbot.keyClick(lanes, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert first.bars + 1 == studio.draft.take.recipe.sections[0].bars
    qtbot.keyClick(lanes, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert first.name == studio.draft.take.recipe.sections[1].name


def test_what_was_done_is_saved_and_comes_back(studio, app: App, qtbot) -> None:
    studio._edit(replace(studio.draft.take.recipe, swing=0.4), "")
    qtbot.waitUntil(lambda: "Saved on this computer" == studio.saved.text(), timeout=10_000)
    (found,) = drafts.all_of(app.desk.home)
    assert 0.4 == found.take.recipe.swing


def test_leaving_saves_at_once(studio, app: App, show, qtbot) -> None:
    studio._edit(replace(studio.draft.take.recipe, swing=0.6), "")
    app.window.go("home")
    quiet(qtbot, app)
    assert 0.6 == drafts.all_of(app.desk.home)[0].take.recipe.swing


def test_a_take_is_rendered_and_played_beside_the_original(studio, app: App, qtbot) -> None:
    studio._hear()
    qtbot.waitUntil(lambda: bool(studio.draft.heard_digest) and not app.ops.busy, timeout=120_000)
    assert app.player.sound.has_b
    assert app.player.sound.live is None
    assert "b" == app.player.group
    app.player.swap()
    assert "a" == app.player.group
    assert 64 == len(studio.draft.heard_digest)
    assert app.player.length_ms > 20_000


def test_sound_begins_while_the_render_still_goes_on(studio, app: App, qtbot) -> None:
    studio._hear()
    qtbot.waitUntil(lambda: app.player.loaded is not None, timeout=120_000)
    live = app.player.sound.live
    assert live is not None
    assert not studio.draft.heard_digest
    assert studio.words.working.isVisibleTo(studio)
    assert app.player.loaded.mixer.read(4_800).any()
    key, where = app.player.sound.key, app.player.loaded.mixer.position
    qtbot.waitUntil(lambda: bool(studio.draft.heard_digest) and not app.ops.busy, timeout=120_000)
    assert key == app.player.sound.key
    assert where == app.player.loaded.mixer.position
    assert {"a", "b"} == app.player.loaded.mixer.groups
    assert {"a", "b"} == set(app.player.loaded.peaks)


def test_stopping_ends_the_work_and_leaves_what_is_there(studio, app: App, qtbot) -> None:
    studio._hear()
    qtbot.waitUntil(lambda: app.player.loaded is not None, timeout=120_000)
    studio._stop()
    quiet(qtbot, app)
    assert not studio.draft.heard_digest
    assert not studio.words.working.isVisibleTo(studio)
    live = app.player.sound.live
    assert live.done
    assert app.player.loaded.mixer.read(480).any()


def test_submitting_sends_the_recipe_and_what_was_heard(studio, app: App, far, qtbot) -> None:
    studio._undoing.amend(replace(studio.draft, heard_digest="c" * 64))
    studio._submit()
    sheet = app.window.findChild(SubmitSheet)
    assert not sheet.send.isEnabled()
    sheet.title.setText("Night bus")
    assert sheet.send.isEnabled()
    sheet.send.click()
    qtbot.waitUntil(lambda: app.window.page.spec.key == "remixes", timeout=15_000)
    quiet(qtbot, app)
    assert "“Night bus” is on its way." == app.window.toast.label.text()
    assert [] == drafts.all_of(app.desk.home)
    app.window.toast.undo.click()
    qtbot.waitUntil(lambda: app.window.page.spec.key == "studio", timeout=15_000)
    quiet(qtbot, app)
    assert 1 == len(drafts.all_of(app.desk.home))
    assert [] == far.asked


def test_changes_that_were_asked_for_open_with_the_letter(app: App, show) -> None:
    page = show("studio", "remix:remix_kitchen01")
    assert page.letter.isVisible()
    assert "4 dB" in page.letter.label.text()
    assert "remix_kitchen01" == page.draft.remix
    assert 1 == len(page.draft.takes)
