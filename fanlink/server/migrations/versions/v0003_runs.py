"""What a royalty run needs at any size.

`pot_days` sums every pot by day, so that a run reads what is owed from a few rows and not from every report line ever taken.
`unmatched` groups the lines that wait for a remix, `holds` those that look bought, `runs` are runs that can be stopped and
taken up again. A line remembers as which remix it was `reported`, and which `hold` keeps it outside its pot. What was there
before is summed and grouped here.
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def text(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=null)


def whole(name: str, null: bool = False) -> sa.Column:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=null)


def upgrade() -> None:
    op.add_column("report_lines", text("reported", null=True))
    op.add_column("report_lines", text("hold", null=True))
    op.execute("UPDATE report_lines SET reported = remix")
    op.create_index("report_lines_reported", "report_lines", ["service", "reported"])
    op.create_index("report_lines_hold", "report_lines", ["hold"])
    op.create_table(
        "pot_days", text("remix"), text("sheet"), text("currency"), text("period_end"), text("gross_pico"),
        whole("lines"), sa.PrimaryKeyConstraint("remix", "currency", "sheet", "period_end"), sqlite_strict=True,
    )  # fmt: skip
    op.create_table(
        "unmatched", text("id"), whole("version"), text("service"), text("reported"), whole("waiting"), text("body"),
        sa.PrimaryKeyConstraint("id"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("unmatched_waiting", "unmatched", ["waiting", "id"])
    op.create_table(
        "holds", text("id"), whole("version"), text("record"), text("remix"), text("state"), text("body"),
        sa.ForeignKeyConstraint(["record"], ["reports.id"]), sa.PrimaryKeyConstraint("id"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("holds_state", "holds", ["state"])
    op.create_table(
        "runs", text("id"), whole("version"), text("period"), text("state"), text("body"),
        sa.PrimaryKeyConstraint("id"), sqlite_strict=True,
    )  # fmt: skip
    op.create_index("runs_state", "runs", ["state"])
    sum_up()


def sum_up() -> None:
    days: dict[tuple[str, str, str, str], list[int]] = {}
    groups: dict[tuple[str, str], dict] = {}
    rows = op.get_bind().execute(sa.text("SELECT service, remix, sheet, currency, period_end, revenue FROM report_lines"))
    for service, remix, sheet, currency, period_end, revenue in rows:
        if sheet is None:
            group = groups.setdefault((service, remix), {"lines": 0, "totals": {}})
            group["lines"] += 1
            group["totals"][currency] = group["totals"].get(currency, 0) + pico(revenue)
            continue
        day = days.setdefault((remix, sheet, currency, period_end), [0, 0])
        day[0] += pico(revenue)
        day[1] += 1
    for (remix, sheet, currency, period_end), (gross, lines) in sorted(days.items()):
        op.get_bind().execute(
            sa.text("INSERT INTO pot_days (remix, sheet, currency, period_end, gross_pico, lines) VALUES (:a, :b, :c, :d, :e, :f)"),
            {"a": remix, "b": sheet, "c": currency, "d": period_end, "e": str(gross), "f": lines},
        )
    for (service, reported), group in sorted(groups.items()):
        name = "unmatched-" + hashlib.sha256(canonical([service, reported])).hexdigest()[:32]
        body = {
            "id": name, "service": service, "reported": reported, "lines": group["lines"],
            "totals_pico": group["totals"], "first_ms": 0,
        }  # fmt: skip
        op.get_bind().execute(
            sa.text("INSERT INTO unmatched (id, version, service, reported, waiting, body) VALUES (:a, 1, :b, :c, :d, :e)"),
            {"a": name, "b": service, "c": reported, "d": group["lines"], "e": json.dumps(body)},
        )


def pico(revenue: str) -> int:
    whole_part, _, part = revenue.partition(".")
    amount = int(whole_part.lstrip("-")) * 10**12 + int(part.ljust(12, "0") or "0")
    return -amount if revenue.startswith("-") else amount


def canonical(value: list[str]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
