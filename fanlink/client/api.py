"""The server as this client sees it: requests out, values back, and the one border to httpx's errors.

Only a 2xx is an answer. Everything else says why there is none:

    Offline               no connection, a time-out, a broken reply
    ├── Busy              429, 503 and other 5xx: come back after `retry_after_s`
    SignedOut             401: the token is not, or no longer, good
    Malformed             400, 413, 422: the server cannot read what was sent
    TooOld                410: the cursor is too old, or beyond the head; start from a snapshot
    Refused               403, 404 and the like
"""

from __future__ import annotations

import email.utils
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec
from pydantic_core import from_json

from fanlink.client.entries import EntryState
from fanlink.client.outbox import Answer
from fanlink.core.errors import FanLinkError, Offline, Reason, Refused, Unavailable

TIMEOUT = httpx.Timeout(20.0, connect=5.0)
TRANSFER_TIMEOUT = httpx.Timeout(120.0, connect=5.0)
PAGE_ROWS = 5000
LONGEST_WAIT_S = 3600.0


class Busy(Offline):
    """The server is there but asks to be left alone for a while."""

    def __init__(self, why: str, retry_after_s: float | None = None) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(why)


class SignedOut(Unavailable):
    """The server does not know this token any more; a person must sign in."""

    def __init__(self, why: str, reasons: tuple[Reason, ...] = ()) -> None:
        self.reasons = reasons
        super().__init__(why)


class Malformed(FanLinkError):
    """The server cannot read, or use, what was sent; sending it again as it is would not help."""

    def __init__(self, why: str, reasons: tuple[Reason, ...] = (), headers: Mapping[str, str] | None = None) -> None:
        self.reasons, self.headers = reasons, headers or {}
        super().__init__(why)


class TooOld(FanLinkError):
    """The feed cannot go on from this cursor; a snapshot can."""


class Change(msgspec.Struct, frozen=True, gc=False):
    """A document as it is now, or a tombstone. `data` is its JSON exactly as it came: canonical, so it can be hashed so."""

    seq: int
    kind: str
    id: str
    version: int
    deleted: bool
    data: msgspec.Raw


class Page(msgspec.Struct, frozen=True):
    """A stretch of a scope's feed. `digest` is of the whole scope, and there when nothing more follows."""

    changes: list[Change]
    next: int
    more: bool
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class LogTold:
    """What the server told of its audit log: its last line, and the hashes by number of the lines that were asked for."""

    number: int
    hash: str
    at: Mapping[int, str]


PAGE = msgspec.json.Decoder(Page)


