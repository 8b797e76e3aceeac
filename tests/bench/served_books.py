"""The books of a served home: a report and a month's run through a server process of its own, over its address.

What `bench_books --server` measures: the seconds of each part, the server's peak memory in it, and the longest that two other
people waited meanwhile: one who asks for something small twenty times a second, and one who reads as often.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from fanlink.client.books import ServerBooks

EVERY_S = 0.05
LONGEST_S = 6 * 3600.0
SETTINGS = "account_rate = 100000.0\naccount_burst = 100000\naddress_rate = 100000.0\naddress_burst = 100000\n"


class Served:
    """`fanlink serve` on a home, as a process whose memory can be read."""

    def __init__(self, home: Path) -> None:
        (home / "server.toml").write_text(SETTINGS, "utf-8")
        words = [sys.executable, "-m", "fanlink", "serve", "--home", str(home), "--port", "0", "--until-input-ends"]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = json.loads(self._process.stdout.readline())["url"]

    def forget_peak(self) -> None:
        """The peak is measured from here on."""
        Path(f"/proc/{self._process.pid}/clear_refs").write_text("5", "ascii")

    def peak_mb(self) -> float:
        """The most memory that the process held since then, in MB."""
        for line in Path(f"/proc/{self._process.pid}/status").read_text("ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        return float("nan")

    def stop(self) -> None:
        """Ends it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)


class Person(threading.Thread):
    """Somebody who does something small again and again, and remembers how long each time took."""

    def __init__(self, url: str, token: str, do: Callable[[httpx.Client, int], httpx.Response]) -> None:
        super().__init__(daemon=True)
        self._client = httpx.Client(base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=600.0)
        self._do, self._ended = do, threading.Event()
        self.waits_ms: list[float] = []
        self.began_s: float | None = None

    def run(self) -> None:
        number = 0
        while not self._ended.wait(EVERY_S):
            number += 1
            self.began_s = time.perf_counter()
            reply = self._do(self._client, number)
            self.waits_ms.append((time.perf_counter() - self.began_s) * 1000)
            self.began_s = None
            assert reply.is_success, reply.text

    def told(self) -> str:
        """The longest wait and that of one in a hundred since it was last told, what still waits included."""
        began, waits = self.began_s, self.waits_ms
        self.waits_ms = []
        waits = sorted([*waits, (time.perf_counter() - began) * 1000] if began else waits)
        return f"{waits[-1]:7,.0f} / {waits[len(waits) * 99 // 100]:6,.0f}" if waits else "-"

    def end(self) -> None:
        """Asks no more."""
        self._ended.set()
        self.join()


def measure(home: Path, tokens: dict[str, str], report: Path, period: str | None) -> None:
    """Sends and imports; where a period is named, runs it and proves the books. A line of the table for each."""
    served = Served(home)

    def follow(client: httpx.Client, number: int) -> httpx.Response:
        kind = "follow_artist" if number % 2 else "unfollow_artist"
        asked = {"id": f"neighbour-{number}", "kind": kind, "target": "artist-ana", "data": {}}
        return client.post("/v1/commands", json={"commands": [asked]})

    people = [Person(served.url, tokens["Fay"], follow), Person(served.url, tokens["Gil"], lambda client, _: client.get("/v1/scopes"))]
    for one in people:
        one.start()
    print(f"{'':28} {'seconds':>9} {'server MB':>10} {'asks: ms longest / 99 %':>25} {'reads: ms longest / 99 %':>26} {'load':>6}")
    try:
        _work(served, people, tokens["Fin"], report, period)
    finally:
        for one in people:
            one.end()
        served.stop()


def _work(served: Served, people: list[Person], token: str, report: Path, period: str | None) -> None:
    books = ServerBooks(served.url, token)
    client = httpx.Client(base_url=served.url, headers={"authorization": f"Bearer {token}"}, timeout=LONGEST_S)

    def timed(what: str, do: Callable[[], Any]) -> Any:
        for one in people:
            one.told()
        served.forget_peak()
        began = time.perf_counter()
        found = do()
        took = time.perf_counter() - began
        told = [one.told() for one in people]
        print(f"  {what:26} {took:9.1f} {served.peak_mb():10,.0f} {told[0]:>25} {told[1]:>26} {os.getloadavg()[0]:6.1f}", flush=True)
        return found

    def ask(kind: str, target: str, data: dict[str, Any]) -> None:
        asked = {"id": f"bench-{kind}", "kind": kind, "target": target, "data": data}
        (answer,) = client.post("/v1/commands", json={"commands": [asked]}).json()["answers"]
        assert answer["outcome"] == "accepted", answer

    def until(path: str, state: str) -> dict[str, Any]:
        while (found := client.get(path).json())["state"] == state:
            time.sleep(0.5)
        return found

    asset = timed("sent", lambda: books.upload(report, lambda *_said: None))
    timed("read, compared, decided", lambda: ask("import_report", "report-bench", {"asset": asset, "name": report.name}))
    found = timed("taken in", lambda: until("/v1/reports/report-bench", "arriving"))
    print(f"    {found['lines']:,} lines, {found['unmatched']:,} unmatched, {json.dumps(found['totals'])}")
    if period is None:
        return
    timed("the run asked for", lambda: ask("run_royalties", period, {}))
    run = timed("the run", lambda: until(f"/v1/runs/{period}", "running"))
    print(f"    {run['done']:,} pots looked at, {run['posted']:,} differences posted: {run['state']}")
    proof = timed("everything computed again", lambda: client.get("/v1/books/proof").json())
    print(f"    {proof['lines']:,} lines, {proof['transactions']:,} transactions, {len(proof['differences'])} differences")
