"""Which value stands in which table, and which of its fields are columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from fanlink.core.balances import Balance
from fanlink.core.cases import Case
from fanlink.core.catalogue import ProposedTemplate, Track
from fanlink.core.challenges import Challenge, Entry
from fanlink.core.consents import Consent
from fanlink.core.conversions import Conversion
from fanlink.core.digests import digest
from fanlink.core.holds import Hold
from fanlink.core.invitations import Invitation
from fanlink.core.parties import Mandate, Party
from fanlink.core.party_holds import PartyHold
from fanlink.core.payouts import Batch, Payout
from fanlink.core.people import Artist, Role
from fanlink.core.prompts import Prompt
from fanlink.core.remixes import Remix
from fanlink.core.sheets import SheetProposal
from fanlink.core.standing import StandingAnswer
from fanlink.server import tables


@dataclass(frozen=True, slots=True)
class Account:
    """Someone who signs in. Teams, parties, follows and judging stand in tables of their own."""

    id: str
    name: str
    roles: tuple[Role, ...]
    party: str
    created_ms: int
    version: int = 1


@dataclass(frozen=True, slots=True)
class CatalogueImport:
    """A large catalogue of an artist's on its way in: one at a time for each artist."""

    id: str
    artist: str
    asset: str
    name: str
    tracks: int
    done: int
    left_out: int
    state: str
    by: str
    begun_ms: int
    moved_ms: int
    version: int = 1


@dataclass(frozen=True, slots=True)
class SealedDetails:
    """A party's bank details as they are kept: `sealed` holds IBAN and BIC, which only `bank_keys` opens."""

    id: str
    party: str
    number: int
    name: str
    masked: str
    has_bic: bool
    sealed: str
    set_by: str
    set_ms: int
    payable_from_ms: int
    version: int = 1


@dataclass(frozen=True, slots=True)
class Report:
    """An imported sales report."""

    id: str
    asset: str
    name: str
    service: str
    lines: int
    unmatched: int
    totals: Mapping[str, str]
    imported_ms: int
    imported_by: str
    version: int = 1
    held: int = 0
    known: int = 0
    state: str = "taken"
    arrived: int = 0
    moved_ms: int = 0


@dataclass(frozen=True, slots=True)
class Takings:
    """What one pot has taken in: all revenue of a remix under one sheet version in one currency."""

    id: str
    remix: str
    sheet: str
    currency: str
    gross_pico: int
    lines: int
    version: int = 1


@dataclass(frozen=True, slots=True)
class Unmatched:
    """The lines of a service that name one remix which is not known. `lines` and `totals_pico` are what still waits."""

    id: str
    service: str
    reported: str
    lines: int
    totals_pico: Mapping[str, int]
    first_ms: int
    remix: str | None = None
    matched_by: str = ""
    matched_lines: int = 0
    version: int = 1


@dataclass(frozen=True, slots=True)
class Run:
    """A royalty run of a period and how far it is; `cursor` is the last thing of its phase that is done.

    `ledger` is how long the books were when its postings began: what came onto a pot later is for the next run.
    """

    id: str
    period: str
    into: str
    closes: bool
    state: str
    phase: str
    cursor: str
    done: int
    total: int
    posted: int
    ledger: int
    started_ms: int
    by: str
    ended_ms: int | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class IssuedStatement:
    """What a party earned in a period in one currency: calculated after a run, issued when the period is closed.

    One of many remixes has several pages, each a statement of its own lines; together they are the statement.
    """

    id: str
    party: str
    period: str
    currency: str
    state: str
    earned_micro: int
    statement: Mapping[str, Any]
    version: int = 1
    page: int = 1


@dataclass(frozen=True, slots=True)
class BankAnswer:
    """A file of the bank's that was taken: how many payouts it settled, failed and left on their way."""

    id: str
    asset: str
    name: str
    settled: int
    failed: int
    pending: int
    taken_by: str
    taken_ms: int
    version: int = 1


@dataclass(frozen=True, slots=True)
class Noun:
    """A kind of value, its table, and its columns besides id, version and body."""

    kind: type
    table: Table
    columns: Callable[[Any], dict[str, Any]]
    word: str


def name_key(name: str) -> str:
    """What makes two account names the same: case and surrounding spaces do not tell people apart."""
    return " ".join(name.split()).casefold()


def _fields(*names: str) -> Callable[[Any], dict[str, Any]]:
    def columns(value: Any) -> dict[str, Any]:
        return {name: getattr(value, name) for name in names}

    return columns


