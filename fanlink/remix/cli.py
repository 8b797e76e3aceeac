"""The command line's words about tracks and remixes.

What the words need is imported when they run, so that the command line itself starts at once.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fanlink import wire
from fanlink.core import rules, vocabulary
from fanlink.core.errors import BadInput

if TYPE_CHECKING:
    from fanlink.remix.interpret.model import HttpModel
    from fanlink.remix.progress import Progress

FINE, FOUND = 0, 1

Run = Callable[[argparse.Namespace], int]


def add_words(words: Any) -> None:
    """Adds `track` and `remix` to a command line; the chosen word's `run(arguments)` gives the exit code."""
    track = words.add_parser("track", help="tracks and their stems").add_subparsers(required=True, metavar="WORD")
    analyse = _word(track, "analyse", run_analyse, "Measure tempo, first beat, key, loudness, peak and length.")
    analyse.add_argument("path", type=Path, metavar="FILE_OR_FOLDER")
    remix = words.add_parser("remix", help="make, check, render and prove remixes")
    remix = remix.add_subparsers(required=True, metavar="WORD")
    _make(remix)
    check = _word(remix, "check", run_check, "Check a recipe against a prompt's guard rails.")
    _files(check, "track", "prompt", "recipe")
    render = _word(remix, "render", run_render, "Render a recipe over a track's stems.")
    _files(render, "track", "recipe")
    render.add_argument("--out", type=Path, required=True, metavar="FILE", help=".flac, .wav or .mp3")
    render.add_argument("--stem", metavar="NAME", help="only this stem, before the master")
    render.add_argument("--dry", action="store_true", help="with --stem: without anything the recipe does to it")
    _folders(render)
    verify = _word(remix, "verify", run_verify, "Render a recipe again and compare a recording with it.")
    _files(verify, "track", "recipe")
    verify.add_argument("--audio", type=Path, required=True, metavar="FILE")
    _folders(verify)
    migrate = _word(remix, "migrate", run_migrate, "Bring a recipe of an earlier engine to this one.")
    _files(migrate, "recipe")
    migrate.add_argument("--out", type=Path, required=True, metavar="FILE")
    engines = _word(remix, "engines", run_engines, "List the engines that are here, or register another one.")
    engines.add_argument("--add", type=Path, metavar="DIR", help="the locked environment of another engine")
    recording = _word(remix, "recording", run_recording, "Take in a recording of your own, so that recipes can name it.")
    recording.add_argument("file", type=Path, metavar="FILE")
    recording.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to give as --assets")
    _word(remix, "vocabulary", run_vocabulary, "List the styles, effects, layers and words that recipes use.")


def _word(words: Any, name: str, run: Run, text: str) -> argparse.ArgumentParser:
    parser = words.add_parser(name, help=text, description=text)
    parser.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    parser.set_defaults(run=run)
    return parser


def _files(parser: argparse.ArgumentParser, *names: str) -> None:
    for name in names:
        parser.add_argument(f"--{name}", type=Path, required=True, metavar="DIR" if name == "track" else "FILE")


def _folders(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--assets", type=Path, metavar="DIR", help="own and generated recordings, named by their PCM digest")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="where prepared stems are kept")


def _make(words: Any) -> None:
    parser = _word(words, "make", run_make, "Make a remix from words.")
    _files(parser, "track", "prompt")
    parser.add_argument("--words", required=True, metavar="TEXT")
    parser.add_argument("--slot", action="append", default=[], metavar="NAME=VALUE", help="fill a slot of the prompt")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--takes", type=int, default=1, choices=(1, 2, 3), metavar="N")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help=".flac, .wav or .mp3")
    parser.add_argument(
        "--recording", type=Path, action="append", default=[], metavar="FILE",
        help="a recording of your own, heard from the first bar on; where and how is in the recipe",
    )
    _folders(parser)


def add_model(make: argparse.ArgumentParser, get_secret: Callable[[str], str | None]) -> None:
    """Lets a language model read the words of `remix make`; its key comes from where `get_secret` looks for it."""
    make.add_argument("--model", metavar="NAME", help="let this language model read the words, at --model-address")
    make.add_argument(
        "--model-address", metavar="ADDRESS",
        help="a service of the chat-completions convention, as in https://models.example/v1; its key is that of `remix service-key`, or FANLINK_WORDS_KEY",
    )
    make.set_defaults(get_secret=get_secret)


def _model_of(arguments: argparse.Namespace) -> HttpModel | None:
    name, address = getattr(arguments, "model", None), getattr(arguments, "model_address", None)
    if not name and not address:
        return None
    if not name or not address:
        raise BadInput("a language model needs both --model and --model-address")
    from fanlink.remix import services
    from fanlink.remix.interpret.model import HttpModel

    key = os.environ.get("FANLINK_WORDS_KEY") or arguments.get_secret(services.secret_name(services.checked(address)))
    return HttpModel(address, name, key or "")


def cache_folder(given: Path | None) -> Path:
    """Where prepared stems are kept: as asked, or the user's cache."""
    import platformdirs

    folder = given or Path(platformdirs.user_cache_dir("fanlink", appauthor=False)) / "stems"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"cannot be made ({error.strerror})", where=str(folder)) from error
    return folder


