"""An import of a report can be cancelled until it is decided, and what was public before splits were told tells its own.

Large catalogues arrive in steps, so there is a row for each that says how far it is.

The id of a report that was cancelled is kept: its command may still be on its way, and must find it refused. Public prompts and
remixes are noted, for a step of the migration cannot write documents: the server tells them anew once it runs. Holds are found
by their remix.
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
    op.create_index("holds_remix", "holds", ["remix"])
    op.create_table("to_tell_again", text("kind"), text("id"), sa.PrimaryKeyConstraint("kind", "id"), sqlite_strict=True)
    op.execute(
        "INSERT INTO to_tell_again (kind, id) SELECT DISTINCT kind, id FROM documents WHERE kind IN ('prompt', 'published') AND deleted = 0"
    )
    op.create_table(
        "catalogue_imports", text("id"), whole("version"), text("artist"), text("state"), text("body"),
        sa.ForeignKeyConstraint(["artist"], ["artists.id"]), sa.PrimaryKeyConstraint("id"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("catalogue_imports_state", "catalogue_imports", ["state"])
    op.create_table("cancelled_reports", text("id"), text("account"), whole("at_ms"), sa.PrimaryKeyConstraint("id"), sqlite_strict=True)
