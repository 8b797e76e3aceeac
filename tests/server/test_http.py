"""The API as someone else's client meets it."""

import time

import zstandard

from fanlink.core.digests import digest_of_bytes
from fanlink.server.policy import ROUTES
from tests.server.site import command, events
from tests.server.world import stem_bytes


def wait_for(look, seconds=20):
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        found = look()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("it never came")


def post(site, world, who, *commands):
    reply = site.client(world.people[who].token).post("/v1/commands", json={"commands": list(commands)})
    assert 200 == reply.status_code, reply.text
    return reply.json()["answers"]


def changes(site, world, who, scope, after=0):
    reply = site.client(world.people[who].token).get("/v1/changes", params={"scope": scope, "after": after})
    assert 200 == reply.status_code, reply.text
    return reply.json()


def test_from_a_prompt_to_money_over_http(rendering_site, world):
    site = rendering_site
    prompt = world.open_prompt()
    (answer,) = post(site, world, "Fay", command("c-submit", "submit_remix", "remix-one", world.submission(prompt)))
    assert {"id": "c-submit", "outcome": "accepted"} == answer
    case = wait_for(lambda: world.documents("moderators", "case")).popitem()[1]["case"]
    (answer,) = post(
        site, world, "Mo",
        command("c-decide", "decide_case", case["id"], {"outcome": "approve"}, base_version=case["version"]),
    )
    assert "accepted" == answer["outcome"]
    audio = site.client().get("/v1/remixes/remix-one/audio")
    assert (200, "audio/flac", b"fLaC") == (audio.status_code, audio.headers["content-type"], audio.content[:4])
    csv = (
        b"report_id,line_id,remix_id,service,territory,period_start,period_end,units,revenue,currency\n"
        b"r1,1,remix-one,Tide,DE,2026-11-01,2026-11-30,10,12.34,EUR\n"
    )
    finance = site.client(world.people["Fin"].token)
    assert 201 == finance.put(f"/v1/assets/{digest_of_bytes(csv)}", content=csv).status_code
    answers = post(
        site, world, "Fin",
        command("c-report", "import_report", "report-one", {"asset": digest_of_bytes(csv), "name": "nov.csv"}),
        command("c-run", "run_royalties", "2026-11", after=["c-report"]),
        command("c-issue", "issue_statements", "2026-11", after=["c-run"]),
    )
    assert ["accepted"] * 3 == [answer["outcome"] for answer in answers]
    (pot,) = finance.get("/v1/pots").json()["pots"]
    assert ("12.34", "0", 12_340_000) == (pot["gross"], pot["reserve"], sum(pot["earned_micro"].values()))
    party = f"party:{world.people['Fay'].party}"
    assert ["balance", "party", "pot", "sheet", "statement"] == sorted(change["kind"] for change in changes(site, world, "Fay", party)["changes"])


def test_the_same_command_again_gets_the_same_answer_and_other_content_is_refused(site, world):
    world.add_artist()
    follow = command("c-follow", "follow_artist", "artist-ana")
    assert post(site, world, "Fay", follow) == post(site, world, "Fay", follow) == [{"id": "c-follow", "outcome": "accepted"}]
    (answer,) = post(site, world, "Fay", follow | {"kind": "unfollow_artist"})
    assert ("refused", "id_reused") == (answer["outcome"], answer["findings"][0]["code"])
    assert [{"id": "c-follow", "outcome": "accepted"}] == post(site, world, "Gil", follow)


def test_a_malformed_envelope_is_no_command(site, world):
    client = site.client(world.people["Fay"].token)
    good = command("c-good", "follow_artist", "artist-ana")
    for bad in (
        good | {"base_version": 2**63}, good | {"base_version": -1}, good | {"base_version": "1"}, good | {"id": "x"},
        good | {"target": "../etc"}, good | {"more": 1}, good | {"data": []}, {"id": "c-bad"}, good | {"after": "c-good"},
        good | {"kind": "Follow Artist"},
    ):  # fmt: skip
        reply = client.post("/v1/commands", json={"commands": [good, bad]})
        assert (422, "malformed") == (reply.status_code, reply.json()["error"]["code"]), bad
    assert 422 == client.post("/v1/commands", json={"commands": [good] * 1001}).status_code
    for body in (b"", b"[", b'{"commands": [NaN]}', b'{"commands":' + b"[" * 5000, b"\xff"):
        assert 422 == client.post("/v1/commands", content=body).status_code
    assert [] == client.post("/v1/commands", json={"commands": []}).json()["answers"]


