"""The words `fanlink royalties ...` that need no server: files in, files out.

Exit codes: 0 fine, 1 it found something, 2 the input is wrong, 3 something needed is not available.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fanlink.core.amounts import CURRENCY, pico_of
from fanlink.core.errors import BadInput, FanLinkError, Reason, Refused, Stopped, Unavailable
from fanlink.core.reports import BrokenReport, Fault
from fanlink.royalties.progress import print_line

Handler = Callable[[argparse.Namespace], int]


def add_words(subparsers: Any) -> None:
    """Add `royalties` and its words to the command line's subparsers; each sets `run(args) -> exit code`."""
    royalties = subparsers.add_parser("royalties", help="who is owed what, from report files")
    words = royalties.add_subparsers(dest="royalties_word", required=True, metavar="WORD")
    _add_calculate(words)
    _add_simulate(words)
    _add_verify(words)


def _add_calculate(words: Any) -> None:
    word = words.add_parser("calculate", help="reports and sheets to entitlements, pots and unmatched lines")
    word.add_argument("--reports", type=Path, required=True, metavar="DIR", help="folder of CSV and Parquet reports")
    word.add_argument("--sheets", type=Path, required=True, metavar="FILE", help="split sheets of every remix, JSON")
    word.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the three tables are written")
    word.add_argument("--engine", choices=("embedded", "spark"), default="embedded")
    _add_json(word, _calculate)


def _add_simulate(words: Any) -> None:
    word = words.add_parser("simulate", help="what everyone would get of a revenue, before anybody signs")
    word.add_argument("--sheet", type=Path, required=True, metavar="FILE", help="one sheet or template, JSON; or a remix of --server or --home")
    word.add_argument("--revenue", required=True, metavar="AMOUNT", help="such as 1250.50")
    word.add_argument("--currency", required=True, metavar="CUR", help="such as EUR")
    _add_json(word, _simulate)


def _add_verify(words: Any) -> None:
    word = words.add_parser("verify", help="compute a run's results again with other code, and name what differs")
    word.add_argument("--reports", type=Path, metavar="DIR")
    word.add_argument("--sheets", type=Path, metavar="FILE")
    word.add_argument("--results", type=Path, metavar="DIR", help="the folder `calculate` wrote")
    _add_json(word, _verify)


def _add_json(word: argparse.ArgumentParser, act: Handler) -> None:
    word.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    word.set_defaults(run=lambda args: guarded(act, args))


def guarded(act: Handler, args: argparse.Namespace) -> int:
    """Run a word; errors become sentences on stderr (with `--json` also an object on stdout) and an exit code."""
    try:
        return act(args)
    except BrokenReport as error:
        faults = [
            {"file": one.file, "line": one.line, "column": one.column, "reason": one.reason} for one in error.faults
        ]
        more = [f"... and {error.more} more"] if error.more else []
        return _fail(args, 2, [str(one) for one in error.faults] + more, faults)
    except BadInput as error:
        fault = {"file": error.where, "line": error.line, "column": error.column, "reason": error.sentence}
        return _fail(args, 2, [str(error)], [fault])
    except Refused as error:
        reasons = [{"reason": reason.code, **reason.facts} for reason in error.reasons]
        return _fail(args, 2, [_why(reason) for reason in error.reasons], reasons)
    except (Unavailable, Stopped) as error:
        return _fail(args, 3, [str(error)], [{"reason": str(error)}])
    except FanLinkError as error:
        return _fail(args, 2, [str(error)], [{"reason": str(error)}])


def _why(reason: Reason) -> str:
    facts = reason.facts
    if reason.code == "broken_line":
        return str(Fault(str(facts["file"]), facts["line"], facts["column"], str(facts["what"])))  # type: ignore[arg-type]
    if reason.code == "line_changed":
        return f"line {facts['line']}: says something else than before under {facts['line_id']} of {facts['report']} ({facts['service']})"
    if reason.code in ("more_broken_lines", "more_changed_lines"):
        return f"... and {facts['lines']} more"
    told = ", ".join(f"{name}: {fact}" for name, fact in facts.items())
    return f"refused: {reason.code.replace('_', ' ')}" + (f" ({told})" if told else "")


