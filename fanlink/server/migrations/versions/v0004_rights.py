"""Rights: parties and tracks found by their numbers, mandates by their days, standing answers, proposals for split sheets.

What was there is filled in from the bodies, so that a party is found by its IPI, and a track by its ISRC, from the first day on.
A mandate without a phase is looked at as soon as the server runs.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STRICT = {"sqlite_strict": True}


def text(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=null)


def whole(name: str) -> sa.Column:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=False, autoincrement=False)


def upgrade() -> None:
    for table, columns in (("parties", ("ipi", "isni")), ("tracks", ("isrc",)), ("mandates", ("begins", "ends", "phase"))):
        for name in columns:
            op.add_column(table, text(name, null=True))
    for table, columns in (
        ("parties", ("ipi", "isni", "name")), ("tracks", ("isrc",)), ("mandates", ("phase",)),
    ):
        for name in columns:
            op.create_index(f"{table}_{name}", table, [name])
    fill("parties", ("ipi", "isni"))
    fill("tracks", ("isrc",))
    fill("mandates", ("begins", "ends"))
    op.execute("UPDATE mandates SET phase = 'coming'")
    op.create_table(
        "standing_answers", text("id"), whole("version"), text("party"), text("use"), text("body"),
        sa.PrimaryKeyConstraint("id"), sa.ForeignKeyConstraint(["party"], ["parties.id"]), **STRICT,
    )
    op.create_index("standing_answers_party", "standing_answers", ["party", "use"])
    op.create_table(
        "sheet_proposals", text("id"), whole("version"), text("remix"), text("state"), text("body"),
        sa.PrimaryKeyConstraint("id"), sa.ForeignKeyConstraint(["remix"], ["remixes.id"]), **STRICT,
    )
    op.create_index("sheet_proposals_remix", "sheet_proposals", ["remix"])


def fill(table: str, names: tuple[str, ...]) -> None:
    """Copies fields of the bodies into their new columns."""
    connection = op.get_bind()
    rows = connection.execute(sa.text(f"SELECT id, body FROM {table}")).all()
    sets = ", ".join(f"{name} = :{name}" for name in names)
    for row in rows:
        body = json.loads(row.body)
        found = {name: body.get(name) for name in names}
        if any(found.values()):
            connection.execute(sa.text(f"UPDATE {table} SET {sets} WHERE id = :id"), {**found, "id": row.id})
