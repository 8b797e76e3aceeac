"""A track as a folder: `track.toml` and its stems."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fanlink.core.errors import BadInput
from fanlink.core.tracks import Music, Stem, TrackFacts, TrackSection
from fanlink.remix import decode, files, keys
from fanlink.remix.tables import Table

KNOWN = ("title", "artist", "tempo_bpm", "first_beat_ms", "key", "beats_per_bar", "stems", "sections")
MOST_STEMS = 64
# Names of stems that have a beat and no harmony.
DRUMS = ("drum", "perc", "beat", "kick", "snare", "hat")
TEMPO_BPM = (20.0, 400.0)
BEATS_PER_BAR = (1, 16)


@dataclass(frozen=True, slots=True)
class Track:
    """What is known of a track, and where the file of each of its stems is."""

    facts: TrackFacts
    files: dict[str, Path]

    @property
    def rate_hz(self) -> int:
        """The highest rate of its stems: the rate of every remix of it."""
        return max(stem.rate_hz for stem in self.facts.stems.values())


def load(folder: Path) -> Track:
    """Reads a track folder.

    Unknown keys are an error with their line. What the artist did not declare (tempo, first beat, key) is
    proposed by analysis. `BadInput` for a stem that is missing or cannot be used.
    """
    if not folder.is_dir():
        raise BadInput("is not a folder", where=str(folder))
    path = folder / "track.toml"
    if not path.is_file():
        raise BadInput("has no track.toml", where=str(folder))
    table = Table.read(path)
    table.only(KNOWN)
    title, artist = table.text("title"), table.text("artist")
    paths = _paths(table, folder)
    stems = _stems(paths)
    music = _music(table, max(stem.length_ms for stem in stems.values()), paths)
    return Track(TrackFacts(title, artist, music, stems), paths)


def write(folder: Path, facts: TrackFacts, stems: Mapping[str, Path]) -> None:
    """A track folder of these facts and stem files, which `load` reads back to the same digest."""
    folder.mkdir(parents=True)
    music = facts.music
    lines = [
        f"title = {_quoted(facts.title)}",
        f"artist = {_quoted(facts.artist)}",
        f"tempo_bpm = {float(music.tempo_bpm)!r}",
        f"first_beat_ms = {float(music.first_beat_ms)!r}",
        f"key = {_quoted(music.key)}",
        f"beats_per_bar = {music.beats_per_bar}",
        "[stems]",
    ]
    for number, (name, path) in enumerate(stems.items()):
        shutil.copyfile(path, folder / f"stem{number}")
        lines.append(f'{_quoted(name)} = "stem{number}"')
    for section in music.sections:
        lines += ["[[sections]]", f"name = {_quoted(section.name)}", f"start_bar = {section.start_bar}"]
    (folder / "track.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _quoted(text: str) -> str:
    """A TOML string: JSON's escapes are among TOML's, but for the one of a delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _paths(table: Table, folder: Path) -> dict[str, Path]:
    table.need("stems")
    stems = table.table("stems")
    paths: dict[str, Path] = {}
    root = folder.resolve()
    for name in stems:
        file = stems.text(name)
        if "\0" in file:
            raise stems.wrong(f"the stem {name} has a file name that no file can have", name)
        path = folder / file
        if not path.resolve().is_relative_to(root):
            raise stems.wrong(f"the stem {name} must be in the track's folder", name)
        if not path.is_file():
            raise stems.wrong(f"the stem {name} is missing: there is no {file}", name)
        paths[name] = path
    if not 1 <= len(paths) <= MOST_STEMS:
        raise table.wrong(f"a track has 1 to {MOST_STEMS} stems", "stems")
    return paths


def _stems(paths: dict[str, Path]) -> dict[str, Stem]:
    sounds = decode.examine(list(paths.values()))
    stems: dict[str, Stem] = {}
    for (name, path), sound in zip(paths.items(), sounds, strict=True):
        if isinstance(sound, BadInput):
            raise BadInput(f"the stem {name} {sound.sentence}", where=path.name)
        stems[name] = Stem(name, files.digest_of_file(path), sound.rate_hz, sound.channels, sound.frames)
    return stems


def need_whole(track: Track, but: Iterable[str] = ()) -> None:
    """`BadInput` for the first stem that cannot be decoded to its end; not those named, which somebody else decodes.

    A remix uses some of the stems. One that it leaves aside is broken all the same, and better known now than with
    the next remix.
    """
    names = [name for name in track.files if name not in set(but)]
    sounds = decode.examine([track.files[name] for name in names], whole=True)
    for name, sound in zip(names, sounds, strict=True):
        if isinstance(sound, BadInput):
            raise BadInput(f"the stem {name} {sound.sentence}", where=track.files[name].name)


def _music(table: Table, length_ms: int, paths: dict[str, Path]) -> Music:
    beats_per_bar = table.whole("beats_per_bar", 4)
    if not BEATS_PER_BAR[0] <= beats_per_bar <= BEATS_PER_BAR[1]:
        raise table.wrong("beats_per_bar must be from 1 to 16", "beats_per_bar")
    proposed = None
    if any(key not in table for key in ("tempo_bpm", "first_beat_ms", "key")):
        from fanlink.remix import analyse

        tempo_bpm = table.number("tempo_bpm") if "tempo_bpm" in table else None
        proposed = analyse.of_mix(list(paths.values()), tempo_bpm=tempo_bpm, beats_per_bar=beats_per_bar)
    tempo_bpm = table.number("tempo_bpm", proposed and proposed.tempo_bpm)
    if not TEMPO_BPM[0] <= tempo_bpm <= TEMPO_BPM[1]:
        raise table.wrong(f"tempo_bpm must be from {TEMPO_BPM[0]:g} to {TEMPO_BPM[1]:g}", "tempo_bpm")
    first_beat_ms = table.number("first_beat_ms", proposed and proposed.first_beat_ms)
    if not 0 <= first_beat_ms < length_ms:
        raise table.wrong("first_beat_ms must be within the track", "first_beat_ms")
    key = table.text("key", proposed and proposed.key)
    if keys.parse(key) is None:
        raise table.wrong('key must be like "A minor" or "Eb major"', "key")
    return Music(tempo_bpm, first_beat_ms, key, beats_per_bar, _sections(table))


def _sections(table: Table) -> tuple[TrackSection, ...]:
    sections = []
    for entry in table.tables("sections"):
        entry.only(("name", "start_bar"))
        section = TrackSection(entry.text("name"), entry.whole("start_bar"))
        if section.start_bar < 1 or (sections and section.start_bar <= sections[-1].start_bar):
            raise entry.wrong("start_bar must count up from 1", "start_bar")
        sections.append(section)
    return tuple(sections)
