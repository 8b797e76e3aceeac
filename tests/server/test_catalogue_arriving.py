"""A large catalogue is decided at once and arrives in steps: gone on with after a crash, equal to one taken at once."""

import time

import pytest

from fanlink.server import catalogue_arriving, catalogue_import
from fanlink.server.nouns import CatalogueImport
from fanlink.server.report_files import ReportFiles
from fanlink.server.store import Store
from tests.server.test_catalogue_import import HEADER, looked_at, take


@pytest.fixture
def small_steps(monkeypatch):
    monkeypatch.setattr(catalogue_import, "AT_ONCE_TRACKS", 3)
    monkeypatch.setattr(catalogue_arriving, "TRACKS_A_STEP", 2)


def rows(count, title="Song", first=1):
    return (HEADER + "".join(
        f"DE-A12-26-{number:05},{title} {number},,,,Jo Field,,,,50,50,\nDE-A12-26-{number:05},{title} {number},,,,Party {number % 3},,,,50,50,\n"
        for number in range(first, first + count)
    )).encode()  # fmt: skip


def act(world):
    return lambda write: world.door.act(write, world.clock())


def steps(world, files=None, now_ms=None):
    found = []
    while (made := catalogue_arriving.go_on(
        world.database, act(world), files or world.door.reports, "catalogue-artist-ana", now_ms)) is not None:  # fmt: skip
        found.append((made.done, made.state))
    return found


def titles(world):
    return sorted(data["facts"]["title"] for data in world.documents("team:artist-ana", "track").values())


def told(world):
    return world.document("team:artist-ana", "catalogue_import", "catalogue-artist-ana")


def test_a_large_catalogue_arrives_in_steps_and_ends_as_if_it_were_taken_at_once(world, monkeypatch):
    world.add_artist()
    preview = looked_at(world, rows(7))
    take(world, rows(7), preview=preview.digest)
    whole = {name: data for (_, name), data in world.documents("team:artist-ana", "track").items()}
    monkeypatch.setattr(catalogue_import, "AT_ONCE_TRACKS", 3)
    monkeypatch.setattr(catalogue_arriving, "TRACKS_A_STEP", 2)
    changed = rows(7, title="Other")
    assert "accepted" == take(world, changed)["outcome"]
    assert ("arriving", 0, 7) == (told(world)["state"], told(world)["done"], told(world)["tracks"])
    assert [(2, "arriving"), (4, "arriving"), (6, "arriving"), (7, "taken")] == steps(world)
    assert [f"Other {number}" for number in range(1, 8)] == titles(world)
    for name, data in {name: data for (_, name), data in world.documents("team:artist-ana", "track").items()}.items():
        assert whole[name]["stakes"] == data["stakes"] and whole[name]["contested"] == data["contested"]
    assert [] == steps(world)
    assert {"unchanged"} == {one.state for one in looked_at(world, changed).tracks}


def test_what_a_dead_process_left_is_planned_again_and_gone_on_with(world, small_steps):
    world.add_artist()
    take(world, rows(7))
    catalogue_arriving.go_on(world.database, act(world), world.door.reports, "catalogue-artist-ana")
    assert 2 == len(titles(world))
    others, now = ReportFiles(world.door.reports._assets), world.clock()
    assert catalogue_arriving.go_on(world.database, act(world), others, "catalogue-artist-ana", now) is None
    later = now + catalogue_arriving.LEFT_ALONE_MS
    assert 4 == catalogue_arriving.go_on(world.database, act(world), others, "catalogue-artist-ana", later).done
    assert [(6, "arriving"), (7, "taken")] == steps(world)  # the first one has to plan again too, for it was overtaken
    assert [f"Song {number}" for number in range(1, 8)] == titles(world)


def test_while_it_arrives_nothing_else_changes_the_tracks(world, small_steps):
    world.add_artist()
    take(world, rows(2))
    (track, *_) = sorted(name for _, name in world.documents("team:artist-ana", "track"))
    version = world.documents("team:artist-ana", "track")["track", track]["version"]
    take(world, rows(7, title="Other"))
    again = take(world, rows(3))
    assert [("catalogue_arriving", {"catalogue": "catalogue.csv", "done": 0, "tracks": 7})] == [(one["code"], one["facts"]) for one in again["findings"]]
    stakes = {"stakes": [{"party": world.people["Ben"].party, "right": right, "share": "1"} for right in ("recording", "composition")]}
    assert ["catalogue_arriving"] == world.refused("Ana", "declare_stakes", track, stakes, base_version=version)
    steps(world)
    version = world.documents("team:artist-ana", "track")["track", track]["version"]
    world.do("Ana", "declare_stakes", track, stakes, base_version=version)


def test_an_isrc_that_another_artist_took_meanwhile_is_theirs(world, small_steps):
    world.add_artist()
    world.do("Rival", "add_artist", "artist-rival", {"name": "Rival"})
    take(world, rows(7))
    asset = world.upload(rows(1, first=6), "Rival")
    world.do("Rival", "import_catalogue", "artist-rival", {"asset": asset, "name": "theirs.csv"})
    assert (7, "taken") == steps(world)[-1]
    assert (1, 6) == (told(world)["left_out"], len(titles(world)))


def test_the_server_takes_it_in_by_itself(site, world, small_steps):
    world.add_artist()
    asset = world.upload(rows(9))
    asked = {"id": "c-catalogue", "kind": "import_catalogue", "target": "artist-ana", "data": {"asset": asset, "name": "songs.csv"}}
    reply = site.client(world.people["Ana"].token).post("/v1/commands", json={"commands": [asked]})
    assert ["accepted"] == [one["outcome"] for one in reply.json()["answers"]]
    deadline = time.monotonic() + 60
    while told(world)["state"] == "arriving" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert ("taken", 9, 9) == (told(world)["state"], told(world)["done"], len(titles(world)))
    assert 404 == site.client(world.people["Rival"].token).get("/v1/artists/artist-ana/catalogue/import").status_code
    assert "taken" == site.client(world.people["Ana"].token).get("/v1/artists/artist-ana/catalogue/import").json()["state"]
    with world.database.reading() as connection:
        assert 9 == Store(connection, world.database.is_sqlite).need(CatalogueImport, "catalogue-artist-ana").done
