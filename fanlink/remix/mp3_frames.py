"""The frames of an MP3 file and what each says of how it was quantised.

Plain slicing of bytes: nothing here decodes sound. Whatever the bytes are, the answer is arrays or None.
Layouts are those of ISO/IEC 11172-3 (MPEG-1), clause 2.4.1, and ISO/IEC 13818-3 (lower rates), clause 2.4.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fanlink.remix import files

LONGEST_FRAME = 1_441
# The widest scalefactors: 36 of 4 bits by MPEG-1, 54 bands of at most 4 bits by the lower rates; in bytes, rounded up.
SCALEFACTOR_BYTES = 34
SHORT = 2


@dataclass(frozen=True, slots=True)
class Granules:
    """What every granule says, each array (granules, channels): a granule is 576 samples, and MPEG-1 has two per frame.

    `readable` is false where the bits before a granule are not in the file. `bits` (granules, channels, n) are the
    bits that its scalefactors begin with, `shared` (granules, channels, 4) the groups of them that it takes over.
    From line `fours` on numbers are -1, 0 or 1 and stand four together. `matrixed` and `intensity` (granules,) say how two channels were coded as one another's sum and difference.
    """

    rate_hz: int
    lower: bool
    fours: np.ndarray
    global_gain: np.ndarray
    scalefac_compress: np.ndarray
    block_type: np.ndarray
    mixed: np.ndarray
    subblock_gain: np.ndarray
    preflag: np.ndarray
    scalefac_scale: np.ndarray
    readable: np.ndarray
    shared: np.ndarray
    bits: np.ndarray
    matrixed: np.ndarray
    intensity: np.ndarray

    def __len__(self) -> int:
        return len(self.global_gain)

    @property
    def channels(self) -> int:
        return self.global_gain.shape[1]


@dataclass(frozen=True, slots=True)
class _Frames:
    """Where the frames of one kind are in a file: `side` is where the side information begins, `end` where the frame ends."""

    version: int
    speed: int
    channels: int
    side: np.ndarray
    end: np.ndarray
    extension: np.ndarray


def read(path: Path, most_frames: int) -> Granules | None:
    """The granules of an MP3 file in order, of at most so many frames; None where it is not of one kind throughout."""
    data = np.fromfile(path, np.uint8)
    frames = _frames(data.tobytes(), most_frames)
    return None if frames is None else _granules(data, frames)


def _frames(data: bytes, most: int) -> _Frames | None:
    """Walks from header to header (clause 2.4.1.3); bytes between frames that are none are passed over."""
    position, kind = _after_id3(data), None
    side, end, extension = [], [], []
    while len(side) < most and 0 <= (position := data.find(b"\xff", position)) < len(data) - 4:
        head = _head(data, position)
        if head is None or (kind is None and not _follows(data, position, head)):
            position += 1
            continue
        if kind is not None and head[0] != kind:
            # A header of another kind is by chance, unless the file itself goes on in that kind.
            if _follows(data, position, head):
                return None
            position += 1
            continue
        kind = head[0]
        _, length, protected, joint = head
        side.append(position + 4 + 2 * protected)
        end.append(min(position + length, len(data)))
        extension.append(joint)
        position += length
    if kind is None or len(side) < 2:
        return None
    return _Frames(*kind, np.array(side), np.array(end), np.array(extension))


def _after_id3(data: bytes) -> int:
    if data[:3] != b"ID3" or len(data) <= 10:
        return 0
    return 10 + sum((byte & 0x7F) << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))


def _head(data: bytes, position: int) -> tuple[tuple[int, int, int], int, bool, int] | None:
    """A header's kind (version, speed, channels), the length of its frame, whether a checksum follows, its mode extension."""
    if position + 4 > len(data) or data[position] != 0xFF or data[position + 1] < 0xE0:
        return None
    version, layer = data[position + 1] >> 3 & 3, data[position + 1] >> 1 & 3
    index, speed, padding = data[position + 2] >> 4, data[position + 2] >> 2 & 3, data[position + 2] >> 1 & 1
    if version == 1 or layer != 1 or speed == 3 or index in (0, 15):
        return None
    kbps = files.MP3_KBPS[3 if version == 3 else 2][index]
    length = (144_000 if version == 3 else 72_000) * kbps // files.MP3_RATES[version][speed] + padding
    mode, extension = data[position + 3] >> 6, data[position + 3] >> 4 & 3
    kind = (version, speed, 1 if mode == 3 else 2)
    return kind, length, not data[position + 1] & 1, extension if mode == 1 else 0


def _follows(data: bytes, position: int, head: tuple[tuple[int, int, int], int, bool, int]) -> bool:
    """Whether a header of the same kind stands where this frame ends."""
    following = _head(data, position + head[1])
    return following is not None and following[0] == head[0]


