"""A line of a spooled report: the cells as they stood, its exact revenue and its digest, made once and passed on as they are.

Millions of these go through an import. They are plain tuples, and their JSON is put together here instead of by the general
encoder: the same text, several times sooner (a test holds the two together).
"""

from __future__ import annotations

import hashlib
from datetime import date
from json.encoder import encode_basestring as _quoted
from typing import NamedTuple

from fanlink.core.amounts import plain
from fanlink.core.reports import ReportLine

COLUMNS = (
    "n", "service", "report_id", "line_id", "remix_id", "territory", "period_start", "period_end", "units", "revenue",
    "currency", "play_at", "listener_hash", "payer_hash", "pico", "content",
)  # fmt: skip
Key = tuple[str, str, str]


class Spooled(NamedTuple):
    """One line; `number` is that of the file's line, `pico` its revenue as whole pico in text, `content` what `ReportLine.content` says."""

    number: int
    service: str
    report_id: str
    line_id: str
    remix_id: str
    territory: str
    period_start: str
    period_end: str
    units: int
    revenue: str
    currency: str
    play_at: str | None
    listener_hash: str | None
    payer_hash: str | None
    pico: str
    content: str

    @property
    def key(self) -> Key:
        return self[1:4]  # type: ignore[return-value]

    @property
    def line(self) -> ReportLine:
        """The line as `core` has it."""
        return ReportLine(
            self.report_id, self.line_id, self.remix_id, self.service, self.territory, date.fromisoformat(self.period_start),
            date.fromisoformat(self.period_end), self.units, self.revenue, self.currency, self.play_at, self.listener_hash,
            self.payer_hash,
        )  # fmt: skip

    @property
    def body(self) -> str:
        """The line as JSON text, its fields as `ReportLine.as_data` has them."""
        return (
            f'{{"report_id":{_quoted(self[2])},"line_id":{_quoted(self[3])},"remix_id":{_quoted(self[4])},"service":{_quoted(self[1])},'
            f'"territory":{_quoted(self[5])},"period_start":"{self[6]}","period_end":"{self[7]}","units":{self[8]},"revenue":"{self[9]}",'
            f'"currency":"{self[10]}","play_at":{_or_null(self[11])},"listener_hash":{_or_null(self[12])},"payer_hash":{_or_null(self[13])}}}'
        )


def spooled(number: int, line: ReportLine) -> Spooled:
    """A line that stands on line `number` of its file."""
    start, end, pico = line.period_start.isoformat(), line.period_end.isoformat(), line.revenue_pico
    said = (
        f'{{"currency":"{line.currency}","line_id":{_quoted(line.line_id)},"listener_hash":{_or_null(line.listener_hash)},'
        f'"payer_hash":{_or_null(line.payer_hash)},"period_end":"{end}","period_start":"{start}","play_at":{_or_null(line.play_at)},'
        f'"remix_id":{_quoted(line.remix_id)},"report_id":{_quoted(line.report_id)},"revenue":"{plain(pico)}",'
        f'"service":{_quoted(line.service)},"territory":{_quoted(line.territory)},"units":{line.units}}}'
    )
    return Spooled(
        number, line.service, line.report_id, line.line_id, line.remix_id, line.territory, start, end, line.units, line.revenue,
        line.currency, line.play_at, line.listener_hash, line.payer_hash, str(pico), hashlib.sha256(said.encode()).hexdigest(),
    )  # fmt: skip


def _or_null(text: str | None) -> str:
    return "null" if text is None else _quoted(text)
