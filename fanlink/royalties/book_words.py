"""The words `fanlink royalties ...` on the books of a server: over its address, or directly on its home.

Exit codes: 0 fine, 1 it found something, 2 the input is wrong, 3 something needed is not available.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from fanlink.core.errors import BadInput, Refused, Stopped
from fanlink.royalties.cli import guarded
from fanlink.royalties.progress import Progress

Handler = Callable[["Books", argparse.Namespace, Progress], int]


class Books(Protocol):
    """A server's books, however they are reached. What is not allowed is `Refused`, what cannot be reached `Unavailable`."""

    def upload(self, path: Path, told: Progress) -> str: ...
    def preview(self, asset: str, name: str, told: Progress) -> Mapping[str, Any]: ...
    def do(self, kind: str, target: str, data: Mapping[str, Any], seen: int | None = None) -> None: ...
    def take(self, asset: str, name: str, told: Progress) -> Mapping[str, Any]: ...
    def cancel(self, asset: str) -> Mapping[str, Any] | None: ...
    def run(self, period: str, closes: bool, told: Progress) -> Mapping[str, Any]: ...
    def statement(self, party: str, period: str, form: str) -> bytes: ...
    def balance(self, party: str, at: str) -> Mapping[str, Any]: ...
    def listed(self, kind: str) -> list[Mapping[str, Any]]: ...
    def proof(self, told: Progress) -> Mapping[str, Any]: ...
    def sheet(self, remix: str) -> Mapping[str, Any]: ...
    def close(self) -> None: ...


Opened = Callable[[argparse.Namespace], Books]


def add_words(words: Any, opened: Opened) -> None:
    """Adds the words beside those that need no server; `opened` reaches the books that the arguments name."""

    def word(name: str, act: Handler, about: str) -> argparse.ArgumentParser:
        made = words.add_parser(name, help=about)
        add_place(made, required=True)
        made.add_argument("--json", action="store_true", help="print one JSON object on standard output")
        made.set_defaults(run=lambda args: guarded(lambda inner: with_books(opened, act, inner), args))
        return made

    made = word("import", _import, "take a sales report (CSV or DDEX), whole or not at all")
    made.add_argument("file", type=Path, metavar="FILE")
    made.add_argument("--preview", action="store_true", help="say what it will do, and change nothing")
    made = word("run", _run, "post what every party has earned by the end of a month")
    _add_period(made)
    made.add_argument("--stop", action="store_true", help="stop the run of this month where it is")
    _add_period(word("close", _close, "post what is left of a month, close it, issue its statements"))
    made = word("statement", _statement, "a party's statement of a month as a file")
    made.add_argument("--party", required=True, metavar="ID")
    _add_period(made)
    made.add_argument("--format", required=True, choices=("pdf", "csv", "dsr", "json"))
    made.add_argument("--out", type=Path, required=True, metavar="FILE")
    made = word("balance", _balance, "what a party is owed at the end of a day")
    made.add_argument("--party", required=True, metavar="ID")
    made.add_argument("--at", default="", metavar="DATE", help="such as 2026-01-31; today when it is left out")
    word("unmatched", _unmatched, "lines whose remix is not known, in groups")
    made = word("match", _match, "say which remix a group of unmatched lines belongs to")
    made.add_argument("group", metavar="GROUP")
    made.add_argument("--remix", required=True, metavar="ID")
    word("unmatch", _unmatch, "take a match by hand back").add_argument("group", metavar="GROUP")
    word("holds", _holds, "lines that a rule about suspicious plays holds")
    made = word("appeal", _appeal, "say, for a party, why held plays are real")
    made.add_argument("hold", metavar="HOLD")
    made.add_argument("--text", required=True)
    made = word("decide", _decide, "release held lines to their pots, or reject them")
    made.add_argument("hold", metavar="HOLD")
    made.add_argument("outcome", choices=("release", "reject"))
    made.add_argument("--letter", default="", help="to the parties; a rejection needs one")


def add_place(word: argparse.ArgumentParser, *, required: bool) -> None:
    """Where the books are: a server's address with a token, or the home of a server on this computer."""
    place = word.add_mutually_exclusive_group(required=required)
    place.add_argument("--server", metavar="URL", help="the address of a server")
    place.add_argument("--home", type=Path, metavar="DIR", help="the home of a server on this computer")
    word.add_argument("--token", help="a token for the server; FANLINK_TOKEN when it is left out")
    word.add_argument("--account", help="with --home: the name of the account that acts; the one with the role finance when left out")


