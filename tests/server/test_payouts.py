"""Payouts as finance and payees know them: due, approved by two, sent once, settled or failed; never anybody's own."""

import pytest

from fanlink.core.ledger import Kind
from fanlink.core.payouts import Batch
from fanlink.core.people import Role
from fanlink.server import tracing
from fanlink.server.routes.payouts import Format, file_of, hand
from tests.server import older, paying
from tests.server.paying import approved, balance, bank, codes, earn, payouts, propose, sent


@pytest.fixture
def paid(world):
    """1,000 euro earned: Ben 500, Cleo 400, Fay 100; Fay and Ben have bank details."""
    world.publish()
    paying.finance(world)
    earn(world)
    for who in ("Fay", "Ben"):
        assert "accepted" == bank(world, who)["outcome"]
    return world


def book_balance(world, kind, owner, currency="EUR"):
    """What an account holds, added up from every posting."""
    from sqlalchemy import select

    from fanlink.server import tables

    chosen = select(tables.postings.c.amount_pico).where(
        tables.postings.c.account == f"{kind}:{owner}", tables.postings.c.currency == currency
    )
    return sum(int(row.amount_pico) for row in paying.reading(world, lambda store: store.rows(chosen)))


def test_what_is_due_is_paid_after_two_said_yes(paid):
    made = propose(paid)
    fay, ben = paid.people["Fay"].party, paid.people["Ben"].party
    assert {fay, ben} == set(made)
    assert {fay: 10_000, ben: 50_000} == {one["party"]: one["minor_units"] for one in payouts(paid).values()}
    paid.do("Ola", "approve_payout", made[fay])
    assert "due" == payouts(paid)[made[fay]]["state"]
    assert ["payout_not_approved"] == paid.refused("Fin", "send_payouts", "batch-early", {"payouts": [made[fay]]})
    paid.do("Fin", "approve_payout", made[fay])
    assert ("approved", ["Ola", "Fin"]) == (payouts(paid)[made[fay]]["state"], payouts(paid)[made[fay]]["approved_by"])
    paid.do("Fin", "send_payouts", "batch-one", {"payouts": [made[fay]]})
    assert (0, 100_000_000) == (balance(paid, "Fay")["owed_micro"], balance(paid, "Fay")["sent_micro"])
    paid.do("Fin", "settle_payout", made[fay])
    assert (0, 0) == (balance(paid, "Fay")["owed_micro"], balance(paid, "Fay")["sent_micro"])
    assert -100 * 10**12 == book_balance(paid, Kind.BANK, "house")
    assert "settled" == payouts(paid, f"party:{fay}")[made[fay]]["state"]


def test_the_payee_sees_the_payout_but_not_who_approved_it(paid):
    made = propose(paid)
    fay = paid.people["Fay"].party
    paid.do("Ola", "approve_payout", made[fay])
    shown = payouts(paid, f"party:{fay}")[made[fay]]
    assert (1, [], "", "FR14 … 2606") == (shown["approvals"], shown["approved_by"], shown["proposed_by"], shown["account"])
    assert set(payouts(paid, f"party:{fay}")) == {made[fay]}


def test_nobody_approves_twice_or_for_themselves_or_for_whom_they_act(paid):
    made = propose(paid)
    fay, ben = made[paid.people["Fay"].party], made[paid.people["Ben"].party]
    paid.do("Ola", "approve_payout", fay)
    assert ["approved_already"] == paid.refused("Ola", "approve_payout", fay)
    paid.add("Kin", [Role.FINANCE], parties=[paid.people["Ben"].party])
    assert ["approved_by_payee"] == paid.refused("Kin", "approve_payout", ben)
    agent = paid.add("Agent", [Role.FINANCE, Role.LABEL])
    begins = {"principal": paid.people["Ben"].party, "agent": agent.party, "begins": "2026-01-01"}
    paid.do("Ben", "give_mandate", "mandate-one", begins)
    assert ["approved_by_payee"] == paid.refused("Agent", "approve_payout", ben)
    for who in ("Fay", "Ana", "Mo", "Ada"):
        assert ["not_allowed"] == paid.refused(who, "approve_payout", fay)


