"""Payouts as finance reads them: what is due and under way, what each is made of, and the files for the bank."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from fastapi import FastAPI, Path, Query, Request, Response
from sqlalchemy import Connection

from fanlink import wire
from fanlink.core.errors import Refused
from fanlink.core.payouts import Batch, Payout, State
from fanlink.royalties.payouts import Instruction, pain_001, payouts_csv
from fanlink.server import balances, bank_keys, payouts, tracing
from fanlink.server.balances import Standings
from fanlink.server.deciding import Deciding
from fanlink.server.envelopes import Id
from fanlink.server.guard import actor_of
from fanlink.server.handing import purpose
from fanlink.server.nouns import SealedDetails
from fanlink.server.server import Server
from fanlink.server.showing import party_names
from fanlink.server.store import Store

MOST = 10_000
Name = Annotated[Id, Path()]


class Format(StrEnum):
    PAIN_001 = "pain001"
    CSV = "csv"


def routes(server: Server, router: FastAPI) -> None:
    """`GET /v1/payouts`, `/v1/payouts/{id}/trace` and `/v1/payout-batches/{id}/file`."""

    def store(connection: Connection) -> Store:
        return Store(connection, server.database.is_sqlite, server.settings)

    @router.get("/v1/payouts", summary="What is due, what waits and why, and the payouts in a state")
    async def listed(
        state: State | None = None, currency: Annotated[str | None, Query(pattern="^[A-Z]{3}$")] = None,
        until: date | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        return await server.look(lambda connection: overview(store(connection), server.clock(), state, currency, until), long=True)

    @router.get("/v1/payouts/{payout_id}/trace", summary="What a payout is made of, down to consents")
    async def traced(payout_id: Name) -> dict[str, Any]:
        return await server.look(lambda connection: tracing.trace(store(connection), payout_id), long=True)

    @router.get(
        "/v1/payout-batches/{batch_id}/file", summary="The payments file of a batch; always the same bytes",
        response_class=Response, responses={409: {"description": "The batch has no file that may be given away"}},
    )  # fmt: skip
    async def file(request: Request, batch_id: Name, kind: Annotated[Format, Query(alias="format")] = Format.PAIN_001) -> Response:
        actor = actor_of(request).id
        body = await server.look(lambda connection: file_of(store(connection), batch_id, kind), long=True)
        await asyncio.wrap_future(server.writer.act(lambda asked: hand(asked, batch_id, kind, actor)))
        media = "application/xml" if kind is Format.PAIN_001 else "text/csv; charset=utf-8"
        name = f"payouts-{batch_id}.{'xml' if kind is Format.PAIN_001 else 'csv'}"
        return Response(body, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def overview(store: Store, now_ms: int, state: State | None, currency: str | None, until: date | None) -> dict[str, Any]:
    """`balances` with why each waits (nothing: it is due), and `payouts`, by id."""
    standings, where = Standings(store), {"currency": currency} if currency else {}
    then = balances.owed_at_micro(store, until) if until is not None else {}

    def name(party: str) -> str:
        return party_names(store, [party])[party]

    told = []
    for one in store.find(balances.Balance, **where):
        owed = one.owed_micro if until is None else min(one.owed_micro, then.get((one.party, one.currency), 0))
        waits = balances.waits_for(one, standings, store.settings, now_ms, owed)
        told.append({
            "party": one.party, "party_name": name(one.party), "currency": one.currency, "owed_micro": owed, "held_micro": one.held_micro,
            "sent_micro": one.sent_micro, "since_ms": one.since_ms, "due": not waits, "waits_for": list(waits),
        })  # fmt: skip
    chosen = where | ({"state": str(state)} if state is not None else {})
    found = [wire.to_json(one) | {"party_name": name(one.party)} for one in store.find(Payout, **chosen)[:MOST]]
    batches = [wire.to_json(one) | {"message": one.message} for one in store.find(Batch, **where)[:MOST]]
    return {"balances": told, "payouts": found, "batches": batches}


def file_of(store: Store, batch_id: str, kind: Format) -> bytes:
    """The file of a batch, always the same bytes. Refused: `not_found`, `house_account_missing`, and as `bank_keys.opened` says."""
    batch = store.need(Batch, batch_id)
    found = [store.need(Payout, name) for name in batch.payouts]
    instructions = [Instruction(one, bank_keys.opened(store, store.need(SealedDetails, one.bank_details)).account, purpose(one)) for one in found]
    if kind is Format.CSV:
        return payouts_csv(instructions).encode()
    return pain_001(instructions, batch.house or store.settings.bank_account(), payouts.moment(batch.sent_ms), batch.bank_day)


def hand(asked: Deciding, batch_id: str, kind: Format, actor: str) -> None:
    """Notes that the file is given away; durable before anybody has it.

    Refused: `batch_goes_to_provider`, `batch_has_failed` (a payout of it was given up before the first file was given
    away: a file without it would be another one to the bank).
    """
    batch = asked.store.need(Batch, batch_id)
    if batch.way != payouts.FILE:
        raise Refused("batch_goes_to_provider", batch=batch_id)
    failed = [name for name in batch.payouts if asked.store.need(Payout, name).state is State.FAILED]
    if batch.handed_ms is None and failed:
        raise Refused("batch_has_failed", batch=batch_id, payouts=failed[:20])
    if batch.handed_ms is None:
        asked.store.save(replace(batch, handed_ms=asked.now_ms, version=batch.version + 1))
    asked.note("payout_file", batch_id, account=actor, format=str(kind))
