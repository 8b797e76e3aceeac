"""Cover artwork from gradients and simple shapes, and just enough of a PNG writer to keep it."""

import struct
import zlib

import numpy as np

SIZE_PX = 512
_ROW, _COLUMN = np.mgrid[0:SIZE_PX, 0:SIZE_PX] / SIZE_PX


def neon_tide_cover() -> np.ndarray:
    """A low sun over a lit sea at night. Returns (512, 512, 3) values from 0 to 1."""
    image = _gradient(((0.0, "#0b0a26"), (0.32, "#3a1268"), (0.56, "#e0387f"), (0.62, "#ff8a5c")))
    distance = np.hypot(_COLUMN - 0.5, _ROW - 0.47)
    glow = np.exp(-((distance / 0.26) ** 2)) * (_ROW < 0.62)
    image = _mix(image, _colour("#ff4fa0"), 0.55 * glow)
    stripes = ((_ROW * 46) % 1.0) > np.clip((_ROW - 0.42) * 3.2, 0, 0.6)
    sun = _disc(distance, 0.19) * stripes * (_ROW < 0.62)
    image = _mix(image, _ramp((_ROW - 0.28) / 0.34, "#ffe27a", "#ff3d8b"), sun)
    depth = np.clip((_ROW - 0.62) / 0.38, 0, 1)
    sea = _ramp(depth, "#5b1f8f", "#070818")
    image = _mix(image, sea, (_ROW >= 0.62).astype(float))
    for number in range(9):
        height = 0.635 + 0.34 * (number / 9) ** 1.25
        swell = 0.004 + 0.02 * number / 9
        crest = height + swell * np.sin(2 * np.pi * (_COLUMN * (3.4 - 0.22 * number) + 0.37 * number))
        line = np.exp(-(((_ROW - crest) / (0.0022 + 0.0006 * number)) ** 2))
        tint = _colour("#32f0ff") if number % 2 else _colour("#ff5fc8")
        image = _mix(image, tint, np.clip(line + 0.25 * np.exp(-(((_ROW - crest) / 0.014) ** 2)), 0, 1) * 0.85)
    return image


def slow_ferry_cover() -> np.ndarray:
    """A small boat between hills in the morning. Returns (512, 512, 3) values from 0 to 1."""
    image = _gradient(((0.0, "#f7d9a8"), (0.35, "#f6b98a"), (0.6, "#e98f6f"), (1.0, "#d77a62")))
    image = _mix(image, _colour("#fff3d6"), _disc(np.hypot(_COLUMN - 0.68, _ROW - 0.27), 0.085))
    hills = ((0.42, 0.05, 1.3, 0.1, "#c98574"), (0.49, 0.045, 1.9, 0.45, "#93687a"), (0.555, 0.03, 2.6, 0.8, "#5d5573"))
    for height, swing, turns, shift, tint in hills:
        ridge = height + swing * np.sin(2 * np.pi * (turns * _COLUMN + shift)) * np.cos(np.pi * (_COLUMN - 0.3))
        image = _mix(image, _colour(tint), _below(ridge))
    image = _mix(image, _ramp((_ROW - 0.6) / 0.4, "#6f8fa3", "#1f3a52"), _below(np.full_like(_ROW, 0.6)))
    for number in range(14):
        height = 0.62 + 0.027 * number
        reach = 0.06 + 0.1 * ((number * 7) % 5) / 5
        middle = 0.66 + 0.05 * np.sin(number * 2.1)
        glint = (np.abs(_ROW - height) < 0.0028) * np.clip(1.2 - np.abs(_COLUMN - middle) / reach, 0, 1)
        image = _mix(image, _colour("#ffe3bd"), 0.75 * np.clip(glint, 0, 1))
    hull = (_ROW > 0.66) & (_ROW < 0.705) & (np.abs(_COLUMN - 0.36) < 0.135 - (_ROW - 0.66) * 0.9)
    cabin = (_ROW > 0.618) & (_ROW <= 0.66) & (np.abs(_COLUMN - 0.34) < 0.065)
    funnel = (_ROW > 0.575) & (_ROW <= 0.618) & (np.abs(_COLUMN - 0.365) < 0.013)
    for shape, tint in ((hull, "#23283d"), (cabin, "#f4e8d4"), (funnel, "#c4473d")):
        image = _mix(image, _colour(tint), shape.astype(float))
    for window in range(4):
        pane = np.hypot(_COLUMN - (0.297 + 0.029 * window), _ROW - 0.639)
        image = _mix(image, _colour("#3f5f78"), _disc(pane, 0.008))
    for puff in range(5):
        smoke = np.hypot(_COLUMN - (0.375 + 0.03 * puff), (_ROW - (0.553 - 0.024 * puff)) * 1.2)
        image = _mix(image, _colour("#fbeee0"), 0.5 * (1 - puff / 6) * _disc(smoke, 0.014 + 0.006 * puff))
    return image


def png_bytes(image: np.ndarray) -> bytes:
    """Return an RGB image (rows, columns, 3), values 0 to 1, as a PNG file (W3C PNG, colour type 2, filter Sub)."""
    pixels = np.round(np.clip(image, 0, 1) * 255).astype(np.uint8)
    rows, columns, _ = pixels.shape
    flat = pixels.reshape(rows, columns * 3)
    filtered = flat.copy()
    filtered[:, 3:] = flat[:, 3:] - flat[:, :-3]
    lines = np.concatenate([np.ones((rows, 1), np.uint8), filtered], axis=1).tobytes()
    header = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _colour(name: str) -> np.ndarray:
    return np.array([int(name[place : place + 2], 16) for place in (1, 3, 5)]) / 255


def _ramp(position: np.ndarray, first: str, last: str) -> np.ndarray:
    share = np.clip(position, 0, 1)[..., None]
    return _colour(first) * (1 - share) + _colour(last) * share


def _gradient(stops: tuple[tuple[float, str], ...]) -> np.ndarray:
    places = [place for place, _ in stops]
    colours = np.array([_colour(name) for _, name in stops])
    return np.stack([np.interp(_ROW, places, colours[:, channel]) for channel in range(3)], axis=2)


def _mix(image: np.ndarray, over: np.ndarray, share: np.ndarray) -> np.ndarray:
    return image * (1 - share[..., None]) + over * share[..., None]


def _disc(distance: np.ndarray, radius: float) -> np.ndarray:
    return np.clip((radius - distance) * SIZE_PX + 0.5, 0, 1)


def _below(ridge: np.ndarray) -> np.ndarray:
    return np.clip((_ROW - ridge) * SIZE_PX + 0.5, 0, 1)
