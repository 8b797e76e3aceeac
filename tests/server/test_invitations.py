"""The unclaimed register: who is owed money and is nobody here, the link that invites them, and what it may do."""

import hashlib
from fractions import Fraction

import pytest

from fanlink.core.parties import Party
from fanlink.core.people import Role
from fanlink.core.shares import fifty_forty_ten
from tests.server import paying
from tests.server.paying import balance, bank, earn, propose

SECRET = "a-secret-that-nobody-guesses"


def hashed(secret):
    return hashlib.sha256(secret.encode()).hexdigest()


@pytest.fixture
def owed(world):
    """Cleo's part of the song belongs to Ida, a party that has no account: she is owed 400 euro."""
    def lost(asked):
        asked.store.save(Party("party-ida", "Ida Lind"))

    paying.finance(world)
    world.door.act(lost, world.clock())
    world.add_artist()
    world.add_track()
    tree = fifty_forty_ten({world.people["Ben"].party: Fraction(1)}, {"party-ida": Fraction(1)}).as_data()
    world.do("Ana", "propose_template", "split-one", {"track": "track-one", "tree": tree})
    world.do("Ben", "sign_template", "split-one", {"party": world.people["Ben"].party})

    def signed(asked):
        from dataclasses import replace

        from fanlink.core.catalogue import ProposedTemplate

        template = asked.store.need(ProposedTemplate, "split-one")
        asked.store.save(replace(template, signed=(*template.signed, "party-ida")))

    world.door.act(signed, world.clock())
    world.do("Ana", "write_prompt", "prompt-one", {"artist": "artist-ana", "track": "track-one", "text": world.text()})
    world.do("Ana", "ask_approval", "prompt-one")
    world.agree()
    world.do("Ana", "publish_prompt", "prompt-one")
    world.publish(prompt=world.document("public", "prompt", "prompt-one"))
    earn(world)
    return world


def invite(world, secret=SECRET, who="Fin", name="invitation-one"):
    return world.ask(who, "invite_party", name, {"party": "party-ida", "secret_hash": hashed(secret)})


def accept(world, client, secret=SECRET, party="party-ida", **more):
    return client.post("/v1/invitations/accept", json={"invitation": secret, "party": party, **more})


def test_what_nobody_claims_waits_in_the_register_since_a_day(owed):
    shown = balance(owed, "party-ida")
    assert (400_000_000, False, ["unclaimed"]) == (shown["owed_micro"], shown["claimed"], shown["waits_for"])
    began = shown["since_ms"]
    owed.clock.pass_days(40)
    earn(owed, "1")
    assert began == balance(owed, "party-ida")["since_ms"]


def test_a_link_makes_an_account_that_is_the_party_and_can_be_paid(owed, site):
    invite(owed)
    stranger = site.client()
    seen = stranger.post("/v1/invitations/look", json={"invitation": f"fanlink-invitation:{SECRET}"}).json()
    assert ("party-ida", "Ida Lind") == (seen["party"], seen["party_name"])
    reply = accept(owed, stranger, name="Ida L.", password="correct horse")
    assert 200 == reply.status_code, reply.text
    ida = site.client(reply.json()["token"])
    me = ida.get("/v1/me").json()
    assert (["party-ida"], ["rightsholder"]) == (me["parties"], me["roles"])
    assert ["bank_details_missing"] == balance(owed, "party-ida")["waits_for"]
    proof = ida.post("/v1/step-up", json={"password": "correct horse"}).json()["step_up"]
    data = {"party": "party-ida", "name": "Ida Lind", "iban": "GB29NWBK60161331926819", "step_up": proof}
    command = {"id": "command-bank", "kind": "set_bank_details", "target": "details-ida", "data": data}
    assert "accepted" == ida.post("/v1/commands", json={"commands": [command]}).json()["answers"][0]["outcome"]
    assert ["party-ida"] == list(propose(owed))
    signed_in = stranger.post("/v1/sign-in", json={"name": "Ida L.", "password": "correct horse"})
    assert 200 == signed_in.status_code


def test_who_is_here_already_becomes_the_party_besides(owed, site):
    invite(owed)
    fay = site.client(owed.people["Fay"].token)
    assert 200 == accept(owed, fay).status_code
    me = fay.get("/v1/me").json()
    assert {"party-ida", owed.people["Fay"].party} == set(me["parties"])
    assert {"fan", "rightsholder"} == set(me["roles"])
    assert "party:party-ida" in me["scopes"]
    assert "accepted" == bank(owed, "Fay", party="party-ida")["outcome"]


def test_a_link_works_once_for_a_while_and_for_its_party_only(owed, site):
    invite(owed)
    stranger = site.client()
    for secret, party in (("another-secret", "party-ida"), (SECRET, owed.people["Ben"].party)):
        reply = accept(owed, stranger, secret, party, name="Mallory", password="correct horse")
        assert (409, "invitation_unusable") == (reply.status_code, reply.json()["error"]["code"])
    assert 200 == accept(owed, stranger, name="Ida L.", password="correct horse").status_code
    assert 409 == accept(owed, stranger, name="Ida M.", password="correct horse").status_code
    assert 409 == stranger.post("/v1/invitations/look", json={"invitation": SECRET}).status_code
    assert ["party_claimed"] == paying.codes(invite(owed, "one-more-secret", name="invitation-two"))


