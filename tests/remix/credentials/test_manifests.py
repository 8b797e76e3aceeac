"""Content credentials in real files."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import c2pa
import numpy as np
import pytest
import soundfile

from fanlink.cli import main
from fanlink.core.disclosure import disclose
from fanlink.core.errors import BadInput
from fanlink.core.recipes import Layer, Recipe, Section, StemUse
from fanlink.core.tracks import Music, Stem, TrackFacts
from fanlink.remix.credentials import keys, manifests

FACTS = TrackFacts(
    "Neon Tide", "Luma Reyes", Music(112, 0, "A minor"), {"vocals": Stem("vocals", "a" * 64, 44_100, 2, 44_100)}
)
RECIPE = Recipe("1", 1, "t", "w", {}, "", 90, 0, 0.0, {"vocals": StemUse()}, (), (Section("intro", 1, 4),))


@pytest.fixture(scope="module")
def key():
    return keys.make("Test server", datetime.now(UTC))


def about(recipe=RECIPE, title="Night drive"):
    return manifests.About(
        title, "Mara", "Luma Reyes", "remix-1", "prompt-1", "d" * 64, FACTS, recipe, disclose(recipe, "Mara", "Luma Reyes")
    )


@pytest.fixture
def song(tmp_path):
    def write(suffix):
        samples = np.random.default_rng(1).normal(0, 0.1, (44_100, 2)).astype("float32")
        path = tmp_path / f"song{suffix}"
        soundfile.write(path, samples, 44_100)
        return path

    return write


@pytest.mark.parametrize("suffix", [".flac", ".mp3", ".wav"])
def test_a_signed_file_says_how_it_was_made_and_sounds_the_same(song, key, suffix):
    path = song(suffix)
    before, _ = soundfile.read(path, dtype="float32")
    manifests.sign(path, about(), key)
    after, _ = soundfile.read(path, dtype="float32")
    assert np.array_equal(before, after)
    shown = manifests.read(path, key.authority_pem.decode())
    assert "trusted" == shown["state"]
    assert ["Neon Tide, vocals (FLAC stem)"] == [ingredient["title"] for ingredient in shown["ingredients"]]
    assert ["c2pa.created", "c2pa.placed", "c2pa.edited", "c2pa.changedSpeed", "c2pa.converted"] == shown["actions"]
    assert "None" == shown["remix"]["ddex"]["ContainsAI"]
    assert [] == [file for file in path.parent.iterdir() if file != path]


def test_valid_is_not_trusted(song, key):
    path = song(".flac")
    manifests.sign(path, about(), key)
    assert "valid" == manifests.read(path)["state"]


def test_a_signature_of_another_server_is_not_trusted(song, key):
    path = song(".flac")
    manifests.sign(path, about(), keys.make("Another", datetime.now(UTC)))
    assert "valid" == manifests.read(path, key.authority_pem.decode())["state"]


def test_one_changed_byte_of_sound_breaks_them(song, key):
    path = song(".wav")
    manifests.sign(path, about(), key)
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    path.write_bytes(data)
    shown = manifests.read(path, key.authority_pem.decode())
    assert "broken" == shown["state"]
    assert any("dataHash.mismatch" in problem for problem in shown["problems"])


def test_a_file_without_credentials_has_none(song):
    assert {"file": "song.flac", "state": "none", "problems": []} == manifests.read(song(".flac"))


def test_a_file_of_someone_else_is_explained_too(song, key):
    path = song(".wav")
    definition = {"title": "Not ours", "claim_generator_info": [{"name": "Other tool", "version": "9"}], "assertions": [
        {"label": "c2pa.actions.v2", "data": {"actions": [{"action": "c2pa.created", "digitalSourceType":
            "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"}]}}]}  # fmt: skip
    signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(b"es256", key.chain_pem, key.private_pem, None))
    c2pa.Builder(json.dumps(definition)).sign_file(path, path.with_name("other.wav"), signer)
    shown = manifests.read(path.with_name("other.wav"))
    assert ("valid", "Not ours", ["Other tool"], None) == (
        shown["state"], shown["title"], shown["made_with"], shown["remix"]
    )  # fmt: skip


def test_generated_layers_are_in_the_source_type(song, key):
    choir = Layer("choir", "generated", asset="b" * 64, provenance={"model": "Tiny-1"})
    recipe = replace(RECIPE, layers=(choir,), sections=(Section("intro", 1, 4, layers=("choir",)),))
    path = song(".flac")
    manifests.sign(path, about(recipe), key)
    shown = manifests.read(path)
    assert ["http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"] == shown["source_types"]
    assert "Partly" == shown["remix"]["ddex"]["ContainsAI"]


@pytest.mark.parametrize("content", [b"", b"not audio at all"])
def test_what_is_no_audio_is_said_in_a_sentence(tmp_path, content, capsys):
    path = tmp_path / "x.flac"
    path.write_bytes(content)
    code = main(["credentials", "show", str(path), "--json"])
    printed = capsys.readouterr()
    assert (code, bool(printed.err)) in {(2, True), (1, False), (0, False)}
    assert "Traceback" not in printed.err


def test_a_text_file_is_not_read_as_audio(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("hello")
    with pytest.raises(BadInput):
        manifests.read(path)


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    first = keys.load_or_make(tmp_path / "keys", "Test server")
    assert first == keys.load_or_make(tmp_path / "keys", "Test server")
    assert 0o600 == (tmp_path / "keys" / "signer-key.pem").stat().st_mode & 0o777


def test_a_half_lost_key_is_not_replaced_in_silence(tmp_path):
    keys.load_or_make(tmp_path / "keys", "Test server")
    (tmp_path / "keys" / "signer-key.pem").unlink()
    with pytest.raises(BadInput, match="signer-key.pem is missing"):
        keys.load_or_make(tmp_path / "keys", "Test server")
