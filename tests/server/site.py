"""A real server on loopback over the small world, and the people's own connections to it."""

import itertools
import json

import httpx
import uvicorn

from fanlink.server import app, serving
from fanlink.server.server import build
from fanlink.server.settings import Settings
from fanlink.server.workers import Workers
from tests.server.renderer import render


class Site:
    """The server in threads of this process; render workers are child processes."""

    def __init__(self, url, folder, clock, renderer=render, **settings):
        said = {"account_rate": 1e6, "account_burst": 10**6, "address_rate": 1e6, "address_burst": 10**6} | settings
        self.server = build(Settings(database=url, assets=folder, **said), clock, __import__("os").urandom)
        self.socket = serving.listen("127.0.0.1", 0)
        config = uvicorn.Config(app.build(self.server), log_level="error", access_log=False, timeout_graceful_shutdown=5)
        workers = Workers(self.server, renderer) if renderer else None
        web = serving._Web(config, self.server, lambda: None)
        self.running = serving.Running(self.server, self.socket, workers, serving.Due(self.server), web)
        self.thread = serving.in_thread(self.running)
        self.url = self.running.url
        self.ids = itertools.count(1)
        self.clients = {}

    def client(self, token=None):
        if token not in self.clients:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            self.clients[token] = httpx.Client(base_url=self.url, headers=headers, timeout=30)
        return self.clients[token]

    def close(self):
        for client in self.clients.values():
            client.close()
        self.running.stop()
        self.thread.join(20)
        assert not self.thread.is_alive(), "the server stops when it is told to"


def command(name, kind, target, data=None, **more):
    return {"id": name, "kind": kind, "target": target, "data": data or {}, **more}


def events(response, count):
    """The first events of a stream."""
    found = []
    for line in response.iter_lines():
        if line.startswith("data: "):
            found.append(json.loads(line[6:]))
            if len(found) == count:
                return found
    return found
