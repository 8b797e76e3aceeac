"""Wishes, style, song and guard rails to a recipe that never breaks a rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

from fanlink.core.errors import Refused
from fanlink.core.recipes import Layer, Master, Recipe
from fanlink.remix.interpret import arranging, palette, stems
from fanlink.remix.interpret.forms import Slot, fitted, laid_out, total, varied
from fanlink.remix.interpret.limits import Limits
from fanlink.remix.interpret.pace import key_shift, length_bars, near_the_song, pace
from fanlink.remix.interpret.places import found, inserted, with_named
from fanlink.remix.interpret.song import Source, sources
from fanlink.remix.interpret.styles import MOOD_ENERGY, STYLES, Style
from fanlink.remix.interpret.wishes import Wish, Wishes


@dataclass(frozen=True, slots=True)
class Composed:
    """A recipe, the style of each of its sides, and the wishes that could not be granted with the sentence that says why."""

    recipe: Recipe
    groove: str
    harmony: str
    denied: tuple[tuple[Wish, str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a recipe is made for, and what it carries on."""

    words: str
    slots: Mapping[str, str]
    seed: int
    engine: str


def compose(wishes: Wishes, styles: tuple[str, str], limits: Limits, asked: Asked, take: int) -> Composed:
    """One take. `styles` are the names of its groove and form, and of its harmony and colours."""
    groove, harmony = STYLES[styles[0]], STYLES[styles[1]]
    random = Random(f"{asked.seed}/{take}/{asked.words}")
    moods = [wish.decision.action for wish in wishes.of("mood") if wish.decision.action != "not" and not wish.decision.place]
    chosen = pace(wishes, groove, limits)
    denied = list(chosen.given_way)
    colours = palette.palette(wishes, groove, harmony, choice(take, random), limits)
    denied += colours.denied
    cast = stems.cast(wishes, {one.part for one in colours.added}, groove, limits)
    if not cast.uses and not colours.added:
        raise Refused("nothing_may_sound")
    stems.dressed(cast, wishes, blended(groove, harmony), moods, limits)
    denied += cast.denied
    held = tuple(stem for stem in cast.uses if limits.untouched(stem) and cast.parts[stem] != "drums")
    shift, more = key_shift(wishes, limits, held)
    slots, bent = form(wishes, groove, moods, limits, chosen.tempo_bpm, take, random)
    denied += [*more, *bent]
    added = voiced(without_second_bass(colours.added, cast), wishes, cast, groove, limits)
    stage = arranging.Stage(slots, cast, added, wishes, limits, chosen.feel, limits.facts.music.beats_per_bar)
    rows = arranging.sections(stage)
    rows, silent = arranging.without_silent(rows, cast)
    used = {name for row in rows for name in row.layers}
    uses = {stem: replace(use, follows_key=use.follows_key and stem not in held) for stem, use in cast.uses.items() if stem not in silent}
    recipe = Recipe(
        engine=asked.engine, seed=asked.seed, track=limits.facts.digest, words=asked.words, slots=dict(asked.slots), style=styles[0],
        tempo_bpm=chosen.tempo_bpm, key_shift_semitones=shift, swing=swing(wishes, groove), stems=uses,
        layers=tuple(one.layer for one in added if one.layer.id in used), sections=rows,
        master=Master(stems.master(blended(groove, harmony), wishes, limits)),
    )  # fmt: skip
    return Composed(recipe, *styles, (*denied, *denied_places(stage, limits)))


def blended(groove: Style, harmony: Style) -> Style:
    """The groove's style in the colours of the harmony's."""
    return groove if groove is harmony else replace(groove, stems={**groove.stems, **harmony.stems}, master=harmony.master or groove.master)


def choice(take: int, random: Random) -> dict[str, int]:
    """Which of a style's voices play: its own in the first take, mostly; others in the next."""
    if take:
        return {"drums": take, "bass": take, "pad": take, "arp": take}
    return {"drums": 0, "bass": 0, "pad": 0, "arp": random.choice((0, 0, 1))}


