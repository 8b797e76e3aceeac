"""The same run on a Spark cluster: one task per report file, each with the code of the embedded engine.

The sheets go out once as a broadcast; what comes back is exact sums per version and currency, the faults, and the
unmatched lines as files beside the results, so driver and workers share a file system. `SPARK_MASTER` names the
cluster, otherwise this machine's cores are one. The results, and so their digest, are those of the embedded engine.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from fanlink.core.errors import BadInput, Unavailable
from fanlink.core.reports import BrokenReport, Fault
from fanlink.royalties import engine_embedded
from fanlink.royalties.matching import Sums, Versions
from fanlink.royalties.outputs import Unmatched

_BATCH_ROWS = 1 << 16
_Part = tuple[dict[tuple[int, str], int], int, BrokenReport | None]


def sum_lines(files: list[Path], read: Callable[[], Versions], unmatched: Unmatched) -> Sums:
    """The exact sums of all lines of all files; `BrokenReport` names every broken line. `Unavailable` without Java."""
    sums, versions = Sums(), read()
    if not files:
        return sums
    folder = unmatched.path.parent
    session = _session()
    try:
        context = session.sparkContext
        given = context.broadcast(versions)
        tasks = [(str(path.resolve()), str(folder.resolve() / f".part-{place}")) for place, path in enumerate(files)]
        parts = context.parallelize(tasks, len(tasks)).map(lambda task: _one_file(task, given.value)).collect()
    finally:
        session.stop()
    for (_, kept), (gross, lines, broken) in zip(tasks, parts, strict=True):
        sums.lines += lines
        if broken:
            sums.blame(broken.faults)
            sums.more_faults += broken.more
        for (number, currency), pico in gross.items():
            sums.add(number, currency, pico)
        for batch in pq.ParquetFile(kept).iter_batches(_BATCH_ROWS):
            unmatched.add_batch(batch)
        os.remove(kept)
    return sums


def _one_file(task: tuple[str, str], versions: Versions) -> _Part:
    path, kept = task
    unmatched = Unmatched(Path(kept))
    try:
        sums = engine_embedded.sum_lines([Path(path)], lambda: versions, unmatched)
        return sums.gross_pico, sums.lines, None
    except BrokenReport as broken:
        return {}, 0, broken
    except BadInput as error:
        return {}, 0, BrokenReport([Fault(error.where, error.line, error.column, error.sentence)])
    finally:
        unmatched.close()


def _session() -> Any:
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        builder = SparkSession.builder.appName("fanlink-royalties").config("spark.ui.enabled", "false")
        return builder.master(os.environ.get("SPARK_MASTER", "local[*]")).getOrCreate()
    except (PySparkException, OSError) as error:
        raise Unavailable(f"Spark does not start; is Java 17 installed? {error}") from error
