"""Large reports are taken in step by step.

A report has a state, so that one that is still arriving is found again after its process died. Every report that was there
before has been taken whole.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reports", sa.Column("state", sa.Text(), nullable=False, server_default="taken"))
    op.create_index("reports_state", "reports", ["state"])
