"""A language model is believed only as far as the rules go, and never needed."""

from __future__ import annotations

import json

import httpx
import pytest

from fanlink import wire
from fanlink.core.errors import Stopped
from fanlink.core.guard_rails import GuardRails
from fanlink.core.rules import check, is_breach
from fanlink.remix.interpret import interpret
from fanlink.remix.interpret.model import HttpModel
from tests.remix.words.chat import chat
from tests.remix.words.songs import song

GOOD = {
    "style": "house", "tempo_bpm": 110, "key_shift_semitones": 1, "swing": 0.1, "stems": {"vocals": {}, "drums": {"gain_db": -3}},
    "layers": [{"id": "four", "kind": "drums", "sound": "909", "pattern": "four-on-the-floor"}],
    "sections": [{"name": "verse", "source_bar": 5, "bars": 8, "layers": ["four"]}, {"name": "chorus", "source_bar": 13, "bars": 8}],
}  # fmt: skip


def answering(takes, status=200):
    """A model that says this, whatever it is asked."""

    def reply(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        text = takes if isinstance(takes, str) else json.dumps({"takes": takes})
        return httpx.Response(status, json={"choices": [{"message": {"content": text}}]})

    asked: list[httpx.Request] = []
    return HttpModel("https://models.test/v1", "small-1", "secret", httpx.MockTransport(reply)), asked


def test_a_models_recipe_is_taken_and_named():
    model, asked = answering([{"recipe": GOOD, "why": ["house beat because of “dance”"]}])
    (take,) = interpret("make me dance", {}, song(), GuardRails(), 7, model=model)
    assert ("small-1", 7, "make me dance", 110) == (take.recipe.written_by, take.recipe.seed, take.recipe.words, take.recipe.tempo_bpm)
    assert "house beat because of “dance”" == take.why[1]
    assert "Bearer secret" == asked[0].headers["authorization"]


def test_what_a_model_asks_beyond_the_guard_rails_is_brought_inside():
    wild = GOOD | {
        "tempo_bpm": 900, "key_shift_semitones": 11, "stems": {"vocals": {"effects": [{"name": "echo", "settings": {"mix": 9}}]}, "guitar": {}},
        "layers": [*GOOD["layers"], {"id": "x", "kind": "generated", "asset": "aa"}, {"id": "bass", "kind": "bass"}],
        "sections": [{"name": "all", "source_bar": 1, "bars": 4000, "layers": ["four"], "edits": [{"name": "stutter", "start_beat": 0, "beats": 4}]}],
    }  # fmt: skip
    rails = GuardRails(tempo_bpm=(90, 120), key_shift_semitones=(-2, 2), length_s=(30, 60), stems_required=("vocals",), stems_allowed=("drums",),
                       stems_untouched=("vocals",), layers_allowed=("drums",), effects_not_allowed=("echo",))  # fmt: skip
    (take,) = interpret("go wild", {}, song(), rails, 1, model=answering([{"recipe": wild}])[0])
    assert "small-1" == take.recipe.written_by
    assert not is_breach(check(take.recipe, song(), rails))
    assert 30 <= take.recipe.length_s() <= 60


@pytest.mark.parametrize(
    ("takes", "status"),
    [("no json", 200), ([], 200), ([{"recipe": 5}], 200), ([{"recipe": GOOD | {"sections": []}}], 200), ([{"recipe": GOOD | {"surprise": 1}}], 200), ([{"recipe": GOOD}], 500)],
)  # fmt: skip
def test_without_a_usable_answer_the_rules_write_the_recipe_and_say_so(takes, status):
    (take,) = interpret("slow techno", {}, song(), GuardRails(), 1, model=answering(takes, status)[0])
    (own,) = interpret("slow techno", {}, song(), GuardRails(), 1)
    assert own.recipe == take.recipe
    assert take.why[0].startswith("The language model could not be used")
    assert "rules" == take.recipe.written_by


def test_a_key_is_never_sent_over_a_plain_line():
    asked = []
    transport = httpx.MockTransport(lambda request: asked.append(request) or httpx.Response(200))
    (take,) = interpret("slow", {}, song(), GuardRails(), 1, model=HttpModel("http://models.test/v1", "m", "secret", transport))
    assert [] == asked
    assert "must begin with https://" in take.why[0]


def test_the_schema_that_a_model_gets_is_the_recipes():
    model, asked = answering([{"recipe": GOOD}])
    interpret("dance", {}, song(), GuardRails(), 1, model=model)
    told = json.loads(json.loads(asked[0].content)["messages"][1]["content"])
    assert {"tempo_bpm", "stems", "sections", "layers"} <= set(told["recipe_schema"]["properties"])
    assert wire.to_json(song().music) == told["track"]["music"]


@pytest.mark.parametrize("error", [httpx.ReadTimeout, httpx.ConnectError, httpx.RemoteProtocolError])
def test_a_model_that_does_not_answer_costs_nothing(error):
    def reply(request: httpx.Request) -> httpx.Response:
        raise error("no answer", request=request)

    (take,) = interpret("slow techno", {}, song(), GuardRails(), 1, model=HttpModel("https://models.test/v1", "m", "", httpx.MockTransport(reply)))
    (own,) = interpret("slow techno", {}, song(), GuardRails(), 1)
    assert own.recipe == take.recipe
    assert error.__name__ in take.why[0]


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'{"choices": []}', b'{"choices": [{"message": {"content": 5}}]}', b"x" * 2_000_000])
def test_a_server_that_answers_something_else_is_not_believed(body):
    model = HttpModel("https://models.test/v1", "m", "", httpx.MockTransport(lambda request: httpx.Response(200, content=body)))
    (take,) = interpret("slow techno", {}, song(), GuardRails(), 1, model=model)
    assert "rules" == take.recipe.written_by
    assert take.why[0].startswith("The language model could not be used")


def test_who_stops_waits_no_longer():
    with chat() as service:
        service.held.set()
        model = HttpModel(service.address, "slow-1", "", stop=lambda: bool(service.asked))
        with pytest.raises(Stopped):
            interpret("slow techno", {}, song(), GuardRails(), 1, model=model)
        assert not service.let_go.is_set()


@pytest.mark.parametrize("name", ["rules", "person"])
def test_a_model_cannot_be_named_so_that_nothing_is_disclosed(name):
    reply = {"choices": [{"message": {"content": json.dumps({"takes": [{"recipe": GOOD}]})}}]}
    model = HttpModel("https://models.test/v1", name, "", httpx.MockTransport(lambda request: httpx.Response(200, json=reply)))
    (take,) = interpret("dance", {}, song(), GuardRails(), 1, model=model)
    assert f"model {name}" == take.recipe.written_by
