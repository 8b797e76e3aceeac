"""Assets: files named by the SHA-256 of their bytes, in a folder; what they are is in the table. Never decoded here."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from fanlink.core.errors import Refused, Unavailable
from fanlink.server import sound_heads

DIGEST = re.compile(r"[0-9a-f]{64}")
HEAD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is in the folder, synced to the disk. `facts` are what its head says of its sound."""

    digest: str
    size_bytes: int
    media: str
    facts: dict[str, int] = field(default_factory=dict)


class Assets:
    """The folder. A file is written beside its place and moved there whole: what is there is whole."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def root(self) -> Path:
        """The folder itself."""
        return self._root

    def path(self, digest: str) -> Path:
        """Where the file with this digest is, or would be."""
        assert DIGEST.fullmatch(digest), "a digest is 64 hex digits"
        return self._root / digest[:2] / digest[2:]

    async def receive(self, digest: str, chunks: AsyncIterator[bytes], most_bytes: int) -> Stored:
        """Takes a file in; refused as `too_large`, or as `digest_differs` when it is not what its name says."""
        place, hashed, size = self._open(), hashlib.sha256(), 0
        try:
            with os.fdopen(place[0], "wb") as file:
                async for chunk in chunks:
                    size += len(chunk)
                    if size > most_bytes:
                        raise Refused("too_large", most_bytes=most_bytes)
                    hashed.update(chunk)
                    file.write(chunk)
                if hashed.hexdigest() != digest:
                    raise Refused("digest_differs", named=digest, found=hashed.hexdigest())
                file.flush()
                os.fsync(file.fileno())
            return self._settle(Path(place[1]), digest, size)
        except OSError as error:
            raise Unavailable(f"the asset could not be stored: {error.strerror}") from error
        finally:
            Path(place[1]).unlink(missing_ok=True)

    def take_in(self, source: Path) -> Stored:
        """Takes in a file that is on this computer, such as a render."""
        place, hashed, size = self._open(), hashlib.sha256(), 0
        try:
            with os.fdopen(place[0], "wb") as file, source.open("rb") as stream:
                while chunk := stream.read(1 << 20):
                    size += len(chunk)
                    hashed.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            return self._settle(Path(place[1]), hashed.hexdigest(), size)
        finally:
            Path(place[1]).unlink(missing_ok=True)

    def adopt(self, source: Path, digest: str, size_bytes: int) -> Stored:
        """Takes in a file of this very folder's disk whose digest is known; the source stays where it is."""
        self._root.mkdir(parents=True, exist_ok=True)
        place = self._root / f"coming-{source.name}-{digest[:16]}"
        place.unlink(missing_ok=True)
        try:
            try:
                os.link(source, place)
            except OSError:  # a disk without links
                shutil.copyfile(source, place)
            return self._settle(place, digest, size_bytes)
        finally:
            place.unlink(missing_ok=True)

    def _open(self) -> tuple[int, str]:
        self._root.mkdir(parents=True, exist_ok=True)
        return tempfile.mkstemp(prefix="coming-", dir=self._root)

    def _settle(self, coming: Path, digest: str, size: int) -> Stored:
        path = self.path(digest)
        path.parent.mkdir(exist_ok=True)
        with coming.open("rb") as file:
            media, facts = sound_heads.look(file.read(HEAD_BYTES), size)
        coming.chmod(0o640)
        os.replace(coming, path)
        for folder in (path.parent, self._root):
            handle = os.open(folder, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)
        return Stored(digest, size, media, facts)
