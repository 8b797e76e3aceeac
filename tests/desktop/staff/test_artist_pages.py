"""What an artist's team does: looks after tracks, writes prompts, hears submissions."""

from PySide6.QtCore import QItemSelectionModel

from tests.desktop.staff.room import Staffroom


def test_a_track_says_how_many_agreed_and_who_is_missing(room: Staffroom):
    page = room.go("artist", "tracks", "track_neon01")
    card = page.list.cards.data(page.list.currentIndex(), 256)
    assert ("3 of 4 agreed", "warn") in card.chips
    assert room.page.view.track.facts.title == "Neon Tide"


def test_a_new_prompt_is_written_and_approval_is_asked_after_it(room: Staffroom):
    page = room.go("artist", "prompts", "track:track_neon01")
    assert page.editing
    editor = page.editor
    editor.title.setText("Only the tide")
    editor.words.setPlainText("Give me the tide {how}.")
    editor.slots._rows["how"].add("at dawn")
    editor.rails.tempo.switch.setChecked(True)
    editor.template.setCurrentIndex(editor.template.findData("template_1"))
    assert editor.ask.isEnabled(), editor.wrong.whole()
    editor.ask.click()
    room.settle()
    (write, target, data), (ask, asked_of, _none) = room.asked()
    assert ("write_prompt", "ask_approval", target) == (write, ask, asked_of)
    assert data["text"]["slots"] == {"how": {"choices": ["at dawn"]}}
    assert data["text"]["guard_rails"]["tempo_bpm"] == [80.0, 140.0]
    assert data["text"]["template"] == "template_1"
    assert not page.editing and target in page.list.cards.ids


def test_a_slot_without_choices_is_said_before_anything_can_be_saved(room: Staffroom):
    page = room.go("artist", "prompts", "track:track_neon01")
    page.editor.title.setText("Only the tide")
    page.editor.words.setPlainText("Give me the tide {how}.")
    page.editor._changed()
    assert not page.editor.save.isEnabled()
    assert "how" in page.editor.wrong.whole()


def test_what_was_not_saved_comes_back_after_the_window_closed(room: Staffroom):
    page = room.go("artist", "prompts", "track:track_neon01")
    page.editor.title.setText("Half a thought")
    page.editor.changed.emit()
    room.settle()
    data = room.read(page.read)
    assert "Half a thought" == data.unsaved.text.title


def test_an_untouched_stem_is_an_allowed_stem(room: Staffroom):
    page = room.go("artist", "prompts", "edit:prompt_bass01")
    stems = page.editor.rails.stems
    stems.buttons["drums", "allowed"].click()
    assert "drums" not in page.editor.text.guard_rails.stems_allowed
    stems.buttons["drums", "untouched"].click()
    rails = page.editor.text.guard_rails
    assert rails.stems_allowed is None and rails.stems_untouched == ("drums",)


def test_opening_a_prompt_and_saving_it_changes_nothing_in_it(room: Staffroom):
    page = room.go("artist", "prompts", "edit:prompt_neon01")
    assert page.editor.text == page.editor.writing.text


def test_a_prompt_that_misses_a_party_cannot_be_published(room: Staffroom):
    page = room.go("artist", "prompts", "prompt_choir01")
    buttons = {each.text().strip(): each for each in page.view.findChildren(type(page.new))}
    assert not buttons["Publish"].isEnabled()


def test_thanks_go_to_one_fan_and_to_many(room: Staffroom):
    page = room.go("artist", "submissions", "remix_sub0003")
    page.view.thanks.setText("I was on that road.")
    page.view._thank()
    room.settle()
    model = page.list.selectionModel()
    for row in range(3):
        model.select(page.list.cards.index(row, 0), QItemSelectionModel.SelectionFlag.Select)
    assert page.bulk.isVisible()
    chosen = len(page._selected())
    page.bulk_text.setText("All of you!")
    page._thank_many()
    room.settle()
    kinds = [kind for kind, _target, _data in room.asked()]
    assert 1 + chosen == len(kinds) and {"thank_fan"} == set(kinds)


def test_a_title_that_somebody_typed_is_never_html(room: Staffroom):
    room.go("artist", "submissions", "remix_sub0007")
    label = room.page.view.title
    assert "<b>not bold</b> & friends" == label.whole() and label.textFormat().name == "PlainText"


def test_a_challenge_is_written_and_announced(room: Staffroom):
    page = room.go("artist", "challenges")
    page._write_new()
    room.settle()
    editor = page.editor
    editor.title.setText("One night, one take")
    editor._changed()
    assert "judge" in editor.wrong.whole().lower()
    editor._add_me()
    assert editor.announce.isEnabled(), editor.wrong.whole()
    editor.announce.click()
    room.settle()
    (kind, target, data), (then, same, _none) = room.asked()
    assert ("write_challenge", "schedule_challenge", target) == (kind, then, same)
    assert 3 == len(data["rubric"]) and data["judges"]


def test_dates_that_are_pushed_never_pass_each_other(room: Staffroom):
    page = room.go("artist", "challenges")
    page._write_new()
    room.settle()
    line = page.editor.dates.line
    line._active = 0
    line.move_active(line.times[2] + 9 * 86_400_000)
    assert line.times == sorted(line.times) and len(set(line.times)) == 3


def test_a_judge_gives_points_and_the_team_announces_winners(room: Staffroom):
    page = room.go("artist", "challenges", "challenge_judge01")
    judging = page.view.judging
    assert 4 == len(judging._entries)
    judging._pick("entry_judge02")
    judging._pick("entry_judge01")
    judging._decide()
    room.settle()
    assert ("decide_challenge", "challenge_judge01", {"winners": ["entry_judge02", "entry_judge01"]}) == room.asked()[-1]
