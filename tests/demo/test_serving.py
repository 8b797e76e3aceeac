"""The demo's server is a process of its own, and never outlives the demo."""

import subprocess
import sys
import time

import httpx


def test_the_server_ends_with_who_started_it(tmp_path):
    starter = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from fanlink.demo.serving import serving\n"
        "with serving(Path(sys.argv[1]) / 'server') as url:\n"
        "    print(url, flush=True)\n"
        "    time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", starter, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().strip()
        assert httpx.get(f"{url}/v1/artists").status_code == 200
        process.kill()
    for _ in range(300):
        try:
            httpx.get(f"{url}/v1/artists")
        except httpx.TransportError:
            return
        time.sleep(0.1)
    raise AssertionError("the server still answers")
