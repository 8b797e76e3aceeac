"""The story of one remix: words, sound, submission, review, publication, a sales report, and everyone's share."""

from __future__ import annotations

import json
import time
from calendar import monthrange
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fanlink import wire
from fanlink.client.session import Session
from fanlink.core.cases import Outcome
from fanlink.core.commands import DecideCase, ImportReport, IssueStatements, RunRoyalties, SubmitRemix
from fanlink.core.digests import digest
from fanlink.core.documents import CaseDocument, PromptDocument
from fanlink.core.errors import Refused
from fanlink.core.recipes import Recipe
from fanlink.demo import paying
from fanlink.demo.cast import Cast, DemoFailed
from fanlink.demo.world import Story, Wish
from fanlink.remix import render
from fanlink.remix.interpret import interpret
from fanlink.remix.tracks import Track

PATIENCE_S = 300.0
LOOK_AGAIN_S = 0.15
Say = Callable[..., None]


@dataclass
class Telling:
    """The telling of the story: what is known so far, and how long each stage took."""

    cast: Cast
    say: Say
    begun_ms: int
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times one stage."""
        began = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - began, 3)

    def whole(self, story: Story) -> dict[str, Any]:
        """Plays everything and returns what the demo prints about the remix."""
        remix = remix_id(story)
        fan = self.cast.session(story.fan)
        with self.stage("words"):
            prompt, recipe, why = self._words(fan, story)
        for sentence in why:
            self.say(f"    {sentence}")
        if fan.get("remix", remix) is None:
            with self.stage("heard"):
                heard = self._hear(fan, recipe, prompt)
            with self.stage("submitted"):
                submit(fan, story, prompt, recipe, heard)
        with self.stage("rendered by the server"):
            case = self.case_of(fan, remix)
        with self.stage("moderated"):
            self._approve(case, story)
        with self.stage("published"):
            document = self._until(fan, lambda: fan.get("remix", remix), lambda it: it.remix.state == "published")
        with self.stage("reported"):
            self._report(story, remix)
        with self.stage("shared out"):
            self._run(remix)
        with self.stage("proposed for payout"):
            self.say("Two of those who earned are proposed for a payout; one person has approved one of them")
            paying.pay(self.cast)
        return self._keep(fan, document)

    def submit_only(self, wish: Wish) -> None:
        """Another fan's remix, as far as the moderators' queue."""
        fan = self.cast.session(wish.fan)
        prompt, recipe, _ = self._words(fan, wish)
        if fan.get("remix", remix_id(wish)) is None:
            submit(fan, wish, prompt, recipe, None)

    def _words(self, fan: Session, wish: Wish) -> tuple[PromptDocument, Recipe, tuple[str, ...]]:
        self.say(f"{wish.fan} asks for: {wish.words}")
        prompt = self._until(fan, lambda: fan.get("prompt", wish.prompt), lambda it: it is not None)
        takes = interpret(wish.words, wish.slots, prompt.facts, prompt.text.guard_rails, wish.seed)
        return prompt, takes[0].recipe, tuple(takes[0].why)

    def _hear(self, fan: Session, recipe: Recipe, prompt: PromptDocument) -> str:
        """The fan's own render, from the stems that the prompt delivers; its digest goes with the submission."""
        files = {name: fan.asset(stem.asset) for name, stem in prompt.facts.stems.items()}
        done = render.render(
            recipe, Track(prompt.facts, files), self.cast.home / "heard.flac",
            progress=lambda it: self.say.progress("rendering", it), cache=self.cast.home / "stretched",
        )  # fmt: skip
        self.say(f"    {done.length_ms / 1000:.0f} s of music in {done.seconds:.1f} s, {done.loudness_lufs:.1f} LUFS")
        return done.pcm_digest

    def case_of(self, fan: Session, remix: str) -> CaseDocument:
        """The moderators' case of a remix, once the server has rendered it; `DemoFailed` when it was rejected instead."""
        self.say("The server renders it from the lossless stems")
        moderator = self.cast.session(self.cast.world.first("moderator"))

        def found() -> CaseDocument | None:
            fan.sync_once()
            mine = fan.get("remix", remix)
            if mine is not None and mine.remix.state == "rejected":
                raise DemoFailed(f"the remix was rejected: {', '.join(mine.remix.steps[-1].reasons)}")
            return next((one for one in moderator.all("case") if one.case.remix == remix), None)

        return self._until(moderator, found, lambda it: it is not None)

    def _approve(self, document: CaseDocument, story: Story) -> None:
        name = self.cast.world.first("moderator")
        self.say(f"{name} listens, reads the rules, and decides")
        if document.case.state == "decided":
            return
        session = self.cast.session(name)
        asked = session.do(
            DecideCase(Outcome.APPROVE, letter=story.letter), document.case.id, base_version=document.case.version
        )
        session.sync_once()
        refuse_unless_accepted(session, asked)

    def _report(self, story: Story, remix: str) -> None:
        name = self.cast.world.first("finance")
        self.say(f"{name} imports a sales report of {story.service}")
        session = self.cast.session(name)
        path = self.cast.home / "report.csv"
        path.write_text(report_csv(story, remix, self.begun_ms), encoding="utf-8")
        self.cast.ask(name, [("the report", "report-demo", ImportReport(session.upload(path), path.name))])

    def _run(self, remix: str) -> None:
        name = self.cast.world.first("finance")
        period = period_of(self.begun_ms)
        self.say(f"{name} runs the royalties of {period}")
        acts = [(f"run {period} {remix}", period, RunRoyalties()), (f"issue {period}", period, IssueStatements())]
        self.cast.ask(name, acts)
        session = self.cast.session(name)
        currencies = {row[2] for row in self.cast.world.story.revenue}
        self._until(
            session, lambda: [pot for pot in session.all("pot") if pot.remix == remix],
            lambda pots: len(pots) == len(currencies),
        )  # fmt: skip

    def _keep(self, fan: Session, document: Any) -> dict[str, Any]:
        """Copies the published file and writes the recipe beside it."""
        remix = document.remix
        audio = self.cast.home / "remix.flac"
        audio.write_bytes(Path(fan.asset(remix.audio)).read_bytes())
        recipe = self.cast.home / "remix.recipe.json"
        recipe.write_text(json.dumps(wire.to_json(remix.recipe), indent=2, ensure_ascii=False), encoding="utf-8")
        return {
            "id": remix.id, "title": remix.title, "state": str(remix.state), "audio": str(audio), "recipe": str(recipe),
            "recipe_digest": remix.recipe_digest,
        }  # fmt: skip

    def _until(self, session: Session, look: Callable[[], Any], good: Callable[[Any], bool]) -> Any:
        """Syncs until what is looked for is there; `DemoFailed` when it never comes."""
        ends = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends:
            session.sync_once()
            found = look()
            if found is not None and good(found):
                return found
            time.sleep(LOOK_AGAIN_S)
        raise DemoFailed("the server did not answer in time")


