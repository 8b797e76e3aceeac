"""Which part of a file a request asks for, by RFC 9110, section 14: one range of bytes, or the whole.

What is not a range of bytes that can be read is ignored, as the standard has it; a range beyond the end is refused. Several
ranges at once are answered with the whole file, which a server may always do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from fanlink.server.replies import Reply

RANGE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*,?", re.IGNORECASE)


def asked(headers: Mapping[str, str], size_bytes: int, etag: str) -> tuple[int, int] | None:
    """First and last byte of the part; None for the whole. 416 with the file's size for a part that is not there."""
    said = headers.get("range")
    if said is None or headers.get("if-range", etag).strip() != etag:
        return None
    found = RANGE.fullmatch(said.strip())
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        begin, end = max(0, size_bytes - int(last)), size_bytes - 1
        there = int(last) > 0 and size_bytes > 0
    else:
        begin, end = int(first), min(int(last), size_bytes - 1) if last else size_bytes - 1
        if last and int(last) < int(first):
            return None
        there = begin < size_bytes
    if not there:
        raise Reply(416, "range_not_satisfiable", {"Content-Range": f"bytes */{size_bytes}"}, size_bytes=size_bytes)
    return begin, end