def run_analyse(arguments: argparse.Namespace) -> int:
    """`track analyse`"""
    from fanlink.remix import analyse

    result = analyse.of_path(arguments.path)
    _print(arguments, result, _lines_of(result))
    return FINE


def run_render(arguments: argparse.Namespace) -> int:
    """`remix render`"""
    from fanlink.remix import beside, engines, recipes, render, tracks

    if arguments.dry and not arguments.stem:
        raise BadInput("--dry needs --stem NAME")
    recipe = recipes.read(arguments.recipe, any_engine=True)
    elsewhere = beside.hand_over(recipe, ("remix", "render", *_words_again(arguments)))
    if elsewhere is not None:
        return elsewhere
    engines.require(recipe)
    track = tracks.load(arguments.track)
    tracks.need_whole(track, but=recipe.stems)
    rendered = render.render(
        recipe,
        track,
        arguments.out,
        tell_progress,
        cache=cache_folder(arguments.cache),
        assets=render.assets_in(arguments.assets, recipe),
        stem=arguments.stem,
        dry=arguments.dry,
    )
    result = _rendered(rendered)
    _print(arguments, result, _lines_of(result))
    return FINE


def _words_again(arguments: argparse.Namespace) -> list[str]:
    """The words of this call again, for another engine, with paths that mean the same anywhere."""
    words = []
    for name in ("track", "recipe", "out", "audio", "stem", "assets", "cache"):
        value = getattr(arguments, name, None)
        if value:
            words += [f"--{name}", str(value.absolute() if isinstance(value, Path) else value)]
    return words + [f"--{name}" for name in ("dry", "json") if getattr(arguments, name, False)]


def _rendered(rendered: Any) -> dict[str, Any]:
    return {
        "out": str(rendered.path),
        "rate_hz": rendered.rate_hz,
        "length_ms": rendered.length_ms,
        "pcm_digest": rendered.pcm_digest,
        "loudness_lufs": None if rendered.loudness_lufs is None else round(rendered.loudness_lufs, 2),
        "seconds": round(rendered.seconds, 2),
    }


def run_check(arguments: argparse.Namespace) -> int:
    """`remix check`"""
    from fanlink.remix import prompts, recipes, tracks

    recipe = recipes.read(arguments.recipe)
    prompt = prompts.read(arguments.prompt)
    facts = tracks.load(arguments.track).facts
    findings = rules.check(recipe, facts, prompt.guard_rails, prompt.slots)
    lines = [
        f"{finding.severity}: {finding.rule}, bars {finding.start_bar} to {finding.end_bar}: {finding.fix}"
        for finding in findings
    ]
    _print(arguments, {"findings": wire.to_json(findings, list[rules.Finding])}, lines or ["Nothing found."])
    return FOUND if rules.is_breach(findings) else FINE


def run_verify(arguments: argparse.Namespace) -> int:
    """`remix verify`"""
    from fanlink.remix import beside, engines, recipes, render, tracks, verdicts, verify

    recipe = recipes.read(arguments.recipe, any_engine=True)
    elsewhere = beside.hand_over(recipe, ("remix", "verify", *_words_again(arguments)))
    if elsewhere is not None:
        return elsewhere
    engines.require(recipe)
    verdict = verify.verify(
        recipe,
        tracks.load(arguments.track),
        arguments.audio,
        tell_progress,
        cache=cache_folder(arguments.cache),
        assets=render.assets_in(arguments.assets, recipe),
    )
    result = wire.to_json(verdict)
    lines = [verdicts.in_short(verdict), verdict.sentence]
    lines += [f"foreign: {each.start_ms / 1000:.2f} s to {each.end_ms / 1000:.2f} s" for each in verdict.foreign]
    _print(arguments, result, lines)
    return FINE if verdict.match else FOUND


def run_migrate(arguments: argparse.Namespace) -> int:
    """`remix migrate`"""
    from fanlink.remix import engines, recipes

    migrated = engines.migrate(recipes.read(arguments.recipe, any_engine=True))
    recipes.write(migrated.recipe, arguments.out)
    steps = [{"from": step.before, "to": step.after, "rule": step.name, "change": step.change} for step in migrated.steps]
    lines = [f"{step['from']} to {step['to']} ({step['rule']}): {step['change']}" for step in steps]
    result = {"recipe": str(arguments.out), "engine": migrated.recipe.engine, "steps": steps}
    _print(arguments, result, [*lines, f"Written to {arguments.out}. Listen before you accept it."])
    return FINE