def _remix(remix: Remix) -> dict[str, Any]:
    published = next((step.at_ms for step in reversed(remix.steps) if step.step == "publish"), None)
    row = _fields("fan", "artist", "track", "prompt", "recipe_digest", "wind_down_ms", "title")(remix)
    return row | {"state": str(remix.state), "published_ms": published}


def _stated(*names: str) -> Callable[[Any], dict[str, Any]]:
    fields = _fields(*names)

    def columns(value: Any) -> dict[str, Any]:
        return fields(value) | {"state": str(value.state)}

    return columns


NOUNS: dict[type, Noun] = {
    noun.kind: noun
    for noun in (
        Noun(Party, tables.parties, _fields("name", "ipi", "isni"), "party"),
        Noun(
            Account, tables.accounts,
            lambda account: {"name": account.name, "name_key": name_key(account.name), "party": account.party}, "account",
        ),
        Noun(Artist, tables.artists, _fields("name"), "artist"),
        Noun(Track, tables.tracks, lambda one: {"artist": one.artist, "title": one.facts.title, "isrc": one.isrc}, "track"),
        Noun(
            Consent, tables.consents,
            lambda one: _stated("track", "party", "until_ms")(one) | {"use": str(one.use)}, "consent",
        ),
        Noun(
            Mandate, tables.mandates,
            lambda one: _fields("principal", "agent")(one) | {
                "begins": one.begins.isoformat(), "ends": one.ends and one.ends.isoformat(), "phase": str(one.phase),
            }, "mandate",
        ),
        Noun(StandingAnswer, tables.standing_answers, lambda one: {"party": one.party, "use": str(one.use)}, "standing answer"),
        Noun(SheetProposal, tables.sheet_proposals, _stated("remix"), "sheet proposal"),
        Noun(
            ProposedTemplate, tables.templates,
            lambda one: {"track": one.track, "digest": digest(one.tree)}, "template",
        ),
        Noun(
            Prompt, tables.prompts,
            lambda one: _stated("artist", "track")(one) | {"title": (one.current.text if one.current else one.draft).title},
            "prompt",
        ),
        Noun(Challenge, tables.challenges, _stated("artist", "prompt", "title"), "challenge"),
        Noun(Entry, tables.entries, _fields("challenge", "remix", "fan"), "entry"),
        Noun(Remix, tables.remixes, _remix, "remix"),
        Noun(Case, tables.cases, lambda one: _stated("remix", "opened_ms")(one) | {"kind": str(one.kind)}, "case"),
        Noun(CatalogueImport, tables.catalogue_imports, _stated("artist"), "import of a catalogue"),
        Noun(Report, tables.reports, _stated("asset", "name"), "report"),
        Noun(Takings, tables.pots, _fields("remix", "sheet", "currency"), "pot"),
        Noun(
            Unmatched, tables.unmatched,
            lambda one: {"service": one.service, "reported": one.reported, "waiting": one.lines}, "group of unmatched lines",
        ),
        Noun(Hold, tables.holds, _stated("record", "remix"), "hold"),
        Noun(Run, tables.runs, _stated("period"), "run"),
        Noun(IssuedStatement, tables.statements, _fields("party", "period", "currency", "page"), "statement"),
        Noun(Balance, tables.balances, _fields("party", "currency"), "balance"),
        Noun(SealedDetails, tables.bank_details, _fields("party", "number"), "bank details"),
        Noun(Payout, tables.payouts, _stated("party", "currency", "batch"), "payout"),
        Noun(Batch, tables.payout_batches, _fields("currency", "way", "message"), "batch of payouts"),
        Noun(BankAnswer, tables.bank_answers, _fields("asset", "name"), "bank's answer"),
        Noun(PartyHold, tables.party_holds, lambda one: {"is_held": int(one.is_held)}, "hold of a party"),
        Noun(Conversion, tables.conversions, _stated("party"), "conversion"),
        Noun(Invitation, tables.invitations, _stated("party", "secret_hash"), "invitation"),
    )
}  # fmt: skip


@cache
def upsert(table: Table, columns: tuple[str, ...], is_sqlite: bool) -> Any:
    """Insert a row, or change the one with the same key; the same words on both databases."""
    statement = (sqlite_insert if is_sqlite else postgresql_insert)(table)
    keys = [column.name for column in table.primary_key.columns]
    changes = {name: statement.excluded[name] for name in columns if name not in keys}
    if not changes:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_=changes)
