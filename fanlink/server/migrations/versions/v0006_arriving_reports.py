"""Large reports are taken in step by step, and large statements have pages.

A report has a state, so that one that is still arriving is found again after its process died. Every report that was there
before has been taken whole. A statement of more lines than a person reads in one place is several documents; each that was
there before is the first and only page.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def whole(name: str) -> sa.Column:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    op.add_column("reports", sa.Column("state", sa.Text(), nullable=False, server_default="taken"))
    op.create_index("reports_state", "reports", ["state"])
    # SQLite cannot take a constraint away, so the table is made anew on both databases.
    op.rename_table("statements", "statements_before")
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("statements_pkey", "statements_before")
        op.drop_constraint("statements_party_period_currency_key", "statements_before")
    op.create_table(
        "statements", text("id"), whole("version"), text("party"), text("period"), text("currency"), whole("page"), text("body"),
        sa.ForeignKeyConstraint(["party"], ["parties.id"], ), sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("party", "period", "currency", "page"), sqlite_strict=True,
    )  # fmt: skip
    op.execute(
        "INSERT INTO statements (id, version, party, period, currency, page, body) "
        "SELECT id, version, party, period, currency, 1, body FROM statements_before"
    )
    op.drop_table("statements_before")