def run_engines(arguments: argparse.Namespace) -> int:
    """`remix engines`"""
    from fanlink.core.engines import MIGRATIONS
    from fanlink.remix import beside, engines

    if arguments.add:
        beside.add(arguments.add)
    others = [{"engine": each.name, "folder": str(each.folder), "lock": each.lock} for each in beside.installed()]
    build = engines.build()
    result = {
        "current": build.engine,
        "pinned": build.pinned,
        "wheels": engines.wheels(),
        "beside": others,
        "migrations": [{"from": step.before, "to": step.after, "rule": step.name} for step in MIGRATIONS.values()],
    }
    lines = [f"{build.engine}: runs here{'' if build.pinned else ', with other wheels than it pins'}"]
    lines += [f"{each['engine']}: in {each['folder']}" for each in others]
    lines += [f"{step.before} can be migrated to {step.after} ({step.name})" for step in MIGRATIONS.values()]
    _print(arguments, result, lines)
    return FINE


def run_vocabulary(arguments: argparse.Namespace) -> int:
    """`remix vocabulary`"""
    from fanlink.remix.interpret.styles import STYLES

    result = {
        "styles": list(STYLES),
        "effects": vocabulary.EFFECTS,
        "edits": vocabulary.EDITS,
        "layers": list(vocabulary.LAYER_KINDS),
        "sounds": vocabulary.SOUNDS,
        "patterns": vocabulary.PATTERNS,
        "feels": list(vocabulary.FEELS),
        "sections": list(vocabulary.SECTION_NAMES),
    }
    _print(arguments, result, [f"{name}: {', '.join(words)}" for name, words in result.items()])
    return FINE


def run_recording(arguments: argparse.Namespace) -> int:
    """`remix recording`"""
    from fanlink.remix import recordings

    recording, place = recordings.keep(arguments.file, arguments.out)
    result = {
        "asset": recording.pcm_digest, "file": str(place), "rate_hz": recording.rate_hz, "channels": recording.channels,
        "length_ms": recording.length_ms,
    }  # fmt: skip
    _print(arguments, result, _lines_of(result))
    return FINE


def run_make(arguments: argparse.Namespace) -> int:
    """`remix make`"""
    from fanlink.remix import files, make, render

    files.format_of(arguments.out)
    slots = dict(_slot(text) for text in arguments.slot)
    made = make.make(
        arguments.track,
        arguments.prompt,
        arguments.words,
        slots,
        seed=arguments.seed,
        takes=arguments.takes,
        out=arguments.out,
        progress=tell_progress,
        cache=cache_folder(arguments.cache),
        assets=render.assets_in(arguments.assets),
        own=arguments.recording,
        model=_model_of(arguments),
    )
    results = [
        {
            **_rendered(one.rendered),
            "recipe": str(one.recipe_path),
            "took": [{"span": [start, end], "decision": decision} for start, end, decision in one.took],
            "ignored": [list(span) for span in one.ignored],
            "why": list(one.why),
            "not_allowed": [{"span": [start, end], "decision": decision} for start, end, decision in one.not_allowed],
            "findings": wire.to_json(list(one.findings), list[rules.Finding]),
        }
        for one in made
    ]
    lines = [line for result in results for line in (result["out"], *(f"  {text}" for text in result["why"]))]
    _print(arguments, {**results[0], "takes": results}, lines)
    return FOUND if any(rules.is_breach(one.findings) for one in made) else FINE


def _slot(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise BadInput(f"--slot {text!r} is not NAME=VALUE")
    return name, value


def _lines_of(result: dict[str, Any]) -> list[str]:
    return [f"{name}: {value}" for name, value in result.items() if not isinstance(value, dict)]


def _print(arguments: argparse.Namespace, result: dict[str, Any], lines: Sequence[str]) -> None:
    print(json.dumps(result, ensure_ascii=False) if arguments.json else "\n".join(lines))


def tell_progress(progress: Progress) -> None:
    """One line on standard error, written over where that is a screen."""
    left = "" if progress.remaining_s is None else f", {progress.remaining_s:.0f} s left"
    line = f"{progress.stage} {progress.share:.0%}{left}"
    if sys.stderr.isatty():
        print(f"\r\x1b[K{line}", end="\n" if progress.share == 1.0 else "", file=sys.stderr, flush=True)
    else:
        print(line, file=sys.stderr, flush=True)
