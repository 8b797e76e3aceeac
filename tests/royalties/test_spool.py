"""A report read into a spool: the same lines as the plain reader finds, the same suspicions as the rules, bounded."""

import json
import random
import tracemalloc
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanlink.core.errors import BadInput, Stopped
from fanlink.core.reports import COLUMNS, BrokenReport, ReportLine
from fanlink.royalties import spool
from fanlink.royalties.reports_csv import read_report
from fanlink.royalties.spooled import spooled
from fanlink.royalties.suspicion import Limits, suspicious

HEADER = ",".join(COLUMNS)


def read(tmp_path, data, name="r.csv"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return spool.read(path, name)


def row(number, revenue="1.5", at="", listener="", payer="", remix="r1", report="rep"):
    return f"{report},{number},{remix},Stream,FR,2026-01-01,2026-01-31,3,{revenue},EUR,{at},{listener},{payer}"


def lines_of(found):
    return [one.line for chunk in found.chunks(7) for one in chunk]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_byte_order_mark_and_quotes_are_fine(tmp_path, end, mark):
    text = end.join([HEADER, row(1), row('"two, ""2"""', remix='"a\nb"'), row(3, "-0.5"), ""])
    found = read(tmp_path, mark + text.encode())
    lines = lines_of(found)
    assert list(read_report(tmp_path / "r.csv")) == lines
    assert (["1", 'two, "2"', "3"], {"EUR": "2.5"}, 1) == ([line.line_id for line in lines], found.totals(), found.refunds)
    found.close()


def test_the_same_line_again_in_a_file_counts_once_and_another_content_is_named(tmp_path):
    found = read(tmp_path, "\n".join([HEADER, row(1), row(2), row(1, "1.50")]))
    assert (2, 1) == (found.lines, found.repeated)
    found.close()
    with pytest.raises(BrokenReport) as error:
        read(tmp_path, "\n".join([HEADER, row(1), row(2), row(1, "1.51")]))
    assert [(4, "line_id")] == [(fault.line, fault.column) for fault in error.value.faults]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"), (HEADER, "no line below"), (HEADER.replace(",", ";") + "\n1;2", "semicolons"),
        (HEADER.replace(",", "\t") + "\n", "tabs"), ("a,b\n1,2\n", "column is missing"), ("x" * 1_000_001, "longer than a million"),
        (HEADER + '\n"' + "y" * 1_200_000, "longer than a million"),
    ],
)  # fmt: skip
def test_what_is_no_report_is_one_sentence(tmp_path, text, said):
    with pytest.raises(BrokenReport) as error:
        read(tmp_path, text)
    assert any(said in fault.reason for fault in error.value.faults)


def test_thousands_of_broken_lines_are_counted_and_the_first_are_named(tmp_path):
    with pytest.raises(BrokenReport) as error:
        read(tmp_path, "\n".join([HEADER, *(row(number, "ten") for number in range(3_000))]))
    assert (1_000, 2_000, 2) == (len(error.value.faults), error.value.more, error.value.faults[0].line)


def test_a_file_that_is_gone_is_bad_input(tmp_path):
    with pytest.raises(BadInput):
        spool.read(tmp_path / "none.csv", "none.csv")


TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=12)


@settings(max_examples=200)
@given(TEXT, TEXT, st.none() | TEXT, st.sampled_from(["0", "-0", "1.50", "007.10", "-0.000000000001", "999999999999999999.999999999999"]), st.integers(-10, 10**17))
def test_the_text_and_digest_that_are_put_together_by_hand_are_those_of_core(name, service, listener, revenue, units):
    line = ReportLine(name, f"{name}1", name, service, name[:2], date(2026, 1, 1), date(2026, 1, 31), units, revenue, "EUR", None, listener, service)
    made = spooled(7, line)
    assert (line, line.content, line.key, line.revenue_pico) == (made.line, made.content, made.key, int(made.pico))
    assert json.dumps(line.as_data(), separators=(",", ":"), ensure_ascii=False) == made.body
    assert line == ReportLine.kept(json.loads(made.body))


def test_lines_are_put_in_order_once_and_that_can_be_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(spool, "STEPS_BETWEEN_LOOKS", 100)
    found = read(tmp_path, "\n".join([HEADER, *(row(number, remix=f"r{number % 7}") for number in range(70))]))

    def stop():
        raise Stopped("enough")

    with pytest.raises(Stopped):
        found.put_in_order(stop)
    found.know([3, 4])
    seen, place = [], 0
    while True:
        some, suspects, place = found.new_lines(place, 12, 2)
        if not some:
            break
        assert ({}, True) == (suspects, len({line.remix_id for line in some}) <= 2 and len(some) <= 12)
        seen += [(line.remix_id, line.number) for line in some]
    assert sorted((f"r{number % 7}", number + 2) for number in range(70) if number + 2 not in (3, 4)) == seen
    assert [("Stream", "rep")] == found.reports(5)
    found.close()


@pytest.mark.proof
def test_memory_does_not_grow_with_the_report(tmp_path):
    peaks = []
    for count in (15_000, 60_000):
        (tmp_path / "r.csv").write_text("\n".join([HEADER, *(row(number) for number in range(count))]))
        tracemalloc.start()
        found = spool.read(tmp_path / "r.csv", "r.csv")
        for _ in found.chunks():
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        found.close()
    assert peaks[1] < peaks[0] * 1.25


SMALL = Limits(burst_plays=3, few_payers_plays=4, few_payers=1, thin_remixes=3, thin_plays_each=1)
PLAYS = st.lists(
    st.tuples(st.integers(0, 2_400), st.sampled_from(["", "l1", "l2"]), st.sampled_from(["", "p1", "p2"]), st.sampled_from(["r1", "r2", "r3", "r4"])),
    max_size=25,
)  # fmt: skip


@settings(max_examples=150)
@given(PLAYS)
def test_the_spools_rules_hold_the_same_lines_as_the_plain_ones(plays):
    import tempfile
    from pathlib import Path

    rows = [
        row(number, at=f"2026-01-05T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z", listener=listener, payer=payer, remix=remix)
        for number, (second, listener, payer, remix) in enumerate(plays)
    ]  # fmt: skip
    if not rows:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.csv"
        path.write_text("\n".join([HEADER, *rows]))
        made = spool.Spool(Path(folder) / "spool.db")
        made.take([(number + 2, line) for number, line in enumerate(read_report(path))], "r.csv")
        made.suspect(SMALL)
        found = {(number - 2, rule) for number, why in made.suspects(0, 10**6).items() for rule, _ in why}
        should = {(int(one.key[2]), one.rule) for one in suspicious(read_report(path), SMALL)}
        made.close()
    assert should == found


@pytest.mark.proof
def test_a_burst_of_very_many_plays_is_found_quickly_and_whole(tmp_path):
    rng = random.Random(4)
    times = sorted(rng.randrange(86_400) for _ in range(4_000))
    rows = [row(number, at=f"2026-01-05T{at // 3600:02d}:{at // 60 % 60:02d}:{at % 60:02d}+00:00", listener="bot") for number, at in enumerate(times)]
    found = read(tmp_path, "\n".join([HEADER, *rows]))
    held = {number - 2 for number, why in found.suspects(0, 10**6).items() if why[0][0] == "burst/1"}
    crowded = {
        place for place, at in enumerate(times)
        if any(sum(start <= each <= start + 600 for each in times) >= 30 and start <= at <= start + 600 for start in {*range(at - 600, at + 1)} & set(times))
    }  # fmt: skip
    assert crowded == held
    found.close()
