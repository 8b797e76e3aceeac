"""A service of the chat-completions convention on this computer, which writes a simple recipe for whatever it is asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Chat:
    """What was asked, with which key, and where. While `held` it keeps everybody waiting."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.held = threading.Event()
        self.let_go = threading.Event()
        self.address = ""

    def reply(self, body: dict[str, Any]) -> dict[str, Any]:
        question = json.loads(body["messages"][1]["content"])
        self.asked.append(question)
        if self.held.is_set():
            self.let_go.wait(30)
        takes = [{"recipe": recipe_for(question), "why": [f"take {number}"]} for number in range(question["takes"])]
        return {"choices": [{"message": {"content": json.dumps({"takes": takes})}}]}


def recipe_for(question: dict[str, Any]) -> dict[str, Any]:
    """All stems from the track's beginning, as long as the guard rails want it."""
    return {
        "style": "house", "stems": {name: {} for name in question["track"]["stems"]},
        "sections": [{"name": "verse", "source_bar": 1, "bars": question["track"]["bars"]}],
    }


@contextmanager
def chat() -> Iterator[Chat]:
    """A service that is there until the block ends."""
    made = Chat()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.keys.append(self.headers["Authorization"])
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = json.dumps(made.reply(body) if self.path == "/v1/chat/completions" else {}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.address = f"http://127.0.0.1:{server.server_address[1]}/v1"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield made
    finally:
        made.let_go.set()
        server.shutdown()
        server.server_close()
