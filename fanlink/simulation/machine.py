"""The server's side: the real write door and the real feed on a real file, in a process that can end at any write."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import unquote

import httpx
from sqlalchemy import Connection, event

from fanlink.core.errors import BadInput, Refused
from fanlink.core.people import Actor, scopes_of
from fanlink.server import answers, audit, due, feed, jobs
from fanlink.server.asset_rows import keep
from fanlink.server.assets import Assets, Stored
from fanlink.server.database import Database, DatabaseAway, sqlite_url
from fanlink.server.door import Door
from fanlink.server.envelopes import read_batch
from fanlink.server.renders import Render
from fanlink.server.replies import Reply
from fanlink.server.routes.changes import Reader
from fanlink.server.sessions import Sessions
from fanlink.server.settings import Settings
from fanlink.server.snapshots import Snapshots
from fanlink.server.store import Store
from fanlink.simulation.clock import World
from fanlink.simulation.disk import Disk
from fanlink.simulation.money_desk import HOUSE, HandingOver, MoneyDesk, PaymentProvider, is_money
from fanlink.simulation.sound_desk import SoundDesk, is_sound, sound_of
from fanlink.simulation.upload_desk import UploadDesk

DATABASE = "server.db"


class Engine(Database):
    """The database of one folder, whose statements stay compiled from run to run. `disk` is that of the newest run."""

    def __init__(self, folder: Path) -> None:
        super().__init__(sqlite_url(folder / DATABASE))
        self.disk = Disk()
        event.listen(self.engine, "before_cursor_execute", self._before_statement)
        event.listen(self.engine, "commit", self._before_commit)

    def _before_statement(self, _connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        self.disk.before(sql)

    def _before_commit(self, _connection: Any) -> None:
        self.disk.before("COMMIT")


class Machine:
    """The server as a process on a disk.

    `heard` is told every batch that was decided, whether its answer arrives or not; `told` every reply with its request and who
    asked; `received` the digest of every file that arrived whole.
    """

    def __init__(
        self, folder: Path, world: World, heard: Callable[[str, list[Any], list[dict[str, Any]], int], None],
        database: Engine | None = None, provider: PaymentProvider | None = None,
    ) -> None:
        self.folder, self.world, self.disk, self._heard = folder, world, Disk(), heard
        self.restarts, self._chance = 0, Random("names of uploads")
        self.told: Callable[[str | None, httpx.Request, httpx.Response], None] = lambda person, request, reply: None
        self.received: Callable[[str], None] = lambda digest: None
        self.stepped_up: Callable[[str, str], None] = lambda person, secret: None
        self.handed: Callable[[str], None] = lambda batch: None
        self.provider = provider
        self._eye: sqlite3.Connection | None = None
        self._texts: dict[str, dict[str, Any]] = {}
        self.database = database or Engine(folder)
        self.database.disk = self.disk
        self.start()

    def start(self) -> None:
        """Begins the process on whatever is on the disk."""
        self.sessions = Sessions(self.database, self.world)
        name, iban, bic = HOUSE
        settings = Settings(
            self.database.url, self.folder / "assets", bank_name=name, bank_iban=iban, bank_bic=bic,
            payout_provider="http://provider" if self.provider else "",
        )
        self.door = Door(self.database, settings, people_changed=self.sessions.forget)
        self.assets = Assets(settings.assets)
        self.reader = Reader()
        self.snapshots = Snapshots(self.database)

    def stop(self) -> None:
        """Ends the process; what was not committed is gone."""
        if self._eye is not None:
            self._eye.close()
            self._eye = None
        self.snapshots.close()
        self.database.close()

    def restart(self) -> None:
        """Ends and begins it."""
        self.restarts += 1
        self.stop()
        self.disk.crash_in, self.disk.full = None, False
        self.start()

    # Backups ----------------------------------------------------------------------------------------------------

    def back_up(self, path: Path) -> None:
        """A copy of the database as it is."""
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(self.folder / DATABASE)) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)

    def restore(self, path: Path) -> None:
        """Puts an old copy in the place of the database."""
        self.stop()
        for ending in ("", "-wal", "-shm"):
            (self.folder / f"{DATABASE}{ending}").unlink(missing_ok=True)
        shutil.copyfile(path, self.folder / DATABASE)
        self.restarts += 1
        self.start()

    # Requests ---------------------------------------------------------------------------------------------------

    def answer(self, request: httpx.Request) -> httpx.Response:
        """What the server answers to one request; a crash while it does so is the caller's to see."""
        self._asker: str | None = None
        reply = self._reply(request)
        self.told(self._asker, request, reply)
        return reply

    def _reply(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._answer(request)
        except DatabaseAway:
            return httpx.Response(503, headers={"retry-after": "1"})
        except BadInput as error:
            return httpx.Response(422, json={"error": {"code": "malformed", "facts": {"what": str(error)}}})
        except Refused as refused:
            status = 429 if refused.reasons[0].code == "too_many_uploads" else 409
            return httpx.Response(status, json={"error": {"code": refused.reasons[0].code}})
        except Reply as reply:
            return httpx.Response(reply.status, json=reply.body, headers=reply.headers)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        actor, path = self._who(request.headers.get("authorization", "").removeprefix("Bearer ")), unquote(request.url.path)
        self._asker = actor.id if actor else None
        if is_sound(path):
            return SoundDesk(self.assets, self._read).answer(actor, path, request)
        if actor is None:
            return httpx.Response(401)
        if path == "/v1/scopes":
            with self.database.reading() as connection:
                heads = feed.heads(connection, scopes_of(actor))
            return httpx.Response(200, json={"scopes": [{"scope": one.scope, "head": one.head} for one in heads]})
        if path == "/v1/commands":
            return self._commands(actor, request.content)
        if path == "/v1/changes":
            asked = request.url.params
            self._demand(actor, asked["scope"])
            with self.database.reading() as connection:
                wanted = asked["scope"], int(asked["after"]), int(asked["limit"])
                page = self.reader.at_hand(connection, *wanted) or self.reader.changes(connection, *wanted)
            return httpx.Response(200, content=page)
        if path.startswith("/v1/snapshots/"):
            scope = path.removeprefix("/v1/snapshots/")
            self._demand(actor, scope)
            return httpx.Response(200, content=self.snapshots.of(scope).path.read_bytes())
        if path.startswith("/v1/commands/"):
            known = answers.recall_one(self.database, actor.id, path.removeprefix("/v1/commands/"))
            return httpx.Response(200, json=known) if known else httpx.Response(404)
        if path == "/v1/checkpoints":
            at = [int(number) for number in request.url.params.get_list("at")]
            return httpx.Response(200, json=self._read(lambda connection: audit.told(connection, at)))
        if is_money(path):
            return self._money_desk().answer(actor, path, request)
        if path.startswith("/v1/uploads"):
            return self._desk().answer(actor.id, request, self.door.settings.largest_asset_bytes)
        return httpx.Response(404)

    def _desk(self) -> UploadDesk:
        return UploadDesk(
            self.folder / "assets", self.assets, lambda act: self.door.act(act, self.world.now_ms), self._read,
            lambda: self.world.now_ms, self._chance, lambda digest: self.received(digest),
        )

    def _money_desk(self) -> MoneyDesk:
        return MoneyDesk(
            lambda look: self._read(lambda connection: look(Store(connection, self.database.is_sqlite, self.door.settings))),
            lambda act: self.door.act(act, self.world.now_ms), self._chance, self.stepped_up, self.handed,
        )

    def _read(self, look: Callable[[Connection], Any]) -> Any:
        with self.database.reading() as connection:
            return look(connection)

    def _who(self, token: str) -> Actor | None:
        known = self.sessions.remembered(token)
        if known is None:
            with self.database.reading() as connection:
                known = self.sessions.who(connection, token)
        return known

    def _commands(self, actor: Actor, body: bytes) -> httpx.Response:
        commands, now_ms = read_batch(body), self.world.now_ms
        given = self.door.answer(actor.id, commands, now_ms)
        self._heard(actor.id, [asked.envelope.model_dump() for asked in commands], given, now_ms)
        return httpx.Response(200, content=json.dumps({"answers": given}).encode())

    def _demand(self, actor: Actor, scope: str) -> None:
        if scope not in scopes_of(actor):
            raise Reply(403, "not_allowed", scope=scope)

    # What the server does by itself -----------------------------------------------------------------------------

    def take_render(self) -> jobs.RenderJob | None:
        """Leases the next render job."""
        return self.door.act(lambda asked: jobs.take(asked, "simulated"), self.world.now_ms)

    def finish_render(self, job: jobs.RenderJob) -> None:
        """Keeps a render that was made at once: the sound is not what is proved here."""
        sound = sound_of(job.recipe_digest)
        audio = hashlib.sha256(sound).hexdigest()
        place = self.assets.path(audio)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(sound)
        render = Render(job.recipe_digest, audio, None, audio, -14.0, -1.0, job.recipe.engine)
        stored = Stored(audio, len(sound), "audio/flac")

        def act(asked: Any) -> None:
            keep(asked, stored, None)
            jobs.finish(asked, job, render)

        self.door.act(act, self.world.now_ms)

    def settle_due(self, settled: Callable[[], None]) -> None:
        """Does what has fallen due by the clock, and tells after each commit: it may end after the first."""
        while self.door.act(due.is_due, self.world.now_ms):
            self.door.act(due.settle, self.world.now_ms)
            settled()

    def hand_over(self, told: Callable[[str], None], said: Callable[[str, str], None]) -> int:
        """Tells the provider what waits for it; `told` hears what is durably on its way to it, `said` what it answered."""
        assert self.provider is not None, "somebody pays"

        return HandingOver(lambda act: self.door.act(act, self.world.now_ms), self.provider, told, said).step()

    # What the auditor reads -------------------------------------------------------------------------------------

    def documents(self, scope: str) -> list[tuple[str, str, int, str, dict[str, Any]]]:
        """The live documents of a scope: kind, id, version, digest and data; each text is read once."""
        rows = self.look("SELECT kind, id, version, data FROM documents WHERE scope = ? AND NOT deleted", scope)
        found = []
        for kind, id_, version, text in rows:
            digest = hashlib.sha256(text.encode()).hexdigest()
            if digest not in self._texts:
                self._texts[digest] = json.loads(text)
            found.append((kind, id_, version, digest, self._texts[digest]))
        return found

    def scopes(self) -> list[str]:
        """Every scope that has a document."""
        return [scope for (scope,) in self.look("SELECT scope FROM scopes ORDER BY scope")]

    def heads(self) -> list[tuple[str, int]]:
        """How far each scope has come."""
        return self.look("SELECT scope, head FROM scopes ORDER BY scope")

    def answers(self) -> dict[tuple[str, str], str]:
        """The outcome of every command that was answered."""
        rows = self.look("SELECT account, id, outcome FROM answers ORDER BY account, id")
        return {(account, id_): outcome for account, id_, outcome in rows}

    def look(self, sql: str, *values: Any) -> list[Any]:
        """The auditor's own look at the file, past the process that serves it."""
        if self._eye is None:
            self._eye = sqlite3.connect(self.folder / DATABASE, isolation_level=None)
        return self._eye.execute(sql, values).fetchall()
