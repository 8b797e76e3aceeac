"""`verify` follows every payout to the consents it rests on, and names each link that is broken behind the books' back."""

import json
import random
from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import text

from fanlink.core.bank_accounts import BankAccount, BankDetails
from fanlink.core.parties import Party
from fanlink.core.people import Role
from fanlink.core.shares import Node, SplitSheet
from fanlink.royalties.verify_books import prove
from fanlink.server import bank_keys, sheets
from fanlink.server.nouns import Account
from fanlink.server.proving import Rows
from tests.server import paying
from tests.server.reconcile import Books

HEADER = "report_id,line_id,remix_id,service,territory,period_start,period_end,units,revenue,currency\n"


def proof(world):
    with world.database.reading() as connection:
        return prove(Rows(connection))


def told(world):
    copies = ("shown ", "payouts ", "balances ", "conversions ")
    return {(one.what, one.found) for one in proof(world).differences if not one.what.startswith(copies)}


@pytest.fixture
def paid(world):
    """Fay, Ben and Cleo were paid; Fay once more from dollars that were converted; Ben's payout came back and left again."""
    world.publish()
    paying.finance(world)
    for who in ("Fay", "Ben", "Cleo"):
        paying.bank(world, who)
    paying.earn(world)
    made = paying.propose(world)
    paying.sent(world, *made.values())
    world.do("Fin", "fail_payout", made[world.people["Ben"].party], {"reason": "AC04"})
    world.do("Fin", "settle_payout", made[world.people["Fay"].party])
    paying.earn(world, "-100")
    paying.earn(world, "9000", currency="USD")
    fay = world.people["Fay"].party
    world.ask("Fay", "ask_conversion", "conversion-one", {"party": fay, "from_currency": "USD", "to_currency": "EUR"})
    world.do("Fin", "convert_balance", "conversion-one", {"rate": "0.9217", "source": "ECB", "day": "2026-11-09"})
    for currency in ("EUR", "USD"):
        paying.propose(world, currencies=[currency])
        due = [name for name, one in paying.payouts(world).items() if (one["state"], one["currency"]) == ("due", currency)]
        paying.sent(world, *due)
    return world


def test_every_payout_is_traced_to_the_consents_it_rests_on(paid):
    found = proof(paid)
    assert ([], len(paying.payouts(paid))) == (found.differences, found.payouts)
    assert 6 <= found.payouts


def behind(world, statement, **values):
    """Changes a row as only somebody with the database can."""
    with world.database.engine.begin() as connection:
        connection.execute(text(statement), values)


def change(world, table, name, **fields):
    """Other fields in the stored value of a row."""
    with world.database.engine.begin() as connection:
        (body,) = connection.execute(text(f"SELECT body FROM {table} WHERE id = :id"), {"id": name}).one()
        connection.execute(text(f"UPDATE {table} SET body = :body WHERE id = :id"), {"id": name, "body": json.dumps({**json.loads(body), **fields}, separators=(",", ":"), ensure_ascii=False)})


def test_each_link_that_is_broken_is_named(paid):
    name = next(name for name, one in paying.payouts(paid).items() if one["party"] == paid.people["Ben"].party and one["state"] == "sent")
    change(paid, "payouts", name, approved_by=["person-ola-1"])
    assert ("payout approvals", "False") in told(paid)
    change(paid, "payouts", name, approved_by=["person-ola-1", "person-pia-1"], minor_units=1)
    assert {"payout amount", "payout earned"} <= {what for what, _ in told(paid)}
    change(paid, "payouts", name, state="settled", minor_units=paying.payouts(paid)[name]["minor_units"])
    assert {("payout postings", "(1, 0, 0)")} == told(paid)
    change(paid, "payouts", name, state="sent")
    assert set() == told(paid)
    change(paid, "remixes", "remix-one", prompt_version="0" * 64)
    assert {("payout traced", "prompt version")} == told(paid)
    behind(paid, "UPDATE consents SET body = '{\"use\": \"voice_change\", \"track\": \"\", \"party\": \"\", \"answered_ms\": null}' WHERE party = :party",
           party=paid.people["Cleo"].party)  # fmt: skip
    assert ("payout traced", f"consent of {paid.people['Cleo'].party}") in told(paid)


