"""Never paid twice, and every cent traced: the promises of payouts, under crashes, time-outs, kills and races.

Scaled to what two cores do in minutes, and said here: 1,000 hand-overs with faults, 12 kills of a real process over 60
payouts, 240 races of two and three processes, 20,000 payouts traced by two programs in memory and some 300 through the whole door.
"""

import json
import random
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import select

from fanlink.core import tracing
from fanlink.core.amounts import PICO_PER_MICRO
from fanlink.core.errors import Unavailable
from fanlink.core.ledger import Account, Kind, move
from fanlink.core.parties import Party
from fanlink.core.tracing import Movement
from fanlink.server import bank_keys, books, tables
from fanlink.server import tracing as server_tracing
from fanlink.server.handing import Handing, Provider
from fanlink.server.mandates import day_of
from tests.server import paying
from tests.server.reconcile import Books

pytestmark = [pytest.mark.proof, pytest.mark.timeout(900)]


class Bank:
    """A payment provider on a real socket: it pays each idempotency key once, and its answers get lost in every way."""

    def __init__(self, seed, slow_s=0.6):
        self.paid, self.tries, self.refused = {}, {}, set()
        self._random, self._lock, self._slow_s = random.Random(seed), threading.Lock(), slow_s
        bank = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):  # noqa: N802
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                bank.answer(self, self.headers["idempotency-key"], body)

            def log_message(self, *_args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/payments"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, handler, key, body):
        with self._lock:
            self.tries[key] = self.tries.get(key, 0) + 1
            what = self._random.choices(("pay", "pay_late", "pay_cut", "cut", "busy", "refuse"), (60, 4, 14, 8, 8, 6))[0]
            if key in self.paid and what == "refuse":
                what = "pay"  # what was paid is answered as paid
            if key in self.refused or what == "refuse":
                self.refused.add(key)
                return self._say(handler, 422, {"error": "AC04"})
            if what in ("pay", "pay_late", "pay_cut"):
                known = self.paid.setdefault(key, body)
                assert known == body, "the same key never carries another payment"
        if what == "pay_late":
            time.sleep(self._slow_s)
        if what in ("pay_cut", "cut"):
            handler.close_connection = True
            return None
        return self._say(handler, 503 if what == "busy" else 200, {"reference": f"ref-{key}"})

    def _say(self, handler, status, body):
        data = json.dumps(body).encode()
        try:
            handler.send_response(status)
            handler.send_header("content-length", str(len(data)))
            handler.end_headers()
            handler.wfile.write(data)
        except OSError:
            pass

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def bank():
    made = Bank(11)
    yield made
    made.close()


def owe(world, count, micro=12_340_000):
    """So many parties with an account, bank details and a balance, as the books would have it after a run."""
    def act(asked):
        from fanlink.core.bank_accounts import BankAccount, BankDetails
        from fanlink.core.people import Role
        from fanlink.server.nouns import Account as Person

        posted = []
        for number in range(count):
            party = f"party-x{number:04d}"
            asked.store.save(Party(party, f"Party {number}"))
            asked.store.save(Person(f"person-x{number:04d}", f"Person {number}", (Role.FAN,), party, asked.now_ms))
            account = BankAccount(f"Party {number}", "DE89370400440532013000", "COBADEFFXXX")
            asked.store.save(bank_keys.seal(asked.store, BankDetails(f"details-x{number:04d}", party, 1, account, f"person-x{number:04d}", asked.now_ms, asked.now_ms)))
            posted.append(move(
                f"opening:{party}", day_of(asked.now_ms), "opening", Account(Kind.SERVICE, "Tide"), Account(Kind.PARTY, party), "EUR",
                (micro + number * 10_000) * PICO_PER_MICRO,
            ))  # fmt: skip
        books.append(asked, posted)

    paying.finance(world)
    world.door.act(act, world.clock())


def all_sent(world, provider=""):
    """Everything that is due, proposed, approved and sent; the ids of the payouts."""
    from dataclasses import replace

    world.door.settings = replace(world.settings, payout_provider=provider)
    names = sorted(paying.propose(world).values())
    for who in ("Ola", "Pia"):
        for answer in world.batch(who, *(("approve_payout", name, {}, {}) for name in names)):
            assert answer["outcome"] == "accepted"
    world.do("Fin", "send_payouts", "batch-all", {"payouts": names})
    return names


class Crash(BaseException):
    """The process ends here."""


def crashing(act, chance):
    """An `act` that ends the process before or after what it does is durable, now and then."""
    def run(what):
        moment = chance.random()
        if moment < 0.04:
            raise Crash
        made = act(what)
        if moment > 0.96:
            raise Crash
        return made

    return run


def test_a_thousand_payouts_are_each_paid_once_or_come_back(world, bank):
    if not world.database.is_sqlite:
        pytest.skip("once is enough; the races below run on both")
    owe(world, 1_000)
    names = all_sent(world, bank.url)
    assert 1_000 == len(names)
    chance, crashes = random.Random(5), 0
    provider = Provider(bank.url, patience_s=0.25)
    handing = Handing(crashing(lambda what: world.door.act(what, world.clock()), chance), provider)
    for _ in range(20_000):
        try:
            if not handing.step():
                break
        except (Crash, Unavailable) as error:
            crashes += isinstance(error, Crash)
    shown = {one: data["state"] for one, data in paying.payouts(world).items()}
    assert bank.refused.isdisjoint(bank.paid)
    assert {name for name, state in shown.items() if state == "sent"} == set(bank.paid)
    assert {name for name, state in shown.items() if state == "failed"} == bank.refused
    assert set(names) == set(bank.paid) | bank.refused
    assert crashes > 50 and max(bank.tries.values()) > 3, "the faults did happen"
    for name, body in bank.paid.items():
        units = paying.payouts(world)[name]["minor_units"] if name == names[0] else None
        assert units is None or body["amount"] == f"{units // 100}.{units % 100:02d}"
    provider.close()


def test_killed_at_any_moment_it_pays_nobody_twice(world, bank, database_url, tmp_path):
    owe(world, 60)
    names = all_sent(world, bank.url)
    chance, done, kills = random.Random(3), False, 0
    while not done:
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.server.paying_twice", "hand_over", database_url, str(tmp_path / "assets"), bank.url],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert child.stdout.readline() == "begun\n"
        if kills < 12:
            time.sleep(chance.random() * 0.25)
            child.kill()
            kills += 1
        done = child.stdout.readline() == "done\n"
        child.wait()
        child.stdout.close()
    shown = {one: data["state"] for one, data in paying.payouts(world).items()}
    assert set(names) == set(bank.paid) | bank.refused and bank.refused.isdisjoint(bank.paid)
    assert {name for name, state in shown.items() if state == "failed"} == bank.refused
    with world.database.reading() as connection:
        open_rows = connection.execute(select(tables.payout_handovers).where(tables.payout_handovers.c.done_ms.is_(None))).all()
    assert [] == open_rows


def races(world, database_url, tmp_path, people, kind, names):
    """Each person in a process of their own asks the same of every payout at once; outcomes by payout."""
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.server.paying_twice", "race", database_url, str(tmp_path / "assets"),
             world.people[who].id, kind, ",".join(names)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for who in people
    ]  # fmt: skip
    for child in children:
        assert child.stdout.readline() == "begun\n"
    for child in children:
        child.stdin.write("\n")
        child.stdin.flush()
    found = {}
    for child in children:
        for line in child.communicate()[0].splitlines():
            name, outcome = line.split()
            found.setdefault(name, []).append(outcome)
    return found


