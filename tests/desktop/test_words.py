"""Every code that the rules can give has words, and words never fail."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from fanlink import core
from fanlink.core import cases, challenges, commands, guard_rails, prompts, remixes
from fanlink.core.errors import BadInput, Conflict, Offline, Reason, Refused, Stopped, Unavailable
from fanlink.desktop import words

ROOMS = tuple(Path(core.__file__).parents[1] / room for room in ("core", "client", "remix", "server"))


def raised_codes() -> set[str]:
    """The first text argument of every `Reason(...)` and `Refused(...)` in the rooms below."""
    found = set()
    for room in ROOMS:
        for path in room.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Reason", "Refused") and node.args:
                    found |= codes_in(node.args[0])
    return found


def codes_in(first: ast.expr) -> set[str]:
    """A text, or either text of a choice between two."""
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        return {first.value}
    if isinstance(first, ast.IfExp):
        return codes_in(first.body) | codes_in(first.orelse)
    return set()


def test_every_code_that_is_raised_has_words() -> None:
    codes = raised_codes()
    assert {"illegal_step", "title_empty", "claimed_by_another"} <= codes
    assert set() == {code for code in codes if code not in words.SENTENCES}


@pytest.mark.parametrize("code", sorted(words.SENTENCES))
def test_a_sentence_stands_without_any_fact(code: str) -> None:
    sentence = words.of_code(code)
    assert sentence[0].isupper() or sentence[0] in "“…"
    assert sentence.rstrip().endswith((".", "?"))


def test_facts_are_put_into_their_sentence() -> None:
    assert "The title has 130 characters; 120 is the most." == words.of_code("title_too_long", {"characters": 130, "most": 120})
    assert "Choose one of: sea and hill" in words.of_code("slot_choice_unknown", {"choice": "x", "slot": "place", "choices": ["sea", "hill"]})
    assert "generated layers" in words.of_code("consent_missing", {"party": "Luma", "use": "generated_layers"})


def test_braces_that_somebody_typed_stay_braces() -> None:
    assert "“{x}”" in words.of_code("slot_unknown", {"slot": "{x}"})


def test_an_unknown_code_is_said_with_its_name() -> None:
    assert "brand_new_code" in words.of_code("brand_new_code")


@pytest.mark.parametrize("error", [
    Refused([Reason("title_empty"), Reason("words_empty")]), Conflict({}), Offline("no"), BadInput("is not audio", where="a.wav"),
    Unavailable("no model"), Stopped(), RuntimeError("boom"),
], ids=lambda error: type(error).__name__)  # fmt: skip
def test_every_error_is_a_sentence(error: Exception) -> None:
    said = words.of_error(error)
    assert said.endswith(".")
    assert "boom" not in said


def test_all_reasons_of_a_refusal_are_said() -> None:
    assert "Give it a title. Write the words of the prompt." == words.of_error(Refused([Reason("title_empty"), Reason("words_empty")]))


def test_every_name_of_the_vocabulary_has_its_word() -> None:
    assert {str(state) for state in remixes.RemixState} == set(words.REMIX_STATES)
    assert {str(state) for state in prompts.PromptState} == set(words.PROMPT_STATES)
    assert {str(use) for use in guard_rails.Use} == set(words.USES)
    assert set(remixes.LIFE) <= set(words.STEPS)
    assert set(cases.REASONS) <= set(words.DECISION_REASONS)
    assert all(words.of_command(kind) for kind in commands.KINDS)
    assert challenges.Phase
