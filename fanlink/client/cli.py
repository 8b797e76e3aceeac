"""`fanlink sync`: the client without a window."""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fanlink.core.errors import BadInput

if TYPE_CHECKING:
    from fanlink.client.session import Session
    from fanlink.client.state import SyncState
    from fanlink.client.sync import Report
    from fanlink.core.checkpoints import Checkpoint, LogChange

FINE, FOUND = 0, 1


def add_words(words: Any) -> None:
    """Adds `sync`."""
    sync = words.add_parser("sync", help="send what waits and fetch what is new, without a window")
    sync.add_argument("--home", type=Path, required=True, help="the folder of this client")
    sync.add_argument("--server", metavar="URL", help="the server's address; the last one when it is left out")
    sync.add_argument("--token", help="a token; FANLINK_TOKEN or the one that is kept when it is left out")
    sync.add_argument("--once", action="store_true", help="one round; else it goes on until it is stopped")
    sync.add_argument("--json", action="store_true", help="say it as JSON, one object a round")
    sync.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 when all is synced, 1 when something needs a person, 2 for wrong input, 3 without a server."""
    from fanlink.client.session import Session

    token = arguments.token or os.environ.get("FANLINK_TOKEN")
    session = Session.open(arguments.home, live=not arguments.once)
    try:
        if token and arguments.server:
            session.use_token(arguments.server, token)
        if arguments.once:
            report = _one_round(session, arguments)
            say(session, report, as_json=arguments.json)
            return FOUND if session.state.needs_you or report.log_change else FINE
        if not session.has_token:
            raise _nobody(arguments)
        return _go_on(session, as_json=arguments.json)
    finally:
        session.close()


def _one_round(session: Session, arguments: argparse.Namespace) -> Report:
    from fanlink.client.api import SignedOut

    try:
        return session.sync_once()
    except SignedOut as error:
        if error.reasons or (arguments.token and arguments.server):
            raise
        raise _nobody(arguments) from error


def _nobody(arguments: argparse.Namespace) -> BadInput:
    return BadInput("nobody is signed in here: give --server, and --token or FANLINK_TOKEN", where=str(arguments.home))


def _go_on(session: Session, *, as_json: bool) -> int:
    stopped = threading.Event()

    def stated(state: SyncState) -> None:
        told = {
            "state": state.name, "waiting": state.waiting, "needs_you": state.needs_you, "log_changes": state.log_changes,
        }
        print(json.dumps(told) if as_json else _line(told), flush=True)

    session.subscribe(lambda kinds: None, stated)
    session.start()
    try:
        stopped.wait()
    except KeyboardInterrupt:
        return FOUND if session.state.needs_you else FINE
    return FINE


def say(session: Session, report: Report, *, as_json: bool) -> None:
    """Prints what one round did."""
    told = facts(session, report)
    if as_json:
        print(json.dumps(told))
        return
    print(_line({"pushed": sum(told["pushed"].values()), "pulled": sum(told["pulled"]["rows"].values())}))
    if report.log_change is not None:
        print(f"fanlink: {changed_log(report.log_change)}", file=sys.stderr)
    for one in told["needs_you"]:
        reasons = ", ".join(reason["code"] for reason in one["reasons"])
        print(f"{one['state']}: {one['kind']} {one['target']} {reasons}".rstrip(), file=sys.stderr)
    for file in told["files"]:
        reasons = ", ".join(reason["code"] for reason in file["reasons"])
        print(f"{'refused' if reasons else 'waiting'}: file {file['name']} {reasons}".rstrip(), file=sys.stderr)


def facts(session: Session, report: Report) -> dict[str, Any]:
    """One round as plain data: what was pushed, pulled and refused, and what still waits."""
    pulled = report.pulled
    return {
        "state": session.state.name,
        "account": session.account.id if session.account else None,
        "pushed": {str(outcome): count for outcome, count in report.pushed.items()},
        "pulled": {
            "rows": pulled.rows, "snapshots": pulled.snapshots, "healed": pulled.healed, "dropped": pulled.dropped,
            "rolled_back": pulled.rolled_back, "disagrees": pulled.disagrees,
        },
        "asked_again": report.asked_again,
        "log": {
            "newest": _checkpoint(session.log.kept[-1]) if session.log.kept else None,
            "changed": _change(report.log_change) if report.log_change else None,
        },
        "waiting": session.state.waiting,
        "files": [
            {
                "name": file.label, "digest": file.digest, "size_bytes": file.size_bytes, "sent_bytes": file.sent_bytes,
                "reasons": [{"code": reason.code, "facts": dict(reason.facts)} for reason in file.reasons],
            }
            for file in session.sending.states()
        ],
        "needs_you": [
            {
                "id": entry.id, "kind": entry.command.kind, "target": entry.command.target, "state": str(entry.state),
                "reasons": [{"code": reason.code, "facts": dict(reason.facts)} for reason in entry.reasons],
            }
            for entry in session.outbox.entries() if entry.needs_you
        ],
    }


def _checkpoint(one: Checkpoint) -> dict[str, Any]:
    return {"number": one.number, "hash": one.hash, "seen_ms": one.seen_ms}


def _change(found: LogChange) -> dict[str, Any]:
    """How the server's log is not as it was: `differs` is the first checkpoint that is gone, `agrees` the last that is not."""
    agrees = _checkpoint(found.agrees) if found.agrees else None
    return {"how": str(found.how), "differs": _checkpoint(found.differs), "agrees": agrees}


def changed_log(found: LogChange) -> str:
    """One sentence: what happened to the server's log, by this computer's clock."""
    from fanlink.core.checkpoints import How

    since = f"it is still the one of {_day(found.agrees)}; " if found.agrees else ""
    lost = f"{since}what the server lost of yours was sent again"
    if found.how is How.RESTORED:
        return f"the server was restored from a backup, without all that was in its log by {_day(found.differs)}; {lost}"
    if found.how is How.REWRITTEN:
        other = f"the server's log is not the one of {_day(found.differs)} any more"
        return f"{other}: it was changed, or the server was restored from a backup and went on; {lost}"
    return f"the server's log was changed: something that it had by {_day(found.differs)} is different now, and what came later is not"


def _day(one: Checkpoint) -> str:
    return datetime.fromtimestamp(one.seen_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _line(told: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in told.items())
