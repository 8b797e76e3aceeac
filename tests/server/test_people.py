"""Signing in, tokens and limits."""

import httpx

from tests.server.site import Site


def site_of(world, database_url, clock, **settings):
    return Site(database_url, world.settings.assets, clock, None, **settings)


def sign_in(site, name, password):
    return site.client().post("/v1/sign-in", json={"name": name, "password": password})


def test_a_name_and_password_give_a_token_that_works(site, world):
    world.add("Pia", ["fan"], password="correct horse")
    reply = sign_in(site, " pia ", "correct horse")
    assert 200 == reply.status_code
    me = site.client(reply.json()["token"]).get("/v1/me").json()
    assert ("Pia", ["fan"], [world.people["Pia"].party]) == (me["name"], me["roles"], me["parties"])
    world.clock.pass_days(31)
    assert 401 == site.client(reply.json()["token"]).get("/v1/me").status_code


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(site, world):
    world.add("Pia", ["fan"], password="correct horse")
    wrong, unknown = sign_in(site, "Pia", "wrong horse"), sign_in(site, "Nobody", "wrong horse")
    assert (401, wrong.json()) == (unknown.status_code, unknown.json())
    assert 401 == sign_in(site, "Fay", "has no password").status_code


def test_too_many_tries_are_refused_until_the_window_has_passed(world, database_url, clock):
    world.add("Pia", ["fan"], password="correct horse")
    site = site_of(world, database_url, clock, sign_in_tries=2)
    assert [401, 401, 429] == [sign_in(site, "Pia", "wrong horse").status_code for _ in range(3)]
    shut = sign_in(site, "Pia", "correct horse")
    assert (429, True) == (shut.status_code, 0 < int(shut.headers["Retry-After"]) <= 300)
    clock.now_ms += 301_000
    assert 200 == sign_in(site, "Pia", "correct horse").status_code
    site.close()


def test_an_account_that_asks_too_much_is_told_when_to_come_back(world, database_url, clock):
    site = site_of(world, database_url, clock, account_rate=2.0, account_burst=3)
    client = site.client(world.people["Fay"].token)
    assert [200, 200, 200, 429] == [client.get("/v1/me").status_code for _ in range(4)]
    assert "1" == client.get("/v1/me").headers["Retry-After"]
    assert 200 == site.client(world.people["Gil"].token).get("/v1/me").status_code
    clock.now_ms += 1_000
    assert 200 == client.get("/v1/me").status_code
    site.close()


def test_a_personal_token_is_shown_once_and_can_be_ended(site, world):
    client = site.client(world.people["Fay"].token)
    made = client.post("/v1/tokens", json={"name": "my script", "days": 7}).json()
    listed = client.get("/v1/tokens").json()
    assert ["made with the account", "my script"] == sorted(one["name"] for one in listed)
    assert made["token"] not in str(listed)
    assert 200 == site.client(made["token"]).get("/v1/me").status_code
    assert 404 == site.client(world.people["Gil"].token).delete(f"/v1/tokens/{made['id']}").status_code
    assert 204 == client.delete(f"/v1/tokens/{made['id']}").status_code
    assert 401 == site.client(made["token"]).get("/v1/me").status_code


def test_a_token_is_nowhere_in_the_database(world):
    from sqlalchemy import select

    from fanlink.server import tables

    with world.database.reading() as connection:
        rows = str([tuple(row) for row in connection.execute(select(tables.tokens))])
    assert not any(person.token in rows for person in world.people.values())


def test_the_audit_log_and_the_books_are_for_their_roles_alone(site, world):
    statuses = {
        who: tuple(site.client(world.people[who].token).get(path).status_code for path in ("/v1/audit", "/v1/pots"))
        for who in ("Fay", "Ana", "Ben", "Mo", "Fin", "Ada")
    }
    assert {"Fay": (403, 403), "Ana": (403, 403), "Ben": (403, 403), "Mo": (403, 403), "Fin": (403, 200), "Ada": (200, 403)} == statuses


def test_bodies_that_are_too_large_are_refused_before_they_are_read(world, database_url, clock):
    site = site_of(world, database_url, clock, largest_body_bytes=1000, largest_asset_bytes=1000)
    client = site.client(world.people["Fay"].token)
    assert 413 == client.post("/v1/commands", content=b" " * 1001).status_code
    assert 413 == client.post("/v1/commands", content=iter([b" " * 600] * 2)).status_code
    assert 413 == client.put(f"/v1/assets/{'0' * 64}", content=iter([b" " * 600] * 2)).status_code
    site.close()


def test_a_server_that_has_too_much_to_do_says_so(world, database_url, clock):
    site = site_of(world, database_url, clock, waiting_commands=1)
    token = world.people["Fay"].token
    commands = [{"id": f"c-{n}", "kind": "follow_artist", "target": "artist-no", "data": {}} for n in range(50)]
    import threading

    statuses = []

    def ask(number):
        with httpx.Client(base_url=site.url, headers={"Authorization": f"Bearer {token}"}, timeout=30) as client:
            mine = [command | {"id": f"{command['id']}-{number}"} for command in commands]
            reply = client.post("/v1/commands", json={"commands": mine})
            statuses.append((reply.status_code, reply.headers.get("Retry-After")))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(200, None), (503, "1")} >= set(statuses)
    assert (200, None) in statuses
    site.close()
