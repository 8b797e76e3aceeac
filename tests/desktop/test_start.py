"""The window is there at once: little is imported before the first paint. How soon is measured by `tests/bench/bench_start.py`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("numpy", "scipy", "soundfile", "httpx", "sqlite_utils", "keyring", "pyqtgraph", "PySide6.QtMultimedia", "pydantic", "fanlink.client.session")
PROBE = """
import json, sys
from pathlib import Path
from fanlink.desktop.app import App
app = App(Path(sys.argv[1]), lambda home: None)
app.window.show()
app.qt.processEvents()
print(json.dumps({"visible": app.window.isVisible(), "modules": sorted(sys.modules)}))
"""


def run(*words: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "FANLINK_TOKEN_STORE": "memory", "XDG_CONFIG_HOME": str(home / "config"), **more}
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, timeout=120, env=environment)


@pytest.mark.parametrize("page", ["home", "discover", "remixes", "challenges", "library"])
def test_nothing_heavy_is_imported_before_the_first_paint(tmp_path: Path, page: str) -> None:
    (tmp_path / "desktop.json").write_text(json.dumps({"account_name": "Mara", "page": page, "role": "fan", "welcomed": True}))
    done = run("-c", PROBE, str(tmp_path), home=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["visible"]
    assert [] == [name for name in HEAVY if name in told["modules"]]


def test_smoke_opens_the_real_window_and_takes_its_picture(tmp_path: Path) -> None:
    picture = tmp_path / "window.png"
    done = run("-m", "fanlink.desktop.cli", "desktop", "--home", str(tmp_path / "home"), "--smoke", str(picture), home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert picture.stat().st_size > 5_000


def test_without_a_display_it_says_what_to_do(tmp_path: Path) -> None:
    bare = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    words = [sys.executable, "-m", "fanlink.desktop.cli", "desktop", "--home", str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, env=bare)
    assert done.returncode == 3
    assert "no display" in done.stdout
