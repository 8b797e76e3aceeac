"""Uploads: announced, received in parts, and in the end accepted as an asset or refused with a sentence.

What an upload is said to be stands in its row; how much of it is here is the length of its part (see `parts`). A finished one
is hashed, looked at, and where it is sound decoded in the limited child, before anything may name it.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from fanlink.core.errors import BadInput, Reason, Refused
from fanlink.server import asset_rows, recordings, sound_heads, tables
from fanlink.server.assets import HEAD_BYTES, Assets, Stored
from fanlink.server.deciding import Deciding
from fanlink.server.parts import Parts
from fanlink.server.recordings import Recording
from fanlink.server.store import as_text

TABLE = tables.uploads
DAY_MS = 86_400_000
FOLDER = "uploads"
MOST_AT_ONCE = 500


class Purpose(StrEnum):
    """What the file is for: a fan's recording, which must be sound, or any file."""

    FILE = "file"
    RECORDING = "recording"


class State(StrEnum):
    """Receiving until all is here and was looked at."""

    RECEIVING = "receiving"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Announced:
    """What an upload is said to be before its first byte. `pcm` is the digest of the samples, where that is said."""

    digest: str
    size_bytes: int
    purpose: Purpose = Purpose.FILE
    pcm: str | None = None
    filename: str = ""
    metadata: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a finished upload was found to be: the stored file, and the recording in it where it is one."""

    stored: Stored
    recording: Recording | None = None
    sound: Stored | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """What its owner is told."""
        told = {"digest": self.stored.digest, "size_bytes": self.stored.size_bytes, "media": self.stored.media}
        told |= self.stored.facts
        if self.recording is not None:
            told |= {"pcm_digest": self.recording.pcm, "sound": self.recording.sound}
        return told


def folder_of(assets: Path) -> Path:
    """Where the parts lie: on the disk of the assets, so that a finished one need not be copied."""
    return assets / FOLDER


# Rows -----------------------------------------------------------------------------------------------------------


def announce(asked: Deciding, name: str, owner: str, announced: Announced) -> Any:
    """A new upload. Refused as `too_many_uploads` beyond what one account may have under way."""
    mine = select(func.count(), func.coalesce(func.sum(TABLE.c.size_bytes), 0)).where(
        TABLE.c.owner == owner, TABLE.c.state == str(State.RECEIVING), TABLE.c.expires_ms > asked.now_ms
    )
    ((count, size_bytes),) = asked.store.rows(mine)
    settings = asked.settings
    if count >= settings.uploads_open or size_bytes + announced.size_bytes > settings.uploads_open_bytes:
        raise Refused("too_many_uploads", open=count, most=settings.uploads_open, most_bytes=settings.uploads_open_bytes)
    asked.store.add(TABLE, {
        "id": name, "owner": owner, "digest": announced.digest, "size_bytes": announced.size_bytes,
        "purpose": str(announced.purpose), "pcm": announced.pcm, "filename": announced.filename,
        "metadata": announced.metadata, "state": str(State.RECEIVING), "outcome": "{}", "created_ms": asked.now_ms,
        "expires_ms": asked.now_ms + settings.upload_days * DAY_MS,
    })  # fmt: skip
    return asked.store.rows(select(TABLE).where(TABLE.c.id == name))[0]


def get(connection: Connection, name: str, owner: str, now_ms: int) -> Any | None:
    """An account's own upload, while it is not expired."""
    chosen = select(TABLE).where(TABLE.c.id == name, TABLE.c.owner == owner, TABLE.c.expires_ms > now_ms)
    return connection.execute(chosen).first()


def of_owner(connection: Connection, owner: str, digest: str | None, now_ms: int) -> list[Any]:
    """An account's uploads, newest first; with a digest only those of that file."""
    chosen = select(TABLE).where(TABLE.c.owner == owner, TABLE.c.expires_ms > now_ms)
    if digest is not None:
        chosen = chosen.where(TABLE.c.digest == digest)
    return list(connection.execute(chosen.order_by(TABLE.c.created_ms.desc(), TABLE.c.id).limit(MOST_AT_ONCE)))


def end(asked: Deciding, name: str) -> None:
    """Forgets an upload; what was accepted stays."""
    asked.store.remove(TABLE, id=name)


