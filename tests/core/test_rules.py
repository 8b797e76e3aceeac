"""What guard rails say of a recipe: everything that is wrong, each with its place and its fix."""

from dataclasses import replace

import pytest

from fanlink.core import faults, forbidden_words, rules
from fanlink.core.guard_rails import GuardRails, Use
from fanlink.core.recipes import Edit, Effect, Layer, Master, Recipe, Section, StemChange, StemUse
from fanlink.core.tracks import Music, Stem, TrackFacts

FACTS = TrackFacts(
    "Song", "Artist", Music(100.0, 0.0, "A minor"),
    {name: Stem(name, name[0] * 64, 44_100, 2, 44_100 * 96) for name in ("vocals", "drums", "bass")},
)  # fmt: skip

FINE = Recipe(
    "fanlink-1", 1, FACTS.digest, "slow it down", {"mood": "slow"}, "lofi", 90.0, 0, 0.2,
    {"vocals": StemUse(), "drums": StemUse()},
    (Layer("pad", "pad", "warm", "sustain"),),
    (Section("intro", 1, 4), Section("chorus", 9, 8, layers=("pad",))),
)  # fmt: skip


def found(recipe, slots=None, **rails):
    return [finding.rule for finding in rules.check(recipe, FACTS, GuardRails(**rails), slots)]


def with_section(**changes):
    return replace(FINE, sections=(FINE.sections[0], replace(FINE.sections[1], **changes)))


def test_a_recipe_inside_everything_has_no_finding():
    rails = {
        "tempo_bpm": (90, 110), "key_shift_semitones": (0, 0), "length_s": (32, 32), "stems_allowed": ("vocals", "drums"),
        "stems_required": ("drums",), "stems_untouched": ("vocals",), "layers_allowed": ("pad",),
        "effects_not_allowed": ("echo",), "words_not_allowed": ("fast",),
    }  # fmt: skip
    assert [] == found(FINE, {"mood": ("slow", "bright")}, **rails)


@pytest.mark.parametrize(
    ("rails", "rule"),
    [
        ({"tempo_bpm": (91, 110)}, "tempo_range"),
        ({"key_shift_semitones": (1, 2)}, "key_range"),
        ({"length_s": (10, 31.9)}, "length_range"),
        ({"length_s": (32.1, 60)}, "length_range"),
        ({"stems_allowed": ("vocals",)}, "stem_not_allowed"),
        ({"stems_required": ("bass",)}, "stem_required"),
        ({"layers_allowed": ()}, "layer_not_allowed"),
        ({"layers_allowed": ("drums", "bass")}, "layer_not_allowed"),
        ({"words_not_allowed": ("SLOW",)}, "word_not_allowed"),
    ],
)
def test_each_rail_finds_what_is_outside_of_it(rails, rule):
    assert {rule} == set(found(FINE, **rails))


def test_a_rail_that_is_not_set_limits_nothing():
    assert [] == found(replace(FINE, tempo_bpm=190.0, key_shift_semitones=-4))


@pytest.mark.parametrize(
    ("recipe", "rule"),
    [
        (replace(FINE, stems={"vocals": StemUse(effects=(Effect("reverb"),))}), "untouched_effect"),
        (replace(FINE, stems={"vocals": StemUse(effects=(Effect("sidechain"),))}), "untouched_effect"),
        (replace(FINE, stems={"vocals": StemUse(pan=0.1)}), "untouched_pan"),
        (replace(FINE, key_shift_semitones=1), "untouched_key"),
        (with_section(stems={"vocals": StemChange(gain_db=1.0)}), "untouched_level"),
        (with_section(stems={"vocals": StemChange(mute=True)}), "untouched_level"),
        (with_section(stems={"vocals": StemChange(effects=(Effect("echo"),))}), "untouched_effect"),
        (with_section(edits=(Edit("stutter", 0, 4),)), "untouched_edit"),
        (with_section(edits=(Edit("reverse", 0, 4, ("vocals",)),)), "untouched_edit"),
        (with_section(edits=(Edit("fade_out", 0, 4, ("vocals",)),)), "untouched_edit"),
        (with_section(edits=(Edit("repeat", 0, 8, (), {"note_beats": 2}),)), "untouched_edit"),
    ],
)
def test_whatever_acts_on_an_untouched_stem_is_a_breach(recipe, rule):
    assert {rule} == set(found(recipe, stems_untouched=("vocals",)))