def test_a_balance_and_a_conversion_that_were_changed_are_named(paid):
    with paid.database.engine.begin() as connection:
        (name,) = connection.execute(text("SELECT id FROM balances WHERE party = :party AND currency = 'USD'"), {"party": paid.people["Fay"].party}).one()
    change(paid, "balances", name, owed_micro=77)
    assert {("balance", "0.000077")} == told(paid)
    change(paid, "balances", name, owed_micro=0)
    change(paid, "conversions", "conversion-one", rate="1")
    assert {"conversion"} == {what for what, _ in told(paid)}


# Twenty thousand ----------------------------------------------------------------------------------------------------


def share_among(world, count):
    """A sheet of the remix with so many parties on it, as if all had signed it; each has an account and bank details."""
    def act(asked):
        parties = [f"party-y{number:04d}" for number in range(count)]
        for number, party in enumerate(parties):
            asked.store.save(Party(party, f"Party {number}"))
            asked.store.save(Account(f"person-y{number:04d}", f"Person {number}", (Role.FAN,), party, asked.now_ms))
            account = BankAccount(f"Party {number}", "DE89370400440532013000", "COBADEFFXXX")
            asked.store.save(bank_keys.seal(asked.store, BankDetails(f"details-y{number:04d}", party, 1, account, f"person-y{number:04d}", asked.now_ms, asked.now_ms)))
        nodes = tuple(Node(party, Fraction(1, count)) for party in parties)
        sheets._keep(asked.store, SplitSheet("remix-one", date(2026, 11, 20), (Node("recording", Fraction(1), nodes),)))

    world.door.act(act, world.clock())


def due(world):
    """The payouts that wait to be approved, from the table: there are more documents than a page of the feed has."""
    with world.database.reading() as connection:
        return sorted(row.id for row in connection.execute(text("SELECT id FROM payouts WHERE state = 'due'")))


def round_of_payouts(world, number, chance):
    """A month's report, a run, and every balance paid; some arrive, some come back."""
    revenue = f"{chance.randrange(200_000, 400_000)}.{chance.randrange(10**6):06d}"
    line = f"r{number},1,remix-one,Tide,DE,2026-11-01,2026-11-28,1,{revenue},EUR\n"
    refund = f"r{number},2,remix-one,Tide,DE,2026-11-01,2026-11-28,1,-{chance.randrange(1, 900)},EUR\n" if number else ""
    asset = world.upload((HEADER + line + refund).encode(), "Fin")
    world.do("Fin", "import_report", f"report-y{number}", {"asset": asset, "name": "r.csv"})
    world.do("Fin", "run_royalties", "2026-11")
    world.do("Fin", "propose_payouts", f"proposal-y{number}", {"currencies": ["EUR"]})
    names = due(world)
    for who in ("Ola", "Pia"):
        assert {"accepted"} == {one["outcome"] for one in world.batch(who, *(("approve_payout", name, {}, {}) for name in names))}
    world.do("Fin", "send_payouts", f"batch-y{number}", {"payouts": names})
    ends = [(chance.choice(("settle_payout", "settle_payout", "fail_payout", "")), name) for name in names]
    acts = [(kind, name, {"reason": "AC04"} if kind == "fail_payout" else {}, {}) for kind, name in ends if kind]
    assert {"accepted"} == {one["outcome"] for one in world.batch("Fin", *acts)}
    return len(names)


def trace_payouts(world, parties, rounds, seed=20):
    """So many rounds of payouts to so many parties, traced by `verify` and reconciled by the second program; how many there were."""
    world.publish()
    paying.finance(world)
    share_among(world, parties)
    chance = random.Random(seed)
    count = sum(round_of_payouts(world, number, chance) for number in range(rounds))
    found = proof(world)
    assert ([], 0, count) == (found.differences, found.more, found.payouts)
    second = Books(world.database.url.removeprefix("sqlite:///"))
    assert [] == list(second.faults())
    return count


def test_a_few_hundred_payouts_to_many_parties_are_traced_by_two_programs(world):
    if not world.database.is_sqlite:
        pytest.skip("the second program reads SQLite files")
    assert 120 == trace_payouts(world, 40, 3)


@pytest.mark.proof
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("seed", [20, 21])
def test_of_twenty_thousand_payouts_each_is_traced_to_its_consents(world, seed):
    if not world.database.is_sqlite:
        pytest.skip("the second program reads SQLite files")
    assert 10_000 <= trace_payouts(world, 1_000, 10, seed)