def test_a_balance_waits_with_every_reason_said(paid):
    assert ["bank_details_missing"] == balance(paid, "Cleo")["waits_for"]
    earn(paid, "30", "USD")
    assert "below_threshold" in balance(paid, "Fay", "USD")["waits_for"]
    propose(paid)
    assert ["payout_open"] == balance(paid, "Fay")["waits_for"]
    assert ["nothing_due"] == paid.refused("Fin", "propose_payouts", "proposal-again")
    told = paid.refused("Fin", "propose_payouts", "proposal-cleo", {"parties": [paid.people["Cleo"].party]})
    assert ["nothing_due", "bank_details_missing", "bank_details_missing"] == told


def test_a_rest_below_a_cent_stays_and_a_refund_is_carried(paid):
    earn(paid, "0.055555")
    made = propose(paid)
    fay = paid.people["Fay"].party
    sent(paid, made[fay])
    assert 5_555 == balance(paid, "Fay")["owed_micro"]
    earn(paid, "-200")
    assert 5_555 - 20_000_000 == balance(paid, "Fay")["owed_micro"]
    assert ["nothing_owed"] == balance(paid, "Fay")["waits_for"]
    earn(paid, "150")
    assert ["nothing_owed"] == balance(paid, "Fay")["waits_for"]


def test_a_refund_between_approval_and_sending_stops_it(paid):
    made = propose(paid)
    fay = made[paid.people["Fay"].party]
    approved(paid, fay)
    earn(paid, "-1")
    assert ["balance_too_low"] == paid.refused("Fin", "send_payouts", "batch-one", {"payouts": [fay]})
    paid.do("Fin", "fail_payout", fay, {"reason": "a refund came"})
    again = propose(paid)
    assert 9_990 == payouts(paid)[again[paid.people["Fay"].party]]["minor_units"]


def test_what_came_back_is_owed_again_and_paid_by_a_new_payout(paid):
    made = propose(paid)
    fay = paid.people["Fay"].party
    sent(paid, made[fay])
    paid.do("Fin", "fail_payout", made[fay], {"reason": "account closed"})
    assert (100_000_000, 0) == (balance(paid, "Fay")["owed_micro"], balance(paid, "Fay")["sent_micro"])
    paid.do("Fin", "fail_payout", made[fay], {"reason": "again"})
    assert 100_000_000 == balance(paid, "Fay")["owed_micro"]
    assert ["payout_not_sent"] == paid.refused("Fin", "settle_payout", made[fay])
    assert ["payout_not_approved"] == paid.refused("Fin", "send_payouts", "batch-late", {"payouts": [made[fay]]})
    second = propose(paid)[fay]
    assert second != made[fay]
    assert "account closed" == payouts(paid, f"party:{fay}")[made[fay]]["reason"]


def test_a_payout_leaves_in_one_batch_only(paid):
    made = propose(paid)
    names = approved(paid, *made.values())
    paid.do("Fin", "send_payouts", "batch-one", {"payouts": list(names)})
    assert {"payout_not_approved"} == set(paid.refused("Fin", "send_payouts", "batch-two", {"payouts": list(names)}))
    assert ["id_taken"] == paid.refused("Fin", "send_payouts", "batch-one", {"payouts": list(names)})
    assert ["payout_repeated"] == paid.refused("Fin", "send_payouts", "batch-three", {"payouts": [names[0]] * 2})


def test_currencies_stay_side_by_side(paid):
    earn(paid, "500", "USD")
    earn(paid, "100000", "JPY")
    made = {}
    for currency in ("EUR", "USD", "JPY"):
        (made[currency],) = propose(paid, currencies=[currency], parties=[paid.people["Fay"].party]).values()
    assert {"EUR": 10_000, "USD": 5_000, "JPY": 10_000} == {
        one: payouts(paid)[name]["minor_units"] for one, name in made.items()
    }
    approved(paid, *made.values())
    assert ["currencies_mixed"] == paid.refused("Fin", "send_payouts", "batch-mixed", {"payouts": list(made.values())})
    paid.do("Fin", "send_payouts", "batch-yen", {"payouts": [made["JPY"]]})


