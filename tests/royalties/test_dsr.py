import io
from datetime import UTC, datetime

import pytest

from fanlink.core.errors import BadInput
from fanlink.core.reports import BrokenReport, ReportLine
from fanlink.royalties import dsr_lines
from fanlink.royalties.dsr import Record, Sender, file_name, read_records, ugc_report, write_records
from fanlink.royalties.dsr_royalty import royalty_report
from tests.royalties.makings import report_line

SENDER = Sender("rep", datetime(2026, 2, 1, tzinfo=UTC), "PADPIDA1", "Clip Service", "PADPIDA2", "FanLink")


def written(records):
    stream = io.StringIO()
    write_records(records, stream)
    return stream.getvalue()


def read(text):
    return read_records(io.BytesIO(text.encode()), "r.tsv")


def scanned(text):
    """(report lines, faults) as an import finds them."""
    found = [one for _, one in dsr_lines.scan(io.BytesIO(text.encode()), "r.tsv")]
    good = [one for one in found if isinstance(one, ReportLine)]
    return good, [fault for one in found if not isinstance(one, ReportLine) for fault in one]


def lines():
    return [
        report_line(1), report_line(2, "-0.000000000001"), report_line(3, remix_id="r2"),
        report_line(4, service="Clip"), report_line(5, currency="JPY", territory="JP"),
    ]  # fmt: skip


@pytest.mark.parametrize("report", [ugc_report, royalty_report])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_written_as_a_sales_report_read_back_equal(end, report):
    text = "# a comment" + end + written(report(lines(), SENDER)).replace("\n", end)
    assert dsr_lines.is_dsr(text.encode()) and dsr_lines.is_dsr(("\ufeff" + text).encode())
    back, faults = scanned(text)
    assert [] == faults and len(read(text)) > len(back)
    assert sorted(one.content for one in back) == sorted(one.content for one in lines())


def test_the_file_counts_its_own_lines():
    records = ugc_report(lines(), SENDER)
    assert records[-1]["NumberOfLinesInFile"] == str(len(records))
    broken = written(records[:3] + records[4:])
    with pytest.raises(BrokenReport) as error:
        read(broken)
    assert error.value.faults[0].column == "NumberOfLinesInFile"


def test_every_broken_line_is_named():
    rows = written(ugc_report(lines()[:1], SENDER)).split("\n")
    rows[1] = rows[1].replace("\tEUR\t", "\t\t")
    rows[2] = "XX01\tB1"
    rows[3] += "\tmore" * 20
    with pytest.raises(BrokenReport) as error:
        read("\n".join(rows))
    assert [(one.line, one.column) for one in error.value.faults][:3] == [
        (2, "CurrencyOfReporting"), (3, "RecordType"), (4, None)
    ]  # fmt: skip


def test_a_sale_with_a_broken_amount_is_named():
    text = written(ugc_report(lines()[:1], SENDER))
    place = next(number for number, row in enumerate(text.split("\n"), 1) if row.startswith("SU03"))
    rows = text.split("\n")
    rows[place - 1] = rows[place - 1].replace("\t1.5\t", "\t1e5\t")
    _, faults = scanned("\n".join(rows))
    assert [(one.line, one.column) for one in faults] == [(place, "revenue")]


def test_a_sale_whose_block_or_summary_is_missing_is_named():
    text = written(one for one in ugc_report(lines()[:1], SENDER) if one.kind != "RU02.01")
    assert "BlockId" == scanned(text)[1][0].column
    text = written(one for one in royalty_report(lines()[:1], SENDER) if one.kind != "SY10.01")
    assert "SummaryRecordId" == scanned(text)[1][0].column


def test_the_royalty_profile_takes_the_labels_own_number_and_usages_less_returns():
    head, summary, sale, foot = royalty_report(lines()[:1], SENDER)
    cells = dict(sale.cells) | {
        "LabelReleaseId": "", "ProprietaryReleaseId": "PADPIDA1::remix-7", "DspReleaseId": "x", "NetUsage": "", "Usages": "9",
        "Returns": "2",
    }  # fmt: skip
    (line,), faults = scanned(written([head, summary, Record("SR08.01", cells), foot]))
    assert ([], "remix-7", 7, "2026-01-31") == (faults, line.remix_id, line.units, line.period_end.isoformat())


def test_a_value_that_would_break_the_file_is_refused():
    for value in ("a\tb", "a\nb", "a|b"):
        with pytest.raises(BadInput):
            written([Record("RU02.01", {"ReleaseTitle": value})])
    assert written([Record("AS02.02", {"ISRC": "A|B"})]).split("\t")[4] == "A|B"


def test_a_file_without_head_and_foot_is_no_report():
    for text in ("", "SY02.02\t1"):
        with pytest.raises(BrokenReport):
            read(text)


def test_a_report_of_nothing_is_not_written():
    with pytest.raises(BadInput):
        ugc_report([], SENDER)


def test_the_file_is_named_as_the_standard_asks():
    assert (
        file_name(SENDER, "Clip", "2026-01", "FR") == "DSR_FanLink_ClipService_Clip_2026-01_FR_1of1_20260201T000000.tsv"
    )


def test_lines_that_a_spreadsheet_filled_up_are_read():
    rows = written(ugc_report(lines(), SENDER)).rstrip("\n").split("\n")
    widest = max(row.count("\t") for row in rows) + 3
    back, faults = scanned("\n".join(row + "\t" * (widest - row.count("\t")) for row in rows))
    assert [] == faults
    assert sorted(one.content for one in back) == sorted(one.content for one in lines())


def test_what_is_no_text_is_named_by_its_line():
    text = written(ugc_report(lines()[:1], SENDER))
    place = next(number for number, row in enumerate(text.split("\n"), 1) if row.startswith("SU03"))
    rows = text.split("\n")
    rows[place - 1] = rows[place - 1].replace("\t1\t", "\t1\0\t", 1)
    assert (place, "SalesTransactionId") in [(one.line, one.column) for one in scanned("\n".join(rows))[1]]
    with pytest.raises(BadInput) as error:
        read_records(io.BytesIO("\n".join(rows).replace("\0", "\udcff").encode("utf-8", "surrogateescape")), "r.tsv")
    assert place == error.value.line
