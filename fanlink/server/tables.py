"""The tables, the same for SQLite and PostgreSQL: what is looked up is a column, the rest is the value's JSON body.

Times are milliseconds since 1970 UTC. Amounts are text: a sum in pico does not fit a 64-bit integer.
Constraints stand at the table, not in the column, because Alembic leaves those out.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()
Whole = BigInteger().with_variant(Integer(), "sqlite")


def _key(*columns: str) -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint(*columns)


def _text(name: str, refers: str | None = None, null: bool = False) -> Column:
    return Column(name, Text, *([ForeignKey(refers)] if refers else []), nullable=null)


def _whole(name: str, null: bool = False) -> Column:
    return Column(name, Whole, nullable=null)


def _counted(name: str) -> Column:
    """A number we give out ourselves, without gaps: no sequence of the database's."""
    return Column(name, Whole, nullable=False, autoincrement=False)


def _table(name: str, *parts: object) -> Table:
    return Table(name, metadata, *parts, sqlite_strict=True)


def _some(name: str, where: str, *columns: str) -> Index:
    """An index of only those rows that are as said."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


def _noun(name: str, *parts: object) -> Table:
    """A table of values: id and version, what is looked up, and the body."""
    return _table(name, _text("id"), _whole("version"), *parts, _text("body"), _key("id"))


def _money(name: str, *parts: object) -> Table:
    """A table of values whose body may not change behind the books' back: its digest stands beside it."""
    return _noun(name, *parts, _text("body_digest"))


# People ---------------------------------------------------------------------------------------------------------

parties = _noun(
    "parties", _text("name"), _text("ipi", null=True), _text("isni", null=True), Index("parties_ipi", "ipi"),
    Index("parties_isni", "isni"), Index("parties_name", "name"),
)  # fmt: skip
accounts = _noun(
    "accounts", _text("name"), _text("name_key"), _text("party", "parties.id"), _text("password", null=True),
    UniqueConstraint("name_key"),
)  # fmt: skip
answers_for = _table(
    "answers_for", _text("account", "accounts.id"), _text("party", "parties.id"), _key("account", "party"),
    Index("answers_for_party", "party"),
)  # fmt: skip
tokens = _table(
    "tokens", _text("id"), _text("hash"), _text("account", "accounts.id"), _text("name"), _text("kind"),
    _whole("created_ms"), _whole("expires_ms", null=True), _key("id"), UniqueConstraint("hash"),
    Index("tokens_account", "account"),
)  # fmt: skip
artists = _noun("artists", _text("name"))
team_members = _table(
    "team_members", _text("artist", "artists.id"), _text("account", "accounts.id"), _key("artist", "account"),
    Index("team_members_account", "account"),
)  # fmt: skip
follows = _table(
    "follows", _text("artist", "artists.id"), _text("account", "accounts.id"), _key("artist", "account"),
    Index("follows_account", "account"),
)  # fmt: skip

# Tracks, rights and consent -------------------------------------------------------------------------------------

tracks = _noun(
    "tracks", _text("artist", "artists.id"), _text("title"), _text("isrc", null=True), Index("tracks_artist", "artist"),
    Index("tracks_isrc", "isrc"),
)  # fmt: skip
track_parties = _table(
    "track_parties", _text("track", "tracks.id"), _text("party", "parties.id"), _key("track", "party"),
    Index("track_parties_party", "party"),
)  # fmt: skip
track_assets = _table(
    "track_assets", _text("track", "tracks.id"), _text("asset"), _key("track", "asset"),
    Index("track_assets_asset", "asset"),
)  # fmt: skip
consents = _noun(
    "consents", _text("track", "tracks.id"), _text("party", "parties.id"), _text("use"), _text("state"),
    _whole("until_ms", null=True), UniqueConstraint("track", "party", "use"), Index("consents_party", "party"),
    Index("consents_until", "until_ms"),
)  # fmt: skip
mandates = _noun(
    "mandates", _text("principal", "parties.id"), _text("agent", "parties.id"), _text("begins", null=True),
    _text("ends", null=True), _text("phase", null=True), Index("mandates_agent", "agent"), Index("mandates_phase", "phase"),
)  # fmt: skip
standing_answers = _noun(
    "standing_answers", _text("party", "parties.id"), _text("use"), Index("standing_answers_party", "party", "use"),
)  # fmt: skip
templates = _money(
    "templates", _text("track", "tracks.id"), _text("digest"), Index("templates_track", "track", "digest"),
)  # fmt: skip

# Prompts and challenges -----------------------------------------------------------------------------------------

prompts = _noun(
    "prompts", _text("artist", "artists.id"), _text("track", "tracks.id"), _text("state"), _text("title"),
    Index("prompts_artist", "artist"), Index("prompts_track", "track"), Index("prompts_state", "state", "id"),
)  # fmt: skip
challenges = _noun(
    "challenges", _text("artist", "artists.id"), _text("prompt", "prompts.id"), _text("state"), _text("title"),
    Index("challenges_prompt", "prompt"), Index("challenges_artist", "artist"),
)  # fmt: skip
challenge_judges = _table(
    "challenge_judges", _text("challenge", "challenges.id"), _text("account", "accounts.id"),
    _key("challenge", "account"), Index("challenge_judges_account", "account"),
)  # fmt: skip

