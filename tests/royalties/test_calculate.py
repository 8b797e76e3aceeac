import csv
import json
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fanlink.core.reports import COLUMNS, REQUIRED
from fanlink.royalties import blocks, reports_parquet
from fanlink.royalties.cli import main
from tests.royalties.definition import compute

HALVES = {"a": "1/2", "b": "1/2"}


def sheet(version="v1", day="2026-01-01", shares=None, recoup=None):
    made = {"version": version, "effective_from": day, "shares": shares or HALVES}
    return made | ({"recoup": {"party": recoup[0], "amount": recoup[1], "currency": recoup[2]}} if recoup else {})


def line(number=1, remix="r1", revenue="1.5", end="2026-01-31", **cells):
    made = {
        "report_id": "rep", "line_id": str(number), "remix_id": remix, "service": "Stream", "territory": "FR",
        "period_start": min("2026-01-01", end), "period_end": end, "units": "10", "revenue": revenue, "currency": "EUR",
    }  # fmt: skip
    return made | cells


class House:
    """A folder with reports and sheets, and the run over them."""

    def __init__(self, folder):
        self.folder, self.reports, self.out = folder, folder / "reports", folder / "out"
        self.reports.mkdir()
        self.sheets({"r1": [sheet()]})

    def sheets(self, sheets):
        self.written = sheets
        (self.folder / "sheets.json").write_text(sheets if isinstance(sheets, str) else json.dumps(sheets))

    def csv(self, lines, name="a.csv", columns=REQUIRED, **how):
        with (self.reports / name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns, **how)
            writer.writeheader()
            writer.writerows(lines)

    def raw(self, data, name="a.csv"):
        (self.reports / name).write_bytes(data if isinstance(data, bytes) else data.encode())

    def run(self, *more):
        return main(
            ["royalties", "calculate", "--reports", str(self.reports), "--sheets", str(self.folder / "sheets.json"),
             "--out", str(self.out), "--json", *more]
        )  # fmt: skip

    def table(self, name):
        return pq.read_table(self.out / f"{name}.parquet").to_pylist()

    def results(self):
        keys = ("remix_id", "sheet", "currency")
        earned = {
            (*(row[key] for key in keys), row["party"]): row["earned_micro"] for row in self.table("entitlements")
        }
        pots = {
            tuple(row[key] for key in keys): (Fraction(row["gross"]), Fraction(row["reserve"]))
            for row in self.table("pots")
        }
        return earned, pots, self.table("unmatched")


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


def errors(house, capsys):
    assert house.run() == 2
    assert not house.out.exists()
    assert [path.name for path in house.folder.iterdir() if path.name.startswith(".")] == []
    return [(one["line"], one["column"]) for one in json.loads(capsys.readouterr().out)["errors"]]


def check(house, lines):
    assert house.run() == 0
    earned, pots, unmatched = house.results()
    expected = compute(lines, house.written)
    assert earned == expected[0]
    assert pots == expected[1]
    assert [{name: row[name] for name in REQUIRED} for row in unmatched] == expected[2]


def test_a_report_becomes_pots_entitlements_and_unmatched_lines(house):
    lines = [line(1), line(2, revenue="-0.000000000001"), line(3, "unknown"), line(4, end="2025-12-31"), line(5, "")]
    house.csv(lines)
    check(house, lines)
    assert house.table("pots") == [
        {"remix_id": "r1", "sheet": "v1", "currency": "EUR", "gross": "1.499999999999", "reserve": "0.000001999999"}
    ]
    assert pq.read_schema(house.out / "entitlements.parquet").field("earned_micro").type == pa.int64()


