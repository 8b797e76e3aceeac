"""An import of a report can be cancelled until it is decided.

The id of a report that was cancelled is kept: its command may still be on its way, and must find it refused.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def whole(name: str) -> sa.Column:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    op.create_table("cancelled_reports", text("id"), text("account"), whole("at_ms"), sa.PrimaryKeyConstraint("id"), sqlite_strict=True)
