"""A line counts for the sheet with the greatest effective day up to its `period_end`, whenever that sheet was signed."""

import csv
import io
import json
from datetime import timedelta

import pyarrow.parquet as parquet
import pytest

from fanlink.core.shares import SplitSheet
from fanlink.royalties.calculate import calculate
from tests.server import paying
from tests.server.test_money import HEADER, line, take
from tests.server.test_runs import WIDE, bought, proof, the
from tests.server.test_sheets import propose, sheet_of, sign_all, today

LINES = ((1, "100", 0), (2, "0.000000000007", 1), (3, "60", 2), (4, "-7", 3), (5, "33.333333333333", 20))


def text_of(world, report="r1"):
    """Lines of today and of days to come."""
    return HEADER + "".join(
        line(number, revenue, end=(today(world) + timedelta(days=days)).isoformat(), report=report) for number, revenue, days in LINES
    )  # fmt: skip


def signed(world):
    assert "accepted" == propose(world, Fay="1/2", Ben="1/4", Cleo="1/4")["outcome"]  # from the day after tomorrow
    sign_all(world)
    return [SplitSheet.from_data(one) for one in sheet_of(world)["versions"]]


def pots_of(world):
    return {data["sheet"]: (data["gross"], data["lines"]) for data in world.documents("finance", "pot").values()}


def owed(world):
    return {who: (paying.balance(world, who) or {"owed_micro": 0})["owed_micro"] for who in ("Fay", "Ben", "Cleo")}


@pytest.mark.parametrize("runs_between", [False, True])
def test_days_that_a_report_told_in_advance_belong_to_the_sheet_that_is_signed_for_them(world, runs_between):
    world.publish()
    take(world, text_of(world))
    if runs_between:
        world.do("Fin", "run_royalties", "2026-11")
    first, second = signed(world)
    assert {first.id: ("100.000000000007", 2), second.id: ("86.333333333333", 3)} == pots_of(world)
    assert [] == proof(world).differences
    world.do("Fin", "run_royalties", "2026-11")
    assert [] == proof(world).differences
    assert {"Fay": 53_166_666, "Ben": 71_583_333, "Cleo": 61_583_333} == owed(world)


def test_it_comes_to_the_same_as_a_report_that_came_after_and_as_the_calculation_from_files(world, tmp_path):
    world.publish()
    versions = signed(world)
    take(world, text_of(world))
    world.do("Fin", "run_royalties", "2026-11")
    assert {"Fay": 53_166_666, "Ben": 71_583_333, "Cleo": 61_583_333} == owed(world)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "r.csv").write_text(text_of(world))
    (tmp_path / "sheets.json").write_text(json.dumps({"remix-one": [
        {"version": one.id, "effective_from": one.effective_from.isoformat(),
         "shares": {party: f"{share.numerator}/{share.denominator}" for party, share in one.flatten().items()}}
        for one in reversed(versions)
    ]}))  # fmt: skip
    calculate(tmp_path / "in", tmp_path / "sheets.json", tmp_path / "out")
    sums = {}
    for row in parquet.read_table(tmp_path / "out" / "entitlements.parquet").to_pylist():
        sums[row["party"]] = sums.get(row["party"], 0) + row["earned_micro"]
    assert {world.people[who].party: micro for who, micro in owed(world).items()} == sums


def test_in_a_closed_month_the_difference_is_posted_into_the_next(world):
    world.publish()
    take(world, text_of(world))
    world.do("Fin", "issue_statements", "2026-11")
    before = owed(world)
    signed(world)
    assert before == owed(world)
    world.do("Fin", "issue_statements", "2026-12")
    assert {"Fay": 53_166_666, "Ben": 71_583_333, "Cleo": 61_583_333} == owed(world) != before
    assert [] == proof(world).differences


def test_held_lines_go_to_the_pot_of_their_day_when_they_are_released(world):
    world.publish()
    text = WIDE + bought(40, revenue="1")
    rows = list(csv.DictReader(io.StringIO(text)))
    days = [(today(world) + timedelta(days=place % 2 * 5)).isoformat() for place in range(len(rows))]
    take(world, text.splitlines()[0] + "\n" + "".join(",".join({**row, "period_end": day}.values()) + "\n" for row, day in zip(rows, days, strict=True)))
    first, second = signed(world)
    assert [] == proof(world).differences
    hold = the(world, "hold")
    world.do("Fin", "decide_hold", hold["id"], {"outcome": "release", "letter": ""}, base_version=hold["version"])
    assert {first.id: ("20", 20), second.id: ("20", 20)} == pots_of(world)
    assert [] == proof(world).differences