def _add_period(word: argparse.ArgumentParser) -> None:
    word.add_argument("--period", required=True, metavar="YYYY-MM")


def with_books(opened: Opened, act: Handler, args: argparse.Namespace) -> int:
    """Opens the books, does the word, and lets them go."""
    if args.server and not args.token:
        args.token = os.environ.get("FANLINK_TOKEN")
        if not args.token:
            raise BadInput("needs a token: give --token, or set FANLINK_TOKEN", where=args.server)
    if args.server and args.account:
        raise BadInput("acts on a home only; a server knows you by your token", where="--account")
    if args.royalties_word == "import":  # the first import begins a home's books, but not one that has nothing to take in
        if not args.file.exists():
            raise BadInput("there is no such file", where=str(args.file))
        if not args.file.is_file():
            raise BadInput("is no file", where=str(args.file))
    books = opened(args)
    progress = Progress()
    try:
        return act(books, args, progress)
    finally:
        progress.end()
        books.close()


def _say(args: argparse.Namespace, data: Mapping[str, Any], *lines: str) -> None:
    said = [json.dumps(data, ensure_ascii=False)] if args.json else lines
    sys.stdout.write("".join(f"{line}\n" for line in said))


def _money(totals: Mapping[str, str]) -> str:
    return ", ".join(f"{amount} {currency}" for currency, amount in totals.items()) or "nothing"


def _import(books: Books, args: argparse.Namespace, told: Progress) -> int:
    if not args.file.is_file():
        raise BadInput("there is no such file", where=str(args.file))
    asset = ""
    try:
        asset = books.upload(args.file, told)
        if args.preview:
            return _preview(args, books.preview(asset, args.file.name, told))
        report = books.take(asset, args.file.name, told)
    except KeyboardInterrupt:
        told.end()
        raise _cancelled(args.file.name, books.cancel(asset) if asset else None) from None
    new = report["lines"] - report["known"]
    _say(
        args, report, f"{report['lines']} lines, {new} new, {report['known']} known before",
        f"new revenue: {_money(report['totals'])}", f"{report['unmatched']} unmatched, {report['held']} held",
    )  # fmt: skip
    return 0


def _cancelled(name: str, report: Mapping[str, Any] | None) -> Stopped:
    """What is said of an import that was interrupted; `report` is what it became where it was decided already."""
    if report is None:
        return Stopped(f"cancelled: nothing of {name} was taken, and nothing of it is kept")
    new = report["lines"] - report["known"]
    far = f"{report['arrived']:,} of {new:,} lines are in, and the server, or the next import, goes on" if report["state"] == "arriving" else "all of it is in"
    return Stopped(f"{name} is taken and can no longer be cancelled: {far}. To undo it, import its lines again under new ids with opposite signs")


def _preview(args: argparse.Namespace, told: Mapping[str, Any]) -> int:
    if told["broken"]:
        raise Refused.of_data(told["broken"])
    _say(
        args, told, f"{told['lines']} lines, {told['new']} new, {told['known']} known before, {told['repeated']} repeated in the file",
        f"new revenue: {_money(told['totals'])}, {told['refunds']} refunds",
        f"{told['unmatched']} would wait as unmatched, {told['held']} would be held",
        f"{told['pots_changed']} pots change:",
        *(f"  {pot['remix']}  {pot['gains']} {pot['currency']}" for pot in told["pots"]),
        *(f"line {one['line']}: says something else than before under {one['line_id']} of {one['report']}" for one in told["changed_lines"]),
    )  # fmt: skip
    return 1 if told["changed_lines"] else 0


def _run(books: Books, args: argparse.Namespace, told: Progress) -> int:
    if args.stop:
        books.do("stop_run", args.period, {})
        _say(args, {"period": args.period, "state": "stopped"}, "stopped; running it again goes on from there")
        return 0
    return _ran(args, books.run(args.period, False, told))


def _close(books: Books, args: argparse.Namespace, told: Progress) -> int:
    return _ran(args, books.run(args.period, True, told))


