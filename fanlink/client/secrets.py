"""Where the token is kept: a keyring that is known to be safe, else only in memory, and said so."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from fanlink.core.errors import BadInput

T = TypeVar("T")

SERVICE = "FanLink"
LONGEST_S = 5.0

# keyring falls back to plain text without a word when keyrings.alt is there, so only these are used.
SAFE = (
    "keyring.backends.SecretService.Keyring", "keyring.backends.libsecret.Keyring", "keyring.backends.kwallet.DBusKeyring",
    "keyring.backends.macOS.Keyring", "keyring.backends.Windows.WinVaultKeyring",
)


class Backend(Protocol):
    """What keyring calls a backend."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


class Secrets:
    """Tokens by name. `lasting` is False when they will be gone after a restart.

    The desktop says that in a banner, unless it was `chosen` by somebody.
    """

    def __init__(self, find: Callable[[], Backend | None], longest_s: float = LONGEST_S, *, chosen: bool = False) -> None:
        self._find, self._longest_s = find, longest_s
        self._memory: dict[str, str] = {}
        self.lasting, self.chosen = True, chosen

    def get(self, name: str) -> str | None:
        """The token, or None."""
        if name in self._memory:
            return self._memory[name]
        return self._try(lambda backend: backend.get_password(SERVICE, name))

    def set(self, name: str, token: str) -> None:
        """Keeps a token, in memory when the keyring does not take it."""
        self._memory[name] = token
        self._try(lambda backend: backend.set_password(SERVICE, name, token))

    def forget(self, name: str) -> None:
        """Removes a token everywhere."""
        self._memory.pop(name, None)
        self._try(lambda backend: backend.delete_password(SERVICE, name))

    def _try(self, act: Callable[[Backend], T]) -> T | None:
        """Asks the keyring in a thread of its own, for it may wait for an unlock that never comes."""
        if not self.lasting:
            return None
        got: list[T] = []
        failed: list[Exception] = []

        def ask() -> None:
            try:
                backend = self._find()
                if backend is None:
                    self.lasting = False
                else:
                    got.append(act(backend))
            except Exception as error:
                # Each backend has errors of its own; whichever it is, there is no keyring to rely on.
                failed.append(error)

        thread = threading.Thread(target=ask, name="fanlink-keyring", daemon=True)
        thread.start()
        thread.join(self._longest_s)
        if thread.is_alive() or any(type(error).__name__ != "PasswordDeleteError" for error in failed):
            self.lasting = False
        return got[0] if got else None


class EncryptedFile:
    """Tokens in one file, encrypted with a passphrase that someone chose to give."""

    def __init__(self, path: Path, passphrase: str) -> None:
        self._path, self._passphrase = path, passphrase

    def get_password(self, service: str, username: str) -> str | None:
        return self._read().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._write(self._read() | {f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        self._write({name: token for name, token in self._read().items() if name != f"{service}/{username}"})

    def _box(self, salt: bytes) -> Any:
        from cryptography.fernet import Fernet

        key = hashlib.scrypt(self._passphrase.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)
        return Fernet(base64.urlsafe_b64encode(key))

    def _read(self) -> dict[str, str]:
        try:
            stored = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        return dict(json.loads(self._box(stored[:16]).decrypt(stored[16:])))

    def _write(self, tokens: dict[str, str]) -> None:
        salt = os.urandom(16)
        made = self._path.with_name(self._path.name + ".new")
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(salt + self._box(salt).encrypt(json.dumps(tokens).encode()))
        os.replace(made, self._path)


def open_secrets(
    home: Path, choice: str | None, passphrase: str | None, backends: Callable[[], Iterable[Backend]] | None = None
) -> Secrets:
    """The store that `FANLINK_TOKEN_STORE` names: `memory`, `keyring` (the default) or `file`.

    A file needs a passphrase in `FANLINK_TOKEN_PASSPHRASE`; refuses with `BadInput` without one, and any other name.
    """
    if choice == "memory":
        return Secrets(lambda: None, chosen=True)
    if choice == "file":
        if not passphrase:
            raise BadInput("a token file needs a passphrase in FANLINK_TOKEN_PASSPHRASE", where="FANLINK_TOKEN_STORE")
        kept = EncryptedFile(home / "tokens", passphrase)
        return Secrets(lambda: kept)
    if choice not in (None, "", "keyring"):
        raise BadInput("use memory, keyring or file", where="FANLINK_TOKEN_STORE")
    return Secrets(lambda: safe_backend(backends or _installed_backends))


def _installed_backends() -> Iterable[Backend]:
    import keyring.backend

    return sorted(keyring.backend.get_all_keyring(), key=lambda backend: -backend.priority)


def safe_backend(backends: Callable[[], Iterable[Backend]]) -> Backend | None:
    """The best keyring of those that are known to be safe; None when there is none."""
    for backend in backends():
        if f"{type(backend).__module__}.{type(backend).__qualname__}" in SAFE:
            return backend
    return None
