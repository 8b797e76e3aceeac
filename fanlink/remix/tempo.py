"""Tempo and first beat of a recording, from where its sounds begin.

A proposal only: what an artist declares is the truth. The tempo is the pulse at which onsets repeat (autocorrelation
with its multiples), then refined by the phase of that pulse over the whole recording.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

RATE_HZ = 22_050
HOP = 128
WINDOW = 1_024
SLOWEST_BPM, FASTEST_BPM = 55.0, 210.0
USUAL_BPM = 112.0
OCTAVES = 0.75
LOW_HZ = 150.0
KICK_HZ, SNARE_HZ, RISE_HOPS = 120.0, 1_500.0, 8
# Kick and snare take turns from here on, and do not below; a tempo is doubled up to this.
CLEAR_TURNS, NO_TURNS, FASTEST_TURNS_BPM = 0.2, 0.1, 185.0
# A rise is seen this much before the ear would place it, measured on clicks, kicks and soft chords.
EARLY_S = 0.008


@dataclass(frozen=True, slots=True)
class Pulse:
    """What was found. `confidence` is 0 where there is no beat to hear."""

    tempo_bpm: float
    first_beat_ms: float
    confidence: float


def find(mono: np.ndarray, *, beats_per_bar: int = 4, tempo_bpm: float | None = None) -> Pulse | None:
    """The pulse of mono samples at 22.05 kHz, float32 (frames,); None where nothing begins.

    A tempo that is known already is kept, and only its first beat is looked for.
    """
    onsets, low = onset_strength(mono)
    if len(onsets) < 200 or not onsets.any():
        return None
    rough, confidence = (tempo_bpm, 1.0) if tempo_bpm else _rough(onsets)
    tempo = tempo_bpm or _refined(onsets, _by_backbeat(mono, onsets, rough))
    beat = _phase(onsets, tempo)
    first = _downbeat(onsets, low, tempo, beat, beats_per_bar)
    return Pulse(round(tempo, 2), max(0.0, round((first + EARLY_S) * 1000.0, 1)), confidence)


def _frames_per_s() -> float:
    return RATE_HZ / HOP


def onset_strength(mono: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How much begins in each hop of 128 frames, over all pitches and below 150 Hz."""
    padded = np.concatenate([np.zeros(WINDOW, np.float32), mono, np.zeros(WINDOW, np.float32)])
    count = (len(padded) - WINDOW) // HOP
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[: count * HOP : HOP]
    hann = np.hanning(WINDOW).astype(np.float32)
    lowest = max(2, int(LOW_HZ * WINDOW / RATE_HZ) + 1)
    total, low = np.zeros(count), np.zeros(count)
    before = np.zeros((2, WINDOW // 2 + 1), np.float32)
    for start in range(0, count, 2_048):
        spectra = np.log1p(100.0 * np.abs(np.fft.rfft(windows[start : start + 2_048] * hann, axis=1)).astype(np.float32))
        with_before = np.concatenate([before, spectra])
        rise = np.maximum(with_before[2:] - with_before[:-2], 0.0)
        before = with_before[-2:]
        total[start : start + len(rise)] = rise.mean(axis=1)
        low[start : start + len(rise)] = rise[:, :lowest].mean(axis=1)
    # A window reports an onset about when its middle passes it.
    shift = (WINDOW // 2) // HOP
    return _flattened(total[shift:]), _flattened(low[shift:])


def _flattened(strength: np.ndarray) -> np.ndarray:
    """Only what stands above its surroundings of half a second."""
    width = int(_frames_per_s() / 2) | 1
    mean = np.convolve(strength, np.ones(width) / width, mode="same")
    return np.maximum(strength - mean, 0.0)


def _rough(onsets: np.ndarray) -> tuple[float, float]:
    """The tempo whose beat, bar and half repeat best, and how clearly."""
    size = 1 << (2 * len(onsets) - 1).bit_length()
    spectrum = np.fft.rfft(onsets - onsets.mean(), size)
    repeat = np.fft.irfft(np.abs(spectrum) ** 2)[: len(onsets)]
    repeat /= repeat[0]
    tempi = np.exp(np.linspace(np.log(SLOWEST_BPM), np.log(FASTEST_BPM), 600))
    lags = 60.0 / tempi * _frames_per_s()
    score = np.zeros(len(tempi))
    for multiple, weight in ((1, 1.0), (2, 0.8), (4, 0.8), (8, 0.4), (0.5, 0.3)):
        at = lags * multiple
        # A little tolerance: the peak of a long lag is narrow on this axis.
        near = [np.interp(at + offset, np.arange(len(repeat)), repeat, right=0.0) for offset in (-1, 0, 1)]
        score += weight * np.max(near, axis=0)
    prior = np.exp(-0.5 * (np.log2(tempi / USUAL_BPM) / OCTAVES) ** 2)
    best = int(np.argmax(score * prior))
    return float(tempi[best]), float(np.clip(score[best] / 3.3, 0.0, 1.0))


def _by_backbeat(mono: np.ndarray, onsets: np.ndarray, tempo: float) -> float:
    """Half or double the tempo where kick and snare take turns at that and not at this: slow ballads, drum and bass."""
    leans = _leans(mono)
    if _turns(leans, onsets, tempo) >= NO_TURNS:
        return tempo
    others = [other for other in (tempo / 2.0, tempo * 2.0) if SLOWEST_BPM <= other <= FASTEST_TURNS_BPM]
    taken = {other: _turns(leans, onsets, other) for other in others}
    best = max(taken, key=taken.__getitem__, default=tempo)
    return best if taken.get(best, 0.0) >= CLEAR_TURNS else tempo


def _leans(mono: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How much power begins in each hop below 120 Hz and above 1.5 kHz: what kicks and what snares are made of."""
    count = max((len(mono) - WINDOW) // HOP, 1)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(mono, (WINDOW // 2, WINDOW)), WINDOW)[: count * HOP : HOP]
    low, high = (int(hertz * WINDOW / RATE_HZ) + 1 for hertz in (KICK_HZ, SNARE_HZ))
    hann, rows = np.hanning(WINDOW).astype(np.float32), []
    for start in range(0, count, 2_048):
        power = np.abs(np.fft.rfft(windows[start : start + 2_048] * hann, axis=1)) ** 2
        rows.append(np.stack([power[:, 1:low].sum(axis=1), power[:, high:].sum(axis=1)], axis=1))
    level = np.sqrt(np.concatenate(rows))
    rise = np.maximum(level[RISE_HOPS:] - level[:-RISE_HOPS], 0.0)
    return rise[:, 0], rise[:, 1]


def _turns(leans: tuple[np.ndarray, np.ndarray], onsets: np.ndarray, rough: float) -> float:
    """How clearly low and high sounds take turns from beat to beat, 0 to 1."""
    tempo = _refined(onsets, rough)
    at = np.arange(_phase(onsets, tempo), len(leans[0]) / _frames_per_s(), 60.0 / tempo)[1:-1]
    if len(at) < 8:
        return 0.0
    contrasts = []
    for rise in leans:
        around = (at * _frames_per_s()).astype(int)[:, None] + np.arange(-RISE_HOPS - 4, 5)
        beats = rise[np.clip(around, 0, len(rise) - 1)].max(axis=1)
        first, second = beats[::2].mean(), beats[1::2].mean()
        contrasts.append(float((first - second) / max(first + second, 1e-12)))
    return max(0.0, -contrasts[0] * contrasts[1]) ** 0.5


def _refined(onsets: np.ndarray, rough: float) -> float:
    """The tempo near a rough one at which the onsets of the whole recording are in phase."""
    time = np.arange(len(onsets)) / _frames_per_s()
    used = np.flatnonzero(onsets > 0.15 * onsets.max())
    strength, at = np.sqrt(onsets[used]), time[used]
    for spread, steps in ((0.02, 161), (0.001, 81)):
        tempi = rough * np.linspace(1.0 - spread, 1.0 + spread, steps)
        score = np.zeros(steps)
        for index, tempo in enumerate(tempi):
            turn = 2j * np.pi * tempo / 60.0 * at
            score[index] = sum(abs(np.sum(strength * np.exp(turn * h))) * w for h, w in ((1, 1.0), (2, 0.8), (4, 0.6)))
        rough = float(tempi[int(np.argmax(score))])
    whole = round(rough)
    # Music is made at round tempi; within the doubt of the measure, take the round one.
    return float(whole) if abs(rough - whole) < 0.0012 * rough else rough


def _phase(onsets: np.ndarray, tempo: float) -> float:
    """Seconds from the start to a beat: where a comb at this tempo collects most."""
    period = 60.0 / tempo * _frames_per_s()
    count = int((len(onsets) - 2) / period)
    if count < 1:
        return 0.0
    offsets = np.arange(0.0, period, 0.25)
    beats = np.arange(count) * period
    at = offsets[:, None] + beats[None, :]
    smooth = np.convolve(onsets, (0.25, 0.5, 0.25), mode="same")
    score = np.interp(at, np.arange(len(smooth)), np.sqrt(smooth)).mean(axis=1)
    return float(offsets[int(np.argmax(score))] / _frames_per_s())


def _stands_out(strength: np.ndarray) -> np.ndarray:
    """Where something clearly begins, beside the strongest beginnings of the recording."""
    loud = strength[strength > 0]
    return strength > 0.2 * np.quantile(loud, 0.98) if len(loud) else np.zeros(len(strength), bool)


def _downbeat(onsets: np.ndarray, low: np.ndarray, tempo: float, beat: float, beats_per_bar: int) -> float:
    """Seconds to the first beat of the first bar: the beat with most low sound, the first one that is heard preferred."""
    period = 60.0 / tempo
    heard = np.flatnonzero(_stands_out(onsets) | _stands_out(low))
    first_s = heard[0] / _frames_per_s() if len(heard) else 0.0
    number = int(np.round((first_s - beat) / period))
    # A beat at the very start may be measured a little before it.
    first_s = beat + max(number, -1 if beat - period > -0.03 else 0) * period
    score = np.zeros(beats_per_bar)
    for place in range(beats_per_bar):
        at = np.arange(first_s + place * period, len(low) / _frames_per_s(), period * beats_per_bar) * _frames_per_s()
        around = [np.interp(at + offset, np.arange(len(low)), low) for offset in (-2, -1, 0, 1, 2)]
        score[place] = np.max(around, axis=0).mean() if len(at) else 0.0
    score /= max(score.max(), 1e-12)
    score[0] += 0.25
    return first_s + int(np.argmax(score)) * period
