"""Challenges: what runs, what comes, what was decided; the dates on a line, the rubric, the prizes, and entering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QComboBox, QStackedWidget, QWidget

from fanlink.core.challenges import Phase, phase
from fanlink.core.commands import EnterChallenge
from fanlink.core.documents import ChallengeDocument, EntryDocument, RemixDocument
from fanlink.core.remixes import ON_THE_WAY, RemixState
from fanlink.desktop import formats, telling
from fanlink.desktop.pages.page import ListDetail, Page, scrolling
from fanlink.desktop.widgets import basics, fields
from fanlink.desktop.widgets.artwork import Cover
from fanlink.desktop.widgets.cards import Card, CardList
from fanlink.desktop.widgets.dates import DateLine
from fanlink.desktop.widgets.flow import flow
from fanlink.desktop.widgets.notices import Banner, Empty

PHASES: dict[Phase, tuple[str, str]] = {
    Phase.SCHEDULED: ("Coming", ""), Phase.OPEN: ("Open", "ok"), Phase.JUDGING: ("Being judged", "accent"),
    Phase.DECIDED: ("Decided", "accent"), Phase.FINAL: ("Final", ""), Phase.CANCELLED: ("Cancelled", "bad"), Phase.DRAFT: ("Draft", ""),
}  # fmt: skip
ENTERABLE = (*ON_THE_WAY, RemixState.PUBLISHED)
ORDER = list(PHASES)


@dataclass(frozen=True, slots=True)
class Detail:
    """A challenge with my entry, or the remixes that I could enter."""

    challenge: ChallengeDocument
    entry: EntryDocument | None
    remixes: list[RemixDocument]


class ChallengesPage(Page):
    """A list of challenges with one of them beside it."""

    KINDS = frozenset({"challenge", "entry", "remix"})

    def build(self) -> None:
        self.heading("Challenges", "Dates can be extended, never shortened. Judging is blind.")
        self.list = CardList(self._load, "Challenges")
        area, self._column = scrolling()
        self.both = ListDetail(self.list, area, back="All challenges")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.both)
        self.stack.addWidget(Empty(
            "trophy", "Challenges will be here", "Artists set a prompt, a date and prizes. You will see them here as soon as one is announced.",
            "Discover prompts", lambda: self.desk.go("discover"), "compass",
        ))  # fmt: skip
        self.outer.addWidget(self.stack, 1)
        self.list.chosen.connect(self._chosen)
        self.list.opened.connect(lambda _id: self.both.show_detail())

    def read(self, session: Any) -> dict[str, Card]:
        now_ms = self.desk.now_ms()
        found: list[ChallengeDocument] = session.all("challenge")
        found.sort(key=lambda each: (ORDER.index(phase(each.challenge, now_ms)) - 1) % len(ORDER))
        return {each.id: self._card(each) for each in found}

    def show_data(self, data: dict[str, Card]) -> None:
        self.stack.setCurrentIndex(0 if data else 1)
        wanted, self.item = self.item, ""
        self._chosen(self.list.show_ids(tuple(data), data, wanted))
        if wanted:
            self.both.show_detail()

    def _load(self, ids: Sequence[str], done) -> None:
        self.desk.read(
            lambda session: {each.id: self._card(each) for id_ in ids if (each := session.get("challenge", id_))}, done, owner=self
        )

    def _card(self, document: ChallengeDocument) -> Card:
        challenge, now_ms = document.challenge, self.desk.now_ms()
        now = phase(challenge, now_ms)
        chip = PHASES[now]
        if now is Phase.OPEN and challenge.dates.closes_ms - now_ms < 7 * formats.DAY:
            chip = (f"Closes {formats.ago(challenge.dates.closes_ms, now_ms)}", "warn")
        chips = (chip, (formats.count(document.entries, "entry", "entries"), "")) if document.entries else (chip,)
        return Card(document.id, challenge.title, f"{document.artist_name} · {document.prompt_title}", challenge.prompt, chips, artwork=document.artwork)

    def _chosen(self, id_: str) -> None:
        if not id_:
            return

        def read(session: Any) -> Detail | None:
            document = session.get("challenge", id_)
            if document is None:
                return None
            entries = [each for each in session.all("entry") if each.entry.challenge == id_ and not each.entry.withdrawn]
            mine = [each for each in session.all("remix")
                    if each.remix.prompt == document.challenge.prompt and each.remix.state in ENTERABLE]  # fmt: skip
            return Detail(document, entries[0] if entries else None, mine)

        self.desk.read(read, self._show, owner=self)

    def _show(self, detail: Detail | None) -> None:
        basics.empty(self._column)
        if detail is None:
            return
        document, now_ms = detail.challenge, self.desk.now_ms()
        challenge = document.challenge
        names = basics.column(
            None, basics.text_label(challenge.title, "h2", wrap=True), basics.Elided(f"{document.artist_name} · {document.prompt_title}", "muted"),
            flow(basics.chip(*PHASES[phase(challenge, now_ms)]), basics.chip(telling.closing(document, now_ms), "warn")), None, gap=5,
        )  # fmt: skip
        head = basics.row(Cover(challenge.prompt, 84, 12, document.artwork), names, gap=16)
        head.setStretch(1, 1)
        dates = DateLine()
        dates.set_dates([
            ("Opens", challenge.dates.opens_ms), ("Closes", challenge.dates.closes_ms), ("Decided", challenge.dates.decides_ms),
        ], now_ms)  # fmt: skip
        self._column.addWidget(basics.card(head, basics.text_label(challenge.about, wrap=True), dates))
        if challenge.reason:
            cancelled = Banner(tone="bad")
            cancelled.say(f"Cancelled: {challenge.reason}")
            self._column.addWidget(cancelled)
        self._column.addWidget(self._entering(detail))
        self._column.addLayout(self._terms(detail))
        self._column.addStretch(1)

    def _terms(self, detail: Detail):
        challenge = detail.challenge.challenge
        rubric = basics.card(basics.text_label("How it is judged", "h2"))
        for line in challenge.rubric:
            points = basics.text_label(f"{line.points} points", "muted")
            rubric.layout().addLayout(basics.row(basics.text_label(line.name), None, points))
        judges = formats.count(len(challenge.judges), "judge")
        rubric.layout().addWidget(basics.text_label(f"{judges}, who do not see your name.", "small"))
        prizes = basics.card(basics.text_label("Prizes", "h2"))
        for prize in sorted(challenge.prizes, key=lambda each: each.place):
            line = basics.row(basics.chip(f"{prize.place}", "accent"), basics.text_label(prize.what, wrap=True), gap=10)
            line.setStretch(1, 1)
            prizes.layout().addLayout(line)
        for each in (rubric, prizes):
            each.layout().addStretch(1)
        both = basics.row(rubric, prizes, gap=14)
        both.setStretch(0, 1)
        both.setStretch(1, 1)
        return both

    def _entering(self, detail: Detail) -> QWidget:
        document = detail.challenge
        now = phase(document.challenge, self.desk.now_ms())
        if detail.entry is not None:
            place = detail.entry.entry.place
            said = f"Your entry: “{detail.entry.title}”" + (f" — place {place}" if place else "")
            see = basics.button("See it", "music", "", lambda: self.desk.go("remixes", detail.entry.entry.remix if detail.entry else ""))
            return basics.card(basics.row(basics.text_label(said, "strong"), None, basics.chip("Entered", "ok"), 8, see), pad=14)
        if now is not Phase.OPEN:
            return basics.card(basics.text_label("It does not take entries now.", "muted"), pad=14)
        start = basics.button("Start a remix", "wand-sparkles", "primary", lambda: self.desk.go("studio", f"prompt:{document.challenge.prompt}"))
        if not detail.remixes:
            text = "Make a remix under this prompt and submit it; then enter it here."
            line = basics.row(basics.text_label(text, "muted", wrap=True), start, gap=12)
            line.setStretch(0, 1)
            return basics.card(line, pad=14)
        choice = fields.bounded(QComboBox())
        choice.setAccessibleName("Which remix to enter")
        for each in detail.remixes:
            choice.addItem(each.remix.title, each.id)
        enter = basics.button("Enter it", "trophy", "primary", lambda: self._enter(document.id, choice.currentData()))
        line = basics.row(choice, enter, gap=10)
        line.setStretch(0, 1)
        return basics.card(basics.text_label("Enter one of your remixes", "strong"), line, pad=14)

    def _enter(self, challenge: str, remix: str) -> None:
        self.desk.read(
            lambda session: session.new_id("entry"),
            lambda entry: self.desk.do(EnterChallenge(challenge, remix), entry, said="Your entry is on its way.", undo=True), owner=self,
        )


