"""The words of tus 1.0.0 (https://tus.io/protocols/resumable-upload): its headers read and written, nothing else.

A header that cannot be read is `Reply`'s to say; what an upload means is in `uploads`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from email.utils import formatdate
from typing import Any

from fanlink.server.replies import Reply
from fanlink.server.uploads import Announced, Purpose

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,expiration,checksum"
ALGORITHMS = ("sha256", "sha1")
PIECE = "application/offset+octet-stream"
DIGEST = re.compile(r"[0-9a-f]{64}")
NUMBER = re.compile(r"[0-9]{1,18}")
KEY = re.compile(r"[!-+\--~]+")
LONGEST_METADATA = 4096
LONGEST_NAME = 255
HELLO = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}


def options(most_bytes: int) -> dict[str, str]:
    """What this server can do."""
    return {
        "Tus-Resumable": VERSION, "Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Max-Size": str(most_bytes),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }  # fmt: skip


def demand_version(headers: Mapping[str, str]) -> None:
    """412 unless the client speaks our version."""
    if headers.get("tus-resumable") != VERSION:
        raise Reply(412, "tus_version", {"Tus-Version": VERSION, "Tus-Resumable": VERSION}, version=VERSION)


def demand_piece(headers: Mapping[str, str]) -> None:
    """415 unless the body is a piece of a file."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != PIECE:
        raise Reply(415, "wrong_content_type", HELLO)


def number(headers: Mapping[str, str], name: str) -> int:
    """A header that is a whole number; 422 when it is missing or another thing."""
    said = headers.get(name, "").strip()
    if not NUMBER.fullmatch(said):
        raise Reply(422, "malformed", HELLO, what=f"{name}: a whole number of bytes is needed")
    return int(said)


def announced(headers: Mapping[str, str], most_bytes: int) -> Announced:
    """What a creation announces; 413 beyond the limit, 422 when it cannot be read or leaves the digest out."""
    if "upload-defer-length" in headers or "upload-concat" in headers:
        raise Reply(422, "malformed", HELLO, what="uploads of unknown length and uploads in several files are not taken")
    size_bytes = number(headers, "upload-length")
    if size_bytes > most_bytes:
        raise Reply(413, "too_large", HELLO, most_bytes=most_bytes)
    said = headers.get("upload-metadata", "")
    metadata = _metadata(said)
    digest = metadata.get("sha256", "")
    if not DIGEST.fullmatch(digest):
        raise _unreadable("sha256 must be there: the SHA-256 of the whole file as 64 hex digits")
    pcm = metadata.get("pcm")
    if pcm is not None and not DIGEST.fullmatch(pcm):
        raise _unreadable("pcm must be 64 hex digits")
    try:
        purpose = Purpose(metadata.get("purpose", Purpose.FILE))
    except ValueError:
        raise _unreadable(f"purpose must be one of {', '.join(Purpose)}") from None
    return Announced(digest, size_bytes, purpose, pcm, metadata.get("filename", "")[:LONGEST_NAME], said)


def _metadata(said: str) -> dict[str, str]:
    """Keys with their values, which come as Base64; a key without a value has an empty one."""
    if len(said) > LONGEST_METADATA:
        raise _unreadable(f"at most {LONGEST_METADATA} characters are taken")
    found: dict[str, str] = {}
    for pair in filter(None, (pair.strip() for pair in said.split(","))):
        key, _, value = pair.partition(" ")
        if not KEY.fullmatch(key) or key in found:
            raise _unreadable("each key stands once, in visible ASCII without commas")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError) as error:
            raise _unreadable(f"the value of {key} is not UTF-8 in Base64") from error
        if "\0" in found[key]:
            raise _unreadable(f"the value of {key} has a character that no text has")
    return found


def _unreadable(what: str) -> Reply:
    return Reply(422, "malformed", HELLO, what=f"Upload-Metadata: {what}")


class Checksum:
    """What a piece should add up to."""

    def __init__(self, said: str) -> None:
        algorithm, _, value = said.strip().partition(" ")
        try:
            self._expected = base64.b64decode(value.strip(), validate=True)
        except (binascii.Error, ValueError):
            self._expected = b""
        if algorithm not in ALGORITHMS or not self._expected:
            raise Reply(400, "checksum_unknown", HELLO | {"Tus-Checksum-Algorithm": ",".join(ALGORITHMS)})
        self._hash = hashlib.new(algorithm, usedforsecurity=False)

    def add(self, data: bytes) -> None:
        """More of the piece."""
        self._hash.update(data)

    def demand(self) -> None:
        """460 when the piece is another."""
        if self._hash.digest() != self._expected:
            raise Reply(460, "checksum_differs", HELLO)


def about(row: Any, offset: int) -> dict[str, str]:
    """The headers that describe an upload."""
    told = HELLO | {
        "Upload-Offset": str(offset), "Upload-Length": str(row.size_bytes),
        "Upload-Expires": formatdate(row.expires_ms / 1000, usegmt=True),
    }  # fmt: skip
    return told | {"Upload-Metadata": row.metadata} if row.metadata else told
