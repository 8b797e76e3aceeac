"""Payouts.

What each party has is kept as a balance that every posting moves, so that what is due can be found without adding up the
books. Homes that have books already get their balances from them, at version 0: the server writes their documents when
it next looks at what has fallen due. Bank details and payouts refer to parties; a step-up and an invitation are kept as
hashes only.
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FIELDS = {"party": "owed_micro", "held": "held_micro", "sent": "sent_micro"}
PICO_PER_MICRO = 1_000_000


def text(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=null)


def whole(name: str, null: bool = False) -> sa.Column:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=null, autoincrement=False)


def noun(name: str, *parts: object) -> None:
    op.create_table(
        name, text("id"), whole("version"), *parts, text("body"), sa.PrimaryKeyConstraint("id"), sqlite_strict=True,
    )  # fmt: skip


def refers(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"])


def upgrade() -> None:
    noun("balances", text("party"), text("currency"), sa.UniqueConstraint("party", "currency"))
    noun(
        "bank_details", text("party"), whole("number"), refers("party", "parties"), sa.UniqueConstraint("party", "number"),
    )  # fmt: skip
    noun(
        "payouts", text("party"), text("currency"), text("state"), text("batch", null=True), refers("party", "parties"),
    )  # fmt: skip
    for column in ("party", "state", "batch"):
        op.create_index(f"payouts_{column}", "payouts", [column])
    noun("payout_batches", text("currency"), text("way"), text("message"), sa.UniqueConstraint("message"))
    op.create_table(
        "payout_handovers", text("payout"), whole("begun_ms"), whole("done_ms", null=True), text("reference", null=True),
        refers("payout", "payouts"), sa.PrimaryKeyConstraint("payout"), sqlite_strict=True,
    )  # fmt: skip
    noun("bank_answers", text("asset"), text("name"))
    noun("party_holds", whole("is_held"))
    noun("conversions", text("party"), text("state"), refers("party", "parties"))
    op.create_index("conversions_party", "conversions", ["party"])
    noun(
        "invitations", text("party"), text("secret_hash"), text("state"), refers("party", "parties"),
        sa.UniqueConstraint("secret_hash"),
    )  # fmt: skip
    op.create_index("invitations_party", "invitations", ["party"])
    op.create_table(
        "step_ups", text("hash"), text("account"), whole("expires_ms"), refers("account", "accounts"),
        sa.PrimaryKeyConstraint("hash"), sqlite_strict=True,
    )  # fmt: skip
    fill()


def fill() -> None:
    """Balances of the books as they are; since when is the day of the newest of them that was owed anew."""
    connection = op.get_bind()
    sums: dict[tuple[str, str], dict[str, int]] = {}
    since: dict[tuple[str, str], int | None] = {}
    rows = connection.execute(sa.text(
        "SELECT p.account, p.currency, p.amount_pico, t.day FROM postings p JOIN transactions t ON t.number = p.transaction_number "
        "WHERE p.account LIKE 'party:%' OR p.account LIKE 'held:%' OR p.account LIKE 'sent:%' ORDER BY p.transaction_number, p.place"
    ))
    for account, currency, amount, day in rows:
        kind, _, party = account.partition(":")
        key = party, currency
        found = sums.setdefault(key, dict.fromkeys(FIELDS.values(), 0))
        found[FIELDS[kind]] -= int(amount) // PICO_PER_MICRO
        if found["owed_micro"] <= 0:
            since[key] = None
        elif since.get(key) is None:
            since[key] = milliseconds(day)
    for (party, currency), found in sorted(sums.items()):
        name = "balance-" + hashlib.sha256(json.dumps([party, currency], separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()[:32]
        body = {"id": name, "party": party, "currency": currency, **found, "since_ms": since.get((party, currency)), "version": 0}
        connection.execute(
            sa.text("INSERT INTO balances (id, version, party, currency, body) VALUES (:id, 0, :party, :currency, :body)"),
            {"id": name, "party": party, "currency": currency, "body": json.dumps(body, ensure_ascii=False)},
        )


def milliseconds(day: str) -> int:
    from datetime import UTC, datetime

    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) * 1000
