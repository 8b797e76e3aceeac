"""What finance does: looks at a report before it is sent, runs a month, opens a statement down to its report lines."""

import csv
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QPlainTextEdit, QPushButton

from fanlink.core.errors import BadInput
from fanlink.desktop import insight, report_preview
from fanlink.desktop.ops import Progress
from fanlink.desktop.pages import statement_view
from fanlink.royalties.reports_csv import read_report
from tests.desktop.staff.room import Staffroom

HEADER = "report_id,line_id,remix_id,service,territory,period_start,period_end,units,revenue,currency\n"
GOOD = HEADER + (
    "r1,1,remix_night01,Streamline,DE,2026-10-01,2026-10-31,1200,4.200001,EUR\n"
    "r1,2,remix_new,Streamline,FR,2026-10-01,2026-10-31,300,1.05,EUR\n"
    "r1,3,remix_night01,Streamline,US,2026-10-01,2026-10-31,-20,-0.07,USD\n"
)


def looked(path: Path, text: str, known=()) -> report_preview.Preview:
    path.write_text(text, "utf-8")
    return report_preview.preview(path, known, Progress(lambda *_said: None))


def test_a_sound_report_is_summed_exactly_before_it_is_sent(tmp_path: Path):
    found = looked(tmp_path / "r.csv", GOOD, {"remix_night01"})
    assert found.sound
    assert {"EUR": "5.250001", "USD": "-0.07"} == found.totals
    assert (3, 1_480, 1, ("remix_new",)) == (found.lines, found.units, found.refunds, found.new_remixes)


def test_every_broken_line_is_named_by_number_column_and_reason(tmp_path: Path):
    text = GOOD + "r1,4,x,Streamline,DE,2026-10-01,2026-10-31,ten,4e3,EUR\n\nr1,5\n"
    found = looked(tmp_path / "r.csv", text)
    assert not found.sound
    assert [(5, "units"), (5, "revenue"), (7, None)] == [(fault.line, fault.column) for fault in found.faults]


@pytest.mark.parametrize("text", ["", HEADER, "a,b\n1,2\n", GOOD + "r1,1,other,Streamline,DE,2026-10-01,2026-10-31,1,1,EUR\n"])
def test_what_cannot_be_taken_has_a_reason(tmp_path: Path, text: str):
    assert looked(tmp_path / "r.csv", text).faults


def test_bytes_that_are_no_text_are_a_fault_and_no_crash(tmp_path: Path):
    path = tmp_path / "r.csv"
    path.write_bytes(GOOD.encode() + b"r1,\xff\xfe,x,S,DE,2026-10-01,2026-10-31,1,1,EUR\n")
    found = report_preview.preview(path, (), Progress(lambda *_said: None))
    assert [(5, "line_id")] == [(fault.line, fault.column) for fault in found.faults]


def test_the_preview_agrees_with_the_reader_of_the_server(tmp_path: Path):
    found = looked(tmp_path / "r.csv", GOOD)
    lines = read_report(tmp_path / "r.csv")
    assert len(lines) == found.lines and sum(line.units for line in lines) == found.units


def test_a_file_that_is_gone_is_bad_input(tmp_path: Path):
    with pytest.raises(BadInput):
        report_preview.preview(tmp_path / "none.csv", (), Progress(lambda *_said: None))


def test_a_report_is_looked_at_then_sent_then_asked_for(room: Staffroom, tmp_path: Path):
    page = room.go("finance", "reports")
    path = tmp_path / "october.csv"
    path.write_text(GOOD, "utf-8")
    page.look_at(path)
    room.settle()
    assert page._preview.sound
    page._import()
    room.settle()
    kind, _target, data = room.asked()[-1]
    assert ("import_report", "october.csv") == (kind, data["name"]) and 64 == len(data["asset"])


def test_a_broken_report_cannot_be_sent(room: Staffroom, tmp_path: Path):
    page = room.go("finance", "reports")
    path = tmp_path / "bad.csv"
    path.write_text(GOOD + "r1\n", "utf-8")
    page.look_at(path)
    room.settle()
    page._import()
    room.settle()
    assert [] == room.asked()


def test_a_month_is_run_and_can_be_taken_back(room: Staffroom):
    page = room.go("finance", "statements")
    assert "2026-10" == page.period
    page.month.setCurrentIndex(0)
    page._run()
    room.settle()
    assert ("run_royalties", page.period) == room.asked()[-1][:2]


