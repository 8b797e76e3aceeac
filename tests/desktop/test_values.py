"""What pages say and change, without a window: formats, recipes by hand, undo, drafts, settings, history."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from fanlink.core import rules
from fanlink.core.documents import Share
from fanlink.core.guard_rails import GuardRails, Use
from fanlink.core.recipes import Layer
from fanlink.desktop import arranging, drafts, formats, telling
from fanlink.desktop.drafts import Draft, DraftTake, Mark
from fanlink.desktop.history import History
from fanlink.desktop.settings import SettingsFile
from fanlink.desktop.undoing import Undoing
from tests.desktop import world as world_module
from tests.desktop.world import World


@pytest.fixture
def prompt(world: World):
    return next(document for _scope, document in world.documents if document.KIND == "prompt")


@pytest.fixture
def recipe(prompt):
    return replace(world_module.recipe(prompt, "slow"), track=prompt.facts.digest)


# Formats ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("amount", "currency", "said"), [
    ("1234.567891", "EUR", "€ 1,234.56"), ("-0.019", "USD", "−$ 0.01"), ("99.999", "JPY", "¥ 99"), ("1", "XYZ", "XYZ 1.00"),
])  # fmt: skip
def test_money_is_cut_never_rounded_up(amount: str, currency: str, said: str) -> None:
    assert said == formats.money(Decimal(amount), currency)


def test_exact_money_shows_every_millionth() -> None:
    assert "€ 183.394103" == formats.exact_micro(183_394_103, "EUR")
    assert "€ 0.000000000001" == formats.exact(Decimal("0.000000000001"), "EUR")


def test_no_amount_is_too_large_to_be_shown_to_its_last_place():
    assert "€ 123,456,789,012,345,678.123456789012" == formats.exact("123456789012345678.123456789012", "EUR")
    assert "−€ 12,345,678,901,234,567,890,123,456,789.99" == formats.money("-12345678901234567890123456789.999", "EUR")
    assert "€ 9,223,372,036,854.775807" == formats.exact_micro(2**63 - 1, "EUR")


@pytest.mark.parametrize(("share", "said"), [(Fraction(2, 5), "40 %"), (Fraction(1, 3), "≈ 33.33 %"), (Fraction(1, 8), "12.50 %"), (Fraction(0), "0 %")])
def test_a_share_that_cannot_be_written_says_so(share: Fraction, said: str) -> None:
    assert said == formats.percent(share)


def test_times_are_said_as_people_say_them() -> None:
    assert ("0:00", "3:41", "1:02:07") == (formats.length(0), formats.length(221_900), formats.length(3_727_000))
    assert "2 days ago" == formats.ago(0, 2 * formats.DAY)
    assert "in 1 hour" == formats.ago(formats.HOUR, 0)
    assert "just now" == formats.ago(5, 10)
    assert ("a", "a and b", "a, b and c") == (formats.names(["a"]), formats.names(["a", "b"]), formats.names(["a", "b", "c"]))
    assert "−2 semitones" == formats.shift(-2)


# Recipes by hand ----------------------------------------------------------------------------------------------------


def test_what_a_hand_does_stays_playable(prompt, recipe) -> None:
    changed = arranging.repeated(recipe, 1)
    changed = arranging.moved(changed, 0, 3)
    changed = arranging.resized(changed, 1, 40, prompt.facts.bars)
    changed = arranging.toggled_stem(changed, 2, "drums")
    changed = arranging.with_layer(changed, Layer("arp-1", "arp", "bell", "up"))
    changed = arranging.toggled_layer(changed, 0, "arp-1")
    changed = arranging.without_layer(changed, "pad")
    changed = arranging.with_stem(changed, "keys", used=False)
    changed = arranging.with_gain(changed, "bass", -4.26)
    found = rules.check(changed, prompt.facts, GuardRails())
    assert [] == [finding.rule for finding in found if finding.severity == "breach"]
    assert -4.3 == changed.stems["bass"].gain_db


def test_the_last_block_stays(recipe) -> None:
    one = replace(recipe, sections=recipe.sections[:1])
    assert one == arranging.removed(one, 0)


def test_a_block_pulled_past_the_end_of_the_song_loops(prompt, recipe) -> None:
    last = len(recipe.sections) - 2
    changed = arranging.resized(recipe, last, 30, prompt.facts.bars)
    assert changed.sections[last].loop_bars == recipe.sections[last].bars


def test_muting_twice_is_nothing(recipe) -> None:
    twice = arranging.toggled_stem(arranging.toggled_stem(recipe, 1, "bass"), 1, "bass")
    assert arranging.heard(twice, twice.sections[1], "bass")


# Undo, drafts, settings, history ------------------------------------------------------------------------------------


def test_a_slider_that_moves_is_one_step_to_undo() -> None:
    row = Undoing(0)
    for value in (1, 2, 3):
        row.change(value, "tempo")
    row.pause()
    row.change(9, "tempo")
    assert [3, 0] == [row.undo(), row.undo()]
    assert 3 == row.redo()
    row.change(5)
    assert not row.can_redo


def test_amending_is_nothing_to_undo() -> None:
    row = Undoing(1)
    row.change(2)
    row.amend(3)
    assert 3 == row.value
    assert 1 == row.undo()


def test_a_draft_comes_back_as_it_was_written(tmp_path: Path, recipe) -> None:
    take = DraftTake(recipe, (Mark(0, 4, "understood", "tempo slower"),), ("“slow”: 92 bpm.",), "Lo-fi")
    draft = Draft("draft_1", "prompt_x", "d" * 64, "Luma", "Neon", "track_1", 12, words="slow <b>", slots={"a": "b"}, takes=(take,))
    drafts.save(tmp_path, draft)
    assert draft == drafts.load(tmp_path, "draft_1")
    assert [draft] == drafts.all_of(tmp_path)
    assert draft == drafts.remove(tmp_path, "draft_1")
    assert [] == drafts.all_of(tmp_path)


def test_a_draft_that_cannot_be_read_is_left_out_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "drafts" / "x.json"
    path.parent.mkdir()
    path.write_text('{"id": 3', "utf-8")
    assert [] == drafts.all_of(tmp_path)
    assert path.is_file()


def test_settings_survive_and_a_broken_file_counts_as_none(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path)
    file.change(mode="dark", page="earnings", interests=("remix",))
    assert ("dark", "earnings", ("remix",)) == (SettingsFile(tmp_path).now.mode, SettingsFile(tmp_path).now.page, SettingsFile(tmp_path).now.interests)
    (tmp_path / "desktop.json").write_text('{"mode": 7, "page": "home", "unknown": 1}', "utf-8")
    assert ("system", "home") == (SettingsFile(tmp_path).now.mode, SettingsFile(tmp_path).now.page)
    (tmp_path / "desktop.json").write_text("[", "utf-8")
    assert "system" == SettingsFile(tmp_path).now.mode


def test_back_and_forward_are_those_of_a_browser() -> None:
    history = History()
    for place in ("home", "discover", "discover", "earnings"):
        history.went(place, "")
    assert ("discover", "") == history.back()
    history.went("library", "")
    assert not history.can_go_forward
    assert [("discover", ""), ("home", ""), None] == [history.back(), history.back(), history.back()]


# Telling ------------------------------------------------------------------------------------------------------------


def test_the_whole_split_is_told_and_the_fan_is_you(prompt) -> None:
    told = telling.shares_in_words(prompt.shares)
    assert Fraction(1) == sum(share for _name, _role, share, _mine in told)
    assert [("You", "Remixer", Fraction(2, 5), True)] == [line for line in told if line[3]]


def test_the_part_for_an_earlier_remix_is_the_fans_where_there_is_none() -> None:
    leaves = [("remixer", "remixer", 3), ("ancestor", "ancestor", 2), ("party_luma", "recording", 15)]
    template = tuple(Share(party, party, role, Fraction(part, 20)) for party, role, part in leaves)
    assert Fraction(1, 4) == telling.my_share(template)
    bound = tuple(replace(share, party="party_wren") if share.role == "ancestor" else share for share in template)
    bound = tuple(replace(share, party="party_me") if share.role == "remixer" else share for share in bound)
    assert Fraction(3, 20) == telling.my_share(bound, "party_me")
    assert [("You", "Remixer", Fraction(1, 4), True)] == [line for line in telling.shares_in_words(template) if line[3]]


def test_guard_rails_are_told_as_sentences() -> None:
    rails = GuardRails(tempo_bpm=(80, 120), stems_untouched=("vocals",), effects_not_allowed=("bitcrush",))
    assert ["Tempo between 80 and 120 BPM", "Stays as it is: vocals", "Not: bitcrush"] == telling.rules(rails)
    assert 1 == len(telling.rules(GuardRails()))


def test_what_is_disclosed_follows_from_the_recipe(recipe) -> None:
    assert "No generative AI" == telling.disclosure(recipe, "Mara", "Luma")[0]
    layer = Layer("g", "generated", "choir", asset="0" * 64, provenance={"model": "tiny"})
    made = arranging.with_layer(recipe, layer)
    assert "generative AI" in telling.disclosure(made, "Mara", "Luma")[0]
    assert "tiny" in telling.disclosure(made, "Mara", "Luma")[1]


def test_rule_chips_say_who_agreed_and_what_is_allowed(prompt) -> None:
    chips = dict(telling.rule_chips(prompt))
    assert "ok" == chips["Approved by 4 of 4"]
    assert "Vocals untouched" in chips
    assert Use.GENERATED_LAYERS not in prompt.text.guard_rails.uses_allowed or "Generated layers allowed" in chips
