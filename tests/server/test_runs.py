"""Unmatched lines, holds and runs, as finance and the parties see them, on both databases."""

import random

import pytest
from sqlalchemy import text

from fanlink.core.statements import Statement
from fanlink.server import pots, runs, splitting, statements
from fanlink.server.nouns import Run
from fanlink.server.store import Store
from tests.server.test_money import HEADER, computed, line, posted, take

WIDE = HEADER.strip() + ",play_at,listener_hash,payer_hash\n"


@pytest.fixture
def earning(world):
    world.publish()
    return world


def bought(count, revenue="0.01", remix="remix-one", report="r1", first=1):
    """Plays of one listener seconds apart."""
    return "".join(
        line(number, revenue, remix, report=report).strip() + f",2026-11-03T10:{number // 60:02d}:{number % 60:02d}Z,bot,\n"
        for number in range(first, first + count)
    )


def balance(world, account):
    with world.database.reading() as connection:
        chosen = text("SELECT currency, amount_pico FROM postings WHERE account = :account")
        sums = {}
        for currency, pico in connection.execute(chosen, {"account": account}):
            sums[currency] = sums.get(currency, 0) + int(pico)
    return {currency: pico for currency, pico in sums.items() if pico}


def proof(world):
    from fanlink.royalties.verify_books import prove
    from fanlink.server.proving import Rows

    with world.database.reading() as connection:
        return prove(Rows(connection))


def the(world, kind, scope="finance"):
    (found,) = world.documents(scope, kind).values()
    return found


def test_lines_matched_by_hand_are_posted_by_the_next_run_and_the_match_can_be_undone(earning):
    take(earning, HEADER + line(1, "10", remix="their-name") + line(2, "4", remix="their-name", currency="USD"))
    group = the(earning, "unmatched")
    assert ("remix_unknown", 2, {"EUR": "10", "USD": "4"}) == (group["reason"], group["lines"], group["totals"])
    assert {"EUR": -10 * 10**12, "USD": -4 * 10**12} == balance(earning, "unmatched:Tide")
    assert ["not_found"] == earning.refused("Fin", "match_lines", group["id"], {"remix": "remix-nine"})
    earning.do("Fin", "match_lines", group["id"], {"remix": "remix-one"})
    assert {} == balance(earning, "unmatched:Tide")
    take(earning, HEADER + line(3, "1", remix="their-name"), "report-two")
    earning.do("Fin", "run_royalties", "2026-11")
    assert {("remix-one", "EUR", "11"), ("remix-one", "USD", "4")} == {
        (pot["remix"], pot["currency"], pot["gross"]) for pot in posted(earning)
    }
    assert ["already_matched"] == earning.refused("Fin", "match_lines", group["id"], {"remix": "remix-one"})
    earning.do("Fin", "unmatch_lines", group["id"])
    assert {"EUR": -11 * 10**12, "USD": -4 * 10**12} == balance(earning, "unmatched:Tide")
    assert (3, {"EUR": "11", "USD": "4"}) == (the(earning, "unmatched")["lines"], the(earning, "unmatched")["totals"])
    earning.do("Fin", "run_royalties", "2026-11")
    assert {"0"} == {pot["gross"] for pot in posted(earning)}
    assert ["not_matched"] == earning.refused("Fin", "unmatch_lines", group["id"])
    assert ["not_allowed"] == earning.refused("Fay", "match_lines", group["id"], {"remix": "remix-one"})


def test_lines_before_the_first_sheet_wait_with_that_reason(earning):
    take(earning, HEADER + line(1, "10", end="2026-11-05"))
    assert ("no_sheet_in_force", 1) == (the(earning, "unmatched")["reason"], the(earning, "unmatched")["lines"])
    assert ["no_sheet_in_force"] == earning.refused("Fin", "match_lines", the(earning, "unmatched")["id"], {"remix": "remix-one"})


