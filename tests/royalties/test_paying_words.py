"""`fanlink royalties payouts ...` as people of finance type it: on a server and on a home of this computer."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema

from fanlink.core.ledger import next_period
from fanlink.core.parties import Party
from fanlink.server import serving
from fanlink.server.mandates import day_of
from fanlink.server.server import build
from fanlink.server.settings import read
from tests.server import paying
from tests.server.world import Clock, World

HOUSE = 'bank_name = "FanLink"\nbank_iban = "DE89370400440532013000"\nbank_bic = "COBADEFFXXX"\n[payout_thresholds]\nEUR = "25.00"\n'


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home with 1,000 euro earned: Ben has bank details, Cleo has none, Ida is nobody here."""
    home = tmp_path_factory.mktemp("a home – ünïcode") / "home"
    home.mkdir()
    (home / "server.toml").write_text(HOUSE)
    server = build(read(home), serving.clock_ms, os.urandom)
    server.stop()
    clock = Clock()
    clock.now_ms = serving.clock_ms()
    world = World(read(home).database, home / "assets", clock)
    world.door.settings = read(home)
    paying.finance(world)
    world.publish()
    paying.earn(world, period=next_period(f"{day_of(clock()):%Y-%m}"))
    for who in ("Ben", "Fay"):
        assert paying.bank(world, who)["outcome"] == "accepted"
    world.door.act(lambda asked: asked.store.save(Party("party-ida", "Ida Lind")), clock())
    world.close()
    return home


def fanlink(*words, text="", **environment):
    return subprocess.run(
        [sys.executable, "-m", "fanlink", *map(str, words)], input=text, capture_output=True, text=True, timeout=120,
        check=False, env={**os.environ, **environment},
    )  # fmt: skip


def told(*words, code=0, **more):
    done = fanlink(*words, "--json", **more)
    assert code == done.returncode, (done.stdout, done.stderr)
    return json.loads(done.stdout)


@pytest.mark.proof
def test_a_payout_from_due_to_settled_and_back_to_its_consents(home, tmp_path):
    def word(name, *more, who="Fin", **options):
        return told("royalties", "payouts", name, "--home", home, "--as", who, *more, **options)

    balances = {one["party"]: one for one in word("list")["balances"]}
    assert [True, ["bank_details_missing"]] == [balances["party-ben-1"]["due"], balances["party-cleo-1"]["waits_for"]]
    word("propose", "--party", "party-ben-1")
    (payout,) = word("list", "--state", "due")["payouts"]
    for who in ("Ola", "Pia"):
        word("approve", payout["id"], who=who)
    again = word("approve", payout["id"], who="Ola", code=2)
    assert "payout_not_due" == again["answers"][0]["reasons"][0]["reason"]
    batch = word("send", "--currency", "EUR")["batch"]
    xml, csv = tmp_path / "pay.xml", tmp_path / "pay.csv"
    word("file", "--batch", batch, "--out", xml)
    word("file", "--batch", batch, "--format", "csv", "--out", csv)
    root = ElementTree.fromstring(xml.read_bytes())
    space = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
    assert [payout["id"], "500.00"] == [root.find(f".//p:{name}", space).text for name in ("EndToEndId", "InstdAmt")]
    import sepaxml

    xmlschema.XMLSchema(Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd").validate(xml.read_text("utf-8"))
    assert payout["id"] in csv.read_text("utf-8")
    answer = tmp_path / "answer.csv"
    answer.write_text(f"payout,status\n{payout['id']},settled\n")
    word("answer", answer)
    assert ["settled"] == [one["state"] for one in word("list")["payouts"]]
    chain = told("royalties", "trace", "--payout", payout["id"], "--home", home, "--as", "Fin")
    assert ("500", [], "1/2") == (chain["amount"], chain["missing"], chain["made_of"][0]["share"])
    broken = tmp_path / "broken"
    shutil.copytree(home, broken)
    with sqlite3.connect(broken / "server.db") as database:
        database.execute("DELETE FROM report_lines")
    chain = told("royalties", "trace", "--payout", payout["id"], "--home", broken, "--as", "Fin", code=1)
    assert "has no report line" in chain["missing"][0]


def test_the_same_words_reach_a_running_server(home):
    running = serving.start(home)
    thread = serving.in_thread(running)
    try:
        tokens = {}
        for name in ("Fin", "Fay"):
            from fanlink import bootstrap

            person = bootstrap._account_named(running.server, name)
            tokens[name] = bootstrap._token(running.server, person, serving.clock_ms())
        found = told("royalties", "payouts", "list", "--server", running.url, FANLINK_TOKEN=tokens["Fin"])
        assert "party-fay-1" in {one["party"] for one in found["balances"]}
        denied = fanlink("royalties", "payouts", "list", "--server", running.url, "--token", tokens["Fay"])
        assert 2 == denied.returncode and "not allowed" in denied.stderr
        link = told("royalties", "payouts", "invite", "party-ida", "--server", running.url, "--token", tokens["Fin"])["link"]
        looked = told("invitation", "accept", link, "--server", running.url, code=1)
        assert ("Ida Lind", False) == (looked["party_name"], looked["accepted"])
        words = ("invitation", "accept", link, "--server", running.url, "--name", "Ida", "--yes")
        with ThreadPoolExecutor(2) as pool:
            codes = sorted(pool.map(lambda _: fanlink(*words, text="correct horse\n").returncode, range(2)))
        assert [0, 2] == codes
        mine = ("--party", "party-ida", "--server", running.url)
        token = json.loads(fanlink("invitation", "accept", link, "--server", running.url, "--json").stdout or "{}").get("token")
        assert token is None
        wrong = fanlink("royalties", "payouts", "bank-details", *mine, "--token", tokens["Fay"], "--name", "F", "--iban", "x", text="nope\n")
        assert 2 == wrong.returncode and "wrong password" in wrong.stderr
    finally:
        running.stop()
        thread.join(20)


@pytest.mark.parametrize(("words", "sentence"), [
    (("list",), "say with --as which account acts: Fin, Ola, Pia"), (("list", "--as", "Nobody"), "there is no account of this name"),
    (("send", "--as", "Fin"), "name payouts"), (("answer", "none.csv", "--as", "Fin"), "cannot be read"),
    (("approve", "payout-none", "--as", "Fin"), "not_found"), (("file", "--batch", "batch-none", "--out", "x", "--as", "Fin"), "not found"),
])  # fmt: skip
def test_what_cannot_be_done_is_one_sentence_and_exit_2(home, words, sentence):
    name, *rest = words
    done = fanlink("royalties", "payouts", name, "--home", home, *rest)
    assert (2, True) == (done.returncode, sentence in done.stderr), done.stderr
    assert "Traceback" not in done.stderr


def test_a_home_or_server_that_is_not_there_is_said(tmp_path):
    assert 2 == fanlink("royalties", "payouts", "list", "--home", tmp_path / "none").returncode
    assert 3 == fanlink("royalties", "payouts", "list", "--server", "http://127.0.0.1:9", "--token", "x").returncode


def test_the_unclaimed_register_is_listed_by_age(home):
    found = told("royalties", "payouts", "unclaimed", "--home", home, "--as", "Fin")["unclaimed"]
    assert found == sorted(found, key=lambda one: one["since_ms"])
