"""A render is on the beat, in key, as loud as promised, free of clicks, and the same every time."""

import time
from dataclasses import replace

import numpy as np
import pyebur128
import pytest

from fanlink.core.errors import BadInput, Stopped
from fanlink.core.recipes import Edit, Effect, Layer, Master, Section, StemChange, StemUse
from fanlink.remix import files, instruments, mix, render, tracks
from tests.remix.engine import songs


def rendered(recipe, track, out, cache, **more):
    return render.render(recipe, track, out, cache=cache, **more)


@pytest.mark.parametrize(("tempo_bpm", "shift"), [(120.0, 0), (134.4, 2), (98.0, -3), (70.0, 0)])
def test_every_beat_is_within_8_ms_of_the_grid(song, cache, tmp_path, tempo_bpm, shift):
    recipe = songs.recipe(song, tempo_bpm=tempo_bpm, key_shift_semitones=shift)
    rendered(recipe, song, tmp_path / "drums.wav", cache, stem="drums", dry=True)
    samples, rate_hz = songs.read(tmp_path / "drums.wav")
    grid = np.arange(1, song.facts.bars * 4) * 60.0 / tempo_bpm
    off_ms = 1000.0 * (songs.onsets_s(samples[:, 0], rate_hz, grid) - grid)
    assert np.max(np.abs(off_ms)) < 8.0
    slope = np.polyfit(np.arange(len(grid)), grid + off_ms / 1000.0, 1)[0]
    assert abs(60.0 / slope / tempo_bpm - 1.0) < 0.005


@pytest.mark.parametrize(("factor", "shift"), [(1.12, 2), (0.8, -3), (1.0, 5)])
def test_the_key_is_shifted_as_asked(song, cache, tmp_path, factor, shift):
    recipe = songs.recipe(song, tempo_bpm=songs.TEMPO_BPM * factor, key_shift_semitones=shift)
    rendered(recipe, song, tmp_path / "bass.wav", cache, stem="bass", dry=True)
    samples, rate_hz = songs.read(tmp_path / "bass.wav")
    part = samples[rate_hz : 5 * rate_hz, 0]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 20))
    hertz = np.argmax(spectrum) * rate_hz / (1 << 20)
    assert abs(1200 * np.log2(hertz / (110.0 * 2 ** (shift / 12)))) < 2


def test_a_stem_that_does_not_follow_the_key_keeps_its_pitch(song, cache, tmp_path):
    stems = {"bass": StemUse(follows_key=False), "drums": StemUse()}
    rendered(songs.recipe(song, key_shift_semitones=4, stems=stems), song, tmp_path / "bass.wav", cache, stem="bass", dry=True)
    samples, rate_hz = songs.read(tmp_path / "bass.wav")
    source, _ = songs.read(song.files["bass"])
    start = round(songs.FIRST_BEAT_MS * rate_hz / 1000)
    assert np.max(np.abs(samples[2_000:200_000, 0] - source[start + 2_000 : start + 200_000, 0])) < 2**-22


def test_at_unchanged_tempo_and_key_a_stem_is_the_stem_itself(song, cache, tmp_path):
    rendered(songs.recipe(song), song, tmp_path / "vocals.wav", cache, stem="vocals", dry=True)
    samples, rate_hz = songs.read(tmp_path / "vocals.wav")
    source, _ = songs.read(song.files["vocals"])
    start = round(songs.FIRST_BEAT_MS * rate_hz / 1000)
    inside = slice(1_000, len(samples) - 5_000)
    assert np.array_equal(samples[inside], source[start : start + len(samples)][inside])


def test_loudness_and_true_peak_are_met(song, cache, tmp_path):
    rendered(songs.recipe(song, tempo_bpm=130.0), song, tmp_path / "mix.flac", cache)
    samples, rate_hz = songs.read(tmp_path / "mix.flac")
    modes = pyebur128.MeasurementMode.MODE_I | pyebur128.MeasurementMode.MODE_TRUE_PEAK
    state = pyebur128.R128State(2, rate_hz, modes)
    state.add_frames(samples.ravel(), len(samples))
    assert abs(pyebur128.get_loudness_global(state) + 14.0) < 0.3
    peak = max(pyebur128.get_true_peak(state, side) for side in (0, 1))
    assert 20 * np.log10(peak) <= -1.0


