"""Uploads and downloads resume exactly: a real server process, the real client, and a line that breaks at every boundary.

The promise is 500 cuts (PROOF.md); an everyday run makes a few of the same ones.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from fanlink.client import transfers
from fanlink.client.api import Api
from fanlink.client.assets import Assets
from fanlink.client.uploads import Upload, UploadState
from fanlink.core.errors import FanLinkError, Offline
from tests.cutting_proxy import CuttingProxy
from tests.server.tus_client import PIECE, TUS, create, offset, patch

CUTS = int(os.environ.get("FANLINK_PROOF_UPLOADS", "500"))
ROOT = Path(__file__).parents[2]


class House:
    """A server in a process of its own, which can be killed, behind a line that can be cut."""

    def __init__(self, home: Path) -> None:
        self.home = home
        home.mkdir()
        (home / "server.toml").write_text(
            "account_rate = 100000.0\naccount_burst = 100000\naddress_rate = 100000.0\naddress_burst = 100000\n"
            "uploads_open = 100000\n"
        )
        said = self._run("account", "add", "--home", str(home), "--name", "Fay", "--role", "fan")
        self.token, self.port, self.process = said.strip(), 0, None
        self.start()
        self.proxy = CuttingProxy("127.0.0.1", self.port)

    def _run(self, *words: str) -> str:
        return subprocess.run([sys.executable, "-m", "fanlink", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "fanlink", "serve", "--home", str(self.home), "--port", str(self.port)],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout
        self.port = urlsplit(json.loads(self.process.stdout.readline())["url"]).port or 0

    def kill(self) -> None:
        """As a power switch does it."""
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def api(self, *, through_proxy: bool = True) -> Api:
        return Api(self.proxy.url if through_proxy else f"http://127.0.0.1:{self.port}", self.token)

    def client(self) -> httpx.Client:
        url = f"http://127.0.0.1:{self.port}"
        return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {self.token}"}, timeout=30)

    def parts(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (self.home / "assets" / "uploads").glob("*")}

    def asset(self, digest: str) -> bytes:
        return (self.home / "assets" / digest[:2] / digest[2:]).read_bytes()

    def close(self) -> None:
        self.proxy.close()
        self.kill()


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    made = House(tmp_path_factory.mktemp("proof") / "server")
    yield made
    made.close()


class Fan:
    """One upload by one person: forgets where it was when its computer is switched off."""

    def __init__(self, house: House, folder: Path, data: bytes) -> None:
        self.house, self.data = house, data
        self.path = folder / "file"
        self.path.write_bytes(data)
        self.digest = hashlib.sha256(data).hexdigest()
        self.place: str | None = None

    def send(self, *, through_proxy: bool = True) -> bool:
        """True when the server has it; False when the line broke."""
        upload = Upload(self.digest, len(self.data), self.digest, "file", "a.bin", self.place, UploadState.WAITING, ())
        api = self.house.api(through_proxy=through_proxy)
        try:
            transfers.send(api, upload, self.path, self._remember, lambda done, of: None, lambda: False)
        except Offline:
            return False
        finally:
            api.close()
        return True

    def _remember(self, place: str | None) -> None:
        self.place = place


def cut_uploads(house: House, folder: Path, cuts: int, monkeypatch) -> int:
    """So many uploads, each cut once at a boundary of its own, some forgotten besides; returns how many were broken."""
    chance, broken = random.Random(5), 0
    monkeypatch.setattr(transfers, "AT_ONCE_BYTES", 0)
    whole = Fan(house, folder, chance.randbytes(3000))
    house.proxy.allow()
    assert whole.send()
    up, down = house.proxy.passed_up, house.proxy.passed_down
    for number in range(cuts):
        monkeypatch.setattr(transfers, "AT_ONCE_BYTES", 1 << 18 if number % 5 == 4 else 0)
        fan = Fan(house, folder, chance.randbytes(3000))
        place = number // 2
        if number % 2:
            house.proxy.allow(up=place * up // (cuts // 2))
        else:
            house.proxy.allow(down=place * down // (cuts // 2))
        broken += not fan.send()
        # What arrived is the beginning of the file, whatever was cut.
        assert all(fan.data.startswith(part) for part in house.parts().values())
        if number % 3 == 0:
            fan.place = None  # the computer was switched off before it could note where
        house.proxy.allow()
        assert fan.send(), number
        assert fan.data == house.asset(fan.digest)
        assert {} == house.parts(), "what is up leaves nothing behind"
    return broken


def test_an_upload_goes_on_from_where_it_was_cut(house, tmp_path, monkeypatch):
    assert cut_uploads(house, tmp_path, 24, monkeypatch) > 12


@pytest.mark.proof
def test_uploads_resume_exactly_at_every_boundary(house, tmp_path, monkeypatch, record_property):
    broken = cut_uploads(house, tmp_path, CUTS, monkeypatch)
    record_property("cuts", CUTS)
    record_property("broken", broken)
    assert broken > CUTS // 2


def two_writers(house: House, times: int) -> None:
    """Two at one offset, each with the rest of the file: one goes on, the other is told, and nothing is mixed."""
    chance = random.Random(7)
    with house.client() as one, house.client() as other:
        for number in range(times):
            data = chance.randbytes(2_000_000 if number % 20 == 0 else 5_000)
            digest = hashlib.sha256(data).hexdigest()
            place = create(one, data)
            begin = chance.randrange(len(data))
            assert 204 == patch(one, place, 0, data[:begin]).status_code
            statuses: list[int] = []
            barrier = threading.Barrier(2)

            def write(client, place=place, begin=begin, data=data, statuses=statuses, barrier=barrier):
                barrier.wait()
                statuses.append(patch(client, place, begin, data[begin:]).status_code)

            threads = [threading.Thread(target=write, args=(client,)) for client in (one, other)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert set(statuses) <= {204, 409, 403}, statuses
            at = offset(one, place)
            if at < len(data):
                assert 204 == patch(one, place, at, data[at:]).status_code
            assert "accepted" == one.get(place).json()["state"], statuses
            assert data == house.asset(digest)


def test_two_writers_at_one_offset_leave_one_file(house):
    two_writers(house, 5)


@pytest.mark.proof
def test_two_writers_never_mix(house):
    two_writers(house, max(1, CUTS // 5))


def test_a_killed_server_has_what_it_acknowledged(house, tmp_path):
    data = random.Random(9).randbytes(600_000)
    with house.client() as client:
        place = create(client, data)
        for at in (0, 150_000, 300_000):
            assert 204 == patch(client, place, at, data[at : at + 150_000]).status_code
            house.kill()
            house.start()
            assert at + 150_000 == offset(client, place)
    fan = Fan(house, tmp_path, data)
    assert fan.send(through_proxy=False)
    assert fan.place == place, "it is found again by its digest"
    assert data == house.asset(fan.digest)


def bring(house: House, data: bytes) -> str:
    with house.client() as client:
        digest = hashlib.sha256(data).hexdigest()
        reply = client.post("/v1/uploads", headers=PIECE | {"Upload-Length": str(len(data)), "Upload-Metadata": _said(digest)}, content=data)
        assert 201 == reply.status_code, reply.text
    return digest


def _said(digest: str) -> str:
    import base64

    return f"sha256 {base64.b64encode(digest.encode()).decode()}"


class NoUploads:
    """A cache that has nothing to send."""

    def waiting(self) -> tuple[str, ...]:
        return ()

    def names_of(self, _digest: str) -> None:
        return None


def cut_downloads(house: House, folder: Path, cuts: int) -> None:
    """Fetches cut again and again, each time a little later: always the right bytes, and none fetched twice."""
    chance = random.Random(11)
    house.proxy.allow()
    data = chance.randbytes(40_000)
    digest = bring(house, data)
    line: dict[str, Api] = {}
    for number in range(cuts):
        assets = Assets(folder / str(number), lambda: line["api"], NoUploads(), lambda: 0)  # type: ignore[arg-type]
        allowed = 300 + number * 60_000 // cuts
        tries, got = 0, 0
        while True:
            tries += 1
            house.proxy.allow(down=allowed)
            line["api"] = house.api()
            try:
                path = assets.get(digest)
            except FanLinkError as error:
                assert isinstance(error, Offline), error
                part = assets._path(digest).with_suffix(".part")
                kept = part.read_bytes() if part.exists() else b""
                assert data.startswith(kept) and len(kept) >= got, "what came stays"
                got, allowed = len(kept), allowed + 700
                assert tries < 400
                continue
            finally:
                line["api"].close()
            break
        assert data == path.read_bytes()


def test_a_download_goes_on_from_where_it_was_cut(house, tmp_path):
    cut_downloads(house, tmp_path, 8)


@pytest.mark.proof
def test_downloads_resume_exactly_at_every_boundary(house, tmp_path):
    cut_downloads(house, tmp_path, max(1, CUTS // 4))


def test_a_head_asks_without_changing_anything(house):
    with house.client() as client:
        place = create(client, b"abc")
        assert 0 == offset(client, place) == offset(client, place)
        assert 204 == client.delete(place, headers=TUS).status_code
