"""Report lines from DDEX sales reports, streaming: one block and the summaries are held, never the file.

In the user-generated content profile the remix is the release of the sale's block. In the royalty profile each record is a
sale; the remix is the label's own number for the release, then the proprietary one, then the service's. Territory, currency
and service are those of the summary that the sale names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from fanlink.core.reports import COLUMNS, Fault, ReportLine, faults_of, line_from
from fanlink.royalties.dsr import Frame, Record, records_of

HEADS = ("HEAD\t", "SRHE\t")
ACCOUNTING, TRANSACTION = "InCurrencyOfAccounting", "InCurrencyOfTransaction"


def is_dsr(beginning: bytes) -> bool:
    """Whether the first bytes of a file are those of a sales report: comments, then its head."""
    text = beginning.decode("utf-8", "replace").removeprefix("\ufeff")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return bool(lines) and lines[0].startswith(HEADS)


def scan(source: BinaryIO, file: str) -> Iterator[tuple[int, ReportLine | tuple[Fault, ...]]]:
    """Each sale of the file in order with its line number: the report line, or its faults; at last those of the frame."""
    reading = _Reading(file)
    frame = Frame(file)
    for record in records_of(source, file):
        if not isinstance(record, Record):
            yield record[0].line or 0, record
            continue
        wrong = frame.take(record)
        if wrong:
            yield record.line, tuple(wrong)
        found = reading.take(record)
        if found is not None:
            yield record.line, found
    wrong = frame.end()
    if wrong:
        yield wrong[0].line or 0, tuple(wrong)


class _Reading:
    """What was read so far that a later sale rests on."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._head: Record | None = None
        self._summaries: dict[str, Record] = {}
        self._release: Record | None = None

    def take(self, record: Record) -> ReportLine | tuple[Fault, ...] | None:
        """A sale becomes a line; anything else is remembered."""
        if record.kind in ("HEAD", "SRHE"):
            self._head = record
        elif record.kind.startswith("SY"):
            self._summaries[record["SummaryRecordId"]] = record
        elif record.kind == "RU02.01":
            self._release = record
        elif record.kind == "SU03.02":
            return self._sale(record)
        elif record.kind == "SR08.01":
            return self._royalty(record)
        return None

    def _sale(self, sale: Record) -> ReportLine | tuple[Fault, ...]:
        release = self._release if self._release and self._release["BlockId"] == sale["BlockId"] else None
        if release is None:
            return (Fault(self._file, sale.line, "BlockId", f"block {sale['BlockId']} has no release above this line"),)
        summary = self._summaries.get(sale["SummaryRecordId"] or release["SummaryRecordId"])
        if summary is None or self._head is None:
            return (Fault(self._file, sale.line, "SummaryRecordId", "its summary is not there"),)
        return self._line(sale, self._head, {
            "line_id": sale["SalesTransactionId"], "remix_id": release["DspReleaseId"],
            "service": summary["ServiceDescription"], "territory": summary["Territory"],
            "period_start": (sale["ValidityPeriodStart"] or self._head["UsageStartDate"])[:10],
            "period_end": (sale["ValidityPeriodEnd"] or self._head["UsageEndDate"])[:10],
            "units": sale["Usages"], "revenue": sale["NetRevenue"], "currency": summary["CurrencyOfReporting"],
        })  # fmt: skip

    def _royalty(self, sale: Record) -> ReportLine | tuple[Fault, ...]:
        summary = self._summaries.get(sale["SummaryRecordId"])
        if summary is None or self._head is None:
            return (Fault(self._file, sale.line, "SummaryRecordId", "its summary is not there"),)
        remix = sale["LabelReleaseId"] or sale["ProprietaryReleaseId"] or sale["DspReleaseId"]
        return self._line(sale, self._head, {
            "line_id": sale["SalesTransactionId"], "remix_id": remix.rpartition("::")[2],
            "service": summary["ServiceDescription"], "territory": summary["Territory"],
            "period_start": (summary["ReportingPeriodStartDate"] or self._head["UsageStartDate"])[:10],
            "period_end": (summary["ReportingPeriodEndDate"] or self._head["UsageEndDate"])[:10],
            "units": sale["NetUsage"] or _net(sale["Usages"], sale["Returns"]),
            "revenue": sale[f"AllocatedNetRevenue{ACCOUNTING}"], "currency": summary["CurrencyOfAccounting"],
        })  # fmt: skip

    def _line(self, sale: Record, head: Record, said: Mapping[str, str]) -> ReportLine | tuple[Fault, ...]:
        cells = dict.fromkeys(COLUMNS, "") | {"report_id": head["MessageId"]} | dict(said)
        faults = tuple(Fault(self._file, sale.line, column, reason) for column, reason in faults_of(cells))
        return faults or line_from(cells)


def _net(usages: str, returns: str) -> str:
    """Usages less returns; what is no number is left for the check of the line to name."""
    try:
        return str(int(usages or "0") - int(returns or "0"))
    except ValueError:
        return usages
