"""Two server processes on one database, each with a command about the same thing at the same moment.

No step is skipped, nothing is decided on a stale version, and nobody decides their own case: whoever comes second finds what the
first one left. What is judged is the history that the database keeps, step by step, by the rules of `core` alone.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

from fanlink import wire
from fanlink.core.cases import Case, CaseState, Outcome
from fanlink.core.people import Role
from fanlink.core.remixes import LIFE, Remix, RemixState
from fanlink.server import schema
from fanlink.server.database import Database, sqlite_url
from fanlink.server.door import Door
from fanlink.server.envelopes import Envelope, asked
from fanlink.server.settings import Settings
from tests.faults.processes import FORKS
from tests.server.world import Clock, World

RACES = 100
Act = tuple[str, str, str, dict[str, Any], int | None]


def prove(seed: int, folder: Path) -> int:
    """So many races; gives how many."""
    made = _Court(folder, Random(seed))
    try:
        for number in range(RACES):
            made.race(number)
    finally:
        made.close()
    wrong = list(judged(folder / "server.db"))
    assert not wrong, f"seed {seed}: {wrong[:5]}"
    return RACES


class _Court:
    def __init__(self, folder: Path, chance: Random) -> None:
        self._chance, url = chance, sqlite_url(folder / "server.db")
        database = Database(url)
        schema.prepare(database)
        database.close()
        self.world = World(url, folder / "assets", Clock())
        self._prompt = self.world.open_prompt()
        self._submit_all()
        pipes = [FORKS.Pipe() for _ in range(2)]
        self._barrier, self._theirs = FORKS.Barrier(2), [theirs for _, theirs in pipes]
        self._ends = [ours for ours, _ in pipes]
        self._processes = [
            FORKS.Process(target=_server, args=(url, str(folder / "assets"), theirs, self._barrier, self.world.clock()), daemon=True)
            for theirs in self._theirs
        ]
        for process in self._processes:
            process.start()

    def _submit_all(self) -> None:
        """A remix for each race, by fans of their own and all with one recipe, so that one render serves them.

        Every fourth fan moderates too, and must never decide about their own.
        """
        self._authors = [f"Fan{number}" for number in range(RACES)]
        for number, name in enumerate(self._authors):
            self.world.add(name, [Role.FAN, Role.MODERATOR] if self._moderates(number) else [Role.FAN])
            self.world.submit(self._prompt, f"remix-{number}", name)
        self.world.render()
        self._cases = {data["case"]["remix"]: data["case"] for data in self.world.documents("moderators", "case").values()}

    def _moderates(self, number: int) -> bool:
        return number % 4 == 0

    def race(self, number: int) -> None:
        """Two commands at once, and what comes of them told to nobody: the database has to know."""
        acts = self._pair(self._cases[f"remix-{number}"], self._authors[number], self._moderates(number))
        for end, (place, act) in zip(self._ends, enumerate(acts), strict=True):
            end.send((f"race-{number}-{place}", (self.world.people[act[0]].id, *act[1:])))
        answers = [end.recv() for end in self._ends]
        for act, answer in zip(acts, answers, strict=True):
            assert "outcome" in answer, answer
            own = act[0] == self._authors[number] and act[1] == "decide_case"
            assert not (own and answer["outcome"] == "accepted"), f"{act[0]} decided their own case"

    def _pair(self, case: dict[str, Any], author: str, moderates: bool) -> tuple[Act, Act]:
        moderators = ["Mo", "Nia", *([author] if moderates else [])]
        first, second = self._chance.sample(moderators, 2)
        one = self._decision(first, case)
        other = self._chance.choice((
            self._decision(second, case), self._decision(second, case), (author, "withdraw_remix", case["remix"], {}, None),
            (second, "claim_case", case["id"], {}, case["version"]),
            ("Ana", "take_down_remix", case["remix"], {"reason": "rights_claim"}, None),
            (author, "submit_remix", case["remix"], self.world.submission(self._prompt, 2), 3),
            (author, "appeal_remix", case["remix"], {"text": "Please listen again"}, None),
        ))  # fmt: skip
        return (one, other) if self._chance.randrange(2) else (other, one)

    def _decision(self, who: str, case: dict[str, Any]) -> Act:
        outcome = self._chance.choice([Outcome.APPROVE, Outcome.REJECT, Outcome.REQUEST_CHANGES, Outcome.ESCALATE, Outcome.UPHOLD])
        return who, "decide_case", case["id"], {"outcome": str(outcome), "reasons": ["quality"]}, case["version"]

    def close(self) -> None:
        for end in self._ends:
            end.send(None)
        for process in self._processes:
            process.join(20)
            process.kill()
        self.world.close()


def _server(url: str, assets: str, orders: Connection, barrier: Any, now_ms: int) -> None:
    """One of the two processes: a write door of its own."""
    door = Door(Database(url), Settings(url, Path(assets)))
    while (order := orders.recv()) is not None:
        name, (account, kind, target, data, base) = order
        command = asked(Envelope(id=name, kind=kind, target=target, data=data, base_version=base))
        barrier.wait(60)
        orders.send(door.answer(account, [command], now_ms)[0])
    door.database.close()


# What the history says -------------------------------------------------------------------------------------------


def judged(path: Path) -> Iterator[str]:
    """What in the lives of remixes and cases breaks the rules."""
    with closing(sqlite3.connect(path)) as database:
        cases: dict[str, list[Case]] = {}
        for case in _values(database, "cases", Case):
            cases.setdefault(case.remix, []).append(case)
        for remix in _values(database, "remixes", Remix):
            own = cases.get(remix.id, [])
            yield from _steps(remix)
            for case in own:
                yield from _decisions(case, remix)
            yield from _decided(remix, own)


def _values(database: sqlite3.Connection, table: str, kind: type) -> list[Any]:
    return [wire.from_json(kind, json.loads(body)) for (body,) in database.execute(f"SELECT body FROM {table}")]


def _steps(remix: Remix) -> Iterator[str]:
    state = RemixState.DRAFT
    for step in remix.steps:
        if LIFE[step.step].get(state) is None or (step.step != "reinstate" and LIFE[step.step][state] is not step.state):
            yield f"{remix.id}: {step.step} from {state} to {step.state}"
        state = step.state
    if state is not remix.state or remix.version != len(remix.steps) + 1:
        yield f"{remix.id}: {len(remix.steps)} steps to {state}, but it is {remix.state} in version {remix.version}"


def _decisions(case: Case, remix: Remix) -> Iterator[str]:
    final = [one for one in case.decisions if one.outcome is not Outcome.ESCALATE]
    if len(final) > 1 or (final and case.state is not CaseState.DECIDED):
        yield f"{case.id}: {len(final)} decisions, and it is {case.state}"
    for one in (*case.decisions, *case.opinions):
        if one.by in case.persons or one.by == remix.fan:
            yield f"{case.id}: {one.by} decided their own case"
    for place, one in enumerate(case.decisions):
        # Each decision makes a version, so the next one must have seen a later one.
        if place and one.subject_version <= case.decisions[place - 1].subject_version:
            yield f"{case.id}: decided twice on version {one.subject_version}"


def _decided(remix: Remix, cases: list[Case]) -> Iterator[str]:
    """Every step that only a moderator takes has its decision."""
    made = {(one.by, one.at_ms) for case in cases for one in case.decisions if one.outcome is not Outcome.ESCALATE}
    for step in remix.steps:
        if step.step in ("approve", "reject", "request_changes", "uphold", "overturn") and (step.by, step.at_ms) not in made:
            yield f"{remix.id}: {step.step} by {step.by} without a decision of theirs"
