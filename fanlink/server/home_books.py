"""A server's books opened on its home, without a server running: for the operator's command line.

Writers of all processes take turns, so this may be used beside a running server. Commands are those of the account that is
named, with all its rights and limits; where the home has no account for finance, they are the operator's own.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from fanlink.core.digests import digest_of_bytes
from fanlink.core.errors import BadInput, Refused
from fanlink.core.people import Actor, Role
from fanlink.core.reports import names_of
from fanlink.royalties.verify_books import prove
from fanlink.server import accounts, asset_rows, handlers, intake, money_reads, reports, runs, serving, settings
from fanlink.server.checking import Checking, is_cancelled
from fanlink.server.deciding import Deciding
from fanlink.server.envelopes import Envelope, asked, read_data
from fanlink.server.mandates import day_of
from fanlink.server.nouns import Report, Run
from fanlink.server.proving import Rows
from fanlink.server.server import build
from fanlink.server.store import Store
from fanlink.server.tables import report_lines, transactions

LOOK_AGAIN_S = 0.5
OPERATOR = Actor("operator", "The operator", (Role.FINANCE,))
Told = Callable[..., None]


class HomeBooks:
    """The books of a home; see `royalties.book_words.Books`."""

    def __init__(self, home: Path, account: str | None = None, *, begins: bool = False) -> None:
        self._server = build(settings.read(settings.home_of(home, begins=begins)), serving.clock_ms, os.urandom)
        try:
            self._account = self._find(account)
        except BaseException:
            self._server.stop()
            raise

    def _find(self, name: str | None) -> str | None:
        with self._server.database.reading() as connection:
            everyone = accounts.everyone(connection)
        if name is not None:
            found = [one["id"] for one in everyone if name in (one["name"], one["id"])]
            if not found:
                raise BadInput("there is no such account in this home", where=name)
            return found[0]
        return next((one["id"] for one in everyone if str(Role.FINANCE) in one["roles"]), None)

    def close(self) -> None:
        """Lets the home go."""
        self._server.stop()

    def _look(self, read: Callable[[Store], Any]) -> Any:
        with self._server.database.reading() as connection:
            return read(Store(connection, self._server.database.is_sqlite))

    def upload(self, path: Path, _told: Told) -> str:
        """Takes the file into the home's assets."""
        stored = self._server.assets.take_in(path)
        self._server.writer.act(lambda one: asset_rows.keep(one, stored, self._account)).result()
        return stored.digest

    def preview(self, asset: str, name: str, told: Told) -> Mapping[str, Any]:
        """What importing would do; `broken` has what keeps the file from being taken."""
        self._server.door.reports.prepare(asset, name, lambda done, of: told(done, of, "reading"))
        try:
            spool = self._server.door.reports.lines(asset, name)
        except BadInput as error:
            return {"broken": [dict(reason.facts) | {"code": reason.code} for reason in reports.broken(error).reasons]}
        return self._look(lambda store: reports.preview(store, spool)) | {"broken": []}

    def take(self, asset: str, name: str, told: Told) -> Mapping[str, Any]:
        """Imports; the same file again is told as known."""
        self._receive(told)
        report, files = self._free_id(asset), self._server.door.reports
        with Checking(self._server.database, files, report, told) as checking:
            intake.prepare(self._server.database, files, asset, name, checking)
        known = self._look(lambda store: store.get(Report, report))
        if known is None:
            self.do("import_report", report, {"asset": asset, "name": name})
            self._receive(told)
            return self._document("report", report)
        return self._document("report", report) | {"known": known.lines, "totals": {}, "unmatched": 0, "held": 0}

    def _free_id(self, asset: str) -> str:
        """What the report of a file is called: imports of it that were cancelled keep their names."""

        def find(store: Store) -> str:
            return next(name for name in names_of(asset) if not is_cancelled(store.connection, name))

        return self._look(find)

    def cancel(self, asset: str) -> Mapping[str, Any] | None:
        """Has an import that is not decided never be, and drops its file; gives the report where it is decided already."""
        report = self._free_id(asset)
        try:
            self.do("cancel_report", report, {"asset": asset})
        except Refused as refused:
            if [reason.code for reason in refused.reasons] != ["report_decided"]:
                raise
            return self._document("report", report)
        return None

    def _receive(self, told: Told) -> None:
        """Takes in whatever report is arriving, also one that a dead process left; waits where a server is at it."""
        files, act = self._server.door.reports, lambda write: self._server.writer.act(write).result()
        while names := self._look(intake.under_way):
            for name in names:
                report = self._look(lambda store, name=name: store.need(Report, name))
                told(report.arrived, report.lines - report.known, "importing")
                if report.asset in files.comparisons or self._server.clock() - report.moved_ms >= intake.LEFT_ALONE_MS:
                    intake.finish(self._server.database, act, files, name, lambda done, of: told(done, of, "importing"))
                else:
                    time.sleep(LOOK_AGAIN_S)

    def do(self, kind: str, target: str, data: Mapping[str, Any], seen: int | None = None) -> None:
        """One command; raises `Refused` with every reason."""
        name = f"home-{digest_of_bytes(os.urandom(32))[:32]}"
        try:
            envelope = Envelope(id=name, kind=kind, target=target, data=dict(data), base_version=seen)
        except ValueError as error:
            raise BadInput("is not a name such as 2026-11 or report-1", where=target) from error
        if self._account is None:
            self._server.writer.act(lambda one: _by_operator(one, envelope)).result()
            return
        (answer,) = self._server.writer.answer(self._account, [asked(envelope)]).result()
        if answer["outcome"] != "accepted":
            found = answer.get("findings") or [{"code": answer["outcome"], "facts": {}}]
            raise Refused.of_data({**one["facts"], "code": one["code"]} for one in found)

    def run(self, period: str, closes: bool, told: Told) -> Mapping[str, Any]:
        """Runs to the end; what was left by a process that died is taken up."""
        self._receive(told)
        self.do("issue_statements" if closes else "run_royalties", period, {})

        def far(run: Run) -> None:
            told(run.done, run.total, {"match": "matching", "post": "posting"}.get(run.phase, "telling the parties"))

        runs.finish(self._server.database, lambda write: self._server.writer.act(write).result(), runs.run_id(period), far)
        return self._document("run", runs.run_id(period))

    def _document(self, kind: str, name: str) -> dict[str, Any]:
        found = self._look(lambda store: money_reads.document(store, "finance", kind, name))
        assert found is not None, "what was just accepted is shown to finance"
        return found

    def statement(self, party: str, period: str, form: str) -> bytes:
        """The file of a statement."""
        return self._look(lambda store: money_reads.statement(store, party, period, form, self._server.clock()))

    def balance(self, party: str, at: str) -> Mapping[str, Any]:
        """What is owed at the end of a day; of today when `at` is empty."""
        day = money_reads.day_of(at) if at else day_of(self._server.clock())
        return self._look(lambda store: money_reads.balance(store, party, day))

    def listed(self, kind: str) -> list[Mapping[str, Any]]:
        """`unmatched` groups or `holds`."""
        return self._look(lambda store: money_reads.documents(store, ("finance",), kind.removesuffix("s")))

    def proof(self, told: Told) -> Mapping[str, Any]:
        """Everything computed again from the report lines."""
        with self._server.database.reading() as connection:
            of = sum(
                connection.exec_driver_sql(f"SELECT count(*) FROM {table.name}").scalar() or 0
                for table in (report_lines, transactions)
            )
            return prove(Rows(connection), lambda done: told(done, of, "proving")).as_data()

    def sheet(self, remix: str) -> Mapping[str, Any]:
        """The newest split sheet of a remix."""
        return self._look(lambda store: money_reads.sheet(store, remix))


def _by_operator(one: Deciding, envelope: Envelope) -> None:
    """Decides a command as the operator's own, with a line in the audit log."""
    mine = replace(one, actor=OPERATOR, kind=envelope.kind, target=envelope.target, base_version=envelope.base_version, command=envelope.id)
    handlers.HANDLERS[envelope.kind](mine, read_data(envelope))
    one.audit.note(OPERATOR.id, envelope.id, envelope.kind, envelope.target, "accepted", {"content": asked(envelope).content})
