"""Track folders and prompt files are read strictly; what is wrong is named with its line."""

import pytest

from fanlink.core.errors import BadInput
from fanlink.core.guard_rails import GuardRails, Use
from fanlink.remix import prompts, tracks
from tests.remix.engine import songs


def error_of(read, path):
    with pytest.raises(BadInput) as caught:
        read(path)
    return str(caught.value)


PROMPT = """title = "Neon"
words = "make it {mood}"

[slots.mood]
choices = ["slow", "bright"]

[guard_rails]
tempo_bpm = [80, 120]
key_shift_semitones = [-2, 2]
length_s = [30, 180.5]
stems_allowed = ["vocals", "drums"]
stems_required = ["vocals"]
stems_untouched = ["vocals"]
layers_allowed = []
effects_not_allowed = ["bitcrush"]
words_not_allowed = ["kill"]
uses_allowed = ["own_recordings"]
"""


def test_a_prompt_with_everything_is_read(tmp_path):
    (tmp_path / "p.toml").write_text(PROMPT)
    rails = GuardRails(
        (80.0, 120.0), (-2, 2), (30.0, 180.5), ("vocals", "drums"), ("vocals",), ("vocals",), (), ("bitcrush",), ("kill",),
        (Use.OWN_RECORDINGS,),
    )  # fmt: skip
    assert ("Neon", "make it {mood}", {"mood": ("slow", "bright")}, rails) == prompts.read(tmp_path / "p.toml")


def test_a_prompt_needs_only_title_and_words(tmp_path):
    (tmp_path / "p.toml").write_text('title = "A"\nwords = "B {free}"\n')
    assert ("A", "B {free}", {"free": ()}, GuardRails()) == prompts.read(tmp_path / "p.toml")


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ("tempo_bpm = [80, 120]", 8),
        ("length_s = [30, 180.5]", 10),
    ],
)
def test_an_unknown_key_is_named_with_its_line(tmp_path, wrong, line):
    (tmp_path / "p.toml").write_text(PROMPT.replace(wrong, wrong.replace(" =", "x =")))
    assert f"p.toml, line {line}: unknown key" in error_of(prompts.read, tmp_path / "p.toml")


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ("[80, 120]", "[120, 80]", 8),
        ("[80, 120]", '"fast"', 8),
        ("[-2, 2]", "[-2.5, 2]", 9),
        ('["own_recordings"]', '["steal"]', 17),
        ('["slow", "bright"]', '"slow"', 5),
        ('["kill"]', "[3]", 16),
        ("[slots.mood]", "[slots.other]", 4),
        ('title = "Neon"', "title = 3", 1),
        ('words = "make it {mood}"', 'words = "make', 2),
    ],
)
def test_a_wrong_value_is_named_with_its_line(tmp_path, right, wrong, line):
    (tmp_path / "p.toml").write_text(PROMPT.replace(right, wrong))
    assert f"line {line}" in error_of(prompts.read, tmp_path / "p.toml")


def test_a_track_is_read_with_its_sections(tmp_path):
    folder = songs.write_track(tmp_path / "song", {"bass": (songs.tone(), 44_100)}, more="beats_per_bar = 4")
    with (folder / "track.toml").open("a") as file:
        file.write('[[sections]]\nname = "intro"\nstart_bar = 1\n[[sections]]\nname = "chorus"\nstart_bar = 5\n')
    facts = tracks.load(folder).facts
    assert [("intro", 1), ("chorus", 5)] == [(section.name, section.start_bar) for section in facts.music.sections]
    assert (8, 120.0, "A minor") == (facts.bars, facts.music.tempo_bpm, facts.music.key)


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ("tempo_bpm = 120.0", "tempo_bpm = 0", "line 3: tempo_bpm must be from"),
        ("tempo_bpm = 120.0", "tempo_bpm = nan", "line 3: tempo_bpm must be"),
        ('key = "A minor"', 'key = "H sharp"', "line 5: key must be like"),
        ("first_beat_ms = 250.0", "first_beat_ms = 99999", "line 4: first_beat_ms must be within"),
        ('bass = "bass.wav"', 'bass = "no.wav"', "line 8: the stem bass is missing"),
        ('bass = "bass.wav"', 'bass = "../../etc/passwd"', "line 8: the stem bass must be in the track's folder"),
        ('bass = "bass.wav"', r'bass = "a\u0000b"', "line 8: the stem bass has a file name that no file can have"),
        ("[stems]", "[stem]", "unknown key 'stem'"),
        ("[stems]", "x = " + "[" * 5000, "track.toml: is nested too deeply"),
    ],
)
def test_a_wrong_track_is_named_with_its_line(tmp_path, right, wrong, sentence):
    folder = songs.write_track(tmp_path / "song", {"bass": (songs.tone(), 44_100)})
    toml = folder / "track.toml"
    toml.write_text(toml.read_text().replace(right, wrong))
    assert sentence in error_of(tracks.load, folder)


def test_what_is_not_declared_is_proposed_by_analysis(tmp_path):
    folder = songs.whole_song(tmp_path / "song")
    toml = folder / "track.toml"
    kept = [line for line in toml.read_text().splitlines() if not line.startswith(("tempo_bpm", "first_beat_ms", "key"))]
    toml.write_text("\n".join(kept))
    music = tracks.load(folder).facts.music
    assert 120.0 == music.tempo_bpm
    assert abs(music.first_beat_ms - 250.0) < 15
    assert "A minor" == music.key
