"""What a remix may rest on, and the split that submitting it makes: found in the replica, so it is the same offline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from fanlink.core import lineage
from fanlink.core.amounts import plain
from fanlink.core.documents import AccountDocument, PromptDocument, PublishedDocument
from fanlink.core.errors import Refused
from fanlink.core.prompts import PromptState
from fanlink.core.shares import SplitSheet, Template
from fanlink.desktop import formats, words

MOST_READ, MOST_CHOICES = 5_000, 500
YOU = "you"


@dataclass(frozen=True, slots=True)
class Split:
    """The sheet that would come to be, or why there is none; `note` says what may change before it is accepted."""

    sheet: SplitSheet | None
    names: Mapping[str, str] = field(default_factory=dict)
    titles: tuple[str, ...] = ()
    mine: str = ""
    wrong: str = ""
    note: str = ""

    @property
    def share(self) -> Fraction:
        """The fan's part in all."""
        return self.sheet.flatten().get(self.mine, Fraction(0)) if self.sheet else Fraction(0)


def takes_remixes(prompt: PromptDocument) -> bool:
    """Whether the prompt's split leaves a part for an earlier remix."""
    return bool(prompt.split) and Template.from_data(prompt.split).takes_remixes_of_remixes


def choices(session: Any, prompt: PromptDocument, today: date) -> list[PublishedDocument]:
    """The published remixes of this prompt that are here and that another may rest on, by title."""
    if not takes_remixes(prompt):
        return []
    found = (each for each in session.all("published", scope=f"artist:{prompt.artist}", limit=MOST_READ) if each.prompt == prompt.id)
    free = [each for each in found if lineage.why_not(prompt.split, each.sheets, today) is None]
    return sorted(free, key=lambda each: (each.title.casefold(), each.id))[:MOST_CHOICES]


def why_not(prompt: PromptDocument | None, document: PublishedDocument, today: date) -> str:
    """Why nobody can remix this remix now, in words; empty where one can."""
    if prompt is None:
        return "Its prompt is no longer open, or not on this computer."
    if prompt.state is not PromptState.PUBLISHED:
        return words.of_code("prompt_not_open")
    wrong = lineage.why_not(prompt.split, document.sheets, today)
    return words.of_error(wrong) if wrong else ""


def split_of(
    prompt: PromptDocument, account: AccountDocument | None, remix: str, today: date, parent: PublishedDocument | None, asked: str | None,
) -> Split:  # fmt: skip
    """The sheet of that remix if it is accepted today; `asked` is the remix that it is to rest on, `parent` what is here of it."""
    mine, name = (account.party, account.name) if account else (YOU, "You")
    if not prompt.split:
        return Split(None, wrong="Who is paid by this prompt is not on this computer yet. Connect once, then open this again.")
    if asked and parent is None:
        return Split(None, wrong=f"{words.of_code('sheet_not_here')} Follow the artist and connect, or let it rest on no other remix.")
    above = lineage.in_force(parent.sheets, today) if parent else None
    if parent is not None and above is None:
        return Split(None, wrong=f"{words.of_code('sheet_not_here')} Connect once, then open this again.")
    try:
        sheet = lineage.would_be(prompt.split, remix, mine, today, above)
    except Refused as refused:
        return Split(None, wrong=words.of_error(refused))
    names = {share.party: share.name for share in prompt.shares} | dict(above.names if above else {}) | {mine: name}
    return Split(sheet, names, above.titles if above else (), mine, note=_note(parent, today))


def _note(parent: PublishedDocument | None, today: date) -> str:
    """What changes by itself on a later day."""
    coming = lineage.next_after(parent.sheets, today) if parent else None
    if parent is None or coming is None:
        return ""
    day = f"{coming.effective_from.day} {coming.effective_from:%B %Y}"
    return f"From {day} on, “{parent.title}” has another split. If yours arrives that late, it comes back to you to look at again."


def recoups(split: Split) -> str:
    """What is paid back first, in words; empty where nothing is."""
    if split.sheet is None or split.sheet.recoupment is None:
        return ""
    first = split.sheet.recoupment
    amount = formats.money(plain(first.amount_pico), first.currency)
    return f"{split.names.get(first.party, first.party)} is paid back {amount} from this remix first; the shares count after that."
