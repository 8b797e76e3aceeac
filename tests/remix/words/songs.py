"""Tracks, guard rails and words for the tests, fixed or by chance."""

from __future__ import annotations

from random import Random

from fanlink.core import vocabulary
from fanlink.core.guard_rails import GuardRails, Use
from fanlink.core.tracks import Music, Stem, TrackFacts, TrackSection
from fanlink.remix.interpret.lexicon import STOP_WORDS, entries

STEMS = ("vocals", "backing vocals", "drums", "bass", "guitar", "piano")
SECTIONS = (("intro", 1), ("verse 1", 5), ("chorus", 13), ("verse 2", 21), ("chorus", 29), ("bridge", 37), ("chorus", 41), ("outro", 47))
ODD_STEMS = ("lead_vox", "Kick", "SNARE", "Synth 1", "stem 7", "strings", "brass", "FX", "new drums", "ギター", "acoustic gtr", "Sub Bass")
LIMITED = ("no drums", "keep the vocals", "louder bass", "bigger last chorus", "twice as long", "90 bpm", "an octave up", "stutter before the drop",
           "reverse the vocals", "only piano in the bridge", "echo on the vocals", "fade out", "without the intro", "in F minor", "20 seconds")  # fmt: skip

CONTRARY = ("no vocals in the intro", "no vocals, no drums, no bass", "only the drums", "vocals only in the chorus", "instrumental", "much quieter vocals",
            "no beats, no melody", "techno", "dub", "a cappella intro", "just the outro", "reverb on everything", "pumping", "half time drums", "breakbeat",
            "no intro, no verse, no chorus, no outro", "only the bridge", "an octave lower", "much longer", "2 bars", "14 minutes", "sad ambient", "gritty, wide, wet")  # fmt: skip


def song(tempo_bpm: float = 100, stems: tuple[str, ...] = STEMS, seconds: float = 115.3, key: str = "A minor",
         sections: tuple[tuple[str, int], ...] = SECTIONS, beats_per_bar: int = 4) -> TrackFacts:  # fmt: skip
    """A track of 48 bars, unless something else is said."""
    music = Music(tempo_bpm, 0.0, key, beats_per_bar, tuple(TrackSection(*section) for section in sections))
    frames = int(44_100 * seconds)
    return TrackFacts("Song", "Artist", music, {name: Stem(name, f"{at:064x}", 44_100, 2, frames) for at, name in enumerate(stems)})


def any_song(random: Random) -> TrackFacts:
    """A track by chance, odd ones too."""
    names = tuple(random.sample((*STEMS, *ODD_STEMS), random.randint(1, 8)))
    sections = tuple((random.choice(("Intro", "verse", "Chorus 2", "hook", "drop", "???", "")), random.randint(1, 90)) for _ in range(random.choice((0, 0, 3, 7))))
    return song(random.choice((60, 87.5, 100, 128, 174, 230)), names, random.choice((3, 20, 115, 240, 600)), random.choice(("A minor", "F# major", "", "??")),
                sections, random.choice((4, 4, 4, 3, 7)))  # fmt: skip


def any_rails(random: Random, facts: TrackFacts) -> GuardRails:
    """Guard rails by chance."""

    def maybe(value):  # noqa: ANN001, ANN202
        return value if random.random() < 0.35 else None

    def some(names, most=3):  # noqa: ANN001, ANN202
        return tuple(random.sample(list(names), random.randint(0, min(most, len(names)))))

    tempo, length = random.uniform(50, 180), random.uniform(5, 300)
    layers = [*vocabulary.LAYER_KINDS, *(sound for row in vocabulary.SOUNDS.values() for sound in row)]
    shift = random.randint(-12, 6)
    return GuardRails(
        tempo_bpm=maybe((tempo, tempo + random.choice((0, 1, 30)))),
        key_shift_semitones=maybe((shift, shift + random.randint(0, 12))),
        length_s=maybe((length, length * random.choice((1.0, 1.02, 1.5)))),
        stems_allowed=maybe(some(facts.stems)), stems_required=maybe(some(facts.stems, 2)) or (), stems_untouched=maybe(some(facts.stems, 2)) or (),
        layers_allowed=maybe(some(layers, 4)), effects_not_allowed=maybe(some([*vocabulary.EFFECTS, *vocabulary.EDITS, "delay", "fade"], 5)) or (),
        words_not_allowed=maybe(("purple",)) or (), uses_allowed=maybe((Use.REMIX,)) or (),
    )  # fmt: skip


def any_words(random: Random) -> str:
    """Words by chance: the lexicon's, fillers, numbers, whole wishes, and nonsense."""
    row = []
    for _ in range(random.randint(0, 14)):
        row.append(random.choice((random.choice(list(entries())), random.choice(sorted(STOP_WORDS)), random.choice(LIMITED),
                                  str(random.randint(-3, 400)), random.choice((",", ".", "and", "but", "purple", "naïve", "🎵", "ﬁne", "%", "--", "C#", "é́"))))) # fmt: skip
    return " ".join(row)


def hard_case(random: Random) -> tuple[TrackFacts, GuardRails, str]:
    """Tiny or odd tracks under guard rails that leave next to nothing, and words that want the opposite."""
    names = tuple(random.sample((*STEMS, *ODD_STEMS), random.choice((1, 1, 2, 6))))
    beats, tempo = random.choice((1, 2, 3, 4, 5, 7, 11)), random.choice((40, 61.3, 100, 140, 220))
    bar_s = beats * 60 / tempo
    facts = song(tempo, names, bar_s * random.choice((0.4, 1, 2, 3.5, 48, 200)), "D minor", random.choice(((), SECTIONS)), beats)
    whole_s, own = facts.bars * bar_s, random.choice((1, 2, 5, 40)) * bar_s
    low = random.choice((-9, -3, 1, 2, 5))
    rails = GuardRails(
        tempo_bpm=random.choice((None, (tempo, tempo), (tempo * 0.9, tempo * 0.91), (tempo * 1.5, tempo * 1.6))),
        key_shift_semitones=random.choice((None, (0, 0), (low, low), (low, low + 2))),
        length_s=random.choice((None, (own, own), (own, own * 1.01), (whole_s, whole_s))),
        stems_allowed=random.choice((None, names[:1], ())), stems_required=random.choice(((), names[:1], names)), stems_untouched=random.choice(((), names[-1:], names)),
        layers_allowed=random.choice((None, (), ("texture",), ("own",), ("vinyl", "choir"), ("Drums",))),
        effects_not_allowed=random.choice(((), (*vocabulary.EFFECTS, *vocabulary.EDITS), ("filter", "ducking", "Fade"))), words_not_allowed=random.choice(((), ("drums",))),
    )  # fmt: skip
    return facts, rails, " ".join(random.sample((*LIMITED, *CONTRARY), random.randint(0, 5)))
