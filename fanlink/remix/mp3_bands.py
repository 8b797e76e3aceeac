"""The filter bank of MP3: sound in, the 576 coefficients of each granule out.

Subband filter, frequency inversion, transform by block type and alias reduction of ISO/IEC 11172-3, clauses 2.4.3.4.9 and
2.4.3.4.10 and annex C (1.3 and 1.5.3), so scaled that it undoes a decoder. Vectorised over granules.
"""

from __future__ import annotations

import numpy as np

GRANULE, SUBBANDS, IN_BAND = 576, 32, 18
# Samples before a granule's own that its coefficients depend on.
BEFORE = GRANULE + 512 - SUBBANDS
PLACES_AT_ONCE = 512
# ISO/IEC 11172-3, table 3-B.3: the first half of the window of synthesis, and its middle, in parts of 65536.
_WINDOW = (
    (0, -1, -1, -1, -1, -1, -1, -2, -2, -2, -2, -3, -3, -4, -4, -5, -5, -6, -7, -7, -8, -9, -10, -11, -13, -14, -16, -17, -19, -21, -24, -26)
    + (-29, -31, -35, -38, -41, -45, -49, -53, -58, -63, -68, -73, -79, -85, -91, -97, -104, -111, -117, -125, -132, -139, -147, -154, -161, -169, -176)
    + (-183, -190, -196, -202, -208, 213, 218, 222, 225, 227, 228, 228, 227, 224, 221, 215, 208, 200, 189, 177, 163, 146, 127, 106, 83, 57, 29, -2, -36)
    + (-72, -111, -153, -197, -244, -294, -347, -401, -459, -519, -581, -645, -711, -779, -848, -919, -991, -1064, -1137, -1210, -1283, -1356, -1428)
    + (-1498, -1567, -1634, -1698, -1759, -1817, -1870, -1919, -1962, -2001, -2032, -2057, -2075, -2085, -2087, -2080, -2063, 2037, 2000, 1952, 1893)
    + (1822, 1739, 1644, 1535, 1414, 1280, 1131, 970, 794, 605, 402, 185, -45, -288, -545, -814, -1095, -1388, -1692, -2006, -2330, -2663, -3004, -3351)
    + (-3705, -4063, -4425, -4788, -5153, -5517, -5879, -6237, -6589, -6935, -7271, -7597, -7910, -8209, -8491, -8755, -8998, -9219, -9416, -9585, -9727)
    + (-9838, -9916, -9959, -9966, -9935, -9863, -9750, -9592, -9389, -9139, -8840, -8492, -8092, -7640, -7134, 6574, 5959, 5288, 4561, 3776, 2935, 2037)
    + (1082, 70, -998, -2122, -3300, -4533, -5818, -7154, -8540, -9975, -11455, -12980, -14548, -16155, -17799, -19478, -21189, -22929, -24694, -26482)
    + (-28289, -30112, -31947, -33791, -35640, -37489, -39336, -41176, -43006, -44821, -46617, -48390, -50137, -51853, -53534, -55178, -56778, -58333)
    + (-59838, -61289, -62684, -64019, -65290, -66494, -67629, -68692, -69679, -70590, -71420, -72169, -72835, -73415, -73908, -74313, -74630, -74856)
    + (-74992, 75038)
)
# ISO/IEC 11172-3, table 3-B.9.
_ALIAS = np.array([-0.6, -0.535, -0.33, -0.185, -0.095, -0.041, -0.0142, -0.0037])