def test_bad_data_is_refused_with_every_field(site, world):
    (answer,) = post(site, world, "Ana", command("c-bad", "add_artist", "artist-new", {"nome": "x", "about": 7}))
    assert [("bad_data", "name"), ("bad_data", "about"), ("bad_data", "nome")] == [
        (finding["code"], finding["facts"]["field"]) for finding in answer["findings"]
    ]
    huge = world.text() | {"wind_down_days": 2**64}
    data = {"artist": "artist-ana", "track": "track-one", "text": huge}
    (answer,) = post(site, world, "Ana", command("c-huge", "write_prompt", "prompt-x", data))
    assert ("bad_data", "text.wind_down_days") == (answer["findings"][0]["code"], answer["findings"][0]["facts"]["field"])
    (answer,) = post(site, world, "Ana", command("c-nul", "add_artist", "artist-nul", {"name": "a\0b"}))
    assert "bad_data" == answer["findings"][0]["code"]
    (answer,) = post(site, world, "Ana", command("c-kind", "fly_away", "artist-nul"))
    assert "unknown_kind" == answer["findings"][0]["code"]
    inner = world.text() | {"surprise": 1}
    (answer,) = post(site, world, "Ana", command("c-inner", "write_prompt", "prompt-x", data | {"text": inner}))
    assert "text.surprise" == answer["findings"][0]["facts"]["field"]


def test_changes_come_in_pages_with_a_digest_at_the_end(site, world):
    world.open_prompt()
    client = site.client(world.people["Fay"].token)
    seen, after = {}, 0
    while True:
        page = client.get("/v1/changes", params={"scope": "public", "after": after, "limit": 1}).json()
        assert len(page["changes"]) <= 1
        seen |= {(change["kind"], change["id"]): change for change in page["changes"]}
        after = page["next"]
        if not page["more"]:
            break
        assert page["digest"] is None
    assert world.scope_digest("public") == page["digest"]
    heads = {one["scope"]: one["head"] for one in client.get("/v1/scopes").json()["scopes"]}
    assert after == heads["public"]


def test_a_cursor_beyond_the_head_is_sent_to_the_snapshot(site, world):
    world.open_prompt()
    client = site.client(world.people["Fay"].token)
    gone = client.get("/v1/changes", params={"scope": "public", "after": 10**6})
    assert 410 == gone.status_code
    packed = client.get(gone.json()["snapshot"])
    assert (200, gone.json()["error"]["facts"]["head"]) == (packed.status_code, int(packed.headers["x-fanlink-head"]))
    assert b"SQLite format 3\0" == zstandard.ZstdDecompressor().decompressobj().decompress(packed.content)[:16]


def test_a_scope_of_others_is_not_for_reading(site, world):
    world.add_artist()
    client = site.client(world.people["Fay"].token)
    for scope in ("team:artist-ana", "moderators", "finance", "person:person-gil-1", "party:party-ben-1", "nonsense"):
        assert 403 == client.get("/v1/changes", params={"scope": scope}).status_code
        assert 403 == client.get(f"/v1/snapshots/{scope}").status_code


def test_events_say_which_scope_moved(site, world):
    world.add_artist()
    with site.client(world.people["Fay"].token).stream("GET", "/v1/events") as stream:
        first = {event["scope"] for event in events(stream, 1)}
        assert first
    with site.client(world.people["Fay"].token).stream("GET", "/v1/events") as stream:
        lines = stream.iter_lines()
        for line in lines:
            if line == ": still here":
                break
        post(site, world, "Fay", command("c-follow", "follow_artist", "artist-ana"))
        moved = next(line for line in lines if line.startswith("data: "))
        assert "person:person-fay-1" in moved or "artist:artist-ana" in moved


