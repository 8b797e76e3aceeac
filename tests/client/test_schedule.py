from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from fanlink.client.api import Busy
from fanlink.client.schedule import Schedule
from fanlink.core.errors import Offline


def schedule():
    return Schedule(random.Random(1).randbytes)


def test_waits_grow_to_a_minute_with_chance_in_them_and_end_with_success():
    plan = schedule()
    waits = []
    for _ in range(12):
        plan.failed(100.0, Offline("x"))
        waits.append(plan.wait_s(100.0, something_due=True))
    for number, wait in enumerate(waits):
        longest = min(2.0**number, 60.0)
        assert longest / 2 <= wait <= longest
    plan.succeeded(100.0)
    assert 0.0 == plan.wait_s(100.0, something_due=True)
    assert 60.0 == plan.wait_s(100.0, something_due=False)


def test_a_person_may_shorten_the_waiting_but_not_what_the_server_asked_for():
    plan = schedule()
    for _ in range(8):
        plan.failed(0.0, Offline("x"))
    plan.asked(1.0)
    assert 0.0 == plan.wait_s(1.0, something_due=True)
    plan.failed(1.0, Busy("429", retry_after_s=300.0))
    plan.asked(2.0)
    assert 299.0 == plan.wait_s(2.0, something_due=True)


def test_a_command_in_its_undo_time_wakes_the_thread_when_it_is_due():
    plan = schedule()
    plan.succeeded(0.0)
    assert 7.0 == plan.wait_s(0.0, something_due=False, due_in_s=7.0)


@given(st.lists(st.sampled_from(["fail", "busy", "ask", "ok"]), max_size=40))
def test_no_sequence_of_events_makes_a_wait_negative_or_longer_than_asked(events):
    plan, now_s = schedule(), 0.0
    for event in events:
        now_s += 1.0
        match event:
            case "fail":
                plan.failed(now_s, Offline("x"))
            case "busy":
                plan.failed(now_s, Busy("x", retry_after_s=30.0))
            case "ask":
                plan.asked(now_s)
            case "ok":
                plan.succeeded(now_s)
        assert 0.0 <= plan.wait_s(now_s, something_due=True) <= 60.0
