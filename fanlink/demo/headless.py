"""The demo in the terminal: fills the world, plays the story, and compares the two sides' books."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import Any

from fanlink.client.session import Session
from fanlink.core.amounts import plain_micro
from fanlink.demo import books, scene
from fanlink.demo.story import Telling
from fanlink.demo.telling import Voice


def play(home: Path) -> dict[str, Any]:
    """Plays everything and returns the JSON that `fanlink demo --json` prints."""
    began = time.monotonic()
    say = Voice()
    with scene.staged(home, say) as stage:
        telling = Telling(stage.cast, say, stage.begun_ms)
        with telling.stage("world"):
            stage.fill(say)
        remix = telling.whole(stage.cast.world.story)
        with telling.stage("books"):
            pots = books.posted(stage.cast)
            finance = stage.cast.session_home(stage.cast.world.first("finance"))
            stage.cast.close()
            client = reopened(finance)
    seconds = {"server": stage.seconds, **telling.seconds, "all": round(time.monotonic() - began, 3)}
    say("Both books are equal." if pots == client else "The two books differ!")
    return {"home": str(home), "remix": remix, "pots": pots, "client": client, "seconds": seconds}


def reopened(session_home: Path) -> list[dict[str, Any]]:
    """The pots that finance's own file holds, computed anew after it was closed and opened again, with no server."""
    with closing(Session.open(session_home)) as session:
        return books.computed(session.all("pot", scope="finance", limit=100_000))


def books_agree(told: dict[str, Any]) -> bool:
    """Equal to the millionth on both sides, and nothing lost or made in any pot."""
    return bool(told["pots"]) and told["pots"] == told["client"] and all(map(books.conserved, told["pots"]))


def in_words(told: dict[str, Any]) -> str:
    """The outcome for a person."""
    lines = [f"“{told['remix']['title']}” is {told['remix']['state']}: {told['remix']['audio']}", ""]
    for pot in told["pots"]:
        lines.append(f"{pot['gross']} {pot['currency']} came in:")
        lines += [f"  {party:<28} {plain_micro(micro):>14}" for party, micro in pot["earned_micro"].items()]
        lines.append(f"  {'kept as rest':<28} {pot['reserve']:>14}")
    same = "equal on the server and on finance's own computer" if books_agree(told) else "NOT EQUAL"
    return "\n".join([*lines, "", f"The shares are {same}."])
