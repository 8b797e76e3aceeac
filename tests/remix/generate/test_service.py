"""A service is asked over a real line, given only what the prompt allows, and its answer is believed by nobody."""

import base64
import io
import threading

import numpy as np
import pytest
import soundfile

from fanlink.core.errors import BadInput, Refused, Stopped, Unavailable
from fanlink.core.guard_rails import GuardRails, Use
from fanlink.remix.generate import layers
from fanlink.remix.generate.layers import Asked
from fanlink.remix.generate.service import ServiceModel, checked
from tests.remix.engine import songs
from tests.remix.generate.conftest import beats, wav

FREE = GuardRails(uses_allowed=(Use.GENERATED_LAYERS,))
ASKED = Asked("warm pads", 8.0, 5, 120.0)


def generate(model, song, out, asked=ASKED, rails=FREE, **more):
    return layers.generate(asked, song, rails, model, out, **more)


def model_of(far, declared="apache-2.0", **more):
    return ServiceModel(far.address, "night-1", "secret", declared, **more)


def test_words_go_out_and_a_layer_with_its_provenance_comes_back(service, song, tmp_path):
    told = []
    made = generate(model_of(service), song, tmp_path / "layer.flac", progress=told.append)
    (body,) = service.asked
    assert {
        "model": "night-1", "prompt": "warm pads", "seconds": 8.0, "tempo_bpm": 120.0, "beats_per_bar": 4, "key": "A minor", "seed": 5,
    } == body  # fmt: skip
    assert "Bearer secret" == service.headers[0]["Authorization"]
    assert ("generated", made.pcm_digest, 16.0) == (made.layer.kind, made.layer.asset, made.beats)
    assert {
        "model": "night-1", "licence": "apache-2.0", "licence_from": "declared", "prompt": "warm pads", "seed": "5", "made_by": "service",
        "engine": "night-1", "service": "127.0.0.1", "seconds": "8", "tempo_bpm": "120", "key": "A minor",
        "key_shift_semitones": "0",
    } == made.layer.provenance  # fmt: skip
    assert "secret" not in str(made)
    assert 1.0 == told[-1].share


def test_the_key_of_the_remix_is_asked_for_and_not_that_of_the_track(service, song, tmp_path):
    generate(model_of(service), song, tmp_path / "layer.flac", Asked("pads", 8.0, 5, 120.0, key_shift_semitones=2))
    assert "B minor" == service.asked[0]["key"]


@pytest.mark.parametrize(
    ("asked", "rails", "declared", "codes"),
    [
        (ASKED, GuardRails(), "mit", ["use_not_allowed"]),
        (Asked("pads", 8.0, 5, 120.0, reference="vocals"), FREE, "mit", ["use_not_allowed"]),
        (ASKED, GuardRails(uses_allowed=(Use.GENERATED_LAYERS, Use.COMMERCIAL_RELEASE)), "cc-by-nc-4.0", ["licence_not_commercial"]),
        (ASKED, GuardRails(uses_allowed=(Use.GENERATED_LAYERS, Use.COMMERCIAL_RELEASE)), "", ["licence_unknown"]),
        (ASKED, GuardRails(uses_allowed=(Use.GENERATED_LAYERS,), words_not_allowed=("warm",)), "mit", ["word_not_allowed"]),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_refused_before_anything_leaves(service, song, tmp_path, asked, rails, declared, codes):
    with pytest.raises(Refused) as refused:
        generate(model_of(service, declared), song, tmp_path / "layer.flac", asked, rails)
    assert codes == [reason.code for reason in refused.value.reasons]
    assert [] == service.asked
    assert [] == list(tmp_path.iterdir())


def test_a_stem_goes_out_only_where_the_artist_allows_it(service, song, tmp_path):
    rails = GuardRails(uses_allowed=(Use.GENERATED_LAYERS, Use.OUTSIDE_MODEL))
    asked = Asked("pads", 4.0, 5, 120.0, reference="vocals", reference_bar=2)
    made = generate(model_of(service), song, tmp_path / "layer.flac", asked, rails)
    sent = service.asked[0]["reference"]
    heard, rate_hz = soundfile.read(io.BytesIO(base64.b64decode(sent["data"])), always_2d=True)
    assert ("flac", songs.RATE_HZ, 4 * songs.RATE_HZ) == (sent["format"], rate_hz, len(heard))
    start = round((songs.FIRST_BEAT_MS / 1000 + 2.0) * rate_hz)
    source, _ = songs.read(song.files["vocals"])
    assert np.max(np.abs(heard - source[start : start + len(heard)])) < 1e-6
    assert ("vocals", "2") == (made.layer.provenance["reference"], made.layer.provenance["reference_bar"])


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        ((401, {}, b"no"), Unavailable, "key"),
        ((404, {}, b""), Unavailable, "address"),
        ((429, {}, b""), Unavailable, "later"),
        ((500, {}, b"boom"), Unavailable, "500"),
        ((302, {"location": "https://elsewhere.example/"}, b""), Unavailable, "302"),
        ((204, {}, b""), Unavailable, "204"),
        ((200, {"content-length": "0"}, b""), BadInput, "empty"),
        ((200, {"content-type": "audio/wav"}, b"<html>hello</html>"), BadInput, "not audio"),
        ((200, {"content-type": "audio/wav"}, wav(beats())[:30_000]), BadInput, "cut off"),
        ((200, {"content-type": "application/json"}, b'{"audio": "UklGRg=="}'), BadInput, "not audio"),
        ((200, {"content-length": "500000"}, wav(beats())[:1_000]), Unavailable, "cannot be reached"),
    ],
)  # fmt: skip
def test_an_answer_that_is_no_layer_is_refused_in_words(service, song, tmp_path, answer, error, words):
    service.answer = answer
    with pytest.raises(error, match=words):
        generate(model_of(service), song, tmp_path / "layer.flac")
    assert [] == list(tmp_path.iterdir())


