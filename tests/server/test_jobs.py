"""Render jobs: another try after a failure, a lease for each, children that can be killed."""

import threading

import pytest

from fanlink.core.errors import Unavailable
from fanlink.server import jobs
from fanlink.server.workers import Child
from tests.server import renderer
from tests.server.test_http import wait_for


def test_a_render_that_fails_is_tried_again_and_given_up_with_a_reason(world):
    prompt = world.open_prompt()
    world.submit(prompt)
    assert 1 == world.render(renderer.broken)
    assert 0 == world.render(renderer.broken), "it waits before the next try"
    for _ in range(3):
        world.clock.now_ms += 100_000
        world.render(renderer.broken)
    remix = world.remix()
    assert ("rejected", ["render_failed"]) == (remix["state"], remix["steps"][-1]["reasons"])
    assert "this recipe cannot be rendered" in remix["steps"][-1]["letter"]


def test_a_worker_that_does_not_come_back_loses_its_lease(world):
    prompt = world.open_prompt()
    world.submit(prompt)
    taken = world.door.act(lambda one: jobs.take(one, "first"), world.clock())
    assert taken is not None
    assert world.door.act(lambda one: jobs.take(one, "second"), world.clock()) is None
    world.clock.now_ms += (world.settings.render_seconds + 61) * 1000
    assert taken == world.door.act(lambda one: jobs.take(one, "second"), world.clock())
    assert 0 == world.render()


def test_a_job_that_nobody_wants_any_more_is_not_done(world):
    prompt = world.open_prompt()
    world.submit(prompt)
    world.do("Fay", "withdraw_remix", "remix-one")
    assert 0 == world.render()


@pytest.mark.parametrize("render", [renderer.dying, renderer.endless])
def test_a_child_that_dies_or_never_ends_costs_one_try(tmp_path, render):
    child = Child(render, 1, threading.Event())
    with pytest.raises(Unavailable):
        child.run(None, {}, None, tmp_path, lambda: None)
    child.kill()


def test_a_worker_renders_in_a_child_process(rendering_site, world):
    prompt = world.open_prompt()
    world.submit(prompt)
    wait_for(lambda: world.remix()["state"] == "in_review")
