"""Tempo, feel, key and length: what the words ask for, the style suggests and the guard rails leave."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fanlink.remix.interpret.limits import STRETCH, Limits
from fanlink.remix.interpret.styles import Style
from fanlink.remix.interpret.wishes import Wish, Wishes

SLOWER = {"bit": 0.94, "": 0.87, "much": 0.75}
FASTER = {"bit": 1.06, "": 1.13, "much": 1.28}
LONGER = {"bit": 1.2, "": 1.5, "much": 2.0}
SHORTER = {"bit": 0.85, "": 0.65, "much": 0.45}
PITCH = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
# How much shorter or longer than the song a remix is when nobody asked.
NEAR = (0.75, 1.3)


@dataclass(slots=True)
class Pace:
    """The tempo and its feel; `given_way` holds the wishes that the limits bent, each with a sentence."""

    tempo_bpm: float
    feel: str
    given_way: list[tuple[Wish, str]]


def pace(wishes: Wishes, style: Style, limits: Limits) -> Pace:
    """The tempo of the remix. A tempo beyond what can be played well is taken at half or double, and felt as asked."""
    track = limits.facts.music.tempo_bpm
    given_way: list[tuple[Wish, str]] = []
    tempo, feel, asked = styled(style, track, limits)
    for wish in wishes.of("tempo"):
        tempo, feel, asked = asked_tempo(wish, tempo, feel, track, style), feel if wish.decision.action != "bpm" else "straight", wish
    low, high = STRETCH[0] * track, STRETCH[1] * track
    if asked and not low <= tempo <= high:
        for name, factor in (("double-time", 0.5), ("half-time", 2.0)):
            if low <= tempo * factor <= high:
                tempo, feel = tempo * factor, name
                break
    exact = kept_exact(asked, track, tempo)
    bottom, top = limits.tempo_range()
    kept = min(max(tempo, bottom), top)
    kept = limits.tempo_for_length(rounded(kept, bottom, top, exact))
    if asked and abs(kept - tempo) > 0.01 * tempo:
        given_way.append((asked, f"the tempo stays within {bottom:g} to {top:g} bpm, so it is {kept:g} bpm"))
    for wish in wishes.of("feel", "half-time", "double-time", "straight"):
        if not wish.decision.place:
            feel = wish.decision.action
    return Pace(kept, feel, given_way)


def styled(style: Style, track: float, limits: Limits) -> tuple[float, str, Wish | None]:
    """The tempo in the style's region that is nearest to the track's own, as it is or felt at half or double."""
    low, high = style.tempo_bpm
    bottom, top = limits.tempo_range()
    best = (math.inf, track, "straight")
    for feel, factor in (("straight", 1.0), ("double-time", 0.5), ("half-time", 2.0)):
        near = min(max(track, low * factor), high * factor)
        allowed = min(max(near, bottom), top)
        away = abs(math.log2(allowed / track)) + 3 * abs(math.log2(allowed / near)) + (0.12 if feel != "straight" else 0)
        best = min(best, (away, near, feel))
    return best[1], best[2], None


def asked_tempo(wish: Wish, tempo: float, feel: str, track: float, style: Style) -> float:
    """The tempo that one wish makes of the one before."""
    decision = wish.decision
    if decision.action == "bpm":
        return max(1.0, float(decision.value))
    if decision.action == "by":
        amount = float(decision.value.rstrip("%bpm"))
        return max(1.0, track * (1 + amount / 100) if decision.value.endswith("%") else track + amount)
    if decision.action == "slower":
        return min(track, max(tempo, track * 0.7)) * SLOWER[decision.degree] if tempo >= track * 0.93 else tempo * SLOWER["bit" if not decision.degree else decision.degree]
    if decision.action == "faster":
        return max(track, min(tempo, track * 1.4)) * FASTER[decision.degree] if tempo <= track * 1.07 else tempo * FASTER["bit" if not decision.degree else decision.degree]
    return track


def kept_exact(asked: Wish | None, track: float, tempo: float) -> bool:
    """Whether the tempo is a number that somebody said, or the track's own."""
    return tempo == track or asked is not None and asked.decision.action in ("bpm", "by", "keep")


def rounded(tempo: float, low: float, high: float, exact: bool) -> float:
    """A whole number of beats per minute where that is inside and the words do not say otherwise, else a hundredth."""
    for near in (float(round(tempo)), round(tempo, 2)):
        if low <= near <= high and (not exact or abs(near - tempo) < 0.006):
            return near
    return tempo


