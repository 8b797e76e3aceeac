"""A small world behind the door, without threads: commands in, answers out, at a time that the test sets."""

import itertools
import random
import struct
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import numpy as np
import soundfile
from sqlalchemy import select

from fanlink import wire
from fanlink.core import feeds
from fanlink.core.digests import digest_of_bytes
from fanlink.core.guard_rails import GuardRails, Use
from fanlink.core.people import Role
from fanlink.core.prompts import PromptText, Slot
from fanlink.core.recipes import Recipe, Section, StemUse
from fanlink.core.shares import fifty_forty_ten
from fanlink.server import accounts, asset_rows, due, feed, tables
from fanlink.server.assets import Assets
from fanlink.server.database import Database
from fanlink.server.door import Door
from fanlink.server.envelopes import Envelope, asked
from fanlink.server.rendering import Rendering
from fanlink.server.settings import Settings

DAY_MS = 86_400_000
SEEN = {
    **dict.fromkeys(("grant_consent", "refuse_consent", "counter_consent"), tables.consents),
    **dict.fromkeys(("declare_stakes", "accept_stakes", "add_stems"), tables.tracks),
    **dict.fromkeys(
        ("ask_approval", "publish_prompt", "pause_prompt", "resume_prompt", "close_prompt", "withdraw_prompt"), tables.prompts
    ),
    **dict.fromkeys(
        ("withdraw_remix", "appeal_remix", "take_down_remix", "reinstate_remix"), tables.remixes
    ),
    **dict.fromkeys(
        ("schedule_challenge", "extend_challenge", "cancel_challenge", "decide_challenge"), tables.challenges
    ),
    **dict.fromkeys(("claim_case", "release_case"), tables.cases),
    **dict.fromkeys(("add_team_member", "remove_team_member"), tables.artists),
    **dict.fromkeys(("appeal_hold", "decide_hold"), tables.holds),
    "sign_template": tables.templates, "revoke_mandate": tables.mandates, "score_entry": tables.entries,
    "change_party": tables.parties, "set_standing_answer": tables.standing_answers,
    "end_standing_answer": tables.standing_answers, "sign_sheet": tables.sheet_proposals,
}


class Clock:
    """Time that moves when it is told to."""

    def __init__(self):
        self.now_ms = int(datetime(2026, 11, 10, 12, tzinfo=UTC).timestamp() * 1000)

    def __call__(self):
        return self.now_ms

    def pass_days(self, days):
        self.now_ms += int(days * DAY_MS)


def stem_bytes(seed, seconds=8.0, rate=8_000):
    """A small FLAC with a tone in it."""
    import io

    frames = int(seconds * rate)
    tone = 0.2 * np.sin(2 * np.pi * (110 * (seed + 1)) * np.arange(frames) / rate)
    out = io.BytesIO()
    soundfile.write(out, tone.astype("float32"), rate, format="FLAC", subtype="PCM_16")
    return out.getvalue()


