"""The stems of a remix: which sound at all, how loud, through which effects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from fanlink.core.recipes import Effect, StemUse
from fanlink.remix.interpret import chains
from fanlink.remix.interpret.decisions import Decision
from fanlink.remix.interpret.limits import Limits
from fanlink.remix.interpret.song import part_of
from fanlink.remix.interpret.styles import MOOD_EFFECTS, Style
from fanlink.remix.interpret.wishes import Wish, Wishes

LOUDER = {"bit": 1.5, "": 3.0, "much": 5.0}
MELODIC = ("guitar", "piano", "synth", "strings", "brass", "other")
NOT_WET = ("drums", "bass")
# A stem that the artist requires stays well above what the rules call inaudible.
LOWEST_REQUIRED_DB = -9.0


@dataclass(slots=True)
class Cast:
    """The stems that play, what part each is, which of them nothing may be done to, and which the words want throughout."""

    parts: dict[str, str]
    untouched: frozenset[str]
    held: frozenset[str]
    required: frozenset[str]
    uses: dict[str, StemUse] = field(default_factory=dict)
    denied: list[tuple[Wish, str]] = field(default_factory=list)

    def of(self, part: str) -> list[str]:
        """The stems of a part; everything but drums, bass and voices when there is no such part and it is `other`."""
        found = [stem for stem, plays in self.parts.items() if plays == part]
        if part == "other":
            return [stem for stem, plays in self.parts.items() if plays in MELODIC]
        return found

    @property
    def free(self) -> list[str]:
        """The stems that may be touched."""
        return [stem for stem in self.uses if stem not in self.untouched]


def cast(wishes: Wishes, layered: Iterable[str], style: Style, limits: Limits) -> Cast:
    """Who plays. `layered` are the parts that the style's own layers take over."""
    parts = {stem: part_of(stem) for stem in limits.stems}
    hands_off = {wish.decision.of for wish in wishes.of("part", "untouched")}
    untouched = frozenset(stem for stem, part in parts.items() if limits.untouched(stem) or part in hands_off)
    named = {wish.decision.of for wish in wishes.of("part", "keep", "untouched", "louder", "only", "confined")}
    held = frozenset(stem for stem, part in parts.items() if part in named)
    found = Cast(parts, untouched, held, frozenset(parts) & set(limits.rails.stems_required))
    kept = held | found.required
    out = left_out(wishes, found, limits)
    replaced = (set(style.replaces) | swapped(wishes)) & set(layered)
    for stem, part in parts.items():
        resting = part in replaced and stem not in kept and stem not in untouched
        if stem not in out and not resting:
            found.uses[stem] = StemUse(follows_key=part != "drums")
    if not found.uses and not layered:
        found.uses.update({stem: StemUse(follows_key=parts[stem] != "drums") for stem in parts})
    return found


def swapped(wishes: Wishes) -> set[str]:
    """The parts whose stems give way to a layer that words ask for: "a trap beat", "acid bass"; two of them would blur each other."""
    basses = [wish for wish in wishes.of("layer.bass", "add") if not wish.decision.place]
    return ({"drums"} if wishes.of("groove") else set()) | ({"bass"} if basses else set())


def left_out(wishes: Wishes, found: Cast, limits: Limits) -> set[str]:
    """The stems that the words take out of the whole remix; a required one stays and the wish is denied."""
    out: set[str] = set()
    kept = {wish.decision.of for wish in wishes.of("part", "keep", "untouched")}
    only = {wish.decision.of for wish in wishes.of("part", "only") if not wish.decision.place}
    for wish in wishes.of("part", "none", "only"):
        if wish.decision.place:
            continue
        of = wish.decision.of
        names = found.of(of) if wish.decision.action == "none" else [stem for stem, part in found.parts.items() if part not in only and not (part in MELODIC and "other" in only)]
        if of == "other" and wish.decision.action == "none" and kept:
            names = [stem for stem, part in found.parts.items() if part not in kept]
        if wish.decision.action == "only" and not any(found.of(part) for part in only):
            continue
        must = [stem for stem in names if stem in limits.rails.stems_required]
        if must:
            found.denied.append((wish, f"the artist requires {' and '.join(must)}"))
        out |= {stem for stem in names if stem not in limits.rails.stems_required}
    return out


def dressed(found: Cast, wishes: Wishes, style: Style, moods: Iterable[str], limits: Limits) -> None:
    """Levels and effects of each stem through the whole remix."""
    for stem, use in found.uses.items():
        if stem in found.untouched:
            continue
        part = found.parts[stem]
        own = style.stems.get(part) or (style.stems.get("melodic", "") if part in MELODIC else style.stems.get("vocals", "") if part == "backing-vocals" else "")
        mood = "" if part in NOT_WET or part in ("vocals", "backing-vocals") else " | ".join(MOOD_EFFECTS[mood] for mood in moods if mood in MOOD_EFFECTS)
        found.uses[stem] = replace(use, effects=allowed(chains.joined(chains.chain(own), chains.chain(mood)), limits))
    for wish in wishes.of("part", "louder", "quieter"):
        level(found, wish)
    for wish in wishes:
        if wish.decision.family in ("effect", "sound") and not wish.decision.place:
            coloured(found, wish, limits)
    for stem, use in found.uses.items():
        lowest = LOWEST_REQUIRED_DB if stem in found.required else -24.0
        found.uses[stem] = replace(use, gain_db=max(lowest, min(10.0, use.gain_db)))


