"""`fanlink royalties payouts ...`, `trace` and `fanlink invitation ...`: what finance and payees do, from the command line.

Each word works on a server (`--server URL --token T`, or FANLINK_TOKEN) or on a home of this computer (`--home DIR`, as the
account that `--as NAME` names). Exit codes: 0 fine, 1 it found something, 2 the input is wrong, 3 not available.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import secrets
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fanlink.core.amounts import plain_micro
from fanlink.core.errors import BadInput
from fanlink.core.invitations import PREFIX, secret_in
from fanlink.royalties.cli import guarded
from fanlink.royalties.progress import print_line

Reach = Callable[[argparse.Namespace], AbstractContextManager[Any]]
Act = Callable[[argparse.Namespace, Any], int]
FINE, FOUND, WRONG = 0, 1, 2
STATES = ("due", "approved", "sent", "settled", "failed")


class _Words:
    """Adds words that reach a server; `reach` opens it."""

    def __init__(self, words: Any, reach: Reach) -> None:
        self._words, self._reach = words, reach

    def add(self, name: str, act: Act, about: str) -> argparse.ArgumentParser:
        """One word; what it prints is JSON with `--json`."""
        word = self._words.add_parser(name, help=about)
        place = word.add_mutually_exclusive_group(required=True)
        place.add_argument("--server", metavar="URL", help="a server's address")
        place.add_argument("--home", type=Path, metavar="DIR", help="a server's home on this computer")
        word.add_argument("--token", help="with --server: a token; else FANLINK_TOKEN")
        word.add_argument("--as", dest="account", metavar="NAME", help="with --home: the account that acts")
        word.add_argument("--json", action="store_true", help="print one JSON object on standard output")

        def run(args: argparse.Namespace) -> int:
            with self._reach(args) as api:
                return act(args, api)

        word.set_defaults(run=lambda args: guarded(run, args))
        return word


def add_words(royalties: Any, words: Any, reach: Reach) -> None:
    """Adds `payouts` and `trace` to the words of `royalties`, and `invitation` to the program's."""
    _Words(royalties, reach).add(
        "trace", _trace, "what a payout is made of, down to report lines and consents; exit 1 if a link is missing"
    ).add_argument("--payout", required=True, metavar="ID")
    inner = royalties.add_parser("payouts", help="what is due, approved, sent, settled or failed")
    made = _Words(inner.add_subparsers(dest="payouts_word", required=True, metavar="WORD"), reach)
    _add_reading(made)
    _add_steps(made)
    _add_around(made)
    invitation = words.add_parser("invitation", help="become the party that a link invites")
    accept = _Words(invitation.add_subparsers(dest="word", required=True, metavar="WORD"), reach).add(
        "accept", _accept, "make an account that is the party, or let your own account be it"
    )
    accept.add_argument("link", help="the link, or the secret in it")
    accept.add_argument("--name", help="the name of a new account; its password is read from standard input")
    accept.add_argument("--yes", action="store_true", help="you are the party that the invitation names")


def _add_reading(made: _Words) -> None:
    listed = made.add("list", _list, "balances with why they wait, and payouts")
    listed.add_argument("--state", choices=STATES)
    listed.add_argument("--currency", metavar="CUR")
    listed.add_argument("--until", type=_day, metavar="DAY", help="balances as they were at the end of a day")
    unclaimed = made.add("unclaimed", _unclaimed, "balances of parties that nobody answers for, the oldest first")
    unclaimed.add_argument("--currency", metavar="CUR")
    file = made.add("file", _file, "the payments file of a batch")
    file.add_argument("--batch", required=True, metavar="ID")
    file.add_argument("--format", choices=("pain001", "csv"), default="pain001")
    file.add_argument("--out", type=Path, required=True, metavar="FILE")


