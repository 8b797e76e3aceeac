"""Uploads that go on where they broke off, and recordings by what is heard.

A fan's recording of a quarter of an hour does not begin again from its first byte because a train went into a tunnel. And a
recipe names a recording by its samples, while a file is named by its bytes: `recordings` says which file holds which.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def text(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=null)


def whole(name: str, null: bool = False) -> sa.Column:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=null, autoincrement=False)


def upgrade() -> None:
    op.create_table(
        "uploads", text("id"), text("owner"), text("digest"), whole("size_bytes"), text("purpose"), text("pcm", null=True),
        text("filename"), text("metadata"), text("state"), text("outcome"), whole("created_ms"), whole("expires_ms"),
        sa.ForeignKeyConstraint(["owner"], ["accounts.id"]), sa.PrimaryKeyConstraint("id"),
        sa.CheckConstraint("state IN ('receiving', 'accepted', 'refused')", name="uploads_state_known"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("uploads_owner", "uploads", ["owner", "state"])
    op.create_index("uploads_expires", "uploads", ["expires_ms"])
    op.create_table(
        "recordings", text("pcm"), text("owner"), text("asset"), text("sound"), whole("rate_hz"), whole("channels"),
        whole("frames"), whole("at_ms"), sa.ForeignKeyConstraint(["owner"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("pcm", "owner"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("recordings_asset", "recordings", ["asset"])
    op.create_index("recordings_sound", "recordings", ["sound"])
    op.create_table(
        "remix_recordings", text("remix"), text("pcm"), sa.ForeignKeyConstraint(["remix"], ["remixes.id"]),
        sa.PrimaryKeyConstraint("remix", "pcm"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("remix_recordings_pcm", "remix_recordings", ["pcm"])