def test_every_version_every_currency_and_every_party_has_its_row(house):
    house.sheets(
        {
            "r1": [
                sheet("v3", "2026-03-01", {"a": "1/3", "c": "2/3"}, ("a", "5", "USD")),
                sheet("v1", "2026-01-01", {"a": "1/1", "b": "0/1"}, ("a", "3.5", "EUR")),
                sheet("v2", "2026-02-01", HALVES, ("a", "10", "EUR")),
            ],
            "r2": [sheet("v1")],
            "r3": [],
        }
    )
    lines = [
        line(number, remix, revenue, end, currency=currency)
        for number, (remix, revenue, end, currency) in enumerate(
            [
                ("r1", "4", "2026-01-15", "EUR"), ("r1", "9.99", "2026-02-15", "EUR"), ("r1", "7", "2026-03-15", "USD"),
                ("r1", "-7.1", "2026-03-15", "EUR"), ("r2", "0", "2026-02-01", "EUR"), ("r3", "1", "2026-02-01", "EUR"),
            ]
        )
    ]  # fmt: skip
    house.csv(lines)
    check(house, lines)


@pytest.mark.parametrize("how", [{}, {"quoting": csv.QUOTE_ALL}, {"lineterminator": "\n"}])
@pytest.mark.parametrize("columns", [REQUIRED, REQUIRED[::-1], COLUMNS, (*COLUMNS[5:], *COLUMNS[:5])])
def test_columns_quotes_and_line_ends_do_not_matter(house, how, columns):
    lines = [line(1, territory=""), line(2, "x", service='Str,"eam"\nInc'), line(3, end="2026-02-01"), line(4, "é€")]
    house.csv(lines, columns=columns, **how)
    check(house, lines)


def test_a_byte_order_mark_and_blank_lines_are_fine(house):
    lines = [line(1), line(2)]
    house.csv(lines)
    data = (house.reports / "a.csv").read_bytes()
    house.raw(b"\xef\xbb\xbf" + data.replace(b"\r\n", b"\r\n\r\n") + b"\r\n\r\n")
    check(house, lines)


def test_optional_columns_and_strange_ones_do_not_disturb(house):
    house.csv([line(1, "x") | {"payer_hash": "p", "note": "n"}], columns=("note", *REQUIRED, "payer_hash"))
    assert house.run() == 0
    (row,) = house.table("unmatched")
    assert (row["payer_hash"], row["play_at"]) == ("p", None)


def parquet(house, lines, revenue=None, name="a.parquet", **kinds):
    columns = {column: pa.array([one[column] for one in lines]) for column in REQUIRED}
    columns["revenue"] = revenue if revenue is not None else columns["revenue"]
    pq.write_table(pa.table(columns | kinds), house.reports / name)


@pytest.mark.parametrize("kind", [pa.decimal128(38, 12), pa.decimal128(10, 3), pa.decimal256(60, 20), None])
def test_parquet_takes_decimals_and_decimal_texts(house, kind):
    lines = [line(1, revenue="1.250"), line(2, "x", "-3"), line(3, revenue="0.001")]
    parquet(house, lines, kind and pa.array([Decimal(one["revenue"]) for one in lines], kind))
    assert house.run() == 0
    assert house.results()[:2] == compute(lines, house.written)[:2]
    assert house.table("unmatched")[0]["revenue"] == "-3"


def test_parquet_takes_dates_whole_numbers_and_dictionaries(house):
    lines = [line(1), line(2, "x")]
    days = pa.array([date(2026, 1, 31)] * 2)
    kinds = {"period_end": days, "units": pa.array([3, 4]), "remix_id": pa.array(["r1", "x"]).dictionary_encode()}
    parquet(house, lines, **kinds)
    assert house.run() == 0
    assert house.results()[0] == {("r1", "v1", "EUR", "a"): 750_000, ("r1", "v1", "EUR", "b"): 750_000}
    assert house.table("unmatched")[0]["period_end"] == "2026-01-31"
    assert house.table("unmatched")[0]["units"] == "4"


@pytest.mark.parametrize(
    "revenue",
    [pa.array([1.5, 2.5]), pa.array([Decimal("1e-13"), Decimal(1)], pa.decimal128(20, 13)),
     pa.array([Decimal(10**18), Decimal(1)], pa.decimal128(30, 2)), pa.array([None, "1"]), pa.array(["1e5", "1"])],
)  # fmt: skip
def test_parquet_revenue_that_is_not_exact_is_broken(house, capsys, revenue):
    parquet(house, [line(1), line(2)], revenue)
    assert errors(house, capsys)[0][1] == "revenue"


