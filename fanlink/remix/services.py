"""Services that a person names by an address: which addresses may be asked, and under which name a key is kept."""

from __future__ import annotations

from urllib.parse import urlsplit

from fanlink.core.errors import BadInput

NEAR_HOSTS = ("localhost", "127.0.0.1", "::1")


def is_address(text: str) -> bool:
    """Whether this names a service and not a folder."""
    return text.startswith(("http://", "https://"))


def checked(address: str) -> str:
    """The address as it is asked. `BadInput` for one that is not https, which no key, stem or fan's words may ever cross."""
    where = urlsplit(address.strip())
    if not where.hostname or where.username or where.password:
        raise BadInput("a service has an address like https://music.example/v1, without a name or key in it")
    if where.scheme != "https" and not (where.scheme == "http" and where.hostname in NEAR_HOSTS):
        raise BadInput("the address of a service must begin with https://")
    return address.strip()


def host_of(address: str) -> str:
    """The name of the computer that an address leads to."""
    return urlsplit(address.strip()).hostname or address


def secret_name(address: str) -> str:
    """Under which name the keyring keeps the key of a service."""
    return f"service {address.strip()}"
