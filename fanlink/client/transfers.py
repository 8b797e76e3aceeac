"""One file on its way up by tus 1.0.0: asked where the server stands, gone on with from there, until it is accepted.

Nothing is remembered but where the server receives it, and even that can be asked for again: so a kill at any moment costs
the bytes that had not arrived, and no others.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from fanlink.client.api import Api, Busy, Malformed
from fanlink.client.uploads import RECORDING, Upload
from fanlink.core.errors import Offline, Reason, Refused, Stopped, Unavailable

PIECE_BYTES = 64 * 1024
AT_ONCE_BYTES = 256 * 1024
DAMAGED = "digest_differs"
TRIES_WITHOUT_GAIN = 3
HELLO = {"tus-resumable": "1.0.0"}
PIECE = HELLO | {"content-type": "application/offset+octet-stream"}

Progress = Callable[[int, int], None]
Stop = Callable[[], bool]


def send(
    api: Api, upload: Upload, path: Path, remember: Callable[[str | None], None], progress: Progress, stop: Stop
) -> None:
    """Sends a file up, or the rest of it, and waits until the server has looked at it.

    Raises `Refused` with the server's reasons when it will not have the file; `Offline` when it must be tried again, `Stopped`.
    """
    place, before, failed, created = upload.location, -1, 0, 0
    while True:
        now = _found(api, upload, place)
        if now is None:
            created, before = created + 1, -1
            if created > TRIES_WITHOUT_GAIN:
                raise Busy(f"the server does not keep the upload of {upload.digest}")
            place = _create(api, upload, path)
            remember(place)
            continue
        if now["location"] != place:
            place = str(now["location"])
            remember(place)
        if now["state"] == "accepted":
            progress(upload.size_bytes, upload.size_bytes)
            return
        if now["state"] == "refused":
            remember(None)
            reasons = _reasons(now)
            if reasons[0].code != DAMAGED or created > 1:
                raise Refused(reasons)
            place = None  # what is here is sound, so it was damaged on the way: once more from the beginning
            continue
        offset = int(now["offset"])
        failed = failed + 1 if offset <= before else 0
        if failed >= TRIES_WITHOUT_GAIN:
            raise Busy(f"the upload of {upload.digest} does not go on")
        before = offset
        _send_rest(api, upload, path, place, offset, progress, stop)


def end(api: Api, upload: Upload) -> None:
    """Has the server forget what it received of a file, where it can be reached; else that expires by itself."""
    if upload.location is not None:
        with suppress(Refused, Unavailable, Malformed):
            api.request("DELETE", upload.location, HELLO)


def _found(api: Api, upload: Upload, place: str | None) -> dict[str, Any] | None:
    """How the upload stands on the server; None when it has none that can be gone on with."""
    if place is not None:
        try:
            return api.read(place)
        except Refused as error:
            if error.reasons[0].facts.get("status") != 404:
                raise
    items = api.read(f"/v1/uploads?sha256={upload.digest}")["items"]
    fitting = [one for one in items if one["purpose"] == upload.purpose and one["state"] != "refused"]
    return fitting[0] if fitting else None


def _create(api: Api, upload: Upload, path: Path) -> str:
    """Announces the file, with its bytes where they are few; returns where it is received."""
    said = {"sha256": upload.digest, "purpose": upload.purpose, "filename": upload.label}
    if upload.purpose == RECORDING:
        said["pcm"] = upload.name
    pairs = (f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items() if value)
    headers = {"upload-length": str(upload.size_bytes), "upload-metadata": ",".join(pairs)}
    content = path.read_bytes() if 0 < upload.size_bytes <= AT_ONCE_BYTES else b""
    try:
        reply = api.request("POST", "/v1/uploads", headers | (PIECE if content else HELLO), content)
        return str(reply.headers["location"])
    except Malformed as error:
        place = error.headers.get("location")
        if place is None:
            raise Refused(error.reasons or (Reason("file_unreadable"),)) from error
        return str(place)  # all of it arrived and was looked at: the reason is there
    except KeyError as error:
        raise Busy("the server does not say where it receives the file") from error


def _send_rest(
    api: Api, upload: Upload, path: Path, place: str, offset: int, progress: Progress, stop: Stop
) -> None:
    """One piece: from where the server stands to the end."""
    headers = PIECE | {"upload-offset": str(offset), "content-length": str(upload.size_bytes - offset)}
    try:
        api.request("PATCH", place, headers, _rest(path, upload.size_bytes, offset, progress, stop))
    except Refused as error:
        # Somebody else of this account moved it, or it is gone: where it stands now is asked next.
        if error.reasons[0].facts.get("status") not in (403, 404, 409, 460):
            raise
    except Malformed:
        pass  # the reason is in what the server says of the upload, which is asked next


def _rest(path: Path, size_bytes: int, offset: int, progress: Progress, stop: Stop) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(offset)
        while data := file.read(PIECE_BYTES):
            if stop():
                raise Stopped("sending was stopped")
            yield data
            offset += len(data)
            progress(offset, size_bytes)
    if offset != size_bytes:
        raise Offline("the file changed while it was sent")


def _reasons(now: dict[str, Any]) -> tuple[Reason, ...]:
    return tuple(Reason(str(one["code"]), dict(one.get("facts") or {})) for one in now.get("findings") or ()) or (
        Reason("file_unreadable"),
    )