def test_two_processes_never_approve_or_send_more_than_once(world, database_url, tmp_path):
    owe(world, 120)
    names = sorted(paying.propose(world).values())
    approved = races(world, database_url, tmp_path, ("Fin", "Ola", "Pia"), "approve_payout", names)
    assert {("accepted", "accepted", "refused")} == {tuple(sorted(one)) for one in approved.values()}
    shown = {name: paying.reading(world, lambda store, name=name: store.get(paying_type(), name)) for name in names}
    assert all(2 == len(set(one.approved_by)) == len(one.approved_by) for one in shown.values())
    sent = races(world, database_url, tmp_path, ("Fin", "Ola"), "send_payouts", names)
    assert {("accepted", "refused")} == {tuple(sorted(one)) for one in sent.values()}
    with world.database.reading() as connection:
        keys = connection.execute(select(tables.transactions.c.key).where(tables.transactions.c.key.like("payout:%:sent"))).all()
    assert len(names) == len(keys)


def paying_type():
    from fanlink.core.payouts import Payout

    return Payout


# Every cent -----------------------------------------------------------------------------------------------------


class ByTheMillionth:
    """The definition of tracing, written down once more: a queue of single millionths."""

    def __init__(self):
        self.queue, self.short, self.taken = [], 0, {}

    def move(self, key, micro, pot, reverses):
        if micro < 0:
            took = []
            for _ in range(-micro):
                mine = [place for place, owner in enumerate(self.queue) if owner == pot] if pot else []
                place = mine[-1] if mine else 0 if self.queue else None
                if place is None:
                    self.short += 1
                else:
                    took.append(self.queue.pop(place))
            self.taken[key] = took
        elif reverses in self.taken and len(self.taken[reverses]) == micro:
            self.queue[:0] = self.taken[reverses]
        else:
            paid_back = min(self.short, micro)
            self.short -= paid_back
            self.queue += [pot] * (micro - paid_back)