def _add_steps(made: _Words) -> None:
    propose = made.add("propose", _propose, "make a payout of every balance that is due")
    propose.add_argument("--until", type=_day, metavar="DAY", help="what was owed at the end of a day")
    propose.add_argument("--currency", action="append", default=[], metavar="CUR")
    propose.add_argument("--party", action="append", default=[], metavar="ID")
    for name, about in (("approve", "say yes; two people must"), ("settle", "the bank says that it arrived")):
        made.add(name, _each, about).add_argument("payouts", nargs="+", metavar="PAYOUT")
    send = made.add("send", _send, "send approved payouts of one currency as a batch")
    send.add_argument("payouts", nargs="*", metavar="PAYOUT", help="all that are approved in --currency when none is named")
    send.add_argument("--currency", metavar="CUR")
    send.add_argument("--bank-day", type=_day, metavar="DAY", help="the next working day unless said")
    fail = made.add("fail", _each, "it came back, or is given up")
    fail.add_argument("payouts", nargs="+", metavar="PAYOUT")
    fail.add_argument("--reason", required=True)
    answer = made.add("answer", _answer, "take the bank's answer: pain.002, or CSV with payout,status,reason")
    answer.add_argument("file", type=Path)


def _add_around(made: _Words) -> None:
    for name, about in (("hold", "keep a party's money where it is"), ("release", "hold it no longer")):
        word = made.add(name, _hold, about)
        word.add_argument("party")
        word.add_argument("--reason", default="", help="why; a hold needs it")
    ask = made.add("ask-conversion", _ask_conversion, "as a party: ask for another currency")
    ask.add_argument("--party", required=True)
    ask.add_argument("--from", dest="from_currency", required=True, metavar="CUR")
    ask.add_argument("--to", dest="to_currency", required=True, metavar="CUR")
    ask.add_argument("--amount", help="all that is owed unless said")
    convert = made.add("convert", _convert, "post a conversion that a party asked for")
    convert.add_argument("conversion")
    convert.add_argument("--rate", required=True, help="1.0825 or 433/400, units of the new currency for one of the old")
    convert.add_argument("--source", required=True, help="where the rate comes from")
    convert.add_argument("--day", type=_day, required=True)
    details = made.add("bank-details", _bank_details, "as a party: where payouts go; the password is read from standard input")
    details.add_argument("--party", required=True)
    details.add_argument("--name", required=True, help="whose account it is")
    details.add_argument("--iban", required=True)
    details.add_argument("--bic")
    made.add("invite", _invite, "a link for a party that nobody answers for").add_argument("party")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-11-30") from error


# Reading --------------------------------------------------------------------------------------------------------


def _overview(args: argparse.Namespace, api: Any) -> dict[str, Any]:
    asked = {name: str(getattr(args, name)) for name in ("state", "currency", "until") if getattr(args, name, None)}
    return api.read(f"/v1/payouts?{urlencode(asked)}")


def _list(args: argparse.Namespace, api: Any) -> int:
    found = _overview(args, api)
    if args.json:
        return _say_json(found)
    for one in found["balances"]:
        waits = "due" if one["due"] else f"waits: {', '.join(one['waits_for'])}"
        print_line(f"{one['party']:30} {plain_micro(one['owed_micro']):>18} {one['currency']}  {one['party_name']}, {waits}")
    from fanlink.royalties.payouts import decimal_text

    for one in found["payouts"]:
        amount = decimal_text(one["minor_units"], one["currency"])
        print_line(f"{one['id']:30} {amount:>18} {one['currency']}  {one['state']}, {len(one['approved_by'])} approved, {one['party_name']}")
    return FINE


