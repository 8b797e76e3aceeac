"""Payout files for a bank: ISO 20022 pain.001.001.03 as XML, checked against its schema, and CSV.

The same payouts make the same bytes: message id and references come from the payouts, so a bank that is sent a file
twice sees that it is the same.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree import ElementTree

from fanlink.core.amounts import minor_exponent
from fanlink.core.digests import digest
from fanlink.core.errors import Reason, Refused
from fanlink.core.payouts import Payout, State

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"
_SCHEMA = "pain.001.001.03"
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
_REFERENCE = re.compile(r"[A-Za-z0-9/?:().,'+ -]{1,35}")


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Whose account it is; refused as `iban_wrong` (ISO 13616, mod 97), `bic_wrong`, `account_without_name`
    (also for one that cannot be printed)."""

    name: str
    iban: str
    bic: str | None = None

    def __post_init__(self) -> None:
        reasons = []
        if not self.name.strip() or not self.name.isprintable():
            reasons.append(Reason("account_without_name"))
        if not _IBAN.fullmatch(self.iban) or _iban_remainder(self.iban) != 1:
            reasons.append(Reason("iban_wrong", {"name": self.name}))
        if self.bic is not None and not _BIC.fullmatch(self.bic):
            reasons.append(Reason("bic_wrong", {"name": self.name}))
        if reasons:
            raise Refused(reasons)


@dataclass(frozen=True, slots=True)
class Instruction:
    """An approved payout and the account it goes to. `purpose` is what the payee reads, up to 140 characters."""

    payout: Payout
    to: BankAccount
    purpose: str

    def __post_init__(self) -> None:
        reasons = []
        if self.payout.state not in (State.APPROVED, State.SENT):
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


def message_id(instructions: Iterable[Instruction]) -> str:
    """What the bank knows the file by: made from the payouts in it, 35 characters."""
    return digest(sorted(one.payout.id for one in instructions))[:35]


def pain_001(instructions: Sequence[Instruction], debtor: BankAccount, made_at: datetime, execution_day: date) -> bytes:
    """The instructions as pain.001.001.03, one batch per currency in order of payout id.

    Refused: `no_payouts`, `payout_repeated`; a file that its schema does not take is a bug, not a refusal.
    """
    _check(instructions)
    ordered = sorted(instructions, key=lambda one: one.payout.id)
    root = ElementTree.Element("Document", {"xmlns": _NAMESPACE})
    transfer = ElementTree.SubElement(root, "CstmrCdtTrfInitn")
    group = ElementTree.SubElement(transfer, "GrpHdr")
    message = message_id(instructions)
    _add(group, "MsgId", message)
    _add(group, "CreDtTm", made_at.isoformat(timespec="seconds"))
    _add(group, "NbOfTxs", str(len(ordered)))
    _add(ElementTree.SubElement(group, "InitgPty"), "Nm", debtor.name[:70])
    for number, currency in enumerate(sorted({one.payout.currency for one in ordered}), start=1):
        batch = [one for one in ordered if one.payout.currency == currency]
        transfer.append(_batch(f"{message[:30]}-{number}", currency, batch, debtor, execution_day))
    xml = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    _assert_schema(xml)
    return xml


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
        writer.writerow([_no_formula(cell) for cell in row])
    return stream.getvalue()


def _no_formula(cell: str) -> str:
    """A name that a spreadsheet would run is written as text."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell


def _check(instructions: Sequence[Instruction]) -> None:
    if not instructions:
        raise Refused("no_payouts")
    ids = [one.payout.id for one in instructions]
    twice = sorted({one for one in ids if ids.count(one) > 1}) if len(set(ids)) < len(ids) else []
    if twice:
        raise Refused(Reason("payout_repeated", {"payout": one}) for one in twice)


def _batch(name: str, currency: str, batch: list[Instruction], debtor: BankAccount, day: date) -> ElementTree.Element:
    info = ElementTree.Element("PmtInf")
    _add(info, "PmtInfId", name)
    _add(info, "PmtMtd", "TRF")
    _add(info, "BtchBookg", "true")
    _add(info, "NbOfTxs", str(len(batch)))
    _add(info, "CtrlSum", decimal_text(sum(one.payout.minor_units for one in batch), currency))
    if currency == "EUR":
        kind = ElementTree.SubElement(info, "PmtTpInf")
        _add(ElementTree.SubElement(kind, "SvcLvl"), "Cd", "SEPA")
    _add(info, "ReqdExctnDt", day.isoformat())
    _add(ElementTree.SubElement(info, "Dbtr"), "Nm", debtor.name[:70])
    _account(info, "DbtrAcct", debtor.iban)
    _agent(info, "DbtrAgt", debtor.bic)
    _add(info, "ChrgBr", "SLEV")
    info.extend(_transaction(one) for one in batch)
    return info


def _transaction(one: Instruction) -> ElementTree.Element:
    made = ElementTree.Element("CdtTrfTxInf")
    _add(ElementTree.SubElement(made, "PmtId"), "EndToEndId", one.payout.id)
    amount = ElementTree.SubElement(ElementTree.SubElement(made, "Amt"), "InstdAmt", {"Ccy": one.payout.currency})
    amount.text = decimal_text(one.payout.minor_units, one.payout.currency)
    if one.to.bic:
        _agent(made, "CdtrAgt", one.to.bic)
    _add(ElementTree.SubElement(made, "Cdtr"), "Nm", one.to.name[:70])
    _account(made, "CdtrAcct", one.to.iban)
    _add(ElementTree.SubElement(made, "RmtInf"), "Ustrd", one.purpose[:140])
    return made


def _add(above: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(above, name).text = text


def _account(above: ElementTree.Element, name: str, iban: str) -> None:
    _add(ElementTree.SubElement(ElementTree.SubElement(above, name), "Id"), "IBAN", iban)


def _agent(above: ElementTree.Element, name: str, bic: str | None) -> None:
    agent = ElementTree.SubElement(ElementTree.SubElement(above, name), "FinInstnId")
    if bic:
        _add(agent, "BIC", bic)
    else:
        _add(ElementTree.SubElement(agent, "Othr"), "Id", "NOTPROVIDED")


def _assert_schema(xml: bytes) -> None:
    from sepaxml.validation import try_valid_xml

    try_valid_xml(xml, _SCHEMA)


def _iban_remainder(iban: str) -> int:
    return int("".join(str(int(letter, 36)) for letter in iban[4:] + iban[:4])) % 97
