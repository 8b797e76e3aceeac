"""What a comparison of a recording with its recipe found, and the words for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fanlink.remix import compare

# Two renders on different wheels sound the same within these; an addition 30 dB below does not move them.
LIKE_ENVELOPE, LIKE_SPECTRUM_DB = 0.98, 1.0
# Less than this that could not be judged holds no sound that a person hears.
SKIPPED_S = 0.1
LOOKED_FOR_DB = -30.0


@dataclass(frozen=True, slots=True)
class Foreign:
    """A range of the recording that holds what the recipe does not explain."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a comparison found.

    `comparable` is false where samples cannot be compared: another build of the engine made the recording. The
    likeness of envelope and spectrum then says how far it sounds the same, and `match` is false.
    `largest_difference_dbfs` is None when all samples are equal. `sensitivity_db` is how far under the mix a sound that
    is like it would still have been seen (None where nothing can be said), and `sentence` says all of it in words.
    """

    comparable: bool
    match: bool
    largest_difference_dbfs: float | None
    foreign: tuple[Foreign, ...]
    pcm_digest: str
    envelope: float
    spectrum_db: float
    sensitivity_db: float | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a comparison found, in frames; `largest` is in dBFS."""

    comparable: bool
    match: bool
    largest: float | None
    ranges: list[compare.Range]
    likeness: dict[str, float]
    sensitivity_db: float | None = None
    skipped_s: float = 0.0
    coded_before: bool = False
    moved: str = ""
    hidden: bool = False


def verdict(found: Found, rate_hz: int, pcm_digest: str, *, lossy: bool) -> Verdict:
    """The verdict on a recording at this rate."""
    return Verdict(
        found.comparable,
        found.match,
        None if found.largest is None else round(found.largest, 2),
        tuple(Foreign(_ms(max(start, 0), rate_hz), _ms(end, rate_hz)) for start, end in found.ranges),
        pcm_digest,
        round(found.likeness["envelope"], 4),
        round(found.likeness["spectrum_db"], 3),
        found.sensitivity_db,
        sentence(found, lossy),
    )


def in_short(verdict: Verdict) -> str:
    """The verdict in a few words, which say too when a match is not all that a match should be."""
    if not verdict.comparable:
        return "cannot be compared"
    if not verdict.match:
        return "no match"
    seen = verdict.sensitivity_db
    return "match" if seen is None or seen <= LOOKED_FOR_DB else f"match, but a sound {-seen:.0f} dB below the mix or less could hide in it"


def _ms(frame: int, rate_hz: int) -> int:
    return round(frame * 1000 / rate_hz)


def alike(likeness: Mapping[str, float]) -> bool:
    """Whether two recordings sound the same."""
    return likeness["envelope"] >= LIKE_ENVELOPE and likeness["spectrum_db"] <= LIKE_SPECTRUM_DB


def sentence(found: Found, lossy: bool) -> str:
    """What was found, in words; for a lossy recording also what could not have been seen."""
    if not found.comparable and found.coded_before:
        return (
            "It was coded more than once, or holds a sound far below the mix from its beginning to its end: nothing stands out "
            f"down to {-(found.sensitivity_db or 0.0):.0f} dB below the mix, but to know more, compare a lossless file."
        )
    if not found.comparable and found.hidden:
        return "It is coded so coarsely that its noise hides whatever could be in it: to know more, compare a lossless file."
    if not found.comparable:
        how = "sounds the same" if alike(found.likeness) else "does not sound the same"
        return f"It was made by another build of the engine, so samples cannot be compared; it {how}."
    if found.ranges:
        said = f"It holds what the recipe does not explain, in {len(found.ranges)} place{'s' if len(found.ranges) > 1 else ''}."
    elif found.match:
        said = "It is what the recipe gives."
    else:
        said = "It is not sample for sample what the recipe gives, but nothing in it is foreign."
    if found.moved:
        said = f"{said} The whole is {found.moved}."
    if not lossy or found.sensitivity_db is None:
        return said
    if found.skipped_s >= SKIPPED_S:
        said = f"{said} {found.skipped_s:.1f} s of it are coded so that they cannot be judged: for these, compare a lossless file."
    if found.coded_before:
        said = f"{said} It was coded more than once."
    limit = f"{-found.sensitivity_db:.0f} dB below the mix"
    if found.sensitivity_db > LOOKED_FOR_DB:
        return (
            f"{said} The noise of this file's coding hides sounds that are like the mix and more than {limit}: "
            "to see down to 30 dB below, compare a lossless file."
        )
    return f"{said} A sound like the mix would have been seen down to {limit}."
