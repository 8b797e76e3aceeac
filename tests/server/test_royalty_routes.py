"""Royalties over HTTP: who may see which money, and what an older home's lines come to."""


import pytest
from alembic import command as alembic
from alembic.config import Config
from sqlalchemy import text

from fanlink.core.digests import digest_of_bytes
from fanlink.server import pots, schema
from fanlink.server.database import Database, sqlite_url
from fanlink.server.nouns import Unmatched
from fanlink.server.store import Store
from tests.server.test_money import HEADER, line, take

WHO = ("Fin", "Fay", "Gil")


@pytest.fixture
def money(world, site):
    world.publish()
    take(world, HEADER + "".join(line(number, "1.25") for number in range(5)) + line(9, "2", "unknown"))
    world.do("Fin", "run_royalties", "2026-11")
    return world, {name: site.client(world.people[name].token) for name in WHO}


def test_a_party_sees_its_own_money_finance_everyones_and_nobody_else_any(money):
    world, clients = money
    fan = world.people["Fay"].party
    for path in (f"/v1/balances?party={fan}&at=2026-11-30", f"/v1/statements/{fan}/2026-11?format=csv"):
        assert [200, 200, 404] == [clients[name].get(path).status_code for name in WHO]
    assert {"EUR": "0.625"} == clients["Fay"].get(f"/v1/balances?party={fan}&at=2026-11-30").json()["balances"]["party"]
    for path in ("/v1/unmatched", "/v1/books/proof", "/v1/runs/2026-11", "/v1/remixes/remix-one/sheet", "/v1/reports/report-one"):
        assert [200, 403, 403] == [clients[name].get(path).status_code for name in WHO]
    assert [] == clients["Fin"].get("/v1/books/proof").json()["differences"]
    assert ("done", 1) == tuple(clients["Fin"].get("/v1/runs/2026-11").json()[name] for name in ("state", "posted"))


def test_every_line_of_a_pot_is_read_page_by_page(money):
    world, clients = money
    ((_, pot),) = world.documents("finance", "pot")
    found, after = [], ""
    while after is not None:
        page = clients["Fay"].get(f"/v1/pots/{pot}/lines", params={"after": after, "limit": 2}).json()
        found += [one["line_id"] for one in page["lines"]]
        after = page["next"]
    assert ["0", "1", "2", "3", "4"] == found
    assert [404, 422] == [clients["Gil"].get(f"/v1/pots/{pot}/lines").status_code, clients["Fay"].get(f"/v1/pots/{pot}/lines?after=x").status_code]


def test_a_preview_over_http_says_what_is_broken_by_line(money):
    _, clients = money
    data = (HEADER + line(1, "ten") + line(2, "1")).encode()
    asset = digest_of_bytes(data)
    assert 404 == clients["Fin"].post("/v1/reports/preview", json={"asset": asset}).status_code
    clients["Fin"].put(f"/v1/assets/{asset}", content=data)
    told = clients["Fin"].post("/v1/reports/preview", json={"asset": asset, "name": "x.csv"}).json()
    assert [(2, "revenue")] == [(one["line"], one["column"]) for one in told["broken"]]
    assert 403 == clients["Fay"].post("/v1/reports/preview", json={"asset": asset}).status_code


@pytest.mark.parametrize("path", [
    "/v1/balances?party=party-nobody", "/v1/statements/party-nobody/2026-11", "/v1/statements/party-fay-1/2026-99", "/v1/runs/2026-10",
    "/v1/pots/pot-none/lines", "/v1/remixes/remix-none/sheet", "/v1/reports/none", "/v1/balances?party=party-fay-1&at=soon",
    "/v1/statements/party-gil-1/2026-11?format=dsr", "/v1/statements/party-fay-1/2026-11?format=doc",
])  # fmt: skip
def test_what_is_not_there_or_cannot_be_is_said_and_no_failure(money, path):
    assert money[1]["Fin"].get(path).status_code in (404, 409, 422)


def test_an_older_homes_lines_are_summed_by_day_and_its_unmatched_ones_grouped(tmp_path):
    database = Database(sqlite_url(tmp_path / "server.db"))
    with database.writing() as connection:
        config = Config()
        config.set_main_option("script_location", str(schema.MIGRATIONS))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        alembic.upgrade(config, "0001")
        connection.execute(text("INSERT INTO reports (id, version, asset, name, body) VALUES ('r', 1, 'a', 'n', '{}')"))
        for number, (sheet, revenue, currency) in enumerate((("s1", "1.5", "EUR"), ("s1", "-0.000000000001", "EUR"), (None, "3", "EUR"), (None, "2", "USD"))):
            connection.execute(
                text("INSERT INTO report_lines VALUES ('Tide', 'r1', :n, 'r', 'remix-x', :sheet, :currency, '2026-11-30', :revenue, 'c', '{}')"),
                {"n": str(number), "sheet": sheet, "revenue": revenue, "currency": currency},
            )
    schema.prepare(database)
    with database.reading() as connection:
        store = Store(connection, True)
        (day,) = pots.gross_of(store, [("remix-x", "EUR")])["remix-x", "EUR"]
        (group,) = store.find(Unmatched)
        reported = {row[0] for row in connection.execute(text("SELECT reported FROM report_lines"))}
    database.close()
    assert ("1499999999999", 2, "s1") == (day.gross_pico, day.lines, day.sheet)
    assert (2, {"EUR": 3 * 10**12, "USD": 2 * 10**12}, "remix-x") == (group.lines, dict(group.totals_pico), group.reported)
    assert {"remix-x"} == reported
