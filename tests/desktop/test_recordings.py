"""A fan's own recording: dropped in, described, heard, sent, and heard alone by who reviews it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel, QPushButton

from fanlink.desktop import arranging, drafts, recordings
from fanlink.desktop.app import App
from fanlink.desktop.drafts import DraftTake
from fanlink.desktop.pages.recording_sheet import RecordingSheet
from fanlink.desktop.pages.submit_sheet import SubmitSheet
from fanlink.desktop.sync_sheet import SyncSheet
from tests.desktop import world as world_module
from tests.desktop.conftest import quiet


@pytest.fixture
def guitar(tmp_path: Path) -> Path:
    """Three seconds that somebody played."""
    path = tmp_path / "Guitar & friends.wav"
    at = np.arange(3 * 44_100) / 44_100
    soundfile.write(path, 0.4 * np.sin(2 * np.pi * 220 * at) * np.exp(-at % 0.5 * 6), 44_100)
    return path


def studio_of(show, prompt: str):
    page = show("studio", f"prompt:{prompt}")
    recipe = replace(world_module.recipe(page.prompt, "slow"), track=page.prompt.facts.digest, key_shift_semitones=0, tempo_bpm=90.0)
    recipe = replace(recipe, layers=(), sections=tuple(replace(section, layers=(), edits=()) for section in recipe.sections))
    page._change(replace(page.draft, words="slow", takes=(DraftTake(recipe, (), (), "Lo-fi"),)))
    return page


@pytest.fixture
def studio(app: App, show):
    """The Studio under a prompt that allows own recordings."""
    return studio_of(show, "prompt_paper01")


def sheet_of(app: App, qtbot) -> RecordingSheet:
    qtbot.waitUntil(lambda: any(each.isVisible() for each in app.window.findChildren(RecordingSheet)), timeout=60_000)
    return next(each for each in app.window.findChildren(RecordingSheet) if each.isVisible())


def drop(page, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    page.lanes.dropEvent(event)


def add(page, app: App, qtbot, path: Path, what: str = "My guitar") -> None:
    drop(page, path)
    sheet = sheet_of(app, qtbot)
    sheet.what.setText(what)
    sheet.mine.setChecked(True)
    sheet.bar.setValue(5)
    sheet.offset.setValue(-30)
    sheet.loops.setChecked(True)
    sheet.add.click()
    quiet(qtbot, app)


def test_a_recording_that_is_dropped_is_described_and_lies_on_the_grid(studio, app: App, qtbot, guitar) -> None:
    drop(studio, guitar)
    sheet = sheet_of(app, qtbot)
    assert "Guitar & friends" == sheet.what.text()
    assert not sheet.add.isEnabled(), "nobody has said that it is theirs"
    sheet.mine.setChecked(True)
    sheet.what.setText("  ")
    assert not sheet.add.isEnabled()
    sheet.dismiss()
    assert () == recordings.own_layers(studio.draft.take.recipe)
    add(studio, app, qtbot, guitar)
    (layer,) = recordings.own_layers(studio.draft.take.recipe)
    assert ("own-1", 16.0, -30.0, True, {"what": "My guitar"}) == (
        layer.id, layer.start_beat, layer.offset_ms, layer.loops, layer.provenance,
    )
    assert all("own-1" in section.layers for section in studio.draft.take.recipe.sections)
    assert recordings.place_of(app.desk.home, layer.asset).is_file()
    assert layer.asset in studio.lanes.lanes._recordings
    assert "Ready to submit" == studio.side.verdict.text()


def test_it_can_be_moved_renamed_undone_and_taken_out(studio, app: App, qtbot, guitar) -> None:
    add(studio, app, qtbot, guitar)
    studio.recordings.edit("own-1")
    sheet = sheet_of(app, qtbot)
    assert (5, 1, -30, True, "My guitar") == (
        sheet.bar.value(), sheet.beat.value(), sheet.offset.value(), sheet.loops.isChecked(), sheet.what.text(),
    )
    sheet.beat.setValue(3)
    sheet.loops.setChecked(False)
    sheet.what.setText("My lute")
    sheet.add.click()
    (layer,) = recordings.own_layers(studio.draft.take.recipe)
    assert (18.0, False, "My lute") == (layer.start_beat, layer.loops, layer.provenance["what"])
    studio._undo()
    assert "My guitar" == recordings.own_layers(studio.draft.take.recipe)[0].provenance["what"]
    studio._edit(arranging.without_layer(studio.draft.take.recipe, "own-1"), "")
    assert () == recordings.own_layers(studio.draft.take.recipe)


@pytest.mark.proof
def test_it_is_heard_in_the_preview_and_in_the_render(studio, app: App, qtbot, guitar) -> None:
    studio._hear()
    qtbot.waitUntil(lambda: bool(studio.draft.heard_digest) and not app.ops.busy, timeout=120_000)
    without = studio.draft.heard_digest
    add(studio, app, qtbot, guitar)
    studio._hear()
    qtbot.waitUntil(lambda: bool(studio.draft.heard_digest) and not app.ops.busy, timeout=120_000)
    assert without != studio.draft.heard_digest


def test_a_new_take_keeps_what_was_brought(studio, app: App, qtbot, guitar) -> None:
    add(studio, app, qtbot, guitar)
    studio.words.words.setPlainText("warm lofi")
    studio._make_takes()
    qtbot.waitUntil(lambda: studio.draft.take.recipe.words == "warm lofi", timeout=60_000)
    studio._stop()
    assert all(1 == len(recordings.own_layers(take.recipe)) for take in studio.draft.takes)
    quiet(qtbot, app)


def test_it_goes_up_with_the_submission_and_before_its_command(studio, app: App, far, qtbot, guitar) -> None:
    add(studio, app, qtbot, guitar)
    (layer,) = recordings.own_layers(studio.draft.take.recipe)
    assert {} == far.tus.uploads, "nothing goes up before it is submitted"
    studio._submit()
    sheet = app.window.findChild(SubmitSheet)
    sheet.title.setText("With my guitar")
    sheet.send.click()
    qtbot.waitUntil(lambda: app.window.page.spec.key == "remixes", timeout=15_000)
    qtbot.waitUntil(lambda: bool(far.asked), timeout=30_000)
    (upload,) = far.tus.uploads.values()
    assert ("recording", layer.asset, "My guitar", "accepted") == tuple(upload[name] for name in ("purpose", "pcm", "filename", "state"))
    assert "submit_remix" == far.asked[0]["kind"]
    assert [] == drafts.all_of(app.desk.home)
    assert recordings.place_of(app.desk.home, layer.asset).is_file(), "taking it back must find it again"
    quiet(qtbot, app)


def test_a_recording_that_the_server_refuses_is_said_and_the_submission_can_be_a_draft_again(studio, app: App, far, qtbot, guitar) -> None:
    far.tus.judge = lambda upload, data: [{"code": "sound_unreadable", "facts": {"what": "is cut off before its end"}}]
    add(studio, app, qtbot, guitar)
    recipe = studio.draft.take.recipe
    studio._submit()
    sheet = app.window.findChild(SubmitSheet)
    sheet.title.setText("With my guitar")
    sheet.send.click()
    qtbot.waitUntil(lambda: app.window.page.spec.key == "remixes", timeout=15_000)
    qtbot.waitUntil(lambda: bool(app.desk.session.sending.states()) and app.desk.session.sending.states()[0].refused, timeout=30_000)
    assert "needs_you" == app.desk.session.state.name
    assert [] == far.asked
    changes = SyncSheet(app.window.centralWidget(), app.desk)
    changes.present()
    quiet(qtbot, app)
    said = [label.text() for label in changes.findChildren(QLabel)]
    assert any(text.startswith("My guitar: It cannot be used as sound: it is cut off") for text in said), said
    next(each for each in changes.findChildren(QPushButton) if "Take back" in each.text()).click()
    qtbot.waitUntil(lambda: bool(drafts.all_of(app.desk.home)), timeout=15_000)
    quiet(qtbot, app)
    (draft,) = drafts.all_of(app.desk.home)
    assert (recipe, "With my guitar") == (draft.take.recipe, draft.title)
    assert () == app.desk.session.sending.states()
    changes.dismiss()


def test_a_prompt_without_that_use_takes_none(app: App, show, qtbot, guitar) -> None:
    page = studio_of(show, "prompt_neon01")
    drop(page, guitar)
    assert "has not allowed own recordings" in app.window.toast.label.text()
    assert not any("recording" in action.text() for action in page.lanes._add_menu.actions())


def test_what_is_no_sound_is_said_in_words_and_leaves_nothing(studio, app: App, qtbot, tmp_path) -> None:
    path = tmp_path / "letter.wav"
    path.write_text("Dear Sir or Madam")
    drop(studio, path)
    qtbot.waitUntil(lambda: "is not audio" in app.window.toast.label.text(), timeout=60_000)
    assert not studio.words.working.isVisibleTo(studio)
    assert [] == list((app.desk.home / "recordings").glob("*"))


def test_a_recording_from_another_computer_is_fetched_by_what_is_heard(app: App, far, show, qtbot, guitar, tmp_path) -> None:
    from fanlink.core.recipes import Layer
    from fanlink.remix import recordings as taking

    taken = taking.take_in(guitar, tmp_path / "own.flac")
    data = (tmp_path / "own.flac").read_bytes()
    digest = __import__("hashlib").sha256(data).hexdigest()
    far.assets[digest] = data
    remix = next(doc for _, doc in far.world.documents if doc.KIND == "remix" and doc.id == "remix_kitchen01")
    layer = Layer("own-1", "own", asset=taken.pcm_digest, provenance={"what": "My guitar"})
    recipe = arranging.with_layer(remix.remix.recipe, layer)
    far.put(f"person:{world_module.FAN}", replace(remix, remix=replace(remix.remix, recipe=recipe), recordings={taken.pcm_digest: digest}))
    app.desk.session.sync_once()
    page = show("studio", "remix:remix_kitchen01")
    qtbot.waitUntil(lambda: taken.pcm_digest in page.lanes.lanes._recordings, timeout=60_000)
    assert data == recordings.place_of(app.desk.home, taken.pcm_digest).read_bytes()


def test_recordings_that_no_draft_names_go_after_a_week(app: App, tmp_path) -> None:
    import os

    folder = app.desk.home / "recordings"
    folder.mkdir(exist_ok=True)
    for name, age_s in (("a" * 64, 0), ("b" * 64, 8 * 86_400)):
        path = folder / f"{name}.flac"
        path.write_bytes(b"x")
        os.utime(path, (1_700_000_000 - age_s,) * 2)
    recordings.tidy(app.desk.home, 1_700_000_000_000)
    assert ["a" * 64] == [path.stem for path in folder.iterdir()]
