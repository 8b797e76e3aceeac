"""How soon the desktop is there: seconds from `fanlink desktop` to a painted window, and how quickly waveforms are drawn.

Run with `python -m tests.bench.bench_start [RUNS]`. The first start warms the system's cache and is not counted.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 5
GOAL_START_S, GOAL_WAVE_MS = 1.0, 2.0
RATE_HZ = 48_000
# What the command runs, ended after the first paint; it says what the clock shows then.
START = """
import json, sys, time
from pathlib import Path
from fanlink.desktop.app import App
app = App(Path(sys.argv[1]), lambda home: None)
app.window.show()
app.qt.processEvents()
print(json.dumps({"painted": time.time(), "processor_s": time.process_time()}))
sys.stdout.flush()
import os
os._exit(0)
"""


def started(home: Path) -> tuple[float, float]:
    """Seconds from the start of the process to a painted window: by the wall, and of the processor."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "FANLINK_TOKEN_STORE": "memory", "XDG_CONFIG_HOME": str(home)}
    began = time.time()
    done = subprocess.run([sys.executable, "-c", START, str(home)], capture_output=True, text=True, check=True, env=environment)
    told = json.loads(done.stdout)
    return told["painted"] - began, told["processor_s"]


def waveforms() -> list[float]:
    """Milliseconds for a waveform of ten minutes at sixty zooms."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    import numpy as np
    from PySide6.QtGui import QPixmap
    from PySide6.QtWidgets import QApplication

    from fanlink.desktop.peaks import peaks_of
    from fanlink.desktop.widgets.waveform import Waveform

    keep = QApplication.instance() or QApplication([])
    noise = np.random.default_rng(3).integers(-20_000, 20_000, (RATE_HZ * 600, 2), dtype=np.int16)
    wave = Waveform()
    wave.resize(900, 80)
    wave.set_peaks(peaks_of(noise, RATE_HZ))
    picture, spent = QPixmap(wave.size()), []
    for step in range(60):
        wave.set_view(0.0, 1.0 - step / 70)
        began = time.perf_counter()
        wave.render(picture)
        spent.append((time.perf_counter() - began) * 1000)
    del wave, keep
    return spent


def said(name: str, numbers: list[float], unit: str, goal: float) -> str:
    return f"{name}: min {min(numbers):.2f} {unit}, median {statistics.median(numbers):.2f} {unit} (goal {goal:g})"


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "desktop.json").write_text(json.dumps({"account_name": "Mara", "page": "home", "role": "fan", "welcomed": True}))
        started(home)
        spent = [started(home) for _run in range(runs)]
    print(said("window painted, by the wall", [wall for wall, _processor in spent], "s", GOAL_START_S))
    print(said("window painted, of the processor", [processor for _wall, processor in spent], "s", GOAL_START_S))
    print(said("waveform of ten minutes", waveforms(), "ms", GOAL_WAVE_MS))
    print(f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
