"""A catalogue comes in by CSV: previewed, every broken row named, all of it or nothing, the same file again changes nothing."""

import csv
import io
import json
import zipfile

from fanlink.core.digests import digest_of_bytes
from fanlink.core.people import Artist
from fanlink.server import catalogue_import
from fanlink.server.store import Store

HEADER = "isrc,title,iswc,tempo_bpm,key,party_name,party_kind,ipi,isni,recording,composition,featured\n"
GOOD = (
    HEADER
    + "DE-A12-26-00001,North Wind,T-034.524.680-1,120,C minor,Northside Songs,organisation,00014107338,,50,1/3,\n"
    + "DE-A12-26-00001,North Wind,T-034.524.680-1,120,C minor,Jo Field,,,0000000081266409,50%,2/3,\n"
    + "DE-A12-26-00001,North Wind,T-034.524.680-1,120,C minor,Vera Voice,,,,,,yes\n"
    + '\nDE-A12-26-00002,"Salt, and\nSand",,,,Jo Field,,,0000000081266409,100,50,no\n'
).encode()


def plan(site, world, data, who="Ana"):
    reply = site.client(world.people[who].token).post("/v1/artists/artist-ana/catalogue/preview", content=data)
    return reply.status_code, reply.json()


def take(world, data, who="Ana", **more):
    asset = world.upload(data, who)
    return world.ask(who, "import_catalogue", "artist-ana", {"asset": asset, "name": "catalogue.csv", **more})


def test_what_the_preview_shows_is_what_the_import_does(site, world):
    world.add_artist()
    status, preview = plan(site, world, GOOD)
    assert (200, 4, []) == (status, preview["rows"], preview["faults"])
    assert [("Northside Songs", "new"), ("Jo Field", "new"), ("Vera Voice", "new")] == [
        (one["name"], one["state"]) for one in preview["parties"]
    ]  # fmt: skip
    assert [("DEA122600001", "new", []), ("DEA122600002", "new", ["UnderClaim"])] == [
        (one["isrc"], one["state"], one["claims"]) for one in preview["tracks"]
    ]  # fmt: skip
    assert {} == world.documents("team:artist-ana", "track")
    assert "accepted" == take(world, GOOD, preview=preview["digest"])["outcome"]
    tracks = {data["isrc"]: data for data in world.documents("team:artist-ana", "track").values()}
    first = tracks["DEA122600001"]
    assert ("T0345246801", 120.0, "C minor") == (first["iswc"], first["facts"]["music"]["tempo_bpm"], first["facts"]["music"]["key"])
    assert ["1/2", "1/2", "1/3", "2/3"] == sorted(one["share"] for one in first["stakes"])
    assert ["Vera Voice"] == [first["party_names"][party] for party in first["featured"]]
    assert "Salt, and\nSand" == tracks["DEA122600002"]["facts"]["title"]


def test_the_same_file_again_changes_nothing(site, world):
    world.add_artist()
    take(world, GOOD)
    before = world.scope_digest("team:artist-ana")
    assert "accepted" == take(world, GOOD)["outcome"]
    assert before == world.scope_digest("team:artist-ana")
    _, preview = plan(site, world, GOOD)
    assert {"unchanged"} == {one["state"] for one in (*preview["tracks"], *preview["parties"])}


def test_a_changed_file_changes_what_differs_and_says_what(site, world):
    world.add_artist()
    take(world, GOOD)
    changed = GOOD.replace(b"100,50,no", b"100,100,no")
    _, preview = plan(site, world, changed)
    assert [("unchanged", []), ("changed", ["stakes"])] == [(one["state"], one["changes"]) for one in preview["tracks"]]
    assert "accepted" == take(world, changed)["outcome"]


