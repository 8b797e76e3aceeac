"""What a fan's words lead to, and how it is told."""

from __future__ import annotations

import pytest

from fanlink.core.errors import BadInput, Refused
from fanlink.core.guard_rails import GuardRails
from fanlink.core.rules import check
from fanlink.remix.interpret import LONGEST_WORDS, interpret
from fanlink.remix.interpret.decisions import decision
from fanlink.remix.interpret.meanings import meanings
from fanlink.remix.interpret.reading import read
from fanlink.remix.interpret.styles import MOOD_EFFECTS, MOOD_STYLES, STYLES
from tests.remix.words.phrases import HELD, OPEN, judged, phrases
from tests.remix.words.songs import song

FREE = GuardRails()
WISH = "slow rainy-night lo-fi, keep the vocals, no drums in the intro, big last chorus"


def one(words, rails=FREE, facts=None, **more):
    (take,) = interpret(words, {}, facts or song(), rails, 1, **more)
    return take


def in_section(recipe, name):
    return [section for section in recipe.sections if section.name == name]


def kinds(recipe, section):
    return {layer.kind for layer in recipe.layers if layer.id in section.layers}


@pytest.mark.parametrize("phrase", phrases(OPEN), ids=lambda phrase: phrase.words[:60])
def test_a_phrase_leads_to_the_decisions_that_people_expect(phrase):
    verdict = judged(phrase)
    assert ((), ()) == (verdict.missing, verdict.extra)
    assert verdict.ignored_right


@pytest.mark.skipif(not HELD.exists(), reason="the held half is written by somebody else")
def test_the_held_phrases_have_the_form_of_decisions():
    assert phrases(HELD)


def test_there_are_enough_phrases():
    assert len(phrases(OPEN)) >= 150


def test_a_decision_reads_back_from_its_name():
    for name in ("part.vocals.keep", "effect.echo.more:vocals~much@last-chorus", "key.to=F# minor", "tempo.by=-5bpm", "layer.texture.add=rain@intro"):
        assert name == decision(name).name


def test_the_wish_of_the_first_page_is_granted_word_by_word():
    take = one(WISH)
    recipe = take.recipe
    assert recipe.tempo_bpm < 100
    assert "vocals" in recipe.stems
    assert {"rain", "vinyl"} <= {layer.sound for layer in recipe.layers}
    for section in in_section(recipe, "intro"):
        assert "drums" not in kinds(recipe, section)
        assert "drums" not in recipe.stems or section.stems["drums"].mute
    assert [] == check(recipe, song(), FREE)
    assert () == take.ignored
    assert {"part.drums.none@intro", "energy.more@last-chorus"} <= {took.decision for took in take.took}


def test_the_same_words_and_seed_give_the_same_recipe_and_another_seed_may_not():
    assert interpret(WISH, {}, song(), FREE, 5, 3) == interpret(WISH, {}, song(), FREE, 5, 3)
    seeds = {str(interpret("", {}, song(), FREE, seed, 3)) for seed in range(6)}
    assert len(seeds) > 1


@pytest.mark.parametrize("words", ["", "techno", "darker, more reverb", "sad", "lo-fi house", "drum and bass without vocals"])
def test_three_takes_differ_in_arrangement_groove_and_harmony_and_all_obey(words):
    takes = [take.recipe for take in interpret(words, {}, song(), FREE, 3, 3)]
    assert 3 == len({tuple((section.name, section.source_bar, section.bars) for section in recipe.sections) for recipe in takes})
    assert len({tuple((layer.kind, layer.sound, layer.pattern) for layer in recipe.layers) for recipe in takes}) == 3
    if words == "drum and bass without vocals":
        assert all("vocals" not in recipe.stems for recipe in takes)


def test_no_two_styles_share_groove_harmony_or_form():
    assert len(STYLES) >= 13
    grooves = {(style.drums[:1], style.swing, style.bass[:1], style.tempo_bpm) for style in STYLES.values()}
    harmonies = {(style.pads[:1], style.arps[:1]) for style in STYLES.values()}
    forms = {tuple(part.split()[0] for part in style.form.split(";")) for style in STYLES.values()}
    exact = {style.form for style in STYLES.values()}
    assert [len(STYLES)] * 3 == [len(grooves), len(harmonies), len(exact)]
    assert len(forms) > len(STYLES) * 0.6


