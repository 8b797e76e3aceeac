"""A model on this computer, tiny and random, built here: from words to a rendered remix that can be verified."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from fanlink import cli
from fanlink.core.disclosure import disclose
from fanlink.core.errors import BadInput, Stopped, Unavailable
from fanlink.core.guard_rails import GuardRails, Use
from fanlink.remix import recipes
from fanlink.remix.credentials import keys, manifests
from fanlink.remix.generate import layers
from fanlink.remix.generate.layers import Asked
from fanlink.remix.generate.local import LocalModel
from tests.house.source import ROOT
from tests.remix.engine import songs
from tests.remix.generate import tiny

FREE = GuardRails(uses_allowed=(Use.GENERATED_LAYERS,))
ASKED = Asked("warm pads", 2.0, 5, 120.0)


class Watched(LocalModel):
    """Lets a test see the process that was begun."""

    process = None

    def _begin(self):
        self.process = super()._begin()
        return self.process


def generate(folder, song, out, asked=ASKED, **more):
    return layers.generate(asked, song, FREE, LocalModel(folder), out, **more)


def test_the_same_seed_gives_the_same_layer_and_another_seed_another(model, song, tmp_path):
    first, again = (generate(model, song, tmp_path / name) for name in ("a.flac", "b.flac"))
    other = generate(model, song, tmp_path / "c.flac", replace(ASKED, seed=6))
    assert first.pcm_digest == again.pcm_digest != other.pcm_digest
    assert (4.0, 2_000) == (first.beats, first.length_ms)
    told = first.layer.provenance
    assert ("tiny", "apache-2.0", "card", "5", "local") == tuple(told[name] for name in ("model", "licence", "licence_from", "seed", "made_by"))


def test_ace_step_makes_layers_too_and_may_follow_a_stem(ace_step, song, tmp_path):
    asked = [ASKED, ASKED, replace(ASKED, seed=6), replace(ASKED, reference="vocals")]
    made = [generate(ace_step, song, tmp_path / f"{number}.flac", each) for number, each in enumerate(asked)]
    first, again, other, followed = (each.pcm_digest for each in made)
    assert first == again
    assert 3 == len({first, other, followed})
    assert ("tiny-ace", "mit", "acestep") == tuple(made[0].layer.provenance[name] for name in ("model", "licence", "engine"))


def test_a_stem_may_be_followed(model, song, tmp_path):
    followed = generate(model, song, tmp_path / "a.flac", replace(ASKED, reference="vocals"))
    assert "vocals" == followed.layer.provenance["reference"]
    assert followed.pcm_digest != generate(model, song, tmp_path / "b.flac").pcm_digest


def test_progress_is_told_and_stopping_ends_the_process(model, song, tmp_path):
    engine, told = Watched(model), []
    with pytest.raises(Stopped):
        layers.generate(
            replace(ASKED, seconds=30.0), song, FREE, engine, tmp_path / "a.flac", told.append,
            lambda: any(report.stage == "Generating" for report in told),
        )  # fmt: skip
    assert engine.process.wait(20) < 0
    assert [] == [path for path in tmp_path.iterdir() if path.is_file()]


def test_a_model_that_takes_too_long_is_given_up(model, song, tmp_path):
    with pytest.raises(Unavailable, match="longer than"):
        layers.generate(ASKED, song, FREE, LocalModel(model, longest_wait_s=0.05), tmp_path / "a.flac")


def test_a_broken_model_is_refused_in_words(model, song, tmp_path):
    weights = model / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:5_000])
    with pytest.raises(BadInput, match="the model cannot be used"):
        generate(model, song, tmp_path / "a.flac")


def test_weights_that_could_run_code_are_never_loaded(model, song, tmp_path):
    os.rename(model / "model.safetensors", model / "pytorch_model.bin")
    with pytest.raises(BadInput, match="the model cannot be used"):
        generate(model, song, tmp_path / "a.flac")


def test_more_than_the_model_can_make_at_once_is_refused(model, song, tmp_path):
    with pytest.raises(BadInput, match="1 to 30 seconds"):
        generate(model, song, tmp_path / "a.flac", replace(ASKED, seconds=31.0))


def run(capsys, *words):
    code = cli.main([str(word) for word in words])
    out = capsys.readouterr()
    return code, json.loads(out.out) if out.out.startswith("{") else out.err


def test_a_generated_layer_goes_all_the_way_to_a_remix_with_credentials(model, song, song_folder, prompt, cache_folder, tmp_path, capsys):
    allowed = prompt("generated_layers", "commercial_release")
    recipe = tmp_path / "night.recipe.json"
    recipes.write(songs.recipe(song), recipe)
    code, made = run(
        capsys, "remix", "generate", "--track", song_folder, "--prompt", allowed, "--words", "warm pads", "--model", model, "--seconds", 4,
        "--seed", 9, "--out", tmp_path / "layer.flac", "--into", recipe, "--at-bar", 3, "--assets", tmp_path / "kept", "--json",
    )  # fmt: skip
    assert (0, [], "allowed") == (code, made["findings"], made["commercial_use"])
    assert {"asset": made["pcm_digest"], "start_beat": 8.0, "id": "generated-1"}.items() <= made["layer"].items()
    assert 0 == run(capsys, "remix", "check", "--track", song_folder, "--prompt", allowed, "--recipe", recipe, "--json")[0]
    assert 1 == run(capsys, "remix", "check", "--track", song_folder, "--prompt", prompt(), "--recipe", recipe, "--json")[0]
    # By its digest in one folder, and by listening in the other.
    for assets, name in ((tmp_path / "kept", "remix.flac"), (tmp_path, "again.wav")):
        words = ("--track", song_folder, "--recipe", recipe, "--assets", assets, "--cache", cache_folder)
        code, rendered = run(capsys, "remix", "render", *words, "--out", tmp_path / name, "--json")
        assert 0 == code
        verdict = run(capsys, "remix", "verify", *words, "--audio", tmp_path / name, "--json")[1]
        assert (True, True, None) == (verdict["comparable"], verdict["match"], verdict["largest_difference_dbfs"])
    without, _ = songs.read(render_without(song_folder, recipe, tmp_path, cache_folder, capsys))
    with_it, rate_hz = songs.read(tmp_path / "remix.flac")
    assert 0.001 < abs(with_it[5 * rate_hz : 7 * rate_hz] - without[5 * rate_hz : 7 * rate_hz]).max()
    shown = credentials(song, recipes.read(recipe), tmp_path / "remix.flac")
    assert ("valid", "Partly") == (shown["state"], shown["remix"]["ddex"]["ContainsAI"])
    assert shown["source_types"][0].endswith("compositeWithTrainedAlgorithmicMedia")
    assert "warm pads" == shown["remix"]["generated"][0]["prompt"]


def render_without(song_folder, recipe, tmp_path, cache_folder, capsys):
    bare = recipes.read(recipe)
    sections = tuple(replace(section, layers=()) for section in bare.sections)
    recipes.write(replace(bare, layers=(), sections=sections), tmp_path / "bare.json")
    out = tmp_path / "bare.flac"
    assert 0 == run(capsys, "remix", "render", "--track", song_folder, "--recipe", tmp_path / "bare.json", "--out", out, "--cache", cache_folder)[0]
    return out


def credentials(song, recipe, path):
    from datetime import UTC, datetime

    disclosure = disclose(recipe, "Mara", song.facts.artist)
    about = manifests.About("Night", "Mara", song.facts.artist, "remix-1", "prompt-1", "d" * 64, song.facts, recipe, disclosure)
    manifests.sign(path, about, keys.make("Test server", datetime.now(UTC)))
    return manifests.read(path)


@pytest.fixture
def cache_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


def test_a_licence_that_forbids_earning_is_refused_under_a_prompt_that_may_earn(model, song_folder, prompt, tmp_path, capsys):
    tiny.card(model, "cc-by-nc-4.0")
    words = ("remix", "generate", "--track", song_folder, "--words", "pads", "--model", model, "--seconds", 1, "--out", tmp_path / "l.flac")
    code, said = run(capsys, *words, "--prompt", prompt("generated_layers", "commercial_release"), "--licence", "mit")
    assert 2 == code and "cc-by-nc-4.0" in said and "commercial" in said
    assert not (tmp_path / "l.flac").exists()
    assert 0 == run(capsys, *words, "--prompt", prompt("generated_layers"), "--json")[0]


def test_the_process_that_runs_models_reaches_no_network():
    program = (
        "import socket, urllib.request\nfrom fanlink.remix.generate import child\nchild.close_network()\n"
        "for reach in (lambda: socket.create_connection(('127.0.0.1', 9)), lambda: socket.socket().connect(('127.0.0.1', 9)),\n"
        "              lambda: urllib.request.urlopen('http://127.0.0.1:9/')):\n"
        "    try:\n        reach()\n    except OSError as error:\n        print('without the network' in str(error))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert ["True"] * 3 == done.stdout.split()
