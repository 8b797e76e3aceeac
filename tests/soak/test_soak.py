from __future__ import annotations

import json

import pytest

from tests.soak import __main__ as soak
from tests.soak.promises import PROMISES, Promise
from tests.soak.record import Soak


def promised(prove, **more):
    return Promise("small", "two and two are four", "sums", prove, 0, 1000, **more)


@pytest.fixture
def said(monkeypatch):
    """Promises made for a test, known to the record by their name."""
    def make(prove, **more):
        promise = promised(prove, **more)
        monkeypatch.setitem(PROMISES, "small", promise)
        return promise
    return make


def test_the_next_run_goes_on_from_the_next_seed(tmp_path, said):
    seeds = []
    promise = said(lambda seed, folder: seeds.append(seed) or 7)
    assert 0 == soak._soak([promise], 0.02, Soak.read(tmp_path))
    first = len(seeds)
    assert 0 == soak._soak([promise], 0.02, Soak.read(tmp_path))
    assert list(range(soak.FIRST_SEED, soak.FIRST_SEED + len(seeds))) == seeds
    assert len(seeds) > first >= 1
    assert {"small": 7 * len(seeds)} == json.loads((tmp_path / "soak.json").read_text())["cases"]
    rows = [line for line in (tmp_path / "soak.md").read_text().splitlines() if "small:" in line]
    assert 2 == len(rows)
    assert f"| {7 * len(seeds):,} | 1,000 | held |" in rows[1]


def test_a_broken_promise_ends_with_1_and_the_record_says_how_to_see_it_again(tmp_path, said):
    def prove(seed, folder):
        raise AssertionError("two and two are five")

    assert 1 == soak._soak([said(prove)], 5, Soak.read(tmp_path))
    text = (tmp_path / "soak.md").read_text()
    assert "two and two are five" in text
    assert f"python -m tests.soak --promise small --seed {soak.FIRST_SEED}" in text


def test_what_cannot_be_proved_here_is_said_and_not_passed_over(tmp_path, said):
    promise = said(lambda seed, folder: 1, missing=lambda: "there is no abacus")
    assert 0 == soak._soak([promise], 0.02, Soak.read(tmp_path))
    assert "not proved: there is no abacus" in (tmp_path / "soak.md").read_text()


def test_one_seed_is_proved_again_and_nothing_is_recorded(capsys):
    assert 0 == soak.main(["--promise", "logs", "--seed", "3"])
    assert "held\n" == capsys.readouterr().out
