"""Uploads by tus 1.0.0 as someone else's client meets them."""

import hashlib
import threading

import pytest
from sqlalchemy import select

from fanlink.remix import engines, recordings
from fanlink.server import tables
from tests.server.tus_client import PIECE, TUS, b64, create, headers_for, metadata, offset, patch, sha256, sound


@pytest.fixture
def fay(site, world):
    return site.client(world.people["Fay"].token)


def code(reply):
    return reply.json()["error"]["code"]


# The protocol ---------------------------------------------------------------------------------------------------


def test_anyone_may_ask_what_uploads_can_do(site):
    told = site.client().options("/v1/uploads")
    assert 204 == told.status_code
    assert ("1.0.0", "1.0.0", "sha256,sha1") == tuple(
        told.headers[name] for name in ("tus-resumable", "tus-version", "tus-checksum-algorithm")
    )
    assert {"creation", "creation-with-upload", "termination", "expiration", "checksum"} == set(told.headers["tus-extension"].split(","))
    assert int(told.headers["tus-max-size"]) == site.server.settings.largest_asset_bytes


def test_a_file_goes_up_in_pieces_and_is_there_under_its_digest(fay):
    data = bytes(range(256)) * 1000
    place = create(fay, data, filename="Überraschung.csv")
    assert 0 == offset(fay, place)
    first = patch(fay, place, 0, data[:100_000])
    assert (204, "100000", "1.0.0") == (first.status_code, first.headers["upload-offset"], first.headers["tus-resumable"])
    assert "upload-expires" in first.headers
    head = fay.head(place, headers=TUS)
    assert ("100000", str(len(data)), "no-store") == tuple(head.headers[name] for name in ("upload-offset", "upload-length", "cache-control"))
    assert metadata(sha256=sha256(data), filename="Überraschung.csv") == head.headers["upload-metadata"]
    assert 404 == fay.get(f"/v1/assets/{sha256(data)}").status_code
    assert 204 == patch(fay, place, 100_000, data[100_000:]).status_code
    assert data == fay.get(f"/v1/assets/{sha256(data)}").content
    told = fay.get(place).json()
    assert ("accepted", len(data), "Überraschung.csv") == (told["state"], told["offset"], told["filename"])
    assert sha256(data) == told["asset"]["digest"]
    assert len(data) == offset(fay, place)


def test_a_small_file_goes_up_with_its_announcement(fay):
    data = b"report_id,line_id\n"
    reply = fay.post("/v1/uploads", headers=headers_for(data) | PIECE, content=data)
    assert (201, str(len(data))) == (reply.status_code, reply.headers["upload-offset"])
    assert data == fay.get(f"/v1/assets/{sha256(data)}").content


def test_the_first_part_may_come_with_the_announcement_and_an_empty_file_is_a_file(fay):
    data = b"x" * 1000
    reply = fay.post("/v1/uploads", headers=headers_for(data) | PIECE, content=data[:400])
    assert (201, "400") == (reply.status_code, reply.headers["upload-offset"])
    assert 204 == patch(fay, reply.headers["location"], 400, data[400:]).status_code
    empty = create(fay, b"")
    assert "accepted" == fay.get(empty).json()["state"]


def test_bytes_at_another_offset_are_refused_and_change_nothing(fay):
    data = b"0123456789" * 100
    place = create(fay, data)
    patch(fay, place, 0, data[:500])
    for at in (0, 499, 501, 1000):
        reply = patch(fay, place, at, data[at : at + 10])
        assert (409, "offset_moved", "500") == (reply.status_code, code(reply), reply.headers["upload-offset"])
    assert 500 == offset(fay, place)
    assert 204 == patch(fay, place, 500, data[500:]).status_code


def test_more_than_was_announced_is_refused_and_what_fits_can_still_come(fay):
    data = b"y" * 1000
    place = create(fay, data)
    assert 413 == patch(fay, place, 0, data + b"more").status_code
    assert 413 == patch(fay, place, 0, iter([data, b"more"])).status_code  # no Content-Length
    at = offset(fay, place)
    assert at <= 1000
    if at < 1000:
        patch(fay, place, at, data[at:])
    assert "accepted" == fay.get(place).json()["state"]