# Remixes and cases ----------------------------------------------------------------------------------------------

remixes = _noun(
    "remixes", _text("fan", "accounts.id"), _text("artist", "artists.id"), _text("track", "tracks.id"),
    _text("prompt", "prompts.id"), _text("state"), _text("recipe_digest"), _whole("wind_down_ms", null=True),
    _whole("published_ms", null=True), _text("title"),
    Index("remixes_fan", "fan", "state"), Index("remixes_prompt", "prompt", "state"), Index("remixes_track", "track"),
    Index("remixes_artist", "artist", "state"), Index("remixes_recipe", "recipe_digest"),
    Index("remixes_wind_down", "wind_down_ms"),
)  # fmt: skip
entries = _noun(
    "entries", _text("challenge", "challenges.id"), _text("remix", "remixes.id"), _text("fan", "accounts.id"),
    UniqueConstraint("challenge", "remix"), Index("entries_remix", "remix"),
)  # fmt: skip
thanks = _table(
    "thanks", _text("remix", "remixes.id"), _text("by_account", "accounts.id"), _text("words"), _whole("at_ms"),
    _key("remix"),
)  # fmt: skip
renders = _table(
    "renders", _text("recipe_digest"), _text("audio"), _text("audio_mp3", null=True), _text("body"),
    _whole("at_ms"), _key("recipe_digest"), Index("renders_audio", "audio"), Index("renders_audio_mp3", "audio_mp3"),
)  # fmt: skip
sheets = _table(
    "sheets", _text("id"), _text("remix"), _text("effective_from"), _text("body"), _key("id"),
    Index("sheets_remix", "remix"),
)  # fmt: skip
sheet_proposals = _money(
    "sheet_proposals", _text("remix", "remixes.id"), _text("state"), Index("sheet_proposals_remix", "remix"),
)  # fmt: skip
cases = _noun(
    "cases", _text("remix", "remixes.id"), _text("kind"), _text("state"), _whole("opened_ms"),
    Index("cases_remix", "remix"), Index("cases_state", "state", "opened_ms"),
)  # fmt: skip
decisions = _table(
    "decisions", _text("id"), _text("case_id"), _text("outcome"), _text("by_account"), _whole("at_ms"),
    _whole("counted"), _text("body"), _key("id"), Index("decisions_case", "case_id"),
)  # fmt: skip
jobs = _table(
    "jobs", _text("id"), _text("kind"), _text("subject"), _text("state"), _whole("attempts"), _whole("run_after_ms"),
    _whole("lease_until_ms", null=True), _text("worker", null=True), _text("error"), _key("id"),
    CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="jobs_state_known"),
    Index("jobs_state", "state", "run_after_ms"),
)  # fmt: skip

# Money ----------------------------------------------------------------------------------------------------------

reports = _money("reports", _text("asset"), _text("name"), _text("state"), Index("reports_state", "state"))
catalogue_imports = _noun("catalogue_imports", _text("artist", "artists.id"), _text("state"), Index("catalogue_imports_state", "state"))
cancelled_reports = _table("cancelled_reports", _text("id"), _text("account"), _whole("at_ms"), _key("id"))
report_lines = _table(
    "report_lines", _text("service"), _text("report_id"), _text("line_id"), _text("record", "reports.id"),
    _text("remix"), _text("sheet", null=True), _text("currency"), _text("period_end"), _text("revenue"), _text("content"),
    _text("body"), _key("service", "report_id", "line_id"), Index("report_lines_pot", "remix", "currency", "period_end"),
    Index("report_lines_record", "record"), _text("reported", null=True), _text("hold", null=True),
    _some("report_lines_waiting", "sheet IS NULL", "service", "reported"), _some("report_lines_held", "hold IS NOT NULL", "hold"),
)  # fmt: skip
pots = _money(
    "pots", _text("remix", "remixes.id"), _text("sheet", "sheets.id"), _text("currency"),
    UniqueConstraint("remix", "sheet", "currency"), Index("pots_sheet", "sheet"),
)  # fmt: skip
pot_days = _table(
    "pot_days", _text("remix"), _text("sheet"), _text("currency"), _text("period_end"), _text("gross_pico"),
    _whole("lines"), _key("remix", "currency", "sheet", "period_end"),
)  # fmt: skip
unmatched = _money("unmatched", _text("service"), _text("reported"), _whole("waiting"), Index("unmatched_waiting", "waiting", "id"))
holds = _money(
    "holds", _text("record", "reports.id"), _text("remix"), _text("state"), Index("holds_state", "state"), Index("holds_remix", "remix")
)
runs = _money("runs", _text("period"), _text("state"), Index("runs_state", "state"))
transactions = _table(
    "transactions", _counted("number"), _text("key"), _text("day"), _text("period", null=True), _text("about"),
    _text("remix", null=True), _text("sheet", null=True), _text("currency", null=True), _text("reverses", null=True),
    _text("link"), _key("number"), UniqueConstraint("key"), Index("transactions_pot", "remix", "sheet", "currency"),
    Index("transactions_period", "period"),
)  # fmt: skip
postings = _table(
    "postings", _whole("transaction_number"), _whole("place"), _text("account"), _text("currency"),
    _text("amount_pico"), _key("transaction_number", "place"),
    ForeignKeyConstraint(["transaction_number"], ["transactions.number"]),
    CheckConstraint("amount_pico <> '0'", name="postings_not_nothing"), Index("postings_account", "account"),
)  # fmt: skip
periods = _table("periods", _text("period"), _whole("closed_ms"), _key("period"))
statements = _money(
    "statements", _text("party", "parties.id"), _text("period"), _text("currency"), _whole("page"),
    UniqueConstraint("party", "period", "currency", "page"),
)  # fmt: skip

