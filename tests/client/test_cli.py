from __future__ import annotations

import json
import os
import subprocess
import sys
import threading

import pytest

from fanlink.client.clock import SystemClock
from fanlink.client.secrets import Secrets
from fanlink.client.session import Session
from fanlink.core.commands import FollowArtist
from fanlink.core.people import Role
from fanlink.server import accounts, serving


@pytest.fixture
def running(tmp_path):
    ready = threading.Event()
    made = serving.start(tmp_path / "server", ready=ready.set)
    thread = threading.Thread(target=made.run)
    thread.start()
    assert ready.wait(20)
    token = accounts.add(
        made.server.door, name="Fay", roles=[Role.FAN], now_ms=SystemClock().now_ms(), random=os.urandom,
        account_id="person-fay",
    ).token
    yield made.url, token
    made.stop()
    thread.join(20)


def sync(home, url, token):
    environment = os.environ | {"FANLINK_TOKEN_STORE": "memory"}
    words = ["sync", "--home", str(home), "--server", url, "--token", token, "--once", "--json"]
    done = subprocess.run([sys.executable, "-m", "fanlink", *words], capture_output=True, text=True, env=environment, timeout=60)
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


def test_sync_tells_what_it_pushed_pulled_and_what_was_refused(running, tmp_path):
    url, token = running
    code, told, _ = sync(tmp_path / "home", url, token)
    assert (0, "synced", "person-fay") == (code, told["state"], told["account"])
    assert told["pulled"]["rows"]["person:person-fay"] >= 1
    session = Session.open(tmp_path / "home", secrets=Secrets(lambda: None), live=False)
    command = session.do(FollowArtist(), "art_nobody")
    session.close()
    code, told, _ = sync(tmp_path / "home", url, token)
    assert (1, {"refused": 1}) == (code, told["pushed"])
    assert [(command, "not_found")] == [(one["id"], one["reasons"][0]["code"]) for one in told["needs_you"]]


def test_sync_without_a_server_is_exit_3_and_with_a_wrong_token_too(running, tmp_path):
    url, _ = running
    code, told, error = sync(tmp_path / "home", "http://127.0.0.1:9", "t")
    assert (3, None) == (code, told) and "fanlink:" in error
    code, told, _ = sync(tmp_path / "other", url, "not-a-token")
    assert (3, None) == (code, told)
    assert 2 == sync(tmp_path / "third", "no-address", "t")[0]


def test_what_is_missing_to_sync_and_a_token_that_is_unknown_are_sentences(running, tmp_path):
    url, _ = running
    code, told, error = sync(tmp_path / "home", url, "not-a-token")
    assert (3, None) == (code, told) and "Please sign in" in error
    for words in ((), ("--server", url), ("--token", "t")):
        done = subprocess.run(
            [sys.executable, "-m", "fanlink", "sync", "--home", str(tmp_path / "fresh"), "--once", "--json", *words],
            capture_output=True, text=True, env=os.environ | {"FANLINK_TOKEN_STORE": "memory"}, timeout=60,
        )  # fmt: skip
        assert (2, "") == (done.returncode, done.stdout) and "nobody is signed in here: give --server" in done.stderr
