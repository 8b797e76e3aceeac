"""The steps with which an MP3 was quantised, line by line, from what its granules say.

A coefficient of an MP3 is sign * q^(4/3) * 2^e with a whole number q; here is e (ISO/IEC 11172-3, clause 2.4.3.4.7;
ISO/IEC 13818-3, clause 2.4.3.2, for the lower rates).
"""

from __future__ import annotations

import numpy as np

from fanlink.remix.mp3_frames import SHORT, Granules

LINES, SHORT_LINES = 576, 192
LONG_BANDS, SHORT_BANDS = 22, 13
# Where the scalefactor bands begin: ISO/IEC 11172-3 table 3-B.8, ISO/IEC 13818-3 table B.2, and, under 16 kHz, as MPEG-2.5 coders have them.
_SLOW_LONG = (0, 6, 12, 18, 24, 30, 36, 44, 54, 66, 80, 96, 116, 140, 168, 200, 238, 284, 336, 396, 464, 522, 576)
_SLOW_SHORT = (0, 4, 8, 12, 18, 26, 36, 48, 62, 80, 104, 134, 174, 192)
LONG = {
    44_100: (0, 4, 8, 12, 16, 20, 24, 30, 36, 44, 52, 62, 74, 90, 110, 134, 162, 196, 238, 288, 342, 418, 576),
    48_000: (0, 4, 8, 12, 16, 20, 24, 30, 36, 42, 50, 60, 72, 88, 106, 128, 156, 190, 230, 276, 330, 384, 576),
    32_000: (0, 4, 8, 12, 16, 20, 24, 30, 36, 44, 54, 66, 82, 102, 126, 156, 194, 240, 296, 364, 448, 550, 576),
    22_050: _SLOW_LONG,
    24_000: (0, 6, 12, 18, 24, 30, 36, 44, 54, 66, 80, 96, 114, 136, 162, 194, 232, 278, 332, 394, 464, 540, 576),
    16_000: _SLOW_LONG,
    11_025: _SLOW_LONG,
    12_000: _SLOW_LONG,
    8_000: (0, 12, 24, 36, 48, 60, 72, 88, 108, 132, 160, 192, 232, 280, 336, 400, 476, 566, 568, 570, 572, 574, 576),
}
SHORTS = {
    44_100: (0, 4, 8, 12, 16, 22, 30, 40, 52, 66, 84, 106, 136, 192),
    48_000: (0, 4, 8, 12, 16, 22, 28, 38, 50, 64, 80, 100, 126, 192),
    32_000: (0, 4, 8, 12, 16, 22, 30, 42, 58, 78, 104, 138, 180, 192),
    22_050: (0, 4, 8, 12, 18, 24, 32, 42, 56, 74, 100, 132, 174, 192),
    24_000: (0, 4, 8, 12, 18, 26, 36, 48, 62, 80, 104, 136, 180, 192),
    16_000: _SLOW_SHORT,
    11_025: _SLOW_SHORT,
    12_000: _SLOW_SHORT,
    8_000: (0, 8, 16, 24, 36, 52, 72, 96, 124, 160, 162, 164, 166, 192),
}
# ISO/IEC 11172-3, clause 2.4.2.7: the widths of scalefactors, and what `preflag` adds to them.
WIDTHS = np.array([[0, 0, 0, 0, 3, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4], [0, 1, 2, 3, 0, 1, 2, 3, 1, 2, 3, 1, 2, 3, 2, 3]])
PRETAB = np.array([0] * 11 + [1, 1, 1, 1, 2, 2, 3, 3, 3, 2, 0])
# ISO/IEC 11172-3, clause 2.4.2.7: the bands that a second granule may take over from the first.
GROUP = np.array([0] * 6 + [1] * 5 + [2] * 5 + [3] * 5 + [3])