@pytest.mark.parametrize("algorithm", ["sha256", "sha1"])
def test_a_piece_with_a_wrong_checksum_is_dropped_whole(fay, algorithm):
    data = b"z" * 700_000
    place = create(fay, data)
    right = {"Upload-Checksum": f"{algorithm} {b64(hashlib.new(algorithm, data[:400_000]).digest())}"}
    wrong = patch(fay, place, 0, b"?" + data[1:400_000], **right)
    assert (460, "checksum_differs") == (wrong.status_code, code(wrong))
    assert 0 == offset(fay, place)
    assert 204 == patch(fay, place, 0, data[:400_000], **right).status_code
    assert 204 == patch(fay, place, 400_000, data[400_000:]).status_code
    for said in ("md5 " + b64(b"x"), "sha256", "sha256 %%%", "nonsense"):
        reply = patch(fay, place, 0, b"", **{"Upload-Checksum": said})
        assert (400, "checksum_unknown") == (reply.status_code, code(reply))


def test_what_is_not_tus_is_said_in_words(fay):
    data = b"hello"
    place = create(fay, data)
    missing = fay.head(place)
    assert (412, "1.0.0") == (missing.status_code, missing.headers["tus-version"])
    assert 412 == fay.post("/v1/uploads", headers=headers_for(data) | {"Tus-Resumable": "0.2.2"}).status_code
    assert 415 == fay.patch(place, headers=TUS | {"Upload-Offset": "0"}, content=data).status_code
    for bad in ({"Upload-Offset": "-1"}, {"Upload-Offset": "one"}, {"Upload-Offset": "9" * 30}, {}):
        assert (422, "malformed") == ((reply := fay.patch(place, headers=PIECE | bad, content=data)).status_code, code(reply))
    for bad in (
        {"Upload-Length": "x"}, {"Upload-Length": ""}, {"Upload-Metadata": ""}, {"Upload-Metadata": "sha256 nothex"},
        {"Upload-Metadata": f"sha256 {b64('0' * 63)}"}, {"Upload-Metadata": metadata(sha256="0" * 64) + ",sha256 eA=="},
        {"Upload-Metadata": metadata(sha256="0" * 64, purpose="party")}, {"Upload-Metadata": metadata(sha256="0" * 64, pcm="1")},
        {"Upload-Metadata": metadata(sha256="0" * 64) + f",filename {b64(bytes([255, 254]))}"},
        {"Upload-Metadata": metadata(sha256="0" * 64) + ",filename AAAA" + "A" * 5000},
        {"Upload-Defer-Length": "1"}, {"Upload-Concat": "partial"},
    ):  # fmt: skip
        reply = fay.post("/v1/uploads", headers=headers_for(data) | bad)
        assert (422, "malformed") == (reply.status_code, code(reply)), bad
    assert 404 == fay.head("/v1/uploads/" + "0" * 32, headers=TUS).status_code
    assert 422 == fay.get("/v1/uploads/nonsense").status_code
    assert 405 == fay.put(place, content=data).status_code


