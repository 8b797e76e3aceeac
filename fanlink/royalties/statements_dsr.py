"""A statement as a DDEX sales report: the report lines of its pots, with the party's share as rights controller."""

from __future__ import annotations

import io
from fractions import Fraction

from fanlink.core.amounts import PICO, plain, plain_micro
from fanlink.core.errors import BadInput
from fanlink.core.statements import Statement, StatementLine
from fanlink.royalties.dsr import Record, Sender, footer, ugc_report, write_records

_PLACES = 10**6


def statement_dsr(statement: Statement, sender: Sender) -> str:
    """UGC profile; each block ends with the party's LI01. `BadInput` where the statement has no report line.

    A share is written in percent (a quarter is 25) and floored to six places where it does not end. An allocated
    amount is the exact share of the block's revenue, floored to millionths: recoupment and the rounding of the pot
    stand in the other forms of the statement.
    """
    sources = [source for line in statement.lines for source in line.sources]
    if not sources:
        raise BadInput("a statement without a report line has no sales report", where=statement.period)
    by_pot = {(line.remix_id, line.currency, source.key): line for line in statement.lines for source in line.sources}
    records = ugc_report(sources, sender)
    summaries = {record["SummaryRecordId"]: record for record in records if record.kind == "SY02.02"}
    written: list[Record] = []
    blocks = 0
    for place, record in enumerate(records[:-1]):
        written.append(record)
        last_of_block = record.kind == "SU03.02" and records[place + 1].kind != "SU03.02"
        if last_of_block:
            blocks += 1
            block = [one for one in records if one.kind == "SU03.02" and one["BlockId"] == record["BlockId"]]
            summary = summaries[record["SummaryRecordId"]]
            report_of = {(one.service, one.line_id, one.remix_id): one.key for one in sources}
            lines = [
                by_pot[sale["DspResourceId"], summary["CurrencyOfReporting"],
                       report_of[summary["ServiceDescription"], sale["SalesTransactionId"], sale["DspResourceId"]]]
                for sale in block
            ]  # fmt: skip
            written += _rights(statement.party, record, block, lines)
    written.append(footer(len(written) + 1, len(summaries), blocks))
    stream = io.StringIO()
    write_records(written, stream)
    return stream.getvalue()


def percent_text(share: Fraction) -> str:
    """A share in percent, floored to six places: 1/4 is `25`, 1/3 is `33.333333`."""
    return plain_micro(int(share * 100 * _PLACES))


def _rights(party: str, last: Record, sales: list[Record], lines: list[StatementLine]) -> list[Record]:
    """One LI01 for each share that the block's sales fall under (a block may span two versions of the sheet)."""
    made = []
    for share in sorted({line.share for line in lines}):
        net = sum(
            (Fraction(sale["NetRevenue"]) for sale, line in zip(sales, lines, strict=True) if line.share == share),
            Fraction(0),
        )
        allocated = net * share * _PLACES
        whole = abs(allocated.numerator) // allocated.denominator
        cells = {
            "BlockId": last["BlockId"], "SummaryRecordId": last["SummaryRecordId"], "RightsController": party,
            "RightSharePercentage": percent_text(share), "AllocatedNetRevenue": plain(int(net * PICO)),
            "AllocatedAmount": plain_micro(-whole if allocated < 0 else whole),
        }  # fmt: skip
        made.append(Record("LI01.02", cells))
    return made
