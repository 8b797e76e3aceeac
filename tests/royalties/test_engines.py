import json
import random

import pytest

from fanlink.royalties.calculate import ENGINES
from tests.royalties.test_calculate import House, line, sheet


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    rng = random.Random(5)
    made.sheets({"r1": [sheet("v1"), sheet("v2", "2026-02-01", {"a": "1/3", "c": "2/3"})], "r2": [sheet("v1")]})
    for name in ("a.csv", "b.csv", "c.csv"):
        cells = [
            line(place, rng.choice(["r1", "r2", "x"]), f"{rng.randint(-99, 999)}.{rng.randint(0, 10**12):012d}"[:18],
                 rng.choice(["2025-12-31", "2026-01-31", "2026-02-28"]), service=name)
            for place in range(50)
        ]  # fmt: skip
        made.csv(cells, name)
    return made


def test_an_engine_that_is_not_installed_is_said_in_a_sentence(house, capsys, monkeypatch):
    monkeypatch.setitem(ENGINES, "spark", "no_such_library")
    assert house.run("--engine", "spark") == 3
    assert "no_such_library" in capsys.readouterr().err


@pytest.mark.filterwarnings("ignore")
def test_spark_gives_the_same_digest_and_names_the_same_faults(house, capfd):
    pytest.importorskip("pyspark")
    answers = []
    for engine in ("embedded", "spark"):
        assert house.run("--engine", engine) == 0
        answers.append(json.loads(capfd.readouterr().out.splitlines()[-1]))
    assert answers[0] == answers[1]
    assert answers[0]["unmatched"] > 0
    house.csv([line(1), line(2, revenue="x")], "b.csv")
    assert house.run("--engine", "spark") == 2
    assert [one["line"] for one in json.loads(capfd.readouterr().out.splitlines()[-1])["errors"]] == [3]


@pytest.mark.filterwarnings("ignore")
def test_spark_names_a_file_that_cannot_be_read(house, capfd):
    pytest.importorskip("pyspark")
    house.raw(b"PAR1 not really", "d.parquet")
    assert house.run("--engine", "spark") == 2
    (error,) = json.loads(capfd.readouterr().out.splitlines()[-1])["errors"]
    assert error["file"] == "d.parquet"
