"""The command line: each room adds its own words, and this file only joins them.

Exit codes: 0 fine, 1 it found something, 2 the input is wrong, 3 something that is needed is not available.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from fanlink import __version__, bootstrap
from fanlink.core.errors import BadInput, FanLinkError, Refused, Stopped, Unavailable
from fanlink.core.plain_text import one_line
from fanlink.remix import cli as remix_cli
from fanlink.remix.generate import cli as generate_cli
from fanlink.royalties import cli as royalties_cli
from fanlink.royalties.paying import cli as paying_cli
from fanlink.server import cli as server_cli
from fanlink.server import cli_audit, cli_catalogue

ROOMS = (
    "fanlink.demo.cli",
    "fanlink.desktop.cli",
    "fanlink.client.cli",
    "fanlink.remix.cli",
    "fanlink.remix.credentials.cli",
    "fanlink.royalties.cli",
    "fanlink.simulation.cli",
)

FINE, FOUND, WRONG_INPUT, NOT_AVAILABLE = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one word and returns its exit code; an error of the known tree becomes one sentence on stderr.

    So does a file or folder that cannot be used for what it was named for: each room says more about its own files,
    but a home is named to all of them.
    """
    parsed = parser().parse_args(arguments)
    try:
        _demand_folder(sys.argv[1:] if arguments is None else arguments)
        return parsed.run(parsed) or FINE
    except KeyboardInterrupt:
        return say("Stopped.", NOT_AVAILABLE)
    except BrokenPipeError:
        return FINE
    except FanLinkError as error:
        return say(sentence(error), exit_code(error))
    except OSError as error:
        if error.filename is None:
            raise
        return say(f"{error.filename}: cannot be used ({error.strerror})", WRONG_INPUT)


def _demand_folder(arguments: Sequence[str]) -> None:
    """`--home ""`, as a script's empty variable leaves it, would be the folder that one happens to stand in."""
    following = dict(zip(arguments, arguments[1:], strict=False))
    if "--home=" in arguments or following.get("--home") == "":
        raise BadInput("is empty: give the folder", where="--home")


def parser() -> argparse.ArgumentParser:
    """All the words of all the rooms. A room is imported for its words only; its heavy parts wait until they run."""
    made = argparse.ArgumentParser(prog="fanlink", description="Remixes that are allowed, with exact splits.")
    made.add_argument("--version", action="version", version=f"fanlink {__version__}")
    words = made.add_subparsers(title="words", metavar="WORD", required=True)
    for room in ROOMS:
        importlib.import_module(room).add_words(words)
    remix_cli.add_model(words_within(words.choices["remix"]).choices["make"], bootstrap.secret)
    generate_cli.add_words(words_within(words.choices["remix"]), bootstrap.secret, bootstrap.keep_secret)
    royalties_cli.add_book_words(words, bootstrap.open_books)
    server_cli.add_words(words, bootstrap.renderer)
    cli_catalogue.add_words(words, bootstrap.remote)
    cli_audit.add_words(words)
    paying_cli.add_words(words_within(words.choices["royalties"]), words, bootstrap.reached)
    server_cli.add_certificate_words(words_within(words.choices["certificate"]))
    return made


def words_within(word: argparse.ArgumentParser) -> argparse._SubParsersAction:
    """The words that follow a word, for a room that adds one of its own to them."""
    return next(action for action in word._actions if isinstance(action, argparse._SubParsersAction))


def exit_code(error: FanLinkError) -> int:
    """The exit code that an error means."""
    from fanlink.client.api import Malformed  # only now: every word would wait for it

    if isinstance(error, BadInput | Refused | Malformed):
        return WRONG_INPUT
    return NOT_AVAILABLE if isinstance(error, Unavailable | Stopped) else FOUND


def sentence(error: FanLinkError) -> str:
    """One line for a person; a refusal lists every reason."""
    if isinstance(error, Refused):
        return "; ".join(
            " ".join([reason.code.replace("_", " "), *(f"({name}: {fact})" for name, fact in reason.facts.items())])
            for reason in error.reasons
        )
    return str(error).replace("\n", " ")


def say(text: str, code: int) -> int:
    print(f"fanlink: {one_line(text)}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