def test_suspicious_lines_are_held_outside_the_pot_where_every_party_sees_them(earning):
    take(earning, WIDE + bought(40) + line(99, "5").strip() + ",,,\n")
    assert (40, "5.4") == (earning.document("finance", "report", "report-one")["held"], earning.document("finance", "report", "report-one")["totals"]["EUR"])
    fan = earning.people["Fay"].party
    hold = the(earning, "hold", f"party:{fan}")
    assert ("held", 40, "0.4", ["burst/1"]) == (hold["state"], hold["lines"], hold["revenue"], [one["rule"] for one in hold["why"]])
    assert "40 plays in 10 minutes" == hold["why"][0]["reason"]
    earning.do("Fin", "run_royalties", "2026-11")
    assert ["5"] == [pot["gross"] for pot in posted(earning)]
    assert {"EUR": -4 * 10**11} == balance(earning, "held_lines:Tide")
    assert {} == earning.documents(f"party:{earning.people['Gil'].party}", "hold")


def test_a_hold_from_before_its_remix_was_public_is_shown_to_its_parties_once_it_is(world):
    world.submit(world.open_prompt())
    take(world, WIDE + bought(40))
    fan = f"party:{world.people['Fay'].party}"
    assert (1, {}) == (len(world.documents("finance", "hold")), world.documents(fan, "hold"))
    world.render()
    world.decide("Mo", "remix-one", "approve")
    assert ("held", 40) == (the(world, "hold", fan)["state"], the(world, "hold", fan)["lines"])


def test_a_hold_is_appealed_by_a_party_and_decided_by_another(earning):
    take(earning, WIDE + bought(40))
    hold = the(earning, "hold")
    assert ["not_allowed"] == earning.refused("Gil", "appeal_hold", hold["id"], {"text": "mine"})
    assert ["appeal_empty"] == earning.refused("Fay", "appeal_hold", hold["id"], {"text": " "})
    earning.do("Fay", "appeal_hold", hold["id"], {"text": "A school class listened together."})
    assert ["already_appealed"] == earning.refused("Fay", "appeal_hold", hold["id"], {"text": "again"})
    assert ("appealed", "A school class listened together.") == (the(earning, "hold")["state"], the(earning, "hold")["appeal"])
    assert ["not_allowed"] == earning.refused("Fay", "decide_hold", hold["id"], {"outcome": "release"})
    earning.do("Fin", "decide_hold", hold["id"], {"outcome": "release", "letter": "We believe you."})
    earning.do("Fin", "run_royalties", "2026-11")
    assert (["0.4"], {}) == ([pot["gross"] for pot in posted(earning)], balance(earning, "held_lines:Tide"))
    assert ["illegal_step"] == earning.refused("Fin", "decide_hold", hold["id"], {"outcome": "reject", "letter": "no"})


def test_a_rejected_hold_goes_back_to_the_service_and_an_appeal_needs_another_person(earning):
    from fanlink.core.people import Role

    earning.add("Flo", (Role.FINANCE,))
    take(earning, WIDE + bought(40))
    hold = the(earning, "hold")
    assert ["letter_missing"] == earning.refused("Fin", "decide_hold", hold["id"], {"outcome": "reject"})
    earning.do("Fin", "decide_hold", hold["id"], {"outcome": "reject", "letter": "One listener, all night."})
    assert ({}, {}) == (balance(earning, "held_lines:Tide"), balance(earning, "service:Tide"))
    earning.do("Fay", "appeal_hold", hold["id"], {"text": "It was a radio."})
    assert ["own_decision"] == earning.refused("Fin", "decide_hold", hold["id"], {"outcome": "release"})
    earning.do("Flo", "decide_hold", hold["id"], {"outcome": "release"})
    assert {"EUR": 4 * 10**11} == balance(earning, "service:Tide")
    assert ["0.4"] == [data["gross"] for data in earning.documents("finance", "pot").values()]


def test_nobody_decides_about_money_of_their_own(earning):
    from fanlink.core.people import Role

    earning.add("Mio", (Role.FINANCE,), parties=[earning.people["Fay"].party])
    take(earning, WIDE + bought(40))
    assert ["own_case"] == earning.refused("Mio", "decide_hold", the(earning, "hold")["id"], {"outcome": "release"})


