"""From a sales report to every party's share, equal to what anyone computes from the documents."""

import pytest

from fanlink import wire
from fanlink.core.amounts import PICO_PER_MICRO, pico_of_any_size
from fanlink.core.documents import PotDocument
from fanlink.core.earnings import recompute
from fanlink.core.statements import Statement

HEADER = "report_id,line_id,remix_id,service,territory,period_start,period_end,units,revenue,currency\n"


def line(number, revenue, remix="remix-one", end="2026-11-30", report="r1", currency="EUR"):
    return f"{report},{number},{remix},Tide,DE,2026-11-01,{end},100,{revenue},{currency}\n"


@pytest.fixture
def earning(world):
    world.publish()
    return world


def take(world, text, report="report-one"):
    return world.ask("Fin", "import_report", report, {"asset": world.upload(text.encode(), "Fin"), "name": "nov.csv"})


def posted(world):
    from fanlink.server import pots
    from fanlink.server.store import Store

    with world.database.reading() as connection:
        return pots.everything_posted(Store(connection, world.database.is_sqlite))


def computed(world, scope="finance"):
    documents = [wire.from_json(PotDocument, data) for data in world.documents(scope, "pot").values()]
    return [recompute(document) for document in documents]


def test_what_was_posted_is_what_anyone_computes(earning):
    assert "accepted" == take(earning, HEADER + line(1, "10.000001") + line(2, "0.333333333333"))["outcome"]
    earning.do("Fin", "run_royalties", "2026-11")
    (pot,) = posted(earning)
    (again,) = computed(earning)
    assert pot["earned_micro"] == dict(again.earned_micro)
    assert pico_of_any_size(pot["reserve"]) == again.reserve_pico
    assert sum(pot["earned_micro"].values()) * PICO_PER_MICRO + again.reserve_pico == again.gross_pico
    fan = earning.people["Fay"].party
    assert computed(earning, f"party:{fan}") == [again]
    assert 1_033_333 == pot["earned_micro"][fan]


def test_a_run_again_posts_nothing_and_a_refund_posts_the_difference(earning):
    take(earning, HEADER + line(1, "10"))
    earning.do("Fin", "run_royalties", "2026-11")
    once = posted(earning)
    earning.do("Fin", "run_royalties", "2026-11")
    assert once == posted(earning)
    take(earning, HEADER + line(2, "-4"), "report-two")
    earning.do("Fin", "run_royalties", "2026-11")
    assert "6" == posted(earning)[0]["gross"]


def test_the_same_report_twice_changes_nothing(earning):
    text = HEADER + line(1, "10")
    take(earning, text)
    assert "accepted" == take(earning, text, "report-two")["outcome"]
    assert ["10"] == [data["gross"] for data in earning.documents("finance", "pot").values()]
    changed = take(earning, HEADER + line(1, "11"), "report-three")
    assert ["line_changed"] == [finding["code"] for finding in changed["findings"]]


def test_a_broken_line_is_named_by_number_and_nothing_is_taken(earning):
    answer = take(earning, HEADER + line(1, "10") + line(2, "ten") + line(3, "1", end="2026-13-01"))
    assert "refused" == answer["outcome"]
    found = [(finding["facts"]["line"], finding["facts"]["column"]) for finding in answer["findings"]]
    assert [(3, "revenue"), (4, "period_end")] == found
    assert {} == earning.documents("finance", "pot") == earning.documents("finance", "report")


def test_unmatched_lines_wait_and_find_their_remix_later(earning):
    take(earning, HEADER + line(1, "10", remix="remix-two"))
    assert 1 == earning.document("finance", "report", "report-one")["unmatched"]
    earning.do("Fin", "run_royalties", "2026-11")
    assert [] == posted(earning)
    earning.publish("remix-two", earning.document("public", "prompt", "prompt-one"), "Gil", seed=2)
    earning.do("Fin", "run_royalties", "2026-11")
    assert [("remix-two", "10")] == [(pot["remix"], pot["gross"]) for pot in posted(earning)]


def test_lines_that_wait_for_a_remix_say_so_no_more_once_it_is_public(world):
    world.submit(world.open_prompt(), "remix-two")
    world.render()
    take(world, HEADER + line(1, "3", remix="remix-two"))
    (waiting,) = world.documents("finance", "unmatched").values()
    assert "remix_never_published" == waiting["reason"]
    world.decide("Mo", "remix-two", "approve")
    (waiting,) = world.documents("finance", "unmatched").values()
    assert ("no_sheet_in_force", 1) == (waiting["reason"], waiting["lines"])


