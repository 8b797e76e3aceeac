"""What a payments file tells a bank, read without the code that wrote it: who is paid, how much, and where."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from fractions import Fraction
from xml.etree import ElementTree

from fanlink.simulation.model import Model

Payment = tuple[str, str, Fraction, str]  # payout, currency, amount, IBAN


def named_in(body: bytes, kind: str) -> list[Payment]:
    """Every payment of a file, in the order of their references."""
    found = _in_csv(body.decode()) if kind == "csv" else _in_pain(body)
    return sorted(found)


def wanted_in(model: Model, batch: str) -> list[Payment]:
    """What the file of a batch must say: each payout once, to the account that was shown when it was approved."""
    found = []
    for name in model.batches[batch]["payouts"]:
        one = model.payouts[name]
        details = next(each for each in model.bank[one["party"]] if each["id"] == one["details"])
        found.append((name, one["currency"], model.worth(one), details["iban"]))
    return sorted(found)


def _in_csv(text: str) -> list[Payment]:
    rows = csv.DictReader(io.StringIO(text))
    return [(row["payout"], row["currency"], Fraction(Decimal(row["amount"])), row["iban"]) for row in rows]


def _in_pain(body: bytes) -> list[Payment]:
    found = []
    for one in ElementTree.fromstring(body).iter():
        if _name(one) != "CdtTrfTxInf":
            continue
        inside = list(one.iter())
        amount = next(each for each in inside if _name(each) == "InstdAmt")
        text = {_name(each): each.text or "" for each in inside}
        found.append((text["EndToEndId"], amount.attrib["Ccy"], Fraction(Decimal(text["InstdAmt"])), text["IBAN"]))
    return found


def _name(one: ElementTree.Element) -> str:
    return one.tag.rpartition("}")[2]
