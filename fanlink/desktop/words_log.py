"""What is said when the server's audit log is not the one that this computer knew."""

from __future__ import annotations

from fanlink.core.checkpoints import Checkpoint, How, LogChange
from fanlink.desktop import formats

SAFE = "Nothing of yours is lost: what you had done was sent again, and everything here was compared with the server."

TITLES = {
    How.RESTORED: "The server was restored from a backup",
    How.REWRITTEN: "The server's log is another one",
    How.ALTERED: "The server's log was changed",
}


def sentence(change: LogChange) -> str:
    """What was found, what it means, and what to do."""
    differs = formats.moment(change.differs.seen_ms)
    if change.how is How.ALTERED:
        return (
            f"Something in it that was there by {differs} is different now, while what came later is the same. A backup does not "
            "do that: ask whoever runs the server about it."
        )
    if change.how is How.RESTORED:
        return f"{_known(change, differs)} {SAFE}"
    return f"{_known(change, differs)} It was restored from a backup and went on, or somebody changed its log. {SAFE}"


def _known(change: LogChange, differs: str) -> str:
    if change.agrees is None:
        return f"It does not have all that was there on {differs}."
    return f"It has what was there on {formats.moment(change.agrees.seen_ms)}, but not all that was there on {differs}."


def checkpoint(one: Checkpoint) -> str:
    """A checkpoint as `fanlink audit verify --checkpoint` takes it."""
    return f"{one.number}:{one.hash}"