def test_a_parquet_line_is_named_by_its_row(house, capsys):
    parquet(house, [line(1), line(2, revenue="x")])
    assert errors(house, capsys) == [(2, "revenue")]


def test_a_file_that_is_no_parquet_is_refused(house, capsys):
    house.raw(b"PAR1 not really", "a.parquet")
    assert errors(house, capsys) == [(None, None)]


def test_no_reports_give_empty_tables(house):
    check(house, [])


def test_a_report_with_only_a_header_has_no_lines(house):
    house.raw(",".join(REQUIRED))
    check(house, [])


@pytest.mark.parametrize(
    "revenue",
    [
        "",
        "1e5",
        "+1",
        "1.",
        ".5",
        "-.5",
        " 1",
        "1 ",
        "١٢",
        "１",
        "NaN",
        "inf",
        "-",
        "--1",
        "1_0",
        "1" * 19,
        "1.0000000000001",
        "1E5",
    ],
)
def test_revenue_is_never_guessed(house, capsys, revenue):
    house.csv([line(1), line(2, revenue=revenue), line(3)])
    assert errors(house, capsys) == [(3, "revenue")]


@pytest.mark.parametrize(
    "day", ["", "2026-02-30", "2026-1-31", "2026- 1-31", "31/01/2026", "0000-01-01", "2026-01-31 "]
)
def test_a_day_that_is_none_is_broken(house, capsys, day):
    house.csv([line(1), line(2) | {"period_end": day}])
    assert (3, "period_end") in errors(house, capsys)


@pytest.mark.parametrize(
    ("column", "cell"),
    [("units", "1.5"), ("units", ""), ("units", "+1"), ("currency", "eur"), ("currency", ""), ("report_id", ""),
     ("line_id", ""), ("service", ""), ("period_start", "2026-02-01")],
)  # fmt: skip
def test_every_column_is_checked(house, capsys, column, cell):
    house.csv([line(1), line(2) | {column: cell}])
    found = errors(house, capsys)
    assert found[0][0] == 3 and found[0][1] in (column, "period_end")


@pytest.mark.parametrize("columns", [REQUIRED, (*REQUIRED, "payer_hash"), ("currency", *REQUIRED[:-1])])
@pytest.mark.parametrize(
    "change", [lambda text: text + ",", lambda text: text.rpartition(",")[0], lambda text: text + ",x,y"]
)
def test_lines_too_long_and_too_short_are_broken(house, capsys, columns, change):
    house.csv([line(1), line(2), line(3)], columns=columns, lineterminator="\n")
    rows = (house.reports / "a.csv").read_text().split("\n")
    house.raw("\n".join([*rows[:2], change(rows[2]), rows[3], ""]))
    assert errors(house, capsys) == [(3, None)]


def test_a_long_and_a_short_line_do_not_cancel_out(house, capsys):
    house.csv([line(1), line(2), line(3)], columns=(*REQUIRED, "payer_hash"), lineterminator="\n")
    rows = (house.reports / "a.csv").read_text().split("\n")
    house.raw("\n".join([rows[0], rows[1] + ",", rows[2].rpartition(",")[0], rows[3]]))
    assert errors(house, capsys) == [(2, None), (3, None)]


def test_all_broken_lines_of_all_files_are_named(house, capsys):
    house.csv([line(1, revenue="x"), line(2)])
    house.csv([line(1), line(2, revenue="y")], "b.csv")
    parquet(house, [line(1, currency="EURO")], name="c.parquet")
    assert errors(house, capsys) == [(2, "revenue"), (3, "revenue"), (1, "currency")]


def test_line_numbers_hold_across_blocks_and_line_breaks_in_quotes(house, capsys, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 300)
    monkeypatch.setattr(blocks.csv_blocks, "__defaults__", (300,))
    house.csv([line(number, service='a\n"b",\nc') for number in range(20)] + [line(99, revenue="x")])
    assert errors(house, capsys) == [(62, "revenue")]


