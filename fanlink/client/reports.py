"""A sales report on its way to the books: looked at by the server, followed, and cancelled until it is decided.

Every function blocks: call it in a worker.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from fanlink.client.session import Session
from fanlink.core.commands import CancelReport, ImportReport
from fanlink.core.errors import Offline, Refused

LONGEST_S, SHORT_S = 3600.0, 20.0


class Far(NamedTuple):
    """How far the server is with reading (bytes) or comparing (lines) a report; `waiting` while another is before it."""

    phase: str
    done: int
    of: int


def look(session: Session, asset: str, name: str, report: str) -> dict[str, Any]:
    """What the server says importing would do; nothing is imported. It can be cancelled under the id `report`.

    Raises `Offline`, or `Refused`: as `import_cancelled` where that was done meanwhile.
    """
    said = {"asset": asset, "name": name[:200], "report": report}
    return session.online.ask("POST", "/v1/reports/preview", timeout_s=LONGEST_S, json=said)


def far(session: Session, report: str) -> Far | None:
    """How far the server is with a report that it checks; None where it checks none, or cannot be reached."""
    try:
        found = session.online.ask("GET", f"/v1/reports/{report}/checking", timeout_s=SHORT_S)
    except (Refused, Offline):
        return None
    return Far(str(found["phase"]), int(found["done"]), int(found["of"]))


def leave(session: Session, report: str, asset: str) -> None:
    """Ends what was begun with a file that was never asked to be imported: the server reads it no more and drops it, now or
    when it can be reached."""
    session.sending.cancel(asset)
    try:
        _ask(session, report, asset)
    except Offline:
        session.do(CancelReport(asset), report)


def cancel(session: Session, command_id: str) -> None:
    """Cancels an import that was asked for. What never left this computer is taken back; else the server is asked now.

    Refused as `report_decided` with how far it is, once it is taken. `Offline`: it may be taken or not, and nothing is cancelled.
    """
    entry = session.outbox.entry(command_id)
    assert entry is not None and isinstance(entry.command.data, ImportReport), "what is cancelled is an import"
    report, asset = entry.command.target, entry.command.data.asset
    if session.undo(command_id):
        leave(session, report, asset)
        return
    _ask(session, report, asset)
    session.sending.cancel(asset)
    session.sync_now()  # its own answer is there now: that it was cancelled


def put_away(session: Session, command_id: str) -> None:
    """Puts away an import that was refused or cancelled; the copy of its file on this computer goes too."""
    entry = session.outbox.entry(command_id)
    if entry is not None and session.outbox.discard(command_id) and isinstance(entry.command.data, ImportReport):
        session.sending.cancel(entry.command.data.asset)


def _ask(session: Session, report: str, asset: str) -> None:
    """The command, past the outbox: there the import itself stands before it."""
    asked = {"id": session.new_id("cancel"), "kind": "cancel_report", "target": report, "data": {"asset": asset}}
    (answer,) = session.online.ask("POST", "/v1/commands", timeout_s=SHORT_S, json={"commands": [asked]})["answers"]
    if answer["outcome"] != "accepted":
        raise Refused.of_data({**one["facts"], "code": one["code"]} for one in answer["findings"])
