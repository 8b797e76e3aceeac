"""The same seed has the same digest on any machine: whatever the hash seed, the folder, the home, the zone and the language."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[2]
WORDS = [sys.executable, "-m", "fanlink", "simulate", "--seed", "5", "--steps", "120", "--clients", "10", "--once", "--json"]


def told(folder, **environment):
    home = folder / "home"
    home.mkdir(parents=True)
    around = os.environ | {"PYTHONPATH": str(SOURCE), "HOME": str(home)} | environment
    done = subprocess.run(WORDS, capture_output=True, text=True, timeout=240, cwd=folder, env=around)
    assert 0 == done.returncode, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_another_computer_gives_the_same_digest(tmp_path):
    here = told(tmp_path / "here", PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C")
    there = told(
        tmp_path / "somewhere else", PYTHONHASHSEED="424242", TZ="Pacific/Auckland", LC_ALL="C.UTF-8", TMPDIR=str(tmp_path),
        PYTHONOPTIMIZE="0", XDG_DATA_HOME=str(tmp_path / "data"),
    )
    assert (here["digest"], here["faults"]) == (there["digest"], there["faults"])
