"""Earnings: what I have earned, month by month and pot by pot. Every number opens to where it comes from."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QGridLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from fanlink.core.amounts import plain, plain_micro
from fanlink.core.commands import AppealHold
from fanlink.core.errors import BadInput
from fanlink.core.money_documents import BalanceDocument, ConversionDocument, HoldDocument, PayoutDocument
from fanlink.core.plain_text import cells as safe_cells
from fanlink.desktop import formats, recomputing
from fanlink.desktop.pages import account_month
from fanlink.desktop.pages.hold_view import appeal_box, hold_head, hold_why
from fanlink.desktop.pages.page import Page, scrolling
from fanlink.desktop.recomputing import Checked, PotLine
from fanlink.desktop.widgets import basics, paid
from fanlink.desktop.widgets.artwork import Cover
from fanlink.desktop.widgets.chart import BarChart
from fanlink.desktop.widgets.notices import Empty
from fanlink.desktop.widgets.opening import Opening

SHOWN, MONTHS = 50, 12


@dataclass(frozen=True, slots=True)
class EarningsData:
    """Pots and statements of my party, all computed again."""

    party: str
    lines: list[PotLine]
    statements: list[Checked]
    balances: list[BalanceDocument]
    payouts: list[PayoutDocument]
    conversions: list[ConversionDocument]
    holds: list[HoldDocument] = field(default_factory=list)


class EarningsPage(Page):
    """Balance and chart on top; pots and statements below."""

    KINDS = frozenset({"pot", "statement", "account", "hold", "balance", "payout", "conversion"})

    def build(self) -> None:
        self._data: EarningsData | None = None
        self.export = basics.button("Export CSV", "download", "", self._export)
        sheets = basics.button("Split sheets", "split", "", lambda: self.desk.go("sheets"), hint="Who gets which share of each remix")
        self.heading("Earnings", "Every amount is exact and opens to where it comes from.", sheets, self.export)
        self.stack = QStackedWidget()
        area, column = scrolling()
        self.stack.addWidget(area)
        self.stack.addWidget(Empty(
            "wallet", "What you earn will be here", "When a remix of yours is published and played, its share appears here, "
            "to the millionth.", "My remixes", lambda: self.desk.go("remixes"), "music",
        ))  # fmt: skip
        self.outer.addWidget(self.stack, 1)
        self._balance = QVBoxLayout()
        self._balance.setSpacing(4)
        self._waiting = basics.text_label("", "muted", wrap=True)
        self._equal = basics.chip("")
        self.chart = BarChart("Earned by month")
        self._chart_title = basics.text_label("By month", "h2")
        balance = basics.card(basics.text_label("Earned so far", "cap"), self._balance, self._waiting, basics.row(self._equal, None))
        balance.layout().addStretch(1)
        line = basics.row(gap=14)
        line.addWidget(balance, 2)
        line.addWidget(basics.card(self._chart_title, self.chart), 3)
        column.addLayout(line)
        paid_card, self._paid = paid.paid_card(lambda: self.desk.go("account"))
        column.addWidget(paid_card)
        self._pots, self._statements = QVBoxLayout(), QVBoxLayout()
        for title, layout in (("By remix", self._pots), ("Statements", self._statements)):
            layout.setSpacing(8)
            column.addWidget(basics.card(basics.text_label(title, "h2"), layout))
        self._held = QVBoxLayout()
        self._held.setSpacing(12)
        said = "A rule named these plays. They are in no pot until a person has decided; you may say why they are real."
        self._held_card = basics.card(basics.text_label("Held plays", "h2"), basics.text_label(said, "muted", wrap=True), self._held)
        self._held_card.hide()
        column.insertWidget(1, self._held_card)
        column.addStretch(1)

    def read(self, session: Any) -> EarningsData:
        account = session.account
        return self.read_party(session, account.party if account else "")

    def read_party(self, session: Any, party: str) -> EarningsData:
        """What one party earned."""
        shared = [pot for pot in session.all("pot") if any(share.party == party for share in pot.shares)]
        lines = [recomputing.pot_line(pot, party) for pot in shared]
        lines.sort(key=lambda line: (-abs(line.earned_micro), line.document.id))
        known = session.all("conversion", scope=f"party:{party}")
        statements = recomputing.pages_together([recomputing.check(each, known) for each in session.all("statement") if each.party == party])
        statements.sort(key=lambda each: (each.document.period, each.document.currency), reverse=True)
        mine = f"party:{party}"
        holds = [each for each in session.all("hold", mine) if each.state != "released"] if party else []
        balances = sorted(session.all("balance", scope=mine), key=lambda each: each.currency)
        payouts = sorted(session.all("payout", scope=mine), key=lambda each: -each.proposed_ms)
        conversions = sorted(known, key=lambda each: -each.conversion.asked_ms)
        holds.sort(key=lambda each: (-each.held_ms, each.id))
        return EarningsData(party, lines, statements, balances, payouts, conversions, holds)

    def show_data(self, data: EarningsData) -> None:
        self._data = data
        some = bool(data.lines or data.statements or data.balances or data.payouts or data.holds)
        paid.fill(self._paid, data.balances, data.payouts, data.conversions, self.desk.now_ms())
        self.stack.setCurrentIndex(0 if some else 1)
        self.export.setEnabled(some)
        totals = recomputing.balances(data.lines)
        basics.empty(self._balance)
        for index, (currency, micro) in enumerate(totals.items()):
            amount = basics.text_label(formats.money_micro(micro, currency), "money" if not index else "figure")
            amount.setToolTip(basics.plain_tooltip(f"Exactly {formats.exact_micro(micro, currency)}"))
            self._balance.addWidget(amount)
        told = recomputing.stated(data.statements)
        new = {currency: micro - told.get(currency, 0) for currency, micro in totals.items()}
        waiting = [formats.money_micro(micro, currency) for currency, micro in new.items() if micro]
        self._waiting.setText(
            f"{formats.names(waiting)} of it is not on a statement yet." if waiting
            else "All of it is on a statement. The next one comes with the next month’s reports."
        )
        equal = all(each.equal for each in data.statements) and all(line.adds_up for line in data.lines)
        basics.set_chip(self._equal, "Recomputed on this computer: equal" if equal else "Recomputed on this computer: differs",
                        "ok" if equal else "bad")
        self._show_chart(data, next(iter(totals), "EUR"))
        self._fill(self._pots, [self._pot(line) for line in data.lines[:SHOWN]], len(data.lines))
        self._held_card.setVisible(bool(data.holds))
        self._fill(self._held, [self._hold(each) for each in data.holds[:SHOWN]], len(data.holds))
        self._fill(self._statements, [self._statement(each) for each in data.statements[:SHOWN]], len(data.statements))

    def _show_chart(self, data: EarningsData, currency: str) -> None:
        months = sorted((each.document for each in data.statements if each.document.currency == currency), key=lambda each: each.period)
        self._chart_title.setText(f"By month, {currency}")
        self.chart.set_bars([
            (formats.period(each.period).split()[0][:3], each.earned_micro / 1e6, formats.money_micro(each.earned_micro, currency))
            for each in months[-MONTHS:]
        ])  # fmt: skip

    def _fill(self, layout: QVBoxLayout, widgets: list[QWidget], count: int) -> None:
        basics.empty(layout)
        for each in widgets:
            layout.addWidget(each)
        if count > len(widgets):
            layout.addWidget(basics.text_label(f"{count - len(widgets):,} more are in the exported file.", "small"))
        if not widgets:
            layout.addWidget(basics.text_label("Nothing yet.", "muted"))

    # A pot ----------------------------------------------------------------------------------------------------------

    def _pot(self, line: PotLine) -> QWidget:
        pot = line.document
        names = basics.column(
            basics.Elided(pot.remix_title, "strong"), basics.Elided(f"{pot.currency} · {formats.count(pot.lines, 'report line')}", "small"), gap=0,
        )  # fmt: skip
        amount = basics.text_label(formats.money_micro(line.earned_micro, pot.currency), "strong")
        head = basics.row(Cover(pot.remix, 36, 7), names, basics.text_label(formats.percent(line.share), "muted"), 12, amount, gap=12)
        head.setStretch(1, 1)
        return Opening(pot.remix_title, basics.boxed(head), lambda: self._steps(line))

    def _steps(self, line: PotLine) -> QWidget:
        pot, currency = line.document, line.document.currency
        exact = formats.exact_micro
        rows = [("Gross revenue, as reported", _pico(line.gross_pico, currency), f"{pot.lines} report lines")]
        if line.recouped_pico:
            rows.append(("Paid back first", _pico(-line.recouped_pico, currency), "Recoupment of the split"))
        rows += [
            ("Your share", f"× {line.share.numerator}/{line.share.denominator}", formats.percent(line.share)),
            ("Cut to whole millionths", f"− {plain_text(line.rounding_pico)}", "Stays in the pot’s reserve"),
            ("You earned", exact(line.earned_micro, currency), f"Split sheet {pot.sheet}"),
        ]
        body = basics.boxed(basics.column(self._grid(rows), gap=10))
        chip = basics.chip("Recomputed on this computer: equal" if line.adds_up else "Does not add up", "ok" if line.adds_up else "bad")
        go = basics.button("Open the remix", "music", "link", lambda: self.desk.go("remixes", pot.remix))
        body.layout().addLayout(basics.row(chip, None, go))
        body.setContentsMargins(44, 0, 8, 6)
        return body

    # A hold ---------------------------------------------------------------------------------------------------------

    def _hold(self, hold: HoldDocument) -> QWidget:
        body = basics.column(hold_head(hold), *hold_why(hold), gap=8)
        if "appeal" in hold.open_steps:
            body.addWidget(appeal_box(hold, lambda text: self._appeal(hold, text)))
        return basics.boxed(body)

    def _appeal(self, hold: HoldDocument, text: str) -> None:
        self.desk.do(AppealHold(text), hold.id, base_version=hold.version, said="Your appeal is on its way.", undo=True, done=lambda _id: self.refresh())

    # A statement ----------------------------------------------------------------------------------------------------

    def _statement(self, checked: Checked) -> QWidget:
        document = checked.document
        chip = basics.chip("Equal" if checked.equal else "Differs", "ok" if checked.equal else "bad")
        names = basics.column(
            basics.text_label(formats.period(document.period), "strong"),
            basics.text_label(f"{document.currency} · {formats.human(document.state)}{f' · page {document.page}' if document.page > 1 else ''}", "small"), gap=0,
        )  # fmt: skip
        amount = basics.text_label(formats.money_micro(document.earned_micro, document.currency), "strong")
        head = basics.row(names, None, chip, 12, amount, gap=12)
        return Opening(formats.period(document.period), basics.boxed(head), lambda: self._statement_body(checked))

    def _statement_body(self, checked: Checked) -> QWidget:
        document, statement = checked.document, checked.statement
        body = basics.boxed(basics.column(gap=10))
        body.setContentsMargins(44, 0, 8, 6)
        if statement is None or checked.faults:
            body.layout().addWidget(basics.text_label(f"This does not follow from its own facts: {formats.names(checked.faults)}.", "bad"))
        titles = {line.document.remix: line.document.remix_title for line in (self._data.lines if self._data else [])}
        rows: list[tuple[str, str, str]] = []
        for line in statement.lines if statement else ():
            name = titles.get(line.remix_id, line.remix_id)
            rows.append((name, formats.exact_micro(line.amount_micro, line.currency), f"{formats.percent(line.share)} of {_pico(line.gross_pico, line.currency)}"))
            services: dict[str, int] = {}
            for source in line.sources:
                if source.period_end.isoformat()[:7] == document.period:
                    place = f"{source.service}, {source.territory}"
                    services[place] = services.get(place, 0) + source.revenue_pico
            rows += [(f"      {place}", _pico(pico, line.currency), "reported this month") for place, pico in sorted(services.items())]
        if statement is not None:
            rows += [(name, amount, "balance") for name, amount in account_month.account_rows(statement)]
            rows += [(f"      Converted {day}", amounts, f"{rate}, {source}") for day, amounts, rate, source in account_month.conversion_rows(statement)]
        body.layout().addLayout(self._grid(rows))
        if told := recomputing.said_across(checked):
            body.layout().addWidget(basics.text_label(told, "muted", wrap=True))
        return body

    def _grid(self, rows: list[tuple[str, str, str]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        for number, (name, value, note) in enumerate(rows):
            last = name == "You earned"
            grid.addWidget(basics.text_label(name, "strong" if last else "muted" if name.startswith(" ") else ""), number, 0)
            amount: QLabel = basics.text_label(value, "strong" if last else "")
            grid.addWidget(amount, number, 1)
            grid.addWidget(basics.text_label(note, "small"), number, 2)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 2)
        grid.setColumnStretch(2, 2)
        return grid

    # Export ---------------------------------------------------------------------------------------------------------

    def _export(self) -> None:
        name, _filter = QFileDialog.getSaveFileName(self, "Export earnings", "earnings.csv", "CSV (*.csv)")
        if name and self._data:
            data = self._data
            self.desk.read(lambda _session: write_csv(Path(name), data), lambda count: self.desk.say(f"{count} lines written."), owner=self)


def write_csv(path: Path, data: EarningsData) -> int:
    """Every pot as a line, exact; `BadInput` when the file cannot be written. Returns how many lines."""
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["remix", "title", "sheet", "currency", "gross", "share", "earned", "earned_micro", "rounding"])
            for line in data.lines:
                pot = line.document
                writer.writerow(safe_cells([
                    pot.remix, pot.remix_title, pot.sheet, pot.currency, pot.gross, str(line.share), plain_micro(line.earned_micro),
                    line.earned_micro, plain_text(line.rounding_pico),
                ]))  # fmt: skip
    except OSError as error:
        raise BadInput(f"the file cannot be written ({error.strerror})", where=path.name) from error
    return len(data.lines)


def plain_text(pico) -> str:
    """An exact amount of pico as text; a fraction of a pico is written as one."""
    return plain(int(pico)) if pico.denominator == 1 else f"{plain(int(pico))} + {pico - int(pico)} pico"


def _pico(pico: int, currency: str) -> str:
    return formats.exact(plain(pico), currency)
