"""Whatever a model makes lands on the beat, at a level, with clean ends; or it is refused with a sentence."""

import numpy as np
import pytest
import soundfile

from fanlink.core.errors import BadInput
from fanlink.remix.generate import landing
from fanlink.remix.generate.engine import Wish
from fanlink.remix.loudness import Cells, integrated_lufs
from tests.remix.engine import songs
from tests.remix.generate.conftest import beats, wav

RATE_HZ = 44_100
WISH = Wish("pads", 8.0, 120.0, 4, "A minor", 1)


def landed(tmp_path, data, wish=WISH):
    made = tmp_path / "made"
    made.write_bytes(data)
    out = landing.land(made, wish, RATE_HZ, tmp_path / "layer.flac")
    samples, rate_hz = songs.read(out.path)
    assert RATE_HZ == rate_hz
    return out, samples


@pytest.mark.parametrize(("tempo_bpm", "lead_s"), [(120.0, 0.0), (117.0, 0.37), (126.0, 0.9), (60.5, 0.2)])
def test_a_beat_near_the_tempo_is_brought_onto_the_grid(tmp_path, tempo_bpm, lead_s):
    out, samples = landed(tmp_path, wav(beats(tempo_bpm, 9.0, lead_s)))
    heard = out.heard_bpm / (2.0 if tempo_bpm < 100 else 1.0)
    assert abs(heard / tempo_bpm - 1.0) < 0.005
    grid = np.arange(1, int(out.beats) - 1) * 0.5
    grid = grid[1::2] if tempo_bpm < 100 else grid
    off_ms = 1000.0 * (songs.onsets_s(samples[:, 0], RATE_HZ, grid) - grid)
    assert np.max(np.abs(off_ms)) < 12.0


def test_a_sound_without_a_beat_keeps_its_speed_and_begins_where_it_is_heard(tmp_path):
    rate_hz = 32_000
    tone = 0.2 * np.sin(2 * np.pi * 220.0 * np.arange(8 * rate_hz) / rate_hz)
    out, samples = landed(tmp_path, wav(np.concatenate([np.zeros(rate_hz), tone]).astype(np.float32)))
    assert out.heard_bpm is None
    spectrum = np.abs(np.fft.rfft(samples[:, 0] * np.hanning(len(samples)), 1 << 20))
    assert abs(np.argmax(spectrum) * RATE_HZ / (1 << 20) - 220.0) < 0.2
    assert np.max(np.abs(samples[: RATE_HZ // 20])) > 0.05


def lufs(samples):
    cells = Cells(RATE_HZ)
    cells.add(samples.astype(np.float32))
    return integrated_lufs(cells.finish()[0], RATE_HZ)


def test_it_is_as_long_as_whole_bars_and_as_loud_as_a_layer(tmp_path):
    noise = np.random.default_rng(1).normal(0, 0.01, int(7.4 * 32_000)).astype(np.float32)
    out, samples = landed(tmp_path, wav(noise))
    assert (12.0, 6_000, 6 * RATE_HZ) == (out.beats, out.length_ms, len(samples))
    assert abs(lufs(samples) - landing.LAYER_LUFS) < 0.3


def test_peaks_are_never_clipped_and_the_ends_are_soft(tmp_path):
    _, samples = landed(tmp_path, wav(beats()))
    assert np.max(np.abs(samples)) <= 10 ** (landing.PEAK_DBFS / 20) + 1e-6
    assert lufs(samples) < landing.LAYER_LUFS
    assert abs(samples[0]).max() < 1e-4 and abs(samples[-1]).max() < 1e-4


def test_less_than_a_bar_is_cut_to_whole_beats(tmp_path):
    out, samples = landed(tmp_path, wav(beats(seconds=1.3)))
    assert (2.0, RATE_HZ) == (out.beats, len(samples))


def test_the_same_sound_lands_as_the_same_samples(tmp_path):
    data = wav(beats(118.0, lead_s=0.2))
    assert landed(tmp_path, data)[0].pcm_digest == landed(tmp_path, data)[0].pcm_digest


@pytest.mark.parametrize(
    "data",
    [
        b"", b"<html>no</html>", wav(beats())[:20_000], wav(np.zeros(64_000, np.float32)), wav(np.full(64_000, np.nan, np.float32)),
        wav(beats(seconds=0.3)), wav(np.zeros((32_000, 3), np.float32)),
    ],
    ids=["empty", "html", "cut", "silent", "nan", "short", "three channels"],
)  # fmt: skip
def test_what_is_no_sound_is_refused_and_leaves_nothing(tmp_path, data):
    with pytest.raises(BadInput):
        landed(tmp_path, data)
    assert ["made"] == [path.name for path in tmp_path.iterdir()]


def test_more_than_was_asked_for_is_cut(tmp_path):
    out, _ = landed(tmp_path, wav(beats(seconds=40.0)))
    assert 16.0 == out.beats


def test_a_flac_of_eleven_hours_is_refused(tmp_path):
    path = tmp_path / "long.flac"
    with soundfile.SoundFile(path, "w", 8_000, 1, format="FLAC") as file:
        for _ in range(17):
            file.write(np.zeros(60 * 8_000, np.float32))
    with pytest.raises(BadInput, match="minutes"):
        landed(tmp_path, path.read_bytes())
