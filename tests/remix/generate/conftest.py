"""A small song, prompts that allow more or less, a tiny model, and a service on this computer."""

import importlib.util
import io
import os
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import loads

import numpy as np
import pytest
import soundfile

from fanlink.remix import tracks
from tests.house.source import ROOT
from tests.remix.engine import songs
from tests.remix.generate import tiny


@pytest.fixture(scope="session")
def song_folder(tmp_path_factory):
    return songs.whole_song(tmp_path_factory.mktemp("songs") / "song")


@pytest.fixture(scope="session")
def song(song_folder):
    return tracks.load(song_folder)


@pytest.fixture
def prompt(tmp_path):
    """Writes a prompt file that allows these uses, and more guard rails as TOML lines."""

    def write(*uses, more=""):
        path = tmp_path / "prompt.toml"
        path.write_text(f'title = "Night"\nwords = "at night"\n[guard_rails]\nuses_allowed = {list(uses)}\n{more}\n')
        return path

    return write


def built(folder, family, *needed):
    """A tiny model of a family in a folder, made in a process of its own; skips where its libraries are not there."""
    if not all(importlib.util.find_spec(name) for name in needed):
        pytest.skip('the extra `gen` is not installed: pip install -e ".[gen]"')
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    words = [sys.executable, "-W", "ignore", "-m", "tests.remix.generate.tiny", family, str(folder)]
    done = subprocess.run(words, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert 0 == done.returncode, done.stderr
    return folder


@pytest.fixture(scope="session")
def built_model(tmp_path_factory):
    return built(tmp_path_factory.mktemp("models") / "tiny", "musicgen", "torch", "transformers")


@pytest.fixture(scope="session")
def ace_step(tmp_path_factory):
    folder = built(tmp_path_factory.mktemp("models") / "tiny-ace", "acestep", "torch", "transformers", "diffusers")
    tiny.card(folder, "mit")
    return folder


@pytest.fixture
def model(built_model, tmp_path):
    """The tiny MusicGen's folder with a card of its own."""
    folder = shutil.copytree(built_model, tmp_path / "tiny")
    tiny.card(folder, "apache-2.0")
    return folder


def beats(tempo_bpm=120.0, seconds=8.0, lead_s=0.0, rate_hz=32_000):
    """A kick on every beat after a lead-in of silence, the first of a bar lower and louder."""
    out = np.zeros(int(seconds * rate_hz))
    time = np.arange(int(0.18 * rate_hz)) / rate_hz
    noise = np.random.default_rng(5).standard_normal(len(time)) * np.exp(-time * 60.0) * 0.3
    low = np.sin(2 * np.pi * 65.0 * time) * np.exp(-time * 18.0) * 0.6
    for number, second in enumerate(np.arange(lead_s, seconds - 0.2, 60.0 / tempo_bpm)):
        at = round(second * rate_hz)
        out[at : at + len(time)] += noise + (low if number % 4 == 0 else 0.0)
    return out.astype(np.float32)


def wav(samples, rate_hz=32_000):
    out = io.BytesIO()
    soundfile.write(out, samples, rate_hz, format="WAV", subtype="FLOAT")
    return out.getvalue()


class Service:
    """A real HTTP server. `answer` is (status, headers, body); `hold` keeps every answer back until it is set."""

    def __init__(self):
        self.answer = (200, {"content-type": "audio/wav"}, wav(beats()))
        self.asked, self.headers = [], []
        self.hold: threading.Event | None = None
        self.came, self.gone = threading.Event(), threading.Event()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):  # noqa: N802
                service.asked.append(loads(self.rfile.read(int(self.headers["content-length"]))))
                service.headers.append(dict(self.headers))
                service.came.set()
                service.respond(self)

            def log_message(self, *_what):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}/v1/generate"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def respond(self, handler):
        if self.hold:
            # The end of the stream is how a server sees that its client has left.
            handler.connection.settimeout(20)
            if handler.connection.recv(1) == b"":
                self.gone.set()
            return
        status, headers, body = self.answer
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        try:
            handler.wfile.write(body)
        except OSError:
            self.gone.set()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def service():
    made = Service()
    yield made
    made.close()