def submit(fan: Session, wish: Wish, prompt: PromptDocument, recipe: Recipe, heard: str | None) -> None:
    """Submits the remix and waits for the answer."""
    asked = fan.do(SubmitRemix(prompt.id, prompt.digest, wish.title, recipe, heard), remix_id(wish))
    fan.sync_once()
    refuse_unless_accepted(fan, asked)


def refuse_unless_accepted(session: Session, command: str) -> None:
    """Raises what the server said against a command."""
    entry = session.outbox.entry(command)
    if entry is not None and entry.needs_you:
        raise Refused(entry.reasons)


def remix_id(wish: Wish) -> str:
    return f"remix-{digest([wish.prompt, wish.fan, wish.title])[:16]}"


def report_csv(story: Story, remix: str, begun_ms: int) -> str:
    """A sales report of the month the demo began in, in the plain form."""
    first = datetime.fromtimestamp(begun_ms / 1000, UTC).date().replace(day=1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    lines = ["report_id,line_id,remix_id,service,territory,period_start,period_end,units,revenue,currency"]
    for number, (territory, amount, currency) in enumerate(story.revenue, 1):
        lines.append(
            f"{story.service}-{first:%Y-%m},{number},{remix},{story.service},{territory},{first},{last},"
            f"{1000 + number},{amount},{currency}"
        )
    return "\n".join(lines) + "\n"


def period_of(begun_ms: int) -> str:
    return f"{datetime.fromtimestamp(begun_ms / 1000, UTC):%Y-%m}"

