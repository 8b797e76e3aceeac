"""Everything about an artist's catalogue that one reader may see, as files that any spreadsheet and any program opens.

Made of documents alone, so that it holds nothing which its reader could not see anyway, on the server and offline alike.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fanlink.core import plain_text

Data = Mapping[str, Any]
KINDS = (
    "artist", "track", "consent", "template", "prompt_draft", "prompt", "submission", "published", "sheet", "pot", "statement",
    "mandate", "standing", "party",
)  # fmt: skip
ABOUT = """This is everything about the catalogue of {artist} that your account may see.

tracks.csv      the tracks, with ISRC and ISWC
stakes.csv      who owns which share of each recording and composition, and who is featured
consents.csv    every question and answer: use, state, territory, end, conditions, notes
prompts.csv     the prompts, with their state and the number of published versions
remixes.csv     the remixes, with their state and the day on which they come down
statements.csv  what was earned by period and currency, in whole millionths
catalogue.json  the same and more, each document as the server wrote it

Times are milliseconds since 1970 UTC; shares are exact fractions.
"""


def files(artist: str, documents: Iterable[tuple[str, Data]]) -> dict[str, bytes]:
    """Name to content. `documents` are (kind, data) of all that the reader has; those about the artist are taken."""
    by: dict[str, dict[str, Data]] = {kind: {} for kind in KINDS}
    for kind, data in documents:
        if kind in by:
            by[kind].setdefault(str(data["id"]), data)
    chosen = _about(artist, by)
    name = next((str(one["name"]) for one in chosen["artist"]), artist)
    made = {"about.txt": ABOUT.format(artist=name).encode()}
    for file, (header, rows) in TABLES.items():
        made[file] = _csv(header, rows(chosen))
    made["catalogue.json"] = json.dumps(chosen, indent=1, ensure_ascii=False, sort_keys=True).encode()
    return made


def _about(artist: str, by: Mapping[str, Mapping[str, Data]]) -> dict[str, list[Data]]:
    tracks = {id_ for id_, one in by["track"].items() if one["artist"] == artist}
    sheets = {id_ for id_, one in by["sheet"].items() if one.get("track") in tracks}
    tests: dict[str, Callable[[Data], bool]] = {
        "artist": lambda one: one["id"] == artist,
        "track": lambda one: one["id"] in tracks,
        "consent": lambda one: one["consent"]["track"] in tracks,
        "template": lambda one: one["track"] in tracks,
        "prompt_draft": lambda one: one["prompt"]["artist"] == artist,
        "prompt": lambda one: one["artist"] == artist,
        "submission": lambda one: one["track"] in tracks,
        "published": lambda one: one["artist"] == artist,
        "sheet": lambda one: one["id"] in sheets,
        "pot": lambda one: one["remix"] in sheets,
    }
    return {
        kind: [one for _, one in sorted(found.items()) if kind not in tests or tests[kind](one)] for kind, found in by.items()
    }  # fmt: skip


def _tracks(chosen: Mapping[str, list[Data]]) -> Iterable[list[Any]]:
    for one in chosen["track"]:
        music = one["facts"]["music"]
        yield [one["id"], one["facts"]["title"], one["artist_name"], one["isrc"], one["iswc"], music["tempo_bpm"], music["key"]]


def _stakes(chosen: Mapping[str, list[Data]]) -> Iterable[list[Any]]:
    for one in chosen["track"]:
        names, title = one["party_names"], one["facts"]["title"]
        for stake in one["stakes"]:
            yield [one["id"], title, stake["party"], names.get(stake["party"], ""), stake["right"], stake["share"], ""]
        for stake in one.get("contested", ()):
            yield [one["id"], title, stake["party"], names.get(stake["party"], ""), stake["right"], stake["share"], "open claim"]
        for party in one["featured"]:
            yield [one["id"], title, party, names.get(party, ""), "", "0", "featured"]


def _consents(chosen: Mapping[str, list[Data]]) -> Iterable[list[Any]]:
    found = {one["id"]: (one, "") for track in chosen["track"] for one in track["consents"]}
    found |= {one["id"]: (one["consent"], one["party_name"]) for one in chosen["consent"]}
    names = {party: name for track in chosen["track"] for party, name in track["party_names"].items()}
    for id_, (one, name) in sorted(found.items()):
        yield [
            id_, one["track"], one["party"], name or names.get(one["party"], ""), one["use"], one["state"], one["territory"],
            one["until_ms"], one["conditions"], one["note"], one["answered_ms"],
        ]  # fmt: skip


def _prompts(chosen: Mapping[str, list[Data]]) -> Iterable[list[Any]]:
    for one in chosen["prompt_draft"]:
        prompt = one["prompt"]
        yield [prompt["id"], prompt["track"], prompt["draft"]["title"], prompt["state"], len(prompt["versions"]), prompt["wind_down_ms"]]
    drafts = {one["id"] for one in chosen["prompt_draft"]}
    for one in chosen["prompt"]:
        if one["id"] not in drafts:
            yield [one["id"], one["track"], one["text"]["title"], one["state"], one["number"], one["wind_down_ms"]]


def _remixes(chosen: Mapping[str, list[Data]]) -> Iterable[list[Any]]:
    found = {one["id"]: [one["id"], one["remix_title"], "", "", None] for one in chosen["sheet"]}
    for one in chosen["published"]:
        found[one["id"]] = [one["id"], one["title"], one["fan_name"], "published", one.get("wind_down_ms")]
    for one in chosen["submission"]:
        found[one["id"]] = [one["id"], one["title"], one["fan_name"], one["state"], one.get("wind_down_ms")]
    yield from (found[id_] for id_ in sorted(found))


def _statements(chosen: Mapping[str, list[Data]]) -> Iterable[list[Any]]:
    for one in chosen["statement"]:
        yield [one["party"], one["party_name"], one["period"], one["currency"], one["state"], one["earned_micro"]]


TABLES: dict[str, tuple[tuple[str, ...], Callable[[Mapping[str, list[Data]]], Iterable[list[Any]]]]] = {
    "tracks.csv": (("track", "title", "artist", "isrc", "iswc", "tempo_bpm", "key"), _tracks),
    "stakes.csv": (("track", "title", "party", "party_name", "right", "share", "note"), _stakes),
    "consents.csv": (
        (
            "consent", "track", "party", "party_name", "use", "state", "territory", "until_ms", "conditions", "note",
            "answered_ms",
        ), _consents,
    ),
    "prompts.csv": (("prompt", "track", "title", "state", "versions", "wind_down_ms"), _prompts),
    "remixes.csv": (("remix", "title", "remixer", "state", "wind_down_ms"), _remixes),
    "statements.csv": (("party", "party_name", "period", "currency", "state", "earned_micro"), _statements),
}  # fmt: skip


def _csv(header: tuple[str, ...], rows: Iterable[list[Any]]) -> bytes:
    lines = _Lines()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return "".join(lines).encode()


class _Lines(list[str]):
    """What a CSV writer writes to."""

    def write(self, text: str) -> None:
        self.append(text)


def _cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula, whatever somebody called their song."""
    if value is None:
        return ""
    return plain_text.cell(value) if isinstance(value, str) else value
