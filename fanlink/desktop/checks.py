"""The rules of a prompt as a list with what the checks found of each: pass, look at it, breach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fanlink.core.guard_rails import Use
from fanlink.core.prompts import PromptText
from fanlink.desktop import formats, words_staff

Found = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One rule in words, with the findings against it."""

    words: str
    findings: tuple[Found, ...] = ()

    @property
    def chip(self) -> tuple[str, str]:
        """Pass, or the worst that was found."""
        worst = {str(each.get("severity")) for each in self.findings}
        for severity in ("breach", "warning", "note"):
            if severity in worst:
                return words_staff.SEVERITIES[severity]
        return ("Pass", "ok")


def lines(text: PromptText, findings: Sequence[Found]) -> list[CheckLine]:
    """Every rule that the prompt sets, then whatever else was found."""
    rails = text.guard_rails
    asked: list[tuple[str, tuple[str, ...]]] = []
    if rails.tempo_bpm:
        asked.append((f"Tempo {rails.tempo_bpm[0]:g} to {rails.tempo_bpm[1]:g} BPM", ("tempo_range",)))
    if rails.key_shift_semitones:
        low, high = rails.key_shift_semitones
        asked.append((f"Key {formats.shifts(low, high)}" if low or high else "Original key", ("key_range",)))
    if rails.length_s:
        low, high = (formats.length(limit * 1000) for limit in rails.length_s)
        asked.append((f"Length {low} to {high}", ("length_range",)))
    if rails.stems_allowed is not None:
        asked.append(("Only allowed stems", ("stem_not_allowed",)))
    if rails.stems_required:
        asked.append((f"Heard: {formats.names(rails.stems_required, 3)}", ("stem_required",)))
    if rails.stems_untouched:
        untouched = ("untouched_effect", "untouched_pan", "untouched_key", "untouched_level", "untouched_edit")
        asked.append((f"Untouched: {formats.names(rails.stems_untouched, 3)}", untouched))
    if rails.layers_allowed is not None:
        asked.append(("Only allowed layers", ("layer_not_allowed",)))
    if rails.effects_not_allowed:
        asked.append(("Only allowed effects", ("effect_not_allowed",)))
    if rails.words_not_allowed:
        asked.append(("No words that are left out", ("word_not_allowed",)))
    if text.slots:
        asked.append(("Slots filled from the choices", ("slot_unknown", "slot_choice", "slot_missing")))
    asked += [
        ("Only uses that were agreed to", ("use_not_allowed",)), ("The voice stays itself", ("voice_shift",)),
        ("Not the recipe of another remix", ("same_recipe", "near_duplicate")),
    ]  # fmt: skip
    if Use.GENERATED_LAYERS in rails.uses_allowed:
        asked += [
            ("Origin of generated layers", ("provenance_missing",)),
            ("Licences of their models", ("licence_not_commercial", "licence_unknown")),
        ]
    known = {rule for _words, rules in asked for rule in rules}
    made = [CheckLine(words, tuple(each for each in findings if each.get("rule") in rules)) for words, rules in asked]
    rest = {str(each.get("rule")) for each in findings} - known
    made += [
        CheckLine(words_staff.RULES.get(rule, formats.human(rule)), tuple(each for each in findings if each.get("rule") == rule))
        for rule in sorted(rest)
    ]
    return made


def summary(made: Sequence[CheckLine]) -> tuple[str, str]:
    """How many passed, as a chip."""
    passed = sum(1 for each in made if each.chip[1] == "ok")
    tones = {each.chip[1] for each in made}
    return f"Checks {passed}/{len(made)}", "bad" if "bad" in tones else "warn" if "warn" in tones else "ok"


def place(found: Found) -> str:
    """Where a finding is: bars and time."""
    if found.get("start_bar") is None:
        return ""
    first, last = found["start_bar"], found["end_bar"]
    bars = f"Bar {first}" if first == last else f"Bars {first}–{last}"
    return f"{bars}, {formats.length(found['start_ms'])} to {formats.length(found['end_ms'])}"


def said(found: Found) -> str:
    """A finding in one sentence: place and fix."""
    fix = str(found.get("fix") or words_staff.RULES.get(str(found.get("rule")), formats.human(str(found.get("rule")))) + ".")
    where = place(found)
    return f"{where}: {fix}" if where else fix


def letter(findings: Sequence[Found]) -> str:
    """The findings as the beginning of a letter: the rule, the place and the fix of each."""
    lines_ = [f"– {said(each)}" for each in findings if each.get("severity") in ("breach", "warning")]
    return "\n".join(["Thank you for your remix. To get it through:", *lines_]) if lines_ else ""


def nearest_percent(found: Found) -> int:
    """How near the nearest of the other remixes is, by recipe or by sound."""
    facts = found.get("facts", {})
    return max([0, *facts.get("recipe_percent", ()), *facts.get("sound_percent", ())])


def nearly_the_same(found: Found) -> str:
    """Which remixes are nearly the same, and by what that was seen."""
    facts = found.get("facts", {})
    said = []
    for name, recipe, sound in zip(facts.get("remixes", ()), facts.get("recipe_percent", ()), facts.get("sound_percent", ()), strict=False):
        heard = f", {sound} % by sound" if sound else ""
        said.append(f"{name}: {recipe} % by recipe{heard}")
    return "Nearly the same as " + "; ".join(said)
