"""Anki's own sync server beside ours, on the same machine in the same minute, for whoever has its wheel in an environment of its own.

    python -m venv FOLDER && FOLDER/bin/python -m pip install anki
    make bench-sync ANKI=FOLDER/bin/python

Its server and its client run there, as processes of their own; FanLink neither imports nor needs any of it.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path

DRIVER = Path(__file__).with_name("anki_rows.py")
NAME, PASSWORD = "bench", "bench"
PATIENCE_S = 60.0


def measure(python: str, rows: int) -> dict[str, object]:
    """Rows a second of its changes and of its whole file; what keeps it from running, where it does not."""
    with tempfile.TemporaryDirectory(prefix="fanlink-anki-", ignore_cleanup_errors=True) as folder:
        port = _free_port()
        around = os.environ | {
            "SYNC_USER1": f"{NAME}:{PASSWORD}", "SYNC_BASE": f"{folder}/server", "SYNC_HOST": "127.0.0.1", "SYNC_PORT": str(port),
            "MAX_SYNC_PAYLOAD_MEGS": "1000",
        }  # fmt: skip
        try:
            server = subprocess.Popen(
                [python, "-m", "anki.syncserver"], env=around, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            return {"missing": str(error)}
        try:
            if not _answers(port, server):
                return {"missing": f"{python} -m anki.syncserver does not run"}
            words = [python, str(DRIVER), str(rows), f"http://127.0.0.1:{port}/", NAME, PASSWORD, folder]
            done = subprocess.run(words, capture_output=True, text=True, timeout=600)
            return json.loads(done.stdout) if done.returncode == 0 else {"missing": done.stderr.strip().rpartition("\n")[2]}
        finally:
            server.terminate()
            server.wait()


def _free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _answers(port: int, server: subprocess.Popen) -> bool:
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends and server.poll() is None:
        with closing(socket.socket()) as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.1)
    return False
