"""The sheets file of a royalty run: every remix's versions, checked whole, each refusal with its line in the file.

{"remix_id": [{"version": "v1", "effective_from": "2026-01-01", "shares": {"party": "1/2", ...},
               "recoup": {"party": "p", "amount": "1000.50", "currency": "EUR"}}, ...], ...}
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from fanlink.core.amounts import fraction_of, pico_of
from fanlink.core.errors import BadInput, Refused
from fanlink.core.pots import Recoupment, Terms, in_order
from fanlink.core.reports import BrokenReport, Fault

MOST_FAULTS = 1000
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SPACE = re.compile(r"[ \t\n\r]*")
_BLANKS = (" ", "\t", "\n", "\r")
_HALVES = re.compile(r"\\u[dD][89a-fA-F]")
_KEYS = re.compile(r'"[ \t\n\r]*:')
_SHEET_KEYS = frozenset({"version", "effective_from", "shares", "recoup"})

_SENTENCES = {
    "shares_not_whole": ("shares", "the shares sum to {sum}, not to 1"),
    "share_out_of_range": ("shares", "the share {part} of {name} is negative"),
    "recouping_party_not_on_sheet": ("recoup", "the recouping party {party} has no share on this sheet"),
    "recoupment_not_positive": ("recoup", "the amount to recoup is not more than nothing"),
    "currency_unknown": ("recoup", "{currency} is not a currency code such as EUR"),
}


class _Twice(ValueError):
    """An object of the file names one key twice."""


@dataclass(frozen=True, slots=True)
class Sheets:
    """The versions of each remix by effective date, remixes in name order, and the text that says them."""

    file: str
    terms: dict[str, tuple[Terms, ...]]
    text: str

    def line(self, remix_id: str, version: str) -> int:
        """The line of the file on which the version begins."""
        place = next(place for name, place, _ in _remixes(self.text, self.file) if name == remix_id)
        reader = _Reader(self.text, self.file, place)
        items = reader.items()
        return next(line for line, item in items if item["version"] == version)


def read_sheets(path: Path) -> Sheets:
    """The sheets of the file; `BrokenReport` with every fault, `BadInput` where it is no JSON."""
    name = path.name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", where=name) from error
    except UnicodeDecodeError as error:
        raise BadInput("is not UTF-8 text", where=name) from error
    terms = _at_once(text)
    if terms is None:
        terms = _one_by_one(text, name)
    return Sheets(name, dict(sorted(terms.items())), text)


def _at_once(text: str) -> dict[str, tuple[Terms, ...]] | None:
    """All sheets of a file in which everything is plainly right; none where only reading one by one can tell.

    The decoder keeps the last of two equal keys, so the keys that it gives are counted against those that the text can have.
    """
    if _HALVES.search(text):
        return None
    try:
        given = msgspec.json.decode(text)
        keys = _keys(given)
        if keys != text.count(":") and keys != sum(1 for _ in _KEYS.finditer(text)):
            return None
        return {remix_id: _versions(items) for remix_id, items in given.items()}
    except (msgspec.DecodeError, RecursionError, AttributeError, BadInput, Refused, TypeError):
        return None


def _keys(given: Any) -> int:
    """How many keys the objects of a sheets file have, those of what no sheet has left out."""
    count = len(given)
    for items in given.values():
        for item in items:
            count += len(item)
            for value in item.values():
                if isinstance(value, dict):
                    count += len(value)
    return count


def _one_by_one(text: str, name: str) -> dict[str, tuple[Terms, ...]]:
    """The sheets remix by remix; `BrokenReport` with every fault, `BadInput` where it is no JSON."""
    terms: dict[str, tuple[Terms, ...]] = {}
    faults: list[Fault] = []
    for remix_id, place, items in _remixes(text, name):
        if remix_id in terms:
            faults.append(Fault(name, _line(text, place), remix_id, "the remix is there twice"))
        try:
            terms[remix_id] = _versions(items)
        except (BadInput, Refused, TypeError):
            terms[remix_id] = ()
            faults += _faults(text, name, place, remix_id)
    if faults:
        raise BrokenReport(faults[:MOST_FAULTS], more=max(len(faults) - MOST_FAULTS, 0))
    return terms


def read_json(path: Path) -> Any:
    """What a JSON file says, as strictly as sheets are read; `BadInput` names the line where it is no JSON."""
    try:
        reader = _Reader(path.read_bytes().decode("utf-8-sig"), path.name)
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", where=path.name) from error
    except UnicodeDecodeError as error:
        raise BadInput("is not UTF-8 text", where=path.name) from error
    value = reader.value()
    if not reader.at_end():
        raise reader.broken("there is something after the end")
    return value


def _versions(items: Any) -> tuple[Terms, ...]:
    if not isinstance(items, list):
        raise TypeError("the versions are a list")
    if len(items) == 1:
        return (terms_from(items[0]),)
    return in_order([terms_from(item) for item in items])


def _faults(text: str, file: str, place: int, remix_id: str) -> list[Fault]:
    """Everything that is wrong with the versions of one remix, each with its line."""
    reader = _Reader(text, file, place)
    if not text.startswith("[", place):
        return [Fault(file, reader.line(), remix_id, "is not a list of sheet versions")]
    built: list[Terms] = []
    faults: list[Fault] = []
    for line, item in reader.items():
        try:
            one = terms_from(item)
        except BadInput as error:
            faults.append(Fault(file, line, error.column, f"remix {remix_id}: {error.sentence}"))
            continue
        if one.version in [before.version for before in built]:
            reason = f"remix {remix_id}: the version {one.version} is there twice"
            faults.append(Fault(file, line, "version", reason))
        if one.effective_from in [before.effective_from for before in built]:
            reason = f"remix {remix_id}: two versions are effective from {one.effective_from}"
            faults.append(Fault(file, line, "effective_from", reason))
        built.append(one)
    return faults


def terms_from(item: Any) -> Terms:
    """The terms that one sheet version of the file says; `BadInput` names the field that is wrong."""
    if not isinstance(item, dict):
        raise BadInput("a sheet version is not an object")
    for key in item:
        if key not in _SHEET_KEYS:
            raise BadInput(f"{key!r} is not part of a sheet", column=key)
    version = item.get("version")
    if not isinstance(version, str) or not version:
        raise BadInput("the version is not a text", column="version")
    try:
        return Terms(
            version, _day(item.get("effective_from")), _shares(item.get("shares")), _recoup(item.get("recoup"))
        )
    except Refused as refusal:
        column, sentence = _SENTENCES[refusal.reasons[0].code]
        raise BadInput(sentence.format(**refusal.reasons[0].facts), column=column) from refusal


@lru_cache(maxsize=1 << 12)
def _known_day(text: str) -> date | None:
    return date.fromisoformat(text) if _DATE.fullmatch(text) else None


def _day(value: Any) -> date:
    try:
        if isinstance(value, str) and (day := _known_day(value)) is not None:
            return day
    except ValueError:
        pass
    raise BadInput(f"{_shown(value)} is not a date such as 2026-01-31", column="effective_from")


def _shown(value: Any) -> str:
    """The value as Python writes it, cut where nobody would read on."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


