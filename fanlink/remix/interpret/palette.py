"""The palette: which layers the engine adds, with which sound and pattern."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from fanlink.core import vocabulary
from fanlink.core.recipes import Layer
from fanlink.remix.interpret.chains import chain, joined
from fanlink.remix.interpret.limits import Limits
from fanlink.remix.interpret.styles import STYLES, Style, Voice
from fanlink.remix.interpret.wishes import Wish, Wishes

# The engine's sounds are alike in loudness; these set a layer beside stems whose sum is a finished mix: chords and arpeggios
# some 12 LU below a lead voice, a texture some 20. A pattern of few or short notes is measured quieter: it gets part of that back.
GAINS_DB = {"drums": -2.5, "bass": -3.5, "pad": -8.5, "arp": -9.0, "texture": -20.0}
SPARSE_DB: dict[str, dict[str, float]] = {
    "drums": {"swing": 3.0, "one-drop": 2.5, "ballad": 2.5, "brushes": 2.5, "lofi": 1.5, "half-time": 1.5, "boom-bap": 1.0, "afrobeat": 1.0},
    "bass": {"root": 1.5, "root-fifth": 1.5, "octave": -1.5, "pedal": -1.5, "rolling": -1.5, "dembow": -1.0, "syncopated": -1.0},
    "pad": {"swell": 2.0, "chop": 2.0, "stabs": 3.0, "skank": 4.0, "offbeat": 2.0, "charleston": 2.0, "pulse": 1.0},
    "arp": {"sparse": 2.5, "broken": 1.5, "ostinato": 1.5, "euclid": 1.0, "octaves": 1.0},
}
# Chords that die away by themselves are as loud in a short pattern, and quieter when held.
STRUCK = ("piano", "rhodes")
BESIDE_STEM_DB = -3.0
PLAIN: dict[str, Voice] = {
    "drums": ("acoustic", "rock"), "bass": ("round", "root"), "pad": ("warm", "sustain"), "arp": ("pluck", "up"), "texture": ("vinyl", "constant"),
}  # fmt: skip
PATTERN_OF_KIT = {"808": "trap", "909": "four-on-the-floor", "lofi": "lofi", "brushes": "brushes", "breaks": "breakbeat", "latin": "bossa", "industrial": "motorik"}
PATTERN_OF_BASS = {"acid": "rolling", "808": "trap", "upright": "walking", "reese": "pedal", "saw": "octave", "sub": "root"}
PART_OF_LAYER = {"drums": "drums", "bass": "bass", "strings": "strings", "guitar": "guitar", "piano": "piano", "rhodes": "piano", "choir": "backing-vocals"}


@dataclass(frozen=True, slots=True)
class Added:
    """A layer and what it is for: `asked` when words named it, so that it sounds wherever nothing speaks against it."""

    layer: Layer
    part: str
    asked: bool = False
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Palette:
    """The layers of a remix, and the wishes for layers that could not be granted."""

    added: tuple[Added, ...]
    denied: tuple[tuple[Wish, str], ...] = ()

    @property
    def layers(self) -> tuple[Layer, ...]:
        return tuple(one.layer for one in self.added)


def part_of_layer(kind: str, sound: str) -> str:
    """Which part people would say that a layer is."""
    return PART_OF_LAYER.get(kind) or PART_OF_LAYER.get(sound) or ("synth" if kind in ("pad", "arp") else kind)


def palette(wishes: Wishes, groove: Style, harmony: Style, choice: Mapping[str, int], limits: Limits) -> Palette:
    """The style's own layers, changed and added to by the words, as far as the guard rails let them."""
    voices = style_voices(groove, harmony, choice)
    if any(wish.decision.action in STYLES for wish in wishes.of("groove")):
        borrowed = STYLES[wishes.of("groove")[-1].decision.action]
        voices["drums"] = borrowed.drums[:1] or voices.get("drums", ())
    asked: dict[tuple[str, str], list[Wish]] = {}
    for wish in wishes.of("layer", "add"):
        asked.setdefault((wish.decision.of, wish.decision.value), []).append(wish)
    denied: list[tuple[Wish, str]] = []
    added = list(style_layers(voices, asked, limits))
    for (kind, sound), who in asked.items():
        made = wanted_layer(kind, sound, voices, limits)
        if made is None:
            denied += [(wish, f"the artist does not allow {name_of(kind, sound)}") for wish in who]
            continue
        if sound and made.sound != sound:
            denied += [(wish, f"the artist allows {made.sound} here, and not {sound}") for wish in who]
        places = tuple(wish.decision.place for wish in who)
        added = [one for one in added if (one.layer.kind, one.layer.sound) != (made.kind, made.sound) and (kind == "texture" or one.layer.kind != kind or one.asked)]
        added.append(Added(made, part_of_layer(made.kind, made.sound), True, () if "" in places else places))
    added, more = patterned(added, wishes, limits)
    denied += more
    return Palette(tuple(named(dropped(added, wishes), limits)), tuple(denied))


