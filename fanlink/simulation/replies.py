"""Every reply that leaves the server, checked against the auditor's model and against the file behind the server's back."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import httpx

from fanlink.simulation.auditor import Auditor
from fanlink.simulation.money_desk import FILE
from fanlink.simulation.payment_files import named_in, wanted_in
from fanlink.simulation.sound_desk import is_sound
from fanlink.simulation.views import render_of

if TYPE_CHECKING:
    from fanlink.simulation.machine import Machine

NEWER = "SELECT seq, kind, id, version, deleted, data FROM documents WHERE scope = ? AND seq > ? ORDER BY seq LIMIT ?"
LIVE = "SELECT kind, id, version, data FROM documents WHERE scope = ? AND NOT deleted"


class Replies:
    """Looks at each request with the reply that it got."""

    def __init__(self, auditor: Auditor, machine: Machine) -> None:
        self._auditor, self._machine = auditor, machine
        self._digests: dict[str, tuple[int, str]] = {}

    def replied(self, person: str | None, request: httpx.Request, reply: httpx.Response) -> None:
        """Notes whatever is not as it must be. A server that cannot work says 503, which is no answer."""
        path, status = unquote(request.url.path), reply.status_code
        if status == 503:
            return
        if is_sound(path):
            self._sound(person, path, reply)
        elif person is None or status in (401, 422):
            self._auditor.violated(f"{request.method} {path} was replied {status}")
        elif (batch := FILE.fullmatch(path)) is not None:
            self._payout_file(person, batch[1], request.url.params["format"], reply)
        elif path == "/v1/scopes":
            self._scopes(person, reply)
        elif path == "/v1/changes":
            self._changes(person, request, reply)
        elif path.startswith("/v1/commands/"):
            self._answer(person, path.removeprefix("/v1/commands/"), reply)
        elif path.startswith("/v1/snapshots/"):
            self._may_read(person, path.removeprefix("/v1/snapshots/"), status == 200)

    def _scopes(self, person: str, reply: httpx.Response) -> None:
        told = {one["scope"]: one["head"] for one in reply.json()["scopes"]}
        mine = self._auditor.model.scopes_of(person)
        if set(told) != mine:
            self._auditor.violated(f"{person} was told of other scopes than are its own: {sorted(set(told) ^ mine)}")
        heads = dict(self._machine.heads())
        wrong = sorted(scope for scope, head in told.items() if head != heads.get(scope, 0))
        if wrong:
            self._auditor.violated(f"{person} was told another head of {wrong}")

    def _may_read(self, person: str, scope: str, read: bool) -> bool:
        mine = scope in self._auditor.model.scopes_of(person)
        if read != mine:
            self._auditor.violated(f"{person} {'read' if read else 'could not read'} {scope}")
        return read and mine

    def _answer(self, person: str, command: str, reply: httpx.Response) -> None:
        known = self._auditor.answers.get((person, command))
        told = reply.json().get("outcome") if reply.status_code == 200 else None
        if told != (known and known[1]):
            self._auditor.violated(f"{person} was told {told} of {command}, the answer was {known and known[1]}")

    def _sound(self, person: str | None, path: str, reply: httpx.Response) -> None:
        name, model = path.split("/")[3], self._auditor.model
        if path.endswith("/audio"):
            named = [name] if name in model.remixes else []
        else:
            named = [id_ for id_, remix in model.remixes.items() if render_of(remix["recipe"]) == name]
        hears = any(model.hears(person, id_) for id_ in named)
        if hears != (reply.status_code in (200, 206)):
            self._auditor.violated(f"{person or 'someone'} {'could not hear' if hears else 'heard'} {path}")

    def _payout_file(self, person: str, batch: str, kind: str, reply: httpx.Response) -> None:
        """Whether a payments file may be given away, to whom, and what must stand in it: the same bytes for ever."""
        model, given = self._auditor.model, reply.status_code == 200
        may = "finance" in model.people[person]["roles"] and model.may_be_handed(batch)
        if given != may:
            self._auditor.violated(f"{person} was {'' if given else 'not '}given the {kind} file of {batch}")
        if not (given and may):
            return
        one, digest = model.batches[batch], hashlib.sha256(reply.content).hexdigest()
        if one["files"].setdefault(kind, digest) != digest:
            self._auditor.violated(f"the {kind} file of {batch} is another one than before")
        if named_in(reply.content, kind) != wanted_in(model, batch):
            self._auditor.violated(f"the {kind} file of {batch} pays {named_in(reply.content, kind)}, must be {wanted_in(model, batch)}")

    def _changes(self, person: str, request: httpx.Request, reply: httpx.Response) -> None:
        asked = request.url.params
        scope, after, limit = asked["scope"], int(asked["after"]), int(asked["limit"])
        if not self._may_read(person, scope, reply.status_code != 403) or reply.status_code == 410:
            return
        page = json.loads(reply.content)
        rows = [(seq, kind, id_, version, bool(deleted), json.loads(data))
                for seq, kind, id_, version, deleted, data in self._machine.look(NEWER, scope, after, limit)]  # fmt: skip
        told = [(one["seq"], one["kind"], one["id"], one["version"], one["deleted"], one["data"]) for one in page["changes"]]
        if told != rows:
            self._auditor.violated(f"{person} was sent other changes of {scope} after {after} than there are")
        if not page["more"] and page["digest"] != self.digest(scope):
            self._auditor.violated(f"{person} was sent a wrong digest of {scope}")

    def digest(self, scope: str) -> str:
        """The digest of a scope, computed from its documents when it has moved."""
        head = dict(self._machine.heads()).get(scope, 0)
        if self._digests.get(scope, (-1, ""))[0] != head:
            lines = (f"{kind}\t{id_}\t{version}\t{_sha256(data)}" for kind, id_, version, data in self._machine.look(LIVE, scope))
            self._digests[scope] = (head, _sha256("\n".join(sorted(lines))))
        return self._digests[scope][1]

    def forget(self) -> None:
        """The server went back in time, and its numbers with it."""
        self._digests.clear()


def _sha256(text: Any) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
