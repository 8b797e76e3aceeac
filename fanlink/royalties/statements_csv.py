"""A statement as CSV and as JSON: one row per report line, so that a spreadsheet can add it up again."""

from __future__ import annotations

import csv
import io
import json

from fanlink.core.account_months import rate_text
from fanlink.core.amounts import PICO, fraction_text, plain, plain_micro
from fanlink.core.plain_text import cell
from fanlink.core.statements import Statement, StatementLine

COLUMNS = (
    "row", "party", "period", "state", "remix", "sheet", "currency", "service", "territory", "report", "line", "period_start",
    "period_end", "units", "revenue", "gross", "recouped", "share", "pools", "rounding", "earned", "posted_before",
    "amount", "gross_before", "late", "movement", "date", "from_amount", "to_amount", "to_currency", "rate", "source", "rate_day",
)  # fmt: skip


def statement_csv(statement: Statement, state: str = "") -> str:
    """`pot` rows with every step from gross to amount, then the month's `part` rows by service and territory.

    After these come the `source` rows that the gross is the sum of; last the month's `conversion` rows, and `account` rows that
    lead from each currency's opening balance to its closing one.
    """
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for line in statement.lines:
        for row in _rows(line):
            writer.writerow({"party": statement.party, "period": statement.period, "state": state} | {name: cell(text) for name, text in row.items()})
    for row in account_rows(statement):
        writer.writerow({"party": statement.party, "period": statement.period, "state": state} | row)
    return stream.getvalue()


def statement_json(statement: Statement) -> str:
    """The whole statement; `Statement.from_data` reads it back."""
    return json.dumps(statement.as_data(), ensure_ascii=False, indent=1) + "\n"


def account_rows(statement: Statement) -> list[dict[str, str]]:
    """The month's conversions, then each currency's account from opening to closing, as cells by column."""
    converted = [
        {
            "row": "conversion", "date": each.posted_on.isoformat(), "currency": each.from_currency, "from_amount": plain_micro(each.from_micro),
            "to_amount": plain_micro(each.to_micro), "to_currency": each.to_currency, "rate": rate_text(each.rate), "source": each.source,
            "rate_day": each.rate_day.isoformat() if each.rate_day else "",
        }
        for each in statement.conversions
    ]  # fmt: skip
    accounts = [
        {"row": "account", "currency": each.currency, "movement": name, "amount": plain_micro(micro)}
        for each in statement.accounts for name, micro in each.steps()
    ]  # fmt: skip
    return [*converted, *accounts]


def rounding_text(line: StatementLine) -> str:
    """What was left to the reserve, in the currency's unit: as a decimal where it ends, else as a fraction."""
    pico = line.rounding_pico
    return plain(int(pico)) if pico.denominator == 1 else fraction_text(pico / PICO)


def pools_text(line: StatementLine) -> str:
    """The pools the share stands under: `recording 1/4 + remixer 1/10`."""
    return " + ".join(f"{' > '.join(leaf.path) or leaf.party} {fraction_text(leaf.share)}" for leaf in line.pools)


def _rows(line: StatementLine) -> list[dict[str, str]]:
    place = {"remix": line.remix_id, "sheet": line.sheet, "currency": line.currency}
    pot = {
        "row": "pot", "gross": plain(line.gross_pico), "recouped": plain(line.recouped_pico),
        "share": fraction_text(line.share), "pools": pools_text(line), "rounding": rounding_text(line),
        "earned": plain_micro(line.earned_micro), "posted_before": plain_micro(line.posted_before_micro),
        "amount": plain_micro(line.amount_micro), "gross_before": plain(line.gross_before_pico), "late": plain(line.late_pico),
    }  # fmt: skip
    parts = [
        {
            "row": "part", "service": part.service, "territory": part.territory, "units": str(part.units),
            "revenue": plain(part.revenue_pico),
        }
        for part in line.parts
    ]  # fmt: skip
    sources = [
        {
            "row": "source", "service": one.service, "territory": one.territory, "report": one.report_id,
            "line": one.line_id, "period_start": one.period_start.isoformat(),
            "period_end": one.period_end.isoformat(), "units": str(one.units), "revenue": one.revenue,
        }
        for one in line.sources
    ]  # fmt: skip
    return [place | row for row in (pot, *parts, *sources)]
