"""Hostile audio neither kills nor stalls nor escapes: many damaged files, made from a seed, through the decoder child."""

import os
import random
import struct

import pytest
import soundfile

from fanlink.core.errors import BadInput
from fanlink.remix import decode
from tests.remix.engine import songs

CASES = int(os.environ.get("FANLINK_HOSTILE_CASES", "20000"))
BATCH = 400
LARGE = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF)


def damaged(data: bytes, chance: random.Random) -> bytes:
    """One of the ways in which files are wrong: bits, lengths, cuts, repeats, tails of another file."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 40))):
        where = chance.randrange(chance.choice((64, 64, 512, len(out))) % len(out) or len(out))
        way = chance.randrange(5)
        if way == 0:
            out[where] ^= 1 << chance.randrange(8)
        elif way == 1:
            out[where : where + 4] = struct.pack(chance.choice("<>") + "I", chance.choice(LARGE))
        elif way == 2:
            del out[where : where + chance.randrange(1, 64)]
        elif way == 3:
            out[where:where] = out[where : where + chance.randrange(1, 256)]
        else:
            out[where] = chance.randrange(256)
        if len(out) < 16:
            break
    return bytes(out[: chance.randrange(1, len(out) + 1)] if chance.random() < 0.2 else out)


def examine_damaged(folder, chance, cases):
    """Sends so many damaged files through the decoder child; each is refused or read. Gives how many were refused."""
    seeds = {}
    for suffix, options in (("wav", {}), ("wav", {"subtype": "FLOAT"}), ("flac", {}), ("ogg", {}), ("mp3", {}), ("aiff", {})):
        path = folder / f"seed{len(seeds)}.{suffix}"
        soundfile.write(path, songs.melody()[11_025:14_000], 22_050, **options)
        seeds[path.name] = path.read_bytes()
    refused = read = 0
    for first in range(0, cases, BATCH):
        paths = []
        for number in range(first, min(first + BATCH, cases)):
            name = chance.choice(list(seeds))
            paths.append(folder / f"{number}-{name}")
            paths[-1].write_bytes(damaged(seeds[name], chance))
        found = decode.examine(paths, whole=True)
        refused += sum(isinstance(each, BadInput) for each in found)
        read += sum(isinstance(each, decode.Sound) for each in found)
        for path in paths:
            path.unlink()
    assert cases == refused + read
    return refused


@pytest.mark.proof
@pytest.mark.timeout(1500)
def test_damaged_files_never_kill_stall_or_escape(tmp_path):
    assert examine_damaged(tmp_path, random.Random(20_261_122), CASES) > CASES // 10