def test_a_preview_says_what_an_import_will_do_and_changes_nothing(earning):
    from fanlink.royalties import spool
    from fanlink.server import reports

    take(earning, HEADER + line(1, "10"))
    text_ = WIDE + line(1, "10").strip() + ",,,\n" + bought(40, first=2) + line(60, "-3").strip() + ",,,\n" + line(61, "7", "other").strip() + ",,,\n"
    path = earning.settings.assets / "look.csv"
    path.write_text(text_)
    read = spool.read(path, "look.csv")
    with earning.database.reading() as connection:
        told = reports.preview(Store(connection, earning.database.is_sqlite), read)
    read.close()
    assert (43, 42, 1, 1, 40, 1) == tuple(told[name] for name in ("lines", "new", "known", "unmatched", "held", "refunds"))
    assert ({"EUR": "4.4"}, [("remix-one", "-3")]) == (told["totals"], [(pot["remix"], pot["gains"]) for pot in told["pots"]])
    assert 1 == len(earning.documents("finance", "report"))


def many(world, count):
    """Some remixes more, and a report with a line for each."""
    prompt = world.document("public", "prompt", "prompt-one")
    for number in range(count):
        world.publish(f"remix-{number:03d}", prompt, "Gil", seed=100 + number)
    return HEADER + "".join(line(number, f"{number + 1}.000001", f"remix-{number:03d}") for number in range(count))


def drive(world, name, steps=10**6):
    """As the server's thread does."""
    def act(write):
        return world.door.act(write, world.clock())

    while steps and runs.go_on(world.database, act, name) is not None:
        steps -= 1


@pytest.fixture
def large(earning, monkeypatch):
    """Everything counts as large, and a step takes two pots."""
    monkeypatch.setattr(runs, "AT_ONCE_POTS", 0)
    monkeypatch.setattr(runs, "POTS_A_STEP", 2)
    monkeypatch.setattr(statements, "PARTIES_A_LOOK", 2)
    monkeypatch.setattr(statements, "LINES_A_STEP", 2)
    return earning


def test_a_large_run_goes_in_steps_can_be_stopped_and_gives_the_same_books(large):
    take(large, many(large, 7))
    large.do("Fin", "run_royalties", "2026-11")
    assert ([], "running") == (posted(large), the(large, "run")["state"])
    drive(large, "run-2026-11", 3)
    assert 0 < len(posted(large)) < 7
    large.do("Fin", "stop_run", "2026-11")
    assert ["run_not_under_way"] == large.refused("Fin", "stop_run", "2026-11")
    before = len(posted(large))
    drive(large, "run-2026-11")
    assert before == len(posted(large))
    large.do("Fin", "run_royalties", "2026-11")
    drive(large, "run-2026-11")
    assert ("done", 7, 7) == tuple(the(large, "run")[name] for name in ("state", "done", "posted"))
    again = {(pot.version, pot.currency): pot for pot in computed(large)}
    for pot in posted(large):
        assert pot["earned_micro"] == dict(again[pot["sheet"], "EUR"].earned_micro)


