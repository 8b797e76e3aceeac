"""How fast a remix renders, how much memory it takes, and what other stretchers need for the same stem.

A song of 180 s with four stems, tempo x1.12, two semitones up, effects on every stem, three layers, edits, master.
Run with `python -m tests.bench.bench_remix [SECONDS]`.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import psutil
import soundfile

from fanlink.core.recipes import Edit, Effect, Layer, Master, Recipe, Section, StemUse
from fanlink.remix import preview, render, tracks

RATE_HZ = 44_100
TEMPO_BPM = 120.0
FACTOR, SEMITONES = 1.12, 2
GOAL_TIMES, GOAL_MB = 12.0, 1_000


def song(folder: Path, seconds: int) -> Path:
    """Four stereo stems that sound all the time."""
    time_s = np.arange(seconds * RATE_HZ) / RATE_HZ
    beat = (time_s * TEMPO_BPM / 60.0) % 1.0
    noise = np.random.default_rng(1).standard_normal((len(time_s), 2))
    notes = 220.0 * 2.0 ** (np.array([0, 3, 7, 10])[(time_s * TEMPO_BPM / 60.0).astype(int) % 4] / 12.0)
    phase = 2 * np.pi * np.cumsum(notes) / RATE_HZ
    stems = {
        "drums": noise * (np.exp(-beat * 14.0) * 0.3)[:, None],
        "bass": np.sin(phase / 4)[:, None] * [[0.3, 0.3]],
        "vocals": (sum(np.sin(phase * n) / n for n in range(1, 6)) * 0.15)[:, None] * [[1.0, 0.9]],
        "keys": (sum(np.sin(phase * ratio) for ratio in (1.0, 1.2, 1.5)) * 0.1)[:, None] * [[0.8, 1.0]] + 0.001 * noise,
    }
    lines = ['title = "Bench"', 'artist = "Nobody"', f"tempo_bpm = {TEMPO_BPM}", "first_beat_ms = 0", 'key = "A minor"', "[stems]"]
    for name, samples in stems.items():
        soundfile.write(folder / f"{name}.flac", samples, RATE_HZ, subtype="PCM_24")
        lines.append(f'{name} = "{name}.flac"')
    (folder / "track.toml").write_text("\n".join(lines))
    return folder


def recipe(track: tracks.Track) -> Recipe:
    """The full chain over all bars."""
    bars = track.facts.bars
    half = bars // 2
    stems = {
        "drums": StemUse(-2.0, 0.0, (Effect("compressor"), Effect("saturation"))),
        "bass": StemUse(-2.0, 0.0, (Effect("sidechain"),)),
        "vocals": StemUse(0.0, 0.0, (Effect("compressor"), Effect("echo"), Effect("reverb"))),
        "keys": StemUse(-4.0, 0.1, (Effect("highpass"), Effect("chorus"))),
    }
    layers = (Layer("d", "drums", "lofi", "boom-bap"), Layer("p", "pad", "warm", "sustain", -8.0), Layer("v", "texture", "vinyl", "constant", -14.0))
    sections = (
        Section("verse", 1, half, layers=("d", "v"), edits=(Edit("stutter", half * 4 - 4, 4), Edit("riser", half * 4 - 16, 16))),
        Section("chorus", half + 1, bars - half, layers=("d", "p", "v"), edits=(Edit("fade_out", (bars - half) * 4 - 16, 16),)),
    )
    return Recipe(
        "fanlink-1", 1, track.facts.digest, "", {}, "", TEMPO_BPM * FACTOR, SEMITONES, 0.2, stems, layers, sections,
        Master((Effect("tape"),)),
    )  # fmt: skip


class Memory:
    """The largest sum of the proportional memory of this process and its children."""

    def __init__(self) -> None:
        self.largest_mb, self._done = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._done.wait(0.1):
            total = 0
            for process in (me, *me.children(recursive=True)):
                try:
                    total += process.memory_full_info().pss
                except (psutil.Error, OSError):
                    continue
            self.largest_mb = max(self.largest_mb, total / 1e6)

    def stop(self) -> float:
        self._done.set()
        self._thread.join()
        return self.largest_mb


def processor_s() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def timed(what: str, work) -> None:
    began, used = time.monotonic(), processor_s()
    memory = Memory()
    length_s = work()
    wall_s, cpu_s, most_mb = time.monotonic() - began, processor_s() - used, memory.stop()
    print(f"{what:34} {wall_s:7.2f} s {length_s / wall_s:7.1f}x {cpu_s:7.2f} s {most_mb:7.0f} MB", flush=True)


def others(stem: Path, folder: Path) -> None:
    """The same stretch of one stem by the programs of Debian, where they are installed."""
    wav, out = folder / "stem.wav", folder / "other.wav"
    samples, rate_hz = soundfile.read(stem, dtype="float32")
    soundfile.write(wav, samples, rate_hz, subtype="PCM_24")
    commands = {
        "sox": ["sox", str(wav), str(out), "tempo", "-m", str(FACTOR), "pitch", str(SEMITONES * 100)],
        "rubberband": ["rubberband", "-q", "-T", str(FACTOR), "-p", str(SEMITONES), str(wav), str(out)],
    }
    for name, command in commands.items():
        if not shutil.which(name):
            print(f"{'one stem by ' + name:34} is not installed")
            continue

        def run(command=command) -> float:
            subprocess.run(command, check=True, capture_output=True)
            return len(samples) / rate_hz

        timed(f"one stem by {name}", run)


def main(seconds: int = 180) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        track = tracks.load(song(folder, seconds))
        made, cache = recipe(track), folder / "cache"
        print(f"{seconds} s, 4 stems, x{FACTOR}, +{SEMITONES} semitones; goal {GOAL_TIMES:g}x, {GOAL_MB} MB")
        print(f"{'':34} {'wall':>9} {'of song':>8} {'processor':>9} {'memory':>10}")

        def full() -> float:
            render.render(made, track, folder / "out.flac", cache=cache)
            return seconds

        timed("whole render, nothing cached", full)
        timed("again, stems cached", full)

        def first_bar() -> float:
            next(iter(preview.preview(made, track, cache=folder / "fresh")))
            return 1.0

        timed("first block of a fresh preview", first_bar)

        def one_stem() -> float:
            render.render(made, track, folder / "stem.wav", cache=folder / "one", stem="vocals", dry=True)
            return seconds

        timed("one stem by fanlink", one_stem)
        others(track.files["vocals"], folder)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
