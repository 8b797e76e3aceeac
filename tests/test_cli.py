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
