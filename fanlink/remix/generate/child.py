"""The process that runs a model: `python -m fanlink.remix.generate.child`, one job of JSON in, lines of JSON out.

It reaches no network, runs no code that a model's folder brings, and reads only weights that are plain numbers
(safetensors). Its parent ends it at once when nobody waits any more.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import warnings
from typing import Any

LARGEST_FILE_BYTES = 1 << 30
OFFLINE = {
    "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1",
    "OMP_WAIT_POLICY": "PASSIVE", "TOKENIZERS_PARALLELISM": "false", "TRANSFORMERS_VERBOSITY": "error", "DIFFUSERS_VERBOSITY": "error",
}  # fmt: skip


class NoNetwork(OSError):
    """Somebody asked for the network here."""


def close_network() -> None:
    """Refuses every connection, whatever a library may try."""

    def refuse(*_what: object, **_more: object) -> Any:
        raise NoNetwork("a model is run without the network")

    for name in ("connect", "connect_ex", "sendto", "bind"):
        setattr(socket.socket, name, refuse)
    socket.getaddrinfo = socket.create_connection = refuse


def limit() -> None:
    """No core dumps and no endless files; the memory that a model needs is the model's affair."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE_BYTES, LARGEST_FILE_BYTES))


def family(name: str) -> Any:
    """The part that runs this family; it brings its libraries with it."""
    if name == "musicgen":
        from fanlink.remix.generate import musicgen

        return musicgen
    from fanlink.remix.generate import acestep

    return acestep


def answer(job: dict[str, Any], say: Any) -> dict[str, Any]:
    """Does the job; whatever a library raises becomes one sentence."""
    say({"stage": "Loading the model", "share": 0.0})
    try:
        import soundfile

        samples, rate_hz = family(job["family"]).generate(job, say)
        soundfile.write(job["out"], samples, rate_hz, format="WAV", subtype="FLOAT")
    except ImportError as error:
        return {"missing": error.name or str(error)}
    except MemoryError:
        return {"unavailable": "the model needs more memory than there is"}
    except Exception as error:  # each library has errors of its own; all mean that this model cannot do it
        text = " ".join(str(error).split())[:300] or type(error).__name__
        if "out of memory" in text or "can't allocate memory" in text:
            return {"unavailable": "the model needs more memory than there is"}
        return {"bad": text}
    return {"made": job["out"]}


def main() -> None:
    """Answers the one job on standard input."""
    os.environ.update(OFFLINE)
    replies = os.fdopen(os.dup(1), "w")
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    warnings.simplefilter("ignore")
    limit()
    close_network()

    def say(told: dict[str, Any]) -> None:
        replies.write(json.dumps(told) + "\n")
        replies.flush()

    say(answer(json.loads(sys.stdin.readline()), say))


if __name__ == "__main__":
    main()