def accept(asked: Deciding, row: Any, found: Found) -> None:
    """The file is an asset from now on, and the recording in it one of its owner's."""
    if not _is_open(asked, row):
        return
    asset_rows.keep(asked, found.stored, row.owner)
    if found.recording is not None and found.sound is not None:
        asset_rows.keep(asked, found.sound, None)
        recordings.keep(asked, found.recording, row.owner)
    _decide(asked, row, State.ACCEPTED, {"asset": found.facts})


def refuse(asked: Deciding, row: Any, reasons: tuple[Reason, ...]) -> None:
    """The file is not kept; its owner can read why until the upload expires."""
    if _is_open(asked, row):
        told = [{"code": reason.code, "facts": dict(reason.facts)} for reason in reasons]
        _decide(asked, row, State.REFUSED, {"findings": told})


def _is_open(asked: Deciding, row: Any) -> bool:
    """Whether it still waits for its answer: it may have been ended, or looked at by another process, meanwhile."""
    return bool(asked.store.rows(select(TABLE.c.id).where(TABLE.c.id == row.id, TABLE.c.state == str(State.RECEIVING))))


def _decide(asked: Deciding, row: Any, state: State, outcome: dict[str, Any]) -> None:
    asked.store.put(TABLE, dict(row._mapping) | {"state": str(state), "outcome": as_text(outcome)})


def outcome_of(row: Any) -> dict[str, Any]:
    """What became of it: `asset` or `findings`."""
    return json.loads(row.outcome)


# Expiry ---------------------------------------------------------------------------------------------------------


def has_expired(asked: Deciding) -> Any:
    """What finds uploads whose time is over."""
    return select(TABLE.c.id).where(TABLE.c.expires_ms <= asked.now_ms)


def expire(asked: Deciding) -> int:
    """Drops uploads whose time is over, and their parts."""
    rows = asked.store.rows(has_expired(asked).limit(MOST_AT_ONCE))
    parts = Parts(folder_of(asked.settings.assets))
    for row in rows:
        asked.store.remove(TABLE, id=row.id)
        parts.drop(row.id)
    return len(rows)


# Looking at what arrived ----------------------------------------------------------------------------------------


def examine(assets: Assets, path: Path, row: Any) -> Found:
    """What a finished upload is; raises `Refused` with the reason it cannot be kept. Reads all of it: call it in a thread."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        file.seek(0)
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != row.digest:
        raise Refused("digest_differs", named=row.digest, found=found)
    media, _ = sound_heads.look(head, row.size_bytes)
    if row.purpose == Purpose.RECORDING:
        if not media.startswith("audio/"):
            raise Refused("not_sound", media=media)
        return _recording(assets, path, row)
    if media.startswith("audio/") and (media != "audio/mpeg" or head[:3] == b"ID3"):
        _decoded(path)  # two bytes of an MP3 frame are too few to tell: a text in UTF-16 begins so too
    return Found(assets.adopt(path, row.digest, row.size_bytes))


def _recording(assets: Assets, path: Path, row: Any) -> Found:
    from fanlink.remix import recordings as taking

    with tempfile.TemporaryDirectory(prefix="fanlink-recording-") as folder:
        flac = Path(folder) / "own.flac"
        try:
            taken = taking.take_in(path, flac)
        except BadInput as error:
            raise Refused("sound_unreadable", what=error.sentence) from error
        if row.pcm is not None and row.pcm != taken.pcm_digest:
            raise Refused("recording_differs", named=row.pcm, found=taken.pcm_digest)
        sound = assets.take_in(flac)
    stored = assets.adopt(path, row.digest, row.size_bytes)
    made = Recording(taken.pcm_digest, stored.digest, sound.digest, taken.rate_hz, taken.channels, taken.frames)
    facts = {"rate_hz": taken.rate_hz, "channels": taken.channels, "frames": taken.frames}
    return Found(Stored(stored.digest, stored.size_bytes, stored.media, facts), made, sound)


def _decoded(path: Path) -> None:
    from fanlink.remix import decode

    (found,) = decode.examine([path], whole=True)
    if isinstance(found, BadInput):
        raise Refused("sound_unreadable", what=found.sentence)
