"""`fanlink catalogue` on a running server and on a home: previews, imports, names every broken row, exports."""

import json
import os
import zipfile

import pytest

from fanlink import cli
from fanlink.core.people import Role
from fanlink.server import accounts, serving

HEADER = "isrc,title,party_name,recording,composition\n"
GOOD = HEADER + "DE-A12-26-00001,North Wind,Jo Field,100,100\nDE-A12-26-00002,Salt,Jo Field,50,100\n"


@pytest.fixture
def home(tmp_path):
    """A home with an artist and one person on its team; the token is kept beside it."""
    place = tmp_path / "server"
    running = serving.start(place)
    added = accounts.add(running.server.door, name="Ana", roles=[Role.ARTIST], now_ms=serving.clock_ms(), random=os.urandom)
    thread = serving.in_thread(running)
    from fanlink.client.api import Api

    api = Api(running.url, added.token)
    api.push([{"id": "cmd-artist", "kind": "add_artist", "target": "artist-ana", "base_version": None,
               "data": {"name": "Ana Sol"}, "after": []}])  # fmt: skip
    api.close()
    yield place, running, added.token
    running.stop()
    thread.join(20)


def run(capsys, *words):
    code = cli.main(list(words))
    told = capsys.readouterr()
    return code, told.out, told.err


def test_a_catalogue_is_previewed_imported_and_exported_on_a_server(home, tmp_path, capsys):
    _, running, token = home
    file = tmp_path / "songs.csv"
    file.write_text(GOOD)
    where = ("--server", running.url, "--token", token)
    code, out, _ = run(capsys, "catalogue", "import", str(file), "--preview", *where)
    assert (0, True) == (code, out.startswith("2 rows would be imported: 2 new tracks, 0 changed, 0 unchanged; 1 new parties"))
    assert "DEA122600002  Salt  new (UnderClaim)" in out
    for tracks in ("2 new tracks, 0 changed, 0 unchanged", "0 new tracks, 0 changed, 2 unchanged"):
        code, out, _ = run(capsys, "catalogue", "import", str(file), *where)
        assert (0, True) == (code, f"2 rows imported: {tracks}" in out)
    code, out, _ = run(capsys, "catalogue", "export", "--out", str(tmp_path / "all.zip"), *where)
    assert 0 == code
    assert "North Wind" in zipfile.ZipFile(tmp_path / "all.zip").read("tracks.csv").decode()


def test_a_home_that_is_not_running_takes_a_catalogue_too(home, tmp_path, capsys):
    place, running, _ = home
    running.stop()
    file = tmp_path / "songs.csv"
    file.write_text(GOOD)
    code, out, _ = run(capsys, "catalogue", "import", str(file), "--home", str(place), "--artist", "artist-ana", "--json")
    assert (0, True, 2) == (code, json.loads(out)["imported"], len(json.loads(out)["tracks"]))


def test_broken_rows_are_sentences_and_the_code_is_2(home, tmp_path, capsys):
    _, running, token = home
    file = tmp_path / "songs.csv"
    file.write_text(HEADER + "nonsense,North Wind,Jo Field,101,100\n")
    code, out, err = run(capsys, "catalogue", "import", str(file), "--server", running.url, "--token", token)
    assert (2, "") == (code, out)
    assert "songs.csv, line 2, column isrc: 'nonsense' is not an ISRC" in err
    assert "songs.csv, line 2, column recording: '101' is not a share" in err
    assert err.endswith("nothing was imported\n")


@pytest.mark.parametrize(("words", "said"), [
    (("catalogue", "import", "nowhere.csv", "--home", "."), "nowhere.csv: cannot be read"),
    (("catalogue", "export", "--out", "x.zip", "--home", "/nowhere"), "there is no such home"),
    (("catalogue", "export", "--out", "x.zip", "--server", "http://127.0.0.1:1"), "a token is needed"),
])  # fmt: skip
def test_what_cannot_be_used_is_one_sentence(words, said, capsys, monkeypatch):
    monkeypatch.delenv("FANLINK_TOKEN", raising=False)
    code, _, err = run(capsys, *words)
    assert (2, 1) == (code, len(err.splitlines()))
    assert said in err