@pytest.mark.parametrize("style", [style for style in STYLES if style != "original"])
def test_a_named_style_is_that_style_at_a_tempo_it_is_played_in(style):
    recipe = one(f"{style} remix").recipe
    low, high = STYLES[style].tempo_bpm
    felt = recipe.tempo_bpm * {"straight": 1, "double-time": 2, "half-time": 0.5}[recipe.sections[0].feel]
    assert style == recipe.style
    assert low - 1 <= felt <= high + 1
    assert 0.6 < recipe.tempo_bpm / 100 < 1.6
    assert {layer.sound for layer in recipe.layers} or style == "acoustic"


def test_every_mood_has_styles_and_a_sound():
    assert set(MOOD_EFFECTS) | {"minimal"} == set(MOOD_STYLES)
    assert all(style in STYLES for row in MOOD_STYLES.values() for style in row)


@pytest.mark.parametrize(
    ("words", "tempo_bpm"),
    [("90 bpm", 90), ("10% faster", 110), ("5 bpm slower", 95), ("keep the tempo", 100), ("techno but keep the tempo", 100), ("87.5 bpm", 87.5), ("bring the tempo down to 80", 80)],
)  # fmt: skip
def test_a_tempo_in_numbers_is_that_tempo(words, tempo_bpm):
    assert tempo_bpm == one(words).recipe.tempo_bpm


def test_a_tempo_beyond_a_good_stretch_is_felt_and_not_stretched():
    recipe = one("45 bpm").recipe
    assert (90, "half-time") == (recipe.tempo_bpm, recipe.sections[1].feel)
    assert one("200 bpm").recipe.tempo_bpm == 100
    assert "double-time" == one("double-time feel").recipe.sections[1].feel


@pytest.mark.parametrize(("words", "shift"), [("two semitones up", 2), ("a whole tone down", -2), ("an octave up", 12), ("in C minor", 3), ("in C major", 0), ("to Bb minor", 1)])
def test_a_key_in_numbers_or_by_name_is_that_shift(words, shift):
    assert shift == one(words).recipe.key_shift_semitones


@pytest.mark.parametrize(("words", "length_s"), [("2 minutes", 120), ("half the length", 58), ("twice as long", 230), ("90 seconds", 90), ("32 bars", 76.8)])
def test_a_length_is_met_to_the_bar(words, length_s):
    assert abs(length_s - one(words).recipe.length_s()) <= 2.4


def test_a_bent_wish_is_named_with_the_reason():
    take = one("90 bpm, an octave up, no vocals, more echo, with strings, 10 minutes",
               GuardRails((100, 110), (-1, 1), (30, 60), stems_required=("vocals",), layers_allowed=("drums",), effects_not_allowed=("delay",)))  # fmt: skip
    refused = {took.decision for took in take.not_allowed}
    assert {"tempo.bpm=90", "key.shift=+12", "part.vocals.none", "effect.echo.more", "layer.pad.add=strings", "length.s=600"} == refused
    assert any("requires vocals" in sentence for sentence in take.why)
    assert (100, 1) == (take.recipe.tempo_bpm, take.recipe.key_shift_semitones)


def test_an_untouched_stem_is_left_alone_and_the_key_with_it():
    rails = GuardRails(stems_untouched=("vocals",), stems_required=("vocals",))
    take = one("stutter the vocals, more reverb, two semitones up, no vocals in the intro, louder vocals in the chorus, fade out", rails)
    use = take.recipe.stems["vocals"]
    assert ((), 0, 0) == (use.effects, use.pan, take.recipe.key_shift_semitones)
    assert all("vocals" not in section.stems for section in take.recipe.sections)
    assert all("vocals" not in edit.on and (edit.on or edit.name in ("riser", "drop", "fade_out")) for section in take.recipe.sections for edit in section.edits)
    assert {"edit.stutter:vocals", "key.shift=+2", "part.vocals.none@intro", "part.vocals.louder@chorus"} <= {took.decision for took in take.not_allowed}


def test_a_required_stem_is_heard_for_most_of_the_remix():
    recipe = one("only drums in the verses, no vocals in the choruses, no vocals until the last chorus", GuardRails(stems_required=("vocals",))).recipe
    resting = sum(section.bars for section in recipe.sections if "vocals" in section.stems and section.stems["vocals"].mute)
    assert 2 * resting <= recipe.bars


