"""Prompts: text, slots, versions."""

import pytest

from fanlink.core import prompts
from fanlink.core.errors import Refused
from fanlink.core.guard_rails import GuardRails, Use
from fanlink.core.prompts import Prompt, PromptState, PromptText, Slot

NOW = 1_800_000_000_000
TEXT = PromptText("Night drive", "a {mood} drive", {"mood": Slot(("rainy", "neon"))}, template="t" * 64)


def prompt(state=PromptState.DRAFT, text=TEXT):
    return Prompt("prompt-1", "luma", "track-1", state, text)


def codes(reasons):
    return [reason.code for reason in reasons]


def test_a_sound_text_has_nothing_wrong():
    assert [] == prompts.check_text(TEXT)


def test_all_that_is_wrong_is_told_at_once():
    text = PromptText(
        " ", "", {"mood": Slot(())}, GuardRails(tempo_bpm=(120, 80), stems_required=("vocals",), stems_allowed=())
    )
    assert [
        "title_empty", "words_empty", "slot_not_in_words", "slot_without_choices", "range_upside_down",
        "stem_required_not_allowed",
    ] == codes(prompts.check_text(text))  # fmt: skip


@pytest.mark.parametrize(("words", "code"), [("", "words_empty"), ("x" * 100_000, "words_too_long")])
def test_empty_and_endless_words_are_refused_by_name(words, code):
    assert [code] == codes(prompts.check_text(PromptText("t", words)))


def test_slots_are_filled_and_what_nobody_filled_stays_as_written():
    assert "a rainy drive to {place}" == prompts.fill("a {mood} drive to {place}", {"mood": "rainy"})


def test_a_choice_with_braces_is_not_filled_again():
    assert "a {mood} drive" == prompts.fill("a {x} drive", {"x": "{mood}", "mood": "rainy"})


@pytest.mark.parametrize(
    ("slots", "expected"),
    [
        ({"mood": "rainy"}, []),
        ({}, ["slot_empty"]),
        ({"mood": "sunny"}, ["slot_choice_unknown"]),
        ({"mood": "neon", "other": "x"}, ["slot_unknown"]),
    ],
)
def test_a_fans_choices_are_checked_against_the_slots(slots, expected):
    assert expected == codes(prompts.check_slots(TEXT, slots))


def test_publishing_names_everyone_who_has_not_agreed_or_signed():
    asked = prompts.ask_approval(prompt())
    with pytest.raises(Refused) as refused:
        prompts.publish(asked, "d1", [("jo", Use.REMIX)], ["ana"], NOW)
    assert ["consent_missing", "template_unsigned"] == codes(refused.value.reasons)


def test_a_published_version_is_never_changed_by_a_new_draft():
    published = prompts.publish(prompts.ask_approval(prompt()), "d1", [], [], NOW)
    edited = prompts.edit(published, PromptText("Night drive", "a new {mood}", TEXT.slots, template="u" * 64))
    assert PromptState.PUBLISHED is edited.state
    assert TEXT == edited.current.text
    second = prompts.publish(edited, "d2", [], [], NOW + 1)
    assert [1, 2] == [version.number for version in second.versions]
    assert TEXT == second.published("d1").text


def test_publishing_the_same_again_is_refused():
    published = prompts.publish(prompts.ask_approval(prompt()), "d1", [], [], NOW)
    with pytest.raises(Refused, match="nothing_changed"):
        prompts.publish(published, "d1", [], [], NOW)


def test_a_draft_cannot_be_published_without_being_asked_for():
    with pytest.raises(Refused, match="illegal_step"):
        prompts.publish(prompt(), "d1", [], [], NOW)


def test_withdrawing_says_when_what_is_public_comes_down():
    published = prompts.publish(prompts.ask_approval(prompt()), "d1", [], [], NOW)
    withdrawn = prompts.withdraw(published, NOW)
    assert (PromptState.WITHDRAWN, NOW + 30 * 86_400_000) == (withdrawn.state, withdrawn.wind_down_ms)
