"""What one segment of the words says."""

from __future__ import annotations

from fanlink.remix.interpret.frames import Frame, Heard
from fanlink.remix.interpret.measures import hear_amounts, hear_bare_number, hear_measures, hear_sections, hear_sizes
from fanlink.remix.interpret.mentions import hear_parts
from fanlink.remix.interpret.qualities import borrow_grooves, hear_qualities, settle_fades
from fanlink.remix.interpret.segments import Segment


def heard(segment: Segment, parts: frozenset[str], given: str = "", targets: tuple[str, ...] = ()) -> Heard:
    """The decisions of a segment. `given` is the predicate of the list it stands in, `targets` what a "with" hangs on."""
    frame = Frame(segment, parts, given, Heard(), targets)
    borrow_grooves(frame)
    hear_sections(frame)
    hear_amounts(frame)
    hear_bare_number(frame)
    hear_parts(frame)
    hear_qualities(frame)
    hear_measures(frame)
    hear_sizes(frame)
    settle_fades(frame)
    if frame.heard.reads:
        named = {(place.start, place.end) for place in frame.segment.places}
        frame.heard.unused = [span for span in frame.heard.unused if span not in named]
    frame.heard.reads.sort(key=lambda read: read.start)
    return frame.heard
