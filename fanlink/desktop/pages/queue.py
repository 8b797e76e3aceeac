"""The review queue, and what was flagged: a list that says why, the sound in the middle, the decision on the right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget

from fanlink.core.cases import CaseKind, CaseState
from fanlink.core.documents import CaseDocument
from fanlink.desktop import checks, formats, waiting, words_staff
from fanlink.desktop.pages.case_view import CaseView
from fanlink.desktop.pages.page import ListDetail, Page
from fanlink.desktop.widgets.cards import Card, CardList
from fanlink.desktop.widgets.notices import Empty
from fanlink.desktop.widgets.toggles import Choice

SORTS = (("risk", "Risk first"), ("oldest", "Oldest first"))
GENTLE = 0.5
SHORT = {"same_recipe": "Duplicate", "voice_shift": "Voice likeness"}


@dataclass(frozen=True, slots=True)
class Listing:
    """Cards of what waits, and when the oldest was opened."""

    cards: dict[str, Card]
    oldest_ms: int | None


class QueuePage(Page):
    """Walked through by keys. Nothing plays by itself, and nobody is ranked by speed."""

    KINDS = frozenset({"case"})
    CASES: ClassVar[tuple[CaseKind, ...]] = waiting.SUBMITTED
    TITLE: ClassVar[str] = "Review queue"
    NOTHING: ClassVar[tuple[str, str, str]] = (
        "inbox", "The queue is empty", "Every submission has been heard. New ones appear here by themselves.",
    )

    def build(self) -> None:
        self._last = ""
        self._next = ""
        # a moderator hears many strangers' mixes: the first one should not be loud
        self.desk.player.set_volume(min(self.desk.player.volume, GENTLE))
        self.sort = Choice(SORTS)
        self.sort.changed.connect(lambda _key: self.refresh())
        self.heading(self.TITLE, " ", self.sort)
        self.list = CardList(lambda _ids, _done: None, self.TITLE)
        self.view = CaseView(self.desk)
        self.view.panel.decided.connect(self._decided)
        self.both = ListDetail(self.list, self.view, list_width=340, back="The queue")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.both)
        self.stack.addWidget(Empty(*self.NOTHING, "See decisions", lambda: self.desk.go("decisions"), "scale"))
        self.outer.addWidget(self.stack, 1)
        self.list.chosen.connect(self._chosen)
        self.list.opened.connect(lambda _id: self.both.show_detail())
        walk = (("J", "Next case", lambda: self._walk(1)), ("K", "Previous case", lambda: self._walk(-1)), ("Z", "Undo decision", self.undo))
        self._actions = [self._action(*each) for each in walk]
        self._actions += [self._action(key, f"Decide {key}", lambda key=key: self._key(key)) for key in "ACRE"]

    def _action(self, key: str, name: str, run) -> QAction:
        action = QAction(name, self)
        action.setShortcut(key)
        action.triggered.connect(lambda _on=False: run())
        return action

    def actions_of_page(self) -> list[QAction]:
        return self._actions

    def read(self, session: Any) -> Listing:
        found = waiting.undecided(session.all("case"), self.CASES)
        if self.sort.chosen == "risk":
            found.sort(key=lambda each: (-risk(each), each.case.opened_ms))
        else:
            found.sort(key=lambda each: each.case.opened_ms)
        oldest = min((each.case.opened_ms for each in found), default=None)
        return Listing({each.id: self._card(each) for each in found}, oldest)

    def show_data(self, data: Listing) -> None:
        self.stack.setCurrentIndex(0 if data.cards else 1)
        if data.oldest_ms is None:
            self.subtitle_label.say("Nothing waits.")
        else:
            age = formats.ago(data.oldest_ms, self.desk.now_ms()).removesuffix(" ago")
            self.subtitle_label.say(f"{len(data.cards)} waiting · the oldest for {age} · target under 24 hours")
        wanted, self.item = self.item or self._next, ""
        self._next = ""
        id_ = self.list.show_ids(tuple(data.cards), data.cards, wanted)
        self._chosen(id_)

    def _card(self, document: CaseDocument) -> Card:
        case, me = document.case, self.desk.account.id if self.desk.account else ""
        now_ms = self.desk.now_ms()
        chips: list[tuple[str, str]] = []
        if case.kind is not CaseKind.SUBMISSION:
            chips.append((words_staff.CASE_KINDS[case.kind], "bad" if case.kind is CaseKind.REPORT else "accent"))
        if me in case.persons:
            chips.append(("Yours", ""))
        elif case.state is CaseState.CLAIMED and (case.lease_until_ms or 0) > now_ms:
            chips.append(("With you" if case.claimed_by == me else "With somebody", "accent"))
        elif case.state is CaseState.ESCALATED:
            chips.append(("Escalated", "accent"))
        for found in document.findings:
            if found.get("rule") == "near_duplicate":
                chips.append((f"Duplicate {checks.nearest_percent(found)} %", "bad"))
            elif found.get("rule") in SHORT:
                chips.append((SHORT[str(found["rule"])], "bad" if found["rule"] == "same_recipe" else "warn"))
        chips.append(checks.summary(checks.lines(document.prompt_text, document.findings)))
        if document.first_submission:
            chips.append(("First submission", "accent"))
        under = f"{document.fan_name} · {document.track_title}"
        when = formats.ago(case.opened_ms, now_ms)
        return Card(document.id, document.remix.title, under, document.remix.track, tuple(dict.fromkeys(chips)), when, document.artwork)

    def _chosen(self, id_: str) -> None:
        self.desk.read(lambda session: session.get("case", id_) if id_ else None, self._show, owner=self)

    def _show(self, document: CaseDocument | None) -> None:
        self.view.show_case(document)
        playing = self.desk.player.playing
        sound = self.desk.player.sound
        if document is not None and self.isVisible() and (not playing or (sound is not None and sound.key.startswith("case-"))):
            self.view.compare.prepare()

    # Keys -----------------------------------------------------------------------------------------------------------

    def _walk(self, step: int) -> None:
        ids = self.list.cards.ids
        if ids:
            row = self.list.cards.row_of(self.list.current())
            self.list.choose(ids[min(max(row + step, 0), len(ids) - 1)])
            self.both.show_detail()

    def _key(self, key: str) -> None:
        way = self.view.panel.way(key)
        if way is not None:
            self.view.panel.decide(way)

    def _decided(self, case: str, command: str) -> None:
        self._last = command
        ids = self.list.cards.ids
        row = self.list.cards.row_of(case)
        rest = [id_ for id_ in (*ids[row + 1 :], *reversed(ids[: max(row, 0)])) if id_ != case]
        self._next = rest[0] if rest else ""

    def undo(self) -> None:
        """Takes the last decision back while it waits."""
        if self._last:
            self.desk.undo(self._last)
            self._last = ""


class FlaggedPage(QueuePage):
    """Reports about published remixes, and appeals."""

    CASES = waiting.FLAGGED
    TITLE = "Flagged"
    NOTHING = ("flag", "Nothing is flagged", "Reports about published remixes and appeals of fans stand here.")


def risk(document: CaseDocument) -> int:
    """How much a case asks for a careful look: breaches, doubts, a second look, a first submission."""
    weights = {"breach": 4, "warning": 2}
    found = sum(weights.get(str(each.get("severity")), 0) for each in document.findings)
    return found + 3 * (document.case.state is CaseState.ESCALATED) + document.first_submission
