"""The examples of docs/api.md, run in order against a real server."""

import os
import re

from fanlink.core.people import Role
from fanlink.server import accounts, serving
from tests.house.source import ROOT


def test_the_examples_of_the_api_page_do_what_they_say(tmp_path):
    running = serving.start(tmp_path / "home")
    added = accounts.add(
        running.server.door, name="Ada Example", roles=[Role.ARTIST], now_ms=serving.clock_ms(), random=os.urandom
    )
    thread = serving.in_thread(running)
    known = {"URL": running.url, "TOKEN": added.token, "NAME": added.name}
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "api.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) > 7
    try:
        for block in blocks:
            exec(compile(block, "docs/api.md", "exec"), known)
    finally:
        known["api"].close()
        running.stop()
        thread.join(20)
    assert not thread.is_alive()