def _granules(data: np.ndarray, frames: _Frames) -> Granules:
    lower, channels = frames.version != 3, frames.channels
    size = {(False, 1): 17, (False, 2): 32, (True, 1): 9, (True, 2): 17}[lower, channels]
    side = _Bits(data, frames.side, size)
    reservoir = side.number(0, 8 if lower else 9)
    at = (9 if channels == 1 else 10) if lower else (14 if channels == 1 else 12)
    per_frame = 1 if lower else 2
    shared = np.zeros((len(frames.side), per_frame, channels, 4), bool)
    if not lower:
        for channel in range(channels):
            shared[:, 1, channel] = side.bits[:, at : at + 4]
            at += 4
    fields = [[_fields(side, at + (part * channels + channel) * (63 if lower else 59), lower) for channel in range(channels)] for part in range(per_frame)]
    gathered = {name: np.array([[one[name] for one in row] for row in fields]) for name in fields[0][0]}
    # (part, channel, frame, ...) becomes (granule, channel, ...)
    flat = {name: np.moveaxis(each, 2, 0).reshape(-1, channels, *each.shape[3:]) for name, each in gathered.items()}
    starts, readable = _starts(frames, reservoir, size, np.moveaxis(gathered["length"], 2, 0))
    main = _main(data, frames, size)
    bits = _Bits(main, (starts // 8).ravel(), SCALEFACTOR_BYTES).bits
    return Granules(
        rate_hz=files.MP3_RATES[frames.version][frames.speed],
        lower=lower,
        readable=readable.reshape(-1, channels),
        shared=shared.reshape(-1, channels, 4),
        bits=_shifted(bits, (starts % 8).ravel()).reshape(-1, channels, 8 * SCALEFACTOR_BYTES - 8),
        matrixed=np.repeat(frames.extension & 2 > 0, per_frame),
        intensity=np.repeat(frames.extension & 1 > 0, per_frame),
        **{name: each for name, each in flat.items() if name != "length"},
    )


def _shifted(bits: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Each row without so many (0 to 7) of its first bits, and all as long."""
    out = np.empty((len(bits), bits.shape[1] - 8), np.uint8)
    for off in range(8):
        out[by == off] = bits[by == off, off : off + out.shape[1]]
    return out


class _Bits:
    """`size` bytes from each of the positions as bits (positions, 8 * size); zeros beyond the end of the data."""

    def __init__(self, data: np.ndarray, positions: np.ndarray, size: int) -> None:
        whole = np.concatenate([data, np.zeros(size, np.uint8)])
        rows = np.clip(positions, 0, len(data))[:, None] + np.arange(size)
        self.bits = np.unpackbits(whole[rows], axis=1)

    def number(self, first: int, count: int) -> np.ndarray:
        return self.bits[:, first : first + count] @ (1 << np.arange(count)[::-1])


def _fields(side: _Bits, at: int, lower: bool) -> dict[str, np.ndarray]:
    """The fields of one granule and channel (clause 2.4.1.7)."""
    wide = 9 if lower else 4
    after = at + 29 + wide
    switched = side.number(after, 1) == 1
    gains = np.stack([side.number(after + 14 + 3 * window, 3) for window in range(3)], axis=1)
    return {
        "length": side.number(at, 12),
        "fours": 2 * side.number(at + 12, 9),
        "global_gain": side.number(at + 21, 8),
        "scalefac_compress": side.number(at + 29, wide),
        "block_type": np.where(switched, side.number(after + 1, 2), 0),
        "mixed": switched & (side.number(after + 3, 1) == 1),
        "subblock_gain": np.where(switched[:, None], gains, 0),
        "preflag": np.zeros(len(switched), int) if lower else side.number(after + 23, 1),
        "scalefac_scale": side.number(after + (23 if lower else 24), 1),
    }


def _starts(frames: _Frames, reservoir: np.ndarray, size: int, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The bit of the main data at which each granule (frames, parts, channels) begins, and whether it is in the file."""
    areas = np.maximum(frames.end - frames.side - size, 0)
    area = np.concatenate([[0], np.cumsum(areas)[:-1]])
    before = np.cumsum(lengths.reshape(len(area), -1), axis=1).reshape(lengths.shape) - lengths
    first = (area - reservoir) * 8
    starts = first[:, None, None] + before
    readable = (first >= 0)[:, None, None] & (starts + lengths <= ((area + areas) * 8)[:, None, None])
    return np.maximum(starts, 0), readable


def _main(data: np.ndarray, frames: _Frames, size: int) -> np.ndarray:
    """The main data of all frames behind one another, as the bit reservoir sees it (clause 2.4.3.4.1)."""
    marks = np.zeros(len(data) + 1, np.int8)
    first = np.minimum(frames.side + size, frames.end)
    np.add.at(marks, first, 1)
    np.add.at(marks, frames.end, -1)
    return data[np.cumsum(marks[:-1]) > 0]
