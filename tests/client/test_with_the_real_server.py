"""The real client and the real server over a real socket: people at work, apart and together."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from fractions import Fraction

import httpx
import numpy as np
import pytest
import soundfile

from fanlink import wire
from fanlink.client.clock import SystemClock
from fanlink.client.entries import EntryState
from fanlink.client.secrets import Secrets
from fanlink.client.session import Session
from fanlink.core import commands as c
from fanlink.core.cases import Outcome
from fanlink.core.errors import Offline, Refused
from fanlink.core.guard_rails import GuardRails, Use
from fanlink.core.parties import Right, Stake
from fanlink.core.people import Role
from fanlink.core.prompts import PromptText, Slot
from fanlink.core.recipes import Layer, Recipe, Section, StemUse
from fanlink.core.shares import fifty_forty_ten
from fanlink.core.tracks import Music, TrackSection
from fanlink.remix import files, recordings
from fanlink.server import accounts, serving
from fanlink.server.assets import Assets
from fanlink.server.rendering import Rendering
from tests.server.renderer import render
from tests.server.world import stem_bytes

PEOPLE = {
    "Ana": [Role.ARTIST], "Ben": [Role.RIGHTSHOLDER], "Cleo": [Role.RIGHTSHOLDER], "Fay": [Role.FAN],
    "Mo": [Role.MODERATOR], "Nia": [Role.MODERATOR],
}


class House:
    """A server with people, each at a computer of their own."""

    def __init__(self, folder):
        self.folder = folder
        ready = threading.Event()
        self.running = serving.start(folder / "server", ready=ready.set)
        self.thread = threading.Thread(target=self.running.run)
        self.thread.start()
        assert ready.wait(20)
        self.cut: set[str] = set()
        self.tokens, self.parties, self.sessions = {}, {}, {}
        for name, roles in PEOPLE.items():
            added = accounts.add(
                self.running.server.door, name=name, roles=roles, now_ms=SystemClock().now_ms(),
                random=random.Random(name).randbytes, account_id=f"person-{name.lower()}", password="a long password",
            )
            self.tokens[name], self.parties[name] = added.token, added.party
        for name in PEOPLE:
            self.open(name)

    def open(self, name):
        house = self

        class Line(httpx.HTTPTransport):
            def handle_request(self, request):
                if name in house.cut:
                    raise httpx.ConnectError("no route")
                return super().handle_request(request)

        session = Session.open(self.folder / name, transport=Line(), secrets=Secrets(lambda: None), live=False)
        session.use_token(self.running.url, self.tokens[name])
        session.sync_once()
        self.sessions[name] = session
        return session

    def do(self, name, data, target, **more):
        """Something that must be accepted."""
        session = self.sessions[name]
        command = session.do(data, target, **more)
        session.sync_once()
        entry = session.outbox.entry(command)
        assert EntryState.ACCEPTED == entry.state, entry
        return command

    def sync(self):
        for session in self.sessions.values():
            session.sync_once()

    def render(self):
        def act(one):
            return self.running.server.door.act(one, SystemClock().now_ms())

        def run(recipe, stems, facts, folder, _beat):
            return render(recipe, stems, facts, folder, lambda part: None)

        rendering = Rendering(act, Assets(self.running.server.settings.assets), run, "test")
        while rendering.step():
            continue

    def close(self):
        for session in self.sessions.values():
            session.close()
        self.running.stop()
        self.thread.join(20)

    def open_prompt(self):
        ben, cleo = self.parties["Ben"], self.parties["Cleo"]
        ana = self.sessions["Ana"]
        self.do("Ana", c.AddArtist("Ana Sol", "Songs"), "artist-ana")
        stems = {}
        for place, stem in enumerate(("vocals", "drums")):
            path = self.folder / f"{stem}.flac"
            path.write_bytes(stem_bytes(place))
            stems[stem] = ana.upload(path)
        stakes = (Stake(ben, Right.RECORDING, Fraction(1)), Stake(cleo, Right.COMPOSITION, Fraction(1)))
        music = Music(120.0, 0.0, "C", sections=(TrackSection("verse", 1),))
        self.do("Ana", c.AddTrack("artist-ana", "First Light", music, stems, stakes), "track-one")
        tree = fifty_forty_ten({ben: Fraction(1)}, {cleo: Fraction(1)}).as_data()
        self.do("Ana", c.ProposeTemplate("track-one", tree), "split-one")
        for version, name in enumerate(("Ben", "Cleo"), 1):
            self.do(name, c.SignTemplate(self.parties[name]), "split-one", base_version=version)
        self.do("Ana", c.WritePrompt("artist-ana", "track-one", text()), "prompt-one")
        self.do("Ana", c.AskApproval(), "prompt-one", base_version=1)
        for name in ("Ben", "Cleo"):
            self.sessions[name].sync_once()
            for asked in self.sessions[name].all("consent"):
                self.do(name, c.GrantConsent(), asked.id, base_version=asked.consent.version)
        self.do("Ana", c.PublishPrompt(), "prompt-one", base_version=2)
        self.sync()
        return self.sessions["Fay"].get("prompt", "prompt-one")


def text(**changes):
    made = {"title": "Slow it down", "words": "Make it {mood}"} | changes
    return PromptText(
        made["title"], made["words"], {"mood": Slot(("calm", "bright"))}, GuardRails(tempo_bpm=(90, 130), uses_allowed=(Use.OWN_RECORDINGS,)),
        "split-one",
    )


def submission(prompt, seed=1):
    recipe = Recipe(
        "1", seed, prompt.facts.digest, "slower and calm", {"mood": "calm"}, "chill", 110.0, 0, 0.0,
        {"vocals": StemUse(), "drums": StemUse()}, (), (Section("verse", 1, 4),),
    )
    return c.SubmitRemix(prompt.id, prompt.digest, "Night drive", recipe)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    made = House(tmp_path_factory.mktemp("house"))
    made.open_prompt()
    yield made
    made.close()


def digests_agree(house):
    return all(
        session._replica.agreed_at(scope) == cursor
        for session in house.sessions.values() for scope, cursor in session._replica.cursors().items()
    )


def test_a_remix_made_offline_waits_as_queued_and_is_submitted_when_the_line_is_back(house):
    fay = house.sessions["Fay"]
    prompt = fay.get("prompt", "prompt-one")
    house.cut.add("Fay")
    command = fay.do(submission(prompt), "remix-one")
    with pytest.raises(Exception, match="no route"):
        fay.sync_once()
    shown = fay.get("remix", "remix-one")
    assert ("queued", "Ana Sol", "First Light") == (shown.remix.state, shown.artist_name, shown.track_title)
    assert ("remix-one",) == fay.ids("remix", search="night")
    assert ("offline", 1) == (fay.state.name, fay.state.waiting)
    house.cut.clear()
    fay.sync_once()
    assert EntryState.ACCEPTED == fay.outbox.entry(command).state
    assert "submitted" == fay.get("remix", "remix-one").remix.state
    assert digests_agree(house)


def test_an_own_recording_goes_up_by_itself_and_is_heard_by_who_reviews_it(house, tmp_path):
    source = tmp_path / "guitar.wav"
    soundfile.write(source, np.random.default_rng(3).uniform(-0.3, 0.3, (96_000, 2)), 48_000)
    own, flac = recordings.keep(source, tmp_path / "own")
    fay, mo = house.sessions["Fay"], house.sessions["Mo"]
    data = submission(fay.get("prompt", "prompt-one"), seed=77)
    layer = Layer("own-1", "own", asset=own.pcm_digest, provenance={"what": "My guitar"})
    data = replace(data, recipe=replace(data.recipe, layers=(layer,), sections=(Section("verse", 1, 4, layers=("own-1",)),)))
    house.cut.add("Fay")
    fay.bring(flac, own.pcm_digest, "My guitar")
    command = fay.do(data, "remix-own")
    with pytest.raises(Offline):
        fay.sync_once()
    house.cut.clear()
    fay.sending.again(fay._uploads.waiting()[0])
    fay.sync_once()
    assert EntryState.ACCEPTED == fay.outbox.entry(command).state, fay.outbox.entry(command).reasons
    house.render()
    house.sync()
    case = next(one for one in mo.all("case") if one.case.remix == "remix-own")
    heard, rate_hz = soundfile.read(mo.asset(case.recordings[own.pcm_digest]))
    assert (48_000, (96_000, 2)) == (rate_hz, heard.shape)
    assert own.pcm_digest == files.pcm_digest(heard, rate_hz)
    with pytest.raises(Refused):
        house.sessions["Cleo"].asset(case.recordings[own.pcm_digest])


def test_two_moderators_apart_make_one_decision_and_one_visible_opinion(house):
    fay, mo, nia = (house.sessions[name] for name in ("Fay", "Mo", "Nia"))
    fay.do(submission(fay.get("prompt", "prompt-one"), seed=2), "remix-two")
    fay.sync_once()
    house.render()
    house.sync()
    case = next(one for one in mo.all("case") if one.case.remix == "remix-two")
    house.cut.add("Nia")
    late = nia.do(
        c.DecideCase(Outcome.REJECT, ("quality",), "Not yet"), case.id, base_version=case.case.version
    )
    assert "decided" == nia.get("case", case.id).case.state
    mo.do(c.DecideCase(Outcome.APPROVE), case.id, base_version=case.case.version)
    assert "decided" == mo.get("case", case.id).case.state
    mo.sync_once()
    house.cut.clear()
    nia.sync_once()
    assert EntryState.CONFLICT == nia.outbox.entry(late).state
    assert "published" == nia.get("case", case.id).remix.state
    fields = {field.name: (field.mine, field.theirs) for field in nia.outbox.conflicts[0].fields}
    assert ("reject", "approve") == fields["outcome"]
    assert [late] == [entry.id for entry in nia.outbox.opinions]
    nia.outbox.resolve(late, "theirs")
    assert 0 == nia.state.needs_you
    assert [late] == [entry.id for entry in nia.outbox.opinions]


def test_an_artist_who_edits_in_two_places_sees_mine_theirs_and_base(house):
    ana = house.sessions["Ana"]
    house.sync()
    draft = ana.get("prompt_draft", "prompt-one")
    elsewhere = house.open("Ana")
    house.sessions["Ana"] = ana
    ana.do(
        c.WritePrompt("artist-ana", "track-one", text(title="Slow", words="Make it very {mood}")), "prompt-one",
        base_version=draft.prompt.version,
    )
    ana.sync_once()
    with httpx.Client(base_url=house.running.url) as other:
        other.post("/v1/commands", headers={"authorization": f"Bearer {house.tokens['Ana']}"}, json={"commands": [{
            "id": "cmd_elsewhere_1", "kind": "write_prompt", "target": "prompt-one", "base_version": draft.prompt.version + 1,
            "data": {"artist": "artist-ana", "track": "track-one", "text": wire.to_json(text(title="Slower still"))},
        }]})
    mine = ana.do(
        c.WritePrompt("artist-ana", "track-one", text(title="Mine", words="Mine {mood}")), "prompt-one",
        base_version=draft.prompt.version + 1,
    )
    ana.sync_once()
    assert EntryState.CONFLICT == ana.outbox.entry(mine).state
    assert "Slower still" == ana.get("prompt_draft", "prompt-one").prompt.draft.title
    fields = {field.name: field for field in ana.outbox.conflicts[0].fields}
    title = fields["text.title"]
    assert ("Mine", "Slower still", "Slow") == (title.mine, title.theirs, title.base)
    again = ana.outbox.resolve(mine, {"text.title": "theirs", "text.words": "mine"})
    ana.sync_once()
    assert EntryState.ACCEPTED == ana.outbox.entry(again).state
    merged = ana.get("prompt_draft", "prompt-one").prompt.draft
    assert ("Slower still", "Mine {mood}") == (merged.title, merged.words)
    assert (0, "synced") == (ana.state.needs_you, ana.state.name)
    elsewhere.close()


def test_following_brings_an_artists_published_remixes_and_unfollowing_takes_them_away(house):
    fay = house.sessions["Fay"]
    house.do("Fay", c.FollowArtist(), "artist-ana")
    assert "remix-two" in fay.ids("published")
    house.do("Fay", c.UnfollowArtist(), "artist-ana")
    assert () == fay.ids("published")
    assert "artist:artist-ana" not in fay._replica.cursors()


def test_a_sound_comes_whole_by_its_digest_and_one_that_is_not_ours_is_refused(house):
    mo, fay = house.sessions["Mo"], house.sessions["Fay"]
    audio = next(one.audio for one in mo.all("case") if one.case.remix == "remix-two")
    assert mo.asset(audio).stat().st_size > 1000
    with pytest.raises(Exception, match="not_found"):
        fay.asset("0" * 64)


def test_signing_in_by_password_works_and_a_wrong_one_is_told(house, tmp_path):
    session = Session.open(tmp_path / "new", secrets=Secrets(lambda: None), live=False)
    with pytest.raises(Exception, match="wrong_name_or_password"):
        session.sign_in(house.running.url, "Fay", "not this one")
    session.sign_in(house.running.url, "Fay", "a long password")
    session.sync_once()
    assert "Fay" == session.account.name
    session.close()


def test_the_servers_events_reach_a_running_client(house, tmp_path):
    fay = Session.open(tmp_path / "live", secrets=Secrets(lambda: None))
    fay.use_token(house.running.url, house.tokens["Fay"])
    heard = threading.Event()
    fay.subscribe(lambda kinds: heard.set() if fay.ids("artist", search="second") else None, lambda state: None)
    fay.start()
    house.do("Ana", c.AddArtist("Second Ana"), "artist-two")
    assert heard.wait(20)
    fay.close()