def test_money_outside_the_euro_waits_for_a_bic(paid):
    bank(paid, "Cleo", bic=None)
    earn(paid, "500", "USD")
    assert ["bic_missing"] == balance(paid, "Cleo", "USD")["waits_for"]
    assert [] == balance(paid, "Cleo", "EUR")["waits_for"]


def test_the_balance_of_a_past_day_pays_no_more_than_is_owed_now(paid):
    paid.clock.pass_days(31)
    earn(paid, "1000", period="2026-12")
    fay = paid.people["Fay"].party
    (name,) = propose(paid, until="2026-11-30", parties=[fay]).values()
    assert 10_000 == payouts(paid)[name]["minor_units"]
    paid.do("Fin", "fail_payout", name, {"reason": "not this one"})
    earn(paid, "-1500", period="2026-12")
    (name,) = propose(paid, until="2026-11-30", parties=[fay]).values()
    assert 5_000 == payouts(paid)[name]["minor_units"]


# Bank details ---------------------------------------------------------------------------------------------------


def test_bank_details_need_the_password_and_a_right_number(paid):
    fay = paid.people["Fay"].party
    base = {"party": fay, "name": "Fay", "iban": "DE89370400440532013000"}
    assert ["step_up_needed"] == paid.refused("Fay", "set_bank_details", "details-x1", base | {"step_up": "guess"})
    secret = paying.stepped_up(paid, "Fay")
    assert ["step_up_needed"] == paid.refused("Gil", "set_bank_details", "details-x2", base | {
        "party": paid.people["Gil"].party, "step_up": secret})  # fmt: skip
    assert ["not_allowed"] == paid.refused("Gil", "set_bank_details", "details-x3", base | {"step_up": secret})
    wrong = base | {"iban": "DE89370400440532013001", "step_up": secret}
    assert ["iban_wrong"] == paid.refused("Fay", "set_bank_details", "details-x4", wrong)
    paid.do("Fay", "set_bank_details", "details-x5", base | {"iban": "de89 3704 0044 0532 0130 00", "step_up": secret})
    again = base | {"iban": "GB29NWBK60161331926819", "step_up": secret}
    assert ["step_up_needed"] == paid.refused("Fay", "set_bank_details", "details-x6", again)
    late = paying.stepped_up(paid, "Fay")
    paid.clock.now_ms += 6 * 60_000
    assert ["step_up_needed"] == paid.refused("Fay", "set_bank_details", "details-x7", again | {"step_up": late})


