"""A preview sounds at once and sounds like the render."""

import numpy as np
import pytest
import soundfile

from fanlink.core.errors import BadInput
from fanlink.core.recipes import Layer, Section, StemUse
from fanlink.remix import preview, render, tracks
from tests.remix.engine import songs


def whole(blocks):
    return np.concatenate(list(blocks))


def test_a_preview_with_nothing_cached_is_on_the_beat_from_excerpt_to_whole(song, tmp_path):
    recipe = songs.recipe(song, tempo_bpm=126.0, sections=(Section("verse", 2, 6),), stems={"drums": StemUse()})
    heard = whole(preview.preview(recipe, song, cache=tmp_path))
    grid = np.arange(1, 24) * 60.0 / 126.0
    assert np.max(np.abs(songs.onsets_s(heard[:, 0], song.rate_hz, grid) - grid)) < 0.008
    assert np.max(np.abs(heard)) <= 10 ** (-1.0 / 20)


def test_a_preview_may_begin_anywhere(song, cache):
    recipe = songs.recipe(song)
    later = whole(preview.preview(recipe, song, cache=cache, start_beat=8.0))
    all_of_it = whole(preview.preview(recipe, song, cache=cache))
    at = 4 * 44_100
    assert abs(len(all_of_it) - at - len(later)) < 2
    assert np.corrcoef(all_of_it[at + 50_000 : at + 200_000, 0], later[50_000:200_000, 0])[0, 1] > 0.99


def test_a_closed_preview_leaves_no_work_behind(song, tmp_path):
    blocks = preview.preview(songs.recipe(song, tempo_bpm=90.0), song, cache=tmp_path)
    next(blocks)
    blocks.close()
    assert [] == list(tmp_path.rglob("*.part"))


def test_a_preview_of_the_same_stems_is_as_loud_as_the_render(song, tmp_path):
    recipe = songs.recipe(song)
    rendered = render.render(recipe, song, tmp_path / "out.wav", cache=tmp_path)
    heard = whole(preview.preview(recipe, song, cache=tmp_path))
    samples, _ = songs.read(tmp_path / "out.wav")
    assert pytest.approx(-14.0, abs=0.1) == rendered.loudness_lufs
    assert abs(20 * np.log10(np.std(heard) / np.std(samples))) < 1.0


def test_the_first_bars_sound_though_the_rest_of_the_track_is_not_decoded_yet(tmp_path):
    """A stem that is cut off after its first seconds: only who waits for the whole of it is told."""
    folder = songs.write_track(tmp_path / "song", {"bass": (songs.tone(110.0), songs.RATE_HZ)})
    long = np.concatenate([songs.tone(110.0), 0.1 * np.random.default_rng(1).standard_normal(40 * songs.RATE_HZ)])
    soundfile.write(folder / "bass.flac", long, songs.RATE_HZ, subtype="PCM_24")
    whole = (folder / "bass.flac").read_bytes()
    (folder / "bass.flac").write_bytes(whole[: len(whole) // 2])
    (folder / "track.toml").write_text((folder / "track.toml").read_text().replace("bass.wav", "bass.flac"))
    track = tracks.load(folder)
    layers = (Layer("b", "bass", "round", "root"),)
    recipe = songs.recipe(track, tempo_bpm=126.0, layers=layers, sections=(Section("verse", 1, 20, layers=("b",)),))
    blocks = preview.preview(recipe, track, cache=tmp_path / "cache")
    assert np.max(np.abs(next(blocks))) > 0.01
    with pytest.raises(BadInput):
        list(blocks)


def test_a_layer_plays_the_same_chords_in_a_preview_as_in_the_render(song, tmp_path):
    recipe = songs.recipe(song, stems={"drums": StemUse(-20.0)}, layers=(Layer("p", "pad", "warm", "sustain"),), sections=(Section("verse", 1, 8, layers=("p",)),))
    heard = whole(preview.preview(recipe, song, cache=tmp_path / "fresh"))
    render.render(recipe, song, tmp_path / "out.wav", cache=tmp_path / "cache")
    samples, _ = songs.read(tmp_path / "out.wav")
    frames = min(len(heard), len(samples))
    assert np.corrcoef(heard[:frames, 0], samples[:frames, 0])[0, 1] > 0.98