@pytest.mark.parametrize(
    "recipe",
    [
        replace(FINE, stems={"vocals": StemUse(-6.0)}),
        replace(FINE, stems={"drums": StemUse(pan=0.5)}),
        replace(FINE, key_shift_semitones=2, stems={"vocals": StemUse(follows_key=False), "bass": StemUse()}),
        replace(FINE, master=Master((Effect("tape"),))),
        with_section(loop_bars=2),
        with_section(edits=(Edit("stutter", 0, 4, ("drums",)), Edit("riser", 0, 8), Edit("fade_out", 16, 16))),
        with_section(edits=(Edit("repeat", 0, 16, (), {"note_beats": 8}),)),
        with_section(edits=(Edit("repeat", 0, 16, ("drums", "vocals"), {"note_beats": 8}),)),
    ],
)
def test_an_untouched_stem_may_have_one_level_and_move_with_all_others(recipe):
    assert [] == found(recipe, stems_untouched=("vocals",))


@pytest.mark.parametrize(
    ("edit", "bars"),
    [(Edit("reverse", 5, 2), (6, 6)), (Edit("stutter", 7, 2), (6, 7)), (Edit("gate", 0, 32), (5, 12)), (Edit("mute", 40, 1e300), (12, 12))],
)
@pytest.mark.parametrize("rails", [{"stems_untouched": ("vocals",)}, {"effects_not_allowed": ("reverse", "stutter", "gate", "mute")}])
def test_an_edit_that_may_not_be_is_found_in_its_own_bars(edit, bars, rails):
    findings = rules.check(with_section(edits=(edit,)), FACTS, GuardRails(**rails))
    finding = next(each for each in findings if each.rule in ("untouched_edit", "effect_not_allowed"))
    assert bars == (finding.start_bar, finding.end_bar)
    assert (round((bars[0] - 1) * 8_000 / 3), round(bars[1] * 8_000 / 3)) == (finding.start_ms, finding.end_ms)


def test_a_required_stem_must_be_heard():
    mute = {"drums": StemChange(mute=True)}
    silent = replace(FINE, sections=tuple(replace(section, stems=mute) for section in FINE.sections))
    assert ["stem_required"] == found(silent, stems_required=("drums",))
    assert ["stem_required"] == found(replace(FINE, stems={"drums": StemUse(-40.0)}), stems_required=("drums",))
    assert [] == found(with_section(stems=mute), stems_required=("drums",))


@pytest.mark.parametrize(
    "recipe",
    [
        replace(FINE, stems={"drums": StemUse(effects=(Effect("echo"),))}),
        replace(FINE, layers=(Layer("pad", "pad", effects=(Effect("echo"),)),)),
        replace(FINE, master=Master((Effect("echo"),))),
        with_section(stems={"drums": StemChange(effects=(Effect("echo"),))}),
        with_section(edits=(Edit("stutter", 0, 2),)),
    ],
)
@pytest.mark.parametrize("names", [("echo", "stutter"), ("Delay", "chop")])
def test_an_effect_that_is_not_allowed_is_found_wherever_it_is_and_whatever_it_is_called(recipe, names):
    assert ["effect_not_allowed"] == found(recipe, effects_not_allowed=names)


@pytest.mark.parametrize(("kind", "use"), [("own", Use.OWN_RECORDINGS), ("generated", Use.GENERATED_LAYERS)])
def test_sounds_from_outside_need_their_use(kind, use):
    told = {"model": "tiny", "licence": "mit", "prompt": "pads", "seed": "1"} if kind == "generated" else {}
    recipe = replace(FINE, layers=(Layer("pad", kind, asset="a" * 64, provenance=told),))
    assert ["use_not_allowed"] == found(recipe)
    assert ["use_not_allowed"] == found(recipe, layers_allowed=(kind,))
    assert [] == found(recipe, uses_allowed=(use,))


def test_a_large_shift_of_a_voice_is_shown_to_a_person():
    shifted = replace(FINE, key_shift_semitones=-7)
    assert ["voice_shift"] == found(shifted)
    assert not rules.is_breach(rules.check(shifted, FACTS, GuardRails()))
    assert [] == found(shifted, uses_allowed=(Use.VOICE_CHANGE,))


@pytest.mark.parametrize(
    ("slots", "rule"),
    [({"mood": ("bright",)}, "slot_choice"), ({}, "slot_unknown"), ({"mood": ("slow",), "place": ("sea",)}, "slot_missing")],
)
def test_slots_are_the_prompts(slots, rule):
    assert [rule] == found(FINE, slots)


