"""The same tables by hand: DuckDB SQL, or Polars expressions. They trust their input; `bench_royalties.py` runs them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import polars as pl
import pyarrow as pa

COLUMNS = "report_id line_id remix_id service territory period_start period_end units revenue currency".split()
PICO = 10**12


def sheets_of(path: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(versions with interval and claim, shares as whole numbers over one denominator)."""
    versions, shares = [], []
    for remix_id, items in json.loads(path.read_text()).items():
        items = sorted(items, key=lambda one: one["effective_from"])
        for place, item in enumerate(items):
            until = items[place + 1]["effective_from"] if place + 1 < len(items) else "9999-99-99"
            claim = item.get("recoup") or {}
            whole, _, part = claim.get("amount", "0").partition(".")
            amount = int(whole) * PICO + int(part.ljust(12, "0"))
            number = len(versions)
            versions.append(
                (number, place, remix_id, item["version"], item["effective_from"], until, claim.get("party"), amount,
                 claim.get("currency"))
            )  # fmt: skip
            for party, share in item["shares"].items():
                numerator, denominator = share.split("/")
                shares.append((number, party, int(numerator), int(denominator)))
    names = ["number", "place", "remix_id", "sheet", "since", "until", "claimant", "claim", "claim_currency"]
    return (
        pl.DataFrame(versions, schema=names, orient="row", schema_overrides={"claim": pl.Int64}),
        pl.DataFrame(shares, schema=["number", "party", "numerator", "denominator"], orient="row"),
    )