def swing(wishes: Wishes, style: Style) -> float:
    for wish in wishes.of("feel", "swing", "straight"):
        return max(0.6, style.swing) if wish.decision.action == "swing" else 0.0
    return style.swing


def without_second_bass(added: tuple[palette.Added, ...], cast: stems.Cast) -> tuple[palette.Added, ...]:
    """Two bass lines blur each other: beside a bass stem the style's own bass rests unless somebody asked for it."""
    played = any(cast.parts[stem] == "bass" for stem in cast.uses)
    return tuple(one for one in added if one.asked or one.layer.kind != "bass" or not played)


def voiced(added: tuple[palette.Added, ...], wishes: Wishes, cast: stems.Cast, style: Style, limits: Limits) -> tuple[palette.Added, ...]:
    """The layers with their levels and effects."""
    result = []
    for one in added:
        beside = palette.BESIDE_STEM_DB if one.part in ("drums", "bass") and any(cast.parts[stem] == one.part for stem in cast.uses) else 0.0
        beat = style.beat_db if one.layer.kind in ("drums", "bass") else 0.0
        layer: Layer = replace(one.layer, gain_db=stems.layer_gain(one.layer.gain_db + beside + beat, one.part, wishes))
        pumped = palette.pumped(replace(one, layer=layer), style.pump_db, limits)
        effects = stems.layer_effects(pumped.layer.effects, one.part, wishes, limits)
        result.append(replace(pumped, layer=replace(pumped.layer, effects=effects)))
    return tuple(result)


def form(
    wishes: Wishes, style: Style, moods: list[str], limits: Limits, tempo_bpm: float, take: int, random: Random
) -> tuple[list[Slot], list[tuple[Wish, str]]]:  # fmt: skip
    """The parts of the remix, as many bars as were asked for and may be."""
    song = sources(limits.facts)
    slots = varied(laid_out(style.form, song), take, random)
    slots = with_named(slots, [wish.decision.place for wish in wishes if wish.decision.place], song)
    for wish in wishes.of("section"):
        slots = sectioned(slots, wish, song) or slots
    step = sum(MOOD_ENERGY.get(mood, 0) for mood in moods)
    slots = [replace(slot, energy=max(0, min(4, slot.energy + (step > 0) - (step < 0)))) for slot in slots]
    for wish in wishes.of("energy"):
        slots = energised(slots, wish)
    shaped = wishes.of("section", "none", "only", "longer", "shorter", "repeat")
    natural = total(slots) if shaped else near_the_song(total(slots), tempo_bpm, bool(wishes.of("tempo")), limits)
    bars, bent = length_bars(wishes, natural, tempo_bpm, limits)
    return rising(fitted(slots, bars)), bent


def rising(slots: list[Slot]) -> list[Slot]:
    """The last hook is the biggest: full parts before it hold a little back."""
    full = [at for at, slot in enumerate(slots) if slot.energy >= 4]
    last = next((at for at in reversed(range(len(slots))) if full and at < full[-1] and slots[at].energy < 4), -1)
    return [replace(slot, energy=3) if at in full and at < last and not slot.fixed else slot for at, slot in enumerate(slots)]