class Api:
    """One account on one server. Safe to use from several threads."""

    def __init__(
        self, url: str, token: str | None = None, *, transport: httpx.BaseTransport | None = None,
        wall_s: Callable[[], float] | None = None,
    ) -> None:
        self.url, self.token, self._wall_s = url, token, wall_s
        self._client = httpx.Client(
            base_url=url, transport=transport, timeout=TIMEOUT, headers={"user-agent": "FanLink"}, follow_redirects=False,
        )

    def close(self) -> None:
        """Ends its connections; a request under way ends as `Offline`."""
        self._client.close()

    def sign_in(self, name: str, password: str) -> str:
        """A token for a name and password; `Refused("wrong_name_or_password")` when they do not fit."""
        try:
            said = self._json("POST", "/v1/sign-in", json={"name": name, "password": password}, signed=False)
        except SignedOut as error:
            raise Refused(error.reasons or Reason("wrong_name_or_password")) from error
        with _well_formed():
            return str(said["token"])

    def scopes(self) -> dict[str, int]:
        """The scopes that this account may read now, each with the newest number in it."""
        with _well_formed():
            return {str(one["scope"]): int(one["head"]) for one in self._json("GET", "/v1/scopes")["scopes"]}

    def push(self, envelopes: Sequence[dict[str, Any]], *, timeout_s: float | None = None) -> list[Answer]:
        """The server's answers to a batch of commands; one that it did not answer is not among them."""
        options = {"timeout": timeout_s} if timeout_s else {}
        said = self._json("POST", "/v1/commands", json={"commands": list(envelopes)}, **options)
        with _well_formed():
            return [_answer(one) for one in said["answers"]]

    def knows(self, command_id: str) -> bool:
        """Whether the server has answered this command; False tells that it lost what it knew."""
        try:
            self._json("GET", f"/v1/commands/{command_id}")
        except Refused as error:
            if error.reasons[0].facts.get("status") == 404:
                return False
            raise
        return True

    def changes(self, scope: str, after: int, limit: int = PAGE_ROWS) -> Page:
        """What moved in a scope after a number; raises `TooOld` when the feed cannot go on from there."""
        reply = self._send("GET", "/v1/changes", params={"scope": scope, "after": after, "limit": limit})
        with _well_formed():
            page = PAGE.decode(reply.content.decode())
            _check(page, after)
            return page

    def pages(self, scope: str, after: int) -> Iterator[Page]:
        """All that moved in a scope after a number, page by page, to the end of its feed; raises as `changes` does."""
        more = True
        while more:
            page = self.changes(scope, after, PAGE_ROWS)
            after, more = page.next, page.more
            yield page

    def checkpoints(self, numbers: Sequence[int]) -> LogTold | None:
        """How the server's log ends, and its hashes at these numbers; None from a server that does not tell."""
        try:
            said = self._json("GET", "/v1/checkpoints", params={"at": list(numbers)})
        except Refused as error:
            if error.reasons[0].facts.get("status") == 404:
                return None
            raise
        with _well_formed():
            at = {int(one["number"]): str(one["hash"]) for one in said["at"]}
            return LogTold(int(said["newest"]["number"]), str(said["newest"]["hash"]), at)

    def read(self, path: str) -> Any:
        """What a read address answers, as plain JSON."""
        return self._json("GET", path)

    def put(self, path: str, content: Any, headers: dict[str, str], *, timeout_s: float = 120.0) -> None:
        """Sends a body to an address."""
        self._send("PUT", path, content=content, headers=headers, timeout=timeout_s)

    def ask(self, method: str, path: str, *, timeout_s: float, **options: Any) -> bytes:
        """The body of a reply that may take its time."""
        return self._send(method, path, timeout=timeout_s, **options).content

    def preview_catalogue(self, artist: str, data: bytes) -> dict[str, Any]:
        """What a catalogue as CSV would do to an artist's tracks: faults, parties, tracks, and the digest of it all."""
        path = f"/v1/artists/{artist}/catalogue/preview"
        return self._json("POST", path, content=data, headers={"content-type": "text/csv"}, timeout=120.0)

    def catalogue(self, artist: str) -> bytes:
        """Everything about an artist's catalogue that this account may see, as a zip."""
        return self._send("GET", f"/v1/artists/{artist}/catalogue", timeout=120.0).content

    def fetch(self, path: str) -> bytes:
        """What a read address answers, as it is: a file."""
        return self._send("GET", path).content

    def step_up(self, password: str) -> str:
        """A secret for one act that needs the password once more; `Refused("wrong_password")`."""
        said = self._json("POST", "/v1/step-up", json={"password": password})
        with _well_formed():
            return str(said["step_up"])

    def invited_as(self, invitation: str) -> tuple[str, str]:
        """The id and the name of the party that a link is for; `Refused("invitation_unusable")`."""
        said = self._json("POST", "/v1/invitations/look", json={"invitation": invitation}, signed=False)
        with _well_formed():
            return str(said["party"]), str(said["party_name"])

    def accept_invitation(self, invitation: str, party: str, name: str = "", password: str = "") -> str | None:
        """Becomes the party: the account of the token, or a new one, whose token this gives."""
        body = {"invitation": invitation, "party": party} | ({"name": name, "password": password} if name else {})
        said = self._json("POST", "/v1/invitations/accept", json=body, signed=not name)
        with _well_formed():
            return said["token"]

    @contextmanager
    def snapshot(self, scope: str) -> Iterator[Iterator[bytes]]:
        """The compressed bytes of a scope's snapshot, as they arrive."""
        with self.stream("GET", f"/v1/snapshots/{scope}") as reply:
            yield reply.iter_bytes()

    @contextmanager
    def stream(self, method: str, path: str, **options: Any) -> Iterator[httpx.Response]:
        """A reply whose body is read as it arrives, in the block; every error as this module's own."""
        with _translated():
            options.setdefault("headers", {}).update(self._bearer())
            with self._client.stream(method, path, **options) as reply:
                if not reply.is_success:
                    reply.read()
                    self._complain(reply)
                yield reply

    def request(self, method: str, path: str, headers: dict[str, str], content: Any = b"") -> httpx.Response:
        """Sends bytes to an address; the server may take its time to look at them."""
        return self._send(method, path, content=content, headers=headers, timeout=TRANSFER_TIMEOUT)

    def _json(self, method: str, path: str, *, signed: bool = True, **options: Any) -> Any:
        reply = self._send(method, path, signed=signed, **options)
        with _well_formed():
            return from_json(reply.content, allow_inf_nan=False, cache_strings="keys")

    def _send(self, method: str, path: str, *, signed: bool = True, **options: Any) -> httpx.Response:
        headers = options.pop("headers", {}) | (self._bearer() if signed else {})
        with _translated():
            reply = self._client.request(method, path, headers=headers, **options)
        if not reply.is_success:
            self._complain(reply)
        return reply

    def _bearer(self) -> dict[str, str]:
        if not self.token:
            raise SignedOut("no token")
        if not (self.token.isascii() and self.token.isprintable()):
            raise SignedOut("this is no token: it has characters that none has")
        return {"authorization": f"Bearer {self.token}"}

    def _complain(self, reply: httpx.Response) -> None:
        status = reply.status_code
        why = f"{reply.request.method} {reply.request.url.path}: {status}"
        if status == 401:
            raise SignedOut(_sentence(reply) or why, _reasons(reply))
        if status == 410:
            raise TooOld(why)
        if status in (400, 413, 422):
            raise Malformed(_sentence(reply) or f"{why}: {reply.text[:500]}", _reasons(reply), reply.headers)
        if status == 429 or status >= 500:
            raise Busy(why, self._retry_after_s(reply.headers.get("retry-after")))
        raise Refused(_reasons(reply) or (Reason("not_answered", {"status": status}),))

    def _retry_after_s(self, said: str | None) -> float | None:
        """Seconds to wait, from either form of the header; None when there is none that can be read."""
        if not said:
            return None
        if said.strip().isdigit():
            return min(float(said), LONGEST_WAIT_S)
        try:
            until = email.utils.parsedate_to_datetime(said).timestamp()
        except ValueError:
            return None
        return min(max(until - self._wall_s(), 0.0), LONGEST_WAIT_S) if self._wall_s else None


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise Refused("address_unusable", why=str(error)) from error
    except (httpx.TransportError, httpx.StreamError, httpx.DecodingError, httpx.TooManyRedirects) as error:
        raise Offline(f"the server cannot be reached ({str(error) or type(error).__name__})") from error
    except RuntimeError as error:
        # httpx says so when the client was closed while a request was under way.
        if "closed" not in str(error):
            raise
        raise Offline(str(error)) from error


