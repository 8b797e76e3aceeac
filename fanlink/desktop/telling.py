"""What prompts, shares and recipes mean, as short sentences. Plain values in, plain text out."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from fanlink.core.disclosure import Amount, disclose
from fanlink.core.documents import ChallengeDocument, PromptDocument, Share
from fanlink.core.generated import KIND
from fanlink.core.guard_rails import GuardRails, Use
from fanlink.core.prompts import PromptState, PromptText, fill
from fanlink.core.recipes import Layer, Recipe
from fanlink.desktop import arranging, formats, words

Chip = tuple[str, str]

LICENCE_SOURCES = {
    "table": " (known for this model)", "card": " (from the model’s card)", "declared": " (as the fan declared)", "unknown": "",
}  # fmt: skip


def is_mine(share: Share, shares: Iterable[Share], me: str = "") -> bool:
    """Whether a leaf is the fan's.

    On a sheet it names the fan's party. On a prompt's template it is the remixer's leaf, and the one for an earlier remix
    too: without an earlier remix that part is bound to the fan (`core/shares.py`).
    """
    if me and any(each.party == me for each in shares):
        return share.party == me
    return share.role in ("remixer", "ancestor")


def my_share(shares: Iterable[Share], me: str = "") -> Fraction:
    """The fan's part of a split in all."""
    shares = tuple(shares)
    return sum((share.share for share in shares if is_mine(share, shares, me)), Fraction(0))


def prompt_chips(prompt: PromptDocument, challenge: ChallengeDocument | None, now_ms: int) -> tuple[Chip, ...]:
    """Chips of a prompt's card: its state, what ends soon, what the fan gets."""
    chips = [words.PROMPT_STATES[str(prompt.state)]]
    if challenge is not None and prompt.state is PromptState.PUBLISHED:
        left = challenge.challenge.dates.closes_ms - now_ms
        if 0 < left < 7 * formats.DAY:
            chips = [(f"Ends {formats.ago(challenge.challenge.dates.closes_ms, now_ms)}", "warn")]
    chips.append((f"{formats.percent(my_share(prompt.shares))} to you", "accent"))
    return tuple(chips)


def rule_chips(prompt: PromptDocument) -> list[Chip]:
    """What may be done, at a glance."""
    rails = prompt.text.guard_rails
    all_agreed = prompt.approved >= prompt.asked
    chips = [(f"Approved by {prompt.approved} of {prompt.asked}", "ok" if all_agreed else "warn")]
    for use, yes in ((Use.GENERATED_LAYERS, "Generated layers allowed"), (Use.OWN_RECORDINGS, "Own recordings allowed")):
        if use in rails.uses_allowed:
            chips.append((yes, "accent"))
    chips += [(f"{formats.human(stem)} untouched", "bad") for stem in rails.stems_untouched]
    if Use.VOICE_CHANGE not in rails.uses_allowed:
        chips.append(("No voice cloning", "bad"))
    return chips


def slot(name: str) -> str:
    """A slot as people read it in a prompt: [weather]."""
    return f"[{formats.human(name).lower()}]"


def prompt_words(text: PromptText) -> str:
    """The words of a prompt, its slots in brackets."""
    return fill(text.words, {name: slot(name) for name in text.slots})


def rules(rails: GuardRails) -> list[str]:
    """Every guard rail as a sentence."""
    said = []
    if rails.tempo_bpm:
        said.append(f"Tempo between {rails.tempo_bpm[0]:g} and {rails.tempo_bpm[1]:g} BPM")
    if rails.key_shift_semitones:
        low, high = rails.key_shift_semitones
        said.append(f"Key from {formats.shift(low)} to {formats.shift(high)}" if low < high else f"Key: {formats.shift(low)}")
    if rails.length_s:
        low, high = (formats.length(limit * 1000) for limit in rails.length_s)
        said.append(f"Length between {low} and {high}")
    if rails.stems_allowed is not None:
        said.append(f"Only these stems: {formats.names(rails.stems_allowed, 8)}")
    if rails.stems_required:
        said.append(f"Must be heard: {formats.names(rails.stems_required, 8)}")
    if rails.stems_untouched:
        said.append(f"Stays as it is: {formats.names(rails.stems_untouched, 8)}")
    if rails.layers_allowed is not None:
        said.append(f"Layers: {formats.names(rails.layers_allowed, 8) or 'none'}")
    if rails.effects_not_allowed:
        said.append(f"Not: {formats.names([formats.human(name).lower() for name in rails.effects_not_allowed], 8)}")
    if rails.words_not_allowed:
        said.append(f"Words to leave out: {formats.names(rails.words_not_allowed, 8)}")
    return said or ["No limits beyond the song itself"]


