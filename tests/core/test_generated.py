"""Generated layers: what they must say of themselves, and when their model, licence or reference forbids them."""

from dataclasses import replace

import pytest

from fanlink.core import generated, licences, rules
from fanlink.core.findings import Severity
from fanlink.core.guard_rails import GuardRails, Use
from fanlink.core.licences import Commerce
from fanlink.core.recipes import Layer
from tests.core.test_rules import FACTS, FINE

TOLD = {"model": "tiny-1", "licence": "apache-2.0", "licence_from": "card", "prompt": "warm pads", "seed": "7", "made_by": "local"}
FREE = (Use.GENERATED_LAYERS,)
EARNS = (Use.GENERATED_LAYERS, Use.COMMERCIAL_RELEASE)


def recipe(**told):
    layer = Layer("pads", "generated", asset="a" * 64, provenance={**TOLD, **told})
    sections = tuple(replace(section, layers=("pads",)) for section in FINE.sections)
    return replace(FINE, layers=(layer,), sections=sections)


def found(made, uses=FREE, commercial=False, **rails):
    return [one.rule for one in rules.check(made, FACTS, GuardRails(uses_allowed=uses, **rails), commercial=commercial)]


@pytest.mark.parametrize(
    ("licence", "verdict"),
    [
        ("Apache-2.0", Commerce.ALLOWED), ("Apache License 2.0", Commerce.ALLOWED), ("Apache License, Version 2.0", Commerce.ALLOWED),
        ("MIT License", Commerce.ALLOWED), ("CC BY 4.0", Commerce.ALLOWED), ("cc0", Commerce.ALLOWED), ("GPL-3.0-or-later", Commerce.ALLOWED),
        ("commercial", Commerce.ALLOWED),
        ("CC-BY-NC 4.0", Commerce.FORBIDDEN), ("cc-by-nc-sa-4.0", Commerce.FORBIDDEN), ("cc_by_nc_4.0", Commerce.FORBIDDEN),
        ("Creative Commons Attribution Non-Commercial", Commerce.FORBIDDEN), ("noncommercial-research", Commerce.FORBIDDEN),
        ("research only", Commerce.FORBIDDEN), ("", Commerce.UNKNOWN), ("other", Commerce.UNKNOWN), ("unknown", Commerce.UNKNOWN),
        ("encore-2", Commerce.UNKNOWN), ("not apache-2.0", Commerce.UNKNOWN),
    ],
)  # fmt: skip
def test_what_a_licence_says_of_earning(licence, verdict):
    assert verdict is licences.commerce(licence)


@pytest.mark.parametrize(
    ("name", "licence"),
    [
        ("facebook/musicgen-small", "cc-by-nc-4.0"), ("MusicGen_Melody-large", "cc-by-nc-4.0"), ("musicgen-stereo-medium", "cc-by-nc-4.0"),
        ("ACE-Step/ACE-Step-v1-3.5B", "apache-2.0"), ("my-tiny-musicgen", None), ("musicgen", None), ("musicgen-smaller", None),
    ],
)  # fmt: skip
def test_known_models_are_known_by_their_name(name, licence):
    assert licence == licences.of_model(name)


def test_the_table_wins_over_a_kinder_word_and_a_stricter_word_over_the_table():
    assert Commerce.FORBIDDEN is licences.commerce("mit", ("facebook/musicgen-small",))
    assert Commerce.FORBIDDEN is licences.commerce("cc-by-nc-4.0", ("ACE-Step-v1-3.5B",))
    assert Commerce.ALLOWED is licences.commerce("", ("ACE-Step-v1-3.5B",))


def test_a_layer_that_may_be_there_gives_no_finding():
    assert [] == found(recipe()) == found(recipe(), EARNS) == found(recipe(), commercial=True)


