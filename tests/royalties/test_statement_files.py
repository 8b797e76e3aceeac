import csv
import io
import json
from datetime import UTC, datetime
from fractions import Fraction

from fanlink.core.amounts import pico_of, plain
from fanlink.core.statements import Statement
from fanlink.royalties import dsr_lines
from fanlink.royalties.dsr import Sender, read_records
from fanlink.royalties.statements_csv import statement_csv, statement_json
from fanlink.royalties.statements_dsr import percent_text, statement_dsr
from fanlink.royalties.statements_pdf import statement_pdf
from tests.royalties.makings import report_line, statement

SENDER = Sender("stmt-1", datetime(2026, 2, 1, tzinfo=UTC), "PADPIDA1", "FanLink", "", "Fan")


def test_a_statement_as_csv_adds_up_again():
    pot, *sources = csv.DictReader(io.StringIO(statement_csv(statement())))
    assert [one["row"] for one in sources] == ["source"] * 3
    assert plain(sum(pico_of(one["revenue"]) for one in sources)) == pot["gross"] == "3.250001"
    assert pot["pools"] == "remixer 3/20 + ancestor 1/10"
    exact = Fraction(pot["share"]) * (Fraction(pot["gross"]) - Fraction(pot["recouped"]))
    assert Fraction(pot["rounding"]) + Fraction(pot["earned"]) == exact


def test_a_rounding_that_does_not_end_is_a_fraction():
    pot = next(csv.DictReader(io.StringIO(statement_csv(statement("writer")))))
    exact = Fraction(pot["share"]) * (Fraction(pot["gross"]) - Fraction(pot["recouped"]))
    assert Fraction(pot["rounding"]) + Fraction(pot["earned"]) == exact


def test_a_statement_as_json_reads_back_and_recomputes():
    again = Statement.from_data(json.loads(statement_json(statement("label", 7))))
    assert again.as_data() == statement("label", 7).as_data()
    assert again.faults() == {}


def test_a_statement_as_a_sales_report_has_its_lines_and_the_share_in_percent():
    text = statement_dsr(statement(), SENDER).encode()
    records = read_records(io.BytesIO(text), "s.tsv")
    assert sorted(one.revenue for _, one in dsr_lines.scan(io.BytesIO(text), "s.tsv")) == ["-0.25", "1.5", "2.000001"]
    rights = [one for one in records if one.kind == "LI01.02"]
    assert {one["RightSharePercentage"] for one in rights} == {"25"}
    assert sorted(one["AllocatedAmount"] for one in rights) == ["0.375", "0.4375"]
    assert percent_text(Fraction(1, 3)) == "33.333333"


def test_a_statement_as_pdf_is_the_same_bytes_again():
    one = statement_pdf(statement(), "Fan <b>& Co</b>")
    assert one.startswith(b"%PDF") and one == statement_pdf(statement(), "Fan <b>& Co</b>")


def test_a_long_statement_still_makes_a_pdf():
    sources = [report_line(number) for number in range(300)]
    assert len(statement_pdf(statement(sources=sources))) > 10_000
