"""Statements: run royalties for a month, issue what it made, and open every number down to its report lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from PySide6.QtWidgets import QComboBox, QProgressBar, QStackedWidget

from fanlink.core.commands import IssueStatements, RunRoyalties, StopRun
from fanlink.core.money_documents import RunDocument, StatementDocument
from fanlink.desktop import formats, recomputing, words_staff
from fanlink.desktop.ops import AHEAD, Progress, Task
from fanlink.desktop.pages.page import ListDetail, Page, searched
from fanlink.desktop.pages.statement_view import StatementView
from fanlink.desktop.recomputing import Checked
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.cards import Card, CardList
from fanlink.desktop.widgets.notices import Empty

MONTHS = 18
STATES = {"open": ("Open", ""), "calculated": ("Calculated", "warn"), "issued": ("Issued", "ok")}


@dataclass(frozen=True, slots=True)
class Listing:
    """Cards of the month that is looked at, its sums, and whether there is any statement at all."""

    period: str
    cards: dict[str, Card]
    totals: dict[str, int]
    issued: bool
    any: bool
    run: RunDocument | None = None


class StatementsPage(Page):
    """A month on top, its statements on the left, one of them on the right."""

    KINDS = frozenset({"statement", "pot", "report", "run", "conversion"})

    def build(self) -> None:
        self._looked = False
        self.month = QComboBox()
        self.month.setAccessibleName("Month")
        for period in periods(self.desk.now_ms()):
            self.month.addItem(formats.period(period), period)
        self.month.setCurrentIndex(1)
        self.month.activated.connect(lambda _index: self.refresh())
        self.run = basics.button("Run royalties", "calculator", "", self._run)
        self.issue = basics.button("Issue statements", "send", "primary", self._issue)
        self.heading("Statements", " ", self.month, self.run, self.issue)
        self.list = CardList(lambda _ids, _done: None, "Statements")
        left, self.search = searched(self.list, "Search by party", "Search statements", self.refresh)
        self.view = StatementView(self.desk)
        self.both = ListDetail(left, self.view, back="All statements")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.both)
        self.stack.addWidget(Empty(
            "receipt", "Statements will be here", "Import the month’s reports, then run royalties for it. Each party gets one statement in "
            "each currency.",
        ))  # fmt: skip
        self.far, self.bar = basics.text_label("", "muted"), QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("How far the run is")
        line = basics.row(self.far, None, basics.button("Stop", "square", "small", self._stop), gap=10)
        self.running = basics.boxed(basics.column(line, self.bar, gap=6))
        self.running.hide()
        self._run_shown: RunDocument | None = None
        self._adding: Task | None = None
        self.outer.addWidget(self.running)
        self.outer.addWidget(self.stack, 1)
        self.list.chosen.connect(self._chosen)
        self.list.opened.connect(lambda _id: self.both.show_detail())

    @property
    def period(self) -> str:
        """The month that is looked at, "YYYY-MM"."""
        return self.month.currentData()

    def read(self, session: Any) -> Listing:
        found: list[StatementDocument] = session.all("statement")
        newest = max((each.period for each in found), default="")
        # the first look is at the newest month that has statements
        wanted = self.period if self._looked or not newest else newest
        text = self.search.text().strip().lower()
        month = [each for each in found if each.period == wanted]
        totals: dict[str, int] = {}
        for each in month:
            totals[each.currency] = totals.get(each.currency, 0) + each.earned_micro
        shown = sorted((each for each in month if text in each.party_name.lower()), key=lambda each: (-abs(each.earned_micro), each.id))
        issued = any(each.state == "issued" for each in month)
        runs = [each for each in session.all("run") if each.state == "running"]
        runs.sort(key=lambda each: each.period != wanted)
        return Listing(wanted, {each.id: self._card(each) for each in shown}, totals, issued, bool(found), runs[0] if runs else None)

    def show_data(self, data: Listing) -> None:
        if data.any and not self._looked:
            self._looked = True
            self.month.setCurrentIndex(max(self.month.findData(data.period), 0))
        self.stack.setCurrentIndex(0 if data.any else 1)
        self._show_run(data.run)
        sums = ", ".join(formats.money_micro(micro, currency) for currency, micro in sorted(data.totals.items()))
        said = f"{formats.count(len(data.cards), 'statement')} · {sums}" if data.cards else f"Nothing for {formats.period(self.period)} yet."
        self.subtitle_label.say(said)
        self.issue.setEnabled(not data.issued)
        why = "This month is issued. What comes later stands on the next statement." if data.issued else ""
        self.issue.setToolTip(basics.plain_tooltip(why))
        wanted, self.item = self.item, ""
        id_ = self.list.show_ids(tuple(data.cards), data.cards, wanted)
        self._chosen(id_)

    def _show_run(self, run: RunDocument | None) -> None:
        self.running.setVisible(run is not None)
        self._run_shown = run
        if run is None:
            return
        taken_ms, left = self.desk.now_ms() - run.started_ms, ""
        if run.done and run.total > run.done and taken_ms > 1000:
            left = f" · {formats.seconds_left(taken_ms * (run.total - run.done) / run.done / 1000)}"
        phase = words_staff.PHASES.get(run.phase, formats.human(run.phase))
        self.far.setText(f"Royalties of {formats.period(run.period)}: {phase}, {run.done:,} of {run.total:,} pots{left}")
        self.bar.setRange(0, max(run.total, 1))
        self.bar.setValue(run.done)

    def _stop(self) -> None:
        if self._run_shown is not None:
            said = "The run stops where it is. Running it again goes on from there."
            self.desk.do(StopRun(), self._run_shown.period, said=said, done=lambda _id: self.refresh())

    def _card(self, document: StatementDocument) -> Card:
        chips = (STATES.get(document.state, (formats.human(document.state), "")), (document.currency, ""))
        if document.page > 1:
            chips = (*chips, (f"Page {document.page}", ""))
        amount = formats.money_micro(document.earned_micro, document.currency)
        return Card(document.id, document.party_name, formats.period(document.period), document.party, chips, amount)

    def _chosen(self, id_: str) -> None:
        def read(session: Any) -> tuple[Checked | None, dict[str, str]]:
            document = session.get("statement", id_) if id_ else None
            titles = {each.remix: each.remix_title for each in session.all("pot")} if document else {}
            known = session.all("conversion") if document else ()
            return recomputing.check(document, known) if document else None, titles

        def shown(found: tuple[Checked | None, dict[str, str]]) -> None:
            self.view.show_statement(*found)
            if found[0] is not None and found[0].is_first_of_several:
                self._add_up(found[0])

        self.desk.read(read, shown, owner=self)

    def _add_up(self, first: Checked) -> None:
        """Computes the other pages of a statement too, beside everything else: there may be hundreds."""
        place = (first.document.party, first.document.period, first.document.currency)

        def work(session: Any, progress: Progress) -> Checked:
            pages = [each for each in session.all("statement") if (each.party, each.period, each.currency) == place and each.page > 1]
            checked = []
            for number, page in enumerate(pages):
                progress(number / len(pages))
                checked.append(recomputing.check(page))
            return recomputing.across(first, checked)

        if self._adding is not None:
            self._adding.stop()
        self._adding = self.desk.make(work, self.view.show_pages, owner=self, lane=AHEAD)

    def _run(self) -> None:
        month = formats.period(self.period)
        self.desk.do(RunRoyalties(), self.period, said=f"Royalties for {month} run on the server. Only differences are posted.", undo=True)

    def _issue(self) -> None:
        month = formats.period(self.period)
        self.desk.do(IssueStatements(), self.period, said=f"The statements of {month} are issued. Corrections will be new lines.", undo=True)


def periods(now_ms: int) -> Iterable[str]:
    """The last months, this one first."""
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    first = now.year * 12 + now.month - 1
    for month in range(first, first - MONTHS, -1):
        yield f"{month // 12}-{month % 12 + 1:02d}"
