"""Ways of saying that take several words, complaints and small words that stand for others: read as people mean them."""

from __future__ import annotations

import pytest

from tests.remix.words.phrases import OPEN, OPENS, Phrase, judged, phrases

SAID = {
    # complaints
    "the drums sound weak": ("sound.punchier:drums",),
    "the bass is not loud enough": ("part.bass.louder",),
    "not enough bass": ("part.bass.louder",),
    "I can barely hear the piano": ("part.piano.louder",),
    "the guitar drowns out the singing": ("part.guitar.quieter",),
    "it's too happy": ("mood.not=happy",),
    "drums to loud": ("part.drums.quieter",),
    "why is it so slow": ("tempo.faster",),
    "don't make it too dark": ("sound.darker~bit",),
    "the chorus is boring, make it bigger": ("energy.more@chorus",),
    # what stands for something else
    "kill the drums, and bring them back in the last chorus": ("part.drums.none", "part.drums.keep@last-chorus"),
    "lots of echo on her voice, and a bit of reverb on it": ("effect.echo.more:vocals~much", "effect.reverb.more:vocals~bit"),
    "more reverb? nah, less": ("effect.reverb.less",),
    "louder... I mean the vocals": ("part.vocals.louder",),
    "echo on the voice, not on the guitar": ("effect.echo.more:vocals", "effect.echo.none:guitar"),
    # exceptions and scopes
    "drums everywhere except in the intro": ("part.drums.none@intro",),
    "reverb everywhere except the bass": ("effect.reverb.more", "effect.reverb.none:bass"),
    "no drums apart from the chorus": ("part.drums.confined@chorus",),
    "all instruments out except the guitar": ("part.guitar.only",),
    "string quartet instead of the guitar": ("layer.pad.add=strings", "part.guitar.none"),
    "a dreamy intro with glass pads and no beat": ("mood.dreamy@intro", "layer.pad.add=glass@intro", "part.drums.none@intro"),
    "strip the second verse down to voice and bass": ("part.vocals.only@second-verse", "part.bass.only@second-verse"),
    # lists and amounts
    "more drums less bass": ("part.drums.louder", "part.bass.quieter"),
    "longer intro and outro": ("section.intro.longer", "section.outro.longer"),
    "strings in the first and the last chorus": ("layer.pad.add=strings@first-chorus", "layer.pad.add=strings@last-chorus"),
    "no bass in verse two": ("part.bass.none@second-verse",),
    "double the length of the outro": ("section.outro.longer",),
    "knock 5 bpm off": ("tempo.by=-5bpm",),
    "take some of the bass away": ("part.bass.quieter",),
    "drop it a whole tone": ("key.shift=-2",),
    "drums half as loud": ("part.drums.quieter",),
    "double the reverb": ("effect.reverb.more~much",),
    # words that are no wish
    "driving home at night": ("mood.night",),
    "after a long day": (),
    "I don't care, no problem, not bad": (),
    "the end of a movie": (),
    "my own voice over it": (),
}
# What each open set reached; a change may not lose any of it.
REACHED = {
    "phrases_open2": 125, "phrases_open3": 128, "phrases_open4": 163, "phrases_open5": 148, "phrases_open6": 124,
    "phrases_open7": 110, "phrases_open8": 109, "phrases_open9": 94, "phrases_open10": 83, "phrases_open11": 60,
    "phrases_open12": 46, "phrases_open13": 40, "phrases_open14": 33, "phrases_open15": 40, "phrases_open16": 32, "phrases_open17": 20,
}  # fmt: skip


@pytest.mark.parametrize("words", SAID)
def test_it_is_read_as_meant(words):
    verdict = judged(Phrase(words, SAID[words], None))
    assert ((), ()) == (verdict.missing, verdict.extra)


@pytest.mark.parametrize("path", [path for path in OPENS if path != OPEN], ids=lambda path: path.stem)
def test_an_open_set_keeps_what_it_reached(path):
    assert sum(judged(phrase).right for phrase in phrases(path)) >= REACHED[path.stem]


def test_what_a_fan_wants_to_bring_along_is_named():
    assert ("voice",) == judged(Phrase("my own voice over it", (), None)).ignored
