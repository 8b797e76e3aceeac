"""Which styles the takes are in."""

from __future__ import annotations

import math
from random import Random

from fanlink.remix.interpret.styles import MOOD_STYLES, STYLES, TASTEFUL
from fanlink.remix.interpret.wishes import Wishes


def styles_for(wishes: Wishes, takes: int, track_bpm: float, random: Random) -> list[tuple[str, str]]:
    """For each take the style of its groove and form, and that of its harmony and colours.

    Named styles count first: of two the last is the groove ("lo-fi house" is house). Then moods, then what is near the tempo.
    Words that ask for neither, but for something, leave the song its own style in the first take.
    """
    refused = {wish.decision.value for wish in wishes.of("style", "not")}
    named = [wish.decision.action for wish in wishes.of("style") if wish.decision.action in STYLES and not wish.decision.place]
    if not any(wish.by == "fan" and wish.decision.action in STYLES for wish in wishes.of("style")):
        named = named[-1:]
    named = [style for style in dict.fromkeys(named) if style not in refused]
    if len(named) > 1:
        pairs = [(named[-1], named[0]), (named[0], named[-1]), (named[-1], named[-1])]
        return (pairs * takes)[:takes]
    if named:
        return [(named[0], named[0])] * takes
    moods = [wish.decision.action for wish in wishes.of("mood") if wish.decision.action in MOOD_STYLES]
    fitting = by_mood(moods, refused)
    near = [style for style in by_tempo(track_bpm, random) if style not in refused and style not in fitting]
    if not fitting and (len(wishes.row) > 0 or refused):
        closer = any(wish.decision.action == "closer" for wish in wishes.of("original"))
        further = any(wish.decision.action == "further" for wish in wishes.of("original"))
        fitting = ["original"] * (takes if closer else 0 if further or refused else 1)
    return [(style, style) for style in ([*fitting, *near] * takes)[:takes]]


def by_mood(moods: list[str], refused: set[str]) -> list[str]:
    """The styles that the moods have in common first."""
    scores: dict[str, float] = {}
    for mood in moods:
        for place, style in enumerate(MOOD_STYLES[mood]):
            scores[style] = scores.get(style, 0.0) + 1.0 - 0.2 * place
    return sorted((style for style in scores if style not in refused), key=lambda style: (-scores[style], list(STYLES).index(style)))


def by_tempo(track_bpm: float, random: Random) -> list[str]:
    """Tasteful styles, the nearer their tempo the earlier, with some chance among those that are alike."""

    def away(style: str) -> float:
        low, high = STYLES[style].tempo_bpm
        return min(abs(math.log2(min(max(track_bpm, low * factor), high * factor) / track_bpm)) + cost for factor, cost in ((1.0, 0.0), (0.5, 0.1), (2.0, 0.1)))

    return sorted(TASTEFUL, key=lambda style: (round(away(style), 1), random.random()))