def test_a_change_is_announced_and_pauses_payouts(paid):
    made = propose(paid)
    fay = paid.people["Fay"].party
    paid.do("Ola", "approve_payout", made[fay])
    assert "accepted" == bank(paid, "Fay", "DE89370400440532013000")["outcome"]
    (details,) = paid.documents(f"party:{fay}", "bank_details").values()
    assert (2, 7) == (details["number"], (details["payable_from_ms"] - details["set_ms"]) // 86_400_000)
    assert ["bank_details_changed"] == paid.refused("Pia", "approve_payout", made[fay])
    paid.do("Fin", "fail_payout", made[fay], {"reason": "bank details changed"})
    assert ["nothing_due", "bank_details_too_new"] == paid.refused("Fin", "propose_payouts", "proposal-x", {"parties": [fay]})
    paid.clock.pass_days(7)
    assert fay in propose(paid)


def test_whole_bank_details_are_in_no_document_and_what_is_shown_is_for_the_payee_alone(paid):
    import json

    fay = paid.people["Fay"]
    everything = {scope: json.dumps(list(paid.documents(scope).values())) for scope in (
        "public", "finance", "moderators", f"person:{fay.id}", f"party:{fay.party}", f"party:{paid.people['Ben'].party}")}  # fmt: skip
    assert [] == [scope for scope, text in everything.items() if paying.IBANS["Fay"] in text]
    (details,) = paid.documents(f"party:{fay.party}", "bank_details").values()
    assert {"name": "Fay Example", "masked": "FR14 … 2606", "has_bic": True, "iban": "", "bic": None} == details["account"]
    assert not [scope for scope in everything if paid.documents(scope, "bank_details") and not scope.startswith("party:")]


# Holds ----------------------------------------------------------------------------------------------------------


def test_a_held_party_is_not_paid_and_earns_onto_its_held_account(paid):
    fay = paid.people["Fay"].party
    made = propose(paid)
    approved(paid, made[fay])
    paid.do("Fin", "hold_party", fay, {"reason": "two accounts claim this name"})
    shown = balance(paid, "Fay", scope=f"party:{fay}")
    assert (0, 100_000_000, "two accounts claim this name") == (shown["owed_micro"], shown["held_micro"], shown["held_because"])
    assert "party_held" in paid.refused("Fin", "send_payouts", "batch-held", {"payouts": [made[fay]]})
    earn(paid, "100")
    assert 110_000_000 == balance(paid, "Fay")["held_micro"]
    assert ["held_already"] == paid.refused("Fin", "hold_party", fay, {"reason": "again"})
    paid.do("Ola", "release_party", fay)
    assert (110_000_000, 0, "") == tuple(balance(paid, "Fay")[name] for name in ("owed_micro", "held_micro", "held_because"))
    assert ["not_held"] == paid.refused("Fin", "release_party", fay)
    earn(paid, "100")
    assert 120_000_000 == balance(paid, "Fay")["owed_micro"]


# Files and answers ----------------------------------------------------------------------------------------------


def given(world, batch, kind=Format.CSV):
    body = paying.reading(world, lambda store: file_of(store, batch, kind))
    world.door.act(lambda asked: hand(asked, batch, kind, "person-fin-1"), world.clock())
    return body


def test_the_file_of_a_batch_is_always_the_same(paid):
    made = propose(paid)
    batch = sent(paid, *made.values())
    first = given(paid, batch)
    paid.do("Fin", "settle_payout", made[paid.people["Ben"].party])
    paid.clock.pass_days(2)
    assert first == given(paid, batch)
    assert paying.IBANS["Fay"].encode() in first
    handed = paid.document("finance", "payout_batch", batch)["handed_ms"]
    assert handed is not None and handed < paid.clock()
    assert ["house_account_missing"] == refusal(lambda: given(paid, batch, Format.PAIN_001))


def test_another_account_of_the_house_changes_no_file_that_was_made(paid):
    from dataclasses import replace

    paid.door.settings = paid.settings = replace(paid.settings, bank_iban="DE89370400440532013000")
    batch = sent(paid, *propose(paid).values())
    first = given(paid, batch, Format.PAIN_001)
    paid.door.settings = paid.settings = replace(paid.settings, bank_iban="GB29NWBK60161331926819")
    assert first == given(paid, batch, Format.PAIN_001) and b"DE89370400440532013000" in first


def test_a_payout_given_up_before_the_file_was_made_is_in_no_file(paid):
    made = propose(paid)
    batch = sent(paid, *made.values())
    paid.do("Fin", "fail_payout", made[paid.people["Ben"].party], {"reason": "second thoughts"})
    assert ["batch_has_failed"] == refusal(lambda: given(paid, batch))


def refusal(act):
    from fanlink.core.errors import Refused

    with pytest.raises(Refused) as caught:
        act()
    return [reason.code for reason in caught.value.reasons]


def test_the_banks_answer_settles_some_and_fails_some(paid):
    made = propose(paid)
    fay, ben = made[paid.people["Fay"].party], made[paid.people["Ben"].party]
    sent(paid, fay, ben)
    text = f"payout,status,reason\n{fay},settled,\n{ben},RJCT,AC04 account closed\n"
    assert "accepted" == paying.answer_file(paid, text)["outcome"]
    shown = payouts(paid)
    assert ("settled", "failed", "AC04 account closed") == (shown[fay]["state"], shown[ben]["state"], shown[ben]["reason"])
    assert "accepted" == paying.answer_file(paid, text + "\n")["outcome"]
    against = paying.answer_file(paid, f"payout,status\n{fay},failed\n{ben},settled\npayout-none,settled\n")
    assert ["payout_settled", "payout_failed", "payout_unknown"] == codes(against)
    assert ["broken_answer"] == codes(paying.answer_file(paid, f"payout,status\n{fay},perhaps\n"))
    assert 0 == balance(paid, "Fay")["owed_micro"] and 500_000_000 == balance(paid, "Ben")["owed_micro"]


def test_an_answer_about_the_whole_file_is_about_each_payout_in_it(paid):
    made = propose(paid)
    batch = sent(paid, *made.values())
    message = paying.reading(paid, lambda store: store.need(Batch, batch)).message
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>'
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{message}</OrgnlMsgId><GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf>"
        "</OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>"
    )
    assert "accepted" == paying.answer_file(paid, text, "answer.xml")["outcome"]
    assert {("failed", "FF01")} == {(one["state"], one["reason"]) for one in payouts(paid).values()}