@lru_cache(maxsize=1 << 16)
def _share(text: str) -> Fraction:
    return fraction_of(text)


def _shares(value: Any) -> dict[str, Fraction]:
    if not isinstance(value, dict) or not value:
        raise BadInput("the shares are not an object of parties", column="shares")
    shares = {}
    for party, text in value.items():
        if not party:
            raise BadInput("a share has no party", column="shares")
        try:
            shares[party] = _share(text)
        except (ValueError, TypeError) as error:
            raise BadInput(
                f"the share {_shown(text)} of {party} is not written numerator/denominator", column="shares"
            ) from error
    return shares


def _recoup(value: Any) -> Recoupment | None:
    if value is None:
        return None
    if not isinstance(value, dict) or set(value) != {"party", "amount", "currency"}:
        raise BadInput("recoup has not exactly party, amount and currency", column="recoup")
    if not isinstance(value["party"], str) or not isinstance(value["currency"], str):
        raise BadInput("party and currency of recoup are texts", column="recoup")
    try:
        return Recoupment(value["party"], pico_of(value["amount"]), value["currency"])
    except ValueError as error:
        reason = f"the amount {_shown(value['amount'])} to recoup is not a positive decimal text"
        raise BadInput(reason, column="recoup") from error


def _remixes(text: str, file: str) -> Iterator[tuple[str, int, Any]]:
    """(remix, place of its versions in the text, versions) in file order; remixes may repeat."""
    reader = _Reader(text, file)
    if not reader.take("{"):
        raise BadInput("the file is not an object of remixes", where=file, line=1)
    more = not reader.take("}")
    while more:
        remix_id = reader.value()
        if not isinstance(remix_id, str) or not reader.take(":"):
            raise reader.broken("a remix and a colon are expected")
        place = reader.place()
        yield remix_id, place, reader.value()
        more = reader.take(",")
        if not more:
            reader.need("}")
    if not reader.at_end():
        raise reader.broken("there is something after the end")


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


class _Reader:
    """A place in JSON text."""

    def __init__(self, text: str, file: str, at: int = 0) -> None:
        self._text, self._file, self._at = text, file, at
        self._decode = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_constant).raw_decode

    def line(self) -> int:
        return _line(self._text, self.place())

    def place(self) -> int:
        """Where the next thing begins."""
        if self._text[self._at : self._at + 1] in _BLANKS:
            match = _SPACE.match(self._text, self._at)
            assert match is not None
            self._at = match.end()
        return self._at

    def items(self) -> Iterator[tuple[int, Any]]:
        """(line, value) of each item of the list that begins here."""
        self.need("[")
        more = not self.take("]")
        while more:
            yield self.line(), self.value()
            more = self.take(",")

    def take(self, mark: str) -> bool:
        if not self._text.startswith(mark, self.place()):
            return False
        self._at += len(mark)
        return True

    def need(self, mark: str) -> None:
        if not self.take(mark):
            raise self.broken(f"{mark!r} is expected")

    def value(self) -> Any:
        begin = self.place()
        try:
            value, self._at = self._decode(self._text, begin)
        except json.JSONDecodeError as error:
            self._at = error.pos
            raise self.broken(error.msg) from error
        except RecursionError as error:
            raise self.broken("it is nested too deep") from error
        except (_Twice, ValueError) as error:
            raise self.broken(str(error)) from error
        if _HALVES.search(self._text, begin, self._at):
            self._need_whole_characters(value)
        return value

    def _need_whole_characters(self, value: Any) -> None:
        """JSON can escape half of a character; no table and no terminal can write one."""
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise self.broken("a text has half of a character in it") from error

    def at_end(self) -> bool:
        return self.place() == len(self._text)

    def broken(self, reason: str) -> BadInput:
        return BadInput(f"is not JSON of sheets: {reason}", where=self._file, line=self.line())


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    built = dict(pairs)
    if len(built) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _Twice(f"{next(key for key in keys if keys.count(key) > 1)!r} is there twice")
    return built


def _no_constant(text: str) -> Any:
    raise _Twice(f"{text} is no number")