balances = _money("balances", _text("party"), _text("currency"), UniqueConstraint("party", "currency"))
bank_details = _money("bank_details", _text("party", "parties.id"), _whole("number"), UniqueConstraint("party", "number"))
payouts = _money(
    "payouts", _text("party", "parties.id"), _text("currency"), _text("state"), _text("batch", null=True),
    Index("payouts_party", "party"), Index("payouts_state", "state"), Index("payouts_batch", "batch"),
)  # fmt: skip
payout_batches = _money("payout_batches", _text("currency"), _text("way"), _text("message"), UniqueConstraint("message"))
payout_handovers = _table(
    "payout_handovers", _text("payout", "payouts.id"), _whole("begun_ms"), _whole("done_ms", null=True),
    _text("reference", null=True), _key("payout"),
)  # fmt: skip
bank_answers = _money("bank_answers", _text("asset"), _text("name"))
party_holds = _money("party_holds", _whole("is_held"))
conversions = _money("conversions", _text("party", "parties.id"), _text("state"), Index("conversions_party", "party"))
invitations = _noun(
    "invitations", _text("party", "parties.id"), _text("secret_hash"), _text("state"), UniqueConstraint("secret_hash"),
    Index("invitations_party", "party"),
)  # fmt: skip
step_ups = _table("step_ups", _text("hash"), _text("account", "accounts.id"), _whole("expires_ms"), _key("hash"))

# What the door and the feed keep --------------------------------------------------------------------------------

assets = _table(
    "assets", _text("digest"), _whole("size_bytes"), _text("media"), _text("owner", "accounts.id", null=True),
    _whole("at_ms"), _text("facts"), _key("digest"),
)  # fmt: skip
uploads = _table(
    "uploads", _text("id"), _text("owner", "accounts.id"), _text("digest"), _whole("size_bytes"), _text("purpose"),
    _text("pcm", null=True), _text("filename"), _text("metadata"), _text("state"), _text("outcome"), _whole("created_ms"),
    _whole("expires_ms"), _key("id"),
    CheckConstraint("state IN ('receiving', 'accepted', 'refused')", name="uploads_state_known"),
    Index("uploads_owner", "owner", "state"), Index("uploads_expires", "expires_ms"),
)  # fmt: skip
recordings = _table(
    "recordings", _text("pcm"), _text("owner", "accounts.id"), _text("asset"), _text("sound"), _whole("rate_hz"),
    _whole("channels"), _whole("frames"), _whole("at_ms"), _key("pcm", "owner"), Index("recordings_asset", "asset"),
    Index("recordings_sound", "sound"),
)  # fmt: skip
remix_recordings = _table(
    "remix_recordings", _text("remix", "remixes.id"), _text("pcm"), _key("remix", "pcm"),
    Index("remix_recordings_pcm", "pcm"),
)  # fmt: skip
to_tell_again = _table("to_tell_again", _text("kind"), _text("id"), _key("kind", "id"))
answers = _table(
    "answers", _text("account"), _text("id"), _text("content"), _text("outcome"), _whole("satisfied"),
    _text("replaces", null=True), _whole("at_ms"), _text("answer"), _key("account", "id"),
)  # fmt: skip
documents = _table(
    "documents", _text("scope"), _text("kind"), _text("id"), _whole("seq"), _whole("version"), _whole("deleted"),
    _whole("at_ms"), _text("digest"), _text("data"), _key("scope", "kind", "id"),
    UniqueConstraint("scope", "seq"), Index("documents_id", "id", "kind"),
)  # fmt: skip
scopes = _table("scopes", _text("scope"), _whole("head"), _whole("floor"), _key("scope"))
audit = _table(
    "audit", _counted("number"), _whole("at_ms"), _text("actor"), _text("command"), _text("kind"), _text("target"),
    _text("outcome"), _text("facts"), _text("before"), _text("hash"), _key("number"), UniqueConstraint("hash"),
)  # fmt: skip

