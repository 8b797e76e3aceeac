from __future__ import annotations

import threading

import pytest

from fanlink.client import secrets
from fanlink.client.secrets import Secrets, open_secrets
from fanlink.core.errors import BadInput


class Kept:
    """A keyring backend in memory."""

    def __init__(self):
        self.tokens = {}

    def get_password(self, service, username):
        return self.tokens.get((service, username))

    def set_password(self, service, username, password):
        self.tokens[service, username] = password

    def delete_password(self, service, username):
        del self.tokens[service, username]


class Plaintext(Kept):
    """What keyring would take without a word when keyrings.alt is there."""


def test_a_safe_keyring_keeps_the_token_over_a_restart():
    backend = Kept()
    Secrets(lambda: backend).set("home_1", "secret")
    again = Secrets(lambda: backend)
    assert "secret" == again.get("home_1") and again.lasting
    again.forget("home_1")
    assert {} == backend.tokens


def test_only_backends_on_the_list_are_used(monkeypatch):
    plain, safe = Plaintext(), Kept()
    assert secrets.safe_backend(lambda: [plain, safe]) is None
    monkeypatch.setattr(secrets, "SAFE", (f"{Kept.__module__}.Kept",))
    assert secrets.safe_backend(lambda: [plain, safe]) is safe


def test_without_a_safe_keyring_the_token_is_in_memory_only_and_that_is_said():
    kept = Secrets(lambda: None)
    kept.set("home_1", "secret")
    assert "secret" == kept.get("home_1")
    assert not kept.lasting


def test_a_keyring_that_waits_for_an_unlock_does_not_hold_the_app():
    unlock = threading.Event()

    class Locked(Kept):
        def get_password(self, service, username):
            unlock.wait()

    kept = Secrets(Locked, longest_s=0.05)
    assert kept.get("home_1") is None
    assert not kept.lasting
    unlock.set()


def test_a_keyring_that_fails_in_its_own_way_is_no_keyring():
    class Broken(Kept):
        def set_password(self, service, username, password):
            raise OSError("dbus is gone")

    kept = Secrets(Broken)
    kept.set("home_1", "secret")
    assert "secret" == kept.get("home_1") and not kept.lasting


def test_a_token_file_is_encrypted_and_only_by_choice(tmp_path):
    kept = open_secrets(tmp_path, "file", "a long passphrase")
    kept.set("home_1", "secret-token")
    stored = (tmp_path / "tokens").read_bytes()
    assert b"secret-token" not in stored
    assert 0o600 == (tmp_path / "tokens").stat().st_mode & 0o777
    assert "secret-token" == open_secrets(tmp_path, "file", "a long passphrase").get("home_1")
    assert open_secrets(tmp_path, "file", "another passphrase").get("home_1") is None
    with pytest.raises(BadInput):
        open_secrets(tmp_path, "file", None)
    with pytest.raises(BadInput):
        open_secrets(tmp_path, "cupboard", None)


def test_the_token_is_nowhere_in_the_home(opened, session):
    session.sync_once()
    session.close()
    for path in session.home.rglob("*"):
        assert path.is_dir() or b"t-ann" not in path.read_bytes(), path
