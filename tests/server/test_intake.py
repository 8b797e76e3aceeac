"""Large reports arrive step by step: taken or refused as a whole, gone on with after a crash, equal to one taken at once."""

import time

import pytest

from fanlink.core.digests import digest_of_bytes
from fanlink.core.errors import Unavailable
from fanlink.server import intake, reports
from fanlink.server.nouns import Report
from fanlink.server.report_files import ReportFiles
from fanlink.server.store import Store
from tests.server.site import command
from tests.server.test_money import HEADER, line, take
from tests.server.test_runs import WIDE, balance, bought, proof, the

BUSY = "another report is being taken in"


@pytest.fixture
def earning(world):
    world.publish()
    return world


@pytest.fixture
def small_steps(monkeypatch):
    monkeypatch.setattr(intake, "AT_ONCE_LINES", 5)
    monkeypatch.setattr(intake, "LINES_A_STEP", 3)
    monkeypatch.setattr(intake, "POTS_A_STEP", 2)


def mixed(count, report="r1", first=1):
    """Lines of a remix, of one that nobody knows, in two currencies, some of them refunds."""
    return "".join(
        line(number, f"{'-' if number % 4 == 0 else ''}{number}.000000000001", "remix-one" if number % 3 else "elsewhere",
             currency="EUR" if number % 2 else "USD", report=report)
        for number in range(first, first + count)
    )  # fmt: skip


def act(world):
    return lambda write: world.door.act(write, world.clock())


def steps(world, name="report-one", files=None):
    """Takes steps to the end; what the report was after each."""
    found = []
    while (made := intake.go_on(world.database, act(world), files or world.door.reports, name)) is not None:
        found.append((made.arrived, made.state))
    return found


def books(world):
    """All that a report leads to."""
    accounts = ["service:Tide", "unmatched:Tide", "held_lines:Tide"]
    pots = {(one["currency"], one["gross"], one["lines"]) for one in world.documents("finance", "pot").values()}
    with world.database.reading() as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM report_lines").scalar()
    return {name: balance(world, name) for name in accounts}, pots, count


def test_a_large_report_arrives_in_steps_and_ends_as_if_it_were_taken_at_once(earning, monkeypatch):
    text = WIDE + bought(40) + mixed(11, first=100).replace("\n", ",,,\n")
    assert "accepted" == take(earning, text)["outcome"]
    whole, document, hold = books(earning), the(earning, "report"), the(earning, "hold")
    other = text.replace("r1,", "r2,")
    for name, value in (("AT_ONCE_LINES", 5), ("LINES_A_STEP", 3), ("POTS_A_STEP", 2)):
        monkeypatch.setattr(intake, name, value)
    assert "accepted" == take(earning, other, "report-two")["outcome"]
    begun = earning.document("finance", "report", "report-two")
    assert ("arriving", 0, 51, {}) == (begun["state"], begun["arrived"], begun["lines"], begun["totals"])
    assert whole == books(earning)
    made = steps(earning, "report-two")
    assert 17 == len(made) and (51, "taken") == made[-1]
    accounts, _, count = books(earning)
    assert 2 * whole[2] == count
    assert {name: {money: 2 * pico for money, pico in each.items()} for name, each in whole[0].items()} == accounts
    ended = earning.document("finance", "report", "report-two")
    for name in ("lines", "unmatched", "held", "known", "totals"):
        assert document[name] == ended[name]
    again = next(one for one in earning.documents("finance", "hold").values() if one["id"] != hold["id"])
    for name in ("lines", "revenue", "why"):
        assert hold[name] == again[name]
    assert [] == proof(earning).differences


def test_a_large_report_is_refused_as_a_whole(earning, small_steps):
    take(earning, HEADER + line(3, "1"))
    before = books(earning)
    answer = take(earning, HEADER + mixed(9), "report-two")
    assert [("line_changed", "3", 4)] == [(one["code"], one["facts"]["line_id"], one["facts"]["line"]) for one in answer["findings"]]
    broken = take(earning, HEADER + mixed(9).replace("DE,2026-11-01", "DE,2026-11-31", 1), "report-three")
    assert ["broken_line"] == [one["code"] for one in broken["findings"]]
    assert before == books(earning)
    assert [("report", "report-one")] == list(earning.documents("finance", "report"))


def test_a_line_that_came_after_the_comparison_is_not_taken_twice_nor_overlooked(earning, small_steps):
    known, changed = HEADER + mixed(9), HEADER + mixed(9, report="r2")
    digests = {text: earning.upload(text.encode(), "Fin") for text in (known, changed)}
    for digest in digests.values():
        intake.prepare(earning.database, earning.door.reports, digest, "nov.csv")
    assert "accepted" == take(earning, HEADER + mixed(2), "report-early")["outcome"]
    assert "accepted" == take(earning, HEADER + line(1, "7", report="r2"), "report-other")["outcome"]
    assert "accepted" == take(earning, known)["outcome"]
    assert 2 == earning.document("finance", "report", "report-one")["known"]
    assert (7, "taken") == steps(earning)[-1]
    assert ["line_changed"] == [one["code"] for one in take(earning, changed, "report-two")["findings"]]
    assert [] == proof(earning).differences


