"""Clearance certificates, verified offline."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fanlink.cli import main
from fanlink.remix.credentials import certificates, keys

CLEARANCE = certificates.Clearance(
    "remix-1", "Night drive", "Mara", "Luma Reyes", "Neon Tide", "prompt-1", "d" * 64, "r" * 64, ("f" * 64,),
    ("Jo Park", "Northside Music"), 1_800_000_000_000,
)  # fmt: skip
NOW = datetime.fromtimestamp(1_800_000_100, UTC)


@pytest.fixture(scope="module")
def key():
    return keys.make("Test server", NOW)


@pytest.fixture
def files(tmp_path, key):
    certificate, public = tmp_path / "night.clearance.json", tmp_path / "public.pem"
    certificate.write_bytes(certificates.issue(CLEARANCE, key))
    public.write_bytes(key.public_pem)
    return certificate, public


def test_a_certificate_holds_with_the_servers_public_key(files):
    assert certificates.verify(*files, NOW)["valid"]


def test_the_certificate_of_the_signer_serves_as_well_as_its_bare_key(files, key):
    files[1].write_bytes(key.chain_pem)
    assert certificates.verify(*files, NOW)["valid"]


@pytest.mark.parametrize("field", ["title", "remixer", "prompt_version", "sanctioned_by", "issued_ms", "valid_until_ms"])
def test_any_changed_word_breaks_it(files, field):
    document = json.loads(files[0].read_text())
    was = document["statement"][field]
    document["statement"][field] = ["Nobody"] if isinstance(was, list) else 2_000_000_000_000 if was is None else type(was)(1)
    files[0].write_text(json.dumps(document))
    assert not certificates.verify(*files, NOW)["valid"]


def test_another_servers_key_does_not_verify_it(files):
    files[1].write_bytes(keys.make("Another", NOW).public_pem)
    assert not certificates.verify(*files, NOW)["valid"]


def test_it_ends_when_it_says(tmp_path, files, key):
    until = int(NOW.timestamp() * 1000)
    files[0].write_bytes(certificates.issue(replace(CLEARANCE, valid_until_ms=until), key))
    found = certificates.verify(*files, NOW)
    assert (False, ["it ended on 2027-01-15"]) == (found["valid"], found["why"])


def test_the_command_says_so_and_exits_with_it(files, capsys):
    assert 0 == main(["certificate", "verify", str(files[0]), "--key", str(files[1])])
    assert "Night drive, a remix of Neon Tide by Mara: sanctioned." in capsys.readouterr().out
    files[1].write_bytes(keys.make("Another", NOW).public_pem)
    assert 1 == main(["certificate", "verify", str(files[0]), "--key", str(files[1]), "--json"])
    assert not json.loads(capsys.readouterr().out)["valid"]


@pytest.mark.parametrize("content", ["", "[]", "{", '{"statement": {"format": "x"}, "signature": "y"}', "[" * 100_000])
def test_what_is_no_certificate_is_said_in_one_sentence(files, content, capsys):
    files[0].write_text(content)
    assert 2 == main(["certificate", "verify", str(files[0]), "--key", str(files[1])])
    assert 1 == capsys.readouterr().err.count("\n")


def test_what_is_no_key_is_said_in_one_sentence(files, capsys):
    files[1].write_text("not a key")
    assert 2 == main(["certificate", "verify", str(files[0]), "--key", str(files[1])])
    assert "not a PEM public key" in capsys.readouterr().err
