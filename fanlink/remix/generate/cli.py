"""The words `remix generate` and `remix service-key`."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fanlink import wire
from fanlink.core import generated, licences, rules
from fanlink.core.errors import BadInput, Reason, Refused, Unavailable

if TYPE_CHECKING:
    from fanlink.core.recipes import Recipe
    from fanlink.remix.generate.engine import Engine
    from fanlink.remix.generate.layers import Generated
    from fanlink.remix.tracks import Track

FINE, FOUND = 0, 1
SECONDS = 8.0
LONGEST_KEY = 4_096

GetSecret = Callable[[str], str | None]
KeepSecret = Callable[[str, str], bool]

SENTENCES = {
    "use_not_allowed": "the artist has not allowed {use}",
    "layer_not_allowed": "the artist allows only these layers: {allowed}",
    "licence_not_commercial": "the licence of {model} ({licence}) forbids commercial use, and remixes of this prompt may earn; use another model",
    "licence_unknown": "nobody says that the licence of {model} ({licence}) allows commercial use, and remixes of this prompt may earn; "
    "name its licence with --licence if you know it",
    "stem_not_allowed": "the artist does not allow the stem {stem}",
    "word_not_allowed": "say it without “{word}”",
}  # fmt: skip
USES = {
    "generated_layers": "layers that a model generates",
    "outside_model": "sending stems to an outside model (this one would get {stem})",
}


def add_words(remix: Any, get_secret: GetSecret, keep_secret: KeepSecret) -> None:
    """Adds both words to `remix`; the key of a service comes from where `get_secret` looks for it."""
    text = "Generate a layer with a model, and put it into a recipe."
    word = remix.add_parser("generate", help=text, description=text)
    word.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    word.add_argument("--track", type=Path, required=True, metavar="DIR")
    word.add_argument("--prompt", type=Path, required=True, metavar="FILE")
    word.add_argument("--words", required=True, metavar="TEXT", help="what the layer should sound like")
    word.add_argument("--model", metavar="DIR_OR_ADDRESS", help="a model's folder, or a service's https:// address (or FANLINK_GENERATE_MODEL)")
    word.add_argument("--service-model", default="", metavar="NAME", help="which model of the service")
    word.add_argument("--licence", default="", metavar="NAME", help="the licence of the model, where its card does not say, as in apache-2.0")
    word.add_argument("--seconds", type=float, default=SECONDS, metavar="N")
    word.add_argument("--seed", type=int, default=1, metavar="N")
    word.add_argument("--tempo", type=float, metavar="BPM", help="the tempo of the remix; that of the recipe or the track if left out")
    word.add_argument("--reference", default="", metavar="STEM", help="a stem of the track for the model to follow")
    word.add_argument("--reference-bar", type=int, default=1, metavar="N", help="from which bar of the track it follows")
    word.add_argument("--out", type=Path, required=True, metavar="FILE", help=".flac")
    word.add_argument("--assets", type=Path, metavar="DIR", help="also keep the layer here under its PCM digest")
    word.add_argument("--into", type=Path, metavar="RECIPE", help="put the layer into this recipe")
    word.add_argument("--at-bar", type=int, default=1, metavar="N", help="with --into: the bar of the remix where it begins")
    word.set_defaults(run=lambda arguments: run(arguments, get_secret))
    text = "Keep the key of a service in the keyring; it is read from standard input."
    key = remix.add_parser("service-key", help=text, description=text)
    key.add_argument("--service", required=True, metavar="ADDRESS")
    key.set_defaults(run=lambda arguments: run_key(arguments, keep_secret))


def run(arguments: argparse.Namespace, get_secret: GetSecret) -> int:
    """`remix generate`: exit 1 when the recipe has a breach afterwards, 3 when no model is there."""
    from fanlink.remix import prompts, recipes, tracks
    from fanlink.remix.cli import tell_progress
    from fanlink.remix.generate import layers

    prompt = prompts.read(arguments.prompt)
    recipe = recipes.read(arguments.into) if arguments.into else None
    track = tracks.load(arguments.track)
    if any(path.resolve() == arguments.out.resolve() for path in track.files.values()):
        raise BadInput("is a stem of this track; choose another name", where=str(arguments.out))
    if recipe and not 1 <= arguments.at_bar <= recipe.bars:
        raise BadInput(f"--at-bar must be from 1 to {recipe.bars}: so many bars has the remix")
    asked = layers.Asked(
        arguments.words, arguments.seconds, arguments.seed, _tempo(arguments, recipe, track),
        recipe.key_shift_semitones if recipe else 0, arguments.reference, arguments.reference_bar,
    )  # fmt: skip
    engine = engine_of(arguments, get_secret)
    try:
        made = layers.generate(asked, track, prompt.guard_rails, engine, arguments.out, tell_progress)
    except Refused as refused:
        raise BadInput("; ".join(said(reason) for reason in refused.reasons)) from refused
    result = _result(made, engine)
    if arguments.assets:
        result["asset"] = str(_keep(made, arguments.assets))
    if recipe is None:
        return _print(arguments, result, [])
    recipe = generated.placed(recipe, made.layer, made.beats, track.facts.music.beats_per_bar, arguments.at_bar)
    findings = rules.check(recipe, track.facts, prompt.guard_rails, prompt.slots)
    recipes.write(recipe, arguments.into)
    result |= {"layer": wire.to_json(recipe.layers[-1]), "recipe": str(arguments.into), "findings": wire.to_json(findings, list[rules.Finding])}
    return _print(arguments, result, findings)


def engine_of(arguments: argparse.Namespace, get_secret: GetSecret) -> Engine:
    """The model that is named; `Unavailable` says what to do where none is."""
    from fanlink.remix import services
    from fanlink.remix.generate import local, service

    named = arguments.model or os.environ.get("FANLINK_GENERATE_MODEL", "")
    if not named:
        raise Unavailable(
            "no model is set up for generating layers: name one with --model, a folder with MusicGen or ACE-Step or the "
            "https:// address of a service"
        )
    if services.is_address(named):
        key = os.environ.get("FANLINK_GENERATE_KEY") or get_secret(services.secret_name(services.checked(named))) or ""
        return service.ServiceModel(named, arguments.service_model, key, arguments.licence)
    return local.LocalModel(Path(named), arguments.licence)


def run_key(arguments: argparse.Namespace, keep_secret: KeepSecret) -> int:
    """`remix service-key`"""
    from fanlink.remix import services

    name = services.secret_name(services.checked(arguments.service))
    key = sys.stdin.readline(LONGEST_KEY).strip()
    if not key:
        raise BadInput("no key came on standard input")
    if not keep_secret(name, key):
        raise Unavailable("no keyring here keeps a key; set FANLINK_GENERATE_KEY when you generate, or FANLINK_WORDS_KEY when you make, instead")
    print(f"The key of {services.host_of(arguments.service)} is in the keyring.")
    return FINE


def said(reason: Reason) -> str:
    """A reason against generating as a sentence."""
    facts = {name: ", ".join(map(str, fact)) if isinstance(fact, list) else fact for name, fact in reason.facts.items()}
    if reason.code == "use_not_allowed":
        facts["use"] = USES.get(str(facts["use"]), str(facts["use"])).format(**facts)
    return SENTENCES[reason.code].format(**facts)


def _tempo(arguments: argparse.Namespace, recipe: Recipe | None, track: Track) -> float:
    music = track.facts.music
    tempo_bpm = arguments.tempo or (recipe.tempo_bpm if recipe else music.tempo_bpm)
    if not 20 <= tempo_bpm <= 400:
        raise BadInput("--tempo must be from 20 to 400 bpm")
    return tempo_bpm


def _result(made: Generated, engine: Engine) -> dict[str, Any]:
    terms = engine.terms
    return {
        "out": str(made.path), "pcm_digest": made.pcm_digest, "length_ms": made.length_ms, "beats": made.beats,
        "heard_bpm": made.heard_bpm, "model": terms.model, "licence": terms.licence, "licence_from": terms.licence_from,
        "commercial_use": str(licences.commerce(terms.licence, (terms.model, terms.base_model))),
        "layer": wire.to_json(made.layer),
    }  # fmt: skip


def _keep(made: Generated, folder: Path) -> Path:
    kept = folder / f"{made.pcm_digest}.flac"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made.path, kept)
    except OSError as error:
        raise BadInput(f"cannot be written ({error.strerror})", where=str(kept)) from error
    return kept


def _print(arguments: argparse.Namespace, result: dict[str, Any], findings: list[rules.Finding]) -> int:
    if arguments.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        print(f"{result['out']}: {result['length_ms'] / 1000:.1f} s by {result['model']}, licence {result['licence']}")
        print(f"Its digest is {result['pcm_digest']}.")
        for finding in findings:
            print(f"{finding.severity}: {finding.rule}: {finding.fix}")
    return FOUND if rules.is_breach(findings) else FINE
