"""The demo's own server: the real `fanlink serve`, as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fanlink.core.errors import Unavailable

STOP_WITHIN_S = 20.0


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """Starts a server on a free loopback port, gives its address, and stops it in the end, also when this process is killed."""
    with (home.parent / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "fanlink", "serve", "--home", str(home), "--port", "0", "--until-input-ends"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                said = Path(log.name).read_text("utf-8", "replace").strip().splitlines()
                raise Unavailable("the demo's server did not start" + (f": {said[-1]}" if said else ""))
            yield json.loads(line)["url"]
        finally:
            process.terminate()
            try:
                process.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
