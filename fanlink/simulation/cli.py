"""`fanlink simulate`: does it hold, for this seed?"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

FINE, FOUND = 0, 1
DIFFER = "gave another digest"


def add_words(words: Any) -> None:
    """Adds `simulate`."""
    simulate = words.add_parser("simulate", help="run clients and server with simulated faults, and audit every answer")
    simulate.add_argument("--seed", type=int, required=True, help="decides everything")
    simulate.add_argument("--seeds", type=int, default=1, metavar="N", help="that many seeds, one after the other")
    simulate.add_argument("--steps", type=int, default=1000, help="steps of each seed")
    simulate.add_argument("--clients", type=int, default=6, help="computers")
    simulate.add_argument("--faults", default="all", help="all, none, or names with commas between them")
    simulate.add_argument("--once", action="store_true", help="do not run each seed a second time")
    simulate.add_argument("--plant", metavar="BUG", help="plant this bug first; it must be found")
    simulate.add_argument("--json", action="store_true", help="say it as JSON, one object a seed")
    simulate.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 when everything held, 1 with the violations, 2 for wrong input."""
    from fanlink.core.errors import BadInput
    from fanlink.simulation.faults import kinds_of
    from fanlink.simulation.planted import planted
    from fanlink.simulation.run import Theatre
    from fanlink.simulation.simulator import Plan

    if arguments.steps < 1 or arguments.clients < 1 or arguments.seeds < 1:
        raise BadInput("steps, clients and seeds must be 1 or more", where="simulate")
    kinds, failed = kinds_of(arguments.faults), False
    with planted(arguments.plant):
        theatre = Theatre()
        try:
            for seed in range(arguments.seed, arguments.seed + arguments.seeds):
                plan = Plan(seed, arguments.steps, arguments.clients, kinds)
                result = theatre.once(plan) if arguments.once else theatre.twice(plan)
                replay = None
                if result.violations:
                    failed = True
                    differ = any(DIFFER in what for what in result.violations)
                    replay = (plan if differ else theatre.shrunk(plan, result)).command
                _say(result, replay, as_json=arguments.json)
        finally:
            theatre.close()
    return FOUND if failed else FINE


def _say(result: Any, replay: str | None, *, as_json: bool) -> None:
    told = {
        "seed": result.seed, "digest": result.digest, "steps": result.steps, "faults": dict(sorted(result.faults.items())),
        "violations": result.violations, "seconds": round(result.seconds, 2),
    }
    if replay:
        told["replay"] = replay
    if as_json:
        print(json.dumps(told), flush=True)
        return
    faults = sum(result.faults.values())
    verdict = "held" if not result.violations else "BROKEN"
    print(f"seed {result.seed}: {verdict}, {result.steps} steps, {faults} faults, digest {result.digest[:16]}", flush=True)
    for what in result.violations:
        print(f"  {what}", file=sys.stderr)
    if replay:
        print(f"  replay: {replay}", file=sys.stderr)
