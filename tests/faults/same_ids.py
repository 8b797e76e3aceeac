"""A command id is valid for ever: thirty-two at once ask for the same id, with the same content and with other content.

One of them is decided, everyone with its content gets that answer, everyone else `id_reused`; four hundred days later it is the
same, also over HTTP, also after what is old was cleared away.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from fanlink.server import schema
from fanlink.server.database import Database, sqlite_url
from tests.bench.bench_server import Connection
from tests.server.site import Site, command
from tests.server.world import Clock, World

RACERS = 32
RACES = 100
IN_ONE_BATCH = 25
LATER_DAYS = 400


def prove(seed: int, folder: Path) -> int:
    """So many races; gives how many."""
    url, clock, chance = sqlite_url(folder / "server.db"), Clock(), Random(seed)
    database = Database(url)
    schema.prepare(database)
    database.close()
    world = World(url, folder / "assets", clock)
    world.add_artist()
    site = Site(url, folder / "assets", clock, None)
    try:
        for start in range(0, RACES, IN_ONE_BATCH):
            _race(site, world, clock, chance, [f"race-{seed}-{start + place}" for place in range(IN_ONE_BATCH)])
    finally:
        site.close()
        world.close()
        shutil.rmtree(folder, ignore_errors=True)
    return RACES


def _race(site: Site, world: World, clock: Clock, chance: Random, names: list[str]) -> None:
    person = world.people["Fay"]
    contents = {name: [_content(name, chance) for _ in range(chance.choice((1, 1, 2, 3)))] for name in names}
    said: dict[str, list[tuple[str, dict[str, Any]]]] = {name: [] for name in names}
    asked = [_batch(contents, names, chance) for _ in range(RACERS)]
    for commands, answers in zip(asked, asyncio.run(_all_at_once(site.url, person.token, asked)), strict=True):
        for one, answer in zip(commands, answers, strict=True):
            said[one["id"]].append((json.dumps(one, sort_keys=True), answer))
    kept = {name: _one_won(name, said[name]) for name in names}
    clock.pass_days(LATER_DAYS)
    world.fall_due()
    late = _batch(contents, names, chance)
    for one, answer in zip(late, asyncio.run(_all_at_once(site.url, person.token, [late]))[0], strict=True):
        content, first = kept[one["id"]]
        expected = first if json.dumps(one, sort_keys=True) == content else _reused(one["id"])
        assert expected == answer, f"{one['id']}, {LATER_DAYS} days later: {answer}"
    _one_line_each(world, names)


def _content(name: str, chance: Random) -> dict[str, Any]:
    """Something that is accepted, refused or a conflict, as it comes."""
    kind, target, data, base = chance.choice((
        ("follow_artist", "artist-ana", {}, None), ("unfollow_artist", "artist-ana", {}, None),
        ("follow_artist", f"artist-none-{chance.randrange(9)}", {}, None), ("pause_prompt", "prompt-none", {}, 1),
        ("follow_artist", "artist-ana", {"more": chance.randrange(9)}, None), ("no_such_kind", "artist-ana", {}, None),
    ))  # fmt: skip
    return command(name, kind, target, data, base_version=base)


def _batch(contents: dict[str, list[dict[str, Any]]], names: list[str], chance: Random) -> list[dict[str, Any]]:
    return [chance.choice(contents[name]) for name in chance.sample(names, len(names))]


async def _all_at_once(url: str, token: str, batches: list[list[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
    host, port = url.removeprefix("http://").split(":")
    connections = [Connection(host, int(port), token) for _ in batches]
    for connection in connections:
        await connection.open()

    async def ask(connection: Connection, commands: list[dict[str, Any]]) -> list[dict[str, Any]]:
        status, body = await connection.ask("POST", "/v1/commands", json.dumps({"commands": commands}).encode())
        assert status == 200, body
        return json.loads(body)["answers"]

    answers = await asyncio.gather(*(ask(*each) for each in zip(connections, batches, strict=True)))
    for connection in connections:
        connection.close()
    return list(answers)


def _one_won(name: str, said: list[tuple[str, dict[str, Any]]]) -> tuple[str, dict[str, Any]]:
    """The content that was decided, with its answer; everyone else was told that the id is taken."""
    winners = {content for content, answer in said if answer != _reused(name)}
    assert len(winners) == 1, f"{name}: {len(winners)} contents were decided"
    (winner,) = winners
    answers = {json.dumps(answer, sort_keys=True) for content, answer in said if content == winner}
    assert len(answers) == 1, f"{name}: one content, {len(answers)} answers"
    return winner, json.loads(answers.pop())


def _reused(name: str) -> dict[str, Any]:
    return {"id": name, "outcome": "refused", "findings": [{"code": "id_reused", "facts": {"id": name}}]}


def _one_line_each(world: World, names: list[str]) -> None:
    with world.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT command FROM audit").scalars()
        lines = Counter(rows)
    assert dict.fromkeys(names, 1) == {name: lines[name] for name in names}
