"""Files that wait to go up. They are in the outbox's file, because a command that names one rests on it."""

from __future__ import annotations

from fanlink.client.journal import Journal
from fanlink.client.local import Store
from fanlink.client.outbox_file import count_move


class Uploads:
    """Digests of files in the cache that the server does not have yet."""

    def __init__(self, store: Store, journal: Journal) -> None:
        self._store, self._journal = store, journal

    def add(self, digest: str, size_bytes: int, now_ms: int) -> None:
        """Notes durably that this file has to go up."""
        with self._store.write() as db:
            db.execute("INSERT OR IGNORE INTO uploads (digest, bytes, added_ms) VALUES (?, ?, ?)", (digest, size_bytes, now_ms))
            number = count_move(db)
        self._journal.add(number, {"upload": [digest, size_bytes, now_ms]})

    def done(self, digest: str) -> None:
        """The server has it, or said that it never will take it."""
        with self._store.write() as db:
            db.execute("DELETE FROM uploads WHERE digest = ?", (digest,))

    def waiting(self) -> tuple[str, ...]:
        """What has not gone up yet, oldest first."""
        return tuple(digest for (digest,) in self._store.rows("SELECT digest FROM uploads ORDER BY added_ms, digest"))
