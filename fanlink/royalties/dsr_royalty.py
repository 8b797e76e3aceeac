"""Writes report lines in the DDEX royalty profile: financial reporting to record companies, one record for each sale.

Which cells we fill, and what of it is our reading of the standard, is said in docs/decisions/0013-runs.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fanlink.core.amounts import pico_of, plain
from fanlink.core.errors import BadInput
from fanlink.core.reports import ReportLine
from fanlink.royalties.dsr import Record, Sender, header
from fanlink.royalties.dsr_records import ROYALTY_PROFILE

Place = tuple[str, str, str, str, str]


def royalty_report(lines: Iterable[ReportLine], sender: Sender, titles: Mapping[str, str] | None = None) -> list[Record]:
    """SRHE, one SY10 for each service, territory, currency and period, its sales as SR08, SRFO. `BadInput` without a line."""
    groups: dict[Place, list[ReportLine]] = {}
    for line in lines:
        place = line.service, line.territory, line.currency, line.period_start.isoformat(), line.period_end.isoformat()
        groups.setdefault(place, []).append(line)
    if not groups:
        raise BadInput("a sales report without a line has no period", where=sender.message_id)
    start, end = min(place[3] for place in groups), max(place[4] for place in groups)
    head = header(sender, start, end)
    records = [Record("SRHE", dict(head.cells) | {"Profile": ROYALTY_PROFILE, "ProfileVersion": "1.0"})]
    numbered = [(str(number), place, group) for number, (place, group) in enumerate(sorted(groups.items()), start=1)]
    records += [_summary(number, place, group) for number, place, group in numbered]
    records += [_sale(number, line, titles or {}) for number, _, group in numbered for line in group]
    counts = {"NumberOfLinesInReport": str(len(records) + 1), "NumberOfSummaryRecords": str(len(numbered))}
    return [*records, Record("SRFO", counts)]


def _summary(number: str, place: Place, lines: list[ReportLine]) -> Record:
    service, territory, currency, start, end = place
    revenue = plain(sum(line.revenue_pico for line in lines))
    return Record("SY10.01", {
        "SummaryRecordId": number, "ReportingPeriodStartDate": start, "ReportingPeriodEndDate": end,
        "Territory": territory or "Worldwide", "ServiceDescription": service,
        "TotalUsages": str(sum(line.units for line in lines)), "CurrencyOfAccounting": currency,
        "NetRevenueInCurrencyOfAccounting": revenue, "AllocatedNetRevenueInCurrencyOfAccounting": revenue,
    })  # fmt: skip


def _sale(number: str, line: ReportLine, titles: Mapping[str, str]) -> Record:
    return Record("SR08.01", {
        "SalesTransactionId": line.line_id, "LabelReleaseId": line.remix_id,
        "ReleaseTitle": titles.get(line.remix_id, line.remix_id), "SummaryRecordId": number, "NetUsage": str(line.units),
        "AllocatedNetRevenueInCurrencyOfAccounting": plain(pico_of(line.revenue)),
    })  # fmt: skip
