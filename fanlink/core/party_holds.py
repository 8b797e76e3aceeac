"""A hold on a party's money: visible, with its reason, until it is released. Nothing of it is paid meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fanlink.core.errors import Refused


@dataclass(frozen=True, slots=True)
class PartyHold:
    """A party that is held, or was. The id is the party's. Times are milliseconds since 1970 UTC."""

    id: str
    reason: str
    held_by: str
    held_ms: int
    released_by: str | None = None
    released_ms: int | None = None
    version: int = 1

    @property
    def is_held(self) -> bool:
        """True until it is released."""
        return self.released_ms is None


def hold(before: PartyHold | None, party: str, reason: str, by: str, now_ms: int) -> PartyHold:
    """The party is held from now on. Refused: `held_already`, `reason_needed`."""
    if before is not None and before.is_held:
        raise Refused("held_already", party=party)
    if not reason.strip():
        raise Refused("reason_needed", party=party)
    return PartyHold(party, " ".join(reason.split())[:500], by, now_ms, version=before.version + 1 if before else 1)


def release(before: PartyHold | None, party: str, by: str, now_ms: int, by_parties: tuple[str, ...] = ()) -> PartyHold:
    """The party is held no longer. Refused: `not_held`, `released_by_payee`."""
    if before is None or not before.is_held:
        raise Refused("not_held", party=party)
    if party in by_parties:
        raise Refused("released_by_payee", by=by)
    return replace(before, released_by=by, released_ms=now_ms, version=before.version + 1)
