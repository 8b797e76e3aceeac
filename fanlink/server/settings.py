"""The server's settings: what a home's `server.toml` and the environment say, and what holds where they say nothing."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from fanlink.core.amounts import CURRENCY, PICO_PER_MICRO, pico_of, whole_minor_units
from fanlink.core.bank_accounts import BankAccount, account_of
from fanlink.core.errors import BadInput, Refused
from fanlink.server.database import sqlite_url

THRESHOLDS = {"JPY": "1500", "SEK": "100", "KRW": "15000"}
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
    payout_thresholds: Mapping[str, str] = field(default_factory=dict)
    bank_details_delay_days: int = 7
    invitation_days: int = 60
    bank_name: str = ""
    bank_iban: str = ""
    bank_bic: str = ""
    payout_provider: str = ""
    payout_provider_token: str = ""
    keys: Path | None = None

    @property
    def keys_folder(self) -> Path:
        """Where this server's own keys are: in its home, never in its database."""
        return self.keys or self.assets.parent / "keys"

    def payout_threshold_minor(self, currency: str) -> int:
        """The least that is paid out in a currency, in whole minor units; ten units of it where nothing is said."""
        said = self.payout_thresholds.get(currency, THRESHOLDS.get(currency, "10"))
        return whole_minor_units(pico_of(said) // PICO_PER_MICRO, currency)[0]

    def bank_account(self) -> BankAccount:
        """The account that payouts leave from; refused as `house_account_missing`, or as wrong."""
        if not self.bank_iban:
            raise Refused("house_account_missing")
        return account_of(self.bank_name or "FanLink", self.bank_iban, self.bank_bic)


def read(home: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of a home; `BadInput` where `server.toml` cannot be read or names what is not there."""
    settings = Settings(database=sqlite_url(home / DATABASE_FILE), assets=home / "assets", engines=str(home / "engines"), keys=home / "keys")
    file = home / FILE
    if file.exists():
        settings = _with_file(settings, file)
    if environment.get("FANLINK_DATABASE"):
        settings = replace(settings, database=environment["FANLINK_DATABASE"])
    return settings


def home_of(folder: Path, *, begins: bool = False) -> Path:
    """The home that a person means by a folder: the folder, or `server` in it, where the demo keeps its own.

    `BadInput` where nothing of a server is there, unless something may begin there: books that are empty prove nothing.
    """
    if not folder.is_dir():
        raise BadInput("there is no such home", where=str(folder))
    for home in (folder, folder / "server"):
        if (home / DATABASE_FILE).exists() or (home.is_dir() and read(home).database != sqlite_url(home / DATABASE_FILE)):
            return home
    if begins:
        return folder
    raise BadInput(f"is no home of a server: it has no {DATABASE_FILE}", where=str(folder))


def _with_file(settings: Settings, file: Path) -> Settings:
    try:
        said = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"cannot be read: {error}", where=str(file)) from error
    known = {each.name: each.type for each in fields(Settings)}
    for name, value in said.items():
        kind = {"str": str, "int": int, "float": (int, float), "Path": str, "Mapping[str, str]": dict}.get(known.get(name, ""))
        if kind is None:
            raise BadInput(f"there is no setting {name!r}", where=str(file))
        if not isinstance(value, kind) or isinstance(value, bool):
            raise BadInput(f"{name} has the wrong kind of value", where=str(file))
    _check_payouts(said, file)
    if "assets" in said:
        said["assets"] = Path(said["assets"])
    return replace(settings, **said)


def _check_payouts(said: Mapping[str, Any], file: Path) -> None:
    """Thresholds are amounts by currency, in quotes; the house's own account is one that can be paid from."""
    for currency, amount in said.get("payout_thresholds", {}).items():
        try:
            fits = bool(CURRENCY.fullmatch(currency)) and pico_of(amount) >= 0
        except ValueError:
            fits = False
        if not fits:
            raise BadInput(f'payout_thresholds says {currency} = {amount!r}; write EUR = "25.00"', where=str(file))
    if said.get("bank_iban"):
        try:
            account_of(said.get("bank_name", "FanLink"), said["bank_iban"], said.get("bank_bic"))
        except Refused as error:
            raise BadInput(f"bank_name, bank_iban or bank_bic cannot be used ({error})", where=str(file)) from error
