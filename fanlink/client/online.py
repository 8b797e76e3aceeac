"""What can only be done with the server there: looked up for the moment, or never to be kept in the outbox."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic_core import from_json

from fanlink.client.api import Api
from fanlink.core.errors import BadInput


class Online:
    """Each call asks the server now, and raises `Offline` without it. Blocks: call it in a worker."""

    def __init__(self, api: Callable[[], Api], elsewhere: Callable[[str, str | None], Api]) -> None:
        self._api, self._elsewhere = api, elsewhere

    def ask(self, method: str, path: str, *, timeout_s: float, **options: Any) -> Any:
        """What the server answers, as plain JSON."""
        return from_json(self._api().ask(method, path, timeout_s=timeout_s, **options))

    def preview_catalogue(self, artist: str, path: Path) -> dict[str, Any]:
        """What a CSV would do to an artist's catalogue, as the server says now. Raises `BadInput`, `Refused` too."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise BadInput(f"this file cannot be read ({error.strerror})", where=str(path)) from error
        return self._api().preview_catalogue(artist, data)

    def find_parties(self, typed: str) -> tuple[list[dict[str, str]], bool]:
        """Parties by the beginnings of their names' words, or by a whole number; and whether there are more. Raises `Refused` too."""
        found = self._api().read(f"/v1/parties?q={quote(typed[:200], safe='')}")
        return found["parties"], found["more"]

    def trace(self, payout: str) -> dict[str, Any]:
        """What a payout is made of, link by link."""
        return self._api().read(f"/v1/payouts/{payout}/trace")

    def save_payout_file(self, batch: str, kind: str, path: Path) -> int:
        """Writes the payments file of a batch (`pain001` or `csv`); gives its size. `BadInput` when it cannot be written."""
        body = self._api().fetch(f"/v1/payout-batches/{batch}/file?format={kind}")
        try:
            path.write_bytes(body)
        except OSError as error:
            raise BadInput(f"the file cannot be written ({error.strerror})", where=path.name) from error
        return len(body)

    def step_up(self, password: str) -> str:
        """A secret for one act that needs the password once more; the password itself is kept nowhere."""
        return self._api().step_up(password)

    def invited_as(self, invitation: str, url: str = "") -> tuple[str, str]:
        """The id and the name of the party that a link is for; at another server when an address is given."""
        if not url:
            return self._api().invited_as(invitation)
        api = self._elsewhere(url, None)
        try:
            return api.invited_as(invitation)
        finally:
            api.close()

    def accept_invitation(self, invitation: str, party: str) -> None:
        """The account that is signed in answers for the party from now on."""
        self._api().accept_invitation(invitation, party)

    def join(self, url: str, invitation: str, party: str, name: str, password: str) -> str:
        """Makes a new account that is the party; gives its token."""
        api = self._elsewhere(url, None)
        try:
            return api.accept_invitation(invitation, party, name, password) or ""
        finally:
            api.close()
