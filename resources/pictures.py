"""The README's pictures: the real app on the demo world, without a display.

    python resources/pictures.py docs/pictures [--home DIR]

Plays the demo's story in a home (a new one unless told), then opens each page as the person whose page it is.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("FANLINK_TOKEN_STORE", "memory")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fanlink.demo import headless, scene
from fanlink.demo.cast import Cast
from fanlink.demo.story import Telling, remix_id
from fanlink.demo.telling import Voice
from fanlink.desktop import pictures
from fanlink.desktop.app import App
from fanlink.desktop.pages import registry

WORDS = "slow rainy-night lo-fi, keep the vocals, no drums in the intro, big last chorus"
SHOTS = (
    ("fan", "fan", "discover", "dark", "discover-dark"), ("fan", "fan", "studio", "dark", "studio-dark"),
    ("fan", "fan", "earnings", "light", "earnings-light"), ("fan", "fan", "remixes", "light", "my-remixes-light"),
    ("moderator", "moderator", "queue", "dark", "queue-dark"),
)  # fmt: skip


def main() -> int:
    """Takes them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--home", type=Path)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fanlink-pictures-", ignore_cleanup_errors=True) as folder:
        home = arguments.home or Path(folder)
        home.mkdir(parents=True, exist_ok=True)
        headless.play(home)
        with scene.staged(home, Voice()) as stage:
            waiting(stage)
            for role, desktop, page, mode, name in SHOTS:
                if any(each.key == desktop for each in registry.DESKTOPS):
                    shoot(stage.cast, stage.cast.world.first(role), desktop, page, mode, arguments.out / f"{name}.png")
    return 0


def waiting(stage: scene.Stage) -> None:
    """Another fan's remix, so that something waits in the moderators' queue."""
    telling = Telling(stage.cast, Voice(), stage.begun_ms)
    telling.submit_only(stage.cast.world.waiting)
    telling.case_of(stage.cast.session(stage.cast.world.waiting.fan), remix_id(stage.cast.world.waiting))


def shoot(cast: Cast, person: str, desktop: str, page: str, mode: str, out: Path) -> None:
    """One picture of one page as one person sees it."""
    app = App(cast.home / "windows" / person.lower(), lambda _home: cast.session(person), mode=mode)
    app.settings.change(welcomed=True)
    app.start()
    pictures.wait(app)
    app.window.resize(*pictures.SIZES["wide"])
    app.window.switch_role(desktop)
    app.window.go(page)
    pictures.wait(app)
    if page == "studio":
        make_a_take(app)
    if page == "remixes":
        app.window.page.list.choose(app.window.page.list.cards.ids[-1])
        pictures.wait(app)
    if page == "discover":
        app.window.page.view.play()
        pictures.wait(app)
        app.player.toggle()
        app.player.seek(0.36)
    app.player.no_output = ""
    app.player.changed.emit()
    pictures.wait(app)
    app.window.toast.hide()
    app.window.grab().save(str(out))
    print(out)
    app.close()
    cast.sessions.pop(person, None)


def make_a_take(app: App) -> None:
    """Opens the first prompt in the Studio and says something."""
    app.window.go("discover")
    pictures.wait(app)
    prompt = app.window.page.view.prompt
    assert prompt is not None, "the demo has a prompt"
    app.window.go("studio", f"prompt:{prompt.id}")
    pictures.wait(app)
    studio = app.window.page
    studio.words.words.setPlainText(WORDS)
    studio.words.asked.emit()
    pictures.wait(app)
    app.player.seek(0.3)
    studio.lanes.lanes.select(2)


if __name__ == "__main__":
    raise SystemExit(main())
