"""Payout files for a bank: ISO 20022 pain.001.001.09 (or .03) as XML, checked against its schema, and CSV.

Euro between accounts of the euro payments area goes as SEPA; any other transfer names no service level and lets both
sides bear their own charges.

The same payouts make the same bytes: message id and references come from the payouts, so a bank that is sent a file
twice sees that it is the same.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from fanlink.core.amounts import minor_exponent
from fanlink.core.bank_accounts import SEPA_LENGTHS, BankAccount, bank_text
from fanlink.core.errors import Reason, Refused
from fanlink.core.payouts import Payout, State, message_id
from fanlink.core.plain_text import cells

SCHEMA, OLDER_SCHEMA = "pain.001.001.09", "pain.001.001.03"
_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
_REFERENCE = re.compile(r"[A-Za-z0-9/?:().,'+ -]{1,35}")


@dataclass(frozen=True, slots=True)
class Instruction:
    """An approved payout and the account it goes to. `purpose` is what the payee reads, up to 140 characters."""

    payout: Payout
    to: BankAccount
    purpose: str

    def __post_init__(self) -> None:
        reasons = []
        if self.payout.state is State.DUE:
            reasons.append(Reason("payout_not_approved", {"payout": self.payout.id}))
        if not _REFERENCE.fullmatch(self.payout.id):
            reasons.append(Reason("payout_id_no_bank_reference", {"payout": self.payout.id}))
        if reasons:
            raise Refused(reasons)


def decimal_text(minor_units: int, currency: str) -> str:
    """Minor units as the amount a bank reads: 1234 to `12.34` in EUR, `1234` in JPY."""
    exponent = minor_exponent(currency)
    whole, part = divmod(minor_units, 10**exponent)
    return f"{whole}.{part:0{exponent}d}" if exponent else str(whole)


def pain_001(
    instructions: Sequence[Instruction], debtor: BankAccount, made_at: datetime, execution_day: date, schema: str = SCHEMA
) -> bytes:
    """The instructions as pain.001, one block per currency and kind of transfer, in order of payout id.

    Refused: `no_payouts`, `payout_repeated`; a file that its schema does not take is a bug, not a refusal.
    """
    _check(instructions)
    ordered = sorted(instructions, key=lambda one: one.payout.id)
    root = ElementTree.Element("Document", {"xmlns": _NAMESPACE + schema})
    transfer = ElementTree.SubElement(root, "CstmrCdtTrfInitn")
    group = ElementTree.SubElement(transfer, "GrpHdr")
    message = message_id(one.payout.id for one in instructions)
    _add(group, "MsgId", message)
    _add(group, "CreDtTm", made_at.isoformat(timespec="seconds"))
    _add(group, "NbOfTxs", str(len(ordered)))
    _add(ElementTree.SubElement(group, "InitgPty"), "Nm", bank_text(debtor.name)[:70])
    kinds = sorted({(one.payout.currency, _is_sepa(one, debtor)) for one in ordered})
    for number, (currency, sepa) in enumerate(kinds, start=1):
        block = [one for one in ordered if (one.payout.currency, _is_sepa(one, debtor)) == (currency, sepa)]
        transfer.append(_Block(f"{message[:30]}-{number}", currency, sepa, debtor, execution_day, schema).of(block))
    xml = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    _assert_schema(xml, schema)
    return xml


def _is_sepa(one: Instruction, debtor: BankAccount) -> bool:
    area = one.to.iban[:2] in SEPA_LENGTHS and debtor.iban[:2] in SEPA_LENGTHS
    return one.payout.currency == "EUR" and area


def payouts_csv(instructions: Sequence[Instruction]) -> str:
    """The same instructions as CSV, in order of payout id."""
    _check(instructions)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["payout", "party", "name", "iban", "bic", "amount", "currency", "purpose"])
    for one in sorted(instructions, key=lambda each: each.payout.id):
        paid = one.payout
        amount = decimal_text(paid.minor_units, paid.currency)
        row = [paid.id, paid.party, one.to.name, one.to.iban, one.to.bic or "", amount, paid.currency, one.purpose]
        writer.writerow(cells(row))
    return stream.getvalue()


def _check(instructions: Sequence[Instruction]) -> None:
    if not instructions:
        raise Refused("no_payouts")
    ids = [one.payout.id for one in instructions]
    twice = sorted({one for one in ids if ids.count(one) > 1}) if len(set(ids)) < len(ids) else []
    if twice:
        raise Refused(Reason("payout_repeated", {"payout": one}) for one in twice)


@dataclass(frozen=True, slots=True)
class _Block:
    """One `PmtInf`: transfers of one currency and kind from one account on one day."""

    name: str
    currency: str
    sepa: bool
    debtor: BankAccount
    day: date
    schema: str

    def of(self, batch: list[Instruction]) -> ElementTree.Element:
        info = ElementTree.Element("PmtInf")
        _add(info, "PmtInfId", self.name)
        _add(info, "PmtMtd", "TRF")
        _add(info, "BtchBookg", "true")
        _add(info, "NbOfTxs", str(len(batch)))
        _add(info, "CtrlSum", decimal_text(sum(one.payout.minor_units for one in batch), self.currency))
        if self.sepa:
            kind = ElementTree.SubElement(info, "PmtTpInf")
            _add(ElementTree.SubElement(kind, "SvcLvl"), "Cd", "SEPA")
        if self.schema == SCHEMA:
            _add(ElementTree.SubElement(info, "ReqdExctnDt"), "Dt", self.day.isoformat())
        else:
            _add(info, "ReqdExctnDt", self.day.isoformat())
        _add(ElementTree.SubElement(info, "Dbtr"), "Nm", bank_text(self.debtor.name)[:70])
        _account(info, "DbtrAcct", self.debtor.iban)
        self._agent(info, "DbtrAgt", self.debtor.bic)
        _add(info, "ChrgBr", "SLEV" if self.sepa else "SHAR")
        info.extend(self._transaction(one) for one in batch)
        return info

    def _transaction(self, one: Instruction) -> ElementTree.Element:
        made = ElementTree.Element("CdtTrfTxInf")
        _add(ElementTree.SubElement(made, "PmtId"), "EndToEndId", one.payout.id)
        amount = ElementTree.SubElement(ElementTree.SubElement(made, "Amt"), "InstdAmt", {"Ccy": one.payout.currency})
        amount.text = decimal_text(one.payout.minor_units, one.payout.currency)
        if one.to.bic:
            self._agent(made, "CdtrAgt", one.to.bic)
        _add(ElementTree.SubElement(made, "Cdtr"), "Nm", bank_text(one.to.name)[:70])
        _account(made, "CdtrAcct", one.to.iban)
        _add(ElementTree.SubElement(made, "RmtInf"), "Ustrd", bank_text(one.purpose)[:140])
        return made

    def _agent(self, above: ElementTree.Element, name: str, bic: str | None) -> None:
        agent = ElementTree.SubElement(ElementTree.SubElement(above, name), "FinInstnId")
        if bic:
            _add(agent, "BICFI" if self.schema == SCHEMA else "BIC", bic)
        else:
            _add(ElementTree.SubElement(agent, "Othr"), "Id", "NOTPROVIDED")


def _add(above: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(above, name).text = text


def _account(above: ElementTree.Element, name: str, iban: str) -> None:
    _add(ElementTree.SubElement(ElementTree.SubElement(above, name), "Id"), "IBAN", iban)


def _assert_schema(xml: bytes, schema: str) -> None:
    from sepaxml.validation import ValidationError

    wrong = next(_read_schema(schema).iter_errors(xml.decode()), None)
    if wrong is not None:
        raise ValidationError(f"a payments file is not as {schema} says: {wrong.reason}")


@cache
def _read_schema(schema: str) -> Any:
    """The schema, read once: that takes a hundred times as long as checking a file by it."""
    import sepaxml
    import xmlschema

    return xmlschema.XMLSchema(str(Path(sepaxml.__file__).parent / "schemas" / f"{schema}.xsd"))
