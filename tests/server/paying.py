"""Money that is there to be paid: reports, royalties, people of finance, bank details through a password."""

import itertools

from fanlink.core.digests import digest_of_bytes
from fanlink.core.people import Role
from fanlink.server import accounts, bank_details
from fanlink.server.store import Store

IBANS = {"Fay": "FR1420041010050500013M02606", "Ben": "DE89370400440532013000", "Cleo": "GB29NWBK60161331926819"}
HEADER = "report_id,line_id,remix_id,service,territory,period_start,period_end,units,revenue,currency\n"
NUMBERS = itertools.count(1)


def finance(world):
    """Two more people of finance: Fin proposes, Ola and Pia approve."""
    for name in ("Ola", "Pia"):
        if name not in world.people:
            world.add(name, [Role.FINANCE])
    return world


def earn(world, revenue="1000", currency="EUR", period="2026-11", remix="remix-one"):
    """A report's one line, split by a run."""
    number = next(NUMBERS)
    text = HEADER + f"r{number},1,{remix},Tide,DE,{period}-01,{period}-28,100,{revenue},{currency}\n"
    asset = world.upload(text.encode(), "Fin")
    world.do("Fin", "import_report", f"report-{number}", {"asset": asset, "name": "r.csv"})
    world.do("Fin", "run_royalties", period)


def stepped_up(world, who):
    person = world.people[who].id
    return world.door.act(lambda asked: bank_details.step_up(asked, person, world.random), world.clock()).secret


def bank(world, who, iban=None, party=None, bic="COBADEFFXXX", **more):
    """Bank details of a person's own party."""
    data = {
        "party": party or world.people[who].party, "name": f"{who} Example", "iban": iban or IBANS[who], "bic": bic,
        "step_up": stepped_up(world, who),
    }  # fmt: skip
    return world.ask(who, "set_bank_details", f"details-{next(NUMBERS)}", data | more)


def propose(world, **data):
    """Proposes what is due; the payouts by party."""
    before = set(payouts(world))
    world.do("Fin", "propose_payouts", f"proposal-{next(NUMBERS)}", data)
    return {one["party"]: name for name, one in payouts(world).items() if name not in before}


def approved(world, *names):
    for name in names:
        world.do("Ola", "approve_payout", name)
        world.do("Pia", "approve_payout", name)
    return names


def sent(world, *names):
    """Approves and sends the payouts in one batch; its id."""
    batch = f"batch-{next(NUMBERS)}"
    world.do("Fin", "send_payouts", batch, {"payouts": list(approved(world, *names))})
    return batch


def payouts(world, scope="finance"):
    return {name: data for (_, name), data in world.documents(scope, "payout").items()}


def balance(world, who, currency="EUR", scope="finance"):
    party = world.people[who].party if who in world.people else who
    found = [one for one in world.documents(scope, "balance").values() if (one["party"], one["currency"]) == (party, currency)]
    return found[0] if found else None


def answer_file(world, text, name="answer.csv"):
    """Uploads the bank's answer and takes it."""
    data = text if isinstance(text, bytes) else text.encode()
    world.upload(data, "Fin")
    return world.ask("Fin", "take_bank_answer", f"answer-{next(NUMBERS)}", {"asset": digest_of_bytes(data), "name": name})


def codes(answer):
    return [finding["code"] for finding in answer.get("findings", ())]


def reading(world, look):
    with world.database.reading() as connection:
        return look(Store(connection, world.database.is_sqlite, world.settings))


def set_password(world, who, password):
    person = world.people[who].id
    hashed = accounts.hash_password(password)

    def act(asked):
        table = accounts.tables.accounts
        asked.store.connection.execute(table.update().where(table.c.id == person).values(password=hashed))

    world.door.act(act, world.clock())
