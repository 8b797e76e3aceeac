"""What the first bytes of a file say it is. Only heads are read here: sound itself is decoded in child processes."""

from __future__ import annotations

import struct

OTHER = "application/octet-stream"


def look(head: bytes, size_bytes: int) -> tuple[str, dict[str, int]]:
    """The media type, and for lossless audio the rate, channels and frames that the head declares."""
    if head[:4] == b"fLaC":
        return "audio/flac", _flac(head)
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav", _wav(head, size_bytes)
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "audio/aiff", {}
    if head[:4] == b"OggS":
        return "audio/ogg", {}
    if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x06):
        return "audio/mpeg", {}
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return "image/png", {}
    if head[:3] == b"\xff\xd8\xff":
        return "image/jpeg", {}
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp", {}
    return OTHER, {}


def _flac(head: bytes) -> dict[str, int]:
    """STREAMINFO, which RFC 9639 puts first."""
    if len(head) < 42 or head[4] & 0x7F != 0:
        return {}
    packed = int.from_bytes(head[18:26], "big")
    rate, channels, frames = packed >> 44, (packed >> 41 & 7) + 1, packed & (1 << 36) - 1
    return {"rate_hz": rate, "channels": channels, "frames": frames} if rate and frames else {}


def _wav(head: bytes, size_bytes: int) -> dict[str, int]:
    """The chunks `fmt ` and `data` of a RIFF file; a length that the file does not have is cut to what it has."""
    place, found = 12, {}
    block = 0
    while place + 8 <= len(head):
        name, length = struct.unpack_from("<4sI", head, place)
        if name == b"fmt " and place + 24 <= len(head):
            kind, channels, rate, _, block, _ = struct.unpack_from("<HHIIHH", head, place + 8)
            if kind not in (1, 3, 0xFFFE) or not block:
                return {}
            found = {"rate_hz": rate, "channels": channels}
        elif name == b"data":
            there = min(length, max(0, size_bytes - place - 8))
            return found | {"frames": there // block} if found and there >= block else {}
        place += 8 + length + length % 2
    return {}