def test_an_old_or_replaced_or_withdrawn_link_works_no_more(owed, site):
    invite(owed)
    invite(owed, "the-newer-secret", name="invitation-two")
    stranger = site.client()
    assert 409 == stranger.post("/v1/invitations/look", json={"invitation": SECRET}).status_code
    assert 200 == stranger.post("/v1/invitations/look", json={"invitation": "the-newer-secret"}).status_code
    owed.do("Fin", "withdraw_invitation", "invitation-two")
    assert 409 == stranger.post("/v1/invitations/look", json={"invitation": "the-newer-secret"}).status_code
    invite(owed, "the-third-secret", name="invitation-three")
    owed.clock.pass_days(61)
    assert 409 == stranger.post("/v1/invitations/look", json={"invitation": "the-third-secret"}).status_code


def test_two_people_who_follow_one_link_at_once_make_one_account(owed, site):
    from concurrent.futures import ThreadPoolExecutor

    import httpx

    invite(owed)

    def follow(number):
        body = {"invitation": SECRET, "party": "party-ida", "name": f"Ida {number}", "password": "correct horse"}
        return httpx.post(f"{site.url}/v1/invitations/accept", json=body, timeout=60).status_code

    with ThreadPoolExecutor(4) as pool:
        assert [200, 409, 409, 409] == sorted(pool.map(follow, range(4)))


def test_the_database_knows_only_the_hash(owed):
    invite(owed)
    with owed.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT body FROM invitations").all()
    assert hashed(SECRET) in rows[0][0] and SECRET not in rows[0][0]
    assert ["secret_hash_malformed"] == owed.refused("Fin", "invite_party", "invitation-bad", {"party": "party-ida", "secret_hash": SECRET})


def test_only_finance_and_the_partys_own_label_or_artist_invite(owed):
    assert ["not_allowed"] == paying.codes(invite(owed, who="Rival"))
    assert ["not_allowed"] == paying.codes(invite(owed, who="Fay"))
    owed.add("Label", [Role.LABEL])
    assert ["not_allowed"] == paying.codes(invite(owed, who="Label"))
    owed.do("Ana", "declare_stakes", "track-one", {"stakes": [
        {"party": owed.people["Ben"].party, "right": "recording", "share": "1"},
        {"party": "party-ida", "right": "composition", "share": "1"},
    ]})  # fmt: skip
    assert "accepted" == invite(owed, who="Ana")["outcome"]
    assert ["invitation-one"] == [name for _, name in owed.documents(f"person:{owed.people['Ana'].id}", "invitation")]
    assert ["not_allowed"] == owed.refused("Rival", "withdraw_invitation", "invitation-one")


def test_a_wrong_password_steps_up_to_nothing_and_tries_are_counted(owed, site):
    paying.set_password(owed, "Fay", "correct horse")
    fay = site.client(owed.people["Fay"].token)
    for _ in range(site.server.settings.sign_in_tries):
        assert (403, "wrong_password") == (
            (reply := fay.post("/v1/step-up", json={"password": "wrong"})).status_code, reply.json()["error"]["code"]
        )
    assert 429 == fay.post("/v1/step-up", json={"password": "correct horse"}).status_code
    assert 403 == site.client(owed.people["Gil"].token).post("/v1/step-up", json={"password": "none was ever set"}).status_code


def test_a_desktop_follows_a_link_and_says_where_its_money_goes(owed, site, tmp_path):
    from fanlink.client.session import Session
    from fanlink.core.bank_accounts import account_of
    from fanlink.core.commands import SetBankDetails
    from fanlink.core.errors import Refused

    invite(owed)
    session = Session.open(tmp_path / "home", environment={"FANLINK_TOKEN_STORE": "memory"}, live=False)
    try:
        party, name = session.online.invited_as(SECRET, site.url)
        session.use_token(site.url, session.online.join(site.url, SECRET, party, "Ida", "correct horse"))
        session.sync_once()
        assert ("Ida Lind", 400_000_000) == (name, session.all("balance")[0].owed_micro)
        with pytest.raises(Refused, match="wrong_password"):
            session.online.step_up("wrong horse")
        account = account_of("Ida Lind", "GB29 NWBK 6016 1331 9268 19", None)
        session.do(SetBankDetails(party, account.name, account.iban, session.online.step_up("correct horse")), "details-ida")
        session.sync_once()
        (details,) = session.all("bank_details")
        assert (account.name, account.masked, False) == (details.account.name, details.account.masked, details.account.has_bic)
        assert session.all("balance")[0].waits_for == ()
    finally:
        session.close()
