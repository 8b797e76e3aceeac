"""A layer by a model in the Studio: asked of a real service, heard, put into the lanes, sent; or said why not."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from fanlink.core.guard_rails import Use
from fanlink.core.prompts import PromptText
from fanlink.core.recipes import Layer
from fanlink.desktop import generating, telling
from fanlink.desktop.app import App
from fanlink.desktop.drafts import DraftTake
from fanlink.desktop.settings import Settings
from fanlink.remix.services import secret_name
from tests.core.test_rules import FINE
from tests.desktop import world as world_module
from tests.desktop.conftest import quiet
from tests.remix.generate.conftest import service  # noqa: F401

WORDS = "warm pads <b>bold</b>"


def opened(show, prompt: str, qtbot, app: App):
    page = show("studio", f"prompt:{prompt}")
    recipe = replace(world_module.recipe(page.prompt, "slow"), track=page.prompt.facts.digest, key_shift_semitones=0)
    recipe = replace(recipe, layers=(), sections=tuple(replace(section, layers=(), edits=()) for section in recipe.sections))
    page._change(replace(page.draft, words="slow", takes=(DraftTake(recipe, (), (), "Lo-fi"),)))
    quiet(qtbot, app)
    return page


@pytest.fixture
def set_up(app: App, service):  # noqa: F811
    """The settings with a service whose terms let its customers earn."""
    app.desk.settings.change(generate_address=service.address, generate_model="night-1", generate_licence="commercial")
    return service


@pytest.fixture
def studio(app: App, show, qtbot, set_up):
    return opened(show, "prompt_neon01", qtbot, app)


def test_with_nothing_set_up_the_studio_says_what_to_do(app: App, show, qtbot) -> None:
    card = opened(show, "prompt_neon01", qtbot, app).generate
    assert not card.none.isHidden() and card.asking.isHidden()
    assert generating.NOT_SET_UP == card.why_not.text()
    assert not card.settings.isHidden()


def test_where_the_artist_does_not_allow_it_the_studio_says_so(app: App, show, qtbot, set_up) -> None:
    card = opened(show, "prompt_ferry01", qtbot, app).generate
    assert "The artist has not allowed generated layers here." in card.why_not.text()
    assert card.asking.isHidden() and card.settings.isHidden()


def test_a_licence_that_does_not_fit_is_said_with_its_name(app: App, show, qtbot, set_up) -> None:
    app.desk.settings.change(generate_licence="cc-by-nc-4.0")
    card = opened(show, "prompt_neon01", qtbot, app).generate
    assert "night-1 (cc-by-nc-4.0) forbids commercial use" in card.why_not.text()


def test_a_layer_is_generated_heard_added_and_can_be_undone(studio, app: App, qtbot, set_up) -> None:
    card, before = studio.generate, studio.draft.take.recipe
    assert not card.generate.isEnabled()
    card.words.setText(WORDS)
    card.place.setCurrentIndex(1)
    card.generate.click()
    assert not card.working.isHidden() and not card.generate.isEnabled()
    qtbot.waitUntil(lambda: card.made is not None, timeout=30_000)
    assert card.working.isHidden() and not card.result.isHidden()
    assert f"layer-{card.made.layer.asset}" == app.desk.player.sound.key
    card.add.click()
    recipe = studio.draft.take.recipe
    (layer,) = recipe.layers
    first = before.sections[0].bars
    assert ("generated", card.made.layer.asset, first * 4.0, WORDS) == (layer.kind, layer.asset, layer.start_beat, layer.provenance["prompt"])
    assert [False, True] == [layer.id in section.layers for section in recipe.sections[:2]]
    assert [] == studio.findings(recipe)
    assert "Ready to submit" == studio.side.verdict.text()
    assert layer.asset in generating.recordings(app.desk.home)
    studio._undo()
    assert before == studio.draft.take.recipe
    quiet(qtbot, app)


def test_a_remix_with_a_generated_layer_is_rendered_and_discloses_it(studio, app: App, qtbot, set_up) -> None:
    studio.generate.words.setText("pads")
    studio.generate.generate.click()
    qtbot.waitUntil(lambda: studio.generate.made is not None, timeout=30_000)
    studio.generate.add.click()
    studio._hear()
    qtbot.waitUntil(lambda: studio.draft.heard_digest is not None, timeout=60_000)
    head, why = telling.disclosure(studio.draft.take.recipe, "Mara", "Luma")
    assert "Contains parts made by generative AI" == head
    assert "night-1" in why
    quiet(qtbot, app)


def test_stopping_closes_the_line_and_leaves_nothing(studio, app: App, qtbot, set_up) -> None:
    set_up.hold = threading.Event()
    studio.generate.words.setText("pads")
    studio.generate.generate.click()
    qtbot.waitUntil(set_up.came.is_set, timeout=20_000)
    studio.generate.cancel.click()
    qtbot.waitUntil(set_up.gone.is_set, timeout=20_000)
    quiet(qtbot, app)
    assert studio.generate.working.isHidden() and studio.generate.result.isHidden()
    assert studio.generate.generate.isEnabled()
    assert {} == dict(generating.recordings(app.desk.home))


def test_what_went_wrong_is_said(studio, app: App, qtbot, set_up) -> None:
    set_up.answer = (429, {}, b"")
    studio.generate.words.setText("pads")
    studio.generate.generate.click()
    qtbot.waitUntil(lambda: app.window.toast.isVisible(), timeout=20_000)
    assert "too much to do" in app.window.toast.label.text()
    quiet(qtbot, app)


def test_a_word_that_is_not_allowed_goes_nowhere(studio, app: App, qtbot, set_up) -> None:
    studio.generate.words.setText("a party")
    studio.generate.generate.click()
    assert "“party”" in app.window.toast.label.text()
    assert [] == set_up.asked


def test_stems_are_offered_only_to_a_model_that_may_hear_them() -> None:
    text = PromptText("t", "w", commercial=False)
    stems = ("vocals", "drums")
    far, near = (generating.Choice(made_by, "x", "m", "mit") for made_by in ("service", "local"))
    allowing = replace(text, guard_rails=replace(text.guard_rails, uses_allowed=(Use.GENERATED_LAYERS,)))
    assert ((), stems) == tuple(generating.stems_to_follow(allowing, choice, stems) for choice in (far, near))
    sending = replace(text, guard_rails=replace(text.guard_rails, uses_allowed=(Use.GENERATED_LAYERS, Use.OUTSIDE_MODEL)))
    assert stems == generating.stems_to_follow(sending, far, stems)


def test_what_is_wrong_with_a_model_is_a_sentence(tmp_path) -> None:
    (choice,) = generating.choices(Settings(generate_folder=str(tmp_path)))
    assert choice.problem.endswith(".") and "MusicGen" in choice.problem
    (choice,) = generating.choices(Settings(generate_address="http://music.example"))
    assert "https://" in choice.problem


def test_the_settings_say_what_a_licence_means_and_keep_the_key_out_of_the_file(app: App, show, qtbot, set_up) -> None:
    card = show("settings").models
    assert "night-1: commercial, may be in remixes that earn" == card.service.text()
    card.licence.setText("cc-by-nc-4.0")
    card.licence.editingFinished.emit()
    quiet(qtbot, app)
    assert "never in remixes that earn" in card.service.text()
    card.key.setText("very secret")
    card.key.editingFinished.emit()
    quiet(qtbot, app)
    assert "" == card.key.text()
    assert "very secret" == app.desk.session.secrets.get(secret_name(set_up.address))
    assert not any("very secret" in path.read_text("utf-8", "ignore") for path in app.desk.home.rglob("*.json"))


def test_a_moderator_reads_where_a_layer_comes_from() -> None:
    told = {"model": "night-1", "licence": "mit", "licence_from": "declared", "prompt": "pads", "seed": "7", "service": "music.example", "reference": "vocals"}
    recipe = replace(FINE, layers=(Layer("generated-1", "generated", asset="a" * 64, provenance=told),))
    ((head, said),) = telling.generated(recipe)
    assert "Generated 1: night-1" == head
    assert "“pads”, seed 7, licence mit (as the fan declared), by the service music.example, following the stem vocals" == said