def test_small_blocks_change_nothing(house, monkeypatch):
    monkeypatch.setattr(blocks.csv_blocks, "__defaults__", (200,))
    monkeypatch.setattr(reports_parquet.parquet_blocks, "__defaults__", (3,))
    lines = [line(number, "r1" if number % 3 else "x", f"{number}.5", service='q"\n,') for number in range(40)]
    house.csv(lines)
    check(house, lines)
    parquet(house, lines, name="b.parquet")
    check(house, lines + lines)


def test_bytes_that_are_no_text_are_named(house, capsys):
    house.csv([line(1)])
    house.raw((house.reports / "a.csv").read_bytes().replace(b"Stream", b"Str\xe9am"))
    assert errors(house, capsys) == [(2, "service")]
    house.raw((house.reports / "a.csv").read_bytes().replace(b"Str\xe9am", b"Str\0am"))
    assert errors(house, capsys) == [(2, "service")]


def test_a_missing_a_doubled_and_no_column_at_all(house, capsys):
    house.csv([line(1)], columns=REQUIRED, extrasaction="ignore")
    good = (house.reports / "a.csv").read_text()
    house.raw(good.replace("revenue", "amount"))
    assert errors(house, capsys) == [(1, "revenue")]
    house.raw(good.replace("territory", "revenue"))
    assert set(errors(house, capsys)) == {(1, "revenue"), (1, "territory")}
    house.raw(b"")
    assert errors(house, capsys) == [(1, None)]


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"shares": {"a": "1/2", "b": "1/3"}}, "shares"),
        ({"shares": {"a": "3/2", "b": "-1/2"}}, "shares"),
        ({"shares": {"a": "0.5", "b": "0.5"}}, "shares"),
        ({"shares": {"a": 1}}, "shares"),
        ({"shares": {"a": "1/0", "b": "1/1"}}, "shares"),
        ({"shares": {}}, "shares"),
        ({"effective_from": "2026-02-30"}, "effective_from"),
        ({"effective_from": None}, "effective_from"),
        ({"version": 1}, "version"),
        ({"recoup": {"party": "z", "amount": "1", "currency": "EUR"}}, "recoup"),
        ({"recoup": {"party": "a", "amount": "0", "currency": "EUR"}}, "recoup"),
        ({"recoup": {"party": "a", "amount": "-1", "currency": "EUR"}}, "recoup"),
        ({"recoup": {"party": "a", "amount": "1e3", "currency": "EUR"}}, "recoup"),
        ({"recoup": {"party": "a", "amount": 5, "currency": "EUR"}}, "recoup"),
        ({"recoup": {"party": "a", "amount": "5"}}, "recoup"),
        ({"recoup": {"party": "a", "amount": "5", "currency": "euro"}}, "recoup"),
    ],
)
def test_a_wrong_sheet_is_refused_with_its_line(house, capsys, change, column):
    house.sheets(json.dumps({"r0": [sheet()], "r1": [sheet("v0", "2025-01-01"), sheet() | change]}, indent=1))
    (found,) = errors(house, capsys)
    assert found == (house.folder.joinpath("sheets.json").read_text().split("\n").index("  {", 14) + 1, column)


def test_a_repeated_version_date_remix_or_party_is_refused(house, capsys):
    house.sheets({"r1": [sheet("v1"), sheet("v1", "2026-02-01")]})
    assert errors(house, capsys) == [(1, "version")]
    house.sheets({"r1": [sheet("v1"), sheet("v2")]})
    assert errors(house, capsys) == [(1, "effective_from")]
    house.sheets('{"r1": [], "r1": []}')
    assert errors(house, capsys) == [(1, "r1")]
    house.sheets('{"r1": [{"version": "v", "effective_from": "2026-01-01", "shares": {"a": "1/2", "a": "1/2"}}]}')
    assert errors(house, capsys) == [(1, None)]


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"a": [}', '{"a": []} x', '{"a": NaN}', "{'a': []}", '{"a": {}}', "[" * 9999]
)
def test_sheets_that_are_no_json_are_refused(house, capsys, text):
    house.sheets(text)
    assert errors(house, capsys)[0][0] == 1


