"""Generated layers at the server: its licence law, the consent that a sent stem rests on, and what moderators see."""

import pytest

from fanlink.core.guard_rails import GuardRails, Use
from fanlink.core.recipes import Layer, Section
from fanlink.server import recordings
from fanlink.server.recordings import Recording
from tests.server.world import stem_bytes

TOLD = {"model": "night-1", "licence": "apache-2.0", "licence_from": "card", "prompt": "warm pads", "seed": "7", "made_by": "local"}
RAILS = GuardRails(tempo_bpm=(90, 130), uses_allowed=(Use.GENERATED_LAYERS,))


def brought(world, who="Fay"):
    """A recording that this fan has sent, by the name that recipes use."""
    sound, owner = world.upload(stem_bytes(9), who), world.people[who].id
    recording = Recording("9" * 64, sound, sound, 8_000, 1, 64_000)
    world.door.act(lambda asked: recordings.keep(asked, recording, owner), world.clock())
    return recording.pcm


def with_layer(asset, **told):
    layer = Layer("pads", "generated", asset=asset, provenance={**TOLD, **told})
    return {"layers": (layer,), "sections": (Section("verse", 1, 4, layers=("pads",)),)}


def test_a_generated_layer_goes_from_submission_to_the_public_card(world):
    prompt = world.open_prompt()
    world.do("Fay", "submit_remix", "remix-one", world.submission(prompt, **with_layer(brought(world))))
    assert 1 == world.render()
    case = world.document("moderators", "case", world.case_of("remix-one")["id"])
    assert TOLD == case["remix"]["recipe"]["layers"][0]["provenance"]
    assert [] == case["findings"]
    assert "accepted" == world.decide("Mo", "remix-one", "approve")["outcome"]
    card = world.document("artist:artist-ana", "published", "remix-one")["disclosure"]
    assert ("Partly", "compositeWithTrainedAlgorithmicMedia") == (card["contains_ai"], card["source_type"])
    assert {"name": "night-1", "ai": "All", "special": "GenerativeAI"}.items() <= card["contributors"][-1].items()


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"licence": "cc-by-nc-4.0"}, "licence_not_commercial"), ({"licence": "unknown"}, "licence_unknown"),
        ({"model": "facebook/musicgen-large"}, "licence_not_commercial"), ({"seed": ""}, "provenance_missing"),
    ],
)  # fmt: skip
def test_a_layer_that_may_not_earn_is_refused_where_remixes_earn(world, told, code):
    prompt = world.open_prompt()
    assert [code] == world.refused("Fay", "submit_remix", "remix-one", world.submission(prompt, **with_layer(brought(world), **told)))


def test_a_layer_that_may_not_earn_is_taken_where_remixes_stay_free(world):
    prompt = world.open_prompt(commercial=False)
    world.do("Fay", "submit_remix", "remix-one", world.submission(prompt, **with_layer(brought(world), licence="cc-by-nc-4.0")))
    assert "cc-by-nc-4.0" == world.remix()["recipe"]["layers"][0]["provenance"]["licence"]


def test_a_recording_that_did_not_arrive_is_named(world):
    prompt = world.open_prompt()
    assert ["asset_missing"] == world.refused("Fay", "submit_remix", "remix-one", world.submission(prompt, **with_layer("f" * 64)))


def test_a_stem_that_was_sent_to_a_service_rests_on_that_consent_alone(world):
    sent = {"made_by": "service", "service": "music.example", "reference": "vocals"}
    allowing = GuardRails(tempo_bpm=(90, 130), uses_allowed=(Use.GENERATED_LAYERS, Use.OUTSIDE_MODEL))
    prompt = world.open_prompt(guard_rails=allowing)
    world.do("Fay", "submit_remix", "remix-one", world.submission(prompt, 1, **with_layer(brought(world), **sent)))
    world.do("Gil", "submit_remix", "remix-two", world.submission(prompt, 2, **with_layer(brought(world, "Gil"))))
    world.render()
    world.do("Ben", "withdraw_consent", world.consent("Ben", "outside_model")[0])
    assert ("taken_down", "in_review") == (world.remix()["state"], world.remix("remix-two", "Gil")["state"])


def test_a_stem_that_was_sent_without_that_use_is_refused(world):
    prompt = world.open_prompt(guard_rails=RAILS)
    sent = with_layer(brought(world), made_by="service", reference="vocals")
    assert ["use_not_allowed"] == world.refused("Fay", "submit_remix", "remix-one", world.submission(prompt, **sent))
