"""What the sync line says, as a value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SyncState:
    """How this computer and the server stand. Several things may be true at once; `name` is the one to say first.

    `sent` of `of` counts commands while they are sent. `offline_since_ms` is None while the server answers.
    `files` are on their way up, of `files_bytes` in all; those that the server refused count as `needs_you`.
    `log_changes` are times at which the server's log was found to be another one, of which no person has read yet.
    `signed_out` means that a person must sign in before anything moves.
    """

    waiting: int = 0
    needs_you: int = 0
    sent: int = 0
    of: int = 0
    offline_since_ms: int | None = None
    signed_out: bool = False
    files: int = 0
    files_sent_bytes: int = 0
    files_bytes: int = 0
    files_remaining_s: int | None = None
    log_changes: int = 0

    @property
    def name(self) -> str:
        """signed_out, offline, sending, needs_you or synced; first what a person should know first."""
        if self.signed_out:
            return "signed_out"
        if self.offline_since_ms is not None:
            return "offline"
        if self.of or self.files_sent_bytes:
            return "sending"
        return "needs_you" if self.needs_you else "synced"