def test_a_statement_of_many_remixes_has_pages_that_add_up_to_it(large, monkeypatch):
    monkeypatch.setattr(statements, "LINES_A_PAGE", 3)
    take(large, many(large, 7))
    large.do("Fin", "run_royalties", "2026-11")
    drive(large, "run-2026-11")
    fan = large.people["Gil"].party
    pages = {data["page"]: data for data in large.documents(f"party:{fan}", "statement").values()}
    assert {1: 3, 2: 3, 3: 1} == {page: len(data["statement"]["lines"]) for page, data in pages.items()}
    with large.database.reading() as connection:
        store = Store(connection, large.database.is_sqlite)
        state, found = statements.of_party(store, fan, "2026-11")
        earned = sum(pot["earned_micro"][fan] for pot in posted(large))
    assert ("calculated", 7, {"EUR": earned}) == (state, len(found["EUR"].lines), found["EUR"].totals_micro())
    assert earned == sum(data["earned_micro"] for data in pages.values())
    assert ({}, ()) == (found["EUR"].faults(), found["EUR"].account_faults())
    told = {page: Statement.from_data(dict(data["statement"])) for page, data in pages.items()}
    assert {1: 1, 2: 0, 3: 0} == {page: len(one.accounts) for page, one in told.items()}
    assert [()] * 3 == [one.account_faults() for one in told.values()]
    assert pages[2]["earned_micro"] + pages[3]["earned_micro"] == told[1].elsewhere_micro != 0
    assert [3, 0, 0] == [told[page].pages for page in (1, 2, 3)]
    assert 0 == found["EUR"].pages
    assert 7 == len({line.remix_id for line in found["EUR"].lines})
    back = "".join(line(number, f"-{number + 1}.000001", f"remix-{number:03d}", report="back") for number in range(7))
    take(large, HEADER + back, "report-two")
    large.do("Fin", "issue_statements", "2026-11")
    drive(large, "run-2026-11")
    issued = list(large.documents(f"party:{fan}", "statement").values())
    assert {("issued", 0, 0)} == {(data["state"], data["earned_micro"], len(data["statement"]["lines"])) for data in issued}


def test_what_changed_between_the_plan_and_the_posting_is_planned_again(large):
    take(large, HEADER + line(1, "10"))
    large.do("Fin", "run_royalties", "2026-11")
    drive(large, "run-2026-11", 1)
    with large.database.reading() as connection:
        store = Store(connection, large.database.is_sqlite)
        made = store.get(Run, "run-2026-11")
        prepared = runs.prepare(store, made, statements.Pages())
    assert "post" == made.phase and prepared[0].splits
    take(large, HEADER + line(2, "5"), "report-two")
    large.door.act(lambda asked: runs.take_step(asked, made, prepared), large.clock())
    assert ["15"] == [pot["gross"] for pot in posted(large)]
    large.door.act(lambda asked: splitting.post(asked, prepared, "2026-11", "2026-11"), large.clock())
    assert ["15"] == [pot["gross"] for pot in posted(large)]


def test_a_large_closing_posts_closes_and_issues_even_when_lines_arrive_in_between(large):
    take(large, many(large, 5))
    large.do("Fin", "issue_statements", "2026-11")
    while the(large, "run")["phase"] != "state":
        drive(large, "run-2026-11", 1)
    take(large, HEADER + line(90, "100", "remix-000"), "report-two")
    drive(large, "run-2026-11")
    gil = large.people["Gil"].party
    statement = the(large, "statement", f"party:{gil}")
    assert ("issued", 5, 1_500_000) == (statement["state"], len(statement["statement"]["lines"]), statement["earned_micro"])
    assert ["already_issued"] == large.refused("Fin", "issue_statements", "2026-11")
    large.do("Fin", "run_royalties", "2026-11")
    drive(large, "run-2026-11")
    assert "2026-12" == the(large, "run")["into"]
    by_period = {data["period"]: data["earned_micro"] for data in large.documents(f"party:{gil}", "statement").values()}
    assert {"2026-11": 1_500_000, "2026-12": 10_000_000} == by_period


def test_a_late_run_of_an_earlier_open_month_leaves_the_later_one_right(earning):
    take(earning, HEADER + line(1, "10") + line(2, "20", end="2026-12-31"))
    earning.do("Fin", "run_royalties", "2026-11")
    earning.do("Fin", "run_royalties", "2026-12")
    take(earning, HEADER + line(3, "4"), "report-two")
    earning.do("Fin", "run_royalties", "2026-11")
    assert ["34"] == [pot["gross"] for pot in posted(earning)]
    fan = earning.people["Fay"].party
    by_period = {data["period"]: data["earned_micro"] for data in earning.documents(f"party:{fan}", "statement").values()}
    assert {"2026-11": 1_400_000, "2026-12": 2_000_000} == by_period


