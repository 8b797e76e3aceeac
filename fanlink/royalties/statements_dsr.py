"""A statement as a DDEX sales report: the report lines of its pots, with the party's share as rights controller."""

from __future__ import annotations

import io
from collections.abc import Sequence
from fractions import Fraction

from fanlink.core.amounts import PICO_PER_MICRO, plain, plain_micro
from fanlink.core.errors import BadInput
from fanlink.core.reports import ReportLine
from fanlink.core.statements import Statement
from fanlink.royalties.dsr import Record, Sender, ugc_report, write_records

_PLACES = 10**6


def statement_dsr(statement: Statement, sender: Sender) -> str:
    """UGC profile; each block ends with the party's LI01. `BadInput` where the statement has no report line.

    A share is written in percent (a quarter is 25) and floored to six places where it does not end. An allocated
    amount is the exact share of the block's revenue, floored to millionths: recoupment, the rounding of the pot, balances and
    conversions stand in the other forms of the statement, for a sales report has no place for them.
    """
    line_of = {source.key: line for line in statement.lines for source in line.sources}
    if not line_of:
        raise BadInput("a statement without a report line has no sales report", where=statement.period)

    def rights(block: str, summary: str, sales: Sequence[ReportLine]) -> list[Record]:
        return _rights(statement.party, block, summary, [(sale, line_of[sale.key].share) for sale in sales])

    sources = [source for line in statement.lines for source in line.sources]
    stream = io.StringIO()
    write_records(ugc_report(sources, sender, rights=rights), stream)
    return stream.getvalue()


def percent_text(share: Fraction) -> str:
    """A share in percent, floored to six places: 1/4 is `25`, 1/3 is `33.333333`."""
    return plain_micro(int(share * 100 * _PLACES))


def _rights(party: str, block: str, summary: str, sales: Sequence[tuple[ReportLine, Fraction]]) -> list[Record]:
    """One LI01 for each share that the block's sales fall under (a block may span two versions of the sheet)."""
    made = []
    for share in sorted({share for _, share in sales}):
        net_pico = sum(sale.revenue_pico for sale, own in sales if own == share)
        allocated = net_pico * share / PICO_PER_MICRO
        whole = abs(allocated.numerator) // allocated.denominator
        cells = {
            "BlockId": block, "SummaryRecordId": summary, "RightsController": party,
            "RightSharePercentage": percent_text(share), "AllocatedNetRevenue": plain(net_pico),
            "AllocatedAmount": plain_micro(-whole if allocated < 0 else whole),
        }  # fmt: skip
        made.append(Record("LI01.02", cells))
    return made
