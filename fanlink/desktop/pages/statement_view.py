"""One statement: every line opens to gross, pool, share, rounding and the report lines it came from."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QGridLayout, QVBoxLayout, QWidget

from fanlink.core.account_months import rate_text
from fanlink.core.amounts import plain, plain_micro
from fanlink.core.errors import BadInput
from fanlink.core.plain_text import cells as safe_cells
from fanlink.core.statements import Statement, StatementLine, breakdown
from fanlink.desktop import formats
from fanlink.desktop.desk import Desk
from fanlink.desktop.pages.account_month import account_card
from fanlink.desktop.pages.earnings import plain_text
from fanlink.desktop.pages.page import scrolling
from fanlink.desktop.recomputing import Checked, said_across
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.artwork import Cover
from fanlink.desktop.widgets.opening import Opening

SHOWN = 60
LEFT, RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
HEADER = (
    "remix", "sheet", "currency", "gross", "recouped", "share", "rounding_pico", "earned", "posted_before", "amount", "service", "territory",
    "period_start", "period_end", "units", "revenue", "report_id", "line_id", "movement", "date", "from_amount", "to_amount", "to_currency",
    "rate", "source",
)  # fmt: skip


class StatementView(QWidget):
    """Filled again for each statement."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.checked: Checked | None = None
        self._titles: dict[str, str] = {}
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        area, self._column = scrolling()
        whole.addWidget(area)

    def show_statement(self, checked: Checked | None, titles: dict[str, str]) -> None:
        """Another statement, or none; `titles` are those of remixes, by id."""
        self.checked, self._titles = checked, titles
        basics.empty(self._column)
        if checked is None:
            return
        document = checked.document
        amount = basics.text_label(formats.money_micro(document.earned_micro, document.currency), "money")
        amount.setToolTip(basics.plain_tooltip(f"Exactly {formats.exact_micro(document.earned_micro, document.currency)}"))
        names = basics.column(
            basics.Elided(document.party_name, "h2"),
            basics.Elided(f"{formats.period(document.period)} · {document.currency} · {formats.human(document.state)}", "muted"), gap=2,
        )  # fmt: skip
        head = basics.row(names, amount, gap=16)
        head.setStretch(0, 1)
        export = basics.button("Export CSV", "download", "", self._export)
        self._equal, self._across = QVBoxLayout(), basics.text_label("", "muted", wrap=True)
        self._column.addWidget(basics.card(head, basics.row(self._equal, None, export), self._across))
        self._say_equal(checked)
        account = account_card(checked.statement) if checked.statement else None
        if account is not None:
            self._column.addWidget(account)
        card = basics.card(basics.text_label("By remix", "h2"), gap=8)
        lines = checked.statement.lines if checked.statement else ()
        for line in lines[:SHOWN]:
            card.layout().addWidget(self._line(line))
        if len(lines) > SHOWN:
            card.layout().addWidget(basics.text_label(f"{len(lines) - SHOWN:,} more are in the exported file.", "small"))
        if not lines:
            card.layout().addWidget(basics.text_label("This statement has no lines.", "muted"))
        self._column.addWidget(card)
        if checked.statement is not None:
            for title, by in (("By service", lambda part: part.service), ("By territory", lambda part: part.territory or "—")):
                self._column.addWidget(self._breakdown(title, checked.statement, by))
        self._column.addStretch(1)

    def show_pages(self, checked: Checked) -> None:
        """The same statement, now that its other pages were computed again too."""
        if self.checked is not None and self.checked.document == checked.document:
            self.checked = checked
            self._say_equal(checked)

    def _say_equal(self, checked: Checked) -> None:
        basics.empty(self._equal)
        said = "Recomputed on this computer: equal" if checked.equal else f"Does not follow: {formats.names(checked.faults)}"
        self._equal.addWidget(basics.chip(said, "ok" if checked.equal else "bad"))
        told = said_across(checked)
        self._across.setText(told)
        self._across.setVisible(bool(told))

    def _breakdown(self, title: str, statement: Statement, by: Callable[[Any], str]) -> QWidget:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        for column, name in enumerate(("", "Units", "Reported this month", "Share of it")):
            grid.addWidget(basics.text_label(name, "cap"), 0, column, RIGHT if column else LEFT)
        rows = breakdown(statement, by)
        for number, row in enumerate(rows, 1):
            share = row.share_pico
            exact = formats.exact(plain(int(share)), row.currency) if share.denominator == 1 else f"{formats.exact(plain(int(share)), row.currency)} …"
            texts = (row.name, f"{row.units:,}", _pico(row.gross_pico, row.currency), exact)
            for column, text in enumerate(texts):
                grid.addWidget(basics.text_label(text, "" if column in (0, 3) else "small"), number, column, RIGHT if column else LEFT)
        late = {}
        for line in statement.lines:
            if line.parts and line.late_pico:
                late[line.currency] = late.get(line.currency, 0) + line.late_pico
        note = "Before anything is paid back first, and before the cut to whole millionths."
        if late:
            sums = formats.names([_pico(pico, currency) for currency, pico in sorted(late.items())])
            note = f"{sums} of earlier months came late or was corrected and stands above, by remix. {note}"
        if not rows:
            note = "Nothing was reported for this month itself."
        return basics.card(basics.text_label(title, "h2"), grid, basics.text_label(note, "small", wrap=True), gap=8)

    def _line(self, line: StatementLine) -> QWidget:
        title = self._titles.get(line.remix_id, line.remix_id)
        names = basics.column(
            basics.Elided(title, "strong"), basics.Elided(f"{formats.count(len(line.sources), 'report line')} · {line.currency}", "small"), gap=0,
        )  # fmt: skip
        amount = basics.text_label(formats.money_micro(line.amount_micro, line.currency), "strong")
        head = basics.row(Cover(line.remix_id, 36, 7), names, basics.text_label(formats.percent(line.share), "muted"), 12, amount, gap=12)
        head.setStretch(1, 1)
        return Opening(title, basics.boxed(head), lambda: self._steps(line))

    def _steps(self, line: StatementLine) -> QWidget:
        currency = line.currency
        rows = [("Gross revenue of the pot", _pico(line.gross_pico, currency), formats.count(len(line.sources), "report line"))]
        if line.gross_before_pico:
            rows.append(("Of it on earlier statements", _pico(line.gross_before_pico, currency), "Split before"))
        if line.parts and line.late_pico:
            rows.append(("Of it late or corrected", _pico(line.late_pico, currency), "Earlier months"))
        if line.reported_as:
            rows.append(("Also reported as", formats.names(line.reported_as, 3), "Matched by a person"))
        if line.recouped_pico:
            rows.append(("Paid back first", _pico(-line.recouped_pico, currency), "Recoupment of the split"))
        for leaf in line.pools:
            where = " › ".join(formats.human(each) for each in leaf.path) or "Whole"
            rows.append((f"Share in {where.lower()}", f"× {leaf.share.numerator}/{leaf.share.denominator}", formats.percent(leaf.share)))
        rows += [
            ("Cut to whole millionths", f"− {plain_text(line.rounding_pico)}", "Stays in the pot’s reserve"),
            ("Earned up to this month", formats.exact_micro(line.earned_micro, currency), f"Split sheet {line.sheet[:16]}"),
            ("On earlier statements", formats.exact_micro(-line.posted_before_micro, currency), "Already posted"),
            ("On this statement", formats.exact_micro(line.amount_micro, currency), "Equal" if not line.faults() else formats.names(line.faults())),
        ]  # fmt: skip
        body = basics.boxed(basics.column(_grid(rows, strong=len(rows) - 1), gap=12))
        body.setContentsMargins(44, 0, 8, 8)
        if line.sources:
            body.layout().addWidget(basics.text_label("Report lines", "cap"))
            body.layout().addLayout(_sources(line))
        return body

    def _export(self) -> None:
        if self.checked is None or self.checked.statement is None:
            return
        document, statement = self.checked.document, self.checked.statement
        usual = f"statement-{document.period}-{document.currency}.csv"
        name, _filter = QFileDialog.getSaveFileName(self, "Export the statement", usual, "CSV (*.csv)")
        if name:
            self.desk.read(
                lambda _session: write_csv(Path(name), statement),
                lambda count: self.desk.say(f"{formats.count(count, 'line')} written to {Path(name).name}."), owner=self,
            )  # fmt: skip


