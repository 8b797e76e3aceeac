"""Audio files: the border where every codec's error becomes `BadInput`.

Reading happens in blocks and only inside the limited child (see `decode`); writing is of our own samples.
Samples are float32, frames first: (frames, channels).
"""

from __future__ import annotations

import hashlib
import os
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from fanlink.core.errors import BadInput

BLOCK = 1 << 16
RATES_HZ = (8_000, 192_000)
CHANNELS = 2
LONGEST_S = 15 * 60
LARGEST_BYTES = 1 << 30
MP3_RATES_HZ = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
MP3_KBPS_WRITTEN = 256
SILENCE_DB = -120.0
# An MP3 whose length is only counted in frames may decode to so much less: its first frames lack the bits of frames before.
MP3_UNSURE = 2 * 1_152
# The best and the least bit rate of MPEG 1, 2 and 2.5, by the slowest sample rate of each.
MP3_LIMITS_KBPS = {32_000: (320, 32), 16_000: (160, 8), 8_000: (64, 8)}

FORMATS = {
    ".wav": ("WAV", "PCM_24"),
    ".flac": ("FLAC", "PCM_24"),
    ".mp3": ("MP3", "MPEG_LAYER_III"),
}


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself, checked against the limits but not yet decoded."""

    container: str
    rate_hz: int
    channels: int
    frames: int


def sniff(path: Path) -> str:
    """The container by its first bytes: wav, aiff, flac, ogg or mp3; anything else is `BadInput`."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(12)
    except OSError as error:
        raise BadInput(f"cannot be read ({error.strerror})", where=path.name) from error
    if size == 0:
        raise BadInput("is empty (0 bytes)", where=path.name)
    if size > LARGEST_BYTES:
        raise BadInput(f"is larger than {LARGEST_BYTES >> 20} MiB", where=path.name)
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    if head[:4] == b"fLaC":
        return "flac"
    if head[:4] == b"OggS":
        return "ogg"
    if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 in (0xE2, 0xE4, 0xE6)):
        return "mp3"
    raise BadInput("is not audio that FanLink reads (WAV, AIFF, FLAC, OGG, MP3)", where=path.name)


def check_chunks(path: Path, container: str) -> None:
    """A WAV or AIFF whose audio chunk is longer than the file was cut off: the codec would not say so."""
    if container not in ("wav", "aiff"):
        return
    order, wanted = ("<", b"data") if container == "wav" else (">", b"SSND")
    size = path.stat().st_size
    with path.open("rb") as file:
        if file.read(4) == b"RF64":
            return
        position = 12
        while position + 8 <= size:
            file.seek(position)
            name, length = struct.unpack(f"{order}4sI", file.read(8))
            if name == wanted:
                if position + 8 + length > size and length != 0xFFFFFFFF:
                    raise BadInput("is cut off before its end", where=path.name)
                return
            position += 8 + length + length % 2


def read_header(path: Path) -> Header:
    """What the file says of itself; `BadInput` when it is outside the limits."""
    container = sniff(path)
    check_chunks(path, container)
    with _opened(path) as file:
        header = Header(container, file.samplerate, file.channels, file.frames)
    check_header(header, path.name)
    return header


def check_header(header: Header, name: str) -> None:
    """The limits on rate, channels and length."""
    if not RATES_HZ[0] <= header.rate_hz <= RATES_HZ[1]:
        raise BadInput(f"has a sample rate of {header.rate_hz} Hz; 8 to 192 kHz are read", where=name)
    if not 1 <= header.channels <= CHANNELS:
        raise BadInput(f"has {header.channels} channels; one or two are read", where=name)
    if header.frames == 0:
        raise BadInput("has no sound in it", where=name)
    if header.frames > LONGEST_S * header.rate_hz:
        raise BadInput(f"is {_clock(header.frames / header.rate_hz)} long; {LONGEST_S // 60} minutes are read", where=name)


def _clock(seconds: float) -> str:
    if seconds > 1e7:
        return "impossibly"
    return f"{seconds / 3600:.1f} hours" if seconds >= 3600 else f"{seconds / 60:.1f} minutes"


