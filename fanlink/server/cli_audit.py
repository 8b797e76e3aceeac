"""`fanlink audit verify`: whether the audit log of a home is whole, and whether it is the one that a client once saw."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fanlink.core.errors import BadInput

FINE, FOUND = 0, 1
CHECKPOINT = re.compile(r"([1-9][0-9]{0,18}):([0-9a-f]{64})")


def add_words(words: Any) -> None:
    """Adds `audit verify`."""
    audit = words.add_parser("audit", help="the log of every answered command").add_subparsers(dest="word", required=True)
    verify = audit.add_parser("verify", help="read the whole log and say whether every line follows from the one before")
    verify.add_argument("--home", type=Path, required=True, help="the server's home; it may be running")
    verify.add_argument(
        "--checkpoint", action="append", default=[], metavar="NUMBER:HASH",
        help="a checkpoint that a client keeps, which the log must have; may be said several times",
    )  # fmt: skip
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(run=_verify)


def _verify(args: argparse.Namespace) -> int:
    from fanlink.core.audit import broken_at
    from fanlink.royalties.progress import Progress
    from fanlink.server import audit, serving, settings
    from fanlink.server.server import build

    wanted = _checkpoints(args.checkpoint)
    if not args.home.is_dir():
        raise BadInput("there is no such home", where=str(args.home))
    server = build(settings.read(args.home), serving.clock_ms, os.urandom)
    progress = Progress()
    try:
        with server.database.reading() as connection:
            newest, last = audit.newest(connection)

            def read() -> Iterator[Any]:
                for done, line in enumerate(audit.every(connection), 1):
                    yield line
                    if done % 1_000 == 0:
                        progress(done, newest, "reading the log")

            broken = broken_at(read())
            have = audit.hashes(connection, list(wanted))
    finally:
        progress.end()
        server.stop()
    missing = [{"number": number, "hash": wanted[number], "now": have.get(number)} for number in wanted if have.get(number) != wanted[number]]
    _say({"lines": newest, "hash": last, "broken_at": broken, "checkpoints_missing": missing}, as_json=args.json)
    return FINE if broken is None and not missing else FOUND


def _checkpoints(said: list[str]) -> dict[int, str]:
    found = {}
    for one in said:
        fits = CHECKPOINT.fullmatch(one.strip().lower())
        if fits is None:
            raise BadInput("a checkpoint is a number, a colon and 64 hex digits, as Diagnostics shows it", where=one)
        found[int(fits[1])] = fits[2]
    return found


def _say(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(found))
        return
    print(f"{found['lines']} lines, the last {found['lines']}:{found['hash']}")
    if found["broken_at"] is not None:
        print(f"fanlink: line {found['broken_at']} does not follow from the one before: the log was changed there", file=sys.stderr)
    for one in found["checkpoints_missing"]:
        now = f"its hash is {one['now']} now" if one["now"] else "there is no such line now"
        print(f"fanlink: this is not the log that had the checkpoint {one['number']}: {now}", file=sys.stderr)
