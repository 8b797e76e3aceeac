"""DDEX sales reports (DSR), user-generated content profile: records read from a file, and written from report lines.

A file is tab-separated UTF-8, `|` between values of one cell, `#` before comments. One block is one source recording;
the remix is the block's release (RU02), each sale a line of usage (SU03), and the rights controllers' parts stand in
LI01 rows. Layouts in `dsr_records.py`; `dsr_lines.py` makes report lines of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, TextIO

from fanlink.core.amounts import pico_of, plain
from fanlink.core.errors import BadInput
from fanlink.core.reports import BrokenReport, Fault, ReportLine
from fanlink.royalties.dsr_records import LAYOUTS, MESSAGE_VERSION, PROFILE, Cell

LONGEST_LINE = 1_000_000
FOOT_OF = {"HEAD": "FOOT", "SRHE": "SRFO"}
FEET = frozenset(FOOT_OF.values())


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its kind and its cells by name. A cell that holds many values has them joined by `|`."""

    kind: str
    cells: Mapping[str, str]
    line: int = 0

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a report to whom, under which message id, made when."""

    message_id: str
    made_at: datetime
    sender_id: str
    sender_name: str
    recipient_id: str = ""
    recipient_name: str = ""


def records_of(source: BinaryIO, file: str) -> Iterator[Record | tuple[Fault, ...]]:
    """Each record of the file in order, or the faults of its line. Streams; raises `BadInput` for what is not UTF-8."""
    number = 0
    while data := source.readline(LONGEST_LINE):
        number += 1
        if len(data) == LONGEST_LINE:
            yield (Fault(file, number, None, "the line is longer than a million characters"),)
            return
        try:
            line = data.decode("utf-8-sig" if number == 1 else "utf-8").removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError as error:
            raise BadInput("is not UTF-8 text", where=file, line=number) from error
        if line and not line.startswith("#"):
            yield _record(line.split("\t"), file, number)


def read_records(source: BinaryIO, file: str) -> tuple[Record, ...]:
    """All records of a file; `BrokenReport` names every line whose kind, cells or counts are wrong."""
    records: list[Record] = []
    faults: list[Fault] = []
    frame = Frame(file)
    for found in records_of(source, file):
        if isinstance(found, Record):
            records.append(found)
            faults += frame.take(found)
        else:
            faults += found
    faults += frame.end()
    if faults:
        raise BrokenReport(faults)
    return tuple(records)


def write_records(records: Iterable[Record], stream: TextIO) -> None:
    """The records as a file that `read_records` reads back; `BadInput` for a value that the format cannot hold."""
    for record in records:
        cells = []
        for cell in LAYOUTS[record.kind]:
            value = record.kind if cell.name == "RecordType" else record[cell.name]
            if any(mark in value for mark in "\t\r\n") or ("|" in value and not cell.many):
                raise BadInput("a tab, a line break or a bar does not fit into a cell", where=value, column=cell.name)
            cells.append(value)
        stream.write("\t".join(cells) + "\n")


Rights = Callable[[str, str, Sequence[ReportLine]], list[Record]]


def ugc_report(
    lines: Iterable[ReportLine], sender: Sender, titles: Mapping[str, str] | None = None, rights: Rights | None = None
) -> list[Record]:
    """The lines as a UGC report: one summary per service, territory and currency, one block per remix and summary.

    `rights` gives the records that end a block: it is told the block, its summary and the lines in it.
    """
    lines = tuple(lines)
    if not lines:
        raise BadInput("a sales report without a line has no period", where=sender.message_id)
    groups: dict[tuple[str, str, str], list[ReportLine]] = {}
    for line in lines:
        groups.setdefault((line.service, line.territory, line.currency), []).append(line)
    summaries, blocks = [], []
    for number, (place, group) in enumerate(sorted(groups.items()), start=1):
        summaries.append(_summary(str(number), place, group))
        remixes: dict[str, list[ReportLine]] = {}
        for line in group:
            remixes.setdefault(line.remix_id, []).append(line)
        for remix_id, sales in sorted(remixes.items()):
            title = (titles or {}).get(remix_id, remix_id)
            name = f"B{len(blocks) + 1}"
            more = rights(name, str(number), sales) if rights else []
            blocks.append(_block(name, str(number), remix_id, title, sales) + more)
    start, end = min(line.period_start for line in lines), max(line.period_end for line in lines)
    records = [header(sender, start.isoformat(), end.isoformat()), *summaries, *(one for block in blocks for one in block)]
    return [*records, footer(len(records) + 1, len(summaries), len(blocks))]


def header(sender: Sender, start: str, end: str) -> Record:
    """The first record. The time of making has a zone, as RFC 3339 asks."""
    assert sender.made_at.tzinfo is not None, "a time without a zone says nothing"
    cells = {
        "MessageVersion": MESSAGE_VERSION, "Profile": PROFILE, "ProfileVersion": "1.4", "MessageId": sender.message_id,
        "MessageCreatedDateTime": sender.made_at.isoformat(timespec="seconds"), "FileNumber": "1", "NumberOfFiles": "1",
        "UsageStartDate": start, "UsageEndDate": end, "SenderPartyId": sender.sender_id, "SenderName": sender.sender_name,
        "RecipientPartyId": sender.recipient_id, "RecipientName": sender.recipient_name,
    }  # fmt: skip
    return Record("HEAD", cells)


def footer(lines: int, summaries: int, blocks: int) -> Record:
    """The last record; `lines` counts all records of the file, itself included."""
    counts = {"NumberOfLinesInFile": lines, "NumberOfSummaryRecords": summaries, "NumberOfBlocksInFile": blocks}
    return Record("FOOT", {name: str(count) for name, count in counts.items()})


def file_name(sender: Sender, service: str, period: str, territory: str) -> str:
    """`DSR_Recipient_Sender_Service_Period_Territory_1of1_time.tsv`, with only letters and digits in each part."""
    parts = (sender.recipient_name, sender.sender_name, service, period, territory or "Worldwide")
    safe = ["".join(letter for letter in part if letter.isalnum() or letter == "-") or "x" for part in parts]
    return f"DSR_{'_'.join(safe)}_1of1_{sender.made_at:%Y%m%dT%H%M%S}.tsv"


@dataclass(slots=True)
class Frame:
    """What a file must begin and end with, and the counts that its foot must tell; holds no records."""

    file: str
    lines: int = 0
    summaries: int = 0
    blocks: int = 0
    _block: str = ""
    _last: Record | None = None
    _headless: bool = False

    def take(self, record: Record) -> list[Fault]:
        """Counts one record; a fault where it cannot stand there."""
        faults = []
        if self._last is not None and self._last.kind in FEET:
            faults.append(Fault(self.file, record.line, "RecordType", f"stands below the {self._last.kind} of the file"))
        if not self.lines and record.kind not in FOOT_OF:
            self._headless = True
        self.lines += 1
        self.summaries += record.kind.startswith("SY")
        if record["BlockId"] and record["BlockId"] != self._block:
            self._block = record["BlockId"]
            self.blocks += 1
        self._last = record
        return faults

    def end(self) -> list[Fault]:
        """The faults of the frame once the file is read."""
        last = self._last
        if last is None or self._headless or last.kind not in FEET:
            line = last.line if last else 1
            return [Fault(self.file, line, "RecordType", "the file does not begin with HEAD and end with FOOT (or SRHE and SRFO)")]
        if last.kind == "FOOT":
            counts = {"NumberOfLinesInFile": self.lines, "NumberOfSummaryRecords": self.summaries, "NumberOfBlocksInFile": self.blocks}
        else:
            counts = {"NumberOfLinesInReport": self.lines, "NumberOfSummaryRecords": self.summaries}
        return [
            Fault(self.file, last.line, name, f"says {last[name] or 'nothing'}, the file has {count}")
            for name, count in counts.items() if last[name] != str(count)
        ]  # fmt: skip


def _record(values: list[str], file: str, number: int) -> Record | tuple[Fault, ...]:
    layout = LAYOUTS.get(values[0])
    if layout is None:
        return (Fault(file, number, "RecordType", f"{values[0][:40]!r} is not a record of this profile"),)
    values += [""] * (len(layout) - len(values))
    if not any(values[len(layout):]):  # spreadsheets fill every line up to the longest
        values = values[: len(layout)]
    if len(values) > len(layout):
        return (Fault(file, number, None, f"has {len(values)} cells, a {values[0]} has {len(layout)}"),)
    cells = {cell.name: value for cell, value in zip(layout, values, strict=True)}
    return tuple(_cell_faults(layout, cells, file, number)) or Record(values[0], cells, number)


def _cell_faults(layout: tuple[Cell, ...], cells: Mapping[str, str], file: str, number: int) -> list[Fault]:
    faults = []
    for cell in layout:
        value = cells[cell.name]
        if not value and not cell.optional:
            faults.append(Fault(file, number, cell.name, "is empty"))
        if "\0" in value:
            faults.append(Fault(file, number, cell.name, "has a character that no text has"))
        if "|" in value and not cell.many:
            faults.append(Fault(file, number, cell.name, "holds more than one value"))
    return faults


def _summary(number: str, place: tuple[str, str, str], lines: list[ReportLine]) -> Record:
    service, territory, currency = place
    revenue = plain(sum(line.revenue_pico for line in lines))
    cells = {
        "SummaryRecordId": number, "CommercialModel": "AdvertisementSupportedModel", "UseType": "OnDemandStream",
        "Territory": territory or "Worldwide", "ServiceDescription": service, "CurrencyOfReporting": currency,
        "Usages": str(sum(line.units for line in lines)), "NetRevenue": revenue, "ContentCategory": "Audio",
    }  # fmt: skip
    return Record("SY02.02", cells)


def _block(block: str, summary: str, remix_id: str, title: str, lines: list[ReportLine]) -> list[Record]:
    resource = {
        "BlockId": block, "ResourceReference": f"A-{block}", "DspResourceId": remix_id, "Title": title,
        "DisplayArtistName": "Various", "ResourceType": "SoundRecording",
    }  # fmt: skip
    release = {
        "BlockId": block, "SummaryRecordId": summary, "DspReleaseId": remix_id, "ReleaseTitle": title,
        "ReleaseURL": f"urn:remix:{remix_id}", "Usages": str(sum(line.units for line in lines)),
    }  # fmt: skip
    sales = [
        Record(
            "SU03.02",
            {
                "BlockId": block, "SalesTransactionId": line.line_id, "SummaryRecordId": summary,
                "DspResourceId": remix_id, "Usages": str(line.units), "NetRevenue": plain(pico_of(line.revenue)),
                "ValidityPeriodStart": line.period_start.isoformat(), "ValidityPeriodEnd": line.period_end.isoformat(),
            },
        )
        for line in lines
    ]  # fmt: skip
    return [Record("AS02.02", resource), Record("RU02.01", release), *sales]
