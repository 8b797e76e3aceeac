"""`fanlink simulate`: does it hold, for this seed?"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fanlink.simulation.run import Theatre
    from fanlink.simulation.simulator import Plan, Result

FINE, FOUND = 0, 1
ALL = "all"
MOST_CLIENTS = 64


def add_words(words: Any) -> None:
    """Adds `simulate`."""
    simulate = words.add_parser("simulate", help="run clients and server with simulated faults, and audit every answer")
    simulate.add_argument("--seed", type=int, default=1, help="decides everything")
    simulate.add_argument("--seeds", type=int, default=1, metavar="N", help="that many seeds, one after the other")
    simulate.add_argument("--steps", type=int, default=1000, help="steps of each seed")
    simulate.add_argument("--clients", type=int, default=10, help="computers")
    simulate.add_argument("--faults", default=ALL, help="all, none, or names with commas between them")
    simulate.add_argument("--profile", default=ALL, help="all; consent: rightsholders take their yes back all the time; queue: fans and moderators are busy while consents end; money: whoever keeps the books is busy")
    simulate.add_argument("--once", action="store_true", help="do not run each seed a second time")
    simulate.add_argument("--planted", metavar="BUG", help="plant this bug first, which must be found; all: each in turn")
    simulate.add_argument("--json", action="store_true", help="say it as JSON, one object a seed or bug")
    simulate.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 when everything held, 1 with the violations, 2 for wrong input.

    With `--planted all` it is 0 when every bug was caught, and 1 when one was not.
    """
    from fanlink.simulation.hunt import Hunt, planted
    from fanlink.simulation.run import Theatre

    plan = _plan(arguments)
    with planted(None if arguments.planted == ALL else arguments.planted):
        pass  # so that a name that is none is told before anything is built
    theatre, failed = Theatre(), False
    try:
        if arguments.planted == ALL:
            return _hunt_all(Hunt(theatre), as_json=arguments.json)
        theatre.prepare()
        with planted(arguments.planted):
            for number in range(arguments.seeds):
                failed |= _run_seed(theatre, plan, number, arguments)
    finally:
        theatre.close()
    return FOUND if failed else FINE


def _plan(arguments: argparse.Namespace) -> Plan:
    from fanlink.core.errors import BadInput
    from fanlink.simulation.faults import kinds_of
    from fanlink.simulation.simulator import PROFILES, Plan

    if arguments.steps < 1 or arguments.seeds < 1:
        raise BadInput("steps and seeds must be 1 or more", where="simulate")
    if not 1 <= arguments.clients <= MOST_CLIENTS:
        raise BadInput(f"clients must be from 1 to {MOST_CLIENTS}", where="--clients")
    if arguments.profile not in PROFILES:
        raise BadInput(f"no profile is called {arguments.profile!r}; there are {', '.join(PROFILES)}", where="--profile")
    return Plan(arguments.seed, arguments.steps, arguments.clients, kinds_of(arguments.faults), arguments.profile)


def _run_seed(theatre: Theatre, first: Plan, number: int, arguments: argparse.Namespace) -> bool:
    from dataclasses import replace

    plan = replace(first, seed=first.seed + number)
    result = theatre.once(plan) if arguments.once else theatre.twice(plan)
    replay = None
    if result.violations:
        short = plan if result.differs else theatre.shrunk(plan, result)
        replay = short.command + (f" --planted {arguments.planted}" if arguments.planted else "")
    _say(result, replay, as_json=arguments.json)
    return bool(result.violations)


def _say(result: Result, replay: str | None, *, as_json: bool) -> None:
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


def _hunt_all(hunt: Any, *, as_json: bool) -> int:
    from fanlink.simulation.hunt import bugs

    known, caught = bugs(), 0
    for name, bug in known.items():
        found = hunt.hunt(name)
        caught += found is not None
        if as_json:
            how = {"steps": found.steps, "replay": f"{found.plan.command} --planted {name}", "violation": found.violation} if found else {}
            print(json.dumps({"bug": name, "breaks": bug.breaks, "caught": found is not None} | how), flush=True)
        else:
            print(f"{'caught' if found else 'MISSED'}  {name}: {found.violation[:100] if found else bug.breaks}", flush=True)
    told = json.dumps({"caught": caught, "bugs": len(known)}) if as_json else f"{caught} of {len(known)} caught"
    print(told, flush=True)
    return FINE if caught == len(known) else FOUND
