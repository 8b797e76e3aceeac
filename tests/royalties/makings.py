"""Values that the tests of this room build on."""

from datetime import date

from fanlink.core.amounts import PICO
from fanlink.core.pots import Recoupment, pots_of
from fanlink.core.reports import COLUMNS, read_line
from fanlink.core.shares import label_standard
from fanlink.core.statements import Statement, line_of

SHEET = label_standard(
    "house", {"label": "1/1"}, {"writer": "1/3", "other": "2/3"}, Recoupment("label", PICO, "EUR")
).bind("r1", "fan", date(2026, 1, 1))


def report_line(number, revenue="1.5", **cells):
    made = dict.fromkeys(COLUMNS, "") | {
        "report_id": "rep", "line_id": str(number), "remix_id": "r1", "service": "Stream", "territory": "FR",
        "period_start": "2026-01-01", "period_end": "2026-01-31", "units": "3", "revenue": revenue, "currency": "EUR",
    }  # fmt: skip
    return read_line(made | cells, "rep.csv", number)


def statement(party="fan", before=0, sources=None):
    if sources is None:
        sources = [
            report_line(1, "2.000001"),
            report_line(2, "1.5", service="Clip", territory=""),
            report_line(3, "-0.25"),
        ]
    (pot,) = pots_of([SHEET.terms()], {SHEET.id: sum(one.revenue_pico for one in sources)}, "EUR")
    return Statement(party, "2026-01", (line_of(party, SHEET, pot, before, sources),))