EDITS = [
    ("stutter", {}), ("repeat", {"note_beats": 1.0}), ("reverse", {}), ("gate", {}), ("mute", {}), ("fade_in", {}), ("fade_out", {}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "settings"), EDITS)
def test_no_edit_clicks(tmp_path, cache, name, settings):
    folder = songs.write_track(tmp_path / "tone", {"tone": (songs.tone(331.0), songs.RATE_HZ)})
    track = tracks.load(folder)
    edits = (Edit(name, 4.0, 4.0, ("tone",), settings), Edit(name, 13.0, 2.0, (), settings))
    sections = (Section("verse", 2, 4, edits=edits), Section("chorus", 1, 3, loop_bars=1, stems={"tone": StemChange(gain_db=-6)}))
    rendered(songs.recipe(track, sections=sections), track, tmp_path / "out.wav", cache, stem="tone")
    samples, rate_hz = songs.read(tmp_path / "out.wav")
    # A click is a jump: far above the slope that the tone itself has.
    own_slope = 0.25 * 2 * np.pi * 331.0 / rate_hz
    assert np.max(np.abs(np.diff(samples[:, 0]))) < 1.6 * own_slope
    assert np.max(np.abs(samples[:, 0])) < 0.25 * 1.45


def test_sections_play_the_bars_they_name(song, cache, tmp_path):
    sections = (Section("verse", 5, 2), Section("chorus", 1, 1), Section("outro", 3, 2, loop_bars=1))
    rendered(songs.recipe(song, sections=sections), song, tmp_path / "out.wav", cache, stem="vocals", dry=True)
    samples, rate_hz = songs.read(tmp_path / "out.wav")
    source, _ = songs.read(song.files["vocals"])
    bar = 2 * rate_hz
    for at, source_bar in enumerate((5, 6, 1, 3, 3)):
        start = round(songs.FIRST_BEAT_MS * rate_hz / 1000) + (source_bar - 1) * bar
        inside = slice(600, bar - 1_500)
        assert np.allclose(samples[at * bar : (at + 1) * bar][inside], source[start : start + bar][inside], atol=2e-7)


def test_a_muted_stem_is_silent_and_comes_back_whole(song, cache, tmp_path):
    sections = (Section("intro", 1, 2, stems={"drums": StemChange(mute=True)}), Section("verse", 3, 2))
    rendered(songs.recipe(song, sections=sections), song, tmp_path / "out.wav", cache, stem="drums")
    samples, rate_hz = songs.read(tmp_path / "out.wav")
    assert np.max(np.abs(samples[: 4 * rate_hz - 600])) == 0.0
    source, _ = songs.read(song.files["drums"])
    start = round(songs.FIRST_BEAT_MS * rate_hz / 1000) + 4 * rate_hz
    assert np.allclose(samples[4 * rate_hz : 5 * rate_hz, 0], source[start : start + rate_hz, 0], atol=2e-7)


def test_stems_of_other_rates_lengths_and_channels_play_together(tmp_path, cache):
    stems = {
        "drums": (songs.drums(22_050), 22_050),
        "bass": (songs.tone(110.0, 48_000, 6.0), 48_000),
        "vocals": (songs.melody(32_000), 32_000),
    }
    track = tracks.load(songs.write_track(tmp_path / "odd", stems))
    result = rendered(songs.recipe(track), track, tmp_path / "out.flac", cache)
    assert 48_000 == result.rate_hz
    rendered(songs.recipe(track), track, tmp_path / "drums.wav", cache, stem="drums", dry=True)
    samples, rate_hz = songs.read(tmp_path / "drums.wav")
    grid = np.arange(1, 30) * songs.BEAT_S
    assert np.max(np.abs(songs.onsets_s(samples[:, 0], rate_hz, grid) - grid)) < 0.004
    assert np.array_equal(samples[:, 0], samples[:, 1])