def shares_in_words(shares: Iterable[Share], me: str = "") -> list[tuple[str, str, Fraction, bool]]:
    """Name, role, exact share and whether it is mine; parties with several leaves are added within their role."""
    shares = tuple(shares)
    added: dict[tuple[str, str, bool], Fraction] = {}
    for share in shares:
        mine = is_mine(share, shares, me)
        key = ("You", "Remixer", True) if mine else (share.name, words.ROLES.get(share.role, formats.human(share.role)), False)
        added[key] = added.get(key, Fraction(0)) + share.share
    told = [(name, role, share, mine) for (name, role, mine), share in added.items()]
    return sorted(told, key=lambda line: (-line[2], line[0]))


def recouped_first(prompt: PromptDocument) -> str:
    """Who is paid back before anything is shared, as a sentence with a space after it; empty where nobody is."""
    recoup = prompt.split.get("recoup") if prompt.split else None
    if not recoup:
        return ""
    name = next((share.name for share in prompt.shares if share.party == recoup["party"]), recoup["party"])
    return f"{name} is paid back {formats.money(recoup['amount'], recoup['currency'])} of each remix first. "


def layer_name(layer: Layer) -> str:
    """What a layer is called: a recording as the fan says it, the engine's own by its sound."""
    return layer.provenance.get("what", "").strip() or formats.human(layer.sound or layer.kind)


def placed(layer: Layer, beats_per_bar: int) -> str:
    """Where and how a recording is heard."""
    bar, beat = arranging.bar_of(layer, beats_per_bar)
    said = f"From bar {bar}" if beat == 1 else f"From bar {bar}, beat {beat}"
    if layer.offset_ms:
        said += f", {abs(layer.offset_ms):g} ms {'earlier' if layer.offset_ms < 0 else 'later'}"
    return f"{said}, {'again and again' if layer.loops else 'once'}"


def recipe_line(recipe: Recipe, beats_per_bar: int = 4) -> str:
    """A recipe in one line: tempo, key, length, style."""
    length = formats.length(recipe.length_s(beats_per_bar) * 1000)
    parts = [formats.tempo(round(recipe.tempo_bpm, 1)), formats.shift(recipe.key_shift_semitones), length]
    if recipe.style:
        parts.append(formats.human(recipe.style))
    return " · ".join(parts)


def disclosure(recipe: Recipe, fan: str, artist: str) -> tuple[str, str]:
    """What is disclosed about a remix: a headline, and what it follows from."""
    found = disclose(recipe, fan, artist)
    made = [who.name for who in found.contributors if who.special]
    head = {
        Amount.NONE: "No generative AI", Amount.PARTLY: "Contains parts made by generative AI", Amount.ALL: "Made by generative AI",
    }[found.contains_ai]  # fmt: skip
    why = []
    if made:
        why.append(f"Generated by {formats.names(made)}.")
    if found.declared:
        why.append(f"Your own recordings ({formats.names(found.declared)}) are declared by you and always heard by a person.")
    if not why:
        why.append("Everything was made from the approved stems by FanLink’s own engine. This is read from the recipe, not asked.")
    return head, " ".join(why)


def generated(recipe: Recipe) -> list[tuple[str, str]]:
    """Each generated layer as a headline and what it says of itself; provenance is the fan's claim and is shown as it is."""
    told = []
    for layer in recipe.layers:
        if layer.kind != KIND:
            continue
        of = layer.provenance
        licence = f"licence {of.get('licence') or 'unknown'}" + LICENCE_SOURCES.get(of.get("licence_from", ""), "")
        where = f"by the service {of['service']}" if of.get("service") else "on the fan’s computer"
        parts = [f"“{of['prompt']}”" if of.get("prompt") else "from unknown words", f"seed {of.get('seed') or 'unknown'}", licence, where]
        if of.get("reference"):
            parts.append(f"following the stem {of['reference']}")
        told.append((f"{formats.human(layer.id)}: {of.get('model') or 'unnamed model'}", ", ".join(parts)))
    return told


def closing(document: ChallengeDocument, now_ms: int) -> str:
    """When a challenge opens, closes or is decided, whatever comes next."""
    dates = document.challenge.dates
    for at, what in ((dates.opens_ms, "Opens"), (dates.closes_ms, "Closes"), (dates.decides_ms, "Decided")):
        if now_ms < at:
            return f"{what} {formats.ago(at, now_ms)}"
    return f"Decided {formats.date(dates.decides_ms)}"