def test_twenty_thousand_payouts_are_made_of_what_the_definition_says():
    traced = 0
    for seed in range(3_000):
        chance, simple, movements, paid = random.Random(seed), ByTheMillionth(), [], []
        for number in range(1, 31):
            pot, reverses = (f"remix-{chance.randrange(3)}", "sheet"), None
            what = chance.choice(("earn", "earn", "refund", "payout", "payout", "fail"))
            if what == "earn":
                micro = chance.randrange(1, 40)
            elif what == "refund":
                micro = -chance.randrange(1, 25)
            elif what == "payout":
                owed = len(simple.queue)
                micro, pot = -chance.randrange(1, owed + 1) if owed else 0, None
            else:
                known = [name for name in paid if name is not None]
                if not known:
                    continue
                reverses, pot = chance.choice(known), None
                paid[paid.index(reverses)] = None
                micro = len(simple.taken[reverses])
            if not micro:
                continue
            key = f"{what}:{number}"
            simple.move(key, micro, pot, reverses)
            movements.append(Movement(number, key, {"EUR": micro}, pot, reverses))
            if what == "payout":
                paid.append(key)
        found = tracing.trace(movements)
        for key, took in simple.taken.items():
            assert counted((each.pot, each.micro) for each in found.taken.get(key, ())) == counted((pot, 1) for pot in took), (seed, key)
            traced += key.startswith("payout")
    assert traced > 20_000


def counted(parts):
    sums = {}
    for pot, micro in parts:
        sums[pot] = sums.get(pot, 0) + micro
    return sums


def test_a_second_program_reads_the_books_and_finds_the_same(world, tmp_path):
    if not world.database.is_sqlite:
        pytest.skip("the second program reads SQLite files")
    prompt = world.publish()
    world.publish("remix-two", prompt, "Gil", seed=2)
    paying.finance(world)
    for who in ("Fay", "Ben", "Cleo"):
        paying.bank(world, who)
    chance, made = random.Random(1), 0
    fay = world.people["Fay"].party
    while made < 300:
        for remix in ("remix-one", "remix-two"):
            paying.earn(world, f"{chance.randrange(-2_000, 9_000) / 100:.2f}{chance.randrange(10**6):06d}", chance.choice(("EUR", "EUR", "USD")), remix=remix)
        if chance.random() < 0.1:
            world.ask("Fay", "ask_conversion", f"conversion-{made:04d}", {"party": fay, "from_currency": "USD", "to_currency": "EUR"})
            world.ask("Fin", "convert_balance", f"conversion-{made:04d}", {"rate": "0.9217", "source": "ECB", "day": "2026-11-09"})
        if chance.random() < 0.05:
            world.do("Fin", "hold_party", fay, {"reason": "looked into"})
            world.do("Ola", "release_party", fay)
        if world.ask("Fin", "propose_payouts", f"proposal-{made:06d}-{chance.random():.9f}".replace(".", ""))["outcome"] != "accepted":
            continue
        due = [name for name, one in paying.payouts(world).items() if one["state"] == "due"]
        for currency in ("EUR", "USD"):
            names = [name for name in due if paying.payouts(world)[name]["currency"] == currency]
            if names:
                paying.sent(world, *names)
        for name in due:
            step = chance.choice(("settle", "settle", "fail", "leave"))
            if step != "leave":
                world.do("Fin", f"{step}_payout", name, {"reason": "AC04"} if step == "fail" else {})
        made += len(due)
    second = Books(world.database.url.removeprefix("sqlite:///"))
    assert [] == list(second.faults())
    for payout in second.payouts:
        first = paying.reading(world, lambda store, payout=payout: server_tracing.trace(store, payout["id"]))
        assert [] == first["missing"], payout["id"]
        told = {}
        for part in first["made_of"]:
            pot = (part["pot"]["remix"], part["pot"]["sheet"]) if "pot" in part else None
            told[pot] = told.get(pot, 0) + micro_of(part["amount"])
        assert second.pots_of(payout) == told, payout["id"]
        assert sum(told.values()) * 10**6 == payout["minor_units"] * 10**10
    with second.db as connection:
        connection.execute("DROP TRIGGER postings_no_update")
        connection.execute("UPDATE postings SET amount_pico = '-1000000' WHERE transaction_number = 1 AND place = 1")
    assert list(Books(world.database.url.removeprefix("sqlite:///")).faults()), "it sees a change"


def micro_of(text):
    whole, _, part = text.partition(".")
    return int(whole) * 10**6 + int(part.ljust(6, "0") or 0)