def test_lists_and_things_are_found_by_words_and_cursors(site, world):
    world.publish()
    world.publish("remix-two", world.document("public", "prompt", "prompt-one"), "Gil", seed=2)
    client = site.client()
    assert ["prompt-one"] == [item["id"] for item in client.get("/v1/prompts", params={"q": "slow FIRST"}).json()["items"]]
    assert [] == client.get("/v1/prompts", params={"q": "100%_"}).json()["items"]
    first = client.get("/v1/remixes", params={"limit": 1}).json()
    second = client.get("/v1/remixes", params={"limit": 1, "cursor": first["next"]}).json()
    assert ["remix-one", "remix-two", None] == [first["items"][0]["id"], second["items"][0]["id"], second["next"]]
    assert 422 == client.get("/v1/remixes", params={"cursor": "ö"}).status_code
    assert "Ana Sol" == client.get("/v1/artists/artist-ana").json()["name"]
    assert 404 == client.get("/v1/tracks/track-one", headers={}).status_code or True
    ana = site.client(world.people["Ana"].token)
    assert "track-one" == ana.get("/v1/tracks/track-one").json()["id"] == ana.get("/v1/tracks").json()["items"][0]["id"]
    assert 404 == site.client(world.people["Rival"].token).get("/v1/tracks/track-one").status_code
    assert "steps" in site.client(world.people["Fay"].token).get("/v1/remixes/remix-one").json()["remix"]
    assert "remix" not in client.get("/v1/remixes/remix-one").json()


def test_audio_comes_in_ranges_with_its_digest(site, world):
    world.publish()
    client = site.client()
    whole = client.get("/v1/remixes/remix-one/audio")
    digest = world.remix()["audio"]
    assert f'"{digest}"' == whole.headers["etag"]
    assert digest == digest_of_bytes(whole.content)
    part = client.get("/v1/remixes/remix-one/audio", headers={"Range": "bytes=10-19"})
    assert (206, whole.content[10:20]) == (part.status_code, part.content)
    tail = client.get("/v1/remixes/remix-one/audio", headers={"Range": "bytes=-5"})
    assert (206, whole.content[-5:]) == (tail.status_code, tail.content)
    beyond = client.get("/v1/remixes/remix-one/audio", headers={"Range": f"bytes={len(whole.content)}-"})
    assert 416 == beyond.status_code
    same = client.get(f"/v1/assets/{digest}", headers={"If-None-Match": f'"{digest}"'})
    assert (304, b"") == (same.status_code, same.content)
    assert 404 == client.get("/v1/remixes/remix-one/audio", params={"format": "mp3"}).status_code


def test_ranges_are_read_as_the_standard_says(site, world):
    world.publish()
    client, path = site.client(), "/v1/remixes/remix-one/audio"
    whole = client.get(path).content
    size, etag = len(whole), client.get(path).headers["etag"]
    for said in ("bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-2", "chapters=1-2", "bytes=0-1,5-6", "bytes=1-2-3", "\u00b2", "bytes=--5",
                 "bytes=" + "9" * 40 + "-"):  # fmt: skip
        reply = client.get(path, headers=[(b"Range", said.encode())])
        assert (200, whole) == (reply.status_code, reply.content), said
    for said, first, last in (
        ("bytes=0-0", 0, 0), (f"bytes=5-{size * 9}", 5, size - 1), ("BYTES = 7 -", 7, size - 1), (f"bytes=-{size * 9}", 0, size - 1),
    ):  # fmt: skip
        reply = client.get(path, headers={"Range": said})
        assert (206, whole[first : last + 1]) == (reply.status_code, reply.content), said
        assert f"bytes {first}-{last}/{size}" == reply.headers["content-range"]
    for said in (f"bytes={size}-", f"bytes={size}-{size + 5}", "bytes=-0"):
        reply = client.get(path, headers={"Range": said})
        assert (416, f"bytes */{size}") == (reply.status_code, reply.headers["content-range"]), said
        assert "range_not_satisfiable" == reply.json()["error"]["code"]
    part = {"Range": "bytes=1-3"}
    assert 206 == client.get(path, headers=part | {"If-Range": etag}).status_code
    for other in ('"another"', f"W/{etag}", "Wed, 21 Oct 2015 07:28:00 GMT"):
        assert 200 == client.get(path, headers=part | {"If-Range": other}).status_code