def test_an_answer_larger_than_any_layer_is_cut_off_on_its_way(service, song, tmp_path, monkeypatch):
    monkeypatch.setattr("fanlink.remix.generate.service.LARGEST_ANSWER_BYTES", 100_000)
    service.answer = (200, {}, b"RIFF" + b"x" * 5_000_000)
    with pytest.raises(BadInput, match="larger"):
        generate(model_of(service), song, tmp_path / "layer.flac")


def test_a_service_that_never_answers_is_given_up(service, song, tmp_path):
    service.hold = threading.Event()
    with pytest.raises(Unavailable, match="did not answer within 0.3 seconds"):
        generate(model_of(service, longest_wait_s=0.3), song, tmp_path / "layer.flac")
    assert service.gone.wait(10)


def test_stopping_closes_the_line(service, song, tmp_path):
    service.hold = threading.Event()
    with pytest.raises(Stopped):
        generate(model_of(service), song, tmp_path / "layer.flac", stop=service.came.is_set)
    assert service.gone.wait(10)
    assert [] == list(tmp_path.iterdir())


def test_a_service_that_is_not_there_is_said_to_be_out_of_reach(song, tmp_path):
    with pytest.raises(Unavailable, match="cannot be reached"):
        generate(ServiceModel("http://127.0.0.1:9/x", "m", declared="mit"), song, tmp_path / "layer.flac")


@pytest.mark.parametrize("address", ["http://music.example/v1", "ftp://x", "music.example", "https://user:secret@music.example/", "https://"])
def test_an_address_that_is_not_safe_is_refused(address):
    with pytest.raises(BadInput):
        checked(address)


@pytest.mark.parametrize("asked", [
    Asked(" ", 8.0, 5, 120.0), Asked("x" * 501, 8.0, 5, 120.0), Asked("pads", 0.5, 5, 120.0), Asked("pads", 500.0, 5, 120.0),
    Asked("pads", float("nan"), 5, 120.0), Asked("pads", 8.0, -1, 120.0), Asked("pads", 8.0, 2**31, 120.0),
    Asked("pads", 8.0, 5, 120.0, reference="kazoo"), Asked("pads", 8.0, 5, 120.0, reference="vocals", reference_bar=99),
])  # fmt: skip
def test_what_cannot_be_asked_is_refused_before_anything_leaves(service, song, tmp_path, asked):
    rails = GuardRails(uses_allowed=(Use.GENERATED_LAYERS, Use.OUTSIDE_MODEL))
    with pytest.raises(BadInput):
        generate(model_of(service), song, tmp_path / "layer.flac", asked, rails)
    assert [] == service.asked
