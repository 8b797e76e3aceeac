"""Plain sentences: what was done, and which of the words made it so."""

from __future__ import annotations

from fanlink.core.recipes import Recipe
from fanlink.remix.interpret.decisions import Decision
from fanlink.remix.interpret.styles import STYLES
from fanlink.remix.interpret.wishes import Wish

WHO = {"slot": "The slot", "prompt": "The prompt"}
DEGREES = {"": "", "bit": "a little ", "much": "a lot "}
PART_DEEDS = {
    "keep": "the {part} stay in", "untouched": "nothing is done to the {part}", "none": "no {part}", "only": "only the {part}",
    "confined": "the {part} sound only", "louder": "the {part} come {degree}up", "quieter": "the {part} go {degree}down",
}  # fmt: skip
SOUND_DEEDS = {"brighter": "brighter", "darker": "darker", "wetter": "more room", "drier": "less room", "warmer": "warmer", "colder": "colder",
               "wider": "wider", "narrower": "narrower", "dirtier": "dirtier", "cleaner": "cleaner", "punchier": "more punch"}  # fmt: skip
SECTION_DEEDS = {"add": "there is a {name}", "none": "no {name}", "longer": "the {name} is longer", "shorter": "the {name} is shorter",
                 "repeat": "the {name} comes again", "only": "only the {name}", "first": "it begins with the {name}", "last": "it ends with the {name}"}  # fmt: skip


def why(wish: Wish, words: str, recipe: Recipe, facts_tempo_bpm: float, likened: tuple[tuple[int, int], ...] = ()) -> str:
    """`“slow”: 78 bpm instead of 100.` A span that is only `likened` says so."""
    said = f"“{' '.join(words[wish.start : wish.end].split())}”" if wish.by == "fan" else WHO[wish.by]
    like = "no word I know, taken by its likeness as " if wish.by == "fan" and (wish.start, wish.end) in likened else ""
    return f"{said}: {like}{deed(wish.decision, recipe, facts_tempo_bpm)}{where(wish.decision.place)}."


def refused(wish: Wish, words: str, reason: str) -> str:
    """`“no vocals”: not done, the artist requires vocals.`"""
    said = f"“{' '.join(words[wish.start : wish.end].split())}”" if wish.by == "fan" else WHO[wish.by]
    return f"{said}: not as you asked; {reason}."


def where(place: str) -> str:
    if not place:
        return ""
    for relation, text in (("until-", " until the "), ("before-", " leading into the "), ("after-", " after the "), ("from-", " from the ")):
        if place.startswith(relation):
            return f"{text}{place[len(relation):].replace('-', ' ')}{' on' if relation == 'from-' else ''}"
    return f" in the {place.replace('-', ' ')}"


def deed(decision: Decision, recipe: Recipe, track_bpm: float) -> str:
    """What was done, in a few words."""
    degree, target = DEGREES[decision.degree], f" on the {decision.target.replace('-', ' ')}" if decision.target else ""
    family, action = decision.family, decision.action
    if family == "part":
        return PART_DEEDS[action].format(part=decision.of.replace("-", " "), degree=degree)
    if family == "section":
        return SECTION_DEEDS[action].format(name=decision.of.replace("-", " "))
    if family == "sound":
        return f"not {SOUND_DEEDS[decision.value]}" if action == "not" else f"{degree}{SOUND_DEEDS[action]}{target}"
    if family == "effect":
        return f"{ {'more': degree.strip() + ' ' if degree else '', 'less': 'less ', 'none': 'no '}[action]}{decision.of}{target}".strip()
    if family == "layer":
        name = decision.value or decision.of
        return {"add": f"{name} added", "none": f"no {name}", "pattern": f"a {name} beat"}[action]
    if family == "edit":
        return f"no {decision.of.replace('-', ' ')}" if action == "none" else f"{action.replace('-', ' ')}{target}"
    if family in ("style", "groove") and action != "not":
        return f"{STYLES[action].title}{' for the beat' if family == 'groove' else ''}"
    return whole(decision, recipe, track_bpm)


def whole(decision: Decision, recipe: Recipe, track_bpm: float) -> str:
    family, action = decision.family, decision.action
    if family == "tempo":
        feel = f", felt in {recipe.sections[0].feel}" if recipe.sections and recipe.sections[0].feel != "straight" else ""
        return f"{recipe.tempo_bpm:g} bpm{f' instead of {track_bpm:g}' if abs(recipe.tempo_bpm - track_bpm) > 0.01 else ', as it was'}{feel}"
    if family == "key":
        shift = recipe.key_shift_semitones
        return f"the key moves by {shift:+d} semitones" if shift else "the key stays"
    if family == "length":
        return f"{recipe.bars} bars long"
    if family == "feel":
        return f"a {action} feel"
    if family == "energy":
        return f"{action} energy"
    if family == "mood":
        return f"not {decision.value}" if action == "not" else f"{'an' if action[:1] in 'aeiou' else 'a'} {action} mood"
    if family == "style":
        return f"not {STYLES[decision.value].title}"
    return {"closer": "close to the original", "further": "far from the original"}.get(action, decision.name)


def unasked(recipe: Recipe, asked: bool) -> str:
    """Which style was taken though nobody named one."""
    title = STYLES[recipe.style].title
    return f"No style was named, so it is {title}, which suits {'those words' if asked else 'the song'}."
