"""From words to files: each take has its sound and its recipe, inside the guard rails."""

import json

import pytest

from fanlink import cli
from tests.remix.engine import songs

pytest.importorskip("fanlink.remix.interpret.takes")

PROMPT = """title = "P"
words = "make it {mood}"
[slots.mood]
choices = ["slow", "bright"]
[guard_rails]
tempo_bpm = [90, 130]
stems_untouched = ["vocals"]
stems_required = ["vocals"]
words_not_allowed = ["hate"]
"""


@pytest.fixture
def make(tmp_path, song_folder, cache):
    (tmp_path / "p.toml").write_text(PROMPT)

    def run(*words):
        files = ("--track", str(song_folder), "--prompt", str(tmp_path / "p.toml"), "--cache", str(cache), "--json")
        return cli.main(["remix", "make", *files, *words])

    return run


def test_two_takes_are_made_that_check_and_verify(make, tmp_path, song_folder, cache, capsys):
    assert 0 == make("--words", "slow lofi, keep the vocals", "--takes", "2", "--out", str(tmp_path / "n.flac"))
    made = json.loads(capsys.readouterr().out)
    assert 2 == len(made["takes"])
    assert [0, 4] in [each["span"] for each in made["took"]]
    for number in (1, 2):
        recipe = str(tmp_path / f"n.{number}.recipe.json")
        files = ("--track", str(song_folder), "--recipe", recipe)
        assert 0 == cli.main(["remix", "check", *files, "--prompt", str(tmp_path / "p.toml")])
    assert 0 == cli.main(["remix", "verify", *files, "--audio", str(tmp_path / "n.2.flac"), "--cache", str(cache)])
    assert songs.RATE_HZ == songs.read(tmp_path / "n.1.flac")[1]


@pytest.mark.parametrize(
    "words",
    [
        ("--words", "lofi", "--slot", "mood=loud"),
        ("--words", "lofi", "--slot", "colour=red"),
        ("--words", "lofi", "--slot", "mood"),
        ("--words", "hate song"),
    ],
)
def test_what_the_prompt_does_not_allow_is_exit_2_and_leaves_no_file(make, tmp_path, words):
    assert 2 == make(*words, "--out", str(tmp_path / "n.flac"))
    assert ["p.toml"] == [path.name for path in tmp_path.iterdir()]