def exponents(granules: Granules) -> np.ndarray:
    """The exponents e of all bands, float32 (granules, channels, 39): 22 of a long block, or 3 windows of 13 of a short one."""
    short = granules.block_type == SHORT
    factors = np.where(short[..., None], _read(granules, _short_widths(granules)), 0)
    long = _read(granules, _long_widths(granules))[..., :LONG_BANDS]
    if not granules.lower:
        # A second granule has its own factors behind one another; those taken over are not among its bits.
        long[1::2] = np.where(granules.shared[1::2][..., GROUP], long[::2], long[1::2])
    preflag = granules.preflag if not granules.lower else granules.scalefac_compress >= 500
    long = long + preflag[..., None] * PRETAB
    gain = (granules.global_gain - 210.0) / 4.0
    half = np.where(granules.scalefac_scale == 1, 1.0, 0.5)
    windows = np.repeat(granules.subblock_gain, SHORT_BANDS, axis=-1)
    out = gain[..., None] - 2.0 * windows - half[..., None] * _by_window(factors)
    out[..., :LONG_BANDS] = np.where(short[..., None], out[..., :LONG_BANDS], gain[..., None] - half[..., None] * long)
    return out.astype(np.float32)


def lines(rate_hz: int) -> tuple[np.ndarray, np.ndarray]:
    """Which of the 39 exponents each of the 576 lines has: in a long block, and in a short one (window by window)."""
    long = np.searchsorted(LONG[rate_hz], np.arange(LINES), side="right") - 1
    short = np.searchsorted(SHORTS[rate_hz], np.arange(SHORT_LINES), side="right") - 1
    return long, np.concatenate([short + window * SHORT_BANDS for window in range(3)])


def _read(granules: Granules, widths: np.ndarray) -> np.ndarray:
    """The numbers of these widths (granules, channels, bands) that stand behind one another in the bits."""
    ends = np.cumsum(widths, axis=-1)
    starts = ends - widths
    out = np.zeros(widths.shape, int)
    most = granules.bits.shape[-1] - 1
    for bit in range(int(widths.max(initial=0))):
        here = bit < widths
        value = np.take_along_axis(granules.bits, np.minimum(starts + bit, most), axis=-1)
        out = np.where(here, 2 * out + value, out)
    return out


def _long_widths(granules: Granules) -> np.ndarray:
    counts = ((6, 5, 5, 5), (6, 5, 7, 3), (11, 10, 0, 0))
    if granules.lower:
        return _lower_widths(granules, counts, LONG_BANDS)
    pair = WIDTHS[:, granules.scalefac_compress]
    widths = np.stack([*[pair[0]] * 11, *[pair[1]] * 10, np.zeros_like(pair[0])], axis=-1)
    return np.where(granules.shared[..., GROUP], 0, widths)


def _short_widths(granules: Granules) -> np.ndarray:
    counts = ((9, 9, 9, 9), (9, 9, 12, 6), (18, 18, 0, 0))
    if granules.lower:
        return _lower_widths(granules, counts, 3 * SHORT_BANDS)
    pair = WIDTHS[:, granules.scalefac_compress]
    return np.stack([*[pair[0]] * 18, *[pair[1]] * 18, *[np.zeros_like(pair[0])] * 3], axis=-1)


def _lower_widths(granules: Granules, counts: tuple[tuple[int, ...], ...], bands: int) -> np.ndarray:
    """ISO/IEC 13818-3, clause 2.4.3.2: three ways to share the bits out over four groups of bands."""
    code = granules.scalefac_compress
    first, second, third = code >> 4, np.maximum(code - 400, 0) >> 2, np.maximum(code - 500, 0)
    rest = np.maximum(code - 400, 0)
    none = np.zeros_like(code)
    ways = (
        (first // 5, first % 5, code % 16 >> 2, code % 4),
        (second // 5, second % 5, rest % 4, none),
        (third // 3, third % 3, none, none),
    )
    spread = [np.repeat(np.stack(way, axis=-1), count, axis=-1) for way, count in zip(ways, counts, strict=True)]
    chosen = np.select([(code < 400)[..., None], (code < 500)[..., None]], spread[:2], spread[2])
    return np.concatenate([chosen, np.zeros((*code.shape, bands - chosen.shape[-1]), int)], axis=-1)


def _by_window(factors: np.ndarray) -> np.ndarray:
    """Scalefactors of short blocks, which stand band by band, in the order of the windows."""
    shape = factors.shape[:-1]
    return np.swapaxes(factors.reshape(*shape, SHORT_BANDS, 3), -1, -2).reshape(*shape, 3 * SHORT_BANDS)
