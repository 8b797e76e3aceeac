"""Checkpoints: what a client remembers of the server's audit log, so that it sees later whether that is still the same log.

A checkpoint is the number of a line and its hash. The lines are chained, so one hash stands for every line up to it: who
goes back to an older log, or changes a line of it, cannot give the same hash at the same number again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The hash of a line of the server's log, as the server told it at a time of this computer's own clock."""

    number: int
    hash: str
    seen_ms: int


MOST = 72  # that a log of 2^63 lines leaves at one for each doubling, and some


class How(StrEnum):
    """What is wrong with a log that is not as it was."""

    RESTORED = "restored"  # it ends before what it once told: a backup was put back
    REWRITTEN = "rewritten"  # from some place on it has other lines: a backup was put back and went on, or it was changed
    ALTERED = "altered"  # other lines in its middle, the same ones later: somebody changed what had happened


@dataclass(frozen=True, slots=True)
class LogChange:
    """A log is not as it was: `differs` is the first checkpoint that it does not have any more.

    `agrees` is the last checkpoint before that which it still has, None when there is none: a backup that was put back knew
    what was then, and not all that was by `differs`. `found_ms` is when that was found out.
    """

    how: How
    differs: Checkpoint
    agrees: Checkpoint | None
    found_ms: int


def compared(kept: Sequence[Checkpoint], told: Mapping[int, str], newest: int, now_ms: int) -> LogChange | None:
    """What became of the log; None when it has all that was kept.

    `told` are the hashes that the server has now at the numbers of `kept`, `newest` is the number of its last line.
    """
    ordered = sorted(kept, key=lambda one: one.number)
    wrong = [one for one in ordered if told.get(one.number) != one.hash]
    if not wrong:
        return None
    differs = wrong[0]
    agrees = max((one for one in ordered if one.number < differs.number), key=lambda one: one.number, default=None)
    if wrong[-1] != ordered[-1]:
        how = How.ALTERED
    else:
        how = How.RESTORED if newest < ordered[-1].number else How.REWRITTEN
    return LogChange(how, differs, agrees, now_ms)


def kept_with(kept: Sequence[Checkpoint], newest: Checkpoint) -> tuple[Checkpoint, ...]:
    """What to keep once a newer line was seen: that one, and ever fewer of the older ones.

    Of all that lie between 2^n and 2^(n+1) lines back the oldest stays, which is at most one for each doubling, so some
    sixty checkpoints are enough for any log and the first one stays for ever.
    """
    chosen: dict[int, Checkpoint] = {}
    for one in sorted(kept, key=lambda one: one.number):
        if one.number < newest.number:
            chosen.setdefault((newest.number - one.number).bit_length(), one)
    return (*sorted(chosen.values(), key=lambda one: one.number), newest)


def after_change(kept: Sequence[Checkpoint], told: Mapping[int, str]) -> tuple[Checkpoint, ...]:
    """The checkpoints that still hold once a change was reported, so that the log that is there now is watched from then on."""
    return tuple(one for one in sorted(kept, key=lambda one: one.number) if told.get(one.number) == one.hash)