def full_recipe(song):
    layers = (Layer("d", "drums", "lofi", "boom-bap"), Layer("b", "bass", "round", "root", -6.0))
    stems = {
        "vocals": StemUse(effects=(Effect("echo"), Effect("reverb", {"decay_s": 0.8}))),
        "bass": StemUse(-3.0, 0.2, (Effect("sidechain"),)),
    }
    sections = (
        Section("intro", 1, 2, stems={"vocals": StemChange(effects=(Effect("lowpass", {"cutoff_hz": 300, "to_hz": 8000}),))}),
        Section("chorus", 3, 4, layers=("d", "b"), edits=(Edit("stutter", 12, 4), Edit("riser", 8, 8), Edit("drop", 0, 4))),
    )
    return songs.recipe(song, tempo_bpm=126.0, stems=stems, layers=layers, sections=sections, master=Master((Effect("width"),)))


def test_the_same_recipe_gives_the_same_samples_whatever_was_cached(song, cache, tmp_path):
    first = rendered(full_recipe(song), song, tmp_path / "1.flac", cache)
    second = rendered(full_recipe(song), song, tmp_path / "2.wav", tmp_path / "empty")
    assert first.pcm_digest == second.pcm_digest
    assert files.pcm_digest(songs.read(tmp_path / "1.flac")[0], first.rate_hz) == first.pcm_digest


def test_the_size_of_blocks_does_not_change_the_sound(song, cache, tmp_path, monkeypatch):
    first = rendered(full_recipe(song), song, tmp_path / "1.flac", cache)
    monkeypatch.setattr(mix, "BLOCK", 5_000)
    rendered(full_recipe(song), song, tmp_path / "2.flac", cache)
    one, two = songs.read(tmp_path / "1.flac")[0], songs.read(tmp_path / "2.flac")[0]
    shorter = min(len(one), len(two))
    assert first.frames - shorter < 20_000
    assert np.max(np.abs(one[:shorter] - two[:shorter])) < 1e-4


def test_an_untouched_stem_is_in_the_mix_as_it_is_dry(song, cache, tmp_path):
    recipe = songs.recipe(song, tempo_bpm=110.0)
    rendered(recipe, song, tmp_path / "mix.wav", cache, stem="vocals")
    rendered(recipe, song, tmp_path / "dry.wav", cache, stem="vocals", dry=True)
    wet, dry = songs.read(tmp_path / "mix.wav")[0], songs.read(tmp_path / "dry.wav")[0]
    assert np.corrcoef(wet[: len(dry)].ravel(), dry[: len(wet)].ravel())[0, 1] > 0.99
    source, rate_hz = songs.read(song.files["vocals"])
    envelopes = []
    for sound, step, start in ((dry, rate_hz / 100, 0.0), (source, rate_hz / 100 * 110 / 120, songs.FIRST_BEAT_MS / 1000 * rate_hz)):
        edges = (start + np.arange(1_000) * step).astype(int)
        envelopes.append([np.sqrt(np.mean(sound[a:b] ** 2)) for a, b in zip(edges[:-1], edges[1:], strict=True)])
    assert np.corrcoef(*envelopes)[0, 1] > 0.98


def test_an_own_recording_sounds_on_its_beat_and_only_where_it_is_named(song, cache, tmp_path):
    own = np.zeros((3 * 48_000, 1))
    own[4_800:5_000] = 0.5
    import soundfile

    soundfile.write(tmp_path / "own.wav", own, 48_000, subtype="PCM_24")
    digest = instruments.digest_of_recording(tmp_path / "own.wav", tmp_path)
    layer = Layer("voice", "own", asset=digest, start_beat=4.0)
    sections = (Section("verse", 1, 4, layers=("voice",)),)
    recipe = songs.recipe(song, stems={"bass": StemUse(gain_db=-60)}, layers=(layer,), sections=sections)
    rendered(recipe, song, tmp_path / "out.wav", cache, assets={digest: tmp_path / "own.wav"})
    samples, rate_hz = songs.read(tmp_path / "out.wav")
    at_s = songs.onsets_s(samples[:, 0], rate_hz, np.array([2.1]))[0]
    assert abs(at_s - 2.1) < 0.005
    with pytest.raises(BadInput, match="not here"):
        rendered(recipe, song, tmp_path / "no.wav", tmp_path / "other")
    soundfile.write(tmp_path / "own.wav", own * 0.9, 48_000, subtype="PCM_24")
    with pytest.raises(BadInput, match="not the recording"):
        rendered(recipe, song, tmp_path / "no.wav", tmp_path / "other", assets={digest: tmp_path / "own.wav"})
    assert not (tmp_path / "no.wav").exists()