# The way back ---------------------------------------------------------------------------------------------------


def traced(world, name):
    return paying.reading(world, lambda store: tracing.trace(store, name))


def test_every_cent_is_traced_to_a_report_line_and_a_consent(paid):
    made = propose(paid)
    fay = made[paid.people["Fay"].party]
    for moment in ("due", "sent", "settled"):
        if moment == "sent":
            sent(paid, fay)
        if moment == "settled":
            paid.do("Fin", "settle_payout", fay)
        found = traced(paid, fay)
        (part,) = found["made_of"]
        assert ([], "100", moment) == (found["missing"], part["amount"], found["state"])
        assert ("remix-one", "prompt-one", 1) == (part["remix"]["id"], part["remix"]["prompt"]["id"], part["remix"]["prompt"]["number"])
        assert {"granted"} == {one["state"] for one in part["remix"]["consents"]} and 2 == len(part["remix"]["consents"])
        assert ("1/10", ["1000"]) == (part["share"], [line["revenue"] for line in part["pot"]["report_lines"]])


def test_a_missing_link_is_named(paid):
    made = propose(paid)
    fay = made[paid.people["Fay"].party]
    sent(paid, fay)
    with paid.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM report_lines")
    assert "has no report line" in traced(paid, fay)["missing"][0]


def test_a_failed_payout_leaves_its_money_to_the_next(paid):
    made = propose(paid)
    fay = paid.people["Fay"].party
    sent(paid, made[fay])
    paid.do("Fin", "fail_payout", made[fay], {"reason": "closed"})
    earn(paid, "500")
    second = propose(paid)[fay]
    sent(paid, second)
    assert ["100", "50"] == [part["amount"] for part in traced(paid, second)["made_of"]]
    assert [] == traced(paid, second)["missing"] == traced(paid, made[fay])["missing"]


# Homes that were there before -----------------------------------------------------------------------------------


def _without_pages(connection):
    """Takes back what the sixth migration made of reports and statements."""
    for statement in (
        "DROP INDEX reports_state", "ALTER TABLE reports DROP COLUMN state",
        "CREATE TABLE kept AS SELECT id, version, party, period, currency, body FROM statements", "DROP TABLE statements",
        "CREATE TABLE statements (id TEXT PRIMARY KEY, version BIGINT NOT NULL, party TEXT NOT NULL REFERENCES parties (id),"
        " period TEXT NOT NULL, currency TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (party, period, currency))",
        "INSERT INTO statements SELECT * FROM kept", "DROP TABLE kept",
    ):  # fmt: skip
        connection.exec_driver_sql(statement)


def test_an_older_home_gets_its_balances_from_its_books(paid):
    from fanlink.server import schema, tables

    made = propose(paid)
    sent(paid, made[paid.people["Fay"].party])
    before = {name: {**data, "since_ms": 0} for name, data in paid.documents("finance", "balance").items()}
    with paid.database.writing() as connection:
        for table in ("payout_handovers", "payouts", "payout_batches", "balances", "bank_details", "bank_answers", "party_holds",
                      "conversions", "invitations", "step_ups"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        older.before_the_seventh(connection)
        _without_pages(connection)
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0004'")
        connection.execute(tables.documents.delete().where(tables.documents.c.kind == "balance"))
    schema.prepare(paid.database)
    paid.fall_due()
    after = {name: {**data, "since_ms": 0} for name, data in paid.documents("finance", "balance").items()}
    figures = ("party", "currency", "owed_micro", "held_micro", "sent_micro")
    assert {name: [one[key] for key in figures] for name, one in before.items()} == {
        name: [one[key] for key in figures] for name, one in after.items()
    }
    earn(paid, "10")
    assert 1_000_000 == balance(paid, "Fay")["owed_micro"]
