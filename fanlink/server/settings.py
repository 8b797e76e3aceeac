"""The server's settings: what a home's `server.toml` and the environment say, and what holds where they say nothing."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

from fanlink.core.errors import BadInput
from fanlink.server.database import sqlite_url

FILE = "server.toml"
DATABASE_FILE = "server.db"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that may be set. A rate is so many requests a second, its burst how many at once.

    `engines` is the folder where other engines than the current one are registered (`fanlink remix engines --add`).
    """

    database: str
    assets: Path
    remixes_waiting: int = 20
    largest_body_bytes: int = 8 * 2**20
    largest_asset_bytes: int = 512 * 2**20
    uploads_open: int = 32
    uploads_open_bytes: int = 4 * 2**30
    upload_days: int = 7
    upload_checks: int = 2
    largest_report_bytes: int = 4 * 2**30
    account_rate: float = 100.0
    account_burst: int = 200
    address_rate: float = 400.0
    address_burst: int = 800
    sign_in_tries: int = 8
    sign_in_window_s: int = 300
    waiting_commands: int = 20_000
    render_workers: int = 1
    render_seconds: int = 600
    render_tries: int = 3
    session_days: int = 30
    engines: str = ""


def read(home: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of a home; `BadInput` where `server.toml` cannot be read or names what is not there."""
    settings = Settings(database=sqlite_url(home / DATABASE_FILE), assets=home / "assets", engines=str(home / "engines"))
    file = home / FILE
    if file.exists():
        settings = _with_file(settings, file)
    if environment.get("FANLINK_DATABASE"):
        settings = replace(settings, database=environment["FANLINK_DATABASE"])
    return settings


def _with_file(settings: Settings, file: Path) -> Settings:
    try:
        said = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"cannot be read: {error}", where=str(file)) from error
    known = {field.name: field.type for field in fields(Settings)}
    for name, value in said.items():
        kind = {"str": str, "int": int, "float": (int, float), "Path": str}.get(known.get(name, ""))
        if kind is None:
            raise BadInput(f"there is no setting {name!r}", where=str(file))
        if not isinstance(value, kind) or isinstance(value, bool):
            raise BadInput(f"{name} has the wrong kind of value", where=str(file))
    if "assets" in said:
        said["assets"] = Path(said["assets"])
    return replace(settings, **said)
