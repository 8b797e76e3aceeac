"""A statement as a PDF that a person can check with a pencil: each pot from gross to amount, then its report lines."""

from __future__ import annotations

import io
from collections.abc import Sequence
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

from fanlink.core.account_months import rate_text
from fanlink.core.amounts import fraction_text, plain, plain_micro
from fanlink.core.plain_text import one_line
from fanlink.core.statements import Statement, StatementLine, breakdown
from fanlink.royalties.statements_csv import pools_text, rounding_text

MOST_SOURCES = 2000
_STYLES = getSampleStyleSheet()
_STATES = {
    "open": "Open: what a run would post now. It may still change.",
    "calculated": "Calculated: posted to the books, not issued yet.",
    "issued": "Issued. Corrections come as new lines of a later statement.",
}
_STEPS = {
    "opening": "Opening balance", "earned": "Earned, as below", "converted": "Converted", "paid_out": "Paid out",
    "came_back": "Payouts that came back", "other": "Other postings", "closing": "Closing balance",
}  # fmt: skip
_GRID = TableStyle(
    [
        ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#e9e7f2")),
        ("LINEBELOW", (0, 0), (-1, -1), 1 / 4, colors.HexColor("#c9c5da")),
        ("FONTSIZE", (0, 0), (-1, -1), 8),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
)


def statement_pdf(statement: Statement, name: str = "", state: str = "") -> bytes:
    """The statement on A4, the same bytes for the same statement. `name` is the party's name as people know it.

    Of each pot the first 2,000 report lines are printed; the CSV has all of them.
    """
    stream = io.BytesIO()
    title = f"Statement {statement.period}"
    page = SimpleDocTemplate(
        stream, pagesize=A4, title=title, author="FanLink", invariant=1, topMargin=18 * mm, bottomMargin=18 * mm
    )
    story = [Paragraph(escape(one_line(f"{title}: {name or statement.party}")), _STYLES["Title"])]
    if state:
        story.append(Paragraph(escape(_STATES.get(state, state)), _STYLES["Normal"]))
    story += _table(["Currency", "This period"], [[cur, plain_micro(m)] for cur, m in statement.totals_micro().items()])
    story += _account(statement)
    titles = [[line.remix_id, line.currency, fraction_text(line.share), plain_micro(line.amount_micro)] for line in statement.lines]
    story += [Paragraph("By remix", _STYLES["Heading2"])]
    story += _table(["Remix", "Currency", "Your share", "This period"], titles)
    for heading, by in (("By service", lambda one: one.service), ("By territory", lambda one: one.territory or "-")):
        rows = [
            [row.name, row.currency, str(row.units), plain(row.gross_pico), plain(_whole(row.share_pico))]
            for row in breakdown(statement, by)
        ]
        story += [Paragraph(heading, _STYLES["Heading2"])]
        story += _table(["", "Currency", "Units", "Revenue", "Your share, exact before recoupment and rounding"], rows)
    for line in statement.lines:
        story += _pot(line)
    story += _promise(statement)
    page.build(story)
    return stream.getvalue()


def _account(statement: Statement) -> list[object]:
    """How the balance moved over the month, and what was converted."""
    story: list[object] = []
    if statement.accounts:
        story.append(Paragraph("Your balance", _STYLES["Heading2"]))
    for each in statement.accounts:
        story += _table(["", each.currency], [[_STEPS[name], plain_micro(micro)] for name, micro in each.steps()])
    if statement.conversions:
        story.append(Paragraph("Converted at your wish", _STYLES["Heading2"]))
    rows = [
        [
            each.posted_on.isoformat(), f"{plain_micro(each.from_micro)} {each.from_currency}", f"{plain_micro(each.to_micro)} {each.to_currency}",
            rate_text(each.rate), f"{each.source}, {each.rate_day}" if each.rate_day else each.source,
        ]
        for each in statement.conversions
    ]  # fmt: skip
    return story + _table(["Posted", "From", "To, cut to whole millionths", "Rate", "Source of the rate"], rows)


def _promise(statement: Statement) -> list[Paragraph]:
    wrong = len(statement.faults()) + len(statement.account_faults())
    text = "Every figure above was computed again from the lines it names, and agrees."
    if wrong:
        text = f"Computed again, {wrong} of the figures above do not agree."
    return [Paragraph(text, _STYLES["Normal"])]


def _pot(line: StatementLine) -> list[object]:
    steps = [
        ["Gross of the pot", plain(line.gross_pico)],
        ["Recouped first", plain(line.recouped_pico)],
        ["of that your own", plain(line.recouped_own_pico)],
        [f"Your share: {pools_text(line)}", fraction_text(line.share)],
        ["Left to the reserve by rounding", rounding_text(line)],
        ["Earned to date", plain_micro(line.earned_micro)],
        ["Of the gross, split by earlier periods", plain(line.gross_before_pico)],
        ["Of the gross, late or corrected", plain(line.late_pico)],
        ["Posted before", plain_micro(line.posted_before_micro)],
        ["This period", plain_micro(line.amount_micro)],
    ]
    sources = [
        [one.service, one.territory, f"{one.report_id} / {one.line_id}", one.period_end.isoformat(), str(one.units),
         one.revenue]
        for one in line.sources[:MOST_SOURCES]
    ]  # fmt: skip
    more = len(line.sources) - len(sources)
    heading = Paragraph(escape(f"Remix {line.remix_id}, {line.currency}"), _STYLES["Heading2"])
    story: list[object] = [heading, Paragraph(escape(f"Sheet {line.sheet}"), _STYLES["Normal"])]
    story += _table(["", line.currency], steps)
    story += _table(["Service", "Territory", "Report / line", "Until", "Units", "Revenue"], sources)
    if more > 0:
        story.append(Paragraph(f"and {more} more report lines, which the CSV has", _STYLES["Normal"]))
    return story


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[object]:
    if not rows:
        return []
    cells = [[Paragraph(escape(one_line(cell)), _STYLES["BodyText"]) for cell in row] for row in (head, *rows)]
    return [LongTable(cells, repeatRows=1, style=_GRID), Spacer(1, 4 * mm)]


def _whole(pico: object) -> int:
    return int(pico)  # type: ignore[call-overload]
