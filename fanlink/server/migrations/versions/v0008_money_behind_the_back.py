"""Values of money stand beside the digest of what they say, and lines of reports have as few indexes as they need.

A value that is changed in its body alone shows by its digest. What was there before is taken as it is.

Each index is written for each of millions of lines. Nobody looks a line up by its sheet alone; those that wait for a sheet and
those that a hold keeps are few, and only they are in an index of their own.
"""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MONEY = (
    "reports", "pots", "unmatched", "holds", "runs", "statements", "balances", "bank_details", "payouts", "payout_batches",
    "bank_answers", "party_holds", "conversions", "templates", "sheet_proposals",
)  # fmt: skip


def upgrade() -> None:
    digest = "encode(sha256(convert_to(body, 'UTF8')), 'hex')"
    if op.get_bind().dialect.name == "sqlite":
        made = op.get_bind().connection.driver_connection
        made.create_function("body_digest_of", 1, lambda body: hashlib.sha256(body.encode()).hexdigest(), deterministic=True)
        digest = "body_digest_of(body)"
    for table in MONEY:
        op.add_column(table, sa.Column("body_digest", sa.Text(), nullable=False, server_default=""))
        op.execute(f"UPDATE {table} SET body_digest = {digest}")
    for name in ("report_lines_sheet", "report_lines_reported", "report_lines_hold"):
        op.drop_index(name, "report_lines")
    for name, where, columns in (
        ("report_lines_waiting", "sheet IS NULL", ["service", "reported"]), ("report_lines_held", "hold IS NOT NULL", ["hold"]),
    ):  # fmt: skip
        op.create_index(name, "report_lines", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