def read_blocks(path: Path, block: int = BLOCK, start: int = 0, frames: int | None = None) -> Iterator[np.ndarray]:
    """The samples of a file, (frames, channels) float32 in blocks, never more than its header announced.

    With `start` and `frames` only that excerpt. Refuses a file that ends early, holds samples that are not numbers, or goes on beyond the limit.
    """
    header = read_header(path)
    if frames is not None and start >= header.frames:
        return
    seen, wanted = 0, header.frames - start if frames is None else min(frames, header.frames - start)
    with _opened(path) as file:
        while True:
            try:
                if start and not seen:
                    _seek(file, start, header)
                samples = file.read(block if frames is None else min(block, wanted - seen), dtype="float32", always_2d=True)
            except (soundfile.LibsndfileError, RuntimeError) as error:
                raise BadInput("cannot be decoded", where=path.name) from error
            if not len(samples):
                break
            if not np.isfinite(samples).all():
                raise BadInput("has samples that are not numbers", where=path.name)
            seen += len(samples)
            if seen > LONGEST_S * header.rate_hz:
                raise BadInput(f"is longer than {LONGEST_S // 60} minutes", where=path.name)
            yield samples
    if seen == 0 and frames is None:
        raise BadInput("has no sound in it", where=path.name)
    if seen < wanted - (MP3_UNSURE if header.container == "mp3" else 0):
        raise BadInput("is cut off before its end", where=path.name)


class _Straight(soundfile.SoundFile):
    """A file that is read on from where it is: soundfile otherwise seeks after each read, and an MP3 decoder that seeks loses the bits of frames before."""

    def seekable(self) -> bool:
        return False


def _seek(file: soundfile.SoundFile, start: int, header: Header) -> None:
    """To a frame; in an MP3 from so far before it that the decoder has all bits by then."""
    before = min(start, header.rate_hz) if header.container == "mp3" else 0
    file.seek(start - before)
    if before:
        file.read(before, dtype="float32", always_2d=True)


@contextmanager
def _opened(path: Path) -> Iterator[soundfile.SoundFile]:
    try:
        file = _Straight(path)
    except (soundfile.LibsndfileError, RuntimeError, TypeError) as error:
        raise BadInput("cannot be decoded", where=path.name) from error
    with file:
        yield file


def format_of(path: Path) -> tuple[str, str]:
    """The (container, subtype) to write for a file name; `BadInput` for an ending that is not written."""
    try:
        return FORMATS[path.suffix.lower()]
    except KeyError:
        raise BadInput(f"cannot write {path.suffix or 'a file without an ending'}; use .flac, .wav or .mp3") from None


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A temporary neighbour of `path` that takes its name when all went well and leaves nothing otherwise."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem[:40]}.", suffix=path.suffix, dir=path.parent)
    except OSError as error:
        raise BadInput(f"cannot be written ({error.strerror})", where=str(path)) from error
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        try:
            os.replace(temporary, path)
        except OSError as error:
            raise BadInput(f"cannot be written ({error.strerror})", where=str(path)) from error
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


MP3_KBPS = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
}
MP3_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def mp3_bit_rates(path: Path) -> list[int]:
    """The bit rate, in kbit/s, of each frame of an MP3 file; empty when no frame is found."""
    data = path.read_bytes()
    position, rates = 0, []
    if data[:3] == b"ID3" and len(data) > 10:
        position = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
    while 0 <= (position := data.find(b"\xff", position)) < len(data) - 4:
        version, layer = data[position + 1] >> 3 & 3, data[position + 1] >> 1 & 3
        index, speed, padding = data[position + 2] >> 4, data[position + 2] >> 2 & 3, data[position + 2] >> 1 & 1
        if data[position + 1] < 0xE0 or version == 1 or layer != 1 or speed == 3 or index in (0, 15):
            position += 1
            continue
        kbps = MP3_KBPS[3 if version == 3 else 2][index]
        rates.append(kbps)
        position += (144_000 if version == 3 else 72_000) * kbps // MP3_RATES[version][speed] + padding
    return rates