def test_a_statement_is_open_then_calculated_then_issued_and_tells_the_month_by_service(earning):
    fan = earning.people["Fay"].party

    def state():
        with earning.database.reading() as connection:
            name, found = statements.of_party(Store(connection, earning.database.is_sqlite), fan, "2026-12")
        return name, {currency: one.totals_micro()[currency] for currency, one in found.items()}

    take(earning, HEADER + line(1, "10") + line(2, "3", end="2026-12-31") + line(3, "1", end="2026-12-30").replace("Tide", "Ebb"))
    earning.do("Fin", "issue_statements", "2026-11")
    assert ("open", {"EUR": 400_000}) == state()
    earning.do("Fin", "run_royalties", "2026-12")
    assert ("calculated", {"EUR": 400_000}) == state()
    take(earning, HEADER + line(4, "2", end="2026-11-30"), "report-two")
    earning.do("Fin", "issue_statements", "2026-12")
    assert ("issued", {"EUR": 600_000}) == state()
    data = next(one for one in earning.documents(f"party:{fan}", "statement").values() if one["period"] == "2026-12")
    (told,) = data["statement"]["lines"]
    assert [("Ebb", "1"), ("Tide", "3")] == [(part["service"], part["revenue"]) for part in told["parts"]]
    assert ("16", "10", "2") == (told["gross"], told["gross_before"], told["late"])
    assert 4 == len(told["sources"])


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_imports_matches_runs_and_closings_ends_in_the_same_entitlements(earning, seed):
    rng = random.Random(seed)
    lines = 0
    for number in range(14):
        act = rng.choice(("take", "take", "run", "late", "close", "match", "unmatch"))
        month = rng.choice(("2026-11", "2026-12", "2027-01"))
        if act in ("take", "late"):
            lines += 1
            remix = rng.choice(("remix-one", "their-name"))
            end = f"{month}-28"
            take(earning, HEADER + line(lines, f"{rng.randint(-50, 90)}.{rng.randint(0, 10**6):06d}", remix, end=end), f"report-{number}")
        elif act == "run":
            earning.do("Fin", "run_royalties", month)
        elif act == "close":
            earning.ask("Fin", "issue_statements", month)
        else:
            for _, name in list(earning.documents("finance", "unmatched")):
                data = {"remix": "remix-one"} if act == "match" else {}
                earning.ask("Fin", f"{act}_lines", name, data)
    assert [] == proof(earning).differences
    earning.do("Fin", "run_royalties", "2027-06")
    assert ([], 0) == (proof(earning).differences, proof(earning).waiting)
    again = {(pot.version, pot.currency): pot for pot in computed(earning)}
    for pot in posted(earning):
        should = again[pot["sheet"], pot["currency"]]
        assert (dict(should.earned_micro), pots.plain(should.reserve_pico)) == (pot["earned_micro"], pot["reserve"])
        assert pots.plain(should.gross_pico) == pot["gross"]
    for document in earning.documents("finance", "statement").values():

        assert {} == Statement.from_data(document["statement"]).faults()


def test_a_report_of_another_content_under_a_known_key_is_refused_whole(earning):
    take(earning, HEADER + line(1, "10"))
    answer = take(earning, HEADER + line(5, "1") + line(1, "11") + line(6, "1"), "report-two")
    assert [("line_changed", "1", 3)] == [(one["code"], one["facts"]["line_id"], one["facts"]["line"]) for one in answer["findings"]]
    assert ["10"] == [data["gross"] for data in earning.documents("finance", "pot").values()]



def tampered(world, table, statement):
    """Changes the books as only someone with the database in their hands can: past the triggers."""
    with world.database.writing() as connection:
        if world.database.is_sqlite:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_update")
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_delete")
        else:
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        connection.exec_driver_sql(statement if world.database.is_sqlite else statement.replace("%", "%%"))


