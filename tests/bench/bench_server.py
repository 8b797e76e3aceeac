"""Durable commands and reads per second over loopback, beside a bare group-commit loop on the same disk in the same run.

    python -m tests.bench.bench_server [--seconds 6] [--database postgresql://...]

The server is `fanlink serve` as a process of its own; the load comes from this one, so on two cores they share the machine.
The bare loop commits rows of the same size in groups as large as the server's, with the same SQLite settings, without any
HTTP; `bare_server` does so behind the same web server, under the same load, and decides nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import httpx

from tests.server.world import stem_bytes

ROOT = Path(__file__).resolve().parents[2]
LIMITS = "account_rate = 1000000.0\naccount_burst = 1000000\naddress_rate = 1000000.0\naddress_burst = 1000000\n"


class Connection:
    """One keep-alive HTTP/1.1 connection, as lean as can be: the load must not be what is measured."""

    def __init__(self, host: str, port: int, token: str) -> None:
        self._host, self._port, self._token = host, port, token

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self._token}\r\nContent-Length: {len(body)}\r\n\r\n"
        self._writer.write(head.encode() + body)
        answer = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        size = int(answer.split("content-length: ")[1].split("\r\n")[0])
        return int(answer[9:12]), await self._reader.readexactly(size)

    def close(self) -> None:
        self._writer.close()


async def load(url: str, tokens: list[str], at_once: int, seconds: float, request) -> tuple[int, list[float], dict[int, int]]:
    """Requests done, the milliseconds of each, and how many came back with which status."""
    host, port = url.removeprefix("http://").split(":")
    times: list[float] = []
    statuses: dict[int, int] = {}
    done = 0
    ends = time.perf_counter() + seconds

    async def one(number: int) -> None:
        nonlocal done
        connection = Connection(host, int(port), tokens[number % len(tokens)])
        await connection.open()
        turn = 0
        while time.perf_counter() < ends:
            method, path, body, worth = request(number, turn)
            began = time.perf_counter()
            status, _ = await connection.ask(method, path, body)
            times.append((time.perf_counter() - began) * 1000)
            statuses[status] = statuses.get(status, 0) + 1
            done += worth if status < 300 else 0
            turn += 1
        connection.close()

    await asyncio.gather(*(one(number) for number in range(at_once)))
    return done, times, statuses


def percentile(times: list[float], part: float) -> float:
    return round(sorted(times)[min(len(times) - 1, int(len(times) * part))], 1)


def bare_loop(folder: Path, seconds: float, group: int) -> float:
    """Commands a second when nothing but their rows is written: an answer, an audit line and a document each."""
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as file:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            file.execute(f"PRAGMA {pragma}")
        for table in ("answers", "audit", "documents"):
            file.execute(f"CREATE TABLE {table} (account TEXT, id TEXT, body TEXT, PRIMARY KEY (account, id)) STRICT")
        body, done, ends = "x" * 300, 0, time.perf_counter() + seconds
        while time.perf_counter() < ends:
            file.execute("BEGIN IMMEDIATE")
            rows = [("person", f"command-{done + place}", body) for place in range(group)]
            for table in ("answers", "audit", "documents"):
                file.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", rows)
            file.execute("COMMIT")
            done += group
        return done / seconds


def bare_http(folder: Path, args: argparse.Namespace, request) -> float:
    """Commands a second of the peer, under the same load."""
    words = [sys.executable, "-m", "tests.bench.bare_server", str(folder / "bare.db")]
    peer = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        url = json.loads(peer.stdout.readline())["url"]
        seconds = min(args.seconds, 3.0)
        done, _, _ = asyncio.run(load(url, [""], args.at_once, seconds, request))
        return done / seconds
    finally:
        peer.kill()
        peer.wait()


def follow(batch: int, run: str):
    """Batches of following and not following: the smallest command that writes a row, a document, an answer and a line."""

    def request(number: int, turn: int):
        commands = [
            {
                "id": f"{run}-{number}-{turn}-{place}", "kind": ("follow_artist", "unfollow_artist")[(turn + place) % 2],
                "target": "artist-bench", "data": {},
            }
            for place in range(batch)
        ]
        return "POST", "/v1/commands", json.dumps({"commands": commands}).encode(), batch

    return request


def write(batch: int, run: str):
    """Batches of new prompts: each with the team's document of it."""
    text = {"title": "Slow it down", "words": "Make it {mood}", "slots": {"mood": {"choices": ["calm", "bright"]}}}

    def request(number: int, turn: int):
        commands = [
            {
                "id": f"{run}-{number}-{turn}-{place}", "kind": "write_prompt", "target": f"{run}-p-{number}-{turn}-{place}",
                "data": {"artist": "artist-bench", "track": "track-bench", "text": text},
            }
            for place in range(batch)
        ]
        return "POST", "/v1/commands", json.dumps({"commands": commands}).encode(), batch

    return request