def _ran(args: argparse.Namespace, run: Mapping[str, Any]) -> int:
    into = "" if run["into"] == run["period"] else f" into {run['into']}, for {run['period']} is closed"
    _say(args, run, f"{run['done']} pots looked at, {run['posted']} differences posted{into}: {run['state']}")
    return 0 if run["state"] == "done" else 1


def _statement(books: Books, args: argparse.Namespace, _told: Progress) -> int:
    made = books.statement(args.party, args.period, args.format)
    try:
        args.out.write_bytes(made)
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror}", where=str(args.out)) from error
    _say(args, {"file": str(args.out), "bytes": len(made)}, str(args.out))
    return 0


def _balance(books: Books, args: argparse.Namespace, _told: Progress) -> int:
    found = books.balance(args.party, args.at)
    kinds = {"party": "owed", "held": "held back", "sent": "on its way"}
    _say(args, found, *(f"{kinds[kind]}: {_money(amounts)}" for kind, amounts in found["balances"].items() if amounts or kind == "party"))
    return 0


def _unmatched(books: Books, args: argparse.Namespace, _told: Progress) -> int:
    found = books.listed("unmatched")
    _say(args, {"unmatched": found}, *(
        f"{one['id']}  {one['service']}  {one['reported']}  {one['lines']} lines  {_money(one['totals'])}  "
        + (f"matched to {one['remix']}" if one["remix"] else one["reason"].replace("_", " "))
        for one in found
    ))  # fmt: skip
    return 1 if any(one["lines"] for one in found) else 0


def _match(books: Books, args: argparse.Namespace, _told: Progress) -> int:
    books.do("match_lines", args.group, {"remix": args.remix})
    _say(args, {"group": args.group, "remix": args.remix}, "matched; the next run posts the lines")
    return 0


def _unmatch(books: Books, args: argparse.Namespace, _told: Progress) -> int:
    books.do("unmatch_lines", args.group, {})
    _say(args, {"group": args.group}, "the lines wait as unmatched again; the next run takes them back")
    return 0


def _holds(books: Books, args: argparse.Namespace, _told: Progress) -> int:
    found = books.listed("holds")
    _say(args, {"holds": found}, *(
        f"{one['id']}  {one['state']}  {one['remix_title'] or one['remix']}  {one['lines']} lines  {one['revenue']} {one['currency']}  "
        + "; ".join(f"{why['rule']}: {why['reason']}" for why in one["why"])
        for one in found
    ))  # fmt: skip
    return 1 if any(one["state"] in ("held", "appealed") for one in found) else 0


def _version(books: Books, hold: str) -> int | None:
    """The version of the hold as it is now; none where it is not there, which the command itself says."""
    return next((one["version"] for one in books.listed("holds") if one["id"] == hold), None)


def _appeal(books: Books, args: argparse.Namespace, _told: Progress) -> int:
    books.do("appeal_hold", args.hold, {"text": args.text}, _version(books, args.hold))
    _say(args, {"hold": args.hold, "state": "appealed"}, "appealed; someone of finance decides")
    return 0


def _decide(books: Books, args: argparse.Namespace, _told: Progress) -> int:
    books.do("decide_hold", args.hold, {"outcome": args.outcome, "letter": args.letter}, _version(books, args.hold))
    _say(args, {"hold": args.hold, "outcome": args.outcome}, "done; the parties see it")
    return 0


def verify(opened: Opened) -> Callable[[argparse.Namespace], int]:
    """`verify` on a server's books; exit code 1 names what differs."""

    def act(books: Books, args: argparse.Namespace, told: Progress) -> int:
        proof = books.proof(told)
        wrong = proof["differences"]
        _say(
            args, proof,
            *(f"{one['what']} {'/'.join(one['where'])}: is {one['found']}, should be {one['expected']}" for one in wrong),
            *([f"and {proof['more']} more"] if proof["more"] else []),
            f"{proof['lines']} lines, {proof['transactions']} transactions, {proof['pots']} pots, {proof['waiting']} wait for the next run",
            f"{proof['payouts']} payouts traced to their report lines, remixes, prompt versions and consents",
            f"{len(wrong) + proof['more']} differences" if wrong else "everything follows from the report lines",
        )  # fmt: skip
        return 1 if wrong else 0

    return lambda args: with_books(opened, act, args)
