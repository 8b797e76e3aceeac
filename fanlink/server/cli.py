"""The server's words on the command line: `serve`, `account add`, `account list`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from fanlink.core.errors import BadInput, Refused, Unavailable
from fanlink.core.people import Role

if TYPE_CHECKING:
    from fanlink.server.serving import Running

FINE, FOUND, WRONG, MISSING = 0, 1, 2, 3


def add_words(words: argparse._SubParsersAction, renderer: Callable | None = None) -> None:
    """Adds the words; `renderer` makes the audio of remixes (see `renders.Renderer`). Each sets `run(args) -> exit code`."""
    serve = words.add_parser("serve", help="run the server on a home")
    serve.add_argument("--home", type=Path, required=True, help="the folder that it keeps everything in")
    serve.add_argument("--port", type=int, default=8765, help="the port (0: any free one)")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    serve.add_argument("--until-input-ends", action="store_true", help="stop when standard input ends, as it does when who started it is gone")
    serve.set_defaults(run=lambda args: _told(lambda: _serve(args, renderer)))

    account = words.add_parser("account", help="accounts of a server").add_subparsers(dest="word", required=True)
    add = account.add_parser("add", help="add an account and print its token")
    add.add_argument("--home", type=Path, required=True)
    add.add_argument("--name", required=True, help="the name to sign in with")
    add.add_argument("--role", action="append", required=True, choices=[str(role) for role in Role])
    add.add_argument("--password-stdin", action="store_true", help="read a password from standard input")
    add.add_argument("--team", action="append", default=[], metavar="ARTIST", help="an artist it runs")
    add.add_argument("--party", action="append", default=[], help="a party it answers for")
    add.add_argument("--json", action="store_true")
    add.set_defaults(run=lambda args: _told(lambda: _add(args)))

    listed = account.add_parser("list", help="list the accounts")
    listed.add_argument("--home", type=Path, required=True)
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(run=lambda args: _told(lambda: _list(args)))


def add_certificate_words(words: argparse._SubParsersAction) -> None:
    """Adds `certificate issue` beside `certificate verify`: only a server's home has the key."""
    issue = words.add_parser("issue", help="certify a published remix, on the server that published it")
    issue.add_argument("--home", type=Path, required=True)
    issue.add_argument("--remix", required=True, metavar="ID")
    issue.add_argument("--out", type=Path, required=True, metavar="FILE")
    issue.set_defaults(run=lambda args: _told(lambda: _issue(args)))


def _issue(args: argparse.Namespace) -> int:
    from fanlink.remix.credentials import certificates, keys
    from fanlink.server import clearances, serving, settings
    from fanlink.server.server import build
    from fanlink.server.store import Store

    home = settings.home_of(args.home)
    server = build(settings.read(home), serving.clock_ms, os.urandom)
    try:
        with server.database.reading() as connection:
            made = clearances.clearance(Store(connection, server.database.is_sqlite), args.remix, serving.clock_ms())
    finally:
        server.stop()
    try:
        args.out.write_bytes(certificates.issue(made, keys.load_or_make(home / "keys", "FanLink server")))
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror}", where=str(args.out)) from error
    print(json.dumps({"certificate": str(args.out), "key": str(home / "keys" / "public.pem")}))
    return FINE


def _told(run: Callable[[], int]) -> int:
    """Runs a word; what goes wrong is one sentence and an exit code."""
    try:
        return run()
    except BadInput as error:
        return _say(error, WRONG)
    except Refused as error:
        reasons = (f"{reason.code} ({', '.join(f'{k}: {v}' for k, v in reason.facts.items())})" for reason in error.reasons)
        return _say("; ".join(reasons), WRONG)
    except Unavailable as error:
        return _say(error, MISSING)


def _say(sentence: object, code: int) -> int:
    print(f"fanlink: {sentence}", file=sys.stderr)
    return code


def _serve(args: argparse.Namespace, renderer: Callable | None) -> int:
    from fanlink.server import serving

    if not 0 <= args.port <= 65_535:
        raise BadInput("a port is a number from 0 to 65535", where="--port")
    running = serving.start(args.home, host=args.host, port=args.port, renderer=renderer, ready=lambda: told())

    def told() -> None:
        print(json.dumps({"url": running.url}), flush=True)

    if args.until_input_ends:
        threading.Thread(target=_stop_at_the_end_of_input, args=(running,), name="fanlink-input", daemon=True).start()
    running.run()
    return FINE


def _stop_at_the_end_of_input(running: Running) -> None:
    while sys.stdin.buffer.read(4096):
        continue
    running.stop()


def _add(args: argparse.Namespace) -> int:
    from fanlink.server import accounts, serving, settings
    from fanlink.server.server import build

    password = sys.stdin.readline().rstrip("\n") if args.password_stdin else None
    args.home.mkdir(parents=True, exist_ok=True)
    server = build(settings.read(args.home), serving.clock_ms, os.urandom)
    try:
        added = accounts.add(
            server.door, name=args.name, roles=[Role(role) for role in args.role], now_ms=serving.clock_ms(),
            random=os.urandom, password=password, teams=args.team, parties=args.party,
        )  # fmt: skip
    finally:
        server.stop()
    facts = {"id": added.id, "name": added.name, "roles": [str(role) for role in added.roles], "party": added.party,
             "token": added.token}  # fmt: skip
    print(json.dumps(facts) if args.json else added.token)
    return FINE


def _list(args: argparse.Namespace) -> int:
    from fanlink.server import accounts, serving, settings
    from fanlink.server.server import build

    server = build(settings.read(settings.home_of(args.home)), serving.clock_ms, os.urandom)
    try:
        with server.database.reading() as connection:
            found = accounts.everyone(connection)
    finally:
        server.stop()
    if args.json:
        print(json.dumps(found))
    else:
        for one in found:
            print(f"{one['id']}  {one['name']}  {', '.join(one['roles'])}  {one['party']}")
    return FINE