def _fail(args: argparse.Namespace, code: int, sentences: list[str], facts: list[dict[str, Any]]) -> int:
    for sentence in sentences:
        print_line(sentence, file=sys.stderr)
    if args.json:
        print(json.dumps({"errors": facts}, ensure_ascii=False))
    return code


def _calculate(args: argparse.Namespace) -> int:
    from fanlink.royalties.calculate import calculate

    run = calculate(args.reports, args.sheets, args.out, args.engine)
    if run.ignored:
        print(f"not a report, left alone: {', '.join(run.ignored)}", file=sys.stderr)
    if args.json:
        print(json.dumps(asdict(run)))
    else:
        print(f"{run.lines} lines of {run.files} reports, {run.unmatched} unmatched")
        print(f"{run.pots} pots, {run.entitlements} entitlements in {args.out}")
        print(f"digest {run.digest}")
    return 0


def add_book_words(subparsers: Any, opened: Any) -> None:
    """Adds the words on a server's books; `opened` reaches the books that the arguments name (see `book_words.Books`)."""
    from fanlink.royalties import book_words

    words = subparsers.choices["royalties"]._subparsers._group_actions[0]
    book_words.add_words(words, opened)
    for name in ("verify", "simulate"):
        book_words.add_place(words.choices[name], required=False)
        words.choices[name].set_defaults(opened=opened)


def _simulate(args: argparse.Namespace) -> int:
    from fanlink.royalties.simulate import read_sheet, sheet_from, simulate

    try:
        revenue = pico_of(args.revenue)
    except ValueError as error:
        raise BadInput(str(error), where=args.revenue, column="revenue") from error
    if not CURRENCY.fullmatch(args.currency):
        raise BadInput("is not a currency code such as EUR", where=args.currency, column="currency")
    if getattr(args, "server", None) or getattr(args, "home", None):
        from fanlink.royalties import book_words

        found: list[Any] = []
        book_words.with_books(args.opened, lambda books, inner, _told: found.append(books.sheet(str(inner.sheet))) or 0, args)
        sheet = sheet_from(found[0], str(args.sheet))
    else:
        sheet = read_sheet(args.sheet)
    data = simulate(sheet, revenue, args.currency).as_data()
    if args.json:
        print(json.dumps(data, ensure_ascii=False))
        return 0
    for party, amount in data["earned"].items():
        print_line(f"{party:30} {data['shares'][party]:>12} {amount:>20} {args.currency}")
    print(f"{'reserve':30} {'':12} {data['reserve']:>20} {args.currency}")
    return 0


def _verify(args: argparse.Namespace) -> int:
    from fanlink.royalties.verify import verify_run

    if getattr(args, "server", None) or getattr(args, "home", None):
        from fanlink.royalties import book_words

        return book_words.verify(args.opened)(args)
    if not (args.reports and args.sheets and args.results):
        raise BadInput("verify needs --server, or --home, or all of --reports, --sheets and --results")
    found = verify_run(args.reports, args.sheets, args.results)
    if args.json:
        print(json.dumps({"differences": [asdict(one) for one in found]}))
        return 1 if found else 0
    for one in found:
        print_line(f"{one.what} {'/'.join(one.where)}: is {one.found}, should be {one.expected}")
    print(f"{len(found)} differences" if found else "everything follows from the report lines")
    return 1 if found else 0


def main(words: list[str] | None = None) -> int:
    """Only these words, for tests and for a machine without the rest: `python -m fanlink.royalties.cli`."""
    parser = argparse.ArgumentParser(prog="fanlink")
    add_words(parser.add_subparsers(required=True, metavar="WORD"))
    args = parser.parse_args(words)
    return args.run(args)


if __name__ == "__main__":
    sys.exit(main())
