"""Where every simulation begins: people, two artists, each with a track whose rights are agreed to and an open prompt.

What has happened there before stands in `town.py`. It is made once by real commands and then copied, for it is the same
whatever the seed.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import shutil
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

from fanlink import wire
from fanlink.core.guard_rails import GuardRails
from fanlink.core.people import Role
from fanlink.core.prompts import PromptText, Slot
from fanlink.core.shares import Template, fifty_forty_ten
from fanlink.core.tracks import TrackFacts
from fanlink.server import accounts, asset_rows, schema
from fanlink.server.assets import Stored
from fanlink.server.envelopes import Envelope, asked
from fanlink.simulation.auditor import Auditor
from fanlink.simulation.clock import START_MS, World
from fanlink.simulation.machine import DATABASE, Machine
from fanlink.simulation.model import Model
from fanlink.simulation.plain import DAY_MS, short_digest
from fanlink.simulation.town import Town

BEGAN_MS = START_MS - 30 * DAY_MS
ENDS_MS = 4 * 3_600_000
FIRST_WIND_DOWN_DAYS = 3
# By profile, in the order in which computers are given out; a name that comes twice has two computers.
CASTS = {
    "all": ("ana", "fay", "ben", "mo", "cleo", "gil", "nia", "fin", "dana", "ana", "fay", "eve", "hal", "flo", "mo", "ben"),
    "consent": ("ana", "fay", "ben", "mo", "cleo", "gil", "nia", "dana", "eve", "ana", "fay", "hal", "ben", "fin", "mo", "flo"),
    "queue": ("ana", "fay", "ben", "mo", "cleo", "gil", "nia", "dana", "mo", "hal", "fay", "eve", "ana", "fin", "ben", "flo"),
    "money": ("fin", "ben", "mo", "flo", "gil", "cleo", "dana", "fay", "fin", "ana", "eve", "ben", "nia", "hal", "mo", "fay"),
}
RESTLESS = ("consent", "queue")  # where a consent that everything rests on ends within hours
PEOPLE = {
    "ana": ("artist", Role.ARTIST), "ben": ("rightsholder", Role.RIGHTSHOLDER), "cleo": ("rightsholder", Role.RIGHTSHOLDER),
    "fay": ("fan", Role.FAN), "gil": ("fan", Role.FAN), "hal": ("fan", Role.FAN),
    "mo": ("moderator", Role.MODERATOR), "nia": ("moderator", Role.MODERATOR),
    "fin": ("finance", Role.FINANCE), "eve": ("rightsholder", Role.RIGHTSHOLDER), "dana": ("artist", Role.ARTIST), "flo": ("finance", Role.FINANCE),
}
BESIDES = {"nia": (Role.FAN,), "mo": (Role.FINANCE,)}  # what else people are


@dataclass(frozen=True, slots=True)
class Song:
    """A track with who runs its artist, who owns its recording and its composition, and the prompt it begins with, if any."""

    artist: str
    name: str
    by: str
    track: str
    title: str
    recording: str
    composition: str
    prompt: str = ""

    @property
    def split(self) -> Template:
        """Half for the recording, two fifths for the composition, a tenth for whoever remixes."""
        return fifty_forty_ten({f"party-{self.recording}": Fraction(1)}, {f"party-{self.composition}": Fraction(1)})


SONGS = {
    song.track: song for song in (
        Song("artist-ana", "Ana Sol", "ana", "track-one", "First Light", "ben", "cleo", "prompt-one"),
        Song("artist-dana", "Dana Wells", "dana", "track-two", "Low Tide", "dana", "cleo", "prompt-two"),
        # Of these nobody was ever asked anything.
        Song("artist-ana", "Ana Sol", "ana", "track-three", "Slow Rain", "ben", "eve"),
        Song("artist-dana", "Dana Wells", "dana", "track-four", "High Water", "eve", "ben"),
        Song("artist-dana", "Dana Wells", "dana", "track-five", "Old Road", "cleo", "eve"),
    )
}  # fmt: skip
ARTIST, ARTISTS = "artist-ana", tuple(dict.fromkeys(song.artist for song in SONGS.values()))


@dataclass(frozen=True, slots=True)
class Stage:
    """A folder to copy, the tokens of its people, and the auditor who watched it being made."""

    folder: Path
    tokens: dict[str, str]
    auditor: Auditor

    def copy_to(self, folder: Path) -> None:
        """Puts the server's files there."""
        shutil.copytree(self.folder, folder)


def text(number: int, track: str) -> PromptText:
    """A sound prompt for a track; the number makes it another one."""
    return PromptText(
        f"Slow it down {number}", "Make it {mood}", {"mood": Slot(("calm", "bright"))}, GuardRails(tempo_bpm=(90, 130)),
        SONGS[track].split.id, wind_down_days=number % 40,
    )


