"""The stage of the demo: a server on a home of its own, with everyone's account, and who plays whom."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fanlink import bootstrap
from fanlink.core.people import Role
from fanlink.demo import world
from fanlink.demo.cast import Cast, slug
from fanlink.demo.fill import Fill
from fanlink.demo.serving import serving

PASSWORD = "everyone in the demo"


@dataclass
class Stage:
    """A running server and the cast on it. `begun_ms` is when this home's demo first began."""

    cast: Cast
    begun_ms: int
    seconds: float

    def fill(self, say: Callable[[str], None]) -> None:
        """Brings in the world; again changes nothing."""
        Fill(self.cast, self.begun_ms, say).everything()


@contextmanager
def staged(home: Path, say: Callable[[str], None]) -> Iterator[Stage]:
    """Starts the server, and stops it in the end."""
    described = world.read(bootstrap.resources() / "demo")
    began = time.monotonic()
    begun_ms = _begun_ms(home / "demo.json", f"people/{slug(described.story.fan)}")
    server_home = home / "server"
    say("A server of its own starts")
    _house_account(server_home)
    made = bootstrap.accounts(server_home, {person.name: Role(person.role) for person in described.people}, PASSWORD)
    with serving(server_home) as url:
        cast = Cast(
            url, home, described,
            tokens={name: one["token"] for name, one in made.items()},
            ids={name: one["id"] for name, one in made.items()},
            parties={name: one["party"] for name, one in made.items()},
        )  # fmt: skip
        try:
            yield Stage(cast, begun_ms, round(time.monotonic() - began, 3))
        finally:
            cast.close()


def _house_account(server_home: Path) -> None:
    """The account that the demo's payouts leave from: the example number that banks print."""
    server_home.mkdir(parents=True, exist_ok=True)
    file = server_home / "server.toml"
    if not file.exists():
        file.write_text('bank_name = "FanLink Demo"\nbank_iban = "DE89370400440532013000"\nbank_bic = "COBADEFFXXX"\n', encoding="utf-8")


def _begun_ms(path: Path, desktop: str) -> int:
    """When the demo of this home first began; every date in it hangs on that, so that a second run asks the same.

    The file also says whose folder `fanlink desktop` opens when it is given the demo's home.
    """
    if not path.exists():
        path.write_text(json.dumps({"begun_ms": time.time_ns() // 1_000_000, "desktop": desktop}), encoding="utf-8")
    return int(json.loads(path.read_text(encoding="utf-8"))["begun_ms"])
