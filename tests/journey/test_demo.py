"""The whole story in one command, seen from outside."""

import json
import subprocess
import sys
from decimal import Decimal, localcontext
from pathlib import Path

import pytest
import soundfile

from fanlink import wire
from fanlink.core.recipes import Recipe


def fanlink(*words):
    """Runs the program as a person would; returns the finished process."""
    return subprocess.run(
        [sys.executable, "-m", "fanlink", *map(str, words)], capture_output=True, text=True, timeout=280, check=False
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("a home with spaces – ünïcode")


@pytest.fixture(scope="module")
def told(home):
    done = fanlink("demo", "--headless", "--home", home, "--json")
    assert 0 == done.returncode, done.stderr
    assert "Both books are equal." in done.stderr
    return json.loads(done.stdout)


def test_the_remix_is_published_and_can_be_heard(told):
    assert "published" == told["remix"]["state"]
    sound = soundfile.info(told["remix"]["audio"])
    assert (44_100, 2) == (sound.samplerate, sound.channels)
    assert 40 < sound.duration < 150


def test_the_recipe_beside_it_is_a_recipe_with_the_fans_words(told):
    recipe = wire.from_bytes(Recipe, Path(told["remix"]["recipe"]).read_bytes())
    assert "keep the vocals" in recipe.words
    assert "vocals" in recipe.stems


def test_both_books_are_equal_and_nothing_is_lost_or_made(told):
    assert told["pots"] == told["client"]
    assert {"EUR", "USD"} == {pot["currency"] for pot in told["pots"]}
    with localcontext() as exact:
        exact.prec = 60
        for pot in told["pots"]:
            earned = Decimal(sum(pot["earned_micro"].values())) / 10**6
            assert Decimal(pot["gross"]) == earned + Decimal(pot["reserve"])


def test_the_published_file_says_how_it_was_made(told, home):
    shown = fanlink("credentials", "show", told["remix"]["audio"], "--trust", home / "server/keys/authority.pem", "--json")
    found = json.loads(shown.stdout)
    assert ("trusted", "None") == (found["state"], found["remix"]["ddex"]["ContainsAI"])
    assert told["remix"]["id"] == found["remix"]["remix"]


def test_the_published_file_is_what_its_recipe_makes(told):
    track = Path(__file__).parents[2] / "resources/demo/neon-tide"
    words = ("remix", "verify", "--track", track, "--recipe", told["remix"]["recipe"], "--audio", told["remix"]["audio"])
    done = fanlink(*words, "--json")
    assert 0 == done.returncode, done.stderr
    assert json.loads(done.stdout)["match"]


def test_finance_sees_a_payout_that_is_due_and_one_that_one_person_approved(told, home):
    listed = fanlink("royalties", "payouts", "list", "--home", home / "server", "--as", "Priya Nair", "--json")
    payouts = json.loads(listed.stdout)["payouts"]
    assert [("due", 0), ("due", 1)] == sorted((one["state"], len(one["approved_by"])) for one in payouts)
    traced = fanlink("royalties", "trace", "--payout", payouts[0]["id"], "--home", home / "server", "--as", "Priya Nair", "--json")
    assert (0, []) == (traced.returncode, json.loads(traced.stdout)["missing"])


def test_the_server_certifies_it_and_anyone_can_verify_that(told, home):
    certificate = home / "night.clearance.json"
    issued = fanlink("certificate", "issue", "--home", home / "server", "--remix", told["remix"]["id"], "--out", certificate)
    assert 0 == issued.returncode, issued.stderr
    verified = fanlink("certificate", "verify", certificate, "--key", home / "server/keys/public.pem", "--json")
    statement = json.loads(verified.stdout)["statement"]
    assert (0, ["Jo Park", "Luma Reyes", "Northside Music"]) == (verified.returncode, statement["sanctioned_by"])


def test_a_second_run_on_the_same_home_doubles_nothing(told, home):
    again = fanlink("demo", "--headless", "--home", home, "--json")
    assert 0 == again.returncode, again.stderr
    second = json.loads(again.stdout)
    assert (told["pots"], told["remix"]["id"]) == (second["pots"], second["remix"]["id"])


def test_where_there_is_no_display_it_says_so(home, monkeypatch, told):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    done = fanlink("demo", "--home", home)
    assert "There is no display here" in done.stderr
    assert "The shares are equal on the server and on finance's own computer." in done.stdout
