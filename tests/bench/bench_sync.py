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
from tests.bench import anki_peer
from tests.bench.bench_server import LIMITS


def serve(home, rows, scopes, told):
    """A server in a process of its own, with so many artists' cards in its public scope, and someone who follows so many artists."""
    home.mkdir(parents=True)
    (home / "server.toml").write_text(LIMITS)
    say = []
    running = serving.start(home, ready=lambda: told.send(say))
    door = running.server.door
    added = accounts.add(door, name="Fay", roles=[Role.FAN], now_ms=serving.clock_ms(), random=os.urandom)
    artist = accounts.add(door, name="Ana", roles=[Role.ARTIST], now_ms=serving.clock_ms(), random=os.urandom)
    follower = accounts.add(door, name="Lou", roles=[Role.FAN], now_ms=serving.clock_ms(), random=os.urandom)
    with door.database.writing() as connection:
        connection.execute(tables.documents.insert(), [card(number) for number in range(1, rows + 1)])
        connection.execute(tables.scopes.insert(), [{"scope": "public", "head": rows, "floor": 0}])
        for number in range(scopes):
            follow(connection, follower.id, f"artist-followed-{number}")
    say += [running.url, added.token, artist.token, follower.token]
    running.run()


def follow(connection, account, artist):
    """An artist with a document for those who follow it, one of whom is this account."""
    connection.execute(tables.artists.insert(), {"id": artist, "version": 1, "name": artist, "body": "{}"})
    connection.execute(tables.follows.insert(), {"artist": artist, "account": account})
    connection.execute(tables.documents.insert(), card(1) | {"scope": f"artist:{artist}"})
    connection.execute(tables.scopes.insert(), {"scope": f"artist:{artist}", "head": 1, "floor": 0})


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


def processor_s(process):
    """Processor seconds that another process has used; None where the system does not tell."""
    try:
        used = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


class Processors:
    """What client and server used of the processors meanwhile: on a shared machine it says more than the clock."""

    def __init__(self, server):
        self._server, self._began = server, (time.process_time(), processor_s(server))

    def told(self):
        server_s = processor_s(self._server)
        used = {"client_processor_s": round(time.process_time() - self._began[0], 3)}
        return used if server_s is None else used | {"server_processor_s": round(server_s - self._began[1], 3)}


def fetch(home, url, token, rows, server, *, by_snapshot):
    """Rows a second into a fresh client, until they can be read; then the titles."""
    pull.SNAPSHOT_FROM_ROWS = 1 if by_snapshot else rows * 10
    session = opened(home, url, token)
    replica, exchange = session._replica, session._exchange._puller
    indexing = replica.index_titles
    replica.index_titles = lambda: 0
    checking = exchange._agrees
    exchange._agrees = lambda scope, digest: True
    processors = Processors(server)
    fetching_s = timed(session.sync_once)
    used = processors.told()
    assert rows == len(session.ids("artist")), len(session.ids("artist"))
    index_s = timed(indexing)
    check_s = timed(lambda: checking("public", replica.digest("public")))
    size = sum(path.stat().st_size for path in (home / "replica").iterdir())
    session.close()
    return {
        "rows": rows, "seconds": round(fetching_s, 3), "rows_per_s": round(rows / fetching_s), **used,
        "titles_s": round(index_s, 3), "digest_s": round(check_s, 3), "bytes_per_row": round(size / rows),
    }


def starts(home, url, token, scopes, server):
    """The first round of a client that starts with so many scopes, of which none moved: seconds and requests."""
    pull.SNAPSHOT_FROM_ROWS = 1
    session = opened(home, url, token)
    first_s = timed(session.sync_once)
    session.close()
    session = opened(home, url, token)
    count, client = [], session._api._client
    asking = client.send
    client.send = lambda request, **options: count.append(request.url.path) or asking(request, **options)
    processors = Processors(server)
    start_s = timed(session.sync_once)
    used = processors.told()
    mine = len(session._replica.cursors())
    session.close()
    assert scopes < mine, mine
    return {"scopes": mine, "first_s": round(first_s, 3), "start_s": round(start_s, 3), "requests": len(count), **used}


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
    parser.add_argument("--scopes", type=int, default=1_000)
    parser.add_argument("--commands", type=int, default=1_000)
    parser.add_argument("--anki", metavar="PYTHON", help="a Python that has the wheel `anki`: its own server is measured beside")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="fanlink-bench-"))
    here, there = multiprocessing.get_context("spawn").Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(folder / "server", asked.rows, asked.scopes, there), daemon=True)
    server.start()
    try:
        url, fan, artist, follower = here.recv()
        told = {
            "pages": fetch(folder / "pages", url, fan, asked.rows, server.pid, by_snapshot=False),
            "snapshot_first": fetch(folder / "first", url, fan, asked.rows, server.pid, by_snapshot=True),
            "snapshot": fetch(folder / "snapshot", url, fan, asked.rows, server.pid, by_snapshot=True),
            "scopes": starts(folder / "scopes", url, follower, asked.scopes, server.pid),
            "push": backlog(folder / "push", url, artist, asked.commands),
            **({"anki": anki_peer.measure(asked.anki, asked.rows)} if asked.anki else {}),
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