@pytest.mark.parametrize("text", ['{"r\\ud800": []}', '{"r1": [{"version": "v\\ud800", "effective_from": "x"}]}'])
def test_half_of_a_character_in_the_sheets_is_refused(house, capsys, text):
    house.sheets(text)
    assert errors(house, capsys)[0][0] == 1


def test_a_character_that_json_escapes_in_two_halves_is_whole(house):
    house.sheets('{"r1": [{"version": "v1", "effective_from": "2026-01-01", "shares": {"\\ud83c\\udfb5": "1/1"}}]}')
    house.csv([line()])
    assert house.run() == 0
    assert [row["party"] for row in house.table("entitlements")] == ["\N{MUSICAL NOTE}"]


def test_an_entitlement_beyond_int64_is_refused(house, capsys):
    house.sheets({"r1": [sheet(shares={"a": "1/1"})]})
    house.csv([line(1, revenue="9223372036854.775807")])
    assert house.run() == 0
    house.csv([line(1, revenue="-9223372036854.775808")])
    assert house.run() == 0
    assert house.table("entitlements")[0]["earned_micro"] == -(2**63)
    house.csv([line(1, revenue="9223372036854.775808")])
    house.out = house.folder / "other"
    capsys.readouterr()
    assert errors(house, capsys) == [(1, "shares")]


def test_huge_sums_that_cancel_out_are_exact(house):
    big = "9" * 18 + "." + "9" * 12
    lines = [line(1, revenue=big), line(2, revenue="-" + big), line(3, revenue="0.000001")]
    house.csv(lines)
    check(house, lines)


def test_a_failed_run_leaves_the_results_before_it_alone(house):
    house.csv([line(1)])
    assert house.run() == 0
    before = house.table("pots")
    house.csv([line(1, revenue="x")])
    assert house.run() == 2
    assert house.table("pots") == before


def test_a_missing_folder_or_sheets_file_is_named(house, capsys):
    (house.folder / "sheets.json").unlink()
    assert errors(house, capsys) == [(None, None)]
    house.reports.rmdir()
    assert errors(house, capsys) == [(None, None)]


def test_results_do_not_go_among_the_reports(house):
    house.out = house.reports
    assert house.run() == 2


def test_the_digest_is_of_the_results_not_of_how_lines_came(house, capsys):
    lines = [line(number, "r1" if number % 2 else "x", f"{number}.25") for number in range(20)]
    house.csv(lines)
    assert house.run() == 0
    one = json.loads(capsys.readouterr().out)["digest"]
    house.csv(lines[:7][::-1])
    house.csv(lines[7:], "b.csv")
    assert house.run() == 0
    assert json.loads(capsys.readouterr().out)["digest"] == one
    house.csv([line(99, revenue="0.000001")], "c.csv")
    assert house.run() == 0
    assert json.loads(capsys.readouterr().out)["digest"] != one


def test_without_any_sheet_every_line_is_unmatched(house):
    for sheets in ({}, {"r1": []}):
        house.sheets(sheets)
        lines = [line(1), line(2, "x")]
        house.csv(lines)
        check(house, lines)


def test_days_far_from_ours_are_matched_all_the_same(house):
    house.sheets(
        {
            "r1": [
                sheet("v1", "1800-01-01"),
                sheet("v2", "1850-01-01"),
                sheet("v3", "2300-01-01"),
                sheet("v4", "9999-12-31"),
            ]
        }
    )
    ends = ("1799-12-31", "1800-01-01", "1900-01-01", "2026-01-31", "2299-12-31", "2300-01-01", "9999-12-31")
    lines = [line(number, end=end) for number, end in enumerate(ends)]
    house.csv(lines)
    check(house, lines)
    house.csv(lines[2:4])
    check(house, lines[2:4])
