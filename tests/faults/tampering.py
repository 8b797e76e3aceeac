"""The audit log shows tampering, and a client notices a server that went back in time.

Logs: every change of one line of a small log (any field, the line left out, put in twice, moved, made up anew with its own hash
put right) breaks the chain. What takes lines off the end, or chains everything behind a changed line anew, leaves a whole log: a
client's checkpoint of any line from there on tells it from the one that was.

Backups: a server restored from an old backup is found out by the next sync of everyone who saw more of its log, also when it went on
since, and is given back what it had accepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path
from random import Random
from typing import Any

import httpx

from fanlink.client.secrets import Secrets
from fanlink.client.session import Session
from fanlink.core import audit
from fanlink.core.audit import AuditLine
from fanlink.core.checkpoints import Checkpoint, compared
from fanlink.core.commands import FollowArtist, UnfollowArtist
from fanlink.server import feed
from fanlink.simulation.clock import Watch, World
from fanlink.simulation.machine import Machine
from fanlink.simulation.stage import ARTIST, Stage, build

LOGS = 50
BACKUPS = 10


# Logs ------------------------------------------------------------------------------------------------------------


def prove(seed: int, folder: Path) -> int:
    """All one-line changes of so many logs; gives how many logs."""
    for number in range(LOGS):
        lines = _log(Random(f"{seed}-{number}"))
        assert audit.broken_at(lines) is None
        for what, changed in changes(lines):
            assert audit.broken_at(changed) is not None, f"seed {seed}, log {number}: {what} is not seen"
        for what, kept, changed in whole_changes(lines):
            assert audit.broken_at(changed) is None
            told = {line.number: line.hash for line in changed}
            assert compared([kept], told, len(changed), 1) is not None, f"seed {seed}, log {number}: {what} is not seen"
    return LOGS


def _log(chance: Random) -> list[AuditLine]:
    lines, before = [], audit.FIRST
    for number in range(1, chance.randrange(2, 10)):
        line = audit.chained(
            number, chance.randrange(2**41), f"person-{chance.randrange(4)}", f"cmd-{chance.randrange(10**9)}",
            chance.choice(["submit_remix", "decide_case"]), f"remix-{chance.randrange(3)}",
            chance.choice(["accepted", "refused", "conflict"]), {"content": f"{chance.getrandbits(256):064x}"}, before,
        )  # fmt: skip
        lines.append(line)
        before = line.hash
    return lines


def changes(lines: list[AuditLine]) -> Iterator[tuple[str, list[AuditLine]]]:
    """Every log that differs in one line, and not only by lines taken off its end."""
    for place, line in enumerate(lines):
        head, tail = lines[:place], lines[place + 1:]
        for name in (field.name for field in fields(line)):
            other = replace(line, **{name: _another(getattr(line, name))})
            yield f"{name} of line {place + 1}", [*head, other, *tail]
            if name != "hash" and (tail or name in ("number", "before")):
                # Whoever changes a line may put its own hash right; the next line still knows the old one.
                yield f"{name} and hash of line {place + 1}", [*head, _sealed(other), *tail]
        yield f"line {place + 1} twice", [*head, line, line, *tail]
        if tail:
            yield f"line {place + 1} left out", [*head, *tail]
            yield f"lines {place + 1} and {place + 2} in another order", [*head, tail[0], line, *tail[1:]]


def whole_changes(lines: list[AuditLine]) -> Iterator[tuple[str, Checkpoint, list[AuditLine]]]:
    """Every log that is whole and has one line changed or the end taken off, with each checkpoint that is behind that."""
    for place, line in enumerate(lines):
        for name in ("at_ms", "actor", "command", "kind", "target", "outcome", "facts"):
            changed = [*lines[:place], _sealed(replace(line, **{name: _another(getattr(line, name))}))]
            for later in lines[place + 1:]:
                changed.append(_sealed(replace(later, before=changed[-1].hash)))
            for seen in lines[place:]:
                yield f"{name} of line {place + 1}, by line {seen.number}", Checkpoint(seen.number, seen.hash, 0), changed
        for seen in lines[place:]:
            yield f"lines from {place + 1} on taken off, by line {seen.number}", Checkpoint(seen.number, seen.hash, 0), lines[:place]


def _another(value: Any) -> Any:
    if isinstance(value, int):
        return value + 1
    return dict(value) | {"content": "another"} if isinstance(value, dict) else value[:-1] + ("0" if value[-1] != "0" else "1")


def _sealed(line: AuditLine) -> AuditLine:
    made = audit.line_hash(
        line.number, line.at_ms, line.actor, line.command, line.kind, line.target, line.outcome, line.facts, line.before
    )
    return replace(line, hash=made)


# Backups ---------------------------------------------------------------------------------------------------------


def prove_going_back(seed: int, folder: Path) -> int:
    """So many servers that go back to a backup; gives how many."""
    stage = build(folder / "stage")
    for number in range(BACKUPS):
        _goes_back(stage, folder / f"back-{number}", Random(f"{seed}-{number}"), f"seed {seed}, backup {number}")
    return BACKUPS


def _goes_back(stage: Stage, folder: Path, chance: Random, about: str) -> None:
    stage.copy_to(folder / "server")
    world = World()
    machine = Machine(folder / "server", world, lambda *_: None)
    line = httpx.MockTransport(machine.answer)
    with closing(_opened(folder / "fay", stage, "fay", world, line, chance)) as fay, \
            closing(_opened(folder / "gil", stage, "gil", world, line, chance)) as gil:  # fmt: skip
        done = [*_acts(fay, chance, world), *_acts(gil, chance, world)]
        knows = gil.log.kept[-1].number
        machine.back_up(folder / "backup.db")
        length = fay._api.checkpoints([]).number
        lost = _acts(fay, chance, world)
        machine.restore(folder / "backup.db")
        # Others go on with the server that forgot, so that its numbers may be the old ones again.
        done += _acts(gil, chance, world) if chance.randrange(2) else []
        world.now_ms += 86_400_000
        report = fay.sync_once()
        assert report.asked_again, f"{about}: not noticed"
        found = report.log_change
        assert found is not None and (found.agrees is None or found.agrees.number <= length < found.differs.number), f"{about}: {found}"
        assert knows == length and not gil.log.changes, f"{about}: {knows} of {length}: what a backup has is as it was"
        fay.sync_once()
        known = {id_ for _, id_ in machine.answers()}
        assert {*done, *lost} <= known, f"{about}: not given back: {sorted({*done, *lost} - known)}"
        with machine.database.reading() as connection:
            digests = {scope: feed.digest(connection, scope) for scope in fay._replica.cursors()}
        for scope, digest in digests.items():
            assert digest == fay._replica.digest(scope, read_again=True), f"{about}: {scope}"
    machine.stop()


def _opened(home: Path, stage: Stage, name: str, world: World, line: httpx.BaseTransport, chance: Random) -> Session:
    session = Session.open(
        home, clock=Watch(world), random_bytes=chance.randbytes, transport=line, secrets=Secrets(lambda: None), live=False
    )
    session.use_token("http://simulated", stage.tokens[name])
    return session


def _acts(session: Session, chance: Random, world: World) -> list[str]:
    """Some following and unfollowing, all of it answered."""
    ids = []
    for _ in range(chance.randrange(1, 5)):
        ids.append(session.do(chance.choice([FollowArtist(), UnfollowArtist()]), ARTIST))
        world.now_ms += 1000
        session.sync_once()
    return ids