def test_words_that_are_not_allowed_are_refused_with_their_place():
    with pytest.raises(Refused) as refusal:
        interpret("slow and VILE", {"mood": "vile"}, song(), GuardRails(words_not_allowed=("vile",)), 1)
    assert [("words_not_allowed", "words", 9), ("words_not_allowed", "slot mood", 0)] == [
        (reason.code, reason.facts["where"], reason.facts["start"]) for reason in refusal.value.reasons
    ]


def test_words_may_be_long_but_not_endless():
    assert one("slow " * (LONGEST_WORDS // 5)).recipe.tempo_bpm < 100
    with pytest.raises(BadInput):
        one("slow " * 20_000)


def test_slots_steer_and_the_fans_words_weigh_more():
    (slotted,) = interpret("", {"style": "techno", "pace": "faster"}, song(), FREE, 1)
    (spoken,) = interpret("jazz", {"style": "techno"}, song(), FREE, 1)
    assert ("techno", "jazz") == (slotted.recipe.style, spoken.recipe.style)
    assert () == slotted.took


def test_without_words_the_prompts_words_decide():
    (take,) = interpret("", {"mood": "sad"}, song(), FREE, 1, prompt="A {mood} ambient piece without drums")
    assert "ambient" == take.recipe.style
    assert "drums" not in take.recipe.stems


def test_without_any_words_it_is_a_tasteful_style_near_the_tempo():
    take = one("")
    assert take.recipe.style in STYLES and take.recipe.style != "original"
    assert 0.8 <= take.recipe.tempo_bpm / 100 <= 1.25


def test_what_is_not_understood_is_named_where_it_stands():
    words = "slow purple techno, с любовью, 日本語, with a qwzx"
    take = one(words)
    assert ["purple", "с", "любовью", "日本語", "qwzx"] == [words[start:end] for start, end in take.ignored]
    assert any("“purple”" in sentence for sentence in take.why)


@pytest.mark.parametrize("words", ["ＬＯ－ＦＩ", "𝐥𝐨-𝐟𝐢", "Lo–Fi", "LOFI", "lo‑fi", "lófi", "lo fi!!!"])
def test_however_a_word_is_written_it_is_the_same_word(words):
    assert "style.lofi" in {found.decision.name for found in read(words).decisions}


@pytest.mark.parametrize("words", ["a horse in the house", "the light is right", "more light"])
def test_another_word_is_not_taken_for_a_slip(words):
    decisions = {found.decision.name for found in read(words).decisions}
    assert not decisions & {"mood.night", "sound.brighter"}


def test_a_description_is_taken_by_its_likeness_and_says_so():
    if meanings() is None:
        pytest.skip("the sentence model is not installed")
    take = one("like a feather in the sky")
    assert any("by its likeness" in sentence for sentence in take.why)
    assert take.took and take.took[0].decision in ("mood.dreamy", "mood.calm")


def test_without_the_sentence_model_descriptions_are_ignored(monkeypatch):
    monkeypatch.setattr("fanlink.remix.interpret.meanings.PACKAGE", "no_such_package_here")
    meanings.cache_clear()
    try:
        take = one("like floccinaucinihilipilification, slowly")
        assert take.ignored
    finally:
        meanings.cache_clear()


def test_only_the_vocals_is_only_the_vocals():
    recipe = one("a cappella").recipe
    assert ("vocals",) == tuple(recipe.stems)
    assert () == recipe.layers


def test_drums_that_are_wanted_in_one_place_only_sound_there_only():
    recipe = one("house, drums only in the choruses").recipe
    for section in recipe.sections:
        hook = section.name in ("chorus", "drop")
        assert hook or "drums" not in kinds(recipe, section)
        assert hook or "drums" not in recipe.stems or section.stems["drums"].mute


def test_a_section_that_is_not_wanted_is_gone_and_one_that_is_asked_for_is_there():
    recipe = one("rock, no intro, add a drop, skip the bridge").recipe
    names = [section.name for section in recipe.sections]
    assert "intro" not in names and "bridge" not in names
    assert "drop" in names


def test_a_track_without_sections_is_arranged_in_blocks():
    facts = song(sections=())
    recipe = one("house", facts=facts).recipe
    assert len(recipe.sections) > 3
    assert [] == check(recipe, facts, FREE)


def test_a_track_of_three_seconds_still_has_a_remix():
    facts = song(seconds=3, sections=())
    assert [] == check(one("trance", facts=facts).recipe, facts, FREE)