def by_polars(reports: Path, sheets: Path, out: Path) -> None:
    versions, shares = sheets_of(sheets)
    csv = any(reports.glob("*.csv"))
    lines = pl.scan_csv(reports / "*.csv", infer_schema=False) if csv else pl.scan_parquet(reports / "*.parquet")
    col = pl.col
    keys = versions.lazy().select("number", "remix_id", "since", "until")
    gross = (
        lines.select("remix_id", "period_end", "currency", col("revenue").cast(pl.Decimal(38, 12)))
        .join(keys, on="remix_id")
        .filter((col("period_end") >= col("since")) & (col("period_end") < col("until")))
        .group_by("number", "currency")
        .agg(col("revenue").sum().alias("gross"))
        .collect(engine="streaming")
    )
    pots = gross.join(versions, on="number").with_columns(pico=col("gross").to_physical()).sort("place")
    claimed = col("claim_currency") == col("currency")
    left = pl.when(claimed).then(col("claim")).otherwise(0).cast(pl.Int128)
    wanted = pl.min_horizontal(col("pico").clip(0), left)
    pots = pots.with_columns(recouped=wanted)
    for place in range(1, int(versions["place"].max() or 0) + 1):
        pots = _later_claims(pots, place)
    rows = pots.join(shares, on="number").with_columns(
        exact=col("numerator") * (col("pico") - col("recouped"))
        + pl.when(col("party") == col("claimant")).then(col("denominator") * col("recouped")).otherwise(0)
    )
    micro = (col("exact").abs() // (col("denominator").cast(pl.Int128) * 10**6)).cast(pl.Int64)
    earned = rows.select(
        "number", "remix_id", "sheet", "currency", "party",
        earned_micro=pl.when(col("exact") < 0).then(-micro).otherwise(micro),
    )  # fmt: skip
    earned.drop("number").write_parquet(out / "entitlements.parquet")
    paid = earned.group_by("number", "currency").agg(paid=col("earned_micro").cast(pl.Int128).sum())
    text = col("gross").cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
    reserve = (col("pico") - col("paid") * 10**6).cast(pl.String).alias("reserve_pico")
    pots.join(paid, on=["number", "currency"]).select("remix_id", "sheet", "currency", text, reserve).write_parquet(out / "pots.parquet")


def _later_claims(pots: pl.DataFrame, place: int) -> pl.DataFrame:
    """What a claimant got back under earlier versions leaves less for this one."""
    col = pl.col
    keys = ["remix_id", "currency", "claimant"]
    before = (
        pots.filter((col("place") < place) & (col("claim_currency") == col("currency")))
        .group_by(keys)
        .agg(before=col("recouped").sum())
    )
    joined = pots.join(before, on=keys, how="left").with_columns(col("before").fill_null(0))
    open_ = (col("claim").cast(pl.Int128) - col("before")).clip(0)
    now = pl.min_horizontal(col("pico").clip(0), open_)
    later = (col("place") == place) & (col("claim_currency") == col("currency"))
    return joined.with_columns(recouped=pl.when(later).then(now).otherwise(col("recouped"))).drop("before")


def by_duckdb(reports: Path, sheets: Path, out: Path) -> None:
    import duckdb

    con = duckdb.connect()
    con.execute("set preserve_insertion_order=false; set memory_limit='1GB'")
    for name, frame in zip(("versions", "shares"), sheets_of(sheets), strict=True):
        table: pa.Table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        con.register("given", table)
        con.execute(f"create table {name} as select * from given")
        con.unregister("given")
    kinds = {name: "DECIMAL(38,12)" if name == "revenue" else "VARCHAR" for name in COLUMNS}
    source = f"read_parquet('{reports}/*.parquet')"
    if any(reports.glob("*.csv")):
        source = f"read_csv('{reports}/*.csv', header=true, auto_detect=false, delim=',', quote='\"', columns={kinds})"
    con.execute(f"""
        create table gross as
        select number, currency, sum(revenue::decimal(38,12)) as gross
        from {source} l join versions v on l.remix_id = v.remix_id and period_end >= since and period_end < until
        group by number, currency;
        create table pots as
        select g.*, v.* exclude (number), (gross::varchar.replace('.', ''))::hugeint as pico,
            case when claim_currency = currency then claim else 0 end::hugeint as open
        from gross g join versions v using (number);
        create table taken as select number, currency, least(greatest(pico, 0), open) as recouped from pots
    """)
    for place in range(1, con.execute("select coalesce(max(place), 0) from versions").fetchone()[0] + 1):
        con.execute(f"""
            update taken set recouped = n.now from (
                select p.number, p.currency, least(greatest(p.pico, 0), greatest(p.open - sum(t.recouped), 0)) as now
                from pots p
                join pots e on e.remix_id = p.remix_id and e.currency = p.currency and e.claimant = p.claimant
                    and e.place < p.place and e.claim_currency = e.currency
                join taken t on t.number = e.number and t.currency = e.currency
                where p.place = {place} and p.claim_currency = p.currency
                group by p.number, p.currency, p.pico, p.open) n
            where taken.number = n.number and taken.currency = n.currency""")
    con.execute(f"""
        create table earned as select number, remix_id, sheet, currency, party,
                (sign(exact) * (abs(exact) // (denominator::hugeint * 1000000)))::bigint as earned_micro
            from (select p.*, party, denominator, numerator * (pico - recouped)
                    + case when party = claimant then denominator * recouped else 0 end as exact
                from pots p join taken using (number, currency) join shares using (number));
        copy (select * exclude (number) from earned) to '{out}/entitlements.parquet';
        copy (select remix_id, sheet, currency, rtrim(rtrim(gross::varchar, '0'), '.') as gross,
                (pico - paid * 1000000)::varchar as reserve_pico
            from pots join (select number, currency, sum(earned_micro) as paid from earned group by all) using (number, currency))
            to '{out}/pots.parquet'""")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("program", choices=("duckdb", "polars"))
    for option in ("--reports", "--sheets", "--out"):
        parser.add_argument(option, type=Path, required=True)
    given = parser.parse_args()
    given.out.mkdir(exist_ok=True)
    {"duckdb": by_duckdb, "polars": by_polars}[given.program](given.reports, given.sheets, given.out)