def _subband_matrix() -> np.ndarray:
    """(512, 32): what each of 512 samples, oldest first, adds to a sample of each subband."""
    half = np.array(_WINDOW) * np.where(np.arange(257) // 64 % 2, -1.0, 1.0) / 65_536 / SUBBANDS
    window = np.concatenate([half, half[1:256][::-1]])
    index, band = np.arange(512)[:, None], np.arange(SUBBANDS)
    return (window[:, None] * np.cos((2 * band + 1) * (index - 16) * np.pi / 64))[::-1].astype(np.float32)


def _transforms() -> tuple[np.ndarray, np.ndarray]:
    """(4, 36, 18) for each block type the windowed transform, (36, 3, 6) for the three windows of a short block."""
    time = np.arange(36)
    sine, short_sine = np.sin(np.pi / 36 * (time + 0.5)), np.sin(np.pi / 12 * (np.arange(12) + 0.5))
    start = np.concatenate([sine[:18], np.ones(6), short_sine[6:], np.zeros(6)])
    windows = np.stack([sine, start, np.zeros(36), start[::-1]])
    long = np.cos(np.pi / 72 * np.outer(2 * time + 19, 2 * np.arange(18) + 1)) / 9
    short = np.cos(np.pi / 24 * np.outer(2 * np.arange(12) + 7, 2 * np.arange(6) + 1)) / 3
    shorts = np.zeros((36, 3, 6))
    for window in range(3):
        first = 6 + 6 * window
        shorts[first : first + 12, window] = short_sine[:, None] * short
    return (windows[..., None] * long).astype(np.float32), shorts.astype(np.float32)


_SUBBAND = _subband_matrix()
_LONG, _SHORT = _transforms()
_INVERT = np.where(np.arange(IN_BAND)[:, None] * np.arange(SUBBANDS) % 2, -1.0, 1.0).astype(np.float32)
_CS, _CA = (1.0 / np.sqrt(1.0 + _ALIAS**2)).astype(np.float32), (_ALIAS / np.sqrt(1.0 + _ALIAS**2)).astype(np.float32)


def coefficients(sound: np.ndarray, block_types: np.ndarray) -> np.ndarray:
    """The coefficients (granules, 576) of one channel; `sound` are BEFORE samples and then 576 for each granule.

    In a short block (type 2) they stand window by window, 192 each, else by frequency.
    """
    windows = np.lib.stride_tricks.sliding_window_view(np.ascontiguousarray(sound, np.float32), 512)[::SUBBANDS]
    bands = (np.ascontiguousarray(windows) @ _SUBBAND).reshape(-1, IN_BAND, SUBBANDS) * _INVERT
    pairs = np.ascontiguousarray(np.concatenate([bands[:-1], bands[1:]], axis=1).transpose(0, 2, 1))
    out = np.empty((len(pairs), GRANULE), np.float32)
    for kind in range(4):
        here = np.flatnonzero(block_types == kind)
        if not len(here):
            continue
        if kind == 2:
            short = pairs[here].reshape(-1, 36) @ _SHORT.reshape(36, 18)
            out[here] = short.reshape(-1, SUBBANDS, 3, 6).transpose(0, 2, 1, 3).reshape(-1, GRANULE)
        else:
            long = pairs[here].reshape(-1, 36) @ _LONG[kind]
            out[here] = _alias(long.reshape(-1, SUBBANDS, IN_BAND)).reshape(-1, GRANULE)
    return out


def _alias(lines: np.ndarray) -> np.ndarray:
    """The eight butterflies between neighbouring subbands; lines are (granules, 32, 18)."""
    above, below = lines[:, :-1, :9:-1].copy(), lines[:, 1:, :8].copy()
    lines[:, :-1, :9:-1] = above * _CS + below * _CA
    lines[:, 1:, :8] = below * _CS - above * _CA
    return lines


def at_each_place(sound: np.ndarray, places: int) -> np.ndarray:
    """The coefficients (places, 576) of one granule with a long block, for each frame that it may begin at.

    `sound` are BEFORE samples, one for each place, and 576.
    """
    windows = np.lib.stride_tricks.sliding_window_view(np.ascontiguousarray(sound, np.float32), 512)
    bands = np.concatenate([np.ascontiguousarray(part) @ _SUBBAND for part in np.array_split(windows, 16)])
    out = np.empty((places, GRANULE), np.float32)
    inverted = np.concatenate([_INVERT, _INVERT])
    for first in range(0, places, PLACES_AT_ONCE):
        rows = np.arange(first, min(first + PLACES_AT_ONCE, places))[:, None] + SUBBANDS * np.arange(2 * IN_BAND)
        pairs = np.ascontiguousarray((bands[rows] * inverted).transpose(0, 2, 1)).reshape(-1, 36)
        out[first : first + len(rows)] = _alias((pairs @ _LONG[0]).reshape(-1, SUBBANDS, IN_BAND)).reshape(-1, GRANULE)
    return out
