"""Where every simulation begins: people, an artist, a track whose rights are agreed to, and one open prompt.

It is made once by real commands and then copied, for it is the same whatever the seed.
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
from fanlink.core.shares import fifty_forty_ten
from fanlink.server import accounts, asset_rows, schema
from fanlink.server.assets import Stored
from fanlink.server.envelopes import Envelope, asked
from fanlink.simulation.auditor import Auditor
from fanlink.simulation.clock import World
from fanlink.simulation.machine import DATABASE, Machine
from fanlink.simulation.model import Model
from fanlink.simulation.plain import short_digest

ARTIST, TRACK, PROMPT = "artist-ana", "track-one", "prompt-one"

ENDS_MS = 4 * 3_600_000
# In the order in which computers are given out; a name that comes twice has two computers.
COMPUTERS = ("ana", "fay", "ben", "mo", "cleo", "fin", "nia", "eve", "dana", "gil", "ana", "fay", "mo", "hal", "ben", "fin")
PEOPLE = {
    "ana": ("artist", Role.ARTIST), "ben": ("rightsholder", Role.RIGHTSHOLDER), "cleo": ("rightsholder", Role.RIGHTSHOLDER),
    "fay": ("fan", Role.FAN), "gil": ("fan", Role.FAN), "hal": ("fan", Role.FAN),
    "mo": ("moderator", Role.MODERATOR), "nia": ("moderator", Role.MODERATOR),
    "fin": ("finance", Role.FINANCE), "eve": ("rightsholder", Role.RIGHTSHOLDER), "dana": ("artist", Role.ARTIST),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """A folder to copy, the tokens of its people, and the auditor who watched it being made."""

    folder: Path
    tokens: dict[str, str]
    auditor: Auditor

    def copy_to(self, folder: Path) -> None:
        """Puts the server's files there."""
        shutil.copytree(self.folder, folder)


SPLIT = fifty_forty_ten({"party-ben": Fraction(1)}, {"party-cleo": Fraction(1)})


def text(number: int) -> PromptText:
    """A sound prompt; the number makes it another one."""
    return PromptText(
        f"Slow it down {number}", "Make it {mood}", {"mood": Slot(("calm", "bright"))}, GuardRails(tempo_bpm=(90, 130)),
        SPLIT.id, wind_down_days=number % 40,
    )


def build(folder: Path, *, restless: bool = False) -> Stage:
    """Makes the stage; where people are restless, a consent that everything rests on ends within hours."""
    world, auditor = World(), Auditor()
    folder.mkdir(parents=True)
    machine = Machine(folder, world, auditor.heard)
    schema.prepare(machine.database)
    chance = Random("stage")
    tokens = {}
    for name, (_, account_role) in PEOPLE.items():
        added = accounts.add(
            machine.door, name=name.title(), roles=[account_role], now_ms=world.now_ms, random=chance.randbytes,
            account_id=f"person-{name}",
        )
        tokens[name] = added.token
        auditor.model.people[added.id] = {
            "roles": [str(account_role)], "party": added.party, "follows": set(), "name": name.title(),
        }
    _Setting(machine, auditor).play(restless=restless)
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

    def _do(
        self, who: str, kind: str, target: str, data: dict[str, Any] | None = None, seen: int | None = None, *,
        modelled: bool = True,
    ) -> None:  # fmt: skip
        envelope = Envelope(id=f"stage-{next(self._ids)}", kind=kind, target=target, data=data or {}, base_version=seen)
        now_ms = self._machine.world.now_ms
        answers = self._machine.door.answer(f"person-{who}", [asked(envelope)], now_ms)
        assert answers[0]["outcome"] == "accepted", answers
        if modelled:
            self._auditor.heard(f"person-{who}", [envelope.model_dump()], answers, now_ms)
        else:
            self._auditor.answers[f"person-{who}", envelope.id] = (short_digest(envelope.model_dump()), "accepted", True, None)

    def play(self, *, restless: bool) -> None:
        ben, cleo = "party-ben", "party-cleo"
        model: Model = self._auditor.model
        self._do("ana", "add_artist", ARTIST, {"name": "Ana Sol", "about": "Songs"}, modelled=False)
        model.artists[ARTIST] = {"name": "Ana Sol", "team": ["person-ana"], "version": 1}
        self._do("ana", "add_track", TRACK, {
            "artist": ARTIST, "title": "First Light", "stems": {name: self._stem(name) for name in ("vocals", "drums")},
            "music": {"tempo_bpm": 120.0, "first_beat_ms": 0.0, "key": "C", "sections": [{"name": "verse", "start_bar": 1}]},
            "stakes": [
                {"party": ben, "right": "recording", "share": "1"}, {"party": cleo, "right": "composition", "share": "1"},
            ],
        }, modelled=False)
        model.tracks[TRACK] = {
            "artist": ARTIST, "parties": sorted([ben, cleo]), "shares": {ben: Fraction(1, 2), cleo: Fraction(2, 5)},
        }
        self._do("ana", "propose_template", "split-one", {"track": TRACK, "tree": SPLIT.as_data()}, modelled=False)
        model.templates["split-one"] = {
            "track": TRACK, "parties": [ben, cleo], "unsigned": [ben, cleo], "version": 1, "digest": SPLIT.id,
        }
        self._do("ben", "sign_template", "split-one", {"party": ben}, 1)
        self._do("cleo", "sign_template", "split-one", {"party": cleo}, 2)
        self._do("ana", "write_prompt", PROMPT, {"artist": ARTIST, "track": TRACK, "text": wire.to_json(text(0))})
        self._do("ana", "ask_approval", PROMPT, None, 1)
        for id_, consent in sorted(model.consents.items()):
            ends = {"until_ms": self._machine.world.now_ms + ENDS_MS} if restless and consent["party"] == ben else {}
            self._do(consent["party"].removeprefix("party-"), "grant_consent", id_, ends, 1)
        self._do("ana", "publish_prompt", PROMPT, None, 2)

    def _stem(self, name: str) -> str:
        """A stem as the server's table knows it; its sound is never played here."""
        digest = hashlib.sha256(json.dumps(name).encode()).hexdigest()
        stored = Stored(digest, 100_000, "audio/flac", {"rate_hz": 8000, "channels": 1, "frames": 64_000})
        self._machine.door.act(lambda one: asset_rows.keep(one, stored, "person-ana"), self._machine.world.now_ms)
        return digest