def key_shift(wishes: Wishes, limits: Limits, held: tuple[str, ...]) -> tuple[int, list[tuple[Wish, str]]]:
    """The key shift in semitones. `held` are the tuned stems that must stay untouched: with them the key stays."""
    low, high = limits.key_range()
    given_way: list[tuple[Wish, str]] = []
    shift, asked = 0, None
    for wish in wishes.of("key"):
        shift, asked = asked_shift(wish, limits.facts.music.key), wish
    kept = min(max(shift, low), high)
    if held and kept:
        kept = 0 if low <= 0 <= high else kept
        if asked:
            given_way.append((asked, f"the key stays, because {' and '.join(held)} must stay untouched"))
    elif asked and kept != shift:
        given_way.append((asked, f"the key may move by {low:+d} to {high:+d} semitones, so it moves by {kept:+d}"))
    return kept, given_way


def asked_shift(wish: Wish, key: str) -> int:
    decision = wish.decision
    if decision.action == "shift":
        return round(float(decision.value))
    if decision.action == "to":
        return shift_to(decision.value, key)
    steps = {"bit": 1, "": 2, "much": 4}[decision.degree]
    return {"up": steps, "down": -steps}.get(decision.action, 0)


def shift_to(wanted: str, key: str) -> int:
    """The nearest shift to a named key. Another mode is reached through its relative: C major is A minor's."""
    target, source = tonic(wanted), tonic(key)
    if target is None or source is None:
        return 0
    pitch, minor = target
    if minor is not None and source[1] is not None and minor != source[1]:
        pitch += 3 if minor else -3
    return (pitch - source[0] + 5) % 12 - 5


def tonic(key: str) -> tuple[int, bool | None] | None:
    """The pitch class of a key's tonic, and whether it is minor (None: it does not say)."""
    name, _, mode = key.strip().partition(" ")
    if not name or name[0].upper() not in PITCH:
        return None
    mode = mode or ("minor" if name.endswith("m") else "")
    pitch = PITCH[name[0].upper()] + {"#": 1, "♯": 1, "b": -1, "♭": -1}.get(name[1:2], 0)
    return pitch % 12, {"m": True, "min": True, "maj": False}.get(mode[:3].lower()) if mode else None


def length_bars(wishes: Wishes, style_bars: int, tempo_bpm: float, limits: Limits) -> tuple[int, list[tuple[Wish, str]]]:
    """How many bars the remix has: what was asked or the form gives, inside the length range."""
    facts = limits.facts
    bar_s = facts.music.beats_per_bar * 60.0 / tempo_bpm
    low, high = limits.bars_range(tempo_bpm)
    bars, asked = style_bars, None
    for wish in wishes.of("length"):
        bars, asked = asked_bars(wish, bars, bar_s, facts.length_ms / 1000, facts.bars), wish
    kept = max(1, min(max(bars, low), high))
    if asked and kept != bars:
        return kept, [(asked, f"the remix may be {low * bar_s:.0f} to {high * bar_s:.0f} seconds long, so it is {kept * bar_s:.0f}")]
    return kept, []


def near_the_song(bars: int, tempo_bpm: float, tempo_asked: bool, limits: Limits) -> int:
    """The form's bars, in whole phrases shorter or longer where the remix would not be about as long as the song.

    A tempo that somebody asked for makes the song itself longer or shorter, and that is then the measure.
    """
    facts = limits.facts
    bar_s = facts.music.beats_per_bar * 60.0 / tempo_bpm
    song_bars = facts.bars if tempo_asked else facts.length_ms / 1000 / bar_s
    low, high = (math.ceil(NEAR[0] * song_bars / 4) * 4, math.floor(NEAR[1] * song_bars / 4) * 4)
    return min(max(bars, low), high) if low <= high else bars


def asked_bars(wish: Wish, bars: int, bar_s: float, track_s: float, track_bars: int) -> int:
    decision = wish.decision
    if decision.action == "s":
        return max(1, round(float(decision.value) / bar_s))
    if decision.action == "bars":
        return max(1, round(float(decision.value)))
    if decision.action == "times":
        return max(1, round(float(decision.value) * track_s / bar_s))
    if decision.action == "keep":
        return max(1, round(track_s / bar_s))
    factor = (LONGER if decision.action == "longer" else SHORTER)[decision.degree]
    return max(1, round(factor * track_bars / 4) * 4)
