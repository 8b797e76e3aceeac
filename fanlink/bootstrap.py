"""Where parts of rooms that do not know each other are joined."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fanlink.core.errors import BadInput
from fanlink.core.people import Role

if TYPE_CHECKING:
    from fanlink.core.recipes import Recipe
    from fanlink.core.tracks import TrackFacts

HOUR_MS = 3_600_000
ROOT = Path(__file__).resolve().parents[1]


def resources() -> Path:
    """The folder with icons, themes and the demo; `FANLINK_RESOURCES` says where an installer put it."""
    return Path(os.environ.get("FANLINK_RESOURCES", ROOT / "resources"))


def renderer(
    recipe: Recipe, stems: Mapping[str, Path], facts: TrackFacts, folder: Path, progress: Callable[[float], None]
) -> Any:
    """What the server's render workers call, in their own process: the engine, loaded there and nowhere else."""
    from fanlink.remix.publishing import publishable

    return publishable(recipe, stems, facts, folder, progress)


def secret(name: str) -> str | None:
    """A secret by its name from where this computer keeps them; None where there is none."""
    return _secrets().get(name)


def keep_secret(name: str, text: str) -> bool:
    """Keeps a secret where it lasts; False where nothing here does."""
    secrets = _secrets()
    secrets.set(name, text)
    return secrets.lasting


def _secrets() -> Any:
    import platformdirs

    from fanlink.client.secrets import open_secrets

    home = Path(platformdirs.user_data_dir("fanlink", appauthor=False))
    return open_secrets(home, os.environ.get("FANLINK_TOKEN_STORE"), os.environ.get("FANLINK_TOKEN_PASSPHRASE"))


def remote(url: str, token: str) -> Any:
    """A server as an account sees it from elsewhere."""
    from fanlink.client.api import Api

    return Api(url, token)


def accounts(home: Path, people: Mapping[str, Role], password: str | None = None) -> dict[str, dict[str, str]]:
    """Accounts with these names on a server's home that is not running: id, party and a new token of each.

    Those that are there already keep their id, party and password, and get another token.
    """
    from fanlink.server import accounts, serving, settings
    from fanlink.server.server import build

    home.mkdir(parents=True, exist_ok=True)
    server = build(settings.read(home), serving.clock_ms, os.urandom)
    now_ms = serving.clock_ms()
    try:
        with server.database.reading() as connection:
            there = {one["name"]: one for one in accounts.everyone(connection)}
        made, hashed = {}, None
        if password is not None and not set(people) <= set(there):
            hashed = accounts.hash_password(password)
        for name, role in people.items():
            if name in there:
                token = _token(server, there[name]["id"], now_ms)
                made[name] = {"id": there[name]["id"], "party": there[name]["party"], "token": token}
            else:
                added = accounts.add(server.door, name=name, roles=[role], now_ms=now_ms, random=os.urandom, hashed=hashed)
                made[name] = {"id": added.id, "party": added.party, "token": added.token}
        return made
    finally:
        server.stop()


def _token(server: Any, account: str, now_ms: int) -> str:
    from fanlink.server import accounts

    issued = server.door.act(
        lambda asked: accounts.issue(asked, account, "for the demo", accounts.PERSONAL, None, os.urandom), now_ms
    )
    return issued.secret


def open_books(args: Any) -> Any:
    """The books that the words of `fanlink royalties` name: over a server's address, or on its home."""
    if args.server:
        from fanlink.client.books import ServerBooks

        return ServerBooks(args.server, args.token)
    from fanlink.server.home_books import HomeBooks

    return HomeBooks(args.home, args.account, begins=args.royalties_word == "import")


@contextmanager
def reached(args: Any) -> Iterator[Any]:
    """The API that a word of the command line names: a server's, or that of a home of this computer while the word runs.

    On a home it acts as the account `args.account`, or as the only one with the role finance, with a token that ends with it.
    """
    from fanlink.client.api import Api

    if args.server:
        api = Api(args.server, args.token or os.environ.get("FANLINK_TOKEN") or None)
        try:
            yield api
        finally:
            api.close()
        return
    from fanlink.server import accounts, serving, settings

    running = serving.start(settings.home_of(args.home))
    thread = serving.in_thread(running)
    api, made = Api(running.url), None
    try:
        account = _account_named(running.server, args.account)
        if account is not None:
            made = running.server.writer.act(
                lambda asked: accounts.issue(asked, account, "command line", accounts.SESSION, asked.now_ms + HOUR_MS, os.urandom)
            ).result()
            api.token = made.secret
        yield api
    finally:
        if made is not None:
            running.server.writer.act(lambda asked: accounts.revoke(asked, account, made.id)).result()
        api.close()
        running.stop()
        thread.join()


def _account_named(server: Any, name: str | None) -> str | None:
    """The id of the account; without a name the only one of finance, or nobody where there is none."""
    from fanlink.server import accounts
    from fanlink.server.nouns import name_key

    with server.database.reading() as connection:
        everyone = accounts.everyone(connection)
    if name is not None:
        found = [one["id"] for one in everyone if name_key(one["name"]) == name_key(name)]
        if not found:
            raise BadInput("there is no account of this name", where=name)
        return found[0]
    finance = [one for one in everyone if str(Role.FINANCE) in one["roles"]]
    if len(finance) > 1:
        names = ", ".join(sorted(one["name"] for one in finance))
        raise BadInput(f"say with --as which account acts: {names}", where="--home")
    return finance[0]["id"] if finance else None