@contextmanager
def _well_formed() -> Iterator[None]:
    """A reply that is not what the wire promises is no answer."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Busy(f"the server's reply cannot be read: {type(error).__name__}: {error}") from error


def _answer(one: dict[str, Any]) -> Answer:
    outcome = EntryState(one["outcome"])
    if outcome not in (EntryState.ACCEPTED, EntryState.REFUSED, EntryState.CONFLICT, EntryState.BLOCKED):
        raise ValueError(f"outcome {outcome}")
    reasons = tuple(Reason(str(found["code"]), dict(found.get("facts") or {})) for found in one.get("findings") or ())
    return Answer(str(one["id"]), outcome, reasons, one.get("now"))


def _check(page: Page, after: int) -> None:
    """Numbers grow from the cursor on; a page that is out of order would leave holes."""
    last = after
    for change in page.changes:
        if not last < change.seq <= page.next:
            raise ValueError(f"change {change.seq} after {last}, next {page.next}")
        last = change.seq
        if not (change.deleted or memoryview(change.data)[:1] == b"{"):
            raise ValueError("a document without data")
    if page.next < after or (page.more and page.next == after):
        raise ValueError("the feed does not go on")


def _sentence(reply: httpx.Response) -> str:
    """What the server says to a person; nothing where it says nothing."""
    try:
        return str(reply.json()["error"]["sentence"])
    except (ValueError, KeyError, TypeError):
        return ""


def _reasons(reply: httpx.Response) -> tuple[Reason, ...]:
    try:
        said = reply.json()["error"]
        return (Reason(str(said["code"]), dict(said.get("facts") or {}) | {"status": reply.status_code}),)
    except (ValueError, KeyError, TypeError):
        return ()
