"""A model's folder is read without running anything of it."""

import json

import pytest

from fanlink.core.errors import BadInput
from fanlink.remix.generate import cards
from tests.remix.generate import tiny


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "night-pads"
    path.mkdir()
    (path / "config.json").write_text(json.dumps({"model_type": "musicgen", "audio_encoder": {"sampling_rate": 32_000}}))
    return path


def terms(folder, declared=""):
    found = cards.read(folder, declared).terms
    return found.licence, found.licence_from


def test_a_folder_says_what_it_is(folder):
    card = cards.read(folder)
    assert ("musicgen", "night-pads", 32_000) == (card.family, card.terms.model, cards.rate_of(card))


def test_without_a_card_the_licence_is_unknown_until_somebody_declares_it(folder):
    assert ("unknown", "unknown") == terms(folder)
    assert ("mit", "declared") == terms(folder, "MIT License")


def test_what_a_card_says_cannot_be_loosened(folder):
    tiny.card(folder, "cc-by-nc-4.0")
    assert ("cc-by-nc-4.0", "card") == terms(folder) == terms(folder, "mit")
    tiny.card(folder, "apache-2.0")
    assert ("apache-2.0", "card") == terms(folder)
    assert ("cc-by-nc-4.0", "declared") == terms(folder, "cc-by-nc-4.0")


def test_a_card_that_leaves_it_open_may_be_completed(folder):
    tiny.card(folder, "other")
    assert ("other", "card") == terms(folder)
    assert ("mit", "declared") == terms(folder, "mit")


@pytest.mark.parametrize("said", ["base_model: facebook/musicgen-small", "base_model:\n  - facebook/musicgen-small", 'base_model: ["facebook/musicgen-small"]'])
def test_a_model_made_from_a_known_one_keeps_its_licence(folder, said):
    (folder / "README.md").write_text(f"---\nlicense: mit\n{said}\n---\n")
    assert ("cc-by-nc-4.0", "table") == terms(folder)
    assert "facebook/musicgen-small" == cards.read(folder).terms.base_model


def test_a_known_model_is_known_by_its_folder_or_by_the_name_in_it(folder):
    (folder / "config.json").write_text(json.dumps({"model_type": "musicgen", "_name_or_path": "facebook/musicgen-medium"}))
    assert ("cc-by-nc-4.0", "table") == terms(folder, "mit")
    known = folder.rename(folder.with_name("musicgen-small"))
    (known / "config.json").write_text(json.dumps({"model_type": "musicgen"}))
    assert ("cc-by-nc-4.0", "table") == terms(known)


def test_ace_step_is_known_by_its_pipeline(tmp_path):
    (tmp_path / "model_index.json").write_text(json.dumps({"_class_name": "AceStepPipeline"}))
    tiny.card(tmp_path, "mit # really")
    card = cards.read(tmp_path)
    assert ("acestep", "mit") == (card.family, card.terms.licence)


@pytest.mark.parametrize("config", [None, "{", "[]", '{"model_type": "bert"}', '{"model_type": ["musicgen"]}', "[" * 100_000])
def test_a_folder_with_anything_else_is_refused(tmp_path, config):
    if config is not None:
        (tmp_path / "config.json").write_text(config)
    with pytest.raises(BadInput, match="MusicGen or an ACE-Step"):
        cards.read(tmp_path)


def test_a_file_is_no_model(tmp_path):
    with pytest.raises(BadInput, match="not a folder"):
        cards.read(tmp_path / "nothing")
