"""Folders and files as strangers leave them: nothing is lost silently, nothing ends in a traceback."""

import json
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fanlink.core.reports import REQUIRED
from tests.royalties.test_calculate import House, check, errors, line, parquet
from tests.royalties.test_simulate_and_verify import verify


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_a_day_in_parquet_may_be_a_time_at_midnight(house, capsys, unit):
    lines = [line(1), line(2, "x")]
    parquet(house, lines, period_end=pa.array([datetime(2026, 1, 31)] * 2, pa.timestamp(unit)))
    check(house, lines)
    capsys.readouterr()
    assert verify(house) == 0


def test_a_time_of_the_day_is_no_day_and_only_its_line_is_named(house, capsys):
    times = [datetime(2026, 1, 31), datetime(2026, 1, 31, 12)]
    parquet(house, [line(1), line(2)], period_end=pa.array(times, pa.timestamp("us")))
    assert errors(house, capsys) == [(2, "period_end")]


def test_a_wide_decimal_beside_a_time_is_read_line_by_line(house):
    lines = [line(1, revenue="1.5"), line(2, "x")]
    wide = pa.array([one["revenue"] for one in lines]).cast(pa.decimal256(60, 12))
    times = pa.array([datetime(2026, 1, 31)] * 2, pa.timestamp("us"))
    parquet(house, lines, wide, period_end=times, play_at=pa.array([datetime(2026, 1, 3, 4)] * 2, pa.timestamp("us", "UTC")))
    check(house, lines)
    assert house.table("unmatched")[0]["play_at"] == "2026-01-03T04:00:00.000000+00:00"


def test_the_time_of_a_play_in_parquet_may_be_a_time(house):
    lines = [line(1), line(2, "x")]
    parquet(house, lines, play_at=pa.array([datetime(2026, 1, 3, 4)] * 2, pa.timestamp("us", "UTC")))
    check(house, lines)
    assert house.table("unmatched")[0]["play_at"] == "2026-01-03T04:00:00.000000+00:00"


def test_damage_within_a_parquet_file_is_one_sentence(house, capsys):
    parquet(house, [line(number, service=f"service {number}") for number in range(2000)])
    path = house.reports / "a.parquet"
    data = path.read_bytes()
    for place in range(4, len(data) - 3000, len(data) // 40):
        path.write_bytes(data[:place] + bytes(byte ^ 0x5A for byte in data[place : place + 200]) + data[place + 200 :])
        code = house.run()
        said = capsys.readouterr()
        assert code == 0 or (code, json.loads(said.out)["errors"][0]["file"]) == (2, "a.parquet"), place
    path.write_bytes(data[:300] + bytes(len(data) - 3300) + data[-3000:])
    assert errors(house, capsys) == [(None, None)]


def test_what_looks_like_a_report_and_is_not_read_is_told(house, capsys):
    house.csv([line(1)])
    for name in ("_b.csv", ".c.csv", "d.csv.gz", "e.txt", ".hidden"):
        house.csv([line(2)], name)
    for name in ("deeper", "written-by-a-cluster.parquet"):
        (house.reports / name).mkdir()
    assert house.run() == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["files"], told["lines"]) == (1, 1)
    assert told["ignored"] == [".c.csv", "_b.csv", "d.csv.gz", "deeper", "e.txt", "written-by-a-cluster.parquet"]
    assert verify(house) == 0


def test_a_report_that_leads_nowhere_is_named(house, capsys):
    (house.reports / "a.csv").symlink_to(house.folder / "gone.csv")
    assert errors(house, capsys) == [(None, None)]


def test_blank_lines_before_the_header_are_fine_and_counted(house, capsys):
    cells = ",".join(line(1)[name] for name in REQUIRED)
    house.raw("\n\r\n" + ",".join(REQUIRED) + "\n" + cells + "\n")
    check(house, [line(1)])
    capsys.readouterr()
    assert verify(house) == 0
    house.out = house.folder / "other"
    house.raw("\n\r\n" + ",".join(REQUIRED) + "\n" + cells + "\nx\n")
    capsys.readouterr()
    assert errors(house, capsys) == [(5, None)]


def test_results_that_cannot_all_be_written_are_not_written_at_all(house, capsys):
    house.csv([line(1)])
    (house.out / "unmatched.parquet").mkdir(parents=True)
    assert house.run() == 2
    assert [path.name for path in house.out.iterdir()] == ["unmatched.parquet"]


def test_a_share_that_nobody_would_read_on_is_cut(house, capsys):
    house.sheets({"r1": [{"version": "v", "effective_from": "2026-01-01", "shares": {"a": "1" * 4000}}]})
    assert house.run() == 2
    assert len(capsys.readouterr().err) < 300
    house.sheets('{"r1": ' + "[" * 100_000 + "]" * 100_000 + "}")
    assert house.run() == 2
    assert "nested too deep" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "text"),
    [("sheets.json", "[]"), ("sheets.json", '{"r1": [1]}'), ("sheets.json", "x"), ("reports/a.csv", "a,b\n1,2\n"),
     ("reports/a.csv", b"\xff\xfe"), ("reports/b.parquet", "x"), ("out/pots.parquet", "x"),
     ("reports/a.csv", "remix_id,period_end,currency,revenue\nr1,2026-01-31,EUR,x\n")],
)  # fmt: skip
def test_what_cannot_be_verified_is_named(house, capsys, name, text):
    house.csv([line(1)])
    assert house.run() == 0
    (house.folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    capsys.readouterr()
    assert verify(house) == 2
    (error,) = json.loads(capsys.readouterr().out)["errors"]
    assert error["file"].startswith(str(house.folder / name.partition("/")[0])) or "calculate" in error["reason"]
    assert pq.read_table(house.out / "entitlements.parquet").num_rows == 2
