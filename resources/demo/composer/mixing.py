"""From stems as played to stems as delivered: balanced, with an arc, loud enough and never over."""

import numpy as np
from scipy.ndimage import gaussian_filter1d, minimum_filter1d

from composer.envelopes import faded
from composer.loudness import loudness_lufs, true_peak_db
from composer.notes import BEATS_PER_BAR
from composer.song import SAMPLE_RATE_HZ, Clock, Song

SUM_LOUDNESS_LUFS = -17.4
SUM_CEILING_DB = -1.6
STEM_CEILING_DB = -3.6


def mixed(song: Song) -> dict[str, np.ndarray]:
    """Return every stem, stereo and equally long, so that their plain sum is the song."""
    arc = _arc(song)
    stems = {}
    for name, stem in song.stems.items():
        sound = faded(stem.play(song.clock), 5.0, 900.0)
        sound *= _gain(stem.loudness_lufs - loudness_lufs(sound))
        stems[name] = sound * arc[:, None]
    for _ in range(2):
        lift = _gain(SUM_LOUDNESS_LUFS - loudness_lufs(sum(stems.values())))
        stems = {name: sound * lift for name, sound in stems.items()}
        stems = {name: sound * _limit(sound, STEM_CEILING_DB)[:, None] for name, sound in stems.items()}
        # One gain for all stems, so that limiting the sum leaves their balance alone.
        hold = _limit(sum(stems.values()), SUM_CEILING_DB)[:, None]
        stems = {name: sound * hold for name, sound in stems.items()}
    assert true_peak_db(sum(stems.values())) < -1.0, song.title
    return stems


def excerpt(song: Song, stem: str, bar_count: int) -> np.ndarray:
    """Return the first bars of one stem as it is played, before the mix."""
    clock = Clock(song.clock.tempo_bpm, song.clock.first_beat_ms, bar_count, 0)
    return song.stems[stem].play(clock)


def _gain(gain_db: float) -> float:
    return 10 ** (gain_db / 20)


def _arc(song: Song) -> np.ndarray:
    """Return the gain of the whole song over time: each section its own, with a short slope between."""
    gain_db = np.zeros(song.clock.sample_count)
    for section in song.sections:
        start = song.clock.sample_at((section.start_bar - 1) * BEATS_PER_BAR)
        gain_db[max(0, start) :] = song.section_gain_db.get(section.name, 0.0)
    gain_db[: song.clock.sample_at(0)] = gain_db[song.clock.sample_at(0)]
    return 10 ** (gaussian_filter1d(gain_db, 0.02 * SAMPLE_RATE_HZ, mode="nearest", truncate=3) / 20)


def _limit(sound: np.ndarray, ceiling_db: float) -> np.ndarray:
    """Return a gain that keeps both channels under the ceiling, bending 4 ms before a peak and back after it."""
    over = np.maximum(np.abs(sound).max(axis=1) / _gain(ceiling_db), 1.0)
    if over.max() == 1.0:
        return np.ones(len(sound))
    reach = round(0.004 * SAMPLE_RATE_HZ)
    lowest = minimum_filter1d(1 / over, 2 * reach + 1)
    return gaussian_filter1d(lowest, reach / 4, mode="nearest", truncate=4)
