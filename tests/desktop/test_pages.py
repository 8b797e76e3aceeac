"""The fan's pages on real documents, and acts that reach the outbox."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton

from fanlink.desktop import recomputing
from fanlink.desktop.app import App
from fanlink.desktop.drafts import Draft, save
from fanlink.desktop.pages import earnings
from fanlink.desktop.widgets.lines import NewsLine
from fanlink.desktop.widgets.opening import Opening
from tests.desktop import world as world_module
from tests.desktop.conftest import quiet


def texts(widget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel)]


def press(qtbot, widget, words: str) -> None:
    """Clicks a button when it is there to be seen."""
    def found() -> list[QPushButton]:
        return [each for each in widget.findChildren(QPushButton) if each.text().strip() == words and each.isVisibleTo(widget)]

    qtbot.waitUntil(lambda: bool(found()), timeout=5_000)
    found()[0].click()


def test_home_greets_and_shows_news_and_what_ends(app: App, show) -> None:
    page = show("home")
    assert "Welcome back, Mara" == page.title_label.text()
    lines = [line.title for line in page.findChildren(NewsLine)]
    assert "Neon Tide: the long way home" in lines
    assert "Night drive version" in lines


def test_discover_shows_the_chosen_prompt_with_its_rules_and_shares(app: App, show, qtbot) -> None:
    page = show("discover", "prompt_neon01")
    assert "prompt_neon01" == page.list.current()
    assert "Neon Tide — Night drive version" == page.view.title.whole()
    said = texts(page.view)
    assert "Approved by 4 of 4" in said
    assert "Vocals untouched" in said
    assert "40 %" in said
    qtbot.waitUntil(lambda: page.view.wave._peaks is not None, timeout=20_000)


def test_discover_finds_as_one_types_and_filters(app: App, show, qtbot) -> None:
    page = show("discover")
    assert len(world_module.PROMPTS) == len(page.list.cards.ids)
    page.search.setText("choir")
    quiet(qtbot, app)
    assert ("prompt_cathedral01",) == page.list.cards.ids
    page.search.clear()
    page._set_filter("follow")
    quiet(qtbot, app)
    assert "prompt_plaza01" not in page.list.cards.ids
    assert "prompt_neon01" in page.list.cards.ids


def test_a_paused_prompt_cannot_be_started(app: App, show) -> None:
    page = show("discover", "prompt_harbourlights01")
    assert not page.start.isEnabled()
    assert "does not take new remixes" in page.start.toolTip()


def test_following_is_a_command_that_waits_for_nobody(app: App, show, far, qtbot) -> None:
    page = show("discover", "prompt_plaza01")
    page.view.follow.click()
    qtbot.waitUntil(lambda: any(command["kind"] == "follow_artist" for command in far.asked), timeout=15_000)
    assert "artist_orio0001" == far.asked[0]["target"]


def test_a_remix_tells_its_whole_story_with_the_letter(app: App, show) -> None:
    page = show("remixes", "remix_kitchen01")
    said = texts(page.view)
    assert "Changes were asked for" in said
    assert any("bring it down by about 4 dB" in text for text in said)
    assert "The sound is not ready yet" in said
    assert any(each.text().strip() == "Fix and send again" for each in page.view.findChildren(QPushButton))


def test_withdrawing_waits_ten_seconds_and_can_be_undone(app: App, show, far, qtbot) -> None:
    page = show("remixes", "remix_night01")
    press(qtbot, page.view, "Withdraw")
    qtbot.waitUntil(lambda: app.window.toast.isVisible(), timeout=10_000)
    assert "“Night drive at 2 a.m.” is withdrawn." == app.window.toast.label.text()
    qtbot.waitUntil(lambda: "Withdrawn" in texts(page.view), timeout=10_000)
    app.window.toast.undo.click()
    qtbot.waitUntil(lambda: "Withdrawn" not in texts(page.view) and "Published" in texts(page.view), timeout=10_000)
    assert [] == far.asked


def test_an_appeal_has_the_letter_in_view_and_needs_words(app: App, show, qtbot) -> None:
    page = show("remixes", "remix_train01")
    press(qtbot, page.view, "Appeal")
    assert any("Paper rain" in text for text in texts(page.view))
    from PySide6.QtWidgets import QPlainTextEdit

    field = page.view.findChild(QPlainTextEdit)
    send = next(each for each in page.view.findChildren(QPushButton) if each.text().strip() == "Send the appeal")
    assert not send.isEnabled()
    field.setPlainText("The form is another one: listen from 1:10.")
    send.click()
    qtbot.waitUntil(lambda: "Appeal running" in texts(page.view), timeout=10_000)


def test_a_draft_stands_first_and_can_be_put_back(app: App, show, qtbot) -> None:
    draft = Draft("draft_a", "prompt_neon01", "d" * 64, "Luma Reyes", "Neon Tide", "track_neon01", world_module.NOW_MS, words="slow")
    save(app.desk.home, draft)
    page = show("remixes")
    assert "draft:draft_a" == page.list.cards.ids[0]
    page.list.choose("draft:draft_a")
    quiet(qtbot, app)
    press(qtbot, page.view, "Discard draft")
    qtbot.waitUntil(lambda: "draft:draft_a" not in page.list.cards.ids, timeout=10_000)
    app.window.toast.undo.click()
    qtbot.waitUntil(lambda: "draft:draft_a" in page.list.cards.ids, timeout=10_000)


def test_a_challenge_takes_one_of_my_remixes(app: App, show, far, qtbot) -> None:
    page = show("challenges", "challenge_paper01")
    assert any("Start a remix" == each.text().strip() for each in page.findChildren(QPushButton))
    page = show("challenges", "challenge_neon01")
    assert any("Your entry: “Night drive at 2 a.m.”" in text for text in texts(page))


def test_a_remix_can_be_entered_where_none_is_yet(app: App, show, far, world, qtbot) -> None:
    document = next(d for _s, d in world.documents if d.KIND == "entry")
    far.put(f"person:{world_module.FAN}", replace(document, entry=replace(document.entry, withdrawn=True)))
    app.desk.read(lambda session: session.sync_once(), lambda _report: None, owner=app.desk)
    quiet(qtbot, app)
    page = show("challenges", "challenge_neon01")
    choice = page.findChild(QComboBox)
    assert {"Night drive at 2 a.m.", "Into the hills"} == {choice.itemText(row) for row in range(choice.count())}
    press(qtbot, page, "Enter it")
    qtbot.waitUntil(lambda: app.window.toast.isVisible(), timeout=10_000)


def test_every_earning_opens_to_where_it_comes_from(app: App, show) -> None:
    page = show("earnings")
    said = texts(page)
    assert "Recomputed on this computer: equal" in said
    opening = page.findChildren(Opening)[0]
    opening.toggle()
    said = texts(opening)
    assert "Gross revenue, as reported" in said
    assert "× 2/5" in said
    assert "You earned" in said
    assert opening.is_open


def test_a_statement_that_was_changed_is_found(world) -> None:
    document = next(d for _s, d in world.documents if d.KIND == "statement")
    assert recomputing.check(document).equal
    assert ("total",) == recomputing.check(replace(document, earned_micro=document.earned_micro + 1)).faults
    lines = [dict(line) for line in document.statement["lines"]]
    lines[0]["earned_micro"] += 1
    assert "earned" in recomputing.check(replace(document, statement=dict(document.statement) | {"lines": lines})).faults
    assert not recomputing.check(replace(document, statement={})).equal


def test_the_sum_of_the_parts_is_the_whole_to_the_millionth(world) -> None:
    for _scope, document in world.documents:
        if document.KIND == "pot":
            parties = {share.party for share in document.shares}
            lines = [recomputing.pot_line(document, party) for party in parties]
            assert all(line.adds_up for line in lines)
            assert 0 <= lines[0].gross_pico - sum(line.earned_micro for line in lines) * 10**6 < len(parties) * 10**6


def test_earnings_are_exported_exactly(app: App, show, tmp_path: Path) -> None:
    page = show("earnings")
    count = earnings.write_csv(tmp_path / "out.csv", page._data)
    rows = list(csv.DictReader((tmp_path / "out.csv").open(encoding="utf-8")))
    assert count == len(rows)
    assert sum(line.earned_micro for line in page._data.lines) == sum(int(row["earned_micro"]) for row in rows)
    with pytest.raises(earnings.BadInput):
        earnings.write_csv(tmp_path / "no" / "out.csv", page._data)


def test_the_library_shows_what_is_disclosed_and_takes_reports(app: App, show, far, qtbot) -> None:
    page = show("library", "remix_pub0003")
    assert "Partly AI" in texts(page)
    press(qtbot, page, "Report")
    press(qtbot, page, "Send the report")
    qtbot.waitUntil(lambda: app.window.toast.isVisible(), timeout=10_000)
    assert "A moderator will look at it" in app.window.toast.label.text()


def test_settings_hold_at_once(app: App, show) -> None:
    page = show("settings")
    page._mode("light")
    assert "light" == app.settings.now.mode
    page._match(False)
    assert not app.player.match_loudness


def test_diagnostics_have_no_secrets(app: App, show) -> None:
    log = app.desk.home / "logs" / "desktop.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text("INFO authorization: Bearer abc.def\nINFO password=hunter2\n", "utf-8")
    page = show("diagnostics")
    report = page._found.report
    assert "PySide6" in report
    assert "hunter2" not in report
    assert "abc.def" not in report
    assert "token-of-a-test" not in report


def test_signing_in_says_what_is_wrong_and_what_to_do(app: App, show, far, qtbot) -> None:
    page = show("sign_in")
    page.server.setText("")
    page.go.click()
    assert "Say which server your account is on." == page.problem.label.text()
    page.server.setText("far.side")
    page.name.setText("mara")
    page.password.setText("wrong")
    page.go.click()
    qtbot.waitUntil(lambda: "The name or the password is wrong." == page.problem.label.text(), timeout=10_000)
    assert page.go.isEnabled()
    far.down = True
    page.go.click()
    qtbot.waitUntil(lambda: "cannot be reached" in page.problem.label.text(), timeout=20_000)
    far.down = False
    page.password.setText("right")
    page.go.click()
    qtbot.waitUntil(lambda: page.password.text() == "", timeout=20_000)
    assert "https://far.side" == app.settings.now.server


def test_the_first_run_asks_three_questions(app: App, show) -> None:
    page = show("first_run")
    assert "1 of 3" == page.place.text()
    page._interest("remix")
    page._look("dark")
    page._cache(4_000)
    assert (("remix",), "dark", 4_000, True) == (
        app.settings.now.interests, app.settings.now.mode, app.settings.now.cache_limit_mb, app.settings.now.welcomed,
    )  # fmt: skip