@pytest.mark.parametrize("name", generated.NEEDED)
def test_a_layer_that_does_not_say_where_it_comes_from_is_a_breach(name):
    assert ["provenance_missing"] == found(recipe(**{name: " "}))
    assert ["provenance_missing"] == found(recipe(extra="x" * 1_001))


@pytest.mark.parametrize(
    ("told", "rule"),
    [
        ({"licence": "cc-by-nc-4.0"}, "licence_not_commercial"), ({"licence": "unknown"}, "licence_unknown"),
        ({"licence": "mit", "model": "facebook/musicgen-small"}, "licence_not_commercial"),
        ({"licence": "mit", "base_model": "facebook/musicgen-large"}, "licence_not_commercial"),
    ],
)  # fmt: skip
def test_a_licence_that_forbids_earning_is_a_breach_where_remixes_may_earn(told, rule):
    assert [] == found(recipe(**told))
    assert [rule] == found(recipe(**told), EARNS) == found(recipe(**told), commercial=True)
    (finding,) = rules.check(recipe(**told), FACTS, GuardRails(uses_allowed=EARNS))
    assert Severity.BREACH is finding.severity
    assert "licence" in finding.fix


def test_a_stem_that_went_to_an_outside_model_needs_that_use():
    sent = recipe(made_by="service", reference="vocals")
    assert ["use_not_allowed"] == found(sent)
    assert [] == found(sent, (*FREE, Use.OUTSIDE_MODEL))
    assert ["use_not_allowed"] == found(recipe(made_by="", reference="vocals"))
    assert [] == found(recipe(made_by="local", reference="vocals")) == found(recipe(made_by="service"))


def test_words_that_are_not_allowed_are_not_allowed_for_a_model_either():
    assert ["word_not_allowed"] == found(recipe(prompt="like Madonna"), words_not_allowed=("madonna",))


def test_a_layer_made_for_another_tempo_is_shown():
    assert [] == found(recipe(tempo_bpm=f"{FINE.tempo_bpm:g}"))
    assert ["layer_off_grid"] == found(recipe(tempo_bpm=f"{FINE.tempo_bpm + 4:g}"))
    assert not rules.is_breach(rules.check(recipe(tempo_bpm="61"), FACTS, GuardRails(uses_allowed=FREE)))
    assert [] == found(recipe(tempo_bpm="whatever")) == found(recipe(tempo_bpm="nan"))


def test_a_layer_made_for_another_key_is_shown():
    assert [] == found(recipe(key_shift_semitones=f"{FINE.key_shift_semitones}"))
    assert ["layer_off_key"] == found(recipe(key_shift_semitones=f"{FINE.key_shift_semitones + 2}"))


def asked(rails=None, **more):
    given = {"commercial": False, "licence": "mit", "model": "tiny", **more}
    return [reason.code for reason in generated.may_generate(rails or GuardRails(uses_allowed=FREE), "warm pads", **given)]


def test_generating_is_refused_with_everything_that_forbids_it():
    rails = GuardRails(layers_allowed=("drums",), words_not_allowed=("pads",), stems_allowed=("drums",))
    assert [] == asked()
    assert ["use_not_allowed", "layer_not_allowed", "licence_unknown", "stem_not_allowed", "use_not_allowed", "word_not_allowed"] == asked(
        rails, commercial=True, licence="unknown", reference="vocals", outside=True
    )


def test_a_stem_may_be_followed_on_this_computer_but_not_sent_away():
    assert [] == asked(reference="vocals")
    assert ["use_not_allowed"] == asked(reference="vocals", outside=True)
    assert [] == asked(GuardRails(uses_allowed=(*FREE, Use.OUTSIDE_MODEL)), reference="vocals", outside=True)


def test_naming_generated_layers_among_the_layers_allows_their_kind():
    assert [] == asked(GuardRails(uses_allowed=FREE, layers_allowed=("drums", "Generated")))
    assert ["layer_not_allowed"] == asked(GuardRails(uses_allowed=FREE, layers_allowed=("drums",)))