def build(folder: Path, *, restless: bool = False) -> Stage:
    """Makes the stage; where people are restless, a consent that everything rests on ends within hours."""
    world, auditor = World(BEGAN_MS), Auditor()
    folder.mkdir(parents=True)
    machine = Machine(folder, world, auditor.heard)
    schema.prepare(machine.database)
    chance = Random("stage")
    tokens = {}
    for name, (_, account_role) in PEOPLE.items():
        added = accounts.add(
            machine.door, name=name.title(), roles=[account_role, *BESIDES.get(name, ())], now_ms=world.now_ms,
            random=chance.randbytes, account_id=f"person-{name}",
        )
        tokens[name] = added.token
        auditor.model.people[added.id] = {
            "roles": [str(role) for role in added.roles], "party": added.party, "follows": set(), "name": name.title(),
        }
    setting = _Setting(machine, auditor)
    for song in SONGS.values():
        setting.play(song, restless=restless)
    Town(machine, auditor.model, setting.do, START_MS).live()
    with machine.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    machine.stop()
    assert (folder / DATABASE).exists(), "the stage has a database"
    assert not auditor.violations, auditor.violations
    return Stage(folder, tokens, auditor)


class _Setting:
    """The first commands, straight through the door."""

    def __init__(self, machine: Machine, auditor: Auditor) -> None:
        self._machine, self._auditor, self._ids = machine, auditor, itertools.count(1)

    def do(
        self, who: str, kind: str, target: str, data: dict[str, Any] | None = None, seen: int | None = None, *,
        modelled: bool = True,
    ) -> None:  # fmt: skip
        """A command that is accepted; the model hears of it."""
        envelope = Envelope(id=f"stage-{next(self._ids)}", kind=kind, target=target, data=data or {}, base_version=seen)
        now_ms = self._machine.world.now_ms
        answers = self._machine.door.answer(f"person-{who}", [asked(envelope)], now_ms)
        assert answers[0]["outcome"] == "accepted", answers
        if modelled:
            self._auditor.heard(f"person-{who}", [envelope.model_dump()], answers, now_ms)
        else:
            self._auditor.answers[f"person-{who}", envelope.id] = (short_digest(envelope.model_dump()), "accepted", True, None)

    def play(self, song: Song, *, restless: bool) -> None:
        """An artist with a track, its rights, and an open prompt."""
        recording, composition = f"party-{song.recording}", f"party-{song.composition}"
        model: Model = self._auditor.model
        if song.artist not in model.artists:
            self.do(song.by, "add_artist", song.artist, {"name": song.name, "about": "Songs"}, modelled=False)
            model.artists[song.artist] = {"name": song.name, "team": [f"person-{song.by}"], "version": 1}
        self.do(song.by, "add_track", song.track, {
            "artist": song.artist, "title": song.title, "stems": {name: self._stem(song, name) for name in ("vocals", "drums")},
            "music": {"tempo_bpm": 120.0, "first_beat_ms": 0.0, "key": "C", "sections": [{"name": "verse", "start_bar": 1}]},
            "stakes": [
                {"party": recording, "right": "recording", "share": "1"}, {"party": composition, "right": "composition", "share": "1"},
            ],
        }, modelled=False)
        parties = sorted([recording, composition])
        model.tracks[song.track] = {
            "artist": song.artist, "parties": parties, "shares": {recording: Fraction(1, 2), composition: Fraction(2, 5)},
        }
        template = f"split-{song.track}"
        self.do(song.by, "propose_template", template, {"track": song.track, "tree": song.split.as_data()}, modelled=False)
        model.templates[template] = {
            "track": song.track, "parties": parties, "unsigned": list(parties), "version": 1, "digest": song.split.id,
        }
        for signed, party in enumerate((recording, composition), start=1):
            self.do(party.removeprefix("party-"), "sign_template", template, {"party": party}, signed)
        facts = {id_: data["facts"] for kind, id_, _, _, data in self._machine.documents(f"team:{song.artist}") if kind == "track"}
        model.tracks[song.track]["sound"] = wire.from_json(TrackFacts, facts[song.track]).digest
        if song.prompt:
            self._open(song, restless=restless)

    def _open(self, song: Song, *, restless: bool) -> None:
        """Its prompt, which everyone has agreed to."""
        model: Model = self._auditor.model
        written = wire.to_json(text(FIRST_WIND_DOWN_DAYS, song.track))
        self.do(song.by, "write_prompt", song.prompt, {"artist": song.artist, "track": song.track, "text": written})
        self.do(song.by, "ask_approval", song.prompt, None, 1)
        for id_, consent in sorted(model.consents.items()):
            if consent["state"] == "asked":
                ends = {"until_ms": START_MS + ENDS_MS} if restless and consent["party"] == "party-ben" else {}
                self.do(consent["party"].removeprefix("party-"), "grant_consent", id_, ends, 1)
        self.do(song.by, "publish_prompt", song.prompt, None, 2)

    def _stem(self, song: Song, name: str) -> str:
        """A stem as the server's table knows it; its sound is never played here."""
        digest = hashlib.sha256(json.dumps([song.track, name]).encode()).hexdigest()
        stored = Stored(digest, 100_000, "audio/flac", {"rate_hz": 8000, "channels": 1, "frames": 64_000})
        self._machine.door.act(lambda one: asset_rows.keep(one, stored, f"person-{song.by}"), self._machine.world.now_ms)
        return digest
