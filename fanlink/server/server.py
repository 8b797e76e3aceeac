"""One running server: its parts, put together once and passed to the routes. Nothing here is global."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from fanlink.server import schema, sealing_old
from fanlink.server.accounts import Random
from fanlink.server.assets import Assets
from fanlink.server.database import Database
from fanlink.server.door import Door
from fanlink.server.limits import Rate, Tries
from fanlink.server.news import News
from fanlink.server.sessions import Sessions
from fanlink.server.settings import Settings
from fanlink.server.snapshots import Snapshots
from fanlink.server.writer import Writer

Clock = Callable[[], int]
Result = TypeVar("Result")


@dataclass(slots=True)
class Server:
    """The parts. `stop` ends the writer after what it has taken is durable."""

    settings: Settings
    clock: Clock
    random: Random
    database: Database
    door: Door
    writer: Writer
    assets: Assets
    sessions: Sessions
    news: News
    snapshots: Snapshots
    accounts_rate: Rate
    addresses_rate: Rate
    name_tries: Tries
    address_tries: Tries

    async def look(self, read: Callable[[Connection], Result], long: bool = False) -> Result:
        """What a read finds in one committed state.

        A short one on SQLite runs here and now: it waits for nobody there, and a thread costs more than the read.
        """

        def run() -> Result:
            with self.database.reading() as connection:
                return read(connection)

        return run() if self.database.is_sqlite and not long else await run_in_threadpool(run)

    def stop(self) -> None:
        """Finishes what was taken, then lets the database go."""
        self.news.stop()
        self.writer.close()
        self.snapshots.close()
        self.door.reports.close()
        self.database.close()


def build(settings: Settings, clock: Clock, random: Random) -> Server:
    """A server on its home's database, which is made or brought up to date. Raises `BadInput` for a newer one."""
    database = Database(settings.database)
    try:
        schema.prepare(database)
    except BaseException:
        database.close()
        raise
    sessions, news = Sessions(database, clock), News()
    door = Door(database, settings, news.tell, sessions.forget)
    sealing_old.seal_old(door, clock())
    return Server(
        settings, clock, random, database, door, Writer(door, clock), Assets(settings.assets), sessions, news, Snapshots(database),
        Rate(settings.account_rate, settings.account_burst, clock),
        Rate(settings.address_rate, settings.address_burst, clock),
        Tries(settings.sign_in_tries, settings.sign_in_window_s, clock),
        Tries(settings.sign_in_tries * 4, settings.sign_in_window_s, clock),
    )  # fmt: skip