def test_every_broken_row_is_named_by_number_column_and_reason_and_nothing_is_taken(site, world):
    world.add_artist()
    broken = (
        HEADER
        + "DE-A12-26-0001,North Wind,T-034.524.680-2,5,C,Northside Songs,company,00014107339,0000000081266408,150,1/0,maybe\n"
        + "DE-A12-26-00002,Good,,,,Jo Field,,,,100,100,\n"
        + ",,,,,,,,,,,\n"
        + "DE-A12-26-00002,Better,,,,Jo Field,,,,1,1\n"
        + "DE-A12-26-00003,Nothing,,,,Jo Field,,,,,,\n"
    ).encode()
    _, preview = plan(site, world, broken)
    found = [(one["line"], one["column"]) for one in preview["faults"]]
    columns = ["isrc", "iswc", "ipi", "isni", "tempo_bpm", "party_kind", "recording", "composition", "featured"]
    assert sorted((2, column) for column in columns) == sorted(place for place in found if place[0] == 2)
    assert (5, None) in found
    assert (6, "recording") in found
    assert all(one["reason"] for one in preview["faults"])
    answer = take(world, broken)
    assert {"broken_row"} == {one["code"] for one in answer["findings"]}
    assert len(preview["faults"]) == len(answer["findings"])
    assert {} == world.documents("team:artist-ana", "track")


def test_rows_that_contradict_each_other_are_named(site, world):
    world.add_artist()
    rows = (
        "DE-A12-26-00001,North,,,,Jo,,00014107338,,50,50,\n"
        "DE-A12-26-00001,South,,,,Flo,,00014107338,,50,50,\n"
    )
    _, preview = plan(site, world, (HEADER + rows).encode())
    assert [(3, "title"), (3, "party_name"), (3, "party_name")] == [(one["line"], one["column"]) for one in preview["faults"]]


def test_a_file_that_is_none_says_so(site, world):
    world.add_artist()
    for data, line, column in ((b"", 1, None), (b"isrc,title\n", 1, "party_name"), (b"\xff\xfe", 1, None), (HEADER.encode(), 1, None)):
        _, preview = plan(site, world, data)
        assert (line, column) == (preview["faults"][0]["line"], preview["faults"][0]["column"]), data


def test_a_recording_of_another_artist_is_not_taken_over(site, world):
    world.add_artist()
    take(world, GOOD)
    world.do("Rival", "add_artist", "artist-rival", {"name": "Rival"})
    asset = world.upload(GOOD, "Rival")
    answer = world.ask("Rival", "import_catalogue", "artist-rival", {"asset": asset})
    assert {"isrc"} == {one["facts"]["column"] for one in answer["findings"]}
    assert ["not_allowed"] == world.refused("Rival", "import_catalogue", "artist-ana", {"asset": asset})
    assert 403 == plan(site, world, GOOD, "Rival")[0]


def test_an_import_that_is_no_longer_what_was_previewed_is_refused(site, world):
    world.add_artist()
    _, preview = plan(site, world, GOOD)
    take(world, GOOD)
    assert ["preview_outdated"] == [one["code"] for one in take(world, GOOD, preview=preview["digest"])["findings"]]


def test_a_track_without_stems_cannot_be_published_until_they_come_and_they_come_once(world):
    from tests.server.world import stem_bytes

    world.add_artist()
    take(world, GOOD)
    track = next(name for (_, name), data in world.documents("team:artist-ana", "track").items() if data["isrc"] == "DEA122600001")
    world.do("Ana", "write_prompt", "prompt-one", {"artist": "artist-ana", "track": track, "text": world.text(template="")})
    world.do("Ana", "ask_approval", "prompt-one")
    assert "stems_missing" in world.refused("Ana", "publish_prompt", "prompt-one")
    stems = {"vocals": world.upload(stem_bytes(3))}
    music = {"tempo_bpm": 100.0, "first_beat_ms": 0.0, "key": "C"}
    assert ["asset_missing"] == world.refused("Ana", "add_stems", track, {"stems": {"vocals": "0" * 64}, "music": music})
    world.do("Ana", "add_stems", track, {"stems": stems, "music": music})
    assert ["stems_there"] == world.refused("Ana", "add_stems", track, {"stems": stems, "music": music})
    assert "stems_missing" not in world.refused("Ana", "publish_prompt", "prompt-one")


