from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter

import pytest

from fanlink.core.errors import BadInput
from fanlink.simulation import planted as planted_list
from fanlink.simulation.faults import RATES, kinds_of
from fanlink.simulation.hunt import Hunt, bugs, planted
from fanlink.simulation.planting import Bug
from fanlink.simulation.run import Theatre
from fanlink.simulation.simulator import PROFILES, Plan

# Caught within a few hundred steps; the hunt for all of them is a proof of its own.
QUICKLY_CAUGHT = (
    "ids-not-kept", "dependencies-ignored", "content-not-compared", "withdrawal-leaves-the-prompt-open", "published-to-everyone",
)


@pytest.fixture(scope="module")
def theatre():
    made = Theatre()
    yield made
    made.close()


@pytest.mark.parametrize("profile", PROFILES)
def test_everything_holds_with_every_fault_and_the_second_run_is_the_same(theatre, profile):
    result = theatre.twice(Plan(2, 200, 10, tuple(RATES), profile))
    assert [] == result.violations
    assert result.faults.total() > 20


def test_without_faults_nothing_fails_and_nothing_is_counted(theatre):
    result = theatre.once(Plan(7, 200, 5, ()))
    assert ([], 0) == (result.violations, result.faults.total())


def test_what_is_modelled_is_done_by_somebody(theatre):
    """What nobody does shows no bug."""
    done = sum((theatre.once(Plan(seed, 250, 14, (), "money")).done for seed in (4, 5, 6)), Counter())
    kinds = (
        "propose_payouts", "approve_payout", "send_payouts", "take_bank_answer", "set_bank_details", "convert_balance", "set_standing_answer",
        "sign_sheet",
    )  # fmt: skip
    assert [] == [kind for kind in kinds if not done[kind]]


def test_another_seed_is_another_story(theatre):
    assert theatre.once(Plan(1, 60, 4, ())).digest != theatre.once(Plan(2, 60, 4, ())).digest


@pytest.mark.parametrize("bug", QUICKLY_CAUGHT)
def test_a_planted_bug_is_caught(theatre, bug):
    assert Hunt(theatre).hunt(bug, 1000) is not None, bugs()[bug].breaks


def test_what_is_no_bug_is_not_caught(theatre, monkeypatch):
    nothing = Bug("nothing", "changes nothing", lambda plant: None)
    monkeypatch.setattr(planted_list, "BUGS", {"nothing": nothing})
    assert Hunt(theatre).hunt("nothing", 300) is None


def test_a_planted_bug_is_gone_after_its_time(theatre):
    with planted("published-to-everyone"):
        assert theatre.once(Plan(1, 60, 4, ())).violations
    assert [] == theatre.once(Plan(1, 60, 4, ())).violations


def test_a_failing_seed_is_made_shorter_and_says_how_to_run_it_again(theatre):
    plan = Plan(1, 120, 4, ("drop", "delay"))
    with planted("published-to-everyone"):
        failed = theatre.once(plan)
        short = theatre.shrunk(plan, failed)
        assert theatre.once(short).violations
    assert short.steps < plan.steps and () == short.faults
    assert f"fanlink simulate --seed 1 --steps {short.steps} --clients 4 --faults none" == short.command


def test_faults_are_named_and_an_unknown_one_is_told():
    assert tuple(RATES) == kinds_of("all")
    assert () == kinds_of("none")
    assert ("drop", "restore") == kinds_of("drop, restore")
    assert ("crash_client", "crash_server", "lost_reply", "clock_jump") == kinds_of("crash,lost-reply,Clock jumps,crashes,crash_server")
    with pytest.raises(BadInput, match="earthquake"):
        kinds_of("earthquake")


def simulate(*words):
    return subprocess.run([sys.executable, "-m", "fanlink", "simulate", *words], capture_output=True, text=True, timeout=240)


def test_the_word_says_it_as_json_and_exits_1_on_a_violation():
    words = ("--seed", "1", "--steps", "40", "--clients", "4", "--json")
    held = simulate(*words)
    told = json.loads(held.stdout)
    assert (0, [], 40) == (held.returncode, told["violations"], told["steps"])
    assert {"digest", "steps", "faults", "violations", "seconds"} <= set(told)
    broken = simulate(*words, "--planted", "published-to-everyone")
    assert 1 == broken.returncode
    replay = json.loads(broken.stdout)["replay"]
    assert replay.startswith("fanlink simulate --seed 1") and replay.endswith("--planted published-to-everyone")
    assert 1 == simulate(*replay.split()[2:]).returncode


@pytest.mark.parametrize(("words", "what"), [
    (("--steps", "0"), "1 or more"), (("--seeds", "-1"), "1 or more"), (("--clients", "0"), "from 1 to"),
    (("--faults", "earthquake"), "no fault is called 'earthquake'"), (("--profile", "quiet"), "no profile is called 'quiet'"),
    (("--planted", "nothing-at-all"), "no bug is called 'nothing-at-all'"), (("--seed", "many"), "many"),
])
def test_a_wrong_word_is_told_in_a_sentence_with_exit_2(words, what):
    done = simulate(*words)
    assert (2, "") == (done.returncode, done.stdout)
    assert what in done.stderr and "Traceback" not in done.stderr