def test_a_stop_leaves_nothing_behind(song, tmp_path):
    asked = []

    def stop():
        asked.append(1)
        return len(asked) > 3

    before = set(tmp_path.iterdir())
    with pytest.raises(Stopped):
        rendered(songs.recipe(song, tempo_bpm=101.0), song, tmp_path / "out.flac", tmp_path, stop=stop)
    left = [path for path in tmp_path.rglob("*") if path.is_file() and path not in before and path.suffix != ".npy"]
    assert [] == left


@pytest.mark.parametrize("after_s", [0.15, 0.7, 1.5])
def test_a_stop_takes_less_than_100_ms_wherever_the_render_is(song, tmp_path, after_s):
    sections = (Section("chorus", 1, 8, layers=("d", "b")),) * 6
    recipe = replace(full_recipe(song), sections=sections)

    def seconds_to_stop(folder):
        began, asked = time.monotonic(), []

        def stop():
            if time.monotonic() - began > after_s:
                asked.append(time.monotonic())
            return bool(asked)

        with pytest.raises(Stopped):
            rendered(recipe, song, tmp_path / "out.flac", folder, stop=stop)
        return time.monotonic() - asked[0]

    # Other work on the machine may take one try's time slice.
    assert min(seconds_to_stop(tmp_path / str(number)) for number in range(2)) < 0.1
    assert [] == list(tmp_path.glob("*out*"))


def test_progress_rises_to_the_end_and_names_the_time_that_remains(song, cache, tmp_path):
    told = []
    rendered(songs.recipe(song, tempo_bpm=104.0), song, tmp_path / "out.flac", cache, progress=told.append)
    shares = [each.share for each in told]
    assert sorted(shares) == shares
    assert (1.0, 0.0) == (shares[-1], told[-1].remaining_s)


def test_an_mp3_of_a_high_rate_is_written_at_48_khz(tmp_path, cache):
    track = tracks.load(songs.write_track(tmp_path / "high", {"tone": (songs.tone(220.0, 96_000, 5.0), 96_000)}))
    recipe = songs.recipe(track, sections=(Section("verse", 1, 2),))
    result = rendered(recipe, track, tmp_path / "out.mp3", cache)
    assert 48_000 == songs.read(tmp_path / "out.mp3")[1] == result.rate_hz
    assert 96_000 == rendered(recipe, track, tmp_path / "out.wav", cache).rate_hz


def test_a_remix_that_ends_in_the_middle_of_a_sound_ends_without_a_click(tmp_path, cache):
    # After four bars, at 8.25 s of the stem, a tone of 113 Hz is at its crest; an echo rings on behind it.
    stems = {"drone": (songs.tone(113.0), songs.RATE_HZ), "drums": (0.1 * songs.drums(), songs.RATE_HZ)}
    track = tracks.load(songs.write_track(tmp_path / "song", stems))
    recipe = songs.recipe(track, sections=(Section("verse", 1, 4),), stems={"drone": StemUse(), "drums": StemUse(effects=(Effect("lowpass"), Effect("echo")))})
    rendered(recipe, track, tmp_path / "out.wav", cache)
    samples, rate_hz = songs.read(tmp_path / "out.wav")
    jumps, end = np.abs(np.diff(samples, axis=0)).max(axis=1), round(8.0 * rate_hz)
    assert jumps[end - 10 : end + 10].max() < 0.02
