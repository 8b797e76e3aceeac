"""What the proof of payouts runs in processes of its own: one that hands over until it is killed, one that races."""

import os
import sys
import time

from fanlink.core.errors import Unavailable
from fanlink.server.database import Database
from fanlink.server.door import Door
from fanlink.server.envelopes import Envelope, asked
from fanlink.server.handing import Handing, Provider
from fanlink.server.settings import Settings


def say(word):
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def now_ms():
    return time.time_ns() // 1_000_000


def hand_over(url, folder, provider):
    """Hands over until nothing waits; tells when it begins, so that it can be killed at any moment after."""
    from pathlib import Path

    door = Door(Database(url), Settings(database=url, assets=Path(folder), payout_provider=provider))
    handing = Handing(lambda act: door.act(act, now_ms()), Provider(provider, patience_s=0.25))
    say("begun")
    while True:
        try:
            if not handing.step():
                break
        except Unavailable:
            continue
    say("done")


def race(url, folder, person, kind, names):
    """Asks the same of every thing, in an order of its own, and prints each outcome."""
    import random
    from pathlib import Path

    door = Door(Database(url), Settings(database=url, assets=Path(folder)))
    order = list(names)
    random.Random(person).shuffle(order)
    say("begun")
    sys.stdin.readline()
    for name in order:
        target, data = (name, {}) if kind == "approve_payout" else (f"batch-{os.getpid()}-{name[-8:]}", {"payouts": [name]})
        envelope = Envelope(id=f"command-{os.getpid()}-{name}"[:64], kind=kind, target=target, data=data)
        (answer,) = door.answer(person, [asked(envelope)], now_ms())
        say(f"{name} {answer['outcome']}")


if __name__ == "__main__":
    word, *rest = sys.argv[1:]
    hand_over(*rest) if word == "hand_over" else race(*rest[:4], rest[4].split(","))