def mp3_rate(rate_hz: int) -> int:
    """The rate of an MP3 of sound at this rate: the same where MP3 has it, else 48 kHz."""
    return rate_hz if rate_hz in MP3_RATES_HZ else MP3_RATES_HZ[-1]


def levels(path: Path) -> tuple[float, float]:
    """Loudness in LUFS and true peak in dBTP (EBU R 128) of a file that we wrote; silence has -120."""
    import pyebur128

    header = read_header(path)
    mode = pyebur128.MeasurementMode.MODE_I | pyebur128.MeasurementMode.MODE_TRUE_PEAK
    meter = pyebur128.R128State(header.channels, header.rate_hz, mode)
    for block in read_blocks(path):
        meter.add_frames(np.ascontiguousarray(block).reshape(-1), len(block))
    peak = max(pyebur128.get_true_peak(meter, channel) for channel in range(header.channels))
    return max(pyebur128.get_loudness_global(meter), SILENCE_DB), 20.0 * float(np.log10(max(peak, 1e-6)))


def mp3_level(kbps: float, rate_hz: int) -> float:
    """libsndfile's number for a bit rate, as near as the rate has it: 0 is the best that MPEG offers at that rate, 1 the least."""
    highest, lowest = next(limits for slowest, limits in MP3_LIMITS_KBPS.items() if rate_hz >= slowest)
    return min(0.99, max(0.0, (highest - kbps) / (highest - lowest)))


class Writer:
    """Writes blocks of float32 (frames, 2) as 24 bit, and knows the digest of what was written.

    The PCM digest is SHA-256 over `rate channels` as text and the 24-bit samples as little-endian int32,
    interleaved: the same for FLAC and WAV, and for an MP3 that of the samples before it was coded.
    """

    def __init__(
        self,
        path: Path,
        rate_hz: int,
        container: str,
        subtype: str,
        *,
        channels: int = 2,
        level: float | None = None,
        mode: str = "CONSTANT",
    ) -> None:
        options: dict[str, Any] = {}
        if container == "MP3":
            level = mp3_level(MP3_KBPS_WRITTEN, rate_hz) if level is None else level
            options = {"compression_level": level, "bitrate_mode": mode}
        elif level is not None:
            options = {"compression_level": level}
        self._file = soundfile.SoundFile(
            path, "w", samplerate=rate_hz, channels=channels, format=container, subtype=subtype, **options
        )
        self._hash = hashlib.sha256(f"{rate_hz} {channels}\n".encode())
        self.rate_hz, self.frames = rate_hz, 0

    def write(self, block: np.ndarray) -> None:
        """Append a block; what is beyond full scale is clipped."""
        pcm = to_24_bit(block)
        self._hash.update(pcm.astype("<i4", copy=False).tobytes())
        # libsndfile takes the upper 24 bits of 32: the very numbers that were hashed.
        self._file.write(pcm << 8)
        self.frames += len(block)

    def close(self) -> None:
        """Finish the file."""
        self._file.close()

    @property
    def digest(self) -> str:
        """The PCM digest of everything written so far."""
        return self._hash.hexdigest()


def to_24_bit(block: np.ndarray) -> np.ndarray:
    """Float samples as rounded 24-bit integers in int32."""
    scaled = np.rint(block.astype(np.float64) * (1 << 23))
    return np.clip(scaled, -(1 << 23), (1 << 23) - 1).astype(np.int32)


def pcm_digest(samples: np.ndarray, rate_hz: int) -> str:
    """The PCM digest (see `Writer`) of a whole array (frames, channels)."""
    digest = hashlib.sha256(f"{rate_hz} {samples.shape[1]}\n".encode())
    for start in range(0, len(samples), BLOCK):
        digest.update(to_24_bit(samples[start : start + BLOCK]).astype("<i4").tobytes())
    return digest.hexdigest()


def digest_of_file(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
