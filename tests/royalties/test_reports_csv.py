import io

import pytest

from fanlink.core.reports import COLUMNS, REQUIRED, BrokenReport
from fanlink.royalties.reports_csv import read_report, write_report

HEADER = ",".join(REQUIRED)
GOOD = "rep,1,r1,Stream,FR,2026-01-01,2026-01-31,10,1.50,EUR"


def read(text, encoding="utf-8"):
    return read_report(io.BytesIO(text.encode(encoding) if isinstance(text, str) else text), "rep.csv")


def faults(text):
    with pytest.raises(BrokenReport) as broken:
        read(text)
    return [(fault.line, fault.column) for fault in broken.value.faults]


def changed(**cells):
    values = dict(zip(REQUIRED, GOOD.split(","), strict=True)) | cells
    return f"{HEADER}\n" + ",".join(values.values()) + "\n"


def test_columns_come_in_any_order():
    names, cells = HEADER.split(","), GOOD.split(",")
    (line,) = read(",".join(names[::-1]) + "\n" + ",".join(cells[::-1]))
    (same,) = read(f"{HEADER}\n{GOOD}\n")
    assert line == same and line.revenue == "1.50" and line.key == ("Stream", "rep", "1")


def test_a_byte_order_mark_crlf_quotes_and_blank_lines_are_fine():
    text = f"\ufeff{HEADER}\r\n\r\n" + GOOD.replace("Stream", '"Str""eam, Inc\nof FR"') + "\r\n\r\n"
    (line,) = read(text)
    assert line.service == 'Str"eam, Inc\nof FR'


def test_every_broken_line_is_named_by_number_column_and_reason():
    rows = [GOOD, GOOD.replace("1.50", "1e5"), GOOD, GOOD.replace("2026-01-31", "2026-02-30").replace("EUR", "eur")]
    assert faults("\n".join([HEADER, *rows])) == [(3, "revenue"), (5, "period_end"), (5, "currency")]


@pytest.mark.parametrize(
    "revenue",
    ["", "1e5", "+1", "1.", ".5", " 1", "1 ", "١٢", "NaN", "inf", "1_0", "0x1", "1" * 19, "1.0000000000001", "--1"],
)
def test_revenue_is_not_guessed(revenue):
    assert faults(changed(revenue=revenue)) == [(2, "revenue")]


@pytest.mark.parametrize("column", ["period_start", "period_end"])
@pytest.mark.parametrize(
    "day",
    ["", "2026-1-31", "31.01.2026", "2026-02-29", "20260131", "2026-01-31T00:00:00", "２０２６-01-31", "0000-01-01"],
)
def test_a_date_is_a_real_day(column, day):
    assert (2, column) in faults(changed(**{column: day}))


def test_a_line_with_too_few_or_too_many_cells_is_broken():
    assert faults(f"{HEADER}\n{GOOD},x\n{GOOD[:-4]}\n{GOOD}\n") == [(2, None), (3, None)]


def test_line_numbers_count_the_lines_of_the_file_not_the_records():
    quoted = GOOD.replace("Stream", '"a\nb\nc"')
    assert faults(f"{HEADER}\n{quoted}\n\n{GOOD.replace('1.50', 'x')}\n") == [(6, "revenue")]


def test_a_missing_or_doubled_column_is_named():
    assert faults(HEADER.replace("revenue", "amount") + "\n") == [(1, "revenue")]
    assert faults(f"{HEADER},revenue\n{GOOD},2\n") == [(1, "revenue")]


def test_an_empty_file_and_bytes_that_are_no_text_are_broken():
    assert faults("") == [(1, None)]
    with pytest.raises(BrokenReport) as broken:
        read(f"{HEADER}\n".encode() + GOOD.replace("Stream", "Str\xe9am").encode("latin-1"))
    assert [(fault.line, fault.column) for fault in broken.value.faults] == [(2, "service")]


def test_an_unclosed_quote_is_named_where_it_starts():
    assert faults(f"{HEADER}\n{GOOD}\n{GOOD.replace('Stream', chr(34) + 'Stream')}\n{GOOD}\n") == [(3, None)]


def test_a_header_alone_is_a_report_without_lines():
    assert read(HEADER) == ()


def test_the_optional_columns_are_read_where_they_are_there():
    row = f"{GOOD},2026-01-02T03:04:05Z,l1,"
    (line,) = read(f"{','.join(COLUMNS)}\n{row}\n")
    assert (line.play_at, line.listener_hash, line.payer_hash) == ("2026-01-02T03:04:05Z", "l1", None)
    assert faults(f"{','.join(COLUMNS)}\n{GOOD},2026-01-02 03:04,l1,\n") == [(2, "play_at")]


def test_the_same_content_has_the_same_digest_and_other_content_another():
    (line,) = read(f"{HEADER}\n{GOOD}\n")
    (same,) = read(f"{HEADER}\n{GOOD.replace('1.50', '1.5')}\n")
    (other,) = read(f"{HEADER}\n{GOOD.replace('1.50', '1.51')}\n")
    assert line.content == same.content != other.content


def test_what_is_written_reads_back():
    lines = read(f"{HEADER}\n" + GOOD.replace("Stream", '"a,""b"""') + "\n")
    written = io.StringIO()
    write_report(lines, written)
    assert read(written.getvalue()) == lines
