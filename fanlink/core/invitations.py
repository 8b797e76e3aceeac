"""An invitation for a party that has money here and nobody to take it: a link that works once, for a while."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from fanlink.core.errors import Refused

HASH = re.compile(r"[0-9a-f]{64}")
PREFIX = "fanlink-invitation:"


class InvitationState(StrEnum):
    OPEN = "open"
    USED = "used"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who may become a party. `secret_hash` is the SHA-256 of the link's secret, which is kept nowhere."""

    id: str
    party: str
    secret_hash: str
    invited_by: str
    invited_ms: int
    expires_ms: int
    state: InvitationState = InvitationState.OPEN
    used_by: str | None = None
    used_ms: int | None = None
    version: int = 1

    def __post_init__(self) -> None:
        if not HASH.fullmatch(self.secret_hash):
            raise Refused("secret_hash_malformed")

    def is_open(self, now_ms: int) -> bool:
        """Whether its link still works."""
        return self.state is InvitationState.OPEN and now_ms < self.expires_ms


def accept(invitation: Invitation, party: str, by: str, now_ms: int) -> Invitation:
    """Somebody followed the link and confirmed that they are `party`.

    Refused as `invitation_unusable`, whatever the reason: a link that was used, has run out or is for another party
    says nothing more to whoever holds it.
    """
    if not invitation.is_open(now_ms) or party != invitation.party:
        raise Refused("invitation_unusable")
    return replace(
        invitation, state=InvitationState.USED, used_by=by, used_ms=now_ms, version=invitation.version + 1
    )


def withdraw(invitation: Invitation) -> Invitation:
    """Its link works no more; one that was used stays used."""
    if invitation.state is not InvitationState.OPEN:
        return invitation
    return replace(invitation, state=InvitationState.WITHDRAWN, version=invitation.version + 1)


def secret_in(link: str) -> str:
    """The secret of a link, also when only the secret was pasted."""
    return link.strip().removeprefix(PREFIX)
