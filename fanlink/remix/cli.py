"""The command line's words about tracks and remixes."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from fanlink import wire
from fanlink.core import rules
from fanlink.core.errors import BadInput, FanLinkError, Stopped, Unavailable
from fanlink.core.guard_rails import GuardRails
from fanlink.core.recipes import Recipe
from fanlink.remix import engines, prompts, render, tracks
from fanlink.remix.progress import Progress

FINE, FOUND, WRONG, UNAVAILABLE = 0, 1, 2, 3
LARGEST_RECIPE_BYTES = 4 << 20


def add_words(words: argparse._SubParsersAction[Any]) -> None:
    """Adds `track` and `remix` to a command line; the chosen word's `run(arguments)` gives the exit code."""
    track = words.add_parser("track", help="tracks and their stems").add_subparsers(required=True, metavar="WORD")
    _analyse(track)
    remix = words.add_parser("remix", help="make, check, render and prove remixes")
    remix = remix.add_subparsers(required=True, metavar="WORD")
    _render(remix)
    _check(remix)


def _word(words: Any, name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
    parser = words.add_parser(name, help=text, description=text)
    parser.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    parser.set_defaults(run=run)
    return parser


def _analyse(words: Any) -> None:
    parser = _word(words, "analyse", run_analyse, "Measure tempo, first beat, key, loudness, peak and length.")
    parser.add_argument("path", type=Path, metavar="FILE_OR_FOLDER")


def _render(words: Any) -> None:
    parser = _word(words, "render", run_render, "Render a recipe over a track's stems.")
    parser.add_argument("--track", type=Path, required=True, metavar="DIR")
    parser.add_argument("--recipe", type=Path, required=True, metavar="FILE")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help=".flac, .wav or .mp3")
    parser.add_argument("--stem", metavar="NAME", help="only this stem, before the master")
    parser.add_argument("--dry", action="store_true", help="with --stem: without anything the recipe does to it")
    _add_render_options(parser)


def _add_render_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--assets", type=Path, metavar="DIR", help="where own and generated recordings are")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="where prepared stems are kept")


def _check(words: Any) -> None:
    parser = _word(words, "check", run_check, "Check a recipe against a prompt's guard rails.")
    parser.add_argument("--track", type=Path, required=True, metavar="DIR")
    parser.add_argument("--prompt", type=Path, required=True, metavar="FILE")
    parser.add_argument("--recipe", type=Path, required=True, metavar="FILE")


def read_recipe(path: Path) -> Recipe:
    """A recipe file; `BadInput` names the field that is wrong."""
    try:
        if path.stat().st_size > LARGEST_RECIPE_BYTES:
            raise BadInput("is too large to be a recipe", where=path.name)
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(f"cannot be read ({error.strerror})", where=str(path)) from error
    return wire.from_bytes(Recipe, data, where=path.name)


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
    print_result(arguments, result, _lines_of(result))
    return FINE


def _lines_of(result: dict[str, Any]) -> list[str]:
    return [f"{name}: {value}" for name, value in result.items() if not isinstance(value, dict)]


def run_render(arguments: argparse.Namespace) -> int:
    """`remix render`"""
    if arguments.dry and not arguments.stem:
        raise BadInput("--dry needs --stem NAME")
    recipe = read_recipe(arguments.recipe)
    engines.require(recipe)
    track = tracks.load(arguments.track)
    rendered = render.render(
        recipe,
        track,
        arguments.out,
        tell_progress,
        cache=cache_folder(arguments.cache),
        assets=render.assets_in(arguments.assets),
        stem=arguments.stem,
        dry=arguments.dry,
    )
    result = {
        "out": str(rendered.path),
        "rate_hz": rendered.rate_hz,
        "length_ms": rendered.length_ms,
        "pcm_digest": rendered.pcm_digest,
        "loudness_lufs": rendered.loudness_lufs and round(rendered.loudness_lufs, 2),
        "seconds": round(rendered.seconds, 2),
    }
    print_result(arguments, result, _lines_of(result))
    return FINE


def run_check(arguments: argparse.Namespace) -> int:
    """`remix check`"""
    recipe = read_recipe(arguments.recipe)
    engines.require(recipe)
    prompt = prompts.read(arguments.prompt)
    facts = tracks.load(arguments.track).facts
    findings = rules.check(recipe, facts, prompt.guard_rails or GuardRails(), prompt.slots)
    lines = [
        f"{finding.severity}: {finding.rule}, bars {finding.start_bar} to {finding.end_bar}: {finding.fix}"
        for finding in findings
    ]
    print_result(arguments, {"findings": wire.to_json(findings, list[rules.Finding])}, lines or ["Nothing found."])
    return FOUND if rules.is_breach(findings) else FINE


def print_result(arguments: argparse.Namespace, result: dict[str, Any], lines: Sequence[str]) -> None:
    """One JSON object, or lines for a person."""
    if arguments.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        print("\n".join(lines))


def tell_progress(progress: Progress) -> None:
    """One line on standard error, written over where that is a screen."""
    if progress.remaining_s is None:
        left = ""
    else:
        left = f", {progress.remaining_s:.0f} s left"
    line = f"{progress.stage} {progress.share:.0%}{left}"
    if sys.stderr.isatty():
        print(f"\r\x1b[K{line}", end="\n" if progress.share == 1.0 else "", file=sys.stderr, flush=True)
    elif progress.share in (0.0, 1.0):
        print(line, file=sys.stderr, flush=True)


def exit_code(run: Callable[[], int]) -> int:
    """Runs a word and turns what may go wrong into one sentence on standard error and an exit code."""
    try:
        return run()
    except BadInput as error:
        code, sentence = WRONG, str(error)
    except Unavailable as error:
        code, sentence = UNAVAILABLE, str(error)
    except (Stopped, KeyboardInterrupt):
        code, sentence = WRONG, "stopped"
    except FanLinkError as error:
        code, sentence = FOUND, str(error)
    print(f"fanlink: {sentence}", file=sys.stderr)
    return code


def main(words: Sequence[str] | None = None) -> int:
    """This room's words alone: `python -m fanlink.remix.cli remix check ...`."""
    parser = argparse.ArgumentParser(prog="fanlink")
    add_words(parser.add_subparsers(required=True, metavar="WORD"))
    arguments = parser.parse_args(words)
    return exit_code(lambda: arguments.run(arguments))


if __name__ == "__main__":
    sys.exit(main())
