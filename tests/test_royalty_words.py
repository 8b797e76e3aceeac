"""`fanlink royalties ...` on a server's books: the same words with a home and with an address."""

import csv
import io
import json
import os
import shutil

import pytest

from fanlink import cli
from fanlink.core.people import Role
from fanlink.server import accounts, serving
from fanlink.server.database import sqlite_url
from tests.server.conftest import migrated_file  # noqa: F401
from tests.server.test_money import HEADER, line
from tests.server.test_runs import WIDE, bought
from tests.server.world import Clock, World


@pytest.fixture
def home(migrated_file, tmp_path):  # noqa: F811
    """A home with one published remix, as a server leaves it."""
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copy(migrated_file, folder / "server.db")
    world = World(sqlite_url(folder / "server.db"), folder / "assets", Clock())
    world.publish()
    yield folder, world
    world.close()


@pytest.fixture(params=["home", "server"])
def place(request, home):
    """The words that say where the books are."""
    folder, _ = home
    if request.param == "home":
        yield ["--home", str(folder)]
        return
    running = serving.start(folder, port=0)
    added = accounts.add(running.server.door, name="Flo", roles=[Role.FINANCE], now_ms=serving.clock_ms(), random=os.urandom)
    thread = serving.in_thread(running)
    yield ["--server", running.url, "--token", added.token]
    running.stop()
    thread.join(20)


@pytest.fixture
def say(place, capsys):
    """Runs a word with --json: (exit code, what it said)."""
    def run(*words):
        code = cli.main(["royalties", *words, *place, "--json"])
        out = capsys.readouterr().out
        return code, json.loads(out) if out else None

    return run


def report(tmp_path, text, name="nov.csv"):
    path = tmp_path / name
    path.write_text(text)
    return str(path)


def test_a_report_is_looked_at_imported_run_stated_and_proved(say, home, tmp_path):
    file = report(tmp_path, HEADER + line(1, "10.5") + line(2, "3", "their-name"))
    code, told = say("import", file, "--preview")
    assert (0, 2, 1, {"EUR": "13.5"}) == (code, told["new"], told["unmatched"], told["totals"])
    code, told = say("import", file)
    assert (0, 2, 0, 1) == (code, told["lines"], told["known"], told["unmatched"])
    code, told = say("import", file)
    assert (0, 2, {}) == (code, told["known"], told["totals"])
    code, found = say("unmatched")
    assert 1 == code
    assert 0 == say("match", found["unmatched"][0]["id"], "--remix", "remix-one")[0]
    code, run = say("run", "--period", "2026-11")
    assert (0, "done", 1) == (code, run["state"], run["posted"])
    fan = home[1].people["Fay"].party
    assert {"EUR": "1.35"} == say("balance", "--party", fan, "--at", "2026-11-30")[1]["balances"]["party"]
    assert {} == say("balance", "--party", fan, "--at", "2026-11-29")[1]["balances"]["party"]
    assert 0 == say("close", "--period", "2026-11")[0]
    for form, start in (("pdf", b"%PDF"), ("dsr", b"HEAD\t"), ("csv", b"row,"), ("json", b"{")):
        out = tmp_path / f"statement.{form}"
        assert 0 == say("statement", "--party", fan, "--period", "2026-11", "--format", form, "--out", str(out))[0]
        assert out.read_bytes().startswith(start)
    assert "issued" == json.loads((tmp_path / "statement.json").read_text())["state"]
    rows = list(csv.DictReader(io.StringIO((tmp_path / "statement.csv").read_text())))
    assert ["pot", "part", "source", "source", "account", "account", "account"] == [row["row"] for row in rows]
    assert [("opening", "0"), ("earned", "1.35"), ("closing", "1.35")] == [(row["movement"], row["amount"]) for row in rows[4:]]
    assert ("1.35", "13.5") == (rows[0]["amount"], rows[0]["gross"])
    code, proof = say("verify")
    assert (0, [], 2, 1) == (code, proof["differences"], proof["lines"], proof["pots"])


def test_verify_names_what_was_changed_behind_the_books_back(say, home, tmp_path):
    say("import", report(tmp_path, HEADER + line(1, "10")))
    say("run", "--period", "2026-11")
    with home[1].database.writing() as connection:
        connection.exec_driver_sql("UPDATE report_lines SET revenue = '12'")
    code, proof = say("verify")
    assert 1 == code
    assert ("line revenue", "12", "10") in {(one["what"], one["found"], one["expected"]) for one in proof["differences"]}


def test_held_lines_are_listed_appealed_and_decided(say, home, tmp_path):
    say("import", report(tmp_path, WIDE + bought(40)))
    code, found = say("holds")
    assert (1, "held") == (code, found["holds"][0]["state"])
    assert 2 == say("decide", found["holds"][0]["id"], "reject")[0]
    assert 0 == say("decide", found["holds"][0]["id"], "release", "--letter", "fine")[0]
    assert 0 == say("holds")[0]


