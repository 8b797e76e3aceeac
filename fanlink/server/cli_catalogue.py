"""`fanlink catalogue import` and `export`: on a running server, or on the home of one that is not running."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from fanlink.core.errors import BadInput, Reason, Refused

LOOK_AGAIN_S = 0.5
FINE, WRONG = 0, 2
TOLD = 20
Remote = Callable[[str, str], Any]


def add_words(words: Any, remote: Remote) -> None:
    """Adds `catalogue`; `remote(url, token)` is a server as an account sees it."""
    catalogue = words.add_parser("catalogue", help="an artist's tracks, parties and stakes as files")
    inner = catalogue.add_subparsers(dest="word", required=True)
    taken = inner.add_parser("import", help="import a catalogue from a CSV file: all of it or nothing")
    taken.add_argument("file", type=Path, metavar="FILE")
    taken.add_argument("--preview", action="store_true", help="only say what would happen")
    export = inner.add_parser("export", help="everything about a catalogue that you may see, as a zip")
    export.add_argument("--out", type=Path, required=True, metavar="FILE")
    for word, run in ((taken, _import), (export, _export)):
        where = word.add_mutually_exclusive_group(required=True)
        where.add_argument("--server", metavar="URL", help="a running server, with a token")
        where.add_argument("--home", type=Path, help="the home of a server that is not running")
        word.add_argument("--artist", metavar="ID", help="the artist; may be left out by who runs one only")
        word.add_argument("--token", help="a token; FANLINK_TOKEN when it is left out")
        word.add_argument("--as", dest="account", metavar="NAME", help="with --home: the account that does it")
        word.add_argument("--json", action="store_true")
        word.set_defaults(run=lambda args, run=run: run(args, remote))


def _import(args: argparse.Namespace, remote: Remote) -> int:
    try:
        data = args.file.read_bytes()
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", where=str(args.file)) from error
    with _site(args, remote) as site:
        planned = site.preview(data)
        if not args.preview and not planned["faults"]:
            site.take(data, args.file.name, planned["digest"])
    planned["faults"] = [{**one, "file": args.file.name} for one in planned["faults"]]
    planned["imported"] = not args.preview and not planned["faults"]
    if args.json:
        print(json.dumps(planned, ensure_ascii=False))
    else:
        _say(planned, args.file.name)
    return WRONG if planned["faults"] else FINE


def _say(planned: Mapping[str, Any], name: str) -> None:
    for one in planned["faults"]:
        place = [name, one["line"] and f"line {one['line']}", one["column"] and f"column {one['column']}"]
        print(f"fanlink: {', '.join(part for part in place if part)}: {one['reason']}", file=sys.stderr)
    if planned["faults"]:
        print("fanlink: nothing was imported", file=sys.stderr)
        return
    states = [one["state"] for one in planned["tracks"]]
    new = sum(one["state"] == "new" for one in planned["parties"])
    done = "imported" if planned["imported"] else "would be imported"
    print(
        f"{planned['rows']} rows {done}: {states.count('new')} new tracks, {states.count('changed')} changed, "
        f"{states.count('unchanged')} unchanged; {new} new parties"
    )
    shown = [one for one in planned["tracks"] if one["state"] != "unchanged" or one["claims"]]
    for one in shown[:TOLD]:
        more = ", ".join((*one["changes"], *one["claims"]))
        print(f"  {one['isrc']}  {one['title']}  {one['state']}{f' ({more})' if more else ''}")
    if len(shown) > TOLD:
        print(f"  and {len(shown) - TOLD} more")


def _export(args: argparse.Namespace, remote: Remote) -> int:
    with _site(args, remote) as site:
        made = site.export()
    try:
        args.out.write_bytes(made)
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror}", where=str(args.out)) from error
    print(json.dumps({"export": str(args.out), "bytes": len(made)}))
    return FINE


# Where it happens -----------------------------------------------------------------------------------------------


@contextmanager
def _site(args: argparse.Namespace, remote: Remote) -> Iterator[Any]:
    site: _Away | _Here
    if args.server:
        token = args.token or os.environ.get("FANLINK_TOKEN")
        if not token:
            raise BadInput("a token is needed: give --token or set FANLINK_TOKEN", where="--server")
        site = _Away(remote(args.server, token), args.artist)
    else:
        site = _Here(args.home, args.artist, args.account)
    try:
        site.find()
        yield site
    finally:
        site.close()


def _one_artist(teams: list[str], given: str | None) -> str:
    if given:
        return given
    if len(teams) != 1:
        raise BadInput(f"this account runs {len(teams)} artists: say which with --artist", where="--artist")
    return teams[0]


def _command(artist: str, asset: str, name: str, digest: str) -> dict[str, Any]:
    """The same file with the same preview is the same command, so that a lost reply never imports twice."""
    made = hashlib.sha256(f"{artist} {asset} {digest}".encode()).hexdigest()[:32]
    return {
        "id": f"catalogue-{made}", "kind": "import_catalogue", "target": artist, "base_version": None,
        "data": {"asset": asset, "name": name, "preview": digest}, "after": [],
    }  # fmt: skip


class _Away:
    """A running server."""

    def __init__(self, api: Any, artist: str | None) -> None:
        self._api, self._artist = api, artist or ""

    def find(self) -> None:
        if not self._artist:
            teams = [scope.partition(":")[2] for scope in self._api.scopes() if scope.startswith("team:")]
            self._artist = _one_artist(teams, None)

    def preview(self, data: bytes) -> dict[str, Any]:
        return self._api.preview_catalogue(self._artist, data)

    def take(self, data: bytes, name: str, digest: str) -> None:
        asset = hashlib.sha256(data).hexdigest()
        self._api.put(f"/v1/assets/{asset}", data, {"content-type": "text/csv"})
        (answer,) = self._api.push([_command(self._artist, asset, name, digest)])
        if answer.outcome != "accepted":
            raise Refused(answer.reasons or Reason("not_answered", {"outcome": str(answer.outcome)}))
        self._arrived()

    def _arrived(self) -> None:
        """Waits until all tracks of a large catalogue are there; a small one is there at once, and there may never have been a large one."""
        from fanlink.royalties.progress import Progress

        far = Progress()
        with suppress(Refused):
            while (found := self._api.read(f"/v1/artists/{self._artist}/catalogue/import"))["state"] == "arriving":
                far(found["done"], found["tracks"], "importing")
                time.sleep(LOOK_AGAIN_S)
        far.end()

    def export(self) -> bytes:
        return self._api.catalogue(self._artist)

    def close(self) -> None:
        self._api.close()


class _Here:
    """The home of a server that is not running; who does it is a member of the artist's team."""

    def __init__(self, home: Path, artist: str | None, account: str | None) -> None:
        from fanlink.server import serving, settings
        from fanlink.server.server import build

        self._server = build(settings.read(settings.home_of(home)), serving.clock_ms, os.urandom)
        self._clock = serving.clock_ms
        self._artist, self._account = artist or "", account

    def find(self) -> None:
        from fanlink.core.people import Artist
        from fanlink.server.accounts import everyone
        from fanlink.server.store import Store

        with self._server.database.reading() as connection:
            store = Store(connection, self._server.database.is_sqlite)
            named = {str(one["name"]): str(one["id"]) for one in everyone(connection)}
            if self._account and self._account not in named:
                raise BadInput(f"there is no account {self._account}", where="--as")
            actor = store.actor(named[self._account]) if self._account else None
            self._artist = _one_artist(list(actor.teams) if actor else [], self._artist)
            team = store.need(Artist, self._artist).team
            if actor is None and len(team) != 1:
                raise BadInput(f"{len(team)} people are on this artist's team: say who with --as", where="--as")
            self._actor = actor or store.actor(team[0])

    def preview(self, data: bytes) -> dict[str, Any]:
        from fanlink.core.digests import digest_of_bytes
        from fanlink.core.people import Artist
        from fanlink.server import catalogue_import
        from fanlink.server.store import Store

        with self._server.database.reading() as connection:
            store = Store(connection, self._server.database.is_sqlite)
            artist, files = store.need(Artist, self._artist), self._server.door.reports
            planned = catalogue_import.prepare(store, files, artist, digest_of_bytes(data), data, "catalogue.csv")
        return json.loads(json.dumps(planned.as_data()))

    def take(self, data: bytes, name: str, digest: str) -> None:
        import asyncio

        from fanlink.royalties.progress import Progress
        from fanlink.server import asset_rows, catalogue_arriving
        from fanlink.server.envelopes import Envelope, asked

        async def chunks() -> Any:
            yield data

        assert self._actor is not None, "a team member is an account"
        who, asset = self._actor.id, hashlib.sha256(data).hexdigest()
        stored = asyncio.run(self._server.assets.receive(asset, chunks(), max(len(data), 1)))
        self._server.door.act(lambda one: asset_rows.keep(one, stored, who), self._clock())
        command = asked(Envelope(**_command(self._artist, asset, name, digest)))
        (answer,) = self._server.door.answer(who, [command], self._clock())
        if answer["outcome"] != "accepted":
            raise Refused(Reason(one["code"], one["facts"]) for one in answer["findings"])
        server, far = self._server, Progress()
        act = partial(server.door.act, now_ms=self._clock())
        catalogue_arriving.finish(server.database, act, server.door.reports, self._artist, lambda done, of: far(done, of, "importing"))
        far.end()

    def export(self) -> bytes:
        from fanlink.server.routes.catalogues import export

        assert self._actor is not None, "a team member is an account"
        with self._server.database.reading() as connection:
            return export(connection, self._actor, self._artist)

    def close(self) -> None:
        self._server.stop()
