"""Royalties over HTTP beside the commands: previews, balances, statements as files, and the proof of the books."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from fanlink.core.errors import BadInput, Refused, Stopped
from fanlink.core.people import Role, scopes_of
from fanlink.royalties.verify_books import prove
from fanlink.server import checking, money_reads, reports
from fanlink.server.checking import Checking
from fanlink.server.guard import actor_of
from fanlink.server.mandates import day_of
from fanlink.server.proving import Rows
from fanlink.server.replies import Reply
from fanlink.server.runs import run_id
from fanlink.server.server import Server
from fanlink.server.store import Store

Name = Annotated[str, Path(max_length=200)]


class Look(BaseModel):
    """The uploaded file to look at, and what it is called."""

    model_config = ConfigDict(extra="forbid", strict=True)

    asset: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    name: Annotated[str, Field(max_length=200)] = "report"
    report: Annotated[str, Field(max_length=64, description="The id to cancel the look under, and to ask how far it is")] = ""


def routes(server: Server, router: FastAPI) -> None:
    """The addresses below `/v1/reports`, `/v1/unmatched`, `/v1/holds`, `/v1/runs`, `/v1/books`, `/v1/balances`, `/v1/statements`."""

    async def look(read: Callable[[Store], Any]) -> Any:
        def within(connection: Connection) -> Any:
            return read(Store(connection, server.database.is_sqlite))

        return await server.look(within, long=True)

    _previews(server, router)
    _lists(server, router, look)
    _parties(server, router, look)

    @router.get("/v1/books/proof", summary="Everything computed again from the report lines, and what differs")
    async def proof() -> dict[str, Any]:
        found = await server.look(lambda connection: prove(Rows(connection)), long=True)
        return found.as_data()

    @router.get("/v1/remixes/{remix_id}/sheet", summary="The newest split sheet of a remix")
    async def sheet(remix_id: Name) -> dict[str, Any]:
        return await look(lambda store: money_reads.sheet(store, remix_id))


def _previews(server: Server, router: FastAPI) -> None:
    @router.post("/v1/reports/preview", summary="What importing an uploaded report would do; nothing is changed")
    async def preview(body: Look) -> dict[str, Any]:
        try:
            return await run_in_threadpool(_look, server, body)
        except Stopped as error:
            raise Reply(409, "import_cancelled") from error
        except Refused as error:
            raise Reply(404, error.reasons[0].code, **dict(error.reasons[0].facts)) from error


def _look(server: Server, body: Look) -> dict[str, Any]:
    """What importing would do. `Stopped` when it is cancelled meanwhile under the id that it was asked with."""
    files = server.door.reports
    with Checking(server.database, files, body.report) if body.report else nullcontext() as checking:
        try:
            files.prepare(body.asset, body.name or "report", checking and checking.of("reading"))
            spool = files.lines(body.asset, body.name or "report")
        except BadInput as error:
            return {"broken": [dict(reason.facts) | {"code": reason.code} for reason in reports.broken(error).reasons]}
        with server.database.reading() as connection:
            store = Store(connection, server.database.is_sqlite)
            return reports.preview(store, spool, checking and checking.of("comparing")) | {"broken": []}


def _lists(server: Server, router: FastAPI, look: Callable[[Callable[[Store], Any]], Any]) -> None:
    @router.get("/v1/unmatched", summary="Groups of lines whose remix is not known, and matches by hand")
    async def unmatched() -> dict[str, Any]:
        return {"unmatched": await look(lambda store: money_reads.documents(store, ("finance",), "unmatched"))}

    @router.get("/v1/holds", summary="Held lines that you may see: finance all, a party its own")
    async def holds(request: Request) -> dict[str, Any]:
        scopes = scopes_of(actor_of(request))
        return {"holds": await look(lambda store: money_reads.documents(store, scopes, "hold"))}

    @router.get("/v1/reports/{report_id}", summary="What became of an imported report")
    async def report(report_id: Name) -> dict[str, Any]:
        return await look(lambda store: _one(store, "report", report_id))

    @router.get("/v1/reports/{report_id}/checking", summary="How far the server is with reading a report that is not decided")
    async def checking_of(report_id: Name) -> dict[str, Any]:
        found = checking.far(server.door.reports, report_id)
        if found is None:
            raise Reply(404, "not_found")
        return found

    @router.get("/v1/runs/{period}", summary="How far the royalty run of a month is")
    async def run(period: Name) -> dict[str, Any]:
        return await look(lambda store: _one(store, "run", run_id(period)))


def _one(store: Store, kind: str, name: str) -> dict[str, Any]:
    found = money_reads.document(store, "finance", kind, name)
    if found is None:
        raise Reply(404, "not_found")
    return found


def _parties(server: Server, router: FastAPI, look: Callable[[Callable[[Store], Any]], Any]) -> None:
    def may(request: Request, *parties: str) -> None:
        """Finance may see every party's money, anyone else only that of the parties they answer for."""
        actor = actor_of(request)
        if not actor.has(Role.FINANCE) and not set(parties) & set(actor.parties):
            raise Reply(404, "not_found")

    @router.get("/v1/balances", summary="What a party is owed at the end of a day")
    async def balances(
        request: Request, party: Annotated[str, Query(max_length=200)], at: Annotated[str | None, Query(max_length=10)] = None
    ) -> dict[str, Any]:
        may(request, party)
        day = money_reads.day_of(at) if at else day_of(server.clock())
        return await look(lambda store: money_reads.balance(store, party, day))

    @router.get(
        "/v1/statements/{party_id}/{period}", summary="A party's statement of a month as a file",
        response_class=Response, responses={200: {"content": {media: {} for media in money_reads.FORMATS.values()}}},
    )  # fmt: skip
    async def statement(
        request: Request, party_id: Name, period: Annotated[str, Path(max_length=7)],
        format: Literal["pdf", "csv", "dsr", "json"] = "json",
    ) -> Response:  # fmt: skip
        may(request, party_id)
        made = await look(lambda store: money_reads.statement(store, party_id, period, format, server.clock()))
        return Response(made, media_type=money_reads.FORMATS[format])

    @router.get("/v1/pots/{pot_id}/lines", summary="The report lines that a pot is the sum of")
    async def lines(
        request: Request, pot_id: Name, after: Annotated[str, Query(max_length=4000)] = "",
        limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    ) -> dict[str, Any]:  # fmt: skip
        may(request, *await look(lambda store: money_reads.pot_parties(store, pot_id)))
        return await look(lambda store: money_reads.pot_lines(store, pot_id, after, limit))
