"""Fills a server with the demo world, through the same door as anyone: uploads and commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fanlink.core.challenges import Criterion, Dates, Prize
from fanlink.core.commands import (
    AddArtist,
    AddTrack,
    AskApproval,
    Data,
    FollowArtist,
    GrantConsent,
    ProposeTemplate,
    PublishPrompt,
    ScheduleChallenge,
    SignTemplate,
    WriteChallenge,
    WritePrompt,
)
from fanlink.core.parties import Right, Stake
from fanlink.core.prompts import PromptText, Slot
from fanlink.core.shares import Template, fifty_forty_ten, label_standard
from fanlink.demo.cast import Cast
from fanlink.demo.world import DemoChallenge, DemoPrompt, DemoTrack
from fanlink.remix import prompts, tracks

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Fill:
    """The filling of one server. `begun_ms` is when this demo first began: its dates hang on it."""

    cast: Cast
    begun_ms: int
    say: Callable[[str], None]

    def everything(self) -> None:
        """All of the world; asking again changes nothing."""
        world = self.cast.world
        for artist in world.artists:
            self.say(f"{artist.name} joins")
            manager = world.manager(artist.id)
            artwork = self._upload(manager, world.folder / artist.artwork)
            self.cast.ask(manager, [(f"artist {artist.id}", artist.id, AddArtist(artist.name, artist.about, artwork))])
        for track in world.tracks:
            self.say(f"{track.id}: stems and rights")
            self._track(track)
        for prompt in world.prompts:
            self.say(f"{prompt.id}: everyone is asked, and agrees")
            self._prompt(prompt)
        for challenge in world.challenges:
            self._challenge(challenge)
        for person in world.people:
            follows = [(f"{person.name} follows {artist}", artist, FollowArtist()) for artist in person.follows]
            self.cast.ask(person.name, follows)

    def _upload(self, name: str, path: Path) -> str:
        return self.cast.session(name).upload(path)

    def _track(self, track: DemoTrack) -> None:
        folder = self.cast.world.folder / track.folder
        manager = self.cast.world.manager(track.artist)
        loaded = tracks.load(folder)
        stems = {name: self._upload(manager, path) for name, path in loaded.files.items()}
        owned = ((Right.RECORDING, track.recording), (Right.COMPOSITION, track.composition))
        stakes = [Stake(self.cast.parties[name], right, share) for right, held in owned for name, share in held.items()]
        featured = tuple(self.cast.parties[name] for name in track.featured)
        added = AddTrack(
            track.artist, loaded.facts.title, loaded.facts.music, stems, tuple(stakes), featured, track.isrc,
            track.iswc, self._upload(manager, folder / "cover.png"),
        )  # fmt: skip
        template = self._template(track)
        proposed = ProposeTemplate(track.id, template.as_data())
        self.cast.ask(
            manager,
            [(f"track {track.id}", track.id, added), (f"template of {track.id}", template_id(track), proposed)],
        )
        signing = [name for name in sorted(self.cast.parties) if self.cast.parties[name] in template.parties()]
        for version, name in enumerate(signing, 1):
            signed: Data = SignTemplate(self.cast.parties[name])
            self.cast.ask(name, [(f"{name} signs {track.id}", template_id(track), signed, version)])

    def _template(self, track: DemoTrack) -> Template:
        parties = self.cast.parties
        recording = {parties[name]: share for name, share in track.recording.items()}
        composition = {parties[name]: share for name, share in track.composition.items()}
        if track.template == "label_standard":
            return label_standard(parties["FanLink"], recording, composition)
        assert track.template == "fifty_forty_ten", track.template
        return fifty_forty_ten(recording, composition)

    def _prompt(self, prompt: DemoPrompt) -> None:
        world = self.cast.world
        track = world.track(prompt.track)
        manager = world.manager(track.artist)
        read = prompts.read(world.folder / prompt.file)
        text = PromptText(
            read.title, read.words, {name: Slot(choices) for name, choices in read.slots.items()}, read.guard_rails,
            self._template(track).id,
        )  # fmt: skip
        self.cast.ask(
            manager,
            [
                (f"write {prompt.id}", prompt.id, WritePrompt(track.artist, track.id, text)),
                (f"ask for {prompt.id}", prompt.id, AskApproval(), 1),
            ],
        )
        for name in track.owners:
            self._agree(name, track.id)
        self.cast.ask(manager, [(f"publish {prompt.id}", prompt.id, PublishPrompt(), 2)])

    def _agree(self, name: str, track: str) -> None:
        """Says yes to everything this person is asked about the track, as the Rights page would."""
        session = self.cast.session(name)
        session.sync_once()
        for document in session.all("consent"):
            consent = document.consent
            if consent.track == track and consent.state == "asked":
                words = f"{name} grants {consent.id} {consent.version}"
                self.cast.ask(name, [(words, consent.id, GrantConsent(), consent.version)])

    def _challenge(self, challenge: DemoChallenge) -> None:
        world = self.cast.world
        artist = world.track(world.prompt(challenge.prompt).track).artist
        days = (challenge.opens_days, challenge.closes_days, challenge.decides_days)
        dates = Dates(*(self.begun_ms + day * DAY_MS for day in days))
        written = WriteChallenge(
            artist, challenge.prompt, challenge.title, challenge.about, dates,
            tuple(Criterion(name, points) for name, points in challenge.rubric.items()),
            tuple(self.cast.ids[name] for name in challenge.judges),
            tuple(Prize(place, what) for place, what in enumerate(challenge.prizes, 1)),
        )  # fmt: skip
        self.cast.ask(
            world.manager(artist),
            [
                (f"write {challenge.id}", challenge.id, written),
                (f"schedule {challenge.id}", challenge.id, ScheduleChallenge(), 1),
            ],
        )


def template_id(track: DemoTrack) -> str:
    return f"template-{track.id}"
