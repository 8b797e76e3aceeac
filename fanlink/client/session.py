"""A session: one person on one computer. What the desktop and the command line use of this room."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from fanlink.client import outbox_file
from fanlink.client.api import Api, SignedOut
from fanlink.client.assets import LIMIT_BYTES, Assets, Progress, Stop
from fanlink.client.checkpoints import Checkpoints
from fanlink.client.clock import Clock, Ids, RandomBytes, SystemClock
from fanlink.client.desk import Desk
from fanlink.client.effects import TOUCHES
from fanlink.client.entries import Entry
from fanlink.client.events import Listener
from fanlink.client.local import Connect
from fanlink.client.local import connect as plain_connect
from fanlink.client.online import Online
from fanlink.client.outbox import Outbox
from fanlink.client.outbox_file import Opened
from fanlink.client.pending import Pending
from fanlink.client.pull import PAGES_AHEAD, Puller
from fanlink.client.push import Pusher
from fanlink.client.replica import Replica
from fanlink.client.schedule import Schedule
from fanlink.client.secrets import Secrets, open_secrets
from fanlink.client.sending import AT_ONCE, Sending
from fanlink.client.settings import Settings
from fanlink.client.state import SyncState
from fanlink.client.sync import Control, Line, Report, Round
from fanlink.client.telling import Changed, Stated, Telling
from fanlink.client.uploads import RECORDING, Uploads
from fanlink.core.commands import Command, Data
from fanlink.core.documents import AccountDocument, Document
from fanlink.core.errors import FanLinkError, Offline, Refused


class Session:
    """Commands in, documents out, with or without a server. Every method may be called from any thread."""

    def __init__(
        self, home: Path, opened: Opened, replica: Replica, secrets: Secrets, *, clock: Clock, random_bytes: RandomBytes,
        transport: httpx.BaseTransport | None = None, live: bool = True, cache_limit_bytes: int = LIMIT_BYTES,
        threads: bool = True,
    ) -> None:
        self.home, self.secrets = home, secrets
        self._clock, self._random_bytes, self._transport, self._live = clock, random_bytes, transport, live
        self._ids, self._pages_ahead = Ids(random_bytes), PAGES_AHEAD if threads else 0
        self._store, self._replica = opened.store, replica
        self._outbox = Outbox(opened.store, opened.journal, self._ids)
        self._settings = Settings(opened.store, opened.journal)
        self._uploads = Uploads(opened.store, opened.journal, lambda: self._person)
        self._person = self._settings.get("person")
        self._pending = Pending(replica, self._outbox, lambda: self._person)
        self.sending = Sending(
            self._uploads, lambda *sent: self.assets.send(*sent), clock, random_bytes, moved=lambda: self._control.wake(),
            told=lambda: self._telling.tell(), at_once=AT_ONCE if threads else 1, end=lambda digest: self.assets.end(digest),
        )
        self.log = Checkpoints(opened.store, clock, lambda: self._api.url, lambda: self._control.wake())
        self._line = Line(self._outbox, lambda: self._person, self.sending.states, lambda: self.log.unread)
        self._telling = Telling(lambda: self._line.now())
        self._round_lock, self._token_read = threading.Lock(), False
        self._listener: Listener | None = None
        self.assets = Assets(
            home / "assets", lambda: self._api, self._uploads, clock.now_ms, needed=self._outbox.names,
            limit_bytes=cache_limit_bytes,
        )
        self._use(self._connected(self._settings.get("url") or "", None))
        self.online = Online(self._reached, self._connected)
        self.outbox = Desk(self._outbox, self._ids, clock, lambda: self._person, self._entry_moved)
        self._control = Control(
            clock, Schedule(random_bytes), run=self.sync_once, tell=self._telling.tell, due_in_s=self._due_in_s,
            failed=lambda error: None,
        )

    @classmethod
    def open(
        cls, home: Path, *, clock: Clock | None = None, random_bytes: RandomBytes = os.urandom,
        transport: httpx.BaseTransport | None = None, connect: Connect = plain_connect, secrets: Secrets | None = None,
        environment: Mapping[str, str] = os.environ, live: bool = True, cache_limit_bytes: int = LIMIT_BYTES,
        threads: bool = True,
    ) -> Session:
        """Opens or begins a home, or raises `NewerFile`. Without `threads` each request runs in the thread that asks."""
        clock = clock or SystemClock()
        if secrets is None:
            choice, passphrase = environment.get("FANLINK_TOKEN_STORE"), environment.get("FANLINK_TOKEN_PASSPHRASE")
            secrets = open_secrets(home, choice, passphrase)
        opened = outbox_file.opened(home / "outbox.db", clock.now_ms, connect)
        try:
            replica = Replica(home / "replica", clock.now_ms, connect)
        except BaseException:
            opened.store.close()
            raise
        return cls(
            home, opened, replica, secrets, clock=clock, random_bytes=random_bytes, transport=transport, live=live,
            cache_limit_bytes=cache_limit_bytes, threads=threads,
        )

    # Who --------------------------------------------------------------------------------------------------------

    def sign_in(self, url: str, name: str, password: str) -> None:
        """Signs in; raises `Offline`, or `Refused` with `wrong_name_or_password`."""
        api = self._connected(url, None)
        try:
            token = api.sign_in(name, password)
        finally:
            api.close()
        self.use_token(url, token)

    def use_token(self, url: str, token: str) -> None:
        """Uses a token that was made elsewhere; who it belongs to is asked when the server can be reached."""
        with self._round_lock:
            self._api.close()
            self._use(self._connected(url, token))
            self._token_read = True
            self._settings.set(url=url)
            self.secrets.set(self._secret_name(), token)
            self._line.reached()
            try:
                self._identify()
            except Offline as error:
                self._line.lost(error, self._clock.now_ms())
        if self._control.running:
            self._listen()
        self._moved({"account"})
        self._control.wake(ask=True)

    def sign_out(self) -> None:
        """Forgets the token and what only this person may see. What was not sent stays for when they return."""
        with self._round_lock:
            self._stop_listening()
            self.secrets.forget(self._secret_name())
            self._api.token, self._token_read = None, True
            kinds: set[str] = set()
            for scope in self._replica.cursors():
                if scope != "public":
                    kinds |= self._replica.drop(scope)
            self._settings.set(person=None)
            self._person = None
            self._line.lost(SignedOut("signed out"), self._clock.now_ms())
        self._moved(kinds | {"account"})

    @property
    def has_token(self) -> bool:
        """Whether somebody is signed in here, as far as can be told without a server."""
        with self._round_lock:
            self._read_token()
            return bool(self._api.token)

    @property
    def account(self) -> AccountDocument | None:
        """Who is signed in here, as last heard; None before that."""
        found = self._pending.get("account", self._person) if self._person else None
        return found if isinstance(found, AccountDocument) else None

    @property
    def token_is_kept(self) -> bool:
        """False when the token will be gone after a restart, because there is no keyring that is safe."""
        return self.secrets.lasting

    @property
    def token_place_was_chosen(self) -> bool:
        """True when somebody chose to keep the token in memory only: then nobody need be warned."""
        return self.secrets.chosen

    # Commands in ------------------------------------------------------------------------------------------------

    def do(
        self, data: Data, target: str, *, base_version: int | None = None, after: tuple[str, ...] = (), undo_s: float = 0,
        replaces: str | None = None,
    ) -> str:
        """Asks for something: stored durably when this returns, sent when it can be. Returns the command's id."""
        command = Command(self._ids.new("cmd"), target, data, base_version, tuple(after), replaces)
        now_ms = self._clock.now_ms()
        base = self._seen(command) if base_version is not None else None
        self._outbox.add(
            command, account=self._person, made_ms=now_ms, not_before_ms=now_ms + round(undo_s * 1000) if undo_s else 0,
            base=base,
        )
        entry = self._outbox.entry(command.id)
        assert entry is not None, "what was added is there"
        self._moved(self._pending.kinds_touched(entry))
        return command.id

    def undo(self, command_id: str) -> bool:
        """Takes a command back while it has not been sent; False when it is too late."""
        return self.outbox.undo(command_id)

    def new_id(self, prefix: str) -> str:
        """An id for something that a command is about to create."""
        return self._ids.new(prefix)

    # Documents out ----------------------------------------------------------------------------------------------

    def get(self, kind: str, id_: str, scope: str | None = None) -> Document | None:
        """One document as it will be once the outbox is answered; None when it is not here."""
        return self._pending.get(kind, id_, scope)

    def ids(self, kind: str, scope: str | None = None, search: str | None = None) -> tuple[str, ...]:
        """Ids of a kind: what is only here yet, then what moved last."""
        return self._pending.ids(kind, scope, search)

    def all(
        self, kind: str, scope: str | None = None, search: str | None = None, limit: int | None = None, offset: int = 0
    ) -> list[Document]:
        """Documents of a kind in the order of `ids`."""
        ids = self.ids(kind, scope, search)[offset:None if limit is None else offset + limit]
        found = self._pending.several(kind, ids, scope)
        return [found[id_] for id_ in ids if id_ in found]

    def search(self, kind: str, words: str, limit: int = 100) -> list[Document]:
        """Documents of a kind whose titles or names have words that begin so."""
        return self.all(kind, search=words, limit=limit)

    def waits(self, kind: str, id_: str) -> bool:
        """True while something done to this document has not been answered and seen."""
        return self._pending.waits(kind, id_)

    def asset(self, digest: str, progress: Progress | None = None, stop: Stop | None = None) -> Path:
        """The file with this digest, fetched when it is not here. Blocks: call it in a worker."""
        self._read_token()
        return self.assets.get(digest, progress, stop)

    def upload(self, path: Path, told: Progress | None = None) -> str:
        """Keeps a file and sends it, now or when the server is back; returns its digest. Blocks: call it in a worker.

        Raises `BadInput` for a file that cannot be read, `Refused` when the server will not have it. See `send_now` for `told`.
        """
        digest = self.assets.add(path)
        try:
            self._read_token()
            self.sending.send_now(digest, told)
        except (Offline, SignedOut):
            self._control.wake()
        except Refused:
            self._uploads.tidy()  # who asked is told now; nobody has to be told again
            raise
        return digest

    def bring(self, path: Path, pcm_digest: str, label: str) -> str:
        """Keeps a recording that recipes name by its samples, and has it sent; returns at once with its file's digest."""
        digest = self.assets.add(path, name=pcm_digest, purpose=RECORDING, label=label)
        self._control.wake()
        return digest

    # Sync -------------------------------------------------------------------------------------------------------

    @property
    def state(self) -> SyncState:
        """What the sync line says."""
        return self._line.now()

    def subscribe(self, changed: Changed, state: Stated) -> Callable[[], None]:
        """Calls `changed` with the kinds that moved, and `state`, from the thread that found out; returns what ends that."""
        return self._telling.subscribe(changed, state)

    def start(self) -> None:
        """Begins to sync by itself."""
        self._control.start()
        self._listen()

    def close(self) -> None:
        """Ends sync after the request under way and lets go of every file. Nothing that was asked is lost."""
        self._stop_listening()
        self._control.stop()
        self.sending.stop()
        self._api.close()
        self._replica.close()
        self._store.close()

    def sync_now(self) -> None:
        """Asks the control thread to look at once, as when a person presses the sync line."""
        self._control.wake(ask=True)

    def sync_once(self) -> Report:
        """One round, here and now; raises `Offline` or `SignedOut` when the server gives no answer."""
        try:
            with self._round_lock:
                report = self._round()
                self._line.reached()
                return report
        except FanLinkError as error:
            self._line.lost(error, self._clock.now_ms())
            raise
        finally:
            self._telling.tell()

    def _round(self) -> Report:
        self._read_token()
        self._identify()
        assert self._person is not None, "whoever is identified has a name"
        report = self._exchange.run(self._person)
        self._telling.moved(report.pulled.kinds)
        return report

    # Inside -----------------------------------------------------------------------------------------------------

    def _connected(self, url: str, token: str | None) -> Api:
        return Api(url, token, transport=self._transport, wall_s=lambda: self._clock.now_ms() / 1000)

    def _reached(self) -> Api:
        self._read_token()
        return self._api

    def _use(self, api: Api) -> None:
        self._api = api
        self.log.begin()
        pusher = Pusher(api, self._outbox, self._clock)
        puller = Puller(api, self._replica, self.home / "replica", self._telling.moved, pages_ahead=self._pages_ahead)
        self._exchange = Round(
            api, self._outbox, pusher, puller, self._clock, self._line, self._send_files, self._telling.tell, self._uploads.again,
            lambda moved: self.log.look(api, moved=moved),
        )

    def _send_files(self) -> tuple[str, ...]:
        """In the background where there is one: a long file keeps no command waiting that does not name it."""
        return self.sending.held() if self._control.running else self.sending.send_all()

    def _secret_name(self) -> str:
        name = self._settings.get("secret")
        if name is None:
            name = self._ids.new("home")
            self._settings.set(secret=name)
        return name

    def _read_token(self) -> None:
        if not self._token_read:
            self._api.token = self.secrets.get(self._secret_name())
            self._token_read = True

    def _identify(self) -> None:
        """Learns from the server whose token this is, the first time."""
        if self._person is None:
            mine = [scope for scope in self._api.scopes() if scope.startswith("person:")]
            if not mine:
                raise Offline("the server does not say who this is")
            self._person = mine[0].partition(":")[2]
            self._settings.set(person=self._person)

    def _seen(self, command: Command) -> dict[str, Any] | None:
        """The document that the person had before their eyes, for the day it turns out to be an old one."""
        for kind in TOUCHES.get(command.kind, ()):
            stored = self._replica.stored(kind, command.target)
            if stored is not None:
                return stored
        return None

    def _due_in_s(self) -> float | None:
        if not self._person:
            return None
        now_ms = self._clock.now_ms()
        # What was sent before waits for the routine look, or it would be sent again and again without a pause.
        if any(entry.sent == 0 for entry in self._outbox.ready(self._person, now_ms, held=self._uploads.held())):
            return 0.0
        due_ms, file_s = self._outbox.next_due_ms(self._person, now_ms), self.sending.next_due_in_s()
        waits = [] if due_ms is None else [max((due_ms - now_ms) / 1000, 0.001)]
        return min(waits if file_s is None else [*waits, file_s], default=None)

    def _entry_moved(self, entry: Entry) -> None:
        self._uploads.tidy()
        self._moved(self._pending.kinds_touched(entry))

    def _moved(self, kinds: frozenset[str] | set[str]) -> None:
        self._telling.moved(kinds)
        self._control.wake()

    def _listen(self) -> None:
        self._stop_listening()
        if self._live and self._api.url:
            self._listener = Listener(
                self._api, self._clock, self._random_bytes, self._scope_moved
            )
            self._listener.start()

    def _scope_moved(self, scope: str, head: int) -> None:
        if self._replica.cursor(scope) != head:
            self._control.wake(ask=True)

    def _stop_listening(self) -> None:
        if self._listener is not None:
            self._listener.stop()
            self._listener = None
