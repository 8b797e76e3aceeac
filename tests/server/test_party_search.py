"""Finding a party to give a mandate to: by name or number, few at a time, never everybody."""

import pytest

from fanlink.core.errors import Refused
from fanlink.core.party_search import wanted


@pytest.fixture
def asking(site, world):
    parties = (("Northside Songs", "organisation", "00014107338"), ("Nörthern Öl & Söhne", "organisation", None), ("Song Northrop", "person", None))
    for number, (name, kind, ipi) in enumerate(parties):
        world.do("Ben", "add_party", f"party-found-{number}", {"name": name, "party_kind": kind, "ipi": ipi})
    client = site.client(world.people["Ana"].token)
    return lambda typed: client.get("/v1/parties", params={"q": typed})


def names(reply):
    assert 200 == reply.status_code, reply.text
    return [one["name"] for one in reply.json()["parties"]]


def test_a_party_is_found_by_the_beginnings_of_its_words_and_by_its_numbers(asking):
    assert ["Northside Songs", "Song Northrop"] == names(asking("NORTH song"))
    assert ["Nörthern Öl & Söhne"] == names(asking("nÖrth"))
    assert [] == names(asking("14107338")), "a number is looked up whole"
    assert ["Northside Songs"] == names(asking("000.14.10.73-38"))
    assert [] == names(asking("rthside"))
    (found,) = asking("northside").json()["parties"]
    assert ({"id", "name", "kind", "ipi", "isni"}, "…7338") == (set(found), found["ipi"])


def test_fans_are_not_found_but_those_who_own_are(asking):
    assert [] == names(asking("Fay"))
    assert ["Cleo"] == names(asking("cleo"))


def test_nobody_can_list_everybody(asking, site, world):
    for typed in ("", "no", "a b c", "%%%", "___ "):
        reply = asking(typed)
        assert (422, True) == (reply.status_code, "search_too_short" in reply.text)
    for number in range(12):
        world.do("Ben", "add_party", f"party-many-{number}", {"name": f"Manyname {number:02d}", "party_kind": "organisation"})
    found = asking("manyname").json()
    assert (8, True) == (len(found["parties"]), found["more"])
    assert 401 == site.client().get("/v1/parties", params={"q": "manyname"}).status_code


def test_searching_is_slowed_for_each_account(asking, site, world):
    codes = [asking("northside").status_code for _ in range(22)]
    assert ([200] * 20, 429) == (codes[:20], codes[-1])
    assert 200 == site.client(world.people["Ben"].token).get("/v1/parties", params={"q": "northside"}).status_code
    world.clock.now_ms += 10_000
    assert 200 == asking("northside").status_code


def test_a_text_looks_for_words_or_for_a_number():
    assert ("00014107338", None) == (wanted("00014107338").ipi, wanted("00014107338").isni)
    assert "0000000081266409" == wanted("0000 0000 8126 6409").isni
    assert wanted("00014107339").ipi is None, "a number with wrong check digits is no number"
    with pytest.raises(Refused):
        wanted("a. b! c?")
