import shutil
import tempfile
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")


@pytest.fixture
def folder(tmp_path):
    """An empty folder, in memory where there is one: these proofs make their own disk, or end processes and not the power."""
    made = Path(tempfile.mkdtemp(prefix="fanlink-faults-", dir=MEMORY)) if MEMORY.is_dir() else tmp_path
    yield made
    if made != tmp_path:
        shutil.rmtree(made, ignore_errors=True)
