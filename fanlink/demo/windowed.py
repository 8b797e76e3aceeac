"""The demo in a window: the same world and server, with a menu to go on as anyone in it."""

from __future__ import annotations

import threading
from pathlib import Path

from fanlink.client.session import Session
from fanlink.core.errors import FanLinkError
from fanlink.demo import scene
from fanlink.demo.cast import Cast, slug
from fanlink.demo.story import Telling
from fanlink.demo.telling import Voice
from fanlink.desktop import app
from fanlink.desktop.desk import Somebody
from fanlink.desktop.settings import SettingsFile

ROLES = {"artist": "Artist", "fan": "Fan", "moderator": "Moderator", "finance": "Finance", "label": "Label",
         "rightsholder": "Rightsholder"}  # fmt: skip
ICONS = {"artist": "mic-vocal", "fan": "headphones", "moderator": "gavel", "finance": "landmark", "label": "disc-3",
         "rightsholder": "signature"}  # fmt: skip


def play(home: Path, picture: Path | None = None) -> int:
    """Opens the window as the fan; the story's own remix is made and published meanwhile.

    With a `picture` the window is grabbed into that file and closed. Returns the exit code.
    """
    say = Voice()
    with scene.staged(home, say) as stage:
        stage.fill(say)
        people = everyone(stage.cast)
        fan = next(one for one in people if one.label.startswith(stage.cast.world.story.fan))
        if picture is None:
            threading.Thread(target=tell, args=(stage, say), name="fanlink-story", daemon=True).start()
        homes = {one.home: name for one, name in zip(people, names(stage.cast), strict=True)}
        say("The window opens. Its first menu goes on as someone else.")
        return app.run(fan.home, picture, lambda home: signed_in(stage.cast, homes[home], home), people)


def everyone(cast: Cast) -> tuple[Somebody, ...]:
    """Everyone whose desktop can be opened, the fans first; each has a home of its own for the window."""
    made = []
    for name in names(cast):
        person = next(one for one in cast.world.people if one.name == name)
        window = cast.home / "windows" / slug(name)
        window.mkdir(parents=True, exist_ok=True)
        SettingsFile(window).change(welcomed=True)
        made.append(Somebody(f"{name} · {ROLES[person.role]}", window, ICONS[person.role]))
    return tuple(made)


def names(cast: Cast) -> tuple[str, ...]:
    """Who can be played, in the order of the menu."""
    order = ("fan", "artist", "moderator", "finance", "label", "rightsholder")
    people = sorted(cast.world.people, key=lambda person: order.index(person.role))
    return tuple(person.name for person in people)


def signed_in(cast: Cast, name: str, home: Path) -> Session:
    """A session of this person in the window's home, with a token in memory."""
    session = Session.open(home, environment={"FANLINK_TOKEN_STORE": "memory"})
    session.use_token(cast.url, cast.tokens[name])
    session.sync_once()
    return session


def tell(stage: scene.Stage, say: Voice) -> None:
    """Plays the story behind the window, so that every page has something real in it."""
    telling = Telling(stage.cast, say, stage.begun_ms)
    try:
        telling.submit_only(stage.cast.world.waiting)
        telling.whole(stage.cast.world.story)
    except FanLinkError as error:
        say(f"The story stopped: {error}")
