from dataclasses import replace
from datetime import date
from fractions import Fraction

from fanlink.core.amounts import PICO
from fanlink.core.pots import Recoupment, pots_of
from fanlink.core.reports import COLUMNS, read_line
from fanlink.core.shares import label_standard
from fanlink.core.statements import Statement, breakdown, line_of

SHEET = label_standard("house", {"label": "1/1"}, {"writer": "1/1"}, Recoupment("label", PICO, "EUR")).bind(
    "r1", "fan", date(2026, 1, 1)
)


def source(number, revenue, service="Stream"):
    cells = dict.fromkeys(COLUMNS, "") | {
        "report_id": "rep", "line_id": str(number), "remix_id": "r1", "service": service, "territory": "FR",
        "period_start": "2026-01-01", "period_end": "2026-01-31", "units": "3", "revenue": revenue, "currency": "EUR",
    }  # fmt: skip
    return read_line(cells, "rep.csv", number)


def statement(party="fan", before=0):
    sources = [source(1, "2.000001"), source(2, "1.5", "Clip"), source(3, "-0.25")]
    (pot,) = pots_of([SHEET.terms()], {SHEET.id: sum(one.revenue_pico for one in sources)}, "EUR")
    return Statement(party, "2026-01", (line_of(party, SHEET, pot, before, sources),))


def test_a_line_opens_to_gross_pool_share_rounding_and_report_lines():
    (line,) = statement().lines
    assert line.gross_pico == 3_250_001 * 10**6
    assert line.recouped_pico == PICO
    assert line.share == Fraction(1, 4)
    assert [leaf.path for leaf in line.pools] == [("remixer",), ("ancestor",)]
    assert line.earned_micro == 562_500
    assert line.rounding_pico == Fraction(250_000)
    assert line.faults() == ()


def test_the_recouping_party_sees_its_recoupment():
    (line,) = statement("label").lines
    assert line.recouped_own_pico == PICO
    assert line.earned_micro == 1_000_000 + 2_250_001 * 9 // 20
    assert line.faults() == ()


def test_a_statement_pays_only_what_earlier_runs_did_not():
    assert statement(before=500_000).totals_micro() == {"EUR": 62_500}


def test_a_statement_that_was_tampered_with_does_not_recompute():
    (line,) = statement().lines
    assert replace(line, earned_micro=line.earned_micro + 1).faults() == ("earned",)
    assert replace(line, sources=line.sources[1:]).faults() == ("sources",)
    assert "sources_of_another_pot" in replace(line, currency="USD").faults()


def test_a_statement_survives_being_written_down():
    whole = statement()
    again = Statement.from_data(whole.as_data())
    assert again.as_data() == whole.as_data()
    assert again.faults() == {}


def test_a_statement_is_seen_by_service():
    rows = breakdown(statement(), lambda line: line.service)
    assert [(row.name, row.units, row.gross_pico) for row in rows] == [
        ("Clip", 3, 1_500_000 * 10**6), ("Stream", 6, 1_750_001 * 10**6)
    ]  # fmt: skip
    assert sum(row.share_pico for row in rows) == Fraction(1, 4) * 3_250_001 * 10**6
