"""A server's books over its address, for the command line; see `royalties.book_words.Books`."""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fanlink.client.api import Api
from fanlink.client.entries import EntryState
from fanlink.core.errors import BadInput, Offline, Refused
from fanlink.core.reports import names_of

PART = 1 << 20
LONG_S, SHORT_S = 3600.0, 60.0
LOOK_AGAIN_S = 0.5
Told = Callable[..., None]


class ServerBooks:
    """The books of a server, with the rights of the token's account."""

    def __init__(self, url: str, token: str) -> None:
        self._api = Api(url.rstrip("/"), token)
        self._asked = ""

    def close(self) -> None:
        """Ends the connections."""
        self._api.close()

    def upload(self, path: Path, told: Told) -> str:
        """Sends the file; the server keeps it under its digest."""
        hashed = hashlib.sha256()
        for part in _parts(path):
            hashed.update(part)
        digest = hashed.hexdigest()
        size = path.stat().st_size
        headers = {"content-length": str(size), "content-type": "application/octet-stream"}

        def parts() -> Iterator[bytes]:
            done = 0
            for part in _parts(path):
                told(done, size, "sending")
                yield part
                done += len(part)

        self._api.put(f"/v1/assets/{digest}", parts(), headers, timeout_s=LONG_S)
        return digest

    def preview(self, asset: str, name: str, told: Told) -> Mapping[str, Any]:
        """What importing would do."""
        self._asked = _new_id("look")
        said = {"asset": asset, "name": name, "report": self._asked}
        ask = partial(self._api.ask, "POST", "/v1/reports/preview", timeout_s=LONG_S, json=said)
        return json.loads(_waiting(told, "reading", ask, self._checking))

    def take(self, asset: str, name: str, told: Told) -> Mapping[str, Any]:
        """Imports; the same file again is told as known."""
        for self._asked in names_of(asset):
            try:
                self._import(asset, name, told)
                break
            except Refused as refused:
                codes = [reason.code for reason in refused.reasons]
                if codes == ["import_cancelled"]:
                    continue  # another time; its name is kept
                if codes != ["id_taken"]:
                    raise
                found = self._report(self._asked)
                if found.get("state", "taken") == "taken":
                    return found | {"known": found["lines"], "totals": {}, "unmatched": 0, "held": 0}
                break
        return self._arrived(self._asked, told)

    def _import(self, asset: str, name: str, told: Told) -> None:
        _waiting(told, "importing", lambda: self.do("import_report", self._asked, {"asset": asset, "name": name}), self._checking)

    def _checking(self) -> tuple[int, int, str] | None:
        """How far the server is with reading the report that is asked for; None where it does not say."""
        try:
            found = self._api.read(f"/v1/reports/{self._asked}/checking")
        except (Refused, Offline):
            return None
        return int(found["done"]), int(found["of"]), str(found["phase"])

    def cancel(self, asset: str) -> Mapping[str, Any] | None:
        """Has an import that is not decided never be, and drops its file; gives the report where it is decided already."""
        try:
            self.do("cancel_report", self._asked or _new_id("look"), {"asset": asset})
        except Refused as refused:
            if [reason.code for reason in refused.reasons] != ["report_decided"]:
                raise
            return self._report(self._asked)
        return None

    def _arrived(self, report: str, told: Told) -> dict[str, Any]:
        """Waits until the server has taken in all lines of a large report."""
        while (found := self._report(report)).get("state") == "arriving":
            told(found["arrived"], found["lines"] - found["known"], "importing")
            time.sleep(LOOK_AGAIN_S)
        return found

    def _report(self, report: str) -> dict[str, Any]:
        return json.loads(self._api.ask("GET", f"/v1/reports/{report}", timeout_s=SHORT_S))

    def do(self, kind: str, target: str, data: Mapping[str, Any], seen: int | None = None) -> None:
        """One command, asked again under the same id when its reply is lost; raises `Refused` with every reason."""
        envelope = {"id": _new_id("words"), "kind": kind, "target": target, "base_version": seen, "data": dict(data), "after": []}
        answer = self._answer(envelope)
        if answer.outcome is not EntryState.ACCEPTED:
            raise Refused(answer.reasons) if answer.reasons else Refused(str(answer.outcome))

    def _answer(self, envelope: dict[str, Any]) -> Any:
        for _ in range(3):
            try:
                return self._api.push([envelope], timeout_s=LONG_S)[0]
            except Offline as error:
                lost = error
                time.sleep(LOOK_AGAIN_S)
        raise lost

    def run(self, period: str, closes: bool, told: Told) -> Mapping[str, Any]:
        """Asks for the run and waits for its end."""
        self.do("issue_statements" if closes else "run_royalties", period, {})
        while True:
            found = json.loads(self._api.ask("GET", f"/v1/runs/{quote(period)}", timeout_s=SHORT_S))
            if found["state"] != "running":
                return found
            told(found["done"], found["total"], {"match": "matching", "post": "posting"}.get(found["phase"], "telling the parties"))
            time.sleep(LOOK_AGAIN_S)

    def statement(self, party: str, period: str, form: str) -> bytes:
        """The file of a statement."""
        path = f"/v1/statements/{quote(party, safe='')}/{quote(period, safe='')}"
        return self._api.ask("GET", path, timeout_s=LONG_S, params={"format": form})

    def balance(self, party: str, at: str) -> Mapping[str, Any]:
        """What is owed at the end of a day; of today when `at` is empty."""
        return json.loads(self._api.ask("GET", "/v1/balances", timeout_s=SHORT_S, params={"party": party} | ({"at": at} if at else {})))

    def listed(self, kind: str) -> list[Mapping[str, Any]]:
        """`unmatched` groups or `holds`."""
        return json.loads(self._api.ask("GET", f"/v1/{kind}", timeout_s=SHORT_S))[kind]

    def proof(self, told: Told) -> Mapping[str, Any]:
        """Everything computed again by the server, from the report lines."""
        return json.loads(_waiting(told, "proving", lambda: self._api.ask("GET", "/v1/books/proof", timeout_s=LONG_S)))

    def sheet(self, remix: str) -> Mapping[str, Any]:
        """The newest split sheet of a remix."""
        return json.loads(self._api.ask("GET", f"/v1/remixes/{quote(remix, safe='')}/sheet", timeout_s=SHORT_S))


def _new_id(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex}"


def _waiting(told: Told, what: str, work: Callable[[], Any], far: Callable[[], tuple[int, int, str] | None] = lambda: None) -> Any:
    """Does what the server takes its time for, and says meanwhile how `far` it is, or for how long already.

    Whoever interrupts it is not kept waiting for the answer.
    """
    pool = ThreadPoolExecutor(1)
    try:
        asked = pool.submit(work)
        while True:
            try:
                return asked.result(timeout=LOOK_AGAIN_S)
            except TimeoutError:
                if asked.done():
                    raise
                told(*(far() or (0, 0, what)))
    finally:
        pool.shutdown(wait=False)


def _parts(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while part := stream.read(PART):
                yield part
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", where=str(path)) from error