def _unclaimed(args: argparse.Namespace, api: Any) -> int:
    found = [one for one in _overview(args, api)["balances"] if "unclaimed" in one["waits_for"] and one["owed_micro"] > 0]
    found.sort(key=lambda one: (one["since_ms"] or 0, one["party"], one["currency"]))
    if args.json:
        return _say_json({"unclaimed": found})
    for one in found:
        since = date.fromordinal(719_163 + (one["since_ms"] or 0) // 86_400_000)
        print_line(f"{since}  {one['party']:30} {plain_micro(one['owed_micro']):>18} {one['currency']}  {one['party_name']}")
    return FINE


def _trace(args: argparse.Namespace, api: Any) -> int:
    found = api.read(f"/v1/payouts/{args.payout}/trace")
    if args.json:
        _say_json(found)
    else:
        print_line(f"{found['payout']}: {found['amount']} {found['currency']} to {found['party']}, {found['state']}")
        for line in _chain(found["made_of"], 1):
            print(line)
        for missing in found["missing"]:
            print_line(f"missing: {missing}", file=sys.stderr)
    return FOUND if found["missing"] else FINE


def _chain(parts: Iterable[dict[str, Any]], depth: int) -> Iterable[str]:
    indent = "  " * depth
    for part in parts:
        yield f"{indent}{part['amount']} {part['currency']} of transaction {part['transaction']} ({part['key']})"
        if "converted_from" in part:
            yield from _chain(part["converted_from"], depth + 1)
        if "pot" not in part:
            continue
        pot, remix = part["pot"], part["remix"]
        yield f"{indent}  {part['share'] or '?'} of {pot['gross']} in {pot['lines']} report lines, sheet {pot['sheet'][:12]}"
        for line in pot["report_lines"]:
            yield f"{indent}    {line['service']} {line['report']} line {line['line']}: {line['revenue']} to {line['period_end']}"
        yield f"{indent}  remix {remix['id']} “{remix.get('title', '')}”"
        if "prompt" in remix:
            yield f"{indent}  prompt {remix['prompt']['id']}, version {remix['prompt']['version'][:12]}"
        for consent in remix.get("consents", ()):
            yield f"{indent}  consent {consent['id'][:20]} of {consent['name']}: {consent['state']}"


def _file(args: argparse.Namespace, api: Any) -> int:
    body = api.fetch(f"/v1/payout-batches/{args.batch}/file?format={args.format}")
    try:
        args.out.write_bytes(body)
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror}", where=str(args.out)) from error
    told = {"batch": args.batch, "file": str(args.out), "sha256": hashlib.sha256(body).hexdigest(), "size_bytes": len(body)}
    return _say_json(told) if args.json else _say(f"{len(body)} bytes in {args.out}")


# Asking ---------------------------------------------------------------------------------------------------------


def _ask(api: Any, args: argparse.Namespace, acts: list[tuple[str, str, dict[str, Any]]], **told: Any) -> int:
    """Sends commands; prints what became of each. Exit 2 when one is not accepted."""
    envelopes = [
        {"id": _new_id("cmd"), "kind": kind, "target": target, "base_version": None, "data": data, "after": []}
        for kind, target, data in acts
    ]
    answers = []
    for envelope, answer in zip(envelopes, api.push(envelopes), strict=True):
        reasons = [{"reason": reason.code, **reason.facts} for reason in answer.reasons]
        answers.append({"kind": envelope["kind"], "target": envelope["target"], "outcome": str(answer.outcome.value), "reasons": reasons})
    wrong = [one for one in answers if one["outcome"] != "accepted"]
    if args.json:
        _say_json(told | {"answers": answers})
    for one in answers:
        why = "; ".join(json.dumps(reason, ensure_ascii=False) for reason in one["reasons"])
        if one in wrong:
            print_line(f"{one['kind']} {one['target']}: {one['outcome']} {why}".rstrip(), file=sys.stderr)
        elif not args.json:
            print_line(f"{one['kind']} {one['target']}: accepted")
    return WRONG if wrong else FINE


def _propose(args: argparse.Namespace, api: Any) -> int:
    data = {"currencies": args.currency, "parties": args.party} | ({"until": args.until.isoformat()} if args.until else {})
    return _ask(api, args, [("propose_payouts", _new_id("proposal"), data)])


