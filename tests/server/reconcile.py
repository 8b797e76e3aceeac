"""A second program: reads a home's database with nothing of FanLink in it, and works out what every payout is made of.

Written from the definitions only: shares are fractions of report lines, what came first is paid first, one millionth after
the other. It knows tables and columns, no code.
"""

import json
import sqlite3
from fractions import Fraction
from hashlib import sha256


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Books:
    """Everything, read once."""

    def __init__(self, path):
        self.db = sqlite3.connect(path)
        self.db.row_factory = sqlite3.Row
        self.sides = {}
        for row in self.db.execute("SELECT * FROM postings ORDER BY transaction_number, place"):
            self.sides.setdefault(row["transaction_number"], []).append(row)
        self.transactions = self.db.execute("SELECT * FROM transactions ORDER BY number").fetchall()
        self.payouts = [json.loads(row["body"]) for row in self.db.execute("SELECT body FROM payouts ORDER BY id")]
        self.sheets = {row["id"]: json.loads(row["body"]) for row in self.db.execute("SELECT id, body FROM sheets")}

    def faults(self):
        """Everything that is not as it must be."""
        return [*self.chain(), *self.balanced(), *self.earned(), *self.balances(), *self.paid()]

    def chain(self):
        before = ""
        for row in self.transactions:
            postings = [[side["account"], side["currency"], plain(int(side["amount_pico"]))] for side in self.sides[row["number"]]]
            data = {"key": row["key"], "day": row["day"], "about": row["about"], "postings": postings, "reverses": row["reverses"]}
            before = sha256(canonical({"before": before, "transaction": data})).hexdigest()
            if before != row["link"]:
                yield f"link of transaction {row['number']}"

    def balanced(self):
        for number, sides in self.sides.items():
            sums = {}
            for side in sides:
                sums[side["currency"]] = sums.get(side["currency"], 0) + int(side["amount_pico"])
            if any(sums.values()):
                yield f"transaction {number} is out by {sums}"

    def earned(self):
        """What runs posted to each party of each pot is its share of the lines, cut to millionths."""
        gross = {}
        for line in self.db.execute("SELECT remix, sheet, currency, revenue FROM report_lines WHERE sheet IS NOT NULL"):
            pot = line["remix"], line["sheet"], line["currency"]
            gross[pot] = gross.get(pot, Fraction(0)) + Fraction(line["revenue"])
        posted = {}
        for row in self.transactions:
            for side in self.sides[row["number"]] if row["period"] else ():
                kind, _, party = side["account"].partition(":")
                if kind in ("party", "held"):
                    place = row["remix"], row["sheet"], row["currency"], party
                    posted[place] = posted.get(place, 0) - int(side["amount_pico"])
        for pot, total in gross.items():
            shares = {}
            for party, share in leaves(self.sheets[pot[1]]):
                shares[party] = shares.get(party, Fraction(0)) + share
            for party, share in shares.items():
                should = int(share * total * 10**6) * 10**6
                if posted.get((*pot, party), 0) != should:
                    yield f"{party} earned {posted.get((*pot, party), 0)} of {pot}, should be {should}"

    def balances(self):
        sums = {}
        for sides in self.sides.values():
            for side in sides:
                kind, _, party = side["account"].partition(":")
                if kind in ("party", "held", "sent"):
                    sums.setdefault((party, side["currency"]), {"party": 0, "held": 0, "sent": 0})[kind] -= int(side["amount_pico"])
        kept = {}
        for row in self.db.execute("SELECT body FROM balances"):
            body = json.loads(row["body"])
            kept[body["party"], body["currency"]] = {
                "party": body["owed_micro"] * 10**6, "held": body["held_micro"] * 10**6, "sent": body["sent_micro"] * 10**6
            }
        if sums != kept:
            yield f"balances differ: {[key for key in {*sums, *kept} if sums.get(key) != kept.get(key)]}"

    def paid(self):
        """Each payout left once and came back at most once, by as much as it is for, after two other people said yes."""
        keys = {}
        for row in self.transactions:
            keys.setdefault(row["key"], []).append(row["number"])
        for one in self.payouts:
            sent, settled, failed = (keys.get(f"payout:{one['id']}:{word}", []) for word in ("sent", "settled", "failed"))
            left = one["sent_ms"] is not None
            wanted = {"due": (0, 0, 0), "approved": (0, 0, 0), "sent": (1, 0, 0), "settled": (1, 1, 0), "failed": (int(left), 0, int(left))}
            if (len(sent), len(settled), len(failed)) != wanted[one["state"]]:
                yield f"{one['id']} is {one['state']} and posted {sent} {settled} {failed}"
            if left and (len(set(one["approved_by"])) < 2):
                yield f"{one['id']} left with {one['approved_by']}"
            for number in sent:
                amounts = sorted(int(side["amount_pico"]) for side in self.sides[number])
                pico = one["minor_units"] * 10 ** (12 - {"JPY": 0}.get(one["currency"], 2))
                if amounts != [-pico, pico]:
                    yield f"{one['id']} posted {amounts}"

    def pots_of(self, payout):
        """Which pots the millionths of a payout came from, the first earned first: {(remix, sheet): millionths}."""
        line, taken, short = {}, {}, {}
        for row in self.transactions:
            moved = {}
            for side in self.sides[row["number"]]:
                if side["account"] in (f"party:{payout['party']}", f"held:{payout['party']}"):
                    moved[side["currency"]] = moved.get(side["currency"], 0) - int(side["amount_pico"]) // 10**6
            took = []
            for currency, micro in sorted(moved.items()):
                queue = line.setdefault(currency, [])
                if micro < 0:
                    left = -micro
                    mine = [each for each in reversed(queue) if row["remix"] and each[0] == (row["remix"], row["sheet"])]
                    for each in [*mine, *queue]:
                        part = min(each[1], left)
                        if part:
                            took.append((currency, each[0], part, each[2]))
                            each[1] -= part
                            left -= part
                    queue[:] = [each for each in queue if each[1]]
                    short[currency] = short.get(currency, 0) + left
            taken[row["key"]] = took
            for currency, micro in sorted(moved.items()):
                if micro > 0:
                    back = [each for each in taken.get(row["reverses"], ()) if each[0] == currency]
                    if back and sum(each[2] for each in back) == micro:
                        line[currency][:0] = [[pot, part, origin] for _, pot, part, origin in back]
                        continue
                    owed = min(short.get(currency, 0), micro)
                    short[currency] = short.get(currency, 0) - owed
                    if micro - owed:
                        line[currency].append([(row["remix"], row["sheet"]) if row["remix"] else None, micro - owed, took])
            if row["key"] == f"payout:{payout['id']}:sent":
                found = {}
                for _, pot, part, _ in took:
                    found[pot] = found.get(pot, 0) + part
                return found
        return {}


def leaves(sheet, nodes=None, share=Fraction(1)):
    """(party, share) of every leaf of a sheet's tree."""
    for node in sheet["shares"] if nodes is None else nodes:
        part = share * Fraction(node["part"])
        if node.get("below"):
            yield from leaves(sheet, node["below"], part)
        else:
            yield node["name"], part


def plain(pico):
    whole, part = divmod(abs(pico), 10**12)
    text = f"{whole}.{part:012d}".rstrip("0") if part else str(whole)
    return f"-{text}" if pico < 0 else text
