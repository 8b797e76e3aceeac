from __future__ import annotations

from random import Random

import apsw

from tests.faults.lossy_disk import Disk, File, LossyVfs


def test_a_database_on_it_is_a_database_like_any_other():
    disk = Disk()
    vfs = LossyVfs(disk)
    connection = apsw.Connection("some.db", vfs=vfs.name)
    for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    connection.execute("CREATE TABLE notes (word TEXT)")
    connection.executemany("INSERT INTO notes VALUES (?)", [("one",), ("two",)])
    assert [("one",), ("two",)] == connection.execute("SELECT word FROM notes").fetchall()
    assert "wal" == connection.execute("PRAGMA journal_mode").fetchone()[0]
    connection.close()


def test_what_was_synced_is_there_after_every_power_cut_and_the_rest_in_any_part():
    file = File()
    file.write(0, b"a" * 2000)
    file.sync()
    file.write(500, b"b" * 2000)
    file.write(2500, b"c" * 10)
    left = {file.after_a_power_cut(Random(seed)) for seed in range(200)}
    assert b"a" * 2000 in left
    assert bytes(file.now) in left
    assert len(left) > 4
    assert all(one[:500] == b"a" * 500 for one in left)


def test_a_disk_that_lies_keeps_nothing():
    disk = Disk(lying=True)
    file = disk.put("some", b"old")
    file.write(0, b"new")
    disk.sync(file)
    assert b"old" in {disk.image(Random(seed))["some"] for seed in range(20)}
