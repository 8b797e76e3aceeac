"""Bank accounts are nowhere in the database; the key is a file of the home, and without it everything says so and nothing is lost."""

import json
import shutil
import stat

import pytest
from sqlalchemy import inspect, text

from fanlink.core.errors import Refused
from fanlink.server import bank_keys, tables
from fanlink.server.bank_details import newest
from fanlink.server.nouns import SealedDetails
from fanlink.server.routes.payouts import Format, file_of, hand
from fanlink.server.server import build
from fanlink.server.store import Store
from tests.server import paying
from tests.server.paying import approved, bank, earn, propose, sent

IBAN, BIC = "GB29NWBK60161331926819", "NWBKGB2LXXX"


@pytest.fixture
def paid(world):
    world.publish()
    paying.finance(world)
    earn(world)
    for name in ("Ben", "Fay"):
        assert "accepted" == bank(world, name)["outcome"]
    return world


def everything(database):
    """All that all tables hold, as one text."""
    with database.reading() as connection:
        names = inspect(connection).get_table_names()
        return "".join(str(row) for name in names for row in connection.execute(text(f'SELECT * FROM "{name}"')))


def key_of(world):
    return world.settings.keys_folder / bank_keys.FILE


def of(world, name):
    with world.database.reading() as connection:
        store = Store(connection, world.database.is_sqlite, world.settings)
        return newest(store, world.people[name].party)


def open_it(world, kept):
    with world.database.reading() as connection:
        return bank_keys.opened(Store(connection, world.database.is_sqlite, world.settings), kept)


def test_neither_iban_nor_bic_is_anywhere_in_the_database_and_the_file_for_the_bank_has_them(paid):
    secret = paying.stepped_up(paid, "Cleo")
    data = {"party": paid.people["Cleo"].party, "name": "Cleo", "iban": IBAN, "bic": BIC, "step_up": secret}
    paid.do("Cleo", "set_bank_details", "details-cleo", data)
    made = propose(paid)
    batch = sent(paid, made[paid.people["Fay"].party])
    held = everything(paid.database)
    for number in (IBAN, BIC, *paying.IBANS.values()):
        assert number not in held
    assert "GB29 … 6819" in held
    with paid.database.reading() as connection:
        store = Store(connection, paid.database.is_sqlite, paid.settings)
        assert paying.IBANS["Fay"] in file_of(store, batch, Format.CSV).decode()
    assert (IBAN, BIC) == (open_it(paid, of(paid, "Cleo")).account.iban, open_it(paid, of(paid, "Cleo")).account.bic)
    assert 0o600 == stat.S_IMODE(key_of(paid).stat().st_mode)


def test_without_the_key_everything_says_so_and_with_it_again_all_goes_on(paid, tmp_path):
    fay = paid.people["Fay"].party
    made = propose(paid)
    approved(paid, made[fay])
    shutil.move(key_of(paid), tmp_path / "elsewhere")
    assert ["bank_key_missing"] == paid.refused("Fin", "send_payouts", "batch-lost", {"payouts": [made[fay]]})
    answer = bank(paid, "Fay", "DE89370400440532013000")
    assert ["bank_key_missing"] == [one["code"] for one in answer["findings"]]
    answer = bank(paid, "Cleo", "DE89370400440532013000")  # nor is another key made beside the one that is lost
    assert ["bank_key_missing"] == [one["code"] for one in answer["findings"]]
    assert not key_of(paid).exists()
    key_of(paid).write_bytes(b"bm90IGEga2V5")
    assert ["bank_key_wrong"] == paid.refused("Fin", "send_payouts", "batch-wrong", {"payouts": [made[fay]]})
    shutil.move(tmp_path / "elsewhere", key_of(paid))
    paid.do("Fin", "send_payouts", "batch-found", {"payouts": [made[fay]]})
    paid.door.act(lambda asked: hand(asked, "batch-found", Format.CSV, "person-fin-1"), paid.clock())


def test_another_homes_key_opens_nothing_and_seals_nothing(paid, tmp_path):
    kept = of(paid, "Fay")
    there = key_of(paid).read_bytes()
    key_of(paid).unlink()
    key_of(paid).write_bytes(there[::-1].replace(b"=", b"") + b"==" if there.endswith(b"==") else there[::-1])
    with pytest.raises(Refused, match="bank_key_wrong"):
        open_it(paid, kept)
    assert ["bank_key_wrong"] == [one["code"] for one in bank(paid, "Cleo")["findings"]]


def test_what_is_moved_to_another_party_cannot_be_opened_there(paid):
    from dataclasses import replace

    fay, ben = of(paid, "Fay"), of(paid, "Ben")
    with pytest.raises(Refused, match="bank_key_wrong"):
        open_it(paid, replace(ben, sealed=fay.sealed))
    with pytest.raises(Refused, match="bank_key_wrong"):
        open_it(paid, replace(fay, party=ben.party))
    assert paying.IBANS["Fay"] == open_it(paid, fay).account.iban


def in_the_open(world):
    """The home as the version before left it: rows and documents with the whole number, and no key."""
    table, shown = tables.bank_details, tables.documents
    found = {name: open_it(world, of(world, name)) for name in ("Ben", "Fay")}
    with world.database.writing() as connection:
        for details in found.values():
            account = {"name": details.account.name, "iban": details.account.iban, "bic": details.account.bic}
            body = {"id": details.id, "party": details.party, "number": details.number, "account": account, "set_by": details.set_by,
                    "set_ms": details.set_ms, "payable_from_ms": details.payable_from_ms, "version": 1}  # fmt: skip
            connection.execute(table.update().where(table.c.id == details.id).values(body=json.dumps(body)))
            row = connection.execute(shown.select().where(shown.c.kind == "bank_details", shown.c.id == details.id)).one()
            data = json.loads(row.data) | {"account": account}
            connection.execute(shown.update().where(shown.c.kind == "bank_details", shown.c.id == details.id).values(data=json.dumps(data), digest="older"))
    key_of(world).unlink()
    return found


def test_an_older_home_is_sealed_when_it_is_opened(paid, tmp_path):
    found = in_the_open(paid)
    assert paying.IBANS["Fay"] in everything(paid.database)
    server = build(paid.settings, paid.clock, lambda count: bytes(count))
    server.stop()
    held = everything(paid.database)
    for name, details in found.items():
        assert details.account.iban not in held
        assert details == open_it(paid, of(paid, name))
        shown = paid.document(f"party:{details.party}", "bank_details", details.id)
        assert {"name": details.account.name, "masked": details.account.masked} == {key: shown["account"][key] for key in ("name", "masked")}
    if paid.database.is_sqlite:
        files = b"".join(path.read_bytes() for path in tmp_path.glob("server.db*"))
        assert paying.IBANS["Fay"].encode() not in files
    fay = paid.people["Fay"].party
    sent(paid, propose(paid)[fay])
    again = build(paid.settings, paid.clock, lambda count: bytes(count))
    again.stop()
    assert isinstance(of(paid, "Fay"), SealedDetails)
