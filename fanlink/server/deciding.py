"""What a handler is given to decide one command: who asks, what the store holds, what time it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from fanlink import wire
from fanlink.core.errors import Conflict, Reason, Refused
from fanlink.core.people import SYSTEM, Actor
from fanlink.server import policy
from fanlink.server.audit import AuditLog
from fanlink.server.nouns import NOUNS
from fanlink.server.report_files import ReportFiles
from fanlink.server.settings import Settings
from fanlink.server.store import Store

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Kept:
    """A conflict whose handler kept something all the same, such as a late decision as an opinion."""

    now: dict[str, Any]


Handler = Callable[["Deciding", Any], "Kept | None"]


@dataclass(slots=True)
class Deciding:
    """One command on its way through a handler, or an act of the system's own when `kind` is empty."""

    store: Store
    actor: Actor
    kind: str
    target: str
    base_version: int | None
    now_ms: int
    settings: Settings
    audit: AuditLog
    reports: ReportFiles
    command: str = ""

    def note(self, kind: str, target: str, **facts: Any) -> None:
        """Puts what the system itself does into the audit log, beside the command that led to it."""
        self.audit.note(SYSTEM.id, self.command, kind, target, "done", facts)

    def may(self, **ties: Any) -> None:
        """Refuses as `not_allowed` unless the account has one of the ties that the command's policy names."""
        policy.demand_tie(self.kind, self.actor, **ties)

    def need(self, kind: type[Value]) -> Value:
        """The command's target, which must be there; refused as `not_found`."""
        return self.store.need(kind, self.target)

    def fresh(self, value: Any, told: Any = None) -> None:
        """Raises `Conflict` when the person saw another version than the newest, and refuses one who names none.

        Ask `may` first: a conflict tells. `told` is what it tells where the person may not see the whole value.
        """
        if self.base_version is None:
            raise Refused("base_version_missing", kind=self.kind, version=value.version)
        if self.base_version != value.version:
            raise Conflict(now_of(value if told is None else told))

    def same(self, value: Any) -> None:
        """Raises `Conflict` when the person named another version than the newest; none need be named.

        For what a later version does not change but its state: a payout's amount, the terms of a wish.
        """
        if self.base_version is not None and self.base_version != value.version:
            raise Conflict(now_of(value))

    def new(self, kind: type[Value]) -> None:
        """Refuses a target that is there already, or a version of something that is not."""
        value = self.store.get(kind, self.target)
        if value is not None:
            raise Refused("id_taken", noun=NOUNS[kind].word, id=self.target)
        if self.base_version is not None:
            raise Refused("not_found", noun=NOUNS[kind].word, id=self.target)

    def known(self, kind: type, ids: Iterable[str]) -> None:
        """Refuses as `not_found`, once for each id that names nothing."""
        missing = [one for one in dict.fromkeys(ids) if self.store.get(kind, one) is None]
        if missing:
            raise Refused(Reason("not_found", {"noun": NOUNS[kind].word, "id": one}) for one in missing)


def now_of(value: Any) -> dict[str, Any]:
    """What a thing is now, as a conflict shows it: the whole value, so that both sides can be laid side by side."""
    return wire.to_json(value)