def test_a_report_whose_process_died_is_gone_on_with_where_it_was(earning, small_steps):
    take(earning, HEADER + mixed(11))
    for _ in range(2):
        intake.go_on(earning.database, act(earning), earning.door.reports, "report-one")
    halfway = earning.document("finance", "report", "report-one")["arrived"]
    others = ReportFiles(earning.door.reports._assets)
    now = earning.clock()
    assert intake.go_on(earning.database, act(earning), others, "report-one", now) is None
    assert intake.go_on(earning.database, act(earning), others, "report-one", now + intake.LEFT_ALONE_MS).arrived > halfway
    assert intake.go_on(earning.database, act(earning), earning.door.reports, "report-one") is None  # another is at it now
    assert (11, "taken") == steps(earning, files=others)[-1]
    others.close()
    assert 11 == books(earning)[2]
    assert [] == proof(earning).differences


def test_while_a_report_arrives_nothing_is_done_that_would_see_a_part_of_it(earning, small_steps):
    take(earning, WIDE + bought(40) + line(99, "5").strip() + ",,,\n")
    while the(earning, "report")["arrived"] < 39:
        intake.go_on(earning.database, act(earning), earning.door.reports, "report-one")
    for kind in ("run_royalties", "issue_statements"):
        assert ["report_arriving"] == earning.refused("Fin", kind, "2026-11")
    hold = the(earning, "hold")
    decision = {"outcome": "release", "letter": ""}
    assert ["report_arriving"] == earning.refused("Fin", "decide_hold", hold["id"], decision, base_version=hold["version"])
    with pytest.raises(Unavailable, match=BUSY):
        take(earning, HEADER + line(1, "1", report="r2"), "report-two")
    large = earning.upload((HEADER + mixed(9, report="r3")).encode(), "Fin")
    with pytest.raises(Unavailable, match=BUSY):
        intake.prepare(earning.database, earning.door.reports, large, "nov.csv")
    assert "taken" == steps(earning)[-1][1]
    earning.do("Fin", "run_royalties", "2026-11")
    assert "accepted" == take(earning, HEADER + line(1, "1", report="r2"), "report-two")["outcome"]


def test_a_large_file_of_known_lines_changes_nothing(earning, small_steps):
    take(earning, HEADER + mixed(9))
    steps(earning)
    before = books(earning)
    assert "accepted" == take(earning, HEADER + mixed(9) + "\n", "report-two")["outcome"]
    again = earning.document("finance", "report", "report-two")
    assert ("taken", 9, {}) == (again["state"], again["known"], again["totals"])
    assert [] == steps(earning, "report-two")
    assert before == books(earning)


def test_a_file_that_is_being_taken_in_is_kept_while_others_are_looked_at(earning, small_steps):
    take(earning, HEADER + mixed(9))
    for number in range(4):
        digest = earning.upload((HEADER + line(number, "1", report="r9")).encode(), "Fin")
        with earning.database.reading() as connection:
            reports.preview(Store(connection, earning.database.is_sqlite), earning.door.reports.lines(digest, "look.csv"))
    assert (9, "taken") == steps(earning)[-1]
    with earning.database.reading() as connection:
        assert [] == intake.under_way(Store(connection, earning.database.is_sqlite))
        assert "taken" == Store(connection, earning.database.is_sqlite).need(Report, "report-one").state


def test_a_file_that_is_still_being_compared_is_not_decided_about(earning, small_steps):
    with earning.door.reports.comparing, pytest.raises(Unavailable, match="still being compared"):
        take(earning, HEADER + mixed(9))
    assert "accepted" == take(earning, HEADER + mixed(9))["outcome"]
    assert (9, "taken") == steps(earning)[-1]


def test_over_http_a_large_report_is_answered_at_once_and_taken_in_by_the_server(site, earning, small_steps):
    data = (HEADER + mixed(23)).encode()
    finance = site.client(earning.people["Fin"].token)
    assert 201 == finance.put(f"/v1/assets/{digest_of_bytes(data)}", content=data).status_code
    asked = command("c-report", "import_report", "report-one", {"asset": digest_of_bytes(data), "name": "nov.csv"})
    assert ["accepted"] == [one["outcome"] for one in finance.post("/v1/commands", json={"commands": [asked]}).json()["answers"]]
    deadline = time.monotonic() + 60
    while (found := finance.get("/v1/reports/report-one").json())["state"] == "arriving" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert ("taken", 23, 7) == (found["state"], found["arrived"], found["unmatched"])
    assert [] == finance.get("/v1/books/proof").json()["differences"]