def _each(args: argparse.Namespace, api: Any) -> int:
    kind = f"{args.payouts_word}_payout"
    data = {"reason": args.reason} if kind == "fail_payout" else {}
    return _ask(api, args, [(kind, name, data) for name in args.payouts])


def _send(args: argparse.Namespace, api: Any) -> int:
    names = args.payouts
    if not names:
        if not args.currency:
            raise BadInput("name payouts, or the currency whose approved payouts are to be sent", where="send")
        args.state = "approved"
        names = [one["id"] for one in _overview(args, api)["payouts"]]
    batch = _new_id("batch")
    data = {"payouts": names} | ({"bank_day": args.bank_day.isoformat()} if args.bank_day else {})
    return _ask(api, args, [("send_payouts", batch, data)], batch=batch)


def _answer(args: argparse.Namespace, api: Any) -> int:
    try:
        body = args.file.read_bytes()
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", where=str(args.file)) from error
    digest = hashlib.sha256(body).hexdigest()
    api.put(f"/v1/assets/{digest}", body, {"content-type": "application/octet-stream"})
    return _ask(api, args, [("take_bank_answer", _new_id("answer"), {"asset": digest, "name": args.file.name})])


def _hold(args: argparse.Namespace, api: Any) -> int:
    data = {"reason": args.reason} if args.payouts_word == "hold" else {}
    return _ask(api, args, [(f"{args.payouts_word}_party", args.party, data)])


def _ask_conversion(args: argparse.Namespace, api: Any) -> int:
    data = {"party": args.party, "from_currency": args.from_currency, "to_currency": args.to_currency, "amount": args.amount}
    name = _new_id("conversion")
    return _ask(api, args, [("ask_conversion", name, data)], conversion=name)


def _convert(args: argparse.Namespace, api: Any) -> int:
    data = {"rate": args.rate, "source": args.source, "day": args.day.isoformat()}
    return _ask(api, args, [("convert_balance", args.conversion, data)])


def _bank_details(args: argparse.Namespace, api: Any) -> int:
    secret = api.step_up(_password())
    data = {"party": args.party, "name": args.name, "iban": args.iban, "bic": args.bic, "step_up": secret}
    return _ask(api, args, [("set_bank_details", _new_id("details"), data)])


def _invite(args: argparse.Namespace, api: Any) -> int:
    secret = secrets.token_urlsafe(32)
    data = {"party": args.party, "secret_hash": hashlib.sha256(secret.encode()).hexdigest()}
    name = _new_id("invitation")
    code = _ask(api, args, [("invite_party", name, data)], invitation=name, link=PREFIX + secret)
    if code == FINE and not args.json:
        print(f"{PREFIX}{secret}\nIt is shown only now, works once, and is for this party alone.")
    return code


def _accept(args: argparse.Namespace, api: Any) -> int:
    secret = secret_in(args.link)
    if args.home and not args.account and not args.name:
        raise BadInput("say with --as whose account becomes the party, or with --name what a new one is called", where="accept")
    party, name = api.invited_as(secret)
    if not args.yes:
        told = {"party": party, "party_name": name, "accepted": False}
        _say_json(told) if args.json else print_line(f"This invitation is for {name} ({party}). If that is you, say it again with --yes.")
        return FOUND
    token = api.accept_invitation(secret, party, args.name or "", _password() if args.name else "")
    told = {"party": party, "party_name": name, "accepted": True, "token": token}
    return _say_json(told) if args.json else _say(f"You are {name} here now." + (f" Your token: {token}" if token else ""))


def _password() -> str:
    password = sys.stdin.readline().rstrip("\n")
    if not password:
        raise BadInput("a password is needed on standard input", where="password")
    return password


def _new_id(prefix: str) -> str:
    return f"{prefix}-{secrets.token_hex(10)}"


def _say(text: str) -> int:
    print(text)
    return FINE


def _say_json(told: dict[str, Any]) -> int:
    print(json.dumps(told, ensure_ascii=False))
    return FINE