class World:
    def __init__(self, url, folder, clock):
        self.clock = clock
        self.database = Database(url)
        self.settings = Settings(database=url, assets=folder)
        self.door = Door(self.database, self.settings)
        self.assets = Assets(folder)
        self.random = random.Random(7).randbytes
        self.ids = itertools.count(1)
        self.people = {}
        for name, *roles in (
            ("Ana", Role.ARTIST), ("Ben", Role.RIGHTSHOLDER), ("Cleo", Role.RIGHTSHOLDER), ("Fay", Role.FAN),
            ("Gil", Role.FAN), ("Mo", Role.MODERATOR), ("Nia", Role.MODERATOR), ("Fin", Role.FINANCE), ("Ada", Role.ADMIN),
            ("Rival", Role.ARTIST),
        ):  # fmt: skip
            self.add(name, roles)

    def add(self, name, roles, **more):
        added = accounts.add(
            self.door, name=name, roles=roles, now_ms=self.clock(), random=self.random,
            account_id=f"person-{name.lower()}-1", **more,
        )
        self.people[name] = added
        return added

    def close(self):
        self.database.close()

    # Asking -----------------------------------------------------------------------------------------------------

    def ask(self, who, kind, target, data=None, **more):
        """One command's answer."""
        return self.batch(who, (kind, target, data or {}, more))[0]

    def batch(self, who, *acts):
        commands = []
        for kind, target, data, more in acts:
            name = more.pop("id", None) or f"command-{next(self.ids)}"
            more.setdefault("base_version", self.newest(kind, target))
            commands.append(asked(Envelope(id=name, kind=kind, target=target, data=data, **more)))
        return self.door.answer(self.people[who].id, commands, self.clock())

    def newest(self, kind, target):
        """The version that somebody who looks now sees; none of what is new, or needs none."""
        noun = SEEN.get(kind)
        if noun is None:
            return None
        with self.database.reading() as connection:
            return connection.execute(select(noun.c.version).where(noun.c.id == target)).scalar()

    def do(self, who, kind, target, data=None, **more):
        """One command that must be accepted."""
        answer = self.ask(who, kind, target, data, **more)
        assert answer["outcome"] == "accepted", answer
        return answer

    def refused(self, who, kind, target, data=None, **more):
        """The codes with which a command is refused."""
        answer = self.ask(who, kind, target, data, **more)
        assert answer["outcome"] == "refused", answer
        return [finding["code"] for finding in answer["findings"]]

    # Seeing -----------------------------------------------------------------------------------------------------

    def changes(self, scope, after=0, limit=10_000):
        with self.database.reading() as connection:
            return feed.page(connection, scope, after, limit)

    def documents(self, scope, kind=None):
        """The live documents of a scope: (kind, id) to data."""
        return {
            (row.kind, row.id): wire.from_bytes(dict, row.data) for row in self.changes(scope)
            if not row.deleted and kind in (None, row.kind)
        }

    def document(self, scope, kind, name):
        return self.documents(scope, kind)[kind, name]

    def scope_digest(self, scope):
        """The digest as a client computes it from the changes."""
        return feeds.scope_digest(
            feeds.line(row.kind, row.id, row.version, digest_of_bytes(row.data.encode()))
            for row in self.changes(scope) if not row.deleted
        )

    # The story --------------------------------------------------------------------------------------------------

    def upload(self, data, who="Ana"):
        import asyncio

        async def chunks():
            yield data

        stored = asyncio.run(self.assets.receive(digest_of_bytes(data), chunks(), 10**8))
        self.door.act(lambda one: asset_rows.keep(one, stored, self.people[who].id), self.clock())
        return stored.digest

    def add_track(self, track="track-one", artist="artist-ana", who="Ana", seed=0):
        ben, cleo = self.people["Ben"].party, self.people["Cleo"].party
        stems = {name: self.upload(stem_bytes(seed + place)) for place, name in enumerate(("vocals", "drums"))}
        self.do(who, "add_track", track, {
            "artist": artist, "title": "First Light", "stems": stems,
            "music": {"tempo_bpm": 120.0, "first_beat_ms": 0.0, "key": "C", "sections": [{"name": "verse", "start_bar": 1}]},
            "stakes": [
                {"party": ben, "right": "recording", "share": "1"}, {"party": cleo, "right": "composition", "share": "1"},
            ],
        })
        return track

    def add_artist(self):
        self.do("Ana", "add_artist", "artist-ana", {"name": "Ana Sol", "about": "Songs"})

    def sign_split(self, template="split-one", track="track-one"):
        ben, cleo = self.people["Ben"].party, self.people["Cleo"].party
        tree = fifty_forty_ten({ben: Fraction(1)}, {cleo: Fraction(1)}).as_data()
        self.do("Ana", "propose_template", template, {"track": track, "tree": tree})
        self.do("Ben", "sign_template", template, {"party": ben})
        self.do("Cleo", "sign_template", template, {"party": cleo})

    def text(self, **changes):
        text = PromptText(
            "Slow it down", "Make it {mood}", {"mood": Slot(("calm", "bright"))},
            GuardRails(tempo_bpm=(90, 130), uses_allowed=(Use.GENERATED_LAYERS,)), "split-one",
        )
        return wire.to_json(replace(text, **changes))

    def consent(self, party, use="remix"):
        """The id and version of a consent as its party sees it."""
        for (_, name), data in self.documents(f"party:{self.people[party].party}", "consent").items():
            if data["consent"]["use"] == use:
                return name, data["consent"]["version"]
        raise KeyError(use)

    def agree(self):
        for who in ("Ben", "Cleo"):
            for (_, name), data in self.documents(f"party:{self.people[who].party}", "consent").items():
                if data["consent"]["state"] == "asked":
                    self.do(who, "grant_consent", name)

    def open_prompt(self, prompt="prompt-one", **changes):
        """A track whose prompt is published: everything before the first remix."""
        self.add_artist()
        self.add_track()
        self.sign_split()
        self.do("Ana", "write_prompt", prompt, {"artist": "artist-ana", "track": "track-one", "text": self.text(**changes)})
        self.do("Ana", "ask_approval", prompt)
        self.agree()
        self.do("Ana", "publish_prompt", prompt)
        return self.document("public", "prompt", prompt)

    def recipe(self, prompt, seed=1, **changes):
        from fanlink.core.tracks import TrackFacts

        facts = wire.from_json(TrackFacts, prompt["facts"])
        recipe = Recipe(
            "1", seed, facts.digest, "slower and calm", {"mood": "calm"}, "chill", 110.0, 0, 0.0,
            {"vocals": StemUse(), "drums": StemUse()}, (), (Section("verse", 1, 4),),
        )
        return wire.to_json(replace(recipe, **changes))

    def submission(self, prompt, seed=1, **changes):
        return {
            "prompt": prompt["id"], "prompt_version": prompt["digest"], "title": "Night drive",
            "recipe": self.recipe(prompt, seed, **changes),
        }

    def submit(self, prompt, remix="remix-one", who="Fay", seed=1):
        self.do(who, "submit_remix", remix, self.submission(prompt, seed))
        return remix

    def render(self, renderer=None):
        """Works off all render jobs in this process."""
        from tests.server.renderer import render

        def act(one):
            return self.door.act(one, self.clock())

        def run(recipe, stems, facts, folder, _beat):
            return (renderer or render)(recipe, stems, facts, folder, lambda part: None)

        rendering = Rendering(act, self.assets, run, "test")
        steps = 0
        while rendering.step():
            steps += 1
        return steps

    def case_of(self, remix, kind="submission"):
        for data in self.documents("moderators", "case").values():
            if data["case"]["remix"] == remix and data["case"]["kind"] == kind and data["case"]["state"] != "decided":
                return data["case"]
        raise KeyError(remix)

    def decide(self, who, remix, outcome, kind="submission", **more):
        case = self.case_of(remix, kind)
        return self.ask(who, "decide_case", case["id"], {"outcome": outcome, **more}, base_version=case["version"])

    def publish(self, remix="remix-one", prompt=None, who="Fay", seed=1):
        prompt = prompt or self.open_prompt()
        self.submit(prompt, remix, who, seed)
        self.render()
        assert self.decide("Mo", remix, "approve")["outcome"] == "accepted"
        return prompt

    def remix(self, remix="remix-one", who="Fay"):
        return self.document(f"person:{self.people[who].id}", "remix", remix)["remix"]

    def fall_due(self):
        while self.door.act(due.is_due, self.clock()):
            self.door.act(due.settle, self.clock())


def wav_header(rate=44_100, channels=2, frames=1000):
    size = frames * channels * 2
    return struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, channels, rate,
                       rate * channels * 2, channels * 2, 16, b"data", size)
