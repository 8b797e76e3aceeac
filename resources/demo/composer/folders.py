"""Writes a finished song as a track folder: FLAC stems, `track.toml` and the cover."""

from pathlib import Path

import numpy as np
import soundfile

from composer.covers import png_bytes
from composer.song import SAMPLE_RATE_HZ, Song


def write_track(folder: Path, song: Song, stems: dict[str, np.ndarray], cover: np.ndarray) -> None:
    """Write the whole folder; what stands there of the same names is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, sound in stems.items():
        # Fourteen bits in a sixteen-bit file: the noise stays near -89 dBFS, and the tracks stay small enough to ship.
        soundfile.write(
            folder / f"{name}.flac",
            (np.round(sound * 8191) * 4).astype(np.int16),
            SAMPLE_RATE_HZ,
            format="FLAC",
            subtype="PCM_16",
            compression_level=1.0,
        )
    (folder / "track.toml").write_text(track_toml(song), encoding="utf-8")
    (folder / "cover.png").write_bytes(png_bytes(cover))


def track_toml(song: Song) -> str:
    lines = [
        f'title = "{song.title}"',
        f'artist = "{song.artist}"',
        f"tempo_bpm = {song.clock.tempo_bpm}",
        f"first_beat_ms = {song.clock.first_beat_ms}",
        f'key = "{song.key}"',
        "",
        "[stems]",
        *(f'{name} = "{name}.flac"' for name in song.stems),
    ]
    for section in song.sections:
        lines += ["", "[[sections]]", f'name = "{section.name}"', f"start_bar = {section.start_bar}"]
    return "\n".join(lines) + "\n"
