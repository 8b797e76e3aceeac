"""A disk that loses its power: what was not synced may be gone, partly there, or there in another order.

SQLite runs on it through an apsw VFS, all of it in memory. Everything written is seen at once by who wrote it; on the disk
itself there is only what was synced. `image` says what a power cut at this moment may leave.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import apsw

SECTOR = 512
BLOCK = 4096
# As Linux file systems are taken to be: a torn write spoils nothing outside of its own range.
POWERSAFE_OVERWRITE = 0x1000
NAMES = itertools.count(1)


@dataclass
class File:
    """One file: as its writer sees it, as it was last synced (None: not there), and what was done since."""

    now: bytearray = field(default_factory=bytearray)
    synced: bytes | None = None
    since: list[tuple[int, bytes | None]] = field(default_factory=list)
    gone: bool = False

    def write(self, offset: int, data: bytes) -> None:
        if len(self.now) < offset:
            self.now.extend(bytes(offset - len(self.now)))
        self.now[offset:offset + len(data)] = data
        self.since.append((offset, bytes(data)))

    def cut(self, size: int) -> None:
        del self.now[size:]
        self.since.append((size, None))

    def sync(self) -> None:
        self.synced, self.since = bytes(self.now), []

    def after_a_power_cut(self, chance: Random) -> bytes | None:
        """What is left: of what was not synced everything, nothing, or any part in any order."""
        if self.gone and chance.randrange(2):
            return None
        whole = chance.randrange(4)
        if whole == 0 or not self.since:
            return self.synced
        left = bytearray(self.synced or b"")
        for offset, data in self.since:
            if whole == 1 or chance.randrange(3):
                _apply(left, offset, data, chance if whole == 3 else None)
        return bytes(left)


def _apply(left: bytearray, offset: int, data: bytes | None, tearing: Random | None) -> None:
    if data is None:
        del left[offset:]
        return
    size = max(len(left), offset + len(data))
    left.extend(bytes(size - len(left)))
    torn = tearing is not None and tearing.randrange(3) == 0
    for start in range(0, len(data), SECTOR):
        if not torn or tearing.randrange(2):
            left[offset + start:offset + start + SECTOR] = data[start:start + SECTOR]


class Disk:
    """Files by name. `before_sync` is called before each sync takes hold; a `lying` disk only says that it synced."""

    def __init__(self, *, lying: bool = False) -> None:
        self.files: dict[str, File] = {}
        self.lying = lying
        self.before_sync: Callable[[], None] = lambda: None

    def put(self, name: str, data: bytes) -> File:
        """A file that was there, synced, before anything begins."""
        self.files[name] = File(bytearray(data), data)
        return self.files[name]

    def sync(self, file: File) -> None:
        self.before_sync()
        if not self.lying:
            file.sync()

    def image(self, chance: Random) -> dict[str, bytes]:
        """What a power cut at this moment may leave."""
        left = {name: file.after_a_power_cut(chance) for name, file in self.files.items()}
        return {name: data for name, data in left.items() if data is not None}

    @property
    def all_is_synced(self) -> bool:
        return not any(file.since or file.gone for file in self.files.values())


class LossyVfs(apsw.VFS):
    """SQLite's view of a disk. WAL needs `locking_mode=EXCLUSIVE` here: there is no shared memory."""

    def __init__(self, disk: Disk) -> None:
        self.disk, self.name = disk, f"lossy-{next(NAMES)}"
        super().__init__(self.name, "")

    def xOpen(self, name, flags):  # noqa: N802
        place = name.filename() if isinstance(name, apsw.URIFilename) else name
        place = place or f"temporary-{next(NAMES)}"
        file = self.disk.files.setdefault(place, File())
        file.gone = False
        flags[1] = flags[0]
        return _Open(self.disk, file)

    def xDelete(self, name, _sync_folder):  # noqa: N802
        file = self.disk.files.get(name)
        if file is None or file.gone:
            raise apsw.IOError("no such file")
        # Whoever has no name for it any more may find it again after a power cut: the folder was not synced.
        file.gone, file.now, file.since = True, bytearray(), []

    def xAccess(self, name, _flags):  # noqa: N802
        return name in self.disk.files and not self.disk.files[name].gone

    def xFullPathname(self, name):  # noqa: N802
        return name


class _Open:
    """An open file, as SQLite calls it."""

    def __init__(self, disk: Disk, file: File) -> None:
        self._disk, self._file = disk, file

    def xRead(self, amount, offset):  # noqa: N802
        return bytes(self._file.now[offset:offset + amount])

    def xWrite(self, data, offset):  # noqa: N802
        self._file.write(offset, data)

    def xTruncate(self, size):  # noqa: N802
        self._file.cut(size)

    def xSync(self, _flags):  # noqa: N802
        self._disk.sync(self._file)

    def xFileSize(self):  # noqa: N802
        return len(self._file.now)

    def xSectorSize(self):  # noqa: N802
        return BLOCK

    def xDeviceCharacteristics(self):  # noqa: N802
        return POWERSAFE_OVERWRITE

    def xFileControl(self, _op, _pointer):  # noqa: N802
        return False

    def xCheckReservedLock(self):  # noqa: N802
        return False

    def xLock(self, _level):  # noqa: N802
        return None

    def xUnlock(self, _level):  # noqa: N802
        return None

    def xClose(self):  # noqa: N802
        return None
