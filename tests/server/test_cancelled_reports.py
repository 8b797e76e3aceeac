"""An import is cancelled until it is decided, and leaves nothing; once it is decided it is told where it stands."""

import threading
import time

import pytest

from fanlink.core.digests import digest_of_bytes
from fanlink.core.errors import Stopped
from fanlink.royalties import spool
from fanlink.server import intake
from fanlink.server.checking import Checking
from tests.server.site import command
from tests.server.test_intake import books, mixed, steps
from tests.server.test_money import HEADER, line, take
from tests.server.test_runs import WIDE


@pytest.fixture
def earning(world):
    world.publish()
    return world


@pytest.fixture
def small_steps(monkeypatch):
    monkeypatch.setattr(intake, "AT_ONCE_LINES", 5)
    monkeypatch.setattr(intake, "LINES_A_STEP", 3)


def kept(world, digest):
    """Whether the file is on the disk, and how many rows tell of it."""
    with world.database.reading() as connection:
        rows = connection.exec_driver_sql(f"SELECT count(*) FROM assets WHERE digest = '{digest}'").scalar()
    return world.assets.path(digest).is_file(), rows


def test_what_was_cancelled_is_never_taken_and_its_file_is_gone(earning):
    before, text = books(earning), HEADER + line(1, "5")
    digest = earning.upload(text.encode(), "Fin")
    earning.do("Fin", "cancel_report", "report-one", {"asset": digest})
    assert (False, 0) == kept(earning, digest)
    assert ["import_cancelled"] == [one["code"] for one in take(earning, text)["findings"]]
    assert before == books(earning)
    assert "accepted" == take(earning, text, "report-two")["outcome"]
    assert ["not_allowed"] == earning.refused("Mo", "cancel_report", "report-three")


def test_once_it_is_decided_it_says_where_it_stands(earning, small_steps):
    text = HEADER + mixed(9)
    assert "accepted" == take(earning, text)["outcome"]
    digest = digest_of_bytes(text.encode())
    intake.go_on(earning.database, lambda write: earning.door.act(write, earning.clock()), earning.door.reports, "report-one")
    answer = earning.ask("Fin", "cancel_report", "report-one", {"asset": digest})
    assert [("report_decided", {"report": "nov.csv", "state": "arriving", "arrived": 3, "lines": 9})] == [
        (one["code"], one["facts"]) for one in answer["findings"]
    ]
    assert (True, 1) == kept(earning, digest)
    assert (9, "taken") == steps(earning)[-1]


def test_a_file_that_somebody_else_brought_or_that_is_used_is_kept(earning):
    text = HEADER + line(1, "5")
    used, theirs = text.encode(), (text + line(2, "6")).encode()
    assert "accepted" == take(earning, text)["outcome"]
    earning.do("Fin", "cancel_report", "report-two", {"asset": digest_of_bytes(used)})
    assert (True, 1) == kept(earning, digest_of_bytes(used))
    digest = earning.upload(theirs, "Ana")
    earning.do("Fin", "cancel_report", "report-three", {"asset": digest})
    assert (True, 1) == kept(earning, digest)
    earning.do("Fin", "cancel_report", "report-four", {"asset": "../../etc/passwd"})


@pytest.mark.parametrize("phase", ["reading", "comparing"])
def test_what_is_being_read_or_compared_stops_soon_and_is_not_kept(earning, small_steps, monkeypatch, phase):
    monkeypatch.setattr(spool, "BLOCK", 2)
    monkeypatch.setattr(intake, "CHUNK", 2)
    assert "accepted" == take(earning, HEADER + line(99, "1"), "report-early")["outcome"]  # else there is nothing to compare with
    digest = earning.upload((HEADER + mixed(40)).encode(), "Fin")
    files, seen = earning.door.reports, []

    def told(done, _of, what):
        seen.append((what, done))
        if what == phase and len([one for one in seen if one[0] == phase]) == 2:
            earning.do("Fin", "cancel_report", "report-one", {"asset": digest})
            checking._looked_s = float("-inf")

    checking = Checking(earning.database, files, "report-one", told)
    with pytest.raises(Stopped), checking:
        intake.prepare(earning.database, files, digest, "nov.csv", checking)
    assert 2 == len([one for one in seen if one[0] == phase])
    assert ({}, {}) == (files.checking, files.comparisons)
    assert phase == "comparing" or digest not in files._read
    assert not files.comparing.locked() and not files._reading.locked()
    assert ["import_cancelled"] == earning.refused("Fin", "import_report", "report-one", {"asset": digest, "name": "nov.csv"})


def test_looking_for_suspicious_plays_stops_too(tmp_path):
    path = tmp_path / "plays.csv"
    path.write_text(WIDE + "".join(
        f"r1,{number},remix-{number % 50},Tide,DE,2026-11-01,2026-11-30,1,1,EUR,2026-11-02T10:{number % 60:02}:00Z,l{number % 900},p{number % 800}\n"
        for number in range(20_000)
    ))  # fmt: skip

    def stop(done, of):
        if done == of and of:
            raise Stopped("enough")

    with pytest.raises(Stopped):
        spool.read(path, "plays.csv", stop)


def test_over_http_the_one_who_waits_is_told_that_it_was_cancelled(site, earning):
    data = (HEADER + "".join(line(number, "1") for number in range(120_000))).encode()
    digest, answers = digest_of_bytes(data), []
    finance, other = site.client(earning.people["Fin"].token), site.client()
    assert 201 == finance.put(f"/v1/assets/{digest}", content=data).status_code
    asked = command("c-report", "import_report", "report-one", {"asset": digest, "name": "nov.csv"})
    waiting = threading.Thread(target=lambda: answers.append(finance.post("/v1/commands", json={"commands": [asked]}, timeout=120).json()))
    waiting.start()
    token = {"Authorization": f"Bearer {earning.people['Fin'].token}"}
    deadline = time.monotonic() + 60
    while (far := other.get("/v1/reports/report-one/checking", headers=token)).status_code != 200 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert {"phase", "done", "of"} == set(far.json())
    again = other.post("/v1/commands", json={"commands": [asked | {"id": "c-again"}]}, headers=token)
    assert 503 == again.status_code
    cancel = command("c-cancel", "cancel_report", "report-one", {"asset": digest})
    assert "accepted" == other.post("/v1/commands", json={"commands": [cancel]}, headers=token).json()["answers"][0]["outcome"]
    waiting.join(60)
    assert ["import_cancelled"] == [one["code"] for one in answers[0]["answers"][0]["findings"]]
    assert 404 == finance.get("/v1/reports/report-one").status_code == finance.get("/v1/reports/report-one/checking").status_code
    assert (False, 0) == kept(earning, digest)


def test_a_look_at_a_file_is_cancelled_too(site, earning):
    data = (HEADER + line(1, "1")).encode()
    finance = site.client(earning.people["Fin"].token)
    finance.put(f"/v1/assets/{digest_of_bytes(data)}", content=data)
    said = {"asset": digest_of_bytes(data), "name": "nov.csv", "report": "look-one"}
    cancel = command("c-cancel", "cancel_report", "look-one")
    finance.post("/v1/commands", json={"commands": [cancel]})
    reply = finance.post("/v1/reports/preview", json=said)
    assert (409, "import_cancelled") == (reply.status_code, reply.json()["error"]["code"])
    assert 1 == finance.post("/v1/reports/preview", json=said | {"report": "look-two"}).json()["new"]
