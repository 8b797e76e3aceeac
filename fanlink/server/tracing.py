"""What a payout is made of, link by link: cent → posting → report lines → remix → prompt version → consents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select

from fanlink.core import tracing
from fanlink.core.amounts import PICO_PER_MICRO, plain, plain_micro
from fanlink.core.catalogue import Track
from fanlink.core.consents import Consent
from fanlink.core.guard_rails import Use
from fanlink.core.ledger import Account, Kind
from fanlink.core.parties import Party
from fanlink.core.payouts import Payout, sent_key
from fanlink.core.prompts import Prompt
from fanlink.core.remixes import Remix
from fanlink.core.tracing import Movement, Slice
from fanlink.server import books, pots, sheets, tables
from fanlink.server.store import Store

TRANSACTION, POSTING, LINE = tables.transactions, tables.postings, tables.report_lines
MOST_LINES = 200
Thing = dict[str, Any]


def trace(store: Store, payout_id: str) -> Thing:
    """The chain of one payout; `missing` names every link that is not there. Refused: `not_found`.

    A payout that has not left yet is traced as if it left now. Amounts are decimal texts.
    """
    payout = store.need(Payout, payout_id)
    wanted_micro, missing = payout.amount_pico // PICO_PER_MICRO, []
    movements, links = _movements(store, payout.party)
    key = sent_key(payout.id)
    if not any(one.key == key for one in movements):
        if payout.sent_ms is not None:
            missing.append(f"payout {payout.id} left, but no transaction {key} is in the books")
        movements.append(Movement(0, key, {payout.currency: -wanted_micro}))
    slices = tracing.trace(movements).taken.get(key, ())
    found_micro = sum(one.micro for one in slices)
    if found_micro != wanted_micro:
        missing.append(f"postings make up {plain_micro(found_micro)} of {plain_micro(wanted_micro)} {payout.currency}")
    missing += _broken_links(store, {one.transaction for one in _all(slices)})
    chain = [_slice(store, one, payout.party, links, missing) for one in slices]
    return {
        "payout": payout.id, "party": payout.party, "currency": payout.currency, "amount": plain(payout.amount_pico),
        "state": str(payout.state), "made_of": chain, "missing": missing,
    }  # fmt: skip


def _movements(store: Store, party: str) -> tuple[list[Movement], dict[int, Any]]:
    """What moved on the party's accounts, in order, and the rows of the transactions by number.

    A move between its own account and its held account moves nothing that it has.
    """
    mine = (str(Account(Kind.PARTY, party)), str(Account(Kind.HELD, party)))
    chosen = (
        select(TRANSACTION, POSTING.c.currency.label("of"), POSTING.c.amount_pico)
        .join(POSTING, POSTING.c.transaction_number == TRANSACTION.c.number)
        .where(POSTING.c.account.in_(mine)).order_by(TRANSACTION.c.number)
    )  # fmt: skip
    rows: dict[int, Any] = {}
    moved: dict[int, dict[str, int]] = {}
    for row in store.rows(chosen):
        rows[row.number] = row
        sums = moved.setdefault(row.number, {})
        sums[row.of] = sums.get(row.of, 0) - int(row.amount_pico) // PICO_PER_MICRO
    return [
        Movement(
            number, rows[number].key, {currency: micro for currency, micro in sums.items() if micro},
            (rows[number].remix, rows[number].sheet) if rows[number].remix else None, rows[number].reverses,
        )
        for number, sums in moved.items() if any(sums.values())
    ], rows  # fmt: skip


def _all(slices: Iterable[Slice]) -> Iterable[Slice]:
    for one in slices:
        yield one
        yield from _all(one.origin)


def _broken_links(store: Store, numbers: set[int]) -> list[str]:
    """Transactions whose link does not follow from the one before it: their books were changed."""
    broken = []
    for number in sorted(numbers):
        rows = {row.number: row for row in store.rows(select(TRANSACTION).where(TRANSACTION.c.number.in_([number, number - 1])))}
        kept = books.transaction(store, rows[number].key)
        before = rows[number - 1].link if number - 1 in rows else ""
        if kept is None or kept.chained(before) != rows[number].link:
            broken.append(f"transaction {number} does not follow from the one before it")
    return broken


def _slice(store: Store, one: Slice, party: str, links: dict[int, Any], missing: list[str]) -> Thing:
    row = links.get(one.transaction)
    told: Thing = {"amount": plain_micro(one.micro), "currency": one.currency, "transaction": one.transaction,
                   "key": row.key if row else None, "link": row.link if row else None}  # fmt: skip
    if one.origin:
        return told | {"converted_from": [_slice(store, each, party, links, missing) for each in one.origin]}
    if one.pot is None:
        missing.append(f"transaction {one.transaction} is neither earned nor converted")
        return told
    remix_id, sheet_id = one.pot
    return told | {
        "pot": {"remix": remix_id, "sheet": sheet_id, **_lines(store, remix_id, sheet_id, one.currency, missing)},
        "share": _share(store, sheet_id, party, missing), "remix": _remix(store, remix_id, missing),
    }  # fmt: skip


def _lines(store: Store, remix: str, sheet: str, currency: str, missing: list[str]) -> Thing:
    chosen = (LINE.c.remix == remix, LINE.c.sheet == sheet, LINE.c.currency == currency)
    (counted,) = store.rows(select(func.count().label("lines")).select_from(LINE).where(*chosen))
    rows = store.rows(select(LINE).where(*chosen).order_by(LINE.c.service, LINE.c.report_id, LINE.c.line_id).limit(MOST_LINES))
    if not counted.lines:
        missing.append(f"the pot of {remix} under {sheet} in {currency} has no report line")
    found = {pot.version: pot for pot in pots.at(store, remix, currency)}.get(sheet)
    return {
        "gross": plain(found.gross_pico) if found else "0", "lines": counted.lines,
        "report_lines": [
            {"service": row.service, "report": row.report_id, "line": row.line_id, "revenue": row.revenue,
             "period_end": row.period_end, "record": row.record, "content": row.content}
            for row in rows
        ],
    }  # fmt: skip


def _share(store: Store, sheet_id: str, party: str, missing: list[str]) -> str:
    sheet = sheets.get(store, sheet_id)
    held = sheet.flatten().get(party) if sheet is not None else None
    if held is None:
        missing.append(f"{party} is not on the sheet {sheet_id}")
        return ""
    return f"{held.numerator}/{held.denominator}"


def _remix(store: Store, remix_id: str, missing: list[str]) -> Thing:
    remix = store.get(Remix, remix_id)
    if remix is None:
        missing.append(f"the remix {remix_id} is not there")
        return {"id": remix_id}
    prompt = store.get(Prompt, remix.prompt)
    version = prompt.published(remix.prompt_version) if prompt is not None else None
    if version is None:
        missing.append(f"the version {remix.prompt_version} of the prompt {remix.prompt} is not there")
    return {
        "id": remix.id, "title": remix.title, "recipe_digest": remix.recipe_digest,
        "prompt": {"id": remix.prompt, "version": remix.prompt_version, "number": version.number if version else None},
        "consents": _consents(store, remix.track, missing),
    }  # fmt: skip


def _consents(store: Store, track_id: str, missing: list[str]) -> list[Thing]:
    """What everyone with a stake, and every featured performer, answered about remixes of the track."""
    track = store.get(Track, track_id)
    if track is None:
        missing.append(f"the track {track_id} is not there")
        return []
    answers = {one.party: one for one in store.find(Consent, track=track_id, use=str(Use.REMIX))}
    told = []
    for party in sorted(track.parties):
        consent, named = answers.get(party), store.get(Party, party)
        if consent is None or consent.answered_ms is None:
            missing.append(f"{party} never answered whether {track_id} may be remixed")
            continue
        told.append({
            "id": consent.id, "party": party, "name": named.name if named else party, "state": str(consent.state),
            "answered_ms": consent.answered_ms, "answered_by": consent.answered_by,
        })  # fmt: skip
    return told

