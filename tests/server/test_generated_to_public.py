"""A generated layer, from the service that made it to the credentials of what the server publishes."""

import shutil

from fanlink import wire
from fanlink.core import generated
from fanlink.core.guard_rails import GuardRails, Use
from fanlink.core.recipes import Recipe, Section
from fanlink.core.tracks import TrackFacts
from fanlink.remix import recordings as sounds
from fanlink.remix.credentials import manifests
from fanlink.remix.generate import layers
from fanlink.remix.generate.layers import Asked
from fanlink.remix.generate.service import ServiceModel
from fanlink.remix.publishing import publishable
from fanlink.remix.tracks import Track
from fanlink.server import recordings
from fanlink.server.recordings import Recording
from fanlink.server.rendering import Rendering
from fanlink.server.sealing import Sealer
from tests.remix.generate.conftest import service  # noqa: F401


def made_layer(world, prompt, address, folder):
    """The layer, and the recording of it as the server keeps it."""
    facts = wire.from_json(TrackFacts, prompt["facts"])
    track = Track(facts, {name: world.assets.path(stem.asset) for name, stem in facts.stems.items()})
    rails = GuardRails(uses_allowed=(Use.GENERATED_LAYERS,))
    made = layers.generate(
        Asked("warm pads", 4.0, 5, 110.0), track, rails, ServiceModel(address, "night-1", "", "commercial"), folder / "layer.flac", commercial=True
    )
    kept = sounds.take_in(made.path, folder / "own.flac")
    assert kept.pcm_digest == made.pcm_digest
    sound = world.upload((folder / "own.flac").read_bytes(), "Fay")
    row = Recording(kept.pcm_digest, sound, sound, kept.rate_hz, kept.channels, kept.frames)
    world.door.act(lambda asked: recordings.keep(asked, row, world.people["Fay"].id), world.clock())
    return made


def test_what_a_service_made_is_rendered_signed_and_named(world, service, tmp_path):  # noqa: F811
    prompt = world.open_prompt()
    made = made_layer(world, prompt, service.address, tmp_path)
    plain = wire.from_json(Recipe, world.recipe(prompt, 1, engine="fanlink-1", sections=(Section("verse", 1, 4),)))
    recipe = generated.placed(plain, made.layer, made.beats, 4, 1)
    data = {"prompt": prompt["id"], "prompt_version": prompt["digest"], "title": "Night", "recipe": wire.to_json(recipe)}
    world.do("Fay", "submit_remix", "remix-one", data)
    rendering = Rendering(
        lambda act: world.door.act(act, world.clock()), world.assets,
        lambda recipe, stems, facts, folder, _progress: publishable(recipe, stems, facts, folder), "test", Sealer(tmp_path / "keys"),
    )  # fmt: skip
    while rendering.step():
        pass
    assert "in_review" == world.remix()["state"], world.remix()["steps"]
    assert "accepted" == world.decide("Mo", "remix-one", "approve")["outcome"]
    copy = tmp_path / "heard.flac"
    shutil.copyfile(world.assets.path(world.remix()["audio"]), copy)
    shown = manifests.read(copy)
    assert ("valid", "night-1") == (shown["state"], shown["remix"]["generated"][0]["model"])