def test_statements_follow_from_their_own_facts_and_close_the_period(earning):
    take(earning, HEADER + line(1, "10") + line(2, "7", currency="USD"))
    earning.do("Fin", "issue_statements", "2026-11")
    fan = earning.people["Fay"].party
    shown = {data["currency"]: data for data in earning.documents(f"party:{fan}", "statement").values()}
    assert {"EUR": 1_000_000, "USD": 700_000} == {name: data["earned_micro"] for name, data in shown.items()}
    read = Statement.from_data(shown["EUR"]["statement"])
    assert ({}, "1") == (read.faults(), read.lines[0].sources[0].line_id)
    assert ["already_issued"] == earning.refused("Fin", "issue_statements", "2026-11")


def test_a_late_line_is_posted_into_the_next_open_period(earning):
    take(earning, HEADER + line(1, "10"))
    earning.do("Fin", "issue_statements", "2026-11")
    take(earning, HEADER + line(2, "2"), "report-two")
    earning.do("Fin", "run_royalties", "2026-11")
    take(earning, HEADER + line(3, "3", end="2026-12-31"), "report-three")
    earning.do("Fin", "run_royalties", "2026-12")
    earning.do("Fin", "run_royalties", "2026-11")
    assert "15" == posted(earning)[0]["gross"]
    earning.do("Fin", "issue_statements", "2026-12")
    fan = earning.people["Fay"].party
    by_period = {data["period"]: data["earned_micro"] for data in earning.documents(f"party:{fan}", "statement").values()}
    assert {"2026-11": 1_000_000, "2026-12": 500_000} == by_period


def test_only_finance_touches_money(earning):
    for who in ("Fay", "Ana", "Mo", "Ada"):
        assert ["not_allowed"] == earning.refused(who, "run_royalties", "2026-11")
    assert ["period_unknown"] == earning.refused("Fin", "run_royalties", "2026-13")


def test_a_fan_sees_a_pot_and_its_statement_only_as_a_party_of_it(earning):
    take(earning, HEADER + line(1, "10"))
    earning.do("Fin", "issue_statements", "2026-11")
    other = earning.people["Gil"].party
    assert {"party"} == {kind for kind, _ in earning.documents(f"party:{other}")}


def owed(world, party):
    from sqlalchemy import select

    from fanlink.server import tables
    from fanlink.server.store import Store

    with world.database.reading() as connection:
        rows = Store(connection, world.database.is_sqlite).rows(
            select(tables.postings.c.amount_pico).where(tables.postings.c.account == f"party:{party}")
        )
    return -sum(int(row.amount_pico) for row in rows) // PICO_PER_MICRO


@pytest.mark.parametrize("issued", [(), ("2026-12",), ("2026-11", "2026-12")])
def test_a_month_that_is_run_after_later_ones_posts_nothing_twice_and_takes_nothing_back(earning, issued):
    take(earning, HEADER + line(1, "10") + line(2, "5", end="2026-12-31"))
    fan = earning.people["Fay"].party
    earning.do("Fin", "run_royalties", "2026-12")
    for period in issued:
        earning.do("Fin", "issue_statements", period)
    assert 1_500_000 == owed(earning, fan)
    earning.do("Fin", "run_royalties", "2026-11")
    assert 1_500_000 == owed(earning, fan)
    take(earning, HEADER + line(3, "1"), "report-two")
    earning.do("Fin", "run_royalties", "2026-11")
    assert 1_600_000 == owed(earning, fan)
    earning.do("Fin", "run_royalties", "2027-01")
    assert 1_600_000 == owed(earning, fan)


def test_a_statement_that_came_to_nothing_by_a_refund_says_so(earning):
    fan = earning.people["Fay"].party
    take(earning, HEADER + line(1, "10"))
    earning.do("Fin", "run_royalties", "2026-11")
    assert [1_000_000] == [data["earned_micro"] for data in earning.documents(f"party:{fan}", "statement").values()]
    take(earning, HEADER + line(2, "-10"), "report-two")
    earning.do("Fin", "issue_statements", "2026-11")
    told = [(data["earned_micro"], data["state"]) for data in earning.documents(f"party:{fan}", "statement").values()]
    assert [(0, "issued")] == told
