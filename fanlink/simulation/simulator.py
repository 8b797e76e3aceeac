"""The simulator: one seed, many computers, one server; steps until the end, then quiet, then everything must agree."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections import Counter
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx

from fanlink.client.api import SignedOut
from fanlink.core.errors import FanLinkError, Refused
from fanlink.simulation.auditor import Auditor
from fanlink.simulation.clock import Watch, World
from fanlink.simulation.computer import Computer
from fanlink.simulation.faults import RATES, Crash, Faults
from fanlink.simulation.listeners import link
from fanlink.simulation.machine import Engine, Machine
from fanlink.simulation.money_desk import HOUSE, PaymentProvider
from fanlink.simulation.network import Late, Network, delivered
from fanlink.simulation.people import Person
from fanlink.simulation.replies import Replies
from fanlink.simulation.reports import Pressing
from fanlink.simulation.rest import Rest
from fanlink.simulation.screen import HISTORY_MS, Screen
from fanlink.simulation.stage import CASTS, PEOPLE, RESTLESS, Stage

DAY_MS = 86_400_000
COMPARE_EVERY = 40
ROUNDS_TO_AGREE = 60
LONGEST_CRASH = 60
LATEST_RESTORE = 150  # steps after a backup
# Outboxes keep what was accepted for sixty days by clocks that may be wrong; an older backup cannot be made good by them.
OLDEST_BACKUP_MS = HISTORY_MS


# Who is at work more often than others, and in which part of the steps.
AT_WORK = {"all": (), "consent": ("rightsholder",), "queue": ("moderator", "fan"), "money": ("finance",)}
PROFILES = tuple(AT_WORK)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be run; `command` says it so that anyone can run it again."""

    seed: int
    steps: int
    clients: int
    faults: tuple[str, ...]
    profile: str = "all"

    @property
    def command(self) -> str:
        """The words that replay it."""
        said = "all" if set(self.faults) == set(RATES) else ",".join(self.faults) or "none"
        profile = "" if self.profile == "all" else f" --profile {self.profile}"
        return f"fanlink simulate --seed {self.seed} --steps {self.steps} --clients {self.clients} --faults {said}{profile}"


@dataclass(slots=True)
class Result:
    """What came of one run. `digest` covers every step and every file's content at the end; `done` counts what was accepted."""

    seed: int
    steps: int
    digest: str
    faults: Counter[str]
    violations: list[str]
    acts: Counter[str]
    seconds: float = 0.0
    done: Counter[str] = field(default_factory=Counter)
    differs: bool = False