def write_csv(path: Path, statement: Statement) -> int:
    """Every report line with the steps to its amount, exact; `BadInput` when the file cannot be written."""
    count = 0
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            for line in statement.lines:
                steps = [
                    line.remix_id, line.sheet, line.currency, plain(line.gross_pico), plain(line.recouped_pico), str(line.share),
                    str(line.rounding_pico), plain_micro(line.earned_micro), plain_micro(line.posted_before_micro), plain_micro(line.amount_micro),
                ]  # fmt: skip
                for source in line.sources or (None,):
                    told = [""] * 8 if source is None else [
                        source.service, source.territory, source.period_start, source.period_end, source.units, source.revenue,
                        source.report_id, source.line_id,
                    ]  # fmt: skip
                    writer.writerow(safe_cells([*steps, *told, *[""] * 7]))
                    count += 1
            for cells in _account_cells(statement):
                writer.writerow(safe_cells([cells.get(name, "") for name in HEADER]))
                count += 1
    except OSError as error:
        raise BadInput(f"the file cannot be written ({error.strerror})", where=path.name) from error
    return count


def _account_cells(statement: Statement) -> list[dict[str, str]]:
    """The month's conversions, then the steps from each opening balance to its closing one, as cells by column."""
    converted = [
        {
            "currency": each.from_currency, "movement": "conversion", "date": each.posted_on.isoformat(), "from_amount": plain_micro(each.from_micro),
            "to_amount": plain_micro(each.to_micro), "to_currency": each.to_currency, "rate": rate_text(each.rate), "source": each.source,
        }
        for each in statement.conversions
    ]  # fmt: skip
    steps = [
        {"currency": each.currency, "movement": name, "amount": plain_micro(micro)} for each in statement.accounts for name, micro in each.steps()
    ]  # fmt: skip
    return [*converted, *steps]


def _grid(rows: list[tuple[str, str, str]], strong: int) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            role = "small" if column == 2 else "strong" if number == strong else ""
            grid.addWidget(basics.text_label(text, role), number, column, RIGHT if column == 1 else LEFT)
    for column in range(3):
        grid.setColumnStretch(column, 1)
    return grid


def _sources(line: StatementLine) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(0, 1)
    for row, source in enumerate(line.sources[:SHOWN]):
        texts = (f"{source.service}, {source.territory}", source.period_end.isoformat(), f"{source.units:,} units", _pico(source.revenue_pico, line.currency))
        for column, text in enumerate(texts):
            grid.addWidget(basics.text_label(text, "small" if column in (1, 2) else ""), row, column, RIGHT if column > 1 else LEFT)
    if len(line.sources) > SHOWN:
        grid.addWidget(basics.text_label(f"{len(line.sources) - SHOWN:,} more are in the exported file.", "small"), SHOWN, 0)
    return grid


def _pico(pico: int, currency: str) -> str:
    return formats.exact(plain(pico), currency)
