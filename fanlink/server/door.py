"""The one write door. Commands of many requests are decided one by one and committed together, or not at all.

Nothing below this file commits, and nothing is answered before the commit is durable. Each command has its own way back, so
a refused one leaves no trace while its neighbours stand. When anything unforeseen happens the transaction is rolled
back and every request tried on its own, so that one request's trouble stays its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from fanlink.core.errors import Conflict, FanLinkError, Reason, Refused
from fanlink.core.people import SYSTEM, Actor
from fanlink.server import handlers, policy
from fanlink.server.answers import Answers, Given
from fanlink.server.assets import Assets
from fanlink.server.audit import AuditLog
from fanlink.server.database import Database, DatabaseAway
from fanlink.server.deciding import Deciding, Kept
from fanlink.server.envelopes import Asked, read_data
from fanlink.server.feed import write as write_documents
from fanlink.server.report_files import ReportFiles
from fanlink.server.settings import Settings
from fanlink.server.store import Store

Result = TypeVar("Result")
Act = Callable[[Deciding], Result]


@dataclass(slots=True)
class Request:
    """What one caller wants decided in one go: a batch of commands, or an act of the system's own."""

    account: str = ""
    commands: Sequence[Asked] = ()
    act: Act[Any] | None = None
    result: Any = None
    error: BaseException | None = None


class Door:
    """Decides commands against one database.

    `told` is called after each commit with the scopes' new heads, and before it `people_changed`, where tokens, roles or ties may
    be others now.
    """

    def __init__(
        self, database: Database, settings: Settings, told: Callable[[dict[str, int]], None] | None = None,
        people_changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._people_changed = people_changed
        self.database, self.settings = database, settings
        self.reports = ReportFiles(Assets(settings.assets))
        self.told = told or (lambda _heads: None)

    def answer(self, account: str, commands: Sequence[Asked], now_ms: int) -> list[dict[str, Any]]:
        """The answers to one batch, committed when this returns."""
        return self._alone(Request(account, commands), now_ms)

    def act(self, act: Act[Result], now_ms: int) -> Result:
        """Does an act of the system's own in one transaction, documents and all, and gives what it gives."""
        return self._alone(Request(act=act), now_ms)

    def _alone(self, request: Request, now_ms: int) -> Any:
        self.answer_together([request], now_ms)
        if request.error is not None:
            raise request.error
        return request.result

    def answer_together(self, requests: Sequence[Request], now_ms: int) -> None:
        """Decides all requests in one durable transaction and puts each one's result, or error, into it."""
        try:
            self._commit(requests, now_ms)
        except DatabaseAway as error:
            for request in requests:
                request.error = error
        except Exception as error:
            if len(requests) == 1:
                requests[0].error = error
                return
            for request in requests:
                request.result = request.error = None
                self.answer_together([request], now_ms)

    def _commit(self, requests: Sequence[Request], now_ms: int) -> None:
        with self.database.writing() as connection:
            store = Store(connection, self.database.is_sqlite, self.settings)
            audit = AuditLog(connection, now_ms)
            answers = Answers(connection, self.database.is_sqlite, now_ms)
            answers.recall(request for request in requests if request.commands)
            for request in requests:
                if request.act is not None:
                    self._act(request, store, audit, now_ms)
                else:
                    request.result = [
                        self._answer(request.account, asked, store, audit, answers, now_ms) for asked in request.commands
                    ]
            store.flush()
            subjects = handlers.subjects(store, now_ms)
            heads = write_documents(connection, self.database.is_sqlite, subjects, now_ms)
            answers.write()
            audit.write()
        if store.people_changed:
            self._people_changed()
        self.told(heads)

    def _act(self, request: Request, store: Store, audit: AuditLog, now_ms: int) -> None:
        deciding = Deciding(store, SYSTEM, "", "", None, now_ms, self.settings, audit, self.reports)
        store.begin_command()
        try:
            request.result = request.act(deciding)  # type: ignore[misc]
        except FanLinkError as error:
            store.refuse()
            request.error = error
        else:
            store.accept()

    def _answer(
        self, account: str, asked: Asked, store: Store, audit: AuditLog, answers: Answers, now_ms: int
    ) -> dict[str, Any]:
        given = answers.given(account, asked.id)
        if given is not None:
            return given.answer if given.content == asked.content else _reused(asked)
        blocked = _blocked(account, asked, answers)
        if blocked and blocked["findings"][0]["code"] == "unknown_dependency":
            return blocked
        actor = store.actor(account)
        assert actor is not None, "an account that asks is there"
        answer = blocked or self._decide(actor, asked, store, audit, now_ms)
        audit.add(actor.id, asked, answer)
        answers.keep(account, asked, answer)
        return answer

    def _decide(self, actor: Actor, asked: Asked, store: Store, audit: AuditLog, now_ms: int) -> dict[str, Any]:
        envelope = asked.envelope
        deciding = Deciding(
            store, actor, envelope.kind, envelope.target, envelope.base_version, now_ms, self.settings,
            audit, self.reports, envelope.id,
        )  # fmt: skip
        lines = audit.length
        store.begin_command()
        try:
            if envelope.kind in handlers.HANDLERS:
                policy.demand_role(envelope.kind, actor)
            data = read_data(envelope)
            kept = handlers.HANDLERS[envelope.kind](deciding, data)
        except Refused as refused:
            store.refuse()
            audit.back_to(lines)
            return {"id": asked.id, "outcome": "refused", "findings": _findings(refused.reasons)}
        except Conflict as conflict:
            store.refuse()
            audit.back_to(lines)
            return {"id": asked.id, "outcome": "conflict", "now": dict(conflict.now)}
        except BaseException:
            store.refuse()
            raise
        store.accept()
        if isinstance(kept, Kept):
            return {"id": asked.id, "outcome": "conflict", "now": kept.now}
        return {"id": asked.id, "outcome": "accepted"}


def _findings(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    return [{"code": reason.code, "facts": dict(reason.facts)} for reason in reasons]


def _reused(asked: Asked) -> dict[str, Any]:
    return {"id": asked.id, "outcome": "refused", "findings": [{"code": "id_reused", "facts": {"id": asked.id}}]}


def _blocked(account: str, asked: Asked, answers: Answers) -> dict[str, Any] | None:
    """The answer to a command that rests on one that is unknown or was not accepted; None when it may be decided."""
    unknown = [name for name in asked.before if answers.given(account, name) is None]
    if unknown:
        findings = [{"code": "unknown_dependency", "facts": {"id": name}} for name in unknown]
        return {"id": asked.id, "outcome": "blocked", "findings": findings}
    failed = [
        {"code": "dependency_not_accepted", "facts": {"id": name, "outcome": given.outcome}}
        for name in asked.envelope.after
        if not (given := _known(answers, account, name)).satisfied
    ]
    if failed:
        return {"id": asked.id, "outcome": "blocked", "findings": failed}
    replaced = asked.envelope.replaces
    if replaced is not None and _known(answers, account, replaced).satisfied:
        finding = {"code": "nothing_to_replace", "facts": {"id": replaced}}
        return {"id": asked.id, "outcome": "refused", "findings": [finding]}
    return None


def _known(answers: Answers, account: str, name: str) -> Given:
    given = answers.given(account, name)
    assert given is not None
    return given
