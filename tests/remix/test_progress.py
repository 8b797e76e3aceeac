"""What is told of long work: a share that never goes back, and a time remaining that follows the work."""

import pytest

from fanlink.core.errors import Stopped
from fanlink.remix.progress import Course


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def course(expected_s, stop=lambda: False):
    clock, told = Clock(), []
    return Course(told.append, stop, expected_s, clock), clock, told


def test_the_time_remaining_is_that_of_this_step_by_its_own_pace_and_of_those_to_come():
    steps, clock, told = course({"render": 10.0, "compare": 4.0})
    done = steps.step("render", guessed=True)
    clock.now = 5.0
    done(0.25)
    assert ("render", pytest.approx(15.0 + 4.0)) == (told[-1].stage, told[-1].remaining_s)
    assert pytest.approx(5.0 / 24.0) == told[-1].share


def test_a_machine_that_is_slower_than_expected_is_slower_in_the_steps_to_come():
    steps, clock, told = course({"read": 1.0, "compare": 4.0})
    steps.step("read")
    clock.now = 3.0
    steps.step("compare")
    assert pytest.approx(12.0) == told[-1].remaining_s


def test_the_share_does_not_go_back_where_more_work_turns_out_to_be_needed():
    steps, clock, told = course({"compare": 4.0})
    done = steps.step("compare")
    clock.now = 3.0
    done(0.75)
    steps.also({"code again": 40.0})
    clock.now = 4.0
    done(1.0)
    assert told[-1].share >= told[-2].share
    assert told[-1].remaining_s > told[-2].remaining_s
    steps.finish()
    assert (1.0, 0.0) == (told[-1].share, told[-1].remaining_s)


def test_a_step_stops_at_its_next_look():
    stopped = []
    steps, _, _ = course({"compare": 1.0}, lambda: bool(stopped))
    done = steps.step("compare")
    stopped.append(True)
    with pytest.raises(Stopped):
        done(0.5)
