"""Sounds the engine makes itself, in the song's key, harmony and groove.

Everything depends on its arguments alone. Notes begin inside the span that was asked for and ring past its end, so the
sound of two bars that follow each other is the sum of both, each laid at the frame of its first beat (`Song.frame`).
At gain 0 dB a layer is at about -20 LUFS.
"""

from __future__ import annotations

import numpy as np

from fanlink.core.errors import BadInput
from fanlink.core.recipes import Layer
from fanlink.core.vocabulary import FEELS, PATTERNS, SOUNDS
from fanlink.remix.layers import arps, bass, drums, pads, textures
from fanlink.remix.layers.levels import TRIM_DB
from fanlink.remix.layers.song import Samples, Song
from fanlink.remix.layers.transitions import transition

__all__ = ["Samples", "Song", "kick_beats", "render", "transition"]


def render(layer: Layer, song: Song, start_beat: float, beats: float, feel: str = "straight", *, fill: bool = False, crash: bool = False) -> Samples:
    """The layer's notes that begin in [start_beat, start_beat + beats), as (frames, 2), with their tail.

    The first frame is `song.frame(start_beat)` of the remix. The layer's sound and pattern decide; its gain, pan and
    effects are for the mixer. For drums, `fill` ends the span with a fill and `crash` begins it with a cymbal.
    Raises `BadInput` for a kind, sound, pattern or feel that is not in the vocabulary.
    """
    sound, pattern = _known(layer, feel)
    if beats <= 0.0:
        return np.zeros((0, 2), dtype=np.float32)
    match layer.kind:
        case "drums":
            played = drums.hits(pattern, song, start_beat, beats, feel, fill, crash)
            later = drums.hits(pattern, song, start_beat + beats, song.beats_per_bar, feel)
            made = drums.render(sound, song, played, later, start_beat, beats)
        case "bass":
            made = bass.render(sound, song, bass.tones(pattern, song, start_beat, beats, feel), start_beat, beats)
        case "pad":
            made = pads.render(sound, pattern, song, pads.tones(sound, pattern, song, start_beat, beats, feel), start_beat, beats)
        case "arp":
            made = arps.render(sound, song, arps.tones(sound, pattern, song, start_beat, beats, feel), start_beat, beats)
        case _:
            made = textures.render(sound, song, start_beat, beats)
    return made * np.float32(10.0 ** (TRIM_DB[layer.kind].get(sound, 0.0) / 20.0))


def kick_beats(layer: Layer, song: Song, start_beat: float, beats: float, feel: str = "straight", *, fill: bool = False) -> tuple[float, ...]:
    """The beats of the remix on which the layer's kick drum sounds in the span, swing included; none for other kinds."""
    _, pattern = _known(layer, feel)
    if layer.kind != "drums" or beats <= 0.0:
        return ()
    return tuple(sorted({hit.beat for hit in drums.hits(pattern, song, start_beat, beats, feel, fill) if hit.voice == "kick" and hit.strength > 0.4}))


def _known(layer: Layer, feel: str) -> tuple[str, str]:
    """The layer's sound and pattern; the first of its kind where the recipe names none."""
    if layer.kind not in SOUNDS:
        raise BadInput(f"The engine makes no layer of kind “{layer.kind}”.", where=layer.id)
    if feel not in FEELS:
        raise BadInput(f"There is no feel called “{feel}”.", where=layer.id)
    sound, pattern = layer.sound or SOUNDS[layer.kind][0], layer.pattern or PATTERNS[layer.kind][0]
    for name, known, what in ((sound, SOUNDS, "sound"), (pattern, PATTERNS, "pattern")):
        if name not in known[layer.kind]:
            raise BadInput(f"“{name}” is no {what} of kind “{layer.kind}”.", where=layer.id)
    return sound, pattern
