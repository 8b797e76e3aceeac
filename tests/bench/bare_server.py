"""The peer of `bench_server`: the least that HTTP and a group commit can be, under the same web server.

Each command of a batch becomes an answer, an audit line and a document of 300 characters each; requests that wait together
are committed together. Nothing is checked: what FanLink's server takes longer is the price of deciding.

    python -m tests.bench.bare_server FILE     (prints its address as JSON)
"""

from __future__ import annotations

import asyncio
import json
import queue
import socket
import sqlite3
import sys
import threading

import uvicorn

WAITING: queue.SimpleQueue = queue.SimpleQueue()
TABLES = ("answers", "audit", "documents")
BODY = "x" * 300


def write_together(path: str) -> None:
    """Commits what waits, durably, as one transaction."""
    file = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        file.execute(f"PRAGMA {pragma}")
    for table in TABLES:
        file.execute(f"CREATE TABLE {table} (account TEXT, id TEXT, body TEXT, PRIMARY KEY (account, id)) STRICT")
    while True:
        group = [WAITING.get()]
        while not WAITING.empty() and len(group) < 1_000:
            group.append(WAITING.get())
        rows = [("person", name, BODY) for names, _, _ in group for name in names]
        file.execute("BEGIN IMMEDIATE")
        for table in TABLES:
            file.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", rows)
        file.execute("COMMIT")
        for _, loop, done in group:
            loop.call_soon_threadsafe(done.set_result, None)


async def app(scope, receive, send) -> None:
    """Takes a batch of commands and answers when they are durable."""
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    names = [one["id"] for one in json.loads(body)["commands"]]
    WAITING.put((names, loop, done))
    await done
    answer = json.dumps({"answers": [{"id": name, "outcome": "accepted"} for name in names]}).encode()
    length = str(len(answer)).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
    await send({"type": "http.response.body", "body": answer})


def main() -> None:
    threading.Thread(target=write_together, args=(sys.argv[1],), daemon=True).start()
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen(2048)
    print(json.dumps({"url": f"http://127.0.0.1:{listening.getsockname()[1]}"}), flush=True)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, backlog=2048))
    server.run([listening])


if __name__ == "__main__":
    main()