def level(found: Cast, wish: Wish) -> None:
    decision = wish.decision
    step = LOUDER[decision.degree] * (1 if decision.action == "louder" else -1.3)
    if decision.place:
        return
    for stem in found.of(decision.of):
        if stem in found.uses:
            found.uses[stem] = replace(found.uses[stem], gain_db=round(found.uses[stem].gain_db + step, 1))


def targets(found: Cast, decision: Decision) -> list[str]:
    """The stems that an effect or a sound is meant for."""
    if decision.target:
        return [stem for stem in found.of(decision.target) if stem in found.uses]
    effect = decision.of or decision.action
    wet = effect in chains.WET or effect == "wetter"
    return [stem for stem in found.uses if not (wet and found.parts[stem] in NOT_WET)] or list(found.uses)


def coloured(found: Cast, wish: Wish, limits: Limits) -> None:
    """One wish for an effect or a sound, on the stems it is meant for."""
    who = targets(found, wish.decision)
    bound = [stem for stem in who if stem in found.untouched]
    if wish.decision.target and bound and wanted(wish.decision):
        found.denied.append((wish, f"{' and '.join(bound)} must stay untouched"))
    banned = [each.name for each in wanted(wish.decision) if not limits.effect(each.name)]
    if banned:
        found.denied.append((wish, f"the artist does not allow {' and '.join(banned)}"))
    for stem in who:
        if stem not in found.untouched:
            use = found.uses[stem]
            found.uses[stem] = replace(use, effects=allowed(changed(use.effects, wish.decision), limits))


def wanted(decision: Decision) -> tuple[Effect, ...]:
    """The effects that a decision adds."""
    if decision.family == "effect" and decision.action == "more":
        return chains.chain(f"{decision.of} {chains.at_degree(chains.AMOUNTS, decision.of, decision.degree)}")
    if decision.family == "sound":
        name = chains.OPPOSITES[decision.value] if decision.action == "not" else decision.action
        degree = "bit" if decision.action == "not" else decision.degree
        return chains.chain(chains.at_degree(chains.SOUNDS, name, degree)) if name in chains.SOUNDS else ()
    return ()


def changed(effects: tuple[Effect, ...], decision: Decision) -> tuple[Effect, ...]:
    """A chain after a decision about an effect or a sound."""
    if decision.family == "effect" and decision.action == "none":
        return chains.without(effects, (decision.of,))
    if decision.family == "effect" and decision.action == "less":
        return tuple(each if each.name != decision.of else less(each) for each in effects)
    if decision.family == "sound" and decision.action != "not":
        effects = chains.without(effects, chains.TAKEN_OUT.get(decision.action, ()))
    return chains.joined(effects, wanted(decision))


def less(effect: Effect) -> Effect:
    """The effect at half its amount."""
    amounts = ("mix", "depth", "drive", "depth_db", "wow", "warmth", "tilt_db")
    return Effect(effect.name, {key: round(value / 2, 3) if key in amounts else value for key, value in effect.settings.items()})


def allowed(effects: Iterable[Effect], limits: Limits) -> tuple[Effect, ...]:
    return tuple(each for each in effects if limits.effect(each.name))


def master(style: Style, wishes: Wishes, limits: Limits) -> tuple[Effect, ...]:
    """The effects of the master bus: the style's, less what the words do not want."""
    effects = chains.chain(style.master)
    for wish in wishes:
        decision = wish.decision
        if decision.target or decision.place:
            continue
        if decision.family == "sound" and decision.action in ("wider", "narrower"):
            effects = chains.joined(effects, wanted(decision))
        elif decision.family == "effect" and decision.action == "none" or decision.family == "sound" and decision.action in ("cleaner", "drier"):
            effects = changed(effects, decision)
    return allowed(effects, limits)


def layer_effects(effects: tuple[Effect, ...], part: str, wishes: Wishes, limits: Limits) -> tuple[Effect, ...]:
    """A layer's effects after the wishes that are meant for its part or for all."""
    for wish in wishes:
        decision = wish.decision
        if decision.family not in ("effect", "sound") or decision.place or decision.target not in ("", part):
            continue
        if not decision.target and part in NOT_WET and (decision.of in chains.WET or decision.action == "wetter"):
            continue
        effects = changed(effects, decision)
    return allowed(effects, limits)


def layer_gain(gain_db: float, part: str, wishes: Wishes) -> float:
    """A layer's level after the wishes for its part."""
    for wish in wishes.of("part", "louder", "quieter"):
        if wish.decision.of == part and not wish.decision.place:
            gain_db += LOUDER[wish.decision.degree] * (1 if wish.decision.action == "louder" else -1.3)
    return max(-40.0, min(6.0, round(gain_db, 1)))
