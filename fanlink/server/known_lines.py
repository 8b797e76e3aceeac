"""Report lines that the books have already: the same content changes nothing, other content refuses the report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select, tuple_

from fanlink.core.errors import Reason, Refused
from fanlink.royalties.spool import Spool
from fanlink.royalties.spooled import Key, Spooled
from fanlink.server import tables
from fanlink.server.store import Store, chunks

LINE = tables.report_lines
MOST_TOLD = 200
CHUNK = 2_000
MOST_REPORTS = 1_000


@dataclass(slots=True)
class Changed:
    """Lines that say something else than the books do under the same key: the first of them, and how many more."""

    reasons: list[Reason] = field(default_factory=list)
    more: int = 0

    def add(self, key: Key, number: int) -> None:
        """One more, which stands on a line of the file."""
        service, report, name = key
        if len(self.reasons) < MOST_TOLD:
            self.reasons.append(Reason("line_changed", {"service": service, "report": report, "line_id": name, "line": number}))
        else:
            self.more += 1

    def check(self) -> None:
        """Refused as `line_changed`, where there is any."""
        if self.reasons:
            raise Refused([*self.reasons, Reason("more_changed_lines", {"lines": self.more})] if self.more else self.reasons)

    def look(self, chunk: Iterable[Spooled], known: dict[Key, str]) -> None:
        """Adds those of some lines that the books know otherwise."""
        if known:
            for line in chunk:
                if known.get(line.key, line.content) != line.content:
                    self.add(line.key, line.number)


def may_be_known(store: Store, spool: Spool) -> bool:
    """Whether the books may have any line of a file: not where they have none of the reports that it names."""
    reports = spool.reports(MOST_REPORTS + 1)
    here = select(LINE.c.line_id).limit(1)
    return len(reports) > MOST_REPORTS or any(
        store.rows(here.where(LINE.c.service == service, LINE.c.report_id == report)) for service, report in reports
    )


def new_lines(store: Store, spool: Spool) -> Iterable[tuple[list[Spooled], dict[int, list[tuple[str, str]]]]]:
    """The lines that were not there, with what makes some suspicious, some thousands at a time.

    Refused as `line_changed`, after all of the file was looked at, where lines say something else under the same key.
    """
    changed, looks = Changed(), may_be_known(store, spool)
    for chunk in spool.chunks(CHUNK):
        known = known_of(store, chunk) if looks else {}
        changed.look(chunk, known)
        new = [one for one in chunk if one.key not in known] if known else chunk
        if new and not changed.reasons:
            yield new, spool.suspects(chunk[0].number, chunk[-1].number)
    changed.check()


def known_of(store: Store, lines: Iterable[Spooled]) -> dict[Key, str]:
    """The digest of what the books have under the keys of some lines, for those that they have."""
    known: dict[Key, str] = {}
    for some in chunks(sorted({line.key for line in lines}), 250):
        chosen = select(LINE.c.service, LINE.c.report_id, LINE.c.line_id, LINE.c.content)
        there = chosen.where(tuple_(LINE.c.service, LINE.c.report_id, LINE.c.line_id).in_(some))
        known |= {(row.service, row.report_id, row.line_id): row.content for row in store.rows(there)}
    return known
