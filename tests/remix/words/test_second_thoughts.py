"""What a fan takes back, complains about or excepts means its opposite, and is read so."""

import pytest

from tests.remix.words.phrases import Phrase, judged

SAID = {
    "fast, no wait, slow": ("tempo.slower",),
    "a house beat, or rather a trap beat": ("groove.trap",),
    "up two semitones, er, down two semitones": ("key.shift=-2",),
    "no vocals. hmm ok, leave the vocals in after all": ("part.vocals.keep",),
    "techno, actually make it disco": ("style.disco",),
    "more bass, actually add strings too": ("part.bass.louder", "layer.pad.add=strings"),
    "the drums are too loud": ("part.drums.quieter",),
    "the vocals are way too quiet": ("part.vocals.louder",),
    "it is too slow": ("tempo.faster",),
    "too dark": ("sound.brighter",),
    "the opposite of fast": ("tempo.slower",),
    "everything except the drums": ("part.drums.none",),
    "take everything away except the voice": ("part.vocals.only",),
    "just give it more bass": ("part.bass.louder",),
    "push the guitar back in the mix": ("part.guitar.quieter",),
    "slow it to 30 bpm": ("tempo.bpm=30",),
    "slow it down by 5 bpm": ("tempo.by=-5bpm",),
    "barely any vocals": ("part.vocals.quieter",),
    "end on just the piano": ("part.piano.only@outro",),
    "the bridge without drums": ("part.drums.none@bridge",),
    "rain only in the intro and the outro": ("layer.texture.add=rain@intro", "layer.texture.add=rain@outro"),
}


@pytest.mark.parametrize("words", SAID)
def test_it_is_read_as_meant(words):
    verdict = judged(Phrase(words, SAID[words], None))
    assert ((), ()) == (verdict.missing, verdict.extra)
