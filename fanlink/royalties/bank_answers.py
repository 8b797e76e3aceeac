"""What the bank says became of payouts: a pain.002 status report of any version, or a CSV of two or three columns.

The CSV has `payout,status` and optionally `reason`; a status is `settled` or `failed`, or the code of pain.002.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from xml.etree import ElementTree

from fanlink.core.errors import BadInput

MOST_BYTES = 20 * 2**20


class Said(StrEnum):
    SETTLED = "settled"
    FAILED = "failed"
    PENDING = "pending"


# ISO 20022 external code set, ExternalPaymentTransactionStatus1Code: what has arrived, what never will, what is on its way.
CODES = {
    "ACSC": Said.SETTLED, "ACCC": Said.SETTLED, "RJCT": Said.FAILED, "CANC": Said.FAILED, "BLCK": Said.FAILED,
    "ACCP": Said.PENDING, "ACSP": Said.PENDING, "ACTC": Said.PENDING, "ACWC": Said.PENDING, "ACFC": Said.PENDING,
    "ACWP": Said.PENDING, "PDNG": Said.PENDING, "RCVD": Said.PENDING, "PATC": Said.PENDING, "PRES": Said.PENDING,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one payout; `payout` is the end-to-end reference that the bank was given."""

    payout: str
    said: Said
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """One file. `message` is the id of the payments file that it answers, empty where it does not say.

    `whole` is what it says of the whole file: then it names no payouts one by one.
    """

    message: str
    payouts: tuple[Answer, ...]
    whole: Answer | None = None


def read(data: bytes, name: str) -> Answers:
    """The answers in a file; `BadInput` says what cannot be read, with the line of a CSV."""
    if len(data) > MOST_BYTES:
        raise BadInput("is too large for a bank's answer", where=name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("is not UTF-8 text. Ask the bank for a pain.002 or CSV file in UTF-8", where=name) from error
    found = _pain_002(text, name) if text.lstrip().startswith("<") else _csv(text, name)
    if not found.payouts and found.whole is None:
        raise BadInput("says nothing of any payout", where=name)
    names = [one.payout for one in found.payouts]
    twice = sorted({one for one in names if names.count(one) > 1}) if len(set(names)) < len(names) else []
    if twice:
        raise BadInput(f"names {twice[0]} more than once", where=name)
    return found


def _csv(text: str, name: str) -> Answers:
    try:
        return Answers("", tuple(_csv_lines(csv.DictReader(io.StringIO(text)), name)))
    except csv.Error as error:
        raise BadInput(f"is not CSV that can be read: {error}", where=name) from error


def _csv_lines(lines: csv.DictReader, name: str) -> Iterator[Answer]:
    columns = [(column or "").strip().lower() for column in lines.fieldnames or ()]
    lines.fieldnames = columns
    if not {"payout", "status"} <= set(columns):
        raise BadInput("needs the columns payout and status, and may have reason", where=name, line=1)
    for row in lines:
        status, payout = (row["status"] or "").strip(), (row["payout"] or "").strip()
        if not payout and not status:
            continue
        said = CODES.get(status.upper()) or next((one for one in Said if one == status.lower()), None)
        if not payout or said is None:
            column = "status" if payout else "payout"
            raise BadInput("is neither settled nor failed" if payout else "is empty", where=name, line=lines.line_num, column=column)
        yield Answer(payout, said, " ".join((row.get("reason") or "").split()))


def _pain_002(text: str, name: str) -> Answers:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BadInput("declares a document type, which no bank's answer does", where=name)
    try:
        root = ElementTree.fromstring(text)  # as text: what it says of its encoding is settled
    except (ElementTree.ParseError, ValueError) as error:
        raise BadInput(f"is not XML that can be read: {error}", where=name) from error
    if not _local(root) == "Document" or _child(root, "CstmrPmtStsRpt") is None:
        raise BadInput("is not a payment status report (pain.002)", where=name)
    report = _child(root, "CstmrPmtStsRpt")
    group = _child(report, "OrgnlGrpInfAndSts")
    whole = _said(group, "GrpSts", name) if group is not None else None
    found = []
    for block in _children(report, "OrgnlPmtInfAndSts"):
        inherited = _said(block, "PmtInfSts", name)
        for one in _children(block, "TxInfAndSts"):
            payout = _text(one, "OrgnlEndToEndId")
            if not payout:
                raise BadInput("has a status without an end-to-end reference", where=name)
            said = _said(one, "TxSts", name) or inherited or whole
            if said is None:
                raise BadInput(f"says no status of {payout}", where=name)
            found.append(Answer(payout, said.said, said.reason))
    message = _text(group, "OrgnlMsgId") if group is not None else ""
    return Answers(message, tuple(found), None if found else whole)


def _said(above: ElementTree.Element, field: str, name: str) -> Answer | None:
    """The status in `field` with its reasons; None where there is none, or only that parts of it differ."""
    code = _text(above, field)
    if not code or code == "PART":
        return None
    if code not in CODES:
        raise BadInput(f"has a status that is not known here: {code[:20]}", where=name)
    return Answer("", CODES[code], "; ".join(_reasons(above)))


def _reasons(above: ElementTree.Element) -> Iterator[str]:
    for info in _children(above, "StsRsnInf"):
        reason = _child(info, "Rsn")
        code = (_text(reason, "Cd") or _text(reason, "Prtry")) if reason is not None else ""
        told = " ".join(" ".join((one.text or "").split()) for one in _children(info, "AddtlInf"))
        if code or told:
            yield " ".join(part for part in (code, told) if part)


def _local(one: ElementTree.Element) -> str:
    return one.tag.rpartition("}")[2]


def _children(above: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (one for one in above if _local(one) == name)


def _child(above: ElementTree.Element, name: str) -> ElementTree.Element | None:
    return next(_children(above, name), None)


def _text(above: ElementTree.Element, name: str) -> str:
    found = _child(above, name)
    return (found.text or "").strip() if found is not None else ""