def test_a_client_that_cannot_say_patch_says_it_in_a_header(fay):
    data = b"hello" * 10
    place = create(fay, data)
    said = fay.post(place, headers=PIECE | {"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}, content=data[:20])
    assert (204, "20") == (said.status_code, said.headers["upload-offset"])
    assert "20" == fay.post(place, headers=TUS | {"X-HTTP-Method-Override": "HEAD"}).headers["upload-offset"]
    assert 405 == fay.post(place, headers=TUS).status_code
    assert 204 == fay.post(place, headers=TUS | {"X-HTTP-Method-Override": "DELETE"}).status_code
    assert 404 == fay.head(place, headers=TUS).status_code


def test_two_writers_at_one_offset_never_mix_their_bytes(fay, site, world):
    data = bytes(range(256)) * 4000
    place = create(fay, data)
    other = site.client(world.people["Fay"].token + "")
    statuses = []

    def write(client):
        statuses.append(patch(client, place, 0, data).status_code)

    threads = [threading.Thread(target=write, args=(one,)) for one in (fay, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 204 in statuses or {409} == set(statuses)
    at = offset(fay, place)
    assert 204 == patch(fay, place, at, data[at:]).status_code or at == len(data)
    assert data == fay.get(f"/v1/assets/{sha256(data)}").content


# Whose it is ----------------------------------------------------------------------------------------------------


def test_an_upload_is_its_owners_alone(fay, site, world):
    data = b"mine" * 100
    place = create(fay, data)
    for who in ("Gil", "Mo", "Ada"):
        other = site.client(world.people[who].token)
        assert 404 == other.head(place, headers=TUS).status_code
        assert 404 == patch(other, place, 0, data).status_code
        assert 404 == other.get(place).status_code
        assert 404 == other.delete(place, headers=TUS).status_code
        assert [] == other.get("/v1/uploads").json()["items"]
    assert 0 == offset(fay, place)
    assert [place] == [one["location"] for one in fay.get("/v1/uploads", params={"sha256": sha256(data)}).json()["items"]]
    assert [] == fay.get("/v1/uploads", params={"sha256": "0" * 64}).json()["items"]


def test_ending_an_upload_leaves_nothing_of_it(fay, world):
    place = create(fay, b"gone" * 1000)
    patch(fay, place, 0, b"gone" * 100)
    assert 204 == fay.delete(place, headers=TUS).status_code
    assert 404 == fay.head(place, headers=TUS).status_code
    assert [] == list((world.settings.assets / "uploads").iterdir())


def test_an_upload_that_nobody_finishes_is_cleared_away(fay, world):
    place = create(fay, b"late" * 1000)
    patch(fay, place, 0, b"late")
    world.clock.pass_days(6.9)
    assert 4 == offset(fay, place)
    world.clock.pass_days(0.2)
    assert 404 == fay.head(place, headers=TUS).status_code
    world.fall_due()
    assert [] == list((world.settings.assets / "uploads").iterdir())


def test_an_account_has_so_many_uploads_under_way_and_no_more(fay, site, world):
    for number in range(site.server.settings.uploads_open):
        place = create(fay, b"%d" % number)
    reply = fay.post("/v1/uploads", headers=headers_for(b"one more"))
    assert (429, "too_many_uploads") == (reply.status_code, code(reply))
    assert int(reply.headers["retry-after"]) > 0
    assert create(site.client(world.people["Gil"].token), b"mine")
    fay.delete(place, headers=TUS)
    assert create(fay, b"one more")
    huge = headers_for(b"") | {"Upload-Length": str(site.server.settings.largest_asset_bytes + 1)}
    assert 413 == fay.post("/v1/uploads", headers=huge).status_code


# What it is found to be -----------------------------------------------------------------------------------------


def test_a_file_that_is_not_what_was_announced_is_not_kept(fay, world):
    data = b"right" * 100
    place = create(fay, data)
    reply = patch(fay, place, 0, b"wrong" * 100)
    assert (422, "digest_differs") == (reply.status_code, code(reply))
    told = fay.get(place).json()
    assert ("refused", ["digest_differs"]) == (told["state"], [one["code"] for one in told["findings"]])
    assert 403 == patch(fay, place, 500, b"").status_code
    assert [] == list((world.settings.assets / "uploads").iterdir())
    again = create(fay, data)
    assert 204 == patch(fay, again, 0, data).status_code


@pytest.mark.parametrize(
    ("data", "said", "found"),
    [
        (b"no sound at all", {"purpose": "recording"}, "not_sound"),
        (sound()[:5000], {"purpose": "recording"}, "sound_unreadable"),
        (sound()[:5000], {}, "sound_unreadable"),
        (b"fLaC" + b"\0" * 2000, {}, "sound_unreadable"),
        (sound(channels=4, form="WAV"), {"purpose": "recording"}, "sound_unreadable"),
        (sound(), {"purpose": "recording", "pcm": "0" * 64}, "recording_differs"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(fay, data, said, found):
    reply = patch(fay, create(fay, data, **said), 0, data)
    assert (422, found) == (reply.status_code, code(reply))
    assert reply.json()["error"]["sentence"][-1] in ".!" and "{" not in reply.json()["error"]["sentence"]
    assert 404 == fay.get(f"/v1/assets/{sha256(data)}").status_code


def test_a_report_in_another_encoding_is_not_taken_for_sound(fay):
    data = "report_id,line_id\n".encode("utf-16")
    assert 204 == patch(fay, create(fay, data), 0, data).status_code
    assert data == fay.get(f"/v1/assets/{sha256(data)}").content


@pytest.mark.parametrize(("form", "subtype"), [("FLAC", "PCM_24"), ("WAV", "FLOAT"), ("OGG", "VORBIS")])
def test_a_recording_is_known_by_its_samples_and_served_as_our_own_encoding(fay, tmp_path, form, subtype):
    data = sound(form=form, subtype=subtype)
    (tmp_path / "a").write_bytes(data)
    expected = recordings.take_in(tmp_path / "a", tmp_path / "own.flac")
    place = create(fay, data, purpose="recording", pcm=expected.pcm_digest, filename="a.wav")
    assert 204 == patch(fay, place, 0, data).status_code
    asset = fay.get(place).json()["asset"]
    assert (expected.pcm_digest, 44_100, 1, 44_100) == tuple(asset[name] for name in ("pcm_digest", "rate_hz", "channels", "frames"))
    assert (tmp_path / "own.flac").read_bytes() == fay.get(f"/v1/assets/{asset['sound']}").content
    assert data == fay.get(f"/v1/assets/{asset['digest']}").content


def own_layer(pcm, what="My guitar"):
    return {"id": "own-1", "kind": "own", "asset": pcm, "provenance": {"what": what}}


def submission(world, prompt, pcm, **layer):
    data = world.submission(prompt)
    data["recipe"]["layers"] = [own_layer(pcm) | layer]
    data["recipe"]["sections"][0]["layers"] = ["own-1"]
    return data


@pytest.fixture
def prompt(world):
    from fanlink.core.guard_rails import GuardRails, Use

    return world.open_prompt(guard_rails=GuardRails(tempo_bpm=(90, 130), uses_allowed=(Use.OWN_RECORDINGS,)))


def bring(client, data):
    place = create(client, data, purpose="recording")
    assert 204 == patch(client, place, 0, data).status_code
    return client.get(place).json()["asset"]


def test_a_recipe_names_a_recording_by_its_samples_and_only_its_owner_may(fay, site, world, prompt):
    asset = bring(fay, sound())
    mine = submission(world, prompt, asset["pcm_digest"])
    assert ["asset_missing"] == world.refused("Gil", "submit_remix", "remix-gil", mine)
    assert ["asset_missing"] == world.refused("Fay", "submit_remix", "remix-one", submission(world, prompt, asset["digest"]))
    undeclared = submission(world, prompt, asset["pcm_digest"], provenance={})
    assert ["recording_undeclared"] == world.refused("Fay", "submit_remix", "remix-one", undeclared)
    world.do("Fay", "submit_remix", "remix-one", mine)
    assert {asset["pcm_digest"]: asset["sound"]} == world.document(f"person:{world.people['Fay'].id}", "remix", "remix-one")["recordings"]


def test_a_recording_is_its_owners_until_it_is_part_of_a_submission(fay, site, world, prompt):
    asset = bring(fay, sound(form="WAV", subtype="PCM_16"))

    def who_hears(digest):
        people = ("Fay", "Mo", "Ana", "Gil", "Rival", "Ben", "Ada")
        return [who for who in people if site.client(world.people[who].token).get(f"/v1/assets/{digest}").status_code == 200]

    assert ["Fay"] == who_hears(asset["sound"]) == who_hears(asset["digest"])
    world.do("Fay", "submit_remix", "remix-one", submission(world, prompt, asset["pcm_digest"]))
    assert ["Fay", "Mo"] == who_hears(asset["sound"])
    world.render()
    assert ["Fay", "Mo", "Ana"] == who_hears(asset["sound"])
    assert ["Fay"] == who_hears(asset["digest"])
    (case,) = world.documents("moderators", "case").values()
    assert {asset["pcm_digest"]: asset["sound"]} == case["recordings"]
    assert "accepted" == world.decide("Mo", "remix-one", "approve")["outcome"]
    assert 404 == site.client().get(f"/v1/assets/{asset['sound']}").status_code
    assert 404 == site.client(world.people["Gil"].token).get(f"/v1/assets/{asset['sound']}").status_code


def test_the_server_renders_a_recording_from_its_own_encoding(fay, world, prompt):
    from fanlink.bootstrap import renderer

    asset = bring(fay, sound(form="OGG", subtype="VORBIS"))
    data = submission(world, prompt, asset["pcm_digest"])
    data["recipe"]["engine"] = engines.CURRENT
    world.do("Fay", "submit_remix", "remix-one", data)
    world.render(renderer)
    with world.database.reading() as connection:
        assert [("done", "")] == connection.execute(select(tables.jobs.c.state, tables.jobs.c.error)).all()
    assert "in_review" == world.remix()["state"]
