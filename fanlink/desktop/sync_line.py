"""What the sync line, the offline banner and the sheet say of the Session's state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fanlink.desktop import formats

if TYPE_CHECKING:
    from fanlink.client.state import SyncState


@dataclass(frozen=True, slots=True)
class Line:
    """Words, icon and tone of the sync line."""

    words: str
    icon: str
    tone: str


def line(state: SyncState | None) -> Line:
    """The one line at the bottom of the sidebar."""
    if state is None:
        return Line("Opening", "cloud-check", "")
    if state.signed_out:
        return Line("Sign in again", "cloud-alert", "warn")
    if state.offline_since_ms is not None:
        return Line(f"Offline · {state.waiting} waiting" if state.waiting else "Offline", "cloud-off", "warn")
    if state.of:
        return Line(f"Sending {min(state.sent, state.of)} of {state.of}", "cloud-upload", "")
    if state.files_sent_bytes:
        return Line(f"Sending {_files(state)}", "cloud-upload", "")
    if state.needs_you:
        return Line(f"{state.needs_you} {'needs' if state.needs_you == 1 else 'need'} you", "cloud-alert", "bad")
    if state.log_changes:
        return Line("Server log changed", "cloud-alert", "warn")
    if state.waiting:
        return Line(f"{formats.count(state.waiting, 'change')} waiting", "cloud-upload", "")
    return Line("All changes synced", "cloud-check", "ok")


def _files(state: SyncState) -> str:
    """How far the files are that go up: 3 of 12 MB · 20 s."""
    sent, whole = formats.size(state.files_sent_bytes), formats.size(state.files_bytes)
    number, _, unit = sent.partition(" ")
    said = f"{number} of {whole}" if whole.endswith(unit) else f"{sent} of {whole}"
    left_s = state.files_remaining_s
    if left_s is None:
        return said
    return f"{said} · {left_s} s" if left_s < 90 else f"{said} · {round(left_s / 60)} min"


def banner(state: SyncState) -> str:
    """The sentence of the offline banner."""
    if state.waiting:
        what = f"{formats.count(state.waiting, 'change')} will be sent when the connection is back."
    else:
        what = "what you do will be sent when the connection is back."
    return f"You are offline. You can keep working: {what}"