class Simulator:
    """Everything follows from the seed: `run` twice gives the same digest."""

    def __init__(self, folder: Path, stage: Stage, plan: Plan, database: Engine | None = None) -> None:
        self.plan, self._folder = plan, folder
        self._restless = plan.profile in RESTLESS
        self._at_work = AT_WORK[plan.profile]
        self._chance = Random(f"fanlink-{plan.seed}")
        self.world = World()
        self.auditor = Auditor(stage.auditor.model.copy())
        self.auditor.answers = dict(stage.auditor.answers)
        self.faults = Faults(Random(f"faults-{plan.seed}"), plan.faults)
        stage.copy_to(folder / "server")
        # In most simulations a provider pays, in the others a bank is given files.
        provider = PaymentProvider(Random(f"provider-{plan.seed}"), self.auditor.violated) if plan.seed % 3 != 1 else None
        self.auditor.model.provided, self.auditor.model.house = provider is not None, HOUSE[1]
        self.machine = Machine(folder / "server", self.world, self.auditor.heard, database, provider)
        self._pressing = Pressing(folder / "reports")
        self.auditor.pressed = self._pressing.known
        self.machine.received = lambda digest: self.auditor.model.stored(digest, self._pressing.known.get(digest))
        self.machine.stepped_up = lambda person, secret: self.auditor.model.stepped_up(person, secret, self.world.now_ms)
        self.machine.handed = lambda batch: self.auditor.model.handed(batch, self.world.now_ms)
        self._replies = Replies(self.auditor, self.machine)
        self.machine.told = self._replies.replied
        self._late = Late()
        self._backup: tuple[Path, Auditor] | None = None
        self._backed_up_ms = self._goes_back_at = 0
        self._trace = hashlib.sha256(f"{plan.seed}".encode())
        self._acts: Counter[str] = Counter()
        self._again = False
        self._tokens = stage.tokens
        self.computers = [self._computer(place, stage) for place in range(plan.clients)]

    def _computer(self, place: int, stage: Stage) -> Computer:
        cast = CASTS[self.plan.profile]
        name = cast[place % len(cast)]
        person, label = f"person-{name}", f"{name}-{place}"
        chance = Random(f"{label}-{self.plan.seed}")
        line, watch = Network(lambda: self.machine, self.faults, self.world, self._late), Watch(self.world)
        screen = Screen(label, person, self.auditor, line.left, self.world)
        who = Person(
            person, PEOPLE[name][0], chance, screen.asked, screen.took_back, screen.unsure, lambda: self.auditor.model,
            self._pressing, busy_with=self.plan.profile,
        )
        who.tried_to_undo, who.insists = screen.tried_to_undo, screen.insists
        return Computer(label, self._folder / label, stage.tokens[name], person, line, watch, chance, who, screen)

    # Running ----------------------------------------------------------------------------------------------------

    def run(self) -> Result:
        """So many steps, then quiet until all agree."""
        began = time.perf_counter()
        try:
            for step in range(1, self.plan.steps + 1):
                self.auditor.step = step
                self._note(self._guarded(self._step))
                if step % COMPARE_EVERY == 0:
                    self._guarded(self._compare)
                if self.auditor.violations:
                    break
            else:
                self._guarded(self._come_to_rest)
        finally:
            for computer in self.computers:
                computer.end()
            self.machine.stop()
        return Result(
            self.plan.seed, self.auditor.step, self._trace.hexdigest(), self.faults.counted, self.auditor.violations, self._acts,
            time.perf_counter() - began, self.auditor.done,
        )

    def _guarded(self, do: Callable[[], Any]) -> Any:
        """An error that no one is meant to see is a broken promise too."""
        try:
            return do()
        except Exception as error:
            self.auditor.violated(f"a bug: {type(error).__name__}: {str(error)[:300]}")
            return "bug"

    def _note(self, what: str) -> None:
        self._acts[what.partition(" ")[0]] += 1
        self._trace.update(f"{self.auditor.step} {self.world.now_ms} {what}\n".encode())

    def _step(self) -> str:
        self.world.now_ms += self._chance.randrange(4_000)
        trouble = self._trouble()
        if trouble:
            return trouble
        roll = self._chance.randrange(100)
        if roll < 2:
            return self._someone_listens()
        if roll < 14:
            return self._server_works()
        if roll < 16:
            return self._deliver_late()
        if roll < 18 or (self._restless and roll in (20, 21)):
            days = self._chance.choice((1, 1, 1, 45)) if roll == 17 else 0
            near = [moment for moment in self.auditor.model.moments() if 0 < moment - self.world.now_ms < 2 * DAY_MS]
            if days == 0 and near and self._chance.randrange(2):
                self.world.now_ms = min(near) + self._chance.randrange(-1, 2)
            else:
                self.world.now_ms += self._chance.randrange(days * DAY_MS or DAY_MS // 24)
            return "time passes"
        computer = self._chance.choice(self.computers)
        # While a consent is over and nobody has looked, fans are those who would still use it.
        lapsed = self.plan.profile == "consent" and self.auditor.model.lapsed(self.world.now_ms)
        if lapsed and self._chance.randrange(4):
            computer = self._one_of(("fan",))
        elif self._at_work and self._chance.randrange(2 if self.plan.profile == "money" else 3) == 0:
            computer = self._one_of(self._at_work)
        if roll < 20 and computer.session is not None:
            computer.end()
            return f"restart {computer.name}"
        if roll < 62:
            return f"{computer.name} {self._at(computer, self._act)}"
        return f"{computer.name} {self._at(computer, self._sync)}"

    def _act(self, computer: Computer) -> str:
        did = computer.who.act(computer.open(), computer.watch.now_ms())
        # Who is online has it sent at once; who is not, when they next look.
        at_once = self._chance.randrange(4) == 0 or computer.who.waits_for_an_answer
        return f"{did}, {self._sync(computer)}" if at_once else did

    def _sync(self, computer: Computer) -> str:
        session, began_ms = computer.open(), computer.watch.now_ms()
        report = session.sync_once()
        self.auditor.holds(computer.name, computer.person, session._replica.cursors())
        computer.screen.look_after_sync(session, computer.who, began_ms)
        self._again |= bool(report.asked_again)
        return f"synced {sum(report.pushed.values())} {sum(report.pulled.rows.values())}"

    def _at(self, computer: Computer, do: Callable[[Computer], str]) -> str:
        """Something at a computer, whose process may end in the middle of it."""
        try:
            return do(computer)
        except Crash:
            computer.end()
            return "crashed"
        except SignedOut as error:
            self.auditor.violated(f"{computer.name} was signed out: {error}")
            return "signed out"
        except Refused as refused:
            self.auditor.violated(f"{computer.name} was refused outright: {[reason.code for reason in refused.reasons]}")
            return "refused outright"
        except FanLinkError as error:
            return f"could not: {type(error).__name__}"

    # What goes wrong --------------------------------------------------------------------------------------------

    def _trouble(self) -> str | None:
        faults, chance = self.faults, self._chance
        computer = chance.choice(self.computers)
        if faults.strikes("partition"):
            computer.line.parted = not computer.line.parted
            return f"partition {computer.name} {computer.line.parted}"
        if faults.strikes("crash_client"):
            computer.disk.crash_in = chance.randrange(1, LONGEST_CRASH)
            return f"will crash {computer.name}"
        if faults.strikes("crash_server"):
            self.machine.disk.crash_in = chance.randrange(1, LONGEST_CRASH)
            return "will crash server"
        if faults.strikes("full_disk"):
            disk = self.machine.disk if chance.randrange(3) == 0 else computer.disk
            disk.full = not disk.full
            return f"full disk {disk.full}"
        if faults.strikes("clock_jump"):
            computer.watch.wrong_ms = chance.randrange(-3 * DAY_MS, 3 * DAY_MS)
            return f"clock {computer.name} {computer.watch.wrong_ms}"
        if faults.strikes("restore") or self.auditor.step == self._goes_back_at:
            return self._back_up_or_restore()
        if faults.strikes("bad_sector"):
            return f"bad sector {computer.name} {computer.damage(chance)}"
        return None

    def _back_up_or_restore(self) -> str:
        path = self._folder / "backup.db"
        if self._backup is None or self.world.now_ms - self._backed_up_ms > OLDEST_BACKUP_MS:
            self._backed_up_ms = self.world.now_ms
            self.machine.back_up(path)
            self._backup = (path, self.auditor.kept())
            self._goes_back_at = self.auditor.step + self._chance.randrange(10, LATEST_RESTORE)
            return "backup"
        self.machine.restore(path)
        ((lines,),) = self.machine.look("SELECT count(*) FROM audit")
        for computer in self.computers:
            computer.server_goes_back(lines)
        files = self.auditor.model.files
        self.auditor.go_back(self._backup[1].kept())
        if self.machine.provider is not None:
            self.machine.provider.forgotten(set(self.auditor.model.payouts))
        self.auditor.model.files = files  # what lies in the folder is not in the database, and stays
        self._replies.forget()
        if self._chance.randrange(2):
            self._backup = None  # else the same one may be put back again
        return "restore"

    # What the server does ---------------------------------------------------------------------------------------

    def _one_of(self, roles: Container[str]) -> Computer:
        """A computer of somebody who is that, beside other things perhaps."""
        people = self.auditor.model.people
        doing = [one for one in self.computers if one.who.role in roles or any(role in roles for role in people[one.person]["roles"])]
        return self._chance.choice(doing or self.computers)

    def _server_works(self) -> str:
        """Renders, and what falls due. The model is told after each commit, as it is of commands."""
        try:
            # Where consents end all the time, the server is late with what follows: nothing may rest on them meanwhile.
            if self._chance.randrange(10 if self.plan.profile == "consent" else 4) == 0:
                self.machine.settle_due(lambda: self.auditor.model.due(self.world.now_ms))
                self.auditor.model.due(self.world.now_ms)
                return "due"
            if self.machine.provider is not None and self._chance.randrange(2) == 0:
                model = self.auditor.model
                model.now_ms = self.world.now_ms
                return f"handed over {self.machine.hand_over(model.tells_provider, model.provider_said)}"
            job = self.machine.take_render()
            if job is None:
                return "no render"
            self.auditor.model.taken(job.recipe_digest)
            self.machine.finish_render(job)
            self.auditor.model.finished(job.recipe_digest)
            return f"render {job.recipe_digest[:8]}"
        except Crash:
            self.machine.restart()
            return "server crashed"
        except FanLinkError as error:
            self.machine.disk.full = False
            return f"server could not: {type(error).__name__}"

    def _deliver_late(self) -> str:
        """A copy that was long on the way arrives; whoever sent it no longer listens."""
        if not self._late.waiting:
            return "nothing late"
        request = self._late.waiting.pop(self._chance.randrange(len(self._late.waiting)))
        try:
            return f"late {request.url.path} {delivered(self.machine, request).status_code}"
        except FanLinkError as error:
            return f"late, and {type(error).__name__}"
        except httpx.TransportError as error:  # the line's errors are nobody's to see
            return f"late, and {type(error).__name__}"

    def _someone_listens(self) -> str:
        """Somebody at no computer of ours opens a link."""
        request = link(self._chance, self.auditor.model, self._tokens)
        if request is None:
            return "no link"
        try:
            return f"link {request.url.path} {delivered(self.machine, request).status_code}"
        except httpx.TransportError as error:
            return f"link {request.url.path} {type(error).__name__}"

    # What must hold ---------------------------------------------------------------------------------------------

    def _compare(self) -> None:
        self.auditor.compare({scope: self.machine.documents(scope) for scope in self.machine.scopes()})
        self.auditor.check_books(self.machine.look)

    def _come_to_rest(self) -> None:
        """No more faults; everyone syncs until nothing waits. Then all copies must be equal."""
        self.faults.quiet = True
        self.machine.disk.crash_in, self.machine.disk.full = None, False
        while self._late.waiting:
            self._note(self._deliver_late())
        for computer in self.computers:
            # Their clocks stay as wrong as they are: days of that must do no harm.
            computer.line.parted = computer.disk.full = False
            computer.disk.crash_in = None
        self.world.now_ms += DAY_MS
        still = False
        for _ in range(ROUNDS_TO_AGREE):
            heads = self.machine.heads()
            self.world.now_ms += DAY_MS // 24
            self._again = False
            for computer in self.computers:
                self._note(f"{computer.name} {self._at(computer, self._sync)}")
            waiting = any(computer.open().state.waiting for computer in self.computers)
            was, still = still, not waiting and not self._again
            still = still and heads == self.machine.heads()
            if was and still:
                break
        self._compare()
        Rest(self.auditor, self.machine, self.computers).agree(self._replies.digest, self._note)


def run_once(stage: Stage, folder: Path, plan: Plan, database: Engine | None = None) -> Result:
    """One run in a folder of its own, which is gone afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        return Simulator(folder, stage, plan, database).run()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