def test_a_statement_recomputes_and_is_exported_line_by_line(room: Staffroom, tmp_path: Path):
    page = room.go("finance", "statements")
    checked = page.view.checked
    assert checked.equal
    count = statement_view.write_csv(tmp_path / "s.csv", checked.statement)
    rows = list(csv.DictReader((tmp_path / "s.csv").open(encoding="utf-8")))
    assert count == len(rows) == sum(len(line.sources) for line in checked.statement.lines)


def test_a_pot_opens_to_every_share_and_the_reserve(room: Staffroom):
    page = room.go("finance", "pots")
    said = [each.text() for each in page.findChildren(type(page.title_label))]
    assert "Recomputed on this computer: shares and reserve are the gross" in said


def test_insights_count_the_queue_and_rank_nobody(room: Staffroom):
    page = room.go("moderator", "insights")
    data = room.read(page.read)
    assert (8, 1, 2) == (data.waiting, data.overturned, data.appeals)
    assert data.waiting == sum(count for _name, count in data.ages)
    assert "5 h" == insight.lasting(data.oldest_ms)


def test_decisions_are_found_by_what_they_were(room: Staffroom):
    page = room.go("moderator", "decisions")
    assert 6 == len(page.list.cards.ids)
    page.filter._clicked("appeals")
    room.settle()
    assert 2 == len(page.list.cards.ids)


def test_unmatched_lines_are_matched_to_a_remix_and_the_match_is_taken_back(room: Staffroom):
    page = room.go("finance", "unmatched")
    box = next(each for each in page.findChildren(QComboBox) if each.isVisibleTo(page))
    box.setEditText("remix_night01")
    press(page, "Match")
    press(page, "Take the match back")
    room.settle()
    asked = [(kind, target) for kind, target, _data in room.asked()]
    assert [("match_lines", "unmatched-1"), ("unmatch_lines", "unmatched-3")] == asked
    assert "remix_night01" == room.asked()[0][2]["remix"]


def test_held_plays_are_decided_with_a_letter(room: Staffroom):
    page = room.go("finance", "holds")
    assert not button(page, "Reject").isEnabled()
    page.findChildren(QPlainTextEdit)[0].setPlainText("Two phones in one flat.")
    press(page, "Reject")
    room.settle()
    kind, target, data = room.asked()[-1]
    assert ("decide_hold", "hold-1", {"outcome": "reject", "letter": "Two phones in one flat."}) == (kind, target, data)


def test_a_party_sees_what_is_held_and_appeals(room: Staffroom):
    page = room.go("rightsholder", "earnings")
    assert page._held_card.isVisibleTo(page)
    page.findChildren(QPlainTextEdit)[0].setPlainText("A school class.")
    press(page, "Appeal")
    room.settle()
    assert ("appeal_hold", "hold-2", {"text": "A school class."}) == room.asked()[-1]


def test_a_run_says_how_far_it_is_and_can_be_stopped(room: Staffroom):
    page = room.go("finance", "statements")
    assert "31,200 of 50,000 pots" in page.far.text() and page.running.isVisibleTo(page)
    press(page, "Stop")
    room.settle()
    assert ("stop_run", "2026-11") == room.asked()[-1][:2]


def test_the_server_says_what_a_ddex_report_will_change_before_it_is_imported(room: Staffroom, tmp_path: Path):
    page = room.go("finance", "reports")
    path = tmp_path / "october.tsv"
    path.write_text("HEAD\t", "utf-8")
    room.far.preview = {
        "lines": 9, "new": 7, "known": 2, "unmatched": 1, "held": 3, "refunds": 1, "totals": {"EUR": "4.5"}, "broken": [],
        "pots": [{"remix": "remix_x", "currency": "EUR", "gains": "3.000000000001", "sheet": "s"}], "pots_changed": 1, "changed_lines": [],
    }  # fmt: skip
    page.look_at(path)
    room.settle()
    said = {each.text() for each in page.findChildren(QLabel)}
    assert {"7", "3", "€ 3.000000000001"} <= said
    assert [] == room.asked()
    press(page, "Import this report")
    room.settle()
    assert "import_report" == room.asked()[-1][0]


def button(page, text):
    return next(each for each in page.findChildren(QPushButton) if each.text().strip() == text and each.isVisibleTo(page))


def press(page, text):
    button(page, text).click()


def test_a_large_report_says_how_far_it_is_and_how_long_the_rest_takes(room: Staffroom):
    page = room.go("finance", "reports")
    said = [label.text() for label in page.findChildren(QLabel) if "Taking in" in label.text()]
    assert ["Taking in its lines: 480,000 of 1,200,000 · About 9 min left"] == said