def test_a_catalogue_is_taken_away_as_files_that_hold_only_what_the_reader_may_see(site, world):
    world.publish()
    world.do("Rival", "add_artist", "artist-rival", {"name": "Rival"})

    def files(who):
        reply = site.client(world.people[who].token).get("/v1/artists/artist-ana/catalogue")
        assert (200, "application/zip") == (reply.status_code, reply.headers["content-type"])
        archive = zipfile.ZipFile(io.BytesIO(reply.content))
        return {name: archive.read(name).decode() for name in archive.namelist()}

    mine = files("Ben")
    rows = {name: list(csv.DictReader(io.StringIO(text))) for name, text in mine.items() if name.endswith(".csv")}
    assert ["First Light"] == [row["title"] for row in rows["tracks.csv"]]
    assert {"Ben", "Cleo"} == {row["party_name"] for row in rows["stakes.csv"]}
    assert {"granted"} == {row["state"] for row in rows["consents.csv"]}
    assert ["Night drive"] == [row["title"] for row in rows["remixes.csv"]]
    assert ["Slow it down"] == [row["title"] for row in rows["prompts.csv"]]
    assert "track-one" == json.loads(mine["catalogue.json"])["track"][0]["id"]
    theirs = json.loads(files("Rival")["catalogue.json"])
    assert [] == theirs["track"] == theirs["consent"] == theirs["sheet"]
    assert 404 == site.client(world.people["Ben"].token).get("/v1/artists/artist-nobody/catalogue").status_code


def looked_at(world, data):
    """The preview that the server keeps of a file."""
    with world.database.reading() as connection:
        store = Store(connection, world.database.is_sqlite)
        artist = store.need(Artist, "artist-ana")
        return catalogue_import.prepare(store, world.door.reports, artist, digest_of_bytes(data), data, "catalogue.csv")


def test_a_track_that_changed_between_preview_and_import_is_named(world):
    world.add_artist()
    take(world, GOOD)
    changed = GOOD.replace(b"North Wind", b"South Wind").replace(b"100,50,no", b"100,100,no")
    preview = looked_at(world, changed)
    (track,) = (one.id for one in preview.tracks if one.isrc == "DEA122600002")
    (jo,) = (one.id for one in preview.parties if one.name == "Jo Field")
    stakes = [{"party": jo, "right": right, "share": "1/1"} for right in ("recording", "composition")]
    world.do("Ana", "declare_stakes", track, {"stakes": stakes, "featured": []})
    findings = take(world, changed, preview=preview.digest)["findings"]
    outdated = {"code": "preview_outdated", "facts": {"preview": preview.digest}}
    named = {"code": "track_changed_meanwhile", "facts": {"isrc": "DEA122600002", "title": "Salt, and\nSand", "state": "unchanged"}}
    assert [outdated, named] == findings


def test_an_import_is_not_planned_again_behind_the_door_while_the_catalogue_stays_as_it_was(world, monkeypatch):
    world.add_artist()
    preview = looked_at(world, GOOD)
    monkeypatch.setattr(catalogue_import, "plan", None)
    assert "accepted" == take(world, GOOD, preview=preview.digest)["outcome"]
    assert 2 == len(world.documents("team:artist-ana", "track"))


def test_the_preview_of_one_file_says_nothing_of_another(world):
    world.add_artist()
    preview = looked_at(world, GOOD)
    other = GOOD.replace(b"North Wind", b"South Wind")
    looked_at(world, other)
    assert ["preview_outdated"] == [one["code"] for one in take(world, other, preview=preview.digest)["findings"]][:1]