def test_a_slot_without_choices_takes_any_words_that_are_allowed():
    assert [] == found(FINE, {"mood": ()})
    assert "word_not_allowed" in found(replace(FINE, slots={"mood": "KILLING spree"}), {"mood": ()}, words_not_allowed=("killing",))


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("a killer beat", ["kill"], []),
        ("KILL it", ["kill"], [("kill", 0, 4)]),
        ("no kíll", ["kill"], [("kill", 3, 7)]),
        ("ｋｉｌｌ", ["kill"], [("kill", 0, 4)]),
        ("ki\u200bll", ["kill"], [("kill", 0, 5)]),
        ("kіll", ["kill"], [("kill", 0, 4)]),
        ("Straße", ["STRASSE"], [("STRASSE", 0, 6)]),
        ("hate - speech!", ["hate speech"], [("hate speech", 0, 13)]),
        ("buy $$$ now", ["$$$"], [("$$$", 0, 11)]),
        ("", ["kill"], []),
    ],
)
def test_forbidden_words_are_whole_words_however_they_are_written(text, words, expected):
    assert expected == list(forbidden_words.find(text, words))


@pytest.mark.parametrize(
    ("recipe", "rule"),
    [
        (replace(FINE, track="0" * 64), "other_track"),
        (replace(FINE, tempo_bpm=0.0), "tempo_unplayable"),
        (replace(FINE, tempo_bpm=float("nan")), "tempo_unplayable"),
        (replace(FINE, tempo_bpm=50.0), "tempo_unplayable"),
        (replace(FINE, key_shift_semitones=13), "key_shift_unplayable"),
        (replace(FINE, swing=1.5), "swing_out_of_range"),
        (replace(FINE, sections=()), "no_sections"),
        (replace(FINE, stems={"flute": StemUse()}), "unknown_stem"),
        (replace(FINE, stems={"drums": StemUse(20.0)}), "gain_out_of_range"),
        (replace(FINE, stems={"drums": StemUse(pan=-2.0)}), "pan_out_of_range"),
        (replace(FINE, stems={"drums": StemUse(effects=(Effect("autotune"),))}), "unknown_effect"),
        (replace(FINE, stems={"drums": StemUse(effects=(Effect("echo", {"mixx": 1}),))}), "unknown_setting"),
        (replace(FINE, stems={"drums": StemUse(effects=(Effect("echo", {"mix": 2}),))}), "setting_out_of_range"),
        (replace(FINE, layers=(Layer("pad", "flute"),)), "unknown_layer_kind"),
        (replace(FINE, layers=(Layer("pad", "pad", "flute"),)), "unknown_sound"),
        (replace(FINE, layers=(Layer("pad", "pad", "warm", "waltz"),)), "unknown_pattern"),
        (replace(FINE, layers=(Layer("pad", "pad"), Layer("pad", "bass"))), "layer_id_taken"),
        (replace(FINE, layers=(Layer("pad", "own"),)), "layer_without_asset"),
        (replace(FINE, master=Master(true_peak_dbtp=0.0)), "master_out_of_range"),
        (with_section(layers=("nobody",)), "unknown_layer"),
        (with_section(feel="swung"), "unknown_feel"),
        (with_section(bars=0), "no_bars"),
        (with_section(source_bar=0), "bars_outside"),
        (with_section(source_bar=34), "bars_outside"),
        (with_section(edits=(Edit("stutter", 30, 4),)), "edit_outside"),
        (with_section(edits=(Edit("spin", 0, 4),)), "unknown_edit"),
        (with_section(edits=(Edit("mute", 0, 4, ("flute",)),)), "edit_on_unknown"),
        (with_section(stems={"flute": StemChange()}), "unknown_stem"),
    ],
)
def test_a_hand_edited_recipe_that_cannot_be_played_is_caught(recipe, rule):
    assert rule in [finding.rule for finding in faults.severe(faults.find(recipe, FACTS))]


def test_the_last_bars_of_a_track_may_be_looped():
    assert [] == found(with_section(source_bar=40, bars=8, loop_bars=1))


def test_a_finding_has_its_place_in_bars_and_time():
    (finding,) = rules.check(with_section(edits=(Edit("stutter", 0, 4),)), FACTS, GuardRails(stems_untouched=("vocals",)))
    bar_ms = 4 * 60_000 / 90
    assert (5, 5) == (finding.start_bar, finding.end_bar)
    assert (round(4 * bar_ms), round(5 * bar_ms)) == (finding.start_ms, finding.end_ms)
    assert "stutter" in finding.fix