def test_what_is_wrong_is_a_sentence_and_exit_2(place, home, tmp_path, capsys):
    def told(*words):
        code = cli.main(["royalties", *words, *place])
        return code, capsys.readouterr().err

    code, said = told("import", report(tmp_path, HEADER + line(1, "ten") + line(2, "1", end="2026-13-01")))
    assert 2 == code and ["nov.csv, line 2, column revenue", "nov.csv, line 3, column period_end"] == [
        one.partition(":")[0] for one in said.splitlines()
    ]
    code, said = told("import", report(tmp_path, HEADER.replace(",", ";"), "semi.csv"))
    assert 2 == code and "separated by semicolons" in said
    for text in ("", HEADER):
        assert 2 == told("import", report(tmp_path, text, f"empty{len(text)}.csv"))[0]
    assert (2, "no-file: there is no such file\n") == told("import", "no-file")
    assert (2, "refused: period unknown (period: 2026-13)\n") == told("run", "--period", "2026-13")
    assert 2 == told("balance", "--party", "party-nobody")[0]
    told("import", report(tmp_path, HEADER + line(1, "5")))
    code, said = told("import", report(tmp_path, HEADER + line(7, "5") + line(1, "6"), "other.csv"))
    assert 2 == code and said.startswith("line 3: says something else than before under 1 of r1")


@pytest.mark.parametrize("name", ["..", "../x", "a b", "\u202e", "x" * 100])
def test_a_name_that_is_none_is_one_sentence_wherever_the_books_are(place, capsys, name):
    for words in (("run", "--period", name), ("match", name, "--remix", "remix-one"), ("statement", "--party", name, "--period", "2026-11", "--format", "csv", "--out", "none")):
        assert 2 == cli.main(["royalties", *words, *place, "--json"])
        said = capsys.readouterr()
        assert json.loads(said.out)["errors"] and "/v1/" not in said.err and 1 == len(said.err.splitlines())


def test_simulate_takes_the_sheet_of_a_remix(say):
    code, told = say("simulate", "--sheet", "remix-one", "--revenue", "10", "--currency", "EUR")
    assert (0, "10", "1") == (code, told["gross"], told["earned"]["party-fay-1"])


def test_a_home_that_is_none_and_a_server_without_a_token_are_said_so(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("FANLINK_TOKEN", raising=False)
    assert 2 == cli.main(["royalties", "verify", "--home", str(tmp_path / "none")])
    assert 2 == cli.main(["royalties", "run", "--period", "2026-11", "--server", "http://127.0.0.1:1"])
    assert 3 == cli.main(["royalties", "run", "--period", "2026-11", "--server", "http://127.0.0.1:1", "--token", "t"])
    assert 2 == cli.main(["royalties", "verify"])
    assert "needs a token" in capsys.readouterr().err


def test_the_operator_acts_where_no_account_has_the_role(tmp_path, capsys):
    home = tmp_path / "fresh"
    home.mkdir()
    assert 0 == cli.main(["royalties", "import", report(tmp_path, HEADER + line(1, "10")), "--home", str(home), "--json"])
    assert 1 == json.loads(capsys.readouterr().out)["unmatched"]
    assert 0 == cli.main(["royalties", "run", "--period", "2026-11", "--home", str(home), "--json"])
    assert 0 == cli.main(["royalties", "verify", "--home", str(home), "--json"])


@pytest.mark.parametrize("words", [
    ("royalties", "verify"), ("royalties", "run", "--period", "2026-11"), ("royalties", "payouts", "list"), ("account", "list"),
    ("royalties", "statement", "--party", "p", "--period", "2026-11", "--format", "csv", "--out", "none"),
    ("catalogue", "export", "--out", "none"), ("certificate", "issue", "--remix", "r", "--out", "none"),
])  # fmt: skip
def test_a_folder_without_books_proves_nothing_and_stays_as_it_is(tmp_path, capsys, words):
    assert 2 == cli.main([*words, "--home", str(tmp_path)])
    assert "no home of a server" in capsys.readouterr().err
    assert [] == list(tmp_path.iterdir())


def test_the_folder_of_a_demo_means_the_server_in_it(home, tmp_path, capsys):
    folder, _ = home
    demo = tmp_path / "demo"
    demo.mkdir()
    folder.rename(demo / "server")
    (demo / "people").mkdir()
    assert 0 == cli.main(["royalties", "import", report(tmp_path, HEADER + line(1, "10")), "--home", str(demo), "--json"])
    assert 0 == json.loads(capsys.readouterr().out)["unmatched"]
    assert 0 == cli.main(["royalties", "verify", "--home", str(demo), "--json"])
    assert 1 == json.loads(capsys.readouterr().out)["lines"]
    assert ["people", "server"] == sorted(path.name for path in demo.iterdir())


@pytest.mark.parametrize("token", ["é", "a\nb", "\x7f"])
def test_a_token_that_is_none_is_a_sentence(capsys, token):
    assert 3 == cli.main(["royalties", "verify", "--server", "http://127.0.0.1:1", "--token", token])
    assert "this is no token" in capsys.readouterr().err