@pytest.mark.parametrize(
    ("table", "statement", "what"),
    [
        ("postings", "UPDATE postings SET amount_pico = '-1000001000000' WHERE account LIKE 'party:%fay%'", "transaction balance"),
        ("postings", "UPDATE postings SET account = 'party:party-mallory' WHERE account LIKE 'party:%fay%'", "earned"),
        ("transactions", "UPDATE transactions SET day = '2026-01-01' WHERE number = 1", "transaction chain"),
        ("report_lines", "UPDATE report_lines SET revenue = '11'", "line revenue"),
        ("report_lines", "DELETE FROM report_lines WHERE line_id = '1'", "account"),
        ("report_lines", "UPDATE report_lines SET sheet = NULL WHERE line_id = '1'", "account"),
        ("pot_days", "UPDATE pot_days SET gross_pico = '1'", "day of a pot"),
        ("sheets", "UPDATE sheets SET body = replace(body, '1/10', '1/11')", "sheet digest"),
        ("statements", "UPDATE statements SET body = replace(body, '\"earned_micro\":1000000', '\"earned_micro\":1000001')", "statement"),
    ],
)
def test_the_proof_names_whatever_was_tampered_with(earning, table, statement, what):
    take(earning, HEADER + line(1, "10") + line(2, "3", "unknown"))
    earning.do("Fin", "issue_statements", "2026-11")
    assert [] == proof(earning).differences
    tampered(earning, table, statement)
    assert what in {one.what for one in proof(earning).differences}


@pytest.mark.parametrize("word", ["run", "close"])
@pytest.mark.parametrize("steps", [3, *(pytest.param(steps, marks=pytest.mark.proof) for steps in (1, 6, 9))])
def test_a_run_that_is_killed_in_the_middle_and_taken_up_again_leaves_the_same_books(tmp_path, migrated_file, steps, word):
    import shutil
    import subprocess
    import sys

    from fanlink.server.database import sqlite_url
    from tests.server.world import Clock, World

    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(migrated_file, home / "server.db")
    world = World(sqlite_url(home / "server.db"), home / "assets", Clock())
    world.publish()
    (tmp_path / "report.csv").write_text(many(world, 5))
    command = [sys.executable, "-m", "tests.server.killed", str(home), str(tmp_path / "report.csv"), word]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    for _ in range(steps):
        child.stdout.readline()
    child.kill()
    child.wait()
    child.stdout.close()
    assert [] == proof(world).differences
    if word == "run" or not any(row.state == "done" for row in [world.door.act(lambda one: one.store.get(Run, "run-2026-11"), 0)]):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    assert ([], 0) == (proof(world).differences, proof(world).waiting)
    again = {pot.version: pot for pot in computed(world)}
    assert {pot["sheet"]: pot["earned_micro"] for pot in posted(world)} == {name: dict(pot.earned_micro) for name, pot in again.items()}
    gil = world.documents(f"party:{world.people['Gil'].party}", "statement")
    assert [("issued" if word == "close" else "calculated", 1_500_000)] == [(one["state"], one["earned_micro"]) for one in gil.values()]
    world.close()


def test_closing_a_month_issues_the_statements_of_the_months_that_it_closes(earning):
    fan = earning.people["Fay"].party

    def told():
        found = earning.documents(f"party:{fan}", "statement").values()
        return {one["period"]: (one["state"], one["earned_micro"]) for one in found}

    take(earning, HEADER + line(1, "10") + line(2, "5", end="2026-12-31"))
    earning.do("Fin", "run_royalties", "2026-11")
    earning.do("Fin", "run_royalties", "2026-12")
    assert {"2026-11": ("calculated", 1_000_000), "2026-12": ("calculated", 500_000)} == told()
    take(earning, HEADER + line(3, "1"), "report-two")
    earning.do("Fin", "issue_statements", "2026-12")
    assert {"2026-11": ("issued", 1_000_000), "2026-12": ("issued", 600_000)} == told()
    take(earning, HEADER + line(4, "-2"), "report-three")
    earning.do("Fin", "run_royalties", "2026-11")
    expected = {"2026-11": ("issued", 1_000_000), "2026-12": ("issued", 600_000), "2027-01": ("calculated", -200_000)}
    assert expected == told(), "what comes late is a new line of a later statement"
    earning.do("Fin", "issue_statements", "2027-01")
    assert expected | {"2027-01": ("issued", -200_000)} == told()
