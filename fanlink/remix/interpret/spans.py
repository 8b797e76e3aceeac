"""Spans: which characters each decision claims. Two spans are the same or have no character in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fanlink.remix.interpret.decisions import Read

Span = tuple[int, int]
SIGNS = "%#&+-−'’"


def apart(reads: Sequence[Read], ignored: Sequence[Span], words: str) -> list[Read]:
    """The reads in order of the words, with spans cut where another begins, and around what was not understood."""
    spans = sorted({around((read.start, read.end), ignored, words) for read in reads})
    cut: dict[Span, Span] = {}
    for at, span in enumerate(spans):
        start = max((cut[before][1] for before in spans[:at]), default=0)
        end = next((after[0] for after in spans[at + 1 :] if after[0] > span[0]), span[1])
        own = trimmed((max(start, span[0]), min(span[1], max(end, start))), words)
        cut[span] = own if own[0] < own[1] else cut[spans[at - 1]] if at else span
    made = []
    for read in sorted(reads, key=lambda read: read.start):
        start, end = cut[around((read.start, read.end), ignored, words)]
        made.append(replace(read, start=start, end=end))
    return made


def around(span: Span, ignored: Sequence[Span], words: str) -> Span:
    """The longest piece of a span that has none of the ignored words in it."""
    pieces, start = [], span[0]
    for one in ignored:
        if span[0] < one[1] and one[0] < span[1]:
            pieces.append((start, one[0]))
            start = one[1]
    pieces.append((start, span[1]))
    best = max((trimmed(piece, words) for piece in pieces), key=lambda piece: (piece[1] - piece[0], -piece[0]))
    return best if best[0] < best[1] else span


def trimmed(span: Span, words: str) -> Span:
    """The span without what is no word, number or sign at its ends: white space, marks, emoji."""
    start, end = span
    while start < end and not (words[start].isalnum() or words[start] in SIGNS):
        start += 1
    while end > start and not (words[end - 1].isalnum() or words[end - 1] in SIGNS):
        end -= 1
    return start, end
