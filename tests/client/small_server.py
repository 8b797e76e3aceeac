"""A small honest server for the client's tests: what "On the wire" says, in memory, with faults on order."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import zstandard

from fanlink.core.digests import canonical, digest_of_bytes
from fanlink.core.feeds import line, scope_digest
from tests.tus_memory import TusMemory

Decide = Callable[["SmallServer", str, dict[str, Any]], dict[str, Any]]


class SmallServer:
    """Accounts by token, scopes with documents, answers by id. `decide` says what becomes of a command."""

    def __init__(self, decide: Decide | None = None) -> None:
        self.tokens = {"t-ann": "ann", "t-bob": "bob"}
        self.scopes_of = {"ann": ["public", "person:ann"], "bob": ["public", "person:bob", "moderators"]}
        self.documents: dict[str, dict[tuple[str, str], dict[str, Any]]] = {}
        self.heads: dict[str, int] = {}
        self.floor: dict[str, int] = {}
        self.answers: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {}
        self.decided: list[dict[str, Any]] = []
        self.decide = decide or (lambda server, account, command: {"outcome": "accepted"})
        self.assets: dict[str, bytes] = {}
        self.tus = TusMemory(self.assets)
        self.requests: list[str] = []
        self.moment = 0
        self.log: list[str] | None = []  # the audit log's hashes; None on a server that does not tell them
        self.before: Callable[[httpx.Request], httpx.Response | None] = lambda request: None
        self.after: Callable[[httpx.Request, httpx.Response], httpx.Response] = lambda request, reply: reply

    # What a test does to it -------------------------------------------------------------------------------------

    def put(self, scope: str, kind: str, id_: str, data: dict[str, Any], version: int = 1) -> None:
        """A document, new or changed."""
        self._number(scope, kind, id_, version, data)

    def delete(self, scope: str, kind: str, id_: str) -> None:
        """A tombstone."""
        was = self.documents[scope][kind, id_]
        self._number(scope, kind, id_, was["version"], None)

    def _number(self, scope: str, kind: str, id_: str, version: int, data: dict[str, Any] | None) -> None:
        self.heads[scope] = self.heads.get(scope, 0) + 1
        self.documents.setdefault(scope, {})[kind, id_] = {
            "seq": self.heads[scope], "kind": kind, "id": id_, "version": version, "deleted": data is None, "data": data,
        }

    def note(self, what: str) -> None:
        """A line of the audit log, chained to the one before; no two are of the same moment."""
        self.moment += 1
        if self.log is not None:
            self.log.append(digest_of_bytes(canonical([self.moment, what, *self.log[-1:]])))

    def digest(self, scope: str) -> str:
        return scope_digest(
            line(one["kind"], one["id"], one["version"], digest_of_bytes(canonical(one["data"])))
            for one in self.documents.get(scope, {}).values() if not one["deleted"]
        )

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self.handle)

    # What it answers --------------------------------------------------------------------------------------------

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(f"{request.method} {request.url.raw_path.decode()}")
        early = self.before(request)
        return self.after(request, self._answer(request)) if early is None else early

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/v1/sign-in":
            asked = json.loads(request.content)
            known = asked["password"] == "right" and f"t-{asked['name']}" in self.tokens
            return httpx.Response(200, json={"token": f"t-{asked['name']}"}) if known else httpx.Response(401)
        account = self.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if account is None:
            return httpx.Response(401)
        if path == "/v1/scopes":
            scopes = [{"scope": scope, "head": self.heads.get(scope, 0)} for scope in self.scopes_of[account]]
            return httpx.Response(200, json={"scopes": scopes})
        if path == "/v1/commands":
            asked = json.loads(request.content)["commands"]
            if any(command["target"] == "unreadable" for command in asked):
                return httpx.Response(422, json={"detail": "a target"})
            return httpx.Response(200, json={"answers": [self._decided(account, command) for command in asked]})
        if path.startswith("/v1/commands/"):
            known = (account, path.rpartition("/")[2]) in self.answers
            return httpx.Response(200, json={}) if known else httpx.Response(404, json={"error": {"code": "not_found"}})
        if path == "/v1/checkpoints":
            return self._checkpoints(request.url.params)
        if path == "/v1/changes":
            return self._changes(request.url.params)
        if path.startswith("/v1/snapshots/"):
            return httpx.Response(200, content=self.snapshot(path.removeprefix("/v1/snapshots/")))
        if path.startswith("/v1/uploads"):
            return self.tus.handle(request, account)
        if path.startswith("/v1/assets/"):
            return self._asset(request, path.rpartition("/")[2])
        return httpx.Response(404)

    def _decided(self, account: str, command: dict[str, Any]) -> dict[str, Any]:
        key = (account, command["id"])
        content = json.dumps(command, sort_keys=True)
        if key in self.answers:
            before, answer = self.answers[key]
            reused = {"outcome": "refused", "findings": [{"code": "id_reused", "facts": {}}], "id": command["id"]}
            return answer if before == content else reused
        for on in [*command["after"], *([command["replaces"]] if command.get("replaces") else [])]:
            if (account, on) not in self.answers:
                found = [{"code": "unknown_dependency", "facts": {"id": on}}]
                return {"id": command["id"], "outcome": "blocked", "findings": found}
        if all(self._satisfied(account, on) for on in command["after"]):
            answer = {"id": command["id"]} | self.decide(self, account, command)
        else:
            found = [{"code": "dependency_not_accepted", "facts": {}}]
            answer = {"id": command["id"], "outcome": "blocked", "findings": found}
        self.answers[key] = (content, answer)
        self.note(content)
        self.decided.append(command)
        return answer

    def _satisfied(self, account: str, on: str) -> bool:
        if self.answers[account, on][1]["outcome"] == "accepted":
            return True
        mending = [key for key, (content, _) in self.answers.items() if json.loads(content).get("replaces") == on]
        return any(self._satisfied(*key) for key in mending)

    def _checkpoints(self, asked: httpx.QueryParams) -> httpx.Response:
        if self.log is None:
            return httpx.Response(404, json={"error": {"code": "not_found"}})
        lines = {number: {"number": number, "hash": one} for number, one in enumerate(self.log, 1)}
        newest = lines.get(len(self.log), {"number": 0, "hash": "0" * 64})
        at = [lines[int(one)] for one in asked.get_list("at") if int(one) in lines]
        return httpx.Response(200, json={"newest": newest, "at": at})

    def _changes(self, asked: httpx.QueryParams) -> httpx.Response:
        scope, after, limit = asked["scope"], int(asked["after"]), int(asked["limit"])
        head = self.heads.get(scope, 0)
        if after > head or after < self.floor.get(scope, 0):
            return httpx.Response(410, json={"snapshot": f"/v1/snapshots/{scope}"})
        rows = sorted(self.documents.get(scope, {}).values(), key=lambda one: one["seq"])
        rows = [one for one in rows if one["seq"] > after]
        page, more = rows[:limit], len(rows) > limit
        end = page[-1]["seq"] if more else max(head, after)
        digest = None if more else self.digest(scope)
        return httpx.Response(200, content=canonical({"changes": page, "next": end, "more": more, "digest": digest}))

    def snapshot(self, scope: str) -> bytes:
        """The scope as a compressed file."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "made.db"
            db = sqlite3.connect(path)
            db.execute(
                "CREATE TABLE documents (number INTEGER PRIMARY KEY, scope INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT"
                " NOT NULL, version INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, data TEXT NOT NULL,"
                " UNIQUE (scope, kind, id))"
            )
            db.execute("CREATE TABLE about (scope TEXT, head INTEGER, digest TEXT, rows INTEGER)")
            rows = [one for one in self.documents.get(scope, {}).values() if not one["deleted"]]
            for one in rows:
                data = canonical(one["data"])
                db.execute(
                    "INSERT INTO documents (scope, kind, id, version, seq, hash, data) VALUES (1, ?, ?, ?, ?, ?, ?)",
                    (one["kind"], one["id"], one["version"], one["seq"], hashlib.sha256(data).digest(), data.decode()),
                )
            about = (scope, self.heads.get(scope, 0), self.digest(scope), len(rows))
            db.execute("INSERT INTO about VALUES (?, ?, ?, ?)", about)
            db.commit()
            db.close()
            return zstandard.compress(path.read_bytes())

    def _asset(self, request: httpx.Request, digest: str) -> httpx.Response:
        if digest not in self.assets:
            return httpx.Response(404)
        whole = self.assets[digest]
        asked = request.headers.get("range")
        if not asked:
            return httpx.Response(200, content=whole)
        start = int(asked.removeprefix("bytes=").removesuffix("-"))
        if start >= len(whole):
            return httpx.Response(416)
        return httpx.Response(
            206, content=whole[start:], headers={"content-range": f"bytes {start}-{len(whole) - 1}/{len(whole)}"}
        )