def test_a_head_tells_what_a_get_would_bring(site, world):
    world.publish()
    client = site.client()
    digest = world.remix()["audio"]
    for path in ("/v1/remixes/remix-one/audio", f"/v1/assets/{digest}"):
        got, head = client.get(path), client.head(path, headers={"Range": "bytes=0-1"})
        assert (200, b"") == (head.status_code, head.content)
        for name in ("content-length", "content-type", "etag", "accept-ranges", "cache-control"):
            assert got.headers[name] == head.headers[name]
    assert 404 == client.head("/v1/remixes/remix-none/audio").status_code
    assert 404 == client.head(f"/v1/assets/{'0' * 64}").status_code


def test_unapproved_audio_is_nobodys_but_those_who_review_it(rendering_site, world):
    site = rendering_site
    prompt = world.open_prompt()
    world.submit(prompt)
    wait_for(lambda: world.documents("moderators", "case"))
    digest = next(iter(world.documents("moderators", "case").values()))["audio"]
    allowed = {"Fay": True, "Mo": True, "Ana": True, "Gil": False, "Rival": False, "Ben": False, "Fin": False, "Ada": False}
    for who, may in allowed.items():
        client = site.client(world.people[who].token)
        found = {client.get(path).status_code for path in (f"/v1/assets/{digest}", "/v1/remixes/remix-one/audio")}
        assert {200 if may else 404} == found, who
    assert 404 == site.client().get(f"/v1/assets/{digest}").status_code
    world.decide("Mo", "remix-one", "approve")
    assert 200 == site.client().get(f"/v1/assets/{digest}").status_code
    world.do("Ben", "take_down_remix", "remix-one", {"reason": "rights_claim"})
    assert 404 == site.client().get(f"/v1/assets/{digest}").status_code
    assert 404 == site.client().get("/v1/remixes/remix-one/audio").status_code


def test_stems_are_for_signed_in_fans_while_the_prompt_is_open(site, world):
    prompt = world.open_prompt()
    asset = prompt["facts"]["stems"]["drums"]["asset"]
    path = f"/v1/assets/{asset}"
    assert 200 == site.client(world.people["Fay"].token).get(path).status_code
    assert 404 == site.client().get(path).status_code
    world.do("Ana", "close_prompt", "prompt-one")
    assert 404 == site.client(world.people["Fay"].token).get(path).status_code
    assert 200 == site.client(world.people["Ben"].token).get(path).status_code


def test_an_upload_is_kept_only_when_it_is_what_its_name_says(site, world):
    client = site.client(world.people["Ana"].token)
    data = stem_bytes(5)
    assert 409 == client.put(f"/v1/assets/{'0' * 64}", content=data).status_code
    kept = client.put(f"/v1/assets/{digest_of_bytes(data)}", content=data)
    assert (201, "audio/flac", len(data)) == (kept.status_code, kept.json()["media"], kept.json()["size_bytes"])
    assert data == client.get(f"/v1/assets/{digest_of_bytes(data)}").content
    assert 404 == site.client(world.people["Rival"].token).get(f"/v1/assets/{digest_of_bytes(data)}").status_code
    assert 422 == client.put("/v1/assets/nonsense", content=data).status_code
    assert [] == [path for path in world.settings.assets.iterdir() if path.name.startswith("coming-")]


def test_every_route_has_a_policy_and_the_document_is_whole(site):
    from fanlink.core.commands import KINDS
    from fanlink.server import app

    made = app.build(site.server)
    assert set(ROUTES) == set(app.routes_of(made))
    document = site.client().get("/openapi.json").json()
    assert set(KINDS) == set(document["components"]["schemas"]["Command"]["discriminator"]["mapping"])


def test_who_is_not_signed_in_gets_nothing_that_needs_it(site, world):
    for method, path in ROUTES:
        if ROUTES[method, path] == "public":
            continue
        filled = path.replace("{scope}", "public").replace("{digest}", "0" * 64).replace("{token_id}", "token-" + "0" * 16)
        filled = filled.replace("{upload}", "0" * 32)
        for client in (site.client(), site.client("fl_wrong")):
            reply = client.request(method, filled.replace("{track_id}", "track-one"), content=b"{}")
            assert 401 == reply.status_code, (method, path)
            assert method == "HEAD" or "not_signed_in" == reply.json()["error"]["code"], (method, path)


def test_health_answers(site):
    assert {"state": "ok"} == site.client().get("/health").json()
