"""The first tables.

Everything that a home of FanLink keeps: people, the catalogue, consents, prompts, remixes, cases, money, documents. Lines of
the audit log, of the books and of decisions are only ever added: the database itself refuses to change or delete them,
so that not even a bug of ours can.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NEVER_CHANGED = ("audit", "transactions", "postings", "decisions", "sheets")
NEVER_DELETED = (*NEVER_CHANGED, "answers")


def text(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=null)


def whole(name: str, null: bool = False) -> sa.Column:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=null, autoincrement=False)


def upgrade() -> None:
    create_tables()
    guard()


def guard() -> None:
    """Triggers by hand, for Alembic knows none."""
    if op.get_bind().dialect.name == "sqlite":
        for act, tables in (("UPDATE", NEVER_CHANGED), ("DELETE", NEVER_DELETED)):
            for table in tables:
                op.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION fanlink_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )
    for act, tables in (("UPDATE", NEVER_CHANGED), ("DELETE", NEVER_DELETED)):
        for table in tables:
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION fanlink_append_only()"
            )
    for table in NEVER_DELETED:
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION fanlink_append_only()"
        )


def create_tables() -> None:
    op.create_table(
        "answers", text("account"), text("id"), text("content"), text("outcome"), whole("satisfied"),
        text("replaces", null=True), whole("at_ms"), text("answer"), sa.PrimaryKeyConstraint("account", "id"),
        sqlite_strict=True,
    )  # fmt: skip
    op.create_table(
        "artists", text("id"), whole("version"), text("name"), text("body"), sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )  # fmt: skip
    op.create_table(
        "audit", whole("number"), whole("at_ms"), text("actor"), text("command"), text("kind"), text("target"),
        text("outcome"), text("facts"), text("before"), text("hash"), sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("hash"), sqlite_strict=True,
    )  # fmt: skip
    op.create_table(
        "decisions", text("id"), text("case_id"), text("outcome"), text("by_account"), whole("at_ms"),
        whole("counted"), text("body"), sa.PrimaryKeyConstraint("id"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("decisions_case", "decisions", ["case_id"])
    op.create_table(
        "documents", text("scope"), text("kind"), text("id"), whole("seq"), whole("version"), whole("deleted"),
        whole("at_ms"), text("digest"), text("data"), sa.PrimaryKeyConstraint("scope", "kind", "id"),
        sa.UniqueConstraint("scope", "seq"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("documents_id", "documents", ["id", "kind"])
    op.create_table(
        "jobs", text("id"), text("kind"), text("subject"), text("state"), whole("attempts"), whole("run_after_ms"),
        whole("lease_until_ms", null=True), text("worker", null=True), text("error"),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="jobs_state_known"),
        sa.PrimaryKeyConstraint("id"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("jobs_state", "jobs", ["state", "run_after_ms"])
    op.create_table(
        "parties", text("id"), whole("version"), text("name"), text("body"), sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )  # fmt: skip
    op.create_table(
        "periods", text("period"), whole("closed_ms"), sa.PrimaryKeyConstraint("period"), sqlite_strict=True,
    )  # fmt: skip
    op.create_table(
        "renders", text("recipe_digest"), text("audio"), text("audio_mp3", null=True), text("body"), whole("at_ms"),
        sa.PrimaryKeyConstraint("recipe_digest"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("renders_audio", "renders", ["audio"])
    op.create_index("renders_audio_mp3", "renders", ["audio_mp3"])
    op.create_table(
        "reports", text("id"), whole("version"), text("asset"), text("name"), text("body"),
        sa.PrimaryKeyConstraint("id"), sqlite_strict=True,
    )  # fmt: skip
    op.create_table(
        "scopes", text("scope"), whole("head"), whole("floor"), sa.PrimaryKeyConstraint("scope"), sqlite_strict=True,
    )  # fmt: skip
    op.create_table(
        "sheets", text("id"), text("remix"), text("effective_from"), text("body"), sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )  # fmt: skip
    op.create_index("sheets_remix", "sheets", ["remix"])
    op.create_table(
        "transactions", whole("number"), text("key"), text("day"), text("period", null=True), text("about"),
        text("remix", null=True), text("sheet", null=True), text("currency", null=True), text("reverses", null=True),
        text("link"), sa.PrimaryKeyConstraint("number"), sa.UniqueConstraint("key"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("transactions_period", "transactions", ["period"])
    op.create_index("transactions_pot", "transactions", ["remix", "sheet", "currency"])
    op.create_table(
        "accounts", text("id"), whole("version"), text("name"), text("name_key"), text("party"),
        text("password", null=True), text("body"), sa.ForeignKeyConstraint(["party"], ["parties.id"], ),
        sa.PrimaryKeyConstraint("id"), sa.UniqueConstraint("name_key"), sqlite_strict=True,
    )  # fmt: skip
    op.create_table(
        "mandates", text("id"), whole("version"), text("principal"), text("agent"), text("body"),
        sa.ForeignKeyConstraint(["agent"], ["parties.id"], ),
        sa.ForeignKeyConstraint(["principal"], ["parties.id"], ), sa.PrimaryKeyConstraint("id"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("mandates_agent", "mandates", ["agent"])
    op.create_table(
        "postings", whole("transaction_number"), whole("place"), text("account"), text("currency"),
        text("amount_pico"), sa.CheckConstraint("amount_pico <> '0'", name="postings_not_nothing"),
        sa.ForeignKeyConstraint(["transaction_number"], ["transactions.number"], ),
        sa.PrimaryKeyConstraint("transaction_number", "place"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("postings_account", "postings", ["account"])
    op.create_table(
        "report_lines", text("service"), text("report_id"), text("line_id"), text("record"), text("remix"),
        text("sheet", null=True), text("currency"), text("period_end"), text("revenue"), text("content"),
        text("body"), sa.ForeignKeyConstraint(["record"], ["reports.id"], ),
        sa.PrimaryKeyConstraint("service", "report_id", "line_id"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("report_lines_pot", "report_lines", ["remix", "currency", "period_end"])
    op.create_index("report_lines_record", "report_lines", ["record"])
    op.create_index("report_lines_sheet", "report_lines", ["sheet"])
    op.create_table(
        "statements", text("id"), whole("version"), text("party"), text("period"), text("currency"), text("body"),
        sa.ForeignKeyConstraint(["party"], ["parties.id"], ), sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("party", "period", "currency"), sqlite_strict=True,
    )  # fmt: skip
    op.create_table(
        "tracks", text("id"), whole("version"), text("artist"), text("title"), text("body"),
        sa.ForeignKeyConstraint(["artist"], ["artists.id"], ), sa.PrimaryKeyConstraint("id"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("tracks_artist", "tracks", ["artist"])
    op.create_table(
        "answers_for", text("account"), text("party"), sa.ForeignKeyConstraint(["account"], ["accounts.id"], ),
        sa.ForeignKeyConstraint(["party"], ["parties.id"], ), sa.PrimaryKeyConstraint("account", "party"),
        sqlite_strict=True,
    )  # fmt: skip
    op.create_index("answers_for_party", "answers_for", ["party"])
    op.create_table(
        "assets", text("digest"), whole("size_bytes"), text("media"), text("owner", null=True), whole("at_ms"),
        text("facts"), sa.ForeignKeyConstraint(["owner"], ["accounts.id"], ), sa.PrimaryKeyConstraint("digest"),
        sqlite_strict=True,
    )  # fmt: skip
    op.create_table(
        "consents", text("id"), whole("version"), text("track"), text("party"), text("use"), text("state"),
        whole("until_ms", null=True), text("body"), sa.ForeignKeyConstraint(["party"], ["parties.id"], ),
        sa.ForeignKeyConstraint(["track"], ["tracks.id"], ), sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("track", "party", "use"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("consents_party", "consents", ["party"])
    op.create_index("consents_until", "consents", ["until_ms"])
    op.create_table(
        "follows", text("artist"), text("account"), sa.ForeignKeyConstraint(["account"], ["accounts.id"], ),
        sa.ForeignKeyConstraint(["artist"], ["artists.id"], ), sa.PrimaryKeyConstraint("artist", "account"),
        sqlite_strict=True,
    )  # fmt: skip
    op.create_index("follows_account", "follows", ["account"])
    op.create_table(
        "prompts", text("id"), whole("version"), text("artist"), text("track"), text("state"), text("title"),
        text("body"), sa.ForeignKeyConstraint(["artist"], ["artists.id"], ),
        sa.ForeignKeyConstraint(["track"], ["tracks.id"], ), sa.PrimaryKeyConstraint("id"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("prompts_artist", "prompts", ["artist"])
    op.create_index("prompts_state", "prompts", ["state", "id"])
    op.create_index("prompts_track", "prompts", ["track"])
    op.create_table(
        "team_members", text("artist"), text("account"), sa.ForeignKeyConstraint(["account"], ["accounts.id"], ),
        sa.ForeignKeyConstraint(["artist"], ["artists.id"], ), sa.PrimaryKeyConstraint("artist", "account"),
        sqlite_strict=True,
    )  # fmt: skip
    op.create_index("team_members_account", "team_members", ["account"])
    op.create_table(
        "templates", text("id"), whole("version"), text("track"), text("digest"), text("body"),
        sa.ForeignKeyConstraint(["track"], ["tracks.id"], ), sa.PrimaryKeyConstraint("id"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("templates_track", "templates", ["track", "digest"])
    op.create_table(
        "tokens", text("id"), text("hash"), text("account"), text("name"), text("kind"), whole("created_ms"),
        whole("expires_ms", null=True), sa.ForeignKeyConstraint(["account"], ["accounts.id"], ),
        sa.PrimaryKeyConstraint("id"), sa.UniqueConstraint("hash"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("tokens_account", "tokens", ["account"])
    op.create_table(
        "track_assets", text("track"), text("asset"), sa.ForeignKeyConstraint(["track"], ["tracks.id"], ),
        sa.PrimaryKeyConstraint("track", "asset"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("track_assets_asset", "track_assets", ["asset"])
    op.create_table(
        "track_parties", text("track"), text("party"), sa.ForeignKeyConstraint(["party"], ["parties.id"], ),
        sa.ForeignKeyConstraint(["track"], ["tracks.id"], ), sa.PrimaryKeyConstraint("track", "party"),
        sqlite_strict=True,
    )  # fmt: skip
    op.create_index("track_parties_party", "track_parties", ["party"])
    op.create_table(
        "challenges", text("id"), whole("version"), text("artist"), text("prompt"), text("state"), text("title"),
        text("body"), sa.ForeignKeyConstraint(["artist"], ["artists.id"], ),
        sa.ForeignKeyConstraint(["prompt"], ["prompts.id"], ), sa.PrimaryKeyConstraint("id"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("challenges_artist", "challenges", ["artist"])
    op.create_index("challenges_prompt", "challenges", ["prompt"])
    op.create_table(
        "remixes", text("id"), whole("version"), text("fan"), text("artist"), text("track"), text("prompt"),
        text("state"), text("recipe_digest"), whole("wind_down_ms", null=True), whole("published_ms", null=True),
        text("title"), text("body"), sa.ForeignKeyConstraint(["artist"], ["artists.id"], ),
        sa.ForeignKeyConstraint(["fan"], ["accounts.id"], ), sa.ForeignKeyConstraint(["prompt"], ["prompts.id"], ),
        sa.ForeignKeyConstraint(["track"], ["tracks.id"], ), sa.PrimaryKeyConstraint("id"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("remixes_artist", "remixes", ["artist", "state"])
    op.create_index("remixes_fan", "remixes", ["fan", "state"])
    op.create_index("remixes_prompt", "remixes", ["prompt", "state"])
    op.create_index("remixes_recipe", "remixes", ["recipe_digest"])
    op.create_index("remixes_track", "remixes", ["track"])
    op.create_index("remixes_wind_down", "remixes", ["wind_down_ms"])
    op.create_table(
        "cases", text("id"), whole("version"), text("remix"), text("kind"), text("state"), whole("opened_ms"),
        text("body"), sa.ForeignKeyConstraint(["remix"], ["remixes.id"], ), sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )  # fmt: skip
    op.create_index("cases_remix", "cases", ["remix"])
    op.create_index("cases_state", "cases", ["state", "opened_ms"])
    op.create_table(
        "challenge_judges", text("challenge"), text("account"),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], ),
        sa.ForeignKeyConstraint(["challenge"], ["challenges.id"], ), sa.PrimaryKeyConstraint("challenge", "account"),
        sqlite_strict=True,
    )  # fmt: skip
    op.create_index("challenge_judges_account", "challenge_judges", ["account"])
    op.create_table(
        "entries", text("id"), whole("version"), text("challenge"), text("remix"), text("fan"), text("body"),
        sa.ForeignKeyConstraint(["challenge"], ["challenges.id"], ),
        sa.ForeignKeyConstraint(["fan"], ["accounts.id"], ), sa.ForeignKeyConstraint(["remix"], ["remixes.id"], ),
        sa.PrimaryKeyConstraint("id"), sa.UniqueConstraint("challenge", "remix"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("entries_remix", "entries", ["remix"])
    op.create_table(
        "pots", text("id"), whole("version"), text("remix"), text("sheet"), text("currency"), text("body"),
        sa.ForeignKeyConstraint(["remix"], ["remixes.id"], ), sa.ForeignKeyConstraint(["sheet"], ["sheets.id"], ),
        sa.PrimaryKeyConstraint("id"), sa.UniqueConstraint("remix", "sheet", "currency"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("pots_sheet", "pots", ["sheet"])
    op.create_table(
        "thanks", text("remix"), text("by_account"), text("words"), whole("at_ms"),
        sa.ForeignKeyConstraint(["by_account"], ["accounts.id"], ),
        sa.ForeignKeyConstraint(["remix"], ["remixes.id"], ), sa.PrimaryKeyConstraint("remix"), sqlite_strict=True,
    )  # fmt: skip
