"""A remix of a remix on the desktop: begun from a published one or chosen at submission, its split seen before it is signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from PySide6.QtWidgets import QLabel

from fanlink import wire
from fanlink.core import lineage
from fanlink.core.documents import PublishedDocument
from fanlink.core.shares import SplitSheet, Template
from fanlink.desktop import drafts, resting, telling, words, words_rights
from fanlink.desktop.app import App
from fanlink.desktop.drafts import DraftTake
from fanlink.desktop.pages import studio_opening
from fanlink.desktop.pages.submit_sheet import SubmitSheet
from fanlink.desktop.widgets.split_graph import every
from tests.desktop import world as world_module
from tests.desktop.conftest import quiet
from tests.desktop.world import NOW_MS

TODAY = words_rights.day_of(NOW_MS)
TRAM, PAPER = "remix_pub0003", "remix_pub0001"


@pytest.fixture
def begin(app: App, show, qtbot):
    """Opens the Studio at an item, with a take, and then the sheet that submits."""

    def go(item: str) -> SubmitSheet:
        page = show("studio", item)
        recipe = replace(world_module.recipe(page.prompt, "slow"), track=page.prompt.facts.digest, key_shift_semitones=0)
        recipe = replace(recipe, layers=(), sections=tuple(replace(section, layers=(), edits=()) for section in recipe.sections))
        page._change(replace(page.draft, words="slow", title="Home late", takes=(DraftTake(recipe),)))
        page._submit()
        quiet(qtbot, app)
        qtbot.wait(1)
        return app.window.findChild(SubmitSheet)

    return go


def said(widget) -> str:
    return " ".join(each.text() for each in widget.findChildren(QLabel) if each.isVisibleTo(widget))


def sent(app: App, sheet: SubmitSheet, qtbot):
    """Presses send, and gives the command that waits in the outbox."""
    sheet.send.click()
    qtbot.waitUntil(lambda: app.window.page.spec.key == "remixes", timeout=15_000)
    quiet(qtbot, app)
    return app.desk.session.outbox.entries()[0].command


def test_remix_this_begins_a_draft_that_rests_on_it(app: App, show, qtbot) -> None:
    page = show("library", TRAM)
    assert page.remix_this.isEnabled()
    page.remix_this.click()
    qtbot.waitUntil(lambda: app.window.page.spec.key == "studio", timeout=15_000)
    quiet(qtbot, app)
    studio = app.window.page
    assert TRAM == studio.draft.parent
    assert "rests on “Neon Tide (tram version)”" in studio.subtitle_label.whole()
    assert "You get 30 % of what it earns. Everyone on “Neon Tide (tram version)” shares 10 %." in said(studio.begin)


def test_a_prompt_that_keeps_nothing_for_an_earlier_remix_says_so(app: App, show) -> None:
    page = show("library", PAPER)
    assert not page.remix_this.isEnabled()
    assert "This split leaves nothing for the remix that it rests on." in said(page)


def test_the_split_is_a_graph_with_the_earlier_remix_in_it_before_it_is_sent(app: App, begin, qtbot) -> None:
    sheet = begin(f"published:{TRAM}")
    boxes = list(every(sheet.split.graph._whole))
    assert {"“Neon Tide (tram version)”", "No earlier remix", "kx_77", "Mara Voss"} <= {box.name for box in boxes}
    assert 1 == sum(box.share for box in boxes if box.party)
    text = said(sheet)
    assert "You get 30 % of everything" in text and "3/10" in text
    assert "kx_77" in text and "1/25" in text, "the remixer's part of a tenth: 1/10 x 2/5"
    command = sent(app, sheet, qtbot)
    assert TRAM == command.data.parent
    prompt = app.desk.session.get("prompt", command.data.prompt)
    published = app.desk.session.get("published", TRAM)
    bound = Template.from_data(prompt.split).bind(command.target, world_module.FAN_PARTY, TODAY, published.sheets[0])
    assert lineage.agreed(bound) == command.data.agreed
    shown = sheet.split.split.sheet
    assert bound.id == shown.id, "the digest that was shown is that of the sheet that comes to be"
    waiting = app.desk.session.get("remix", command.target)
    assert Fraction(3, 10) == sum(share.share for share in waiting.shares if share.party == world_module.FAN_PARTY)


def test_a_parent_is_chosen_at_submission_among_those_of_the_prompt(app: App, begin, qtbot) -> None:
    sheet = begin("prompt:prompt_neon01")
    box = sheet.split.box
    assert ["Nothing but the track", "Neon Tide (tram version) · kx_77", "Tide out · Nora B."] == [box.itemText(n) for n in range(box.count())]
    assert "You get 40 % of everything" in said(sheet)
    box.setCurrentIndex(2)
    box.activated.emit(2)
    assert "You get 30 % of everything" in said(sheet)
    command = sent(app, sheet, qtbot)
    assert "remix_pub0004" == command.data.parent
    app.window.toast.undo.click()
    qtbot.waitUntil(lambda: app.window.page.spec.key == "studio", timeout=15_000)
    quiet(qtbot, app)
    assert ["remix_pub0004"] == [draft.parent for draft in drafts.all_of(app.desk.home)], "what was taken back is kept whole"


def test_it_is_all_there_without_the_server(app: App, far, begin, qtbot) -> None:
    far.down = True
    sheet = begin(f"published:{TRAM}")
    assert "kx_77" in said(sheet) and sheet.send.isEnabled()
    command = sent(app, sheet, qtbot)
    assert (TRAM, lineage.agreed(sheet.split.split.sheet)) == (command.data.parent, command.data.agreed)


def test_who_is_paid_back_first_is_said_before_a_fan_starts(app: App) -> None:
    prompt = app.desk.session.get("prompt", "prompt_neon01")
    assert "" == telling.recouped_first(prompt)
    recoup = {"party": "party_northside", "amount": "1200", "currency": "EUR"}
    advanced = replace(prompt, split={**prompt.split, "recoup": recoup})
    assert "Northside Music is paid back € 1,200.00 of each remix first. " == telling.recouped_first(advanced)
    split = resting.split_of(advanced, app.desk.account, "r1", TODAY, None, None)
    assert "Northside Music is paid back € 1,200.00 from this remix first" in resting.recoups(split)


def test_a_submission_that_comes_back_is_a_draft_that_still_rests_on_it(app: App, begin, qtbot) -> None:
    command = sent(app, begin(f"published:{TRAM}"), qtbot)
    (entry,) = [each for each in app.desk.session.outbox.entries() if each.command.id == command.id]
    draft = studio_opening.take_back(app.desk.session, app.desk.home, entry.command, NOW_MS)
    kept = drafts.load(app.desk.home, draft)
    assert (TRAM, "Neon Tide (tram version)", "Home late") == (kept.parent, kept.parent_title, kept.title)
    assert "has changed since you looked" in words.of_code("split_differs")


def test_no_choice_is_offered_where_the_prompt_keeps_no_part(begin) -> None:
    sheet = begin("prompt:prompt_ferry01")
    assert not sheet.split.box.isVisibleTo(sheet)
    assert sheet.send.isEnabled()


def test_a_parent_whose_split_is_not_here_cannot_be_signed(app: App, far, begin, qtbot) -> None:
    sheet = begin(f"published:{TRAM}")
    sheet.dismiss()
    studio = app.window.page
    studio._change(replace(studio.draft, parent="remix_elsewhere", parent_title="Far away"))
    studio._submit()
    quiet(qtbot, app)
    sheet = app.window.findChildren(SubmitSheet)[-1]
    assert not sheet.send.isEnabled()
    assert "is not on this computer yet" in sheet.split.wrong.text()
    sheet.split.box.setCurrentIndex(0)
    sheet.split.box.activated.emit(0)
    assert sheet.send.isEnabled(), "resting on nothing is always possible"


def published(app: App, **changes) -> PublishedDocument:
    return replace(app.desk.session.get("published", TRAM), **changes)


def test_a_fifth_generation_is_refused_in_words(app: App, show) -> None:
    prompt = app.desk.session.get("prompt", "prompt_neon01")
    sheet = None
    for generation in range(1, 5):
        sheet = Template.from_data(prompt.split).bind(f"r{generation}", f"fan{generation}", TODAY, sheet)
    deep = published(app, sheets=lineage.above_of([sheet], TODAY, {}, {sheet.id: ("d", "c", "b", "a")}))
    assert "can go 4 generations deep" in resting.why_not(prompt, deep, TODAY)
    assert "can go 4 generations deep" in resting.split_of(prompt, app.desk.account, "r5", TODAY, deep, TRAM).wrong


def test_a_split_that_is_signed_for_a_later_day_is_told(app: App) -> None:
    prompt = app.desk.session.get("prompt", "prompt_neon01")
    now = published(app).sheets[0]
    coming = replace(now, id="later", effective_from=TODAY + timedelta(days=9))
    split = resting.split_of(prompt, app.desk.account, "r2", TODAY, published(app, sheets=(now, coming)), TRAM)
    assert "has another split" in split.note
    assert wire.from_json(PublishedDocument, wire.to_json(published(app))) == published(app)
    assert isinstance(split.sheet, SplitSheet)