def reads(number: int, turn: int):
    """What clients and third parties read most."""
    paths = ("/v1/scopes", "/v1/me", "/v1/changes?scope=public", "/v1/artists/artist-bench", "/v1/artists?limit=20")
    return "GET", paths[turn % len(paths)], b"", 1


def fill(url: str, token: str, run: str) -> None:
    """An artist with a track, and two hundred more artists to read about."""
    stem = stem_bytes(1)
    digest = hashlib.sha256(stem).hexdigest()
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}) as client:
        client.put(f"/v1/assets/{digest}", content=stem).raise_for_status()
        party = client.get("/v1/me").json()["parties"][0]
        track = {
            "artist": "artist-bench", "title": "First Light", "stems": {"drums": digest},
            "music": {"tempo_bpm": 120.0, "first_beat_ms": 0.0, "key": "C"},
            "stakes": [{"party": party, "right": right, "share": "1"} for right in ("recording", "composition")],
        }
        commands = [("artist-bench", "add_artist", {"name": "Bench"}), ("track-bench", "add_track", track)]
        commands += [(f"artist-{number:04d}", "add_artist", {"name": "Someone", "about": "w " * 50}) for number in range(200)]
        body = [
            {"id": f"{run}-fill-{place}", "kind": kind, "target": target, "data": data}
            for place, (target, kind, data) in enumerate(commands)
        ]
        answers = client.post("/v1/commands", json={"commands": body}).json()["answers"]
        assert {"accepted"} == {answer["outcome"] for answer in answers}, answers


def main() -> None:
    said = argparse.ArgumentParser()
    said.add_argument("--seconds", type=float, default=6.0)
    said.add_argument("--at-once", type=int, default=32)
    said.add_argument("--database")
    args = said.parse_args()
    with tempfile.TemporaryDirectory(dir=os.environ.get("FANLINK_BENCH_DIR")) as folder:
        for line in measure(args, Path(folder)):
            print(json.dumps(line), flush=True)


def measure(args: argparse.Namespace, folder: Path):
    home = folder / "home"
    home.mkdir()
    (home / "server.toml").write_text(LIMITS)
    environment = os.environ | ({"FANLINK_DATABASE": args.database} if args.database else {})
    words = [sys.executable, "-m", "fanlink"]
    run = f"bench-{os.getpid()}"

    def account(name: str, role: str) -> str:
        add = [*words, "account", "add", "--home", str(home), "--name", f"{name} {run}", "--role", role]
        return subprocess.run(add, env=environment, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()

    artist = account("A", "artist")
    tokens = {"follow": [account("B", "fan"), account("C", "fan")], "write_prompt": [artist]}
    server = subprocess.Popen([*words, "serve", "--home", str(home), "--port", "0"], env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        url = json.loads(server.stdout.readline())["url"]
        fill(url, artist, run)
        for name, make in (("follow", follow), ("write_prompt", write)):
            for batch in (1, 10, 50):
                done, times, statuses = asyncio.run(load(url, tokens[name], args.at_once, args.seconds, make(batch, f"{run}-{name[0]}{batch}")))
                group = min(1000, args.at_once * batch)
                bare = bare_loop(Path(tempfile.mkdtemp(dir=folder)), min(args.seconds, 3.0), group)
                peer = bare_http(Path(tempfile.mkdtemp(dir=folder)), args, make(batch, f"{run}-{name[0]}{batch}"))
                rate = done / args.seconds
                yield {
                    "commands": name, "batch": batch, "at_once": args.at_once, "commands_per_second": round(rate),
                    "p50_ms": percentile(times, 0.5), "p99_ms": percentile(times, 0.99), "statuses": statuses,
                    "bare_group_commit_per_second": round(bare), "group": group, "part_of_bare": round(rate / bare, 3),
                    "bare_http_per_second": round(peer), "part_of_bare_http": round(rate / peer, 3),
                }  # fmt: skip
        done, times, statuses = asyncio.run(load(url, tokens["follow"], args.at_once, args.seconds, reads))
        yield {
            "reads_per_second": round(done / args.seconds), "p50_ms": percentile(times, 0.5),
            "p99_ms": percentile(times, 0.99), "statuses": statuses,
        }  # fmt: skip
    finally:
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    main()
