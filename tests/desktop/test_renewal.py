"""A remix whose engine is gone is heard, old and new, before the new one is sent."""

from dataclasses import replace

import numpy as np
import pytest
import soundfile

from fanlink import wire
from fanlink.core.commands import SubmitRemix
from fanlink.core.engines import migrate
from fanlink.desktop import arranging
from fanlink.desktop.pages.renewal import Renewal
from tests.desktop import world as world_module
from tests.desktop.conftest import quiet


def refuse_the_old(recipe):
    migrated = migrate(recipe)
    facts = {"engine": "fanlink-0", "changes": migrated.changes, "migrated": wire.to_json(migrated.recipe)}

    def answer(command):
        if command["data"].get("recipe", {}).get("engine") == "fanlink-0":
            return {"outcome": "refused", "findings": [{"code": "engine_retired", "facts": facts}]}
        return {"outcome": "accepted"}

    return answer


@pytest.fixture
def heard_before(app):
    """Puts a sound where the desktop keeps what was rendered, as an older desktop left it."""
    def keep(recipe):
        folder = app.desk.home / "cache" / "renders"
        folder.mkdir(parents=True, exist_ok=True)
        name = arranging.digest_of(recipe)
        soundfile.write(folder / f"{name}.wav", np.zeros((44_100, 2)), 44_100)
        (folder / f"{name}.txt").write_text(f"{'0' * 64} 1000 -14.0")

    return keep


def test_a_refused_submission_of_a_retired_engine_is_heard_renewed_and_then_sent_in_its_place(app, far, world, qtbot, heard_before):
    prompt = next(document for _, document in world.documents if document.KIND == "prompt")
    old = replace(world_module.recipe(prompt, "slow rain", 96.0, 5), engine="fanlink-0", track=prompt.facts.digest)
    far.answer = refuse_the_old(old)
    heard_before(old)
    app.desk.do(SubmitRemix(prompt.id, prompt.digest, "Rain again", old), "remix_new0001")
    quiet(qtbot, app)
    app.desk.read(lambda session: session.sync_once(), lambda _done: None, owner=app.window)
    qtbot.waitUntil(lambda: bool(far.asked), timeout=20_000)
    quiet(qtbot, app)
    app.window.show_sync()
    qtbot.waitUntil(lambda: bool(app.window.findChildren(Renewal)), timeout=20_000)
    (renewal,) = app.window.findChildren(Renewal)
    assert not renewal.accept.isEnabled(), "nobody accepts what they have not heard"
    renewal.hear.click()
    qtbot.waitUntil(renewal.accept.isEnabled, timeout=60_000)
    assert ["a", "b"] == [part.group for part in app.desk.player.sound.parts]
    renewal.accept.click()
    qtbot.waitUntil(lambda: len(far.asked) > 1 or not app.ops.busy, timeout=20_000)
    quiet(qtbot, app)
    app.desk.read(lambda session: session.sync_once(), lambda _done: None, owner=app.window)
    qtbot.waitUntil(lambda: len(far.asked) > 1, timeout=20_000)
    first, again = far.asked
    assert (first["id"], "fanlink-1", "remix_new0001") == (again["replaces"], again["data"]["recipe"]["engine"], again["target"])
    assert again["data"]["heard_digest"]
