"""Sync, measured: 100,000 small changes into a fresh client by pages and by snapshot, and a backlog of 1,000 commands.

Over a real loopback socket against a real server process. Titles are indexed afterwards and timed beside.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import tempfile
import threading
import time
from pathlib import Path

from fanlink.client import pull
from fanlink.client.secrets import Secrets
from fanlink.client.session import Session
from fanlink.core import commands as c
from fanlink.core.digests import canonical, digest_of_bytes
from fanlink.core.people import Role
from fanlink.server import accounts, serving, tables
from fanlink.server.feed import COLUMNS


def serve(home, rows, told):
    """A server in a process of its own, with so many artists' cards in its public scope."""
    ready = threading.Event()
    running = serving.start(home, ready=ready.set)
    door = running.server.door
    added = accounts.add(door, name="Fay", roles=[Role.FAN], now_ms=serving.clock_ms(), random=os.urandom)
    artist = accounts.add(door, name="Ana", roles=[Role.ARTIST], now_ms=serving.clock_ms(), random=os.urandom)
    with door.database.writing() as connection:
        connection.execute(tables.documents.insert(), [card(number) for number in range(1, rows + 1)])
        connection.execute(tables.scopes.insert(), [{"scope": "public", "head": rows, "floor": 0}])
    told.send((running.url, added.token, artist.token))
    running.run()


def card(number):
    data = canonical({
        "id": f"artist-{digest_of_bytes(str(number).encode())[:16]}", "name": f"Artist number {number}", "about": "",
        "artwork": None, "tracks": 1, "open_prompts": 1,
    })
    made = {
        "scope": "public", "kind": "artist", "id": json.loads(data)["id"], "seq": number, "version": 1, "deleted": 0,
        "at_ms": 0, "digest": digest_of_bytes(data), "data": data.decode(),
    }
    assert set(made) == set(COLUMNS)
    return made


def opened(home, url, token):
    session = Session.open(home, secrets=Secrets(lambda: None), live=False)
    session.use_token(url, token)
    return session


def timed(act):
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def fetch(home, url, token, rows, *, by_snapshot):
    """Rows a second into a fresh client, until they can be read; then the titles."""
    pull.SNAPSHOT_FROM_ROWS = 1 if by_snapshot else rows * 10
    session = opened(home, url, token)
    replica, exchange = session._replica, session._exchange._puller
    indexing = replica.index_titles
    replica.index_titles = lambda: 0
    checking = exchange._agrees
    exchange._agrees = lambda scope, digest: True
    fetching_s = timed(session.sync_once)
    assert rows == len(session.ids("artist")), len(session.ids("artist"))
    index_s = timed(indexing)
    check_s = timed(lambda: checking("public", replica.digest("public")))
    size = sum(path.stat().st_size for path in (home / "replica").iterdir())
    session.close()
    return {
        "rows": rows, "seconds": round(fetching_s, 3), "rows_per_s": round(rows / fetching_s),
        "titles_s": round(index_s, 3), "digest_s": round(check_s, 3), "bytes_per_row": round(size / rows),
    }


def backlog(home, url, token, many):
    """Commands a second: stored one by one, then pushed."""
    session = opened(home, url, token)
    session.do(c.AddArtist("The Band"), "artist-band")
    session.sync_once()
    stored_s = timed(lambda: [session.do(c.UnfollowArtist(), "artist-band") for _ in range(many)])
    pushed = []
    pushed_s = timed(lambda: pushed.append(session.sync_once().pushed))
    session.close()
    return {
        "commands": many, "stored_per_s": round(many / stored_s), "pushed_per_s": round(many / pushed_s),
        "answers": {str(outcome): count for outcome, count in pushed[0].items()},
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--commands", type=int, default=1_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="fanlink-bench-"))
    here, there = multiprocessing.get_context("spawn").Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(folder / "server", asked.rows, there), daemon=True)
    server.start()
    try:
        url, fan, artist = here.recv()
        told = {
            "pages": fetch(folder / "pages", url, fan, asked.rows, by_snapshot=False),
            "snapshot_first": fetch(folder / "first", url, fan, asked.rows, by_snapshot=True),
            "snapshot": fetch(folder / "snapshot", url, fan, asked.rows, by_snapshot=True),
            "push": backlog(folder / "push", url, artist, asked.commands),
            "load": os.getloadavg()[0],
        }
    finally:
        server.terminate()
        server.join()
        shutil.rmtree(folder, ignore_errors=True)
    if asked.json:
        print(json.dumps(told))
        return
    for name, facts in told.items():
        print(f"{name:15}", facts)


if __name__ == "__main__":
    main()
