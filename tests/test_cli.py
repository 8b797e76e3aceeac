"""What the command line as a whole promises: one sentence and an exit code, whatever a path leads to."""

import pytest

from fanlink import cli


@pytest.mark.parametrize(
    "words",
    [
        ("account", "add", "--name", "ann", "--role", "fan"),
        ("serve", "--port", "0"),
        ("sync", "--server", "http://127.0.0.1:1", "--token", "t", "--once"),
        ("demo", "--headless", "--json"),
    ],
)
@pytest.mark.parametrize("inside", ["", "home"])
def test_a_home_that_cannot_be_a_folder_is_one_sentence(tmp_path, capsys, words, inside):
    (tmp_path / "file").write_text("mine")
    assert 2 == cli.main([*words, "--home", str(tmp_path / "file" / inside)])
    said = capsys.readouterr().err
    assert (1, True) == (len(said.splitlines()), said.startswith("fanlink: "))
    assert "mine" == (tmp_path / "file").read_text()


@pytest.mark.parametrize("words", [("serve", "--port", "0"), ("account", "add", "--name", "ann", "--role", "fan")])
def test_a_home_whose_database_is_none_is_one_sentence_and_left_alone(tmp_path, capsys, words):
    (tmp_path / "server.db").write_bytes(b"this is no database at all, " * 100)
    assert 2 == cli.main([*words, "--home", str(tmp_path)])
    assert "server.db: cannot be read as a database" in capsys.readouterr().err
    assert b"this is no database at all, " * 100 == (tmp_path / "server.db").read_bytes()


@pytest.mark.parametrize("words", [("--home", ""), ("--home=",)])
def test_an_empty_home_is_not_the_folder_one_stands_in(tmp_path, capsys, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    assert 2 == cli.main(["account", "add", "--name", "ann", "--role", "fan", *words])
    assert "fanlink: --home: is empty: give the folder" == capsys.readouterr().err.strip()
    assert [] == list(tmp_path.iterdir())


def test_who_is_not_signed_in_does_not_wait_for_ever(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("FANLINK_TOKEN", raising=False)
    monkeypatch.setenv("FANLINK_TOKEN_STORE", "memory")
    assert 2 == cli.main(["sync", "--home", str(tmp_path / "home"), "--server", "http://127.0.0.1:1"])
    assert "nobody is signed in here: give --server, and --token or FANLINK_TOKEN" in capsys.readouterr().err


def test_a_report_that_is_not_there_begins_no_home(tmp_path, capsys):
    home = tmp_path / "home"
    home.mkdir()
    assert 2 == cli.main(["royalties", "import", str(tmp_path / "none.csv"), "--home", str(home)])
    assert "there is no such file" in capsys.readouterr().err
    assert [] == list(home.iterdir())