def sectioned(slots: list[Slot], wish: Wish, song: tuple[Source, ...]) -> list[Slot]:
    """The form after a wish about one of its sections."""
    name, action = wish.decision.of, wish.decision.action
    at = found(slots, name)
    if action == "add":
        return slots if any(slot.name == name for slot in slots) else inserted(slots, name, song)
    if not at or action == "none" and name in ("intro", "outro") and not any(slot.name == name for slot in slots):
        return slots
    if action == "none":
        return [slot for place, slot in enumerate(slots) if place not in at]
    if action == "only":
        return [slots[place] for place in at]
    if action in ("longer", "shorter"):
        factor = 2 if action == "longer" else 0.5
        return [replace(slot, bars=max(1, int(slot.bars * factor)), fixed=True) if place in at else slot for place, slot in enumerate(slots)]
    if action == "repeat":
        return [each for place, slot in enumerate(slots) for each in ([slot, replace(slot, fixed=True)] if place in at else [slot])]
    if action == "first":
        return [replace(slots[at[0]], fixed=True), *[slot for place, slot in enumerate(slots) if slot.name != "intro" and (place != at[0] or len(at) == 1 and name == "chorus")]]
    rest = [slot for slot in slots if slot.name != "outro"]
    return [*rest, replace(slots[at[-1]], fixed=True)] if rest and rest[-1] != slots[at[-1]] else rest


def energised(slots: list[Slot], wish: Wish) -> list[Slot]:
    """Bigger or smaller: more plays, and what leads into it rises."""
    step = {"bit": 1, "": 2, "much": 3}[wish.decision.degree] * (1 if wish.decision.action == "more" else -1)
    place = wish.decision.place
    at = found(slots, place) if place else range(len(slots))
    result = list(slots)
    for one in at:
        slot = slots[one]
        whole = 1 if step > 0 else -1
        energy = max(0, min(4, slot.energy + (step if place else whole)))
        marks = slot.marks - {"nobeat", "voice", "dull", "beat"} | {"impact"} if place and step > 0 else slot.marks
        bars = -(-max(slot.bars, 8) // 4) * 4 if place and step > 0 and slot.source.bars >= 4 else slot.bars
        result[one] = replace(slot, energy=energy, marks=frozenset(marks), bars=bars, fixed=slot.fixed or bool(place) and step > 0)
        if place and step > 0 and one and one - 1 not in at:
            result[one - 1] = replace(result[one - 1], marks=result[one - 1].marks | {"rise"})
    if place and step > 0:
        result = [replace(slot, energy=min(slot.energy, 3)) if one not in at else slot for one, slot in enumerate(result)]
    return result


def denied_places(stage: arranging.Stage, limits: Limits) -> list[tuple[Wish, str]]:
    """Wishes for a place that an untouched or required stem, or the lack of such a place, leaves undone."""
    denied = []
    for wish in stage.wishes:
        decision = wish.decision
        if decision.place and not found(stage.slots, decision.place):
            denied.append((wish, "this remix has no such place"))
        if decision.family == "part" and decision.action not in ("none", "quieter") and not arranging.present(stage, decision.of):
            denied.append((wish, f"there is no stem of {decision.of.replace('-', ' ')} that may be used"))
        bound = [stem for stem in stage.cast.of(decision.of or decision.target) if stem in stage.cast.untouched and stem in stage.cast.uses]
        if bound and decision.family == "part" and (decision.place and decision.action in ("none", "louder", "quieter") or decision.action == "confined"):
            denied.append((wish, f"{' and '.join(bound)} must keep one level, untouched"))
        silenced = [stem for stem in stage.restored if (stage.cast.parts[stem] == decision.of) == (decision.action != "only")]
        if silenced and decision.family == "part" and decision.action in ("none", "only", "confined"):
            denied.append((wish, f"the artist requires {' and '.join(silenced)}"))
        aimed = [stem for stem in stage.cast.of(decision.target) if stem in stage.cast.untouched] if decision.target else []
        if aimed and (decision.family == "edit" or decision.family in ("effect", "sound") and decision.place):
            denied.append((wish, f"{' and '.join(aimed)} must stay untouched"))
        if decision.family == "edit" and decision.action not in ("none",) and not limits.effect(decision.action.replace("-", "_")):
            denied.append((wish, f"the artist does not allow {decision.action}"))
        if decision.family in ("effect",) and decision.place and decision.action == "more" and not limits.effect(decision.of):
            denied.append((wish, f"the artist does not allow {decision.of}"))
    return denied