def gain_of(kind: str, sound: str, pattern: str) -> float:
    """The level at which a layer sits well in the mix, before anybody asked for more or less of it."""
    if sound in STRUCK:
        return GAINS_DB[kind] + (1.5 if pattern == "sustain" else 0.0)
    return GAINS_DB[kind] + SPARSE_DB.get(kind, {}).get(pattern, 0.0)


def style_voices(groove: Style, harmony: Style, choice: Mapping[str, int]) -> dict[str, tuple[Voice, ...]]:
    """One voice of each kind; with `choice` the second or third that the style lists."""
    lists = {"drums": groove.drums, "bass": groove.bass, "pad": harmony.pads, "arp": harmony.arps}
    found = {kind: (row[choice.get(kind, 0) % len(row)],) for kind, row in lists.items() if row}
    if harmony.texture or groove.texture:
        found["texture"] = ((harmony.texture or groove.texture, "constant"),)
    return {kind: row for kind, row in found.items() if row[0]}


def style_layers(voices: Mapping[str, tuple[Voice, ...]], asked: Iterable[tuple[str, str]], limits: Limits) -> Iterable[Added]:
    for kind, row in voices.items():
        sound = limits.sounds(kind, row[0][0])
        if sound is not None:
            yield Added(Layer(kind, kind, sound, row[0][1], gain_of(kind, sound, row[0][1])), part_of_layer(kind, sound))


def wanted_layer(kind: str, sound: str, voices: Mapping[str, tuple[Voice, ...]], limits: Limits) -> Layer | None:
    """The layer that words ask for, or None when no sound of its kind is allowed."""
    own_sound, own_pattern = voices.get(kind, (PLAIN[kind],))[0]
    if sound and sound not in vocabulary.SOUNDS[kind]:
        sound = own_sound
    wanted = sound or own_sound
    kept = limits.sounds(kind, wanted)
    if kept is None:
        return None
    patterns = {"drums": PATTERN_OF_KIT, "bass": PATTERN_OF_BASS}.get(kind, {})
    pattern = own_pattern if kind in voices else patterns.get(kept, PLAIN[kind][1])
    return Layer(kind, kind, kept, pattern, gain_of(kind, kept, pattern) + (2 if sound else 0))


def patterned(added: list[Added], wishes: Wishes, limits: Limits) -> tuple[list[Added], list[tuple[Wish, str]]]:
    """The layers with the drum pattern that the words name, and the wishes for one that no drums may play."""
    denied: list[tuple[Wish, str]] = []
    for wish in wishes.of("layer.drums", "pattern"):
        if not any(one.layer.kind == "drums" for one in added):
            kit = limits.sounds("drums", "909")
            if kit is None:
                denied.append((wish, "the artist does not allow added drums"))
                continue
            added = [*added, Added(Layer("drums", "drums", kit, "", GAINS_DB["drums"]), "drums", True)]
        pattern = wish.decision.value
        added = [replace(one, asked=True, layer=replace(one.layer, pattern=pattern)) if one.layer.kind == "drums" else one for one in added]
    denied += [(wish, "the artist does not allow added drums") for wish in wishes.of("groove") if limits.sounds("drums", "909") is None]
    return added, denied


def dropped(added: list[Added], wishes: Wishes) -> list[Added]:
    """Without the layers that the words do not want anywhere."""
    for wish in wishes.of("layer", "none"):
        decision = wish.decision
        if not decision.place:
            added = [one for one in added if one.layer.kind != decision.of or decision.value not in ("", one.layer.sound)]
    gone = {wish.decision.of for wish in wishes.of("part", "none") if not wish.decision.place}
    asked = {wish.decision.of for wish in wishes.of("part", "louder", "keep", "confined")} | ({"drums"} if wishes.of("groove") else set())
    if "other" in gone:
        added = [one for one in added if one.part in ("drums", "bass") or one.asked]
    return [one for one in added if one.part not in gone or one.part in asked or one.asked]


def named(added: Iterable[Added], limits: Limits) -> Iterable[Added]:
    """Each layer under an id of its own that is not a stem's name."""
    taken = set(limits.facts.stems)
    for one in added:
        plain = f"new {one.layer.kind}" if one.layer.kind != "texture" else f"new {one.layer.sound}"
        name, number = plain, 2
        while name in taken:
            name, number = f"{plain} {number}", number + 1
        taken.add(name)
        yield replace(one, layer=replace(one.layer, id=name))


def pumped(one: Added, depth_db: float, limits: Limits) -> Added:
    """The layer ducking under the kick, where that is allowed."""
    if depth_db and one.layer.kind in ("bass", "pad", "arp") and limits.effect("sidechain"):
        effects = joined(one.layer.effects, chain(f"sidechain depth_db={depth_db} release_beats=.5"))
        return replace(one, layer=replace(one.layer, effects=effects))
    return one


def name_of(kind: str, sound: str) -> str:
    return sound or {"pad": "added chords", "arp": "added arpeggios", "drums": "added drums", "bass": "an added bass"}.get(kind, f"an added {kind}")
