"""Facts about whose home this is: the server, the person, the name of the token. They are kept as safely as commands."""

from __future__ import annotations

from fanlink.client.journal import Journal
from fanlink.client.local import Store
from fanlink.client.outbox_file import count_move


class Settings:
    """Names and values in the outbox's file."""

    def __init__(self, store: Store, journal: Journal) -> None:
        self._store, self._journal = store, journal

    def get(self, name: str) -> str | None:
        """A fact, or None."""
        rows = self._store.rows("SELECT value FROM settings WHERE name = ?", name)
        return rows[0][0] if rows else None

    def set(self, **values: str | None) -> None:
        """Keeps facts durably, all or none; None forgets one."""
        with self._store.write() as db:
            for name, value in values.items():
                if value is None:
                    db.execute("DELETE FROM settings WHERE name = ?", (name,))
                else:
                    db.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (name, value))
            number = count_move(db)
        self._journal.add(number, {"set": values})
